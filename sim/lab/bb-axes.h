/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What a sweep varies: keys of an experiment, each with its values. Every combination is a cell;
 * the last axis changes fastest.
 *
 * "KEY=V1,V2,.."  KEY is any key ("pool.web.count"), a bare name that stands for one of [experiment] or
 *                 [scheduler] as an option does ("queue", "seed", "kill-at-estimate"), "trace" (in place
 *                 of every [workload]) or "cluster" (of every [pool])
 * V               a value, or for numbers LO:HI or LO:HI:STEP; commas inside parentheses do not separate:
 *                 queue=fcfs,easy(backfill-order=sjbf) */
#pragma once

#include "bb-experiment.h"

#define BB_CELLS_MAX 1000000

typedef struct {
    char *key;         /* as given */
    char *target;      /* "scheduler.queue", "trace", "cluster" */
    GPtrArray *values; /* of char * */
    GHashTable *known; /* the same texts */
} BbAxis;

typedef struct {
    GPtrArray *axes; /* of BbAxis, in order of their adding */
} BbAxes;

BbAxes *bb_axes_new(void);
void bb_axes_free(BbAxes *axes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbAxes, bb_axes_free)

/* BB_ERROR_USAGE: no such key (with a suggestion), a key that cannot change a result, a value that is
 * none, no value, a range that holds nothing, the same twice, above BB_CELLS_MAX cells. */
gboolean bb_axes_add(BbAxes *axes, const BbExperiment *experiment, const char *text,
                     GError **error);
/* seed .. seed + n - 1 of the experiment, as the last axis. BB_ERROR_USAGE also where no cell draws
 * anything. */
gboolean bb_axes_add_seeds(BbAxes *axes, const BbExperiment *experiment, guint n, GError **error);

/* 1 without axes. */
guint bb_axes_n_cells(const BbAxes *axes);
/* The value of an axis in a cell. Borrowed. */
const char *bb_axes_value(const BbAxes *axes, guint axis, guint cell);
/* A copy of the experiment with the cell's values. The values are good ones, but what must hold between
 * keys is not checked. */
BbExperiment *bb_axes_experiment(const BbAxes *axes, const BbExperiment *experiment, guint cell);
