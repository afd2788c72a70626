/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Traces made from others, or from a generator: `breakbulk trace generate|scale|shift|merge|sample|
 * split|inflate`. Files are given as FILE[:FORMAT]; jobs come out in submit order, ids unique. Draws are
 * keyed by seed and place in the trace. `after` keeps those jobs only that stand before in what comes
 * out. */
#pragma once

#include "sim/lab/bb-thin.h"
#include "sim/lab/bb-trace-table.h"
#include "sim/lab/bb-workload.h"

/* What is known of an edit beside its result. */
typedef struct {
    const BbTraceTables *tables;
    GPtrArray *sha256; /* of char *: of each trace read, in order */
    GPtrArray *notes;  /* of char *: what the user should be told once */
} BbTraceEdit;

void bb_trace_edit_init(BbTraceEdit *edit, const BbTraceTables *tables);
void bb_trace_edit_clear(BbTraceEdit *edit);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbTraceEdit, bb_trace_edit_clear)

/* The jobs of "NAME,k=v..". */
BbTraceTable *bb_trace_generate(BbTraceEdit *edit, const char *generator, guint64 seed,
                                GError **error);
/* Scaled, shifted or thinned. */
BbTraceTable *bb_trace_change(BbTraceEdit *edit, const char *file, const BbWorkloadChange *change,
                              GError **error);
/* n > 1 traces in one; ids become "K-ID", K the number of the file from 1. Columns x_* are carried where
 * all files have the same. */
BbTraceTable *bb_trace_merge(BbTraceEdit *edit, guint n, char *const *files, GError **error);
/* Exactly n jobs or users, those with the lowest draws; all where there are not so many. */
BbTraceTable *bb_trace_sample(BbTraceEdit *edit, const char *file, BbThinUnit unit, guint64 n,
                              guint64 seed, GError **error);

typedef enum { BB_SPLIT_TIMES, BB_SPLIT_KINDS, BB_SPLIT_CLASSES } BbSplitBy;

typedef struct {
    BbSplitBy by;
    BbTimeUs every_us;     /* BB_SPLIT_TIMES: windows of this length from the first submit; 0: */
    const BbTimeUs *at_us; /* .. the times at which a new part begins, rising */
    guint n_at;
} BbSplit;

typedef struct {
    char *name; /* fit for a file: "001", "vm", "user7" */
    BbTraceTable *table;
} BbTracePart;

#define BB_SPLIT_MAX 10000

/* The parts that have jobs (GPtrArray of BbTracePart): windows and kinds in their order, classes by first
 * job. BB_ERROR_INPUT beyond BB_SPLIT_MAX of them. */
GPtrArray *bb_trace_split(BbTraceEdit *edit, const char *file, const BbSplit *split,
                          GError **error);

/* A trace filled up or cut down to what a cluster can hold at once (the inflation of FGD, USENIX ATC
 * 2023, by other draws): while the sum of demands is below, copies of jobs drawn at random come after the
 * last, a mean gap apart, until the next one would go beyond; while it is above, jobs drawn at random
 * are left out. Copies of job ID are ID~2, ID~3, ... */
typedef struct {
    BbResource resource; /* whose demand counts: tasks x need */
    gint64 target;       /* the sum, in its unit */
    gboolean shuffle;    /* the originals in random order, at the trace's submit times */
    guint64 seed;
} BbInflate;

#define BB_INFLATE_MAX 10000000

/* BB_ERROR_INPUT where no job asks for the resource, or more than BB_INFLATE_MAX jobs were needed. */
BbTraceTable *bb_trace_inflate(BbTraceEdit *edit, const char *file, const BbInflate *inflate,
                               GError **error);
