/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. summary.json of one run, schema "breakbulk-summary/1". Key order is fixed, numbers are exact:
 * the same run gives the same bytes. Keys of what a run did not compute are absent. */
#pragma once

#include "sim/observe/bb-result.h"

/* From 1 on keys are only added. */
#define BB_SUMMARY_SCHEMA 1

/* What no policy could beat (bb-bounds.h); -1: unknown. Times count from the first submission. */
typedef struct {
    BbTimeUs makespan_area_us, makespan_longest_us, makespan_us; /* the last: the larger of both */
    BbTimeUs reached_us;                                         /* by the run */
    guint64 n_standing; /* tasks that never end and had started: the nodes are for them */
    gint64 nodes_volume[BB_N_RESOURCES], nodes_l2, nodes; /* the last: the largest; 0: none */
} BbBounds;

/* Plain, all borrowed. */
typedef struct {
    const char *path, *sha256, *format;
    guint64 n_jobs;
} BbTraceInfo;

typedef struct {
    const char *version; /* of the program */
    const char *name;    /* of the experiment */
    guint64 seed;
    const char *sha256; /* of the effective experiment */
    const BbTraceInfo *traces;
    guint n_traces;
    const char *estimate_source; /* "trace", "perfect" */
    const char *cluster;         /* for people: "flat:100", "128 nodes of nodes.csv" */
    const char *queue;           /* "easy,backfill-order=sjbf" */
    const char *placement;       /* "first-fit" */
    BbWork work;
    const BbBounds *bounds;     /* NULL: not looked for */
    const char *const *threats; /* NULL-terminated: what this run adds to bb_threats_new; or NULL */
} BbSummaryInfo;

/* How far the run's makespan is above the bound, as a fraction of it; NaN without one. */
double bb_bounds_makespan_above(const BbBounds *bounds);

/* The whole file. Owned by the caller. */
char *bb_summary_json(const BbSummaryInfo *info, const BbResult *result);

/* What a run of this version does not model, in words, with what the result itself gives reason to
 * say and info->threats. Strings. */
GPtrArray *bb_threats_new(const BbSummaryInfo *info, const BbResult *result);
