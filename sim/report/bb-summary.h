/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. summary.json of one run, schema "breakbulk-summary/1". Key order is fixed, numbers are exact:
 * the same run gives the same bytes. Keys of what a run did not compute are absent. */
#pragma once

#include "sim/observe/bb-result.h"

/* From 1 on keys are only added. */
#define BB_SUMMARY_SCHEMA 1

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
    const char *const *threats; /* NULL-terminated: what this run adds to bb_threats_new; or NULL */
} BbSummaryInfo;

/* The whole file. Owned by the caller. */
char *bb_summary_json(const BbSummaryInfo *info, const BbResult *result);

/* What a run of this version does not model, in words, with what the result itself gives reason to
 * say and info->threats. Strings. */
GPtrArray *bb_threats_new(const BbSummaryInfo *info, const BbResult *result);
