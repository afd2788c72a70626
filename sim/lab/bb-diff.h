/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Where two results begin to differ, and what came of it: the first decision that is another, then
 * jobs, classes and nodes ranked by change. Reads jobs.csv of both; O(n log n). n-01 of B is A's n-001. */
#pragma once

#include "sim/base/bb-error.h"
#include "sim/contract/bb-observer.h"

/* What one result says of a job. */
typedef struct {
    gboolean there;               /* the job stands in that result */
    BbTimeUs start_us, finish_us; /* -1: never */
    gint state;                   /* BbJobState, -1: not said */
    char *nodes;
} BbDiffSide;

typedef struct {
    char *workload, *id, *class_name;
    BbTimeUs submit_us;
    BbDiffSide sides[2];
} BbDiffJob;

/* A class or a node: what A and B say of it. */
typedef struct {
    char *name;
    guint64 n[2];     /* jobs of the class that started; tasks placed on the node */
    BbInt128 wait[2]; /* of those jobs; unused for nodes */
} BbDiffGroup;

typedef struct {
    char *paths[2];
    GPtrArray *jobs;   /* of BbDiffJob: in A's order, then those that only B has */
    guint64 n_decided; /* jobs whose start, nodes or state differ */
    const BbDiffJob
        *first; /* the earliest of them by the time of the earlier decision; NULL: none */
    BbTimeUs first_us;
    GPtrArray *ranked; /* of BbDiffJob, borrowed: those that differ, largest change of wait first */
    GPtrArray *classes; /* of BbDiffGroup, largest change of mean wait first */
    GPtrArray *nodes;   /* of BbDiffGroup, largest change of tasks first */
} BbDiff;

/* Each path is a result folder or its jobs.csv. NULL: one cannot be read. */
BbDiff *bb_diff_new(const char *path_a, const char *path_b, GError **error);
void bb_diff_free(BbDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbDiff, bb_diff_free)

/* Change of the job's wait, B - A. BB_TIME_NEVER (or -BB_TIME_NEVER) when only A (only B) started it. */
BbTimeUs bb_diff_change(const BbDiffJob *job);
/* Mean wait of a class on one side, in seconds; NaN when none of it started. */
double bb_diff_mean_wait(const BbDiffGroup *group, guint side);
/* Jobs that waited, or ran, at a time in one result. O(n). */
guint64 bb_diff_n_waiting(const BbDiff *diff, guint side, BbTimeUs time_us);
guint64 bb_diff_n_running(const BbDiff *diff, guint side, BbTimeUs time_us);

/* For a terminal of 80 columns; owned by the caller. At most `n_shown` rows a ranking. */
char *bb_diff_text(const BbDiff *diff, guint n_shown);
char *bb_diff_json(const BbDiff *diff, guint n_shown);
