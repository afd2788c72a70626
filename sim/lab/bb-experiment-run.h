/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. One simulation of an experiment, from its inputs to its result folder. Nothing is shared between
 * runs but the tables: they may run side by side in threads. */
#pragma once

#include "bb-experiment-inputs.h"
#include "sim/lab/bb-rework.h"
#include "sim/report/bb-summary.h"

typedef struct {
    guint64 n_submitted, n_waiting, n_running;
    double read_frac; /* of the traces, in [0, 1]; -1: unknown */
    BbTimeUs now_us;
} BbProgress;

typedef struct {
    const char *output; /* result folder, NULL: none is written */
    const char *sha256; /* of the inputs that the caller expects; NULL: any */
    gint *interrupted;  /* nonzero: stop. May be NULL */
    /* Told every few thousand instants; may be NULL. */
    void (*progress)(gpointer data, const BbProgress *progress);
    gpointer progress_data;
    const BbObserver *observer; /* one more, told of everything; may be NULL */
    gint64 (*clock_us)(void);   /* for timing.json; NULL: it is not written */
    const BbRework *reworks;    /* changes of the jobs before they are simulated, in this order */
    guint n_reworks;
} BbRunOptions;

/* What came out. Everything belongs to it. */
typedef struct {
    BbResult *result;
    BbSummaryInfo info;
    char *summary_json;
    GPtrArray *notes; /* of char *: what the user should be told once, without a newline */
    GPtrArray *texts; /* behind the pointers of info */
    BbTraceInfo *traces;
    BbBounds bounds;
} BbOutcome;

void bb_outcome_free(BbOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbOutcome, bb_outcome_free)

/* Checks the experiment, completes it (its name, and without any pool the flat one that a log's header
 * names), runs it and writes the folder. NULL: wrong input or options, a broken policy, an unwritable
 * folder, or BB_ERROR_INTERRUPTED; no folder is there then, or the one that was there before. */
BbOutcome *bb_experiment_run(BbExperiment *experiment, const BbRunOptions *options, GError **error);
