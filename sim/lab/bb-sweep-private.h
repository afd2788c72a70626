/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to the sweep: its cells, and how they are written. */
#pragma once

#include "bb-sweep.h"
#include "sim/observe/bb-result.h"

#define BB_SWEEP_METRICS 21

typedef struct {
    gint64 seed;
    gint64 record;                    /* bits of BbRecord */
    char *sha256;                     /* of the experiment; NULL: it cannot be run */
    char *folder;                     /* "HASH" */
    guint same_as;                    /* the first cell of that folder, maybe itself */
    GError *error;                    /* it cannot be run, or failed */
    double metrics[BB_SWEEP_METRICS]; /* NaN: none */
} BbSweepCell;

/* GArray of BbSweepCell, in order; reads every input once. NULL: BB_ERROR_INTERRUPTED. */
GArray *bb_sweep_plan(const BbSweepOptions *options, BbInputCache *cache, GError **error);

/* The cell that stands for the run of this one. */
const BbSweepCell *bb_sweep_cell(const GArray *cells, guint index);

/* The numbers of a run in memory. */
void bb_sweep_measure(const BbResult *result, BbSweepCell *cell);
/* The same of a result folder, when it holds that run, whole. */
gboolean bb_sweep_read(const char *path, BbSweepCell *cell);

/* Owned by the caller. */
char *bb_sweep_csv(const BbSweepOptions *options, const GArray *cells);
char *bb_sweep_json(const BbSweepOptions *options, const GArray *cells);
