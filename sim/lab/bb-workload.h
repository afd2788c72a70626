/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. One workload = one trace file or generator, made into a stream of rows in submit order with
 * unique ids; and several of them merged into the engine's job source.
 *
 * Ids: a job's key is (workload, job_id). Duplicates are refused at the line. Decimal ids are kept as
 * intervals (a few bytes for a whole log); other ids cost at most 16 bytes each (a 64-bit hash and
 * its place in an open table).
 * `after` may name jobs that stand earlier in the same workload; the engine resolves it. */
#pragma once

#include "sim/base/bb-input-cache.h"
#include "sim/contract/bb-generator.h"
#include "sim/contract/bb-reader.h"
#include "sim/engine/bb-engine.h"
#include "sim/lab/bb-censor.h"

typedef struct _BbWorkload BbWorkload;

typedef struct {
    const BbReaderClass *const *readers;
    const BbGeneratorClass *const *generators;
} BbTraceTables;

/* A trace file: native ones stream and must be sorted; foreign ones are read whole and sorted (stable,
 * by submit) where unsorted, with one warning in bb_workload_warning. */
BbWorkload *bb_workload_new_trace(const BbTraceTables *tables, const char *path,
                                  const char *format /* NULL: by content */, GError **error);
/* The same, its file read from the cache, which may be NULL. */
BbWorkload *bb_workload_new_cached(const BbTraceTables *tables, const BbInputCache *cache,
                                   const char *path, const char *format, GError **error);
/* "poisson,jobs=..". `index` is the workload's place in the experiment. */
BbWorkload *bb_workload_new_generator(const BbTraceTables *tables, const char *text, guint64 seed,
                                      guint32 index, GError **error);
void bb_workload_free(BbWorkload *workload);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbWorkload, bb_workload_free)

typedef enum {
    BB_SCALE_GAPS,  /* submit' = first + (submit - first) * 1000000 / scale_ppm, rounded half up */
    BB_SCALE_THIN,  /* scale_ppm of a million jobs stay, times are as they were (bb-thin.h) */
    BB_SCALE_USERS, /* the same of users, with all their jobs */
} BbScaleBy;

/* What the experiment's [workload] keys change in each row. kind -1 and class NULL: as in the trace. */
typedef struct {
    gint kind;
    const char *class_name;
    guint64 scale_ppm; /* of the arrival rate; 1000000: as it is; at most that for thin and users */
    BbScaleBy scale_by;
    BbTimeUs shift_us;   /* added to every submit time */
    BbCensored censored; /* residual keeps the whole trace in memory */
    guint64 seed;        /* of thin, users and residual */
    guint32 index;       /* of the workload in its experiment */
} BbWorkloadChange;
void bb_workload_change(BbWorkload *workload, const BbWorkloadChange *change);

BbReadResult bb_workload_next(BbWorkload *workload, BbJobRow *out, GError **error);
/* Prefixes a problem with the last row by its place; returns FALSE. */
gboolean bb_workload_error(const BbWorkload *workload, const char *column, GError **error,
                           const char *message);
/* The reader behind it (for meta, findings, sha256), NULL for a generator. Borrowed. */
BbReader *bb_workload_reader(BbWorkload *workload);
/* What the user should be told once, or NULL: "x.swf: 12 of 30 jobs were submitted before the
 * one above them, sorted by submit time". */
const char *bb_workload_warning(const BbWorkload *workload);
const char *bb_workload_name(const BbWorkload *workload); /* base name of the path, or generator */
const char *bb_workload_path(const BbWorkload *workload); /* as given, or the generator's text */
const char *bb_workload_format(const BbWorkload *workload); /* "swf", "generator" */
const char *
bb_workload_sha256(const BbWorkload *workload);         /* valid once read to the end; of the text
                                                             * for generators */
guint64 bb_workload_n_jobs(const BbWorkload *workload); /* rows given so far */

/* How much of it was given so far, in [0, 1]; -1: unknown (a pipe, a generator). */
double bb_workload_progress(const BbWorkload *workload);

/* Merges by submit time; ties: order of workloads, then trace order. Borrows the workloads (GPtrArray
 * of BbWorkload). */
typedef struct _BbMerge BbMerge;
BbMerge *bb_merge_new(GPtrArray *workloads);
void bb_merge_free(BbMerge *merge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbMerge, bb_merge_free)
BbJobSource bb_merge_source(BbMerge *merge);
