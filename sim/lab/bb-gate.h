/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Has a change made scheduling worse? A candidate result against a baseline, by the design of
 * bb-gate-test.h that the seeds of both allow. Judges simulated metrics and work counters, never wall
 * time; runs nothing. GSL's error handler must be off.
 *
 * The same jobs on both sides, counted alike, are a condition: another workload is refused, as are other
 * warm-up, window and until. All else that differs (pools, policies, version) is listed and judged.
 *
 * Judged without tolerances: wait_mean, wait_p95, wait_p99, bounded_slowdown_mean, makespan,
 * waited_frac; of the first four also each kind where there are several; rejected_frac and
 * censored_frac where there are any. With tolerances: what they name. Where shares of rejected or never
 * started jobs differ by more than their margin, the time series of that population are unclear. */
#pragma once

#include "bb-gate-side.h"
#include "bb-tolerance.h"
#include "sim/lab/stat/bb-gate-test.h"

typedef struct {
    char *metric;
    const char *label; /* of the cell, borrowed from the candidate */
    const char *unit;
    gboolean judged; /* FALSE: `reason` says why not, and the verdict is unclear */
    char *reason;
    double baseline, candidate;  /* means over the seeds */
    double change, lower, upper; /* as bb_tolerance_change says it; each bound one-sided at 95 % */
    double
        smallest; /* change that so many seeds show nine times in ten (bb_gate_sight); NaN: unknown */
    BbGateCheck check;
    BbCheckVerdict verdict;
} BbGateRow;

typedef struct {
    BbGateDesign design;
    BbGateVerdict verdict;
    guint n_seeds; /* shared ones; of other seeds the smaller side's */
    gboolean identical;
    GPtrArray *changed; /* of char *: "scheduler.queue: fcfs -> easy" */
    GPtrArray *rows;    /* of BbGateRow */
    GPtrArray *notes;   /* of char * */
    char *folders[2];   /* baseline's and candidate's of a seed that both have; NULL: none */
} BbGate;

/* What to read from folders, for judging by the tolerances (GPtrArray of BbTolerance, may be empty) and
 * for baseline files. Owned by the caller. */
GPtrArray *bb_gate_metrics_new(const GPtrArray *tolerances);

/* NULL: BB_ERROR_INPUT when the sides are not of the same jobs (naming what differs), or a metric is
 * asked for that neither has. */
BbGate *bb_gate_new(const BbGateSide *baseline, const BbGateSide *candidate,
                    const GPtrArray *tolerances, GError **error);
void bb_gate_free(BbGate *gate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbGate, bb_gate_free)

/* Owned by the caller. `diff` (may be NULL) is what follows a red verdict. */
char *bb_gate_text(const BbGate *gate, const char *diff);
char *bb_gate_markdown(const BbGate *gate, const char *diff);
char *bb_gate_json(const BbGate *gate);
char *bb_gate_junit(const BbGate *gate);
/* What there is to say of a row: "wait_mean +72 % [+61, +84], tolerance 5 %; beyond it in 8 of 8 seeds". */
char *bb_gate_sentence(const BbGate *gate, const BbGateRow *row);
/* "wait_mean +9.1 %, ..": the smallest changes that a baseline of these seeds would let a gate see, with
 * the noise that lies between the two results. NULL where they are identical or too few. */
char *bb_gate_sensitivity(const BbGate *gate);
/* One line: "regression: wait_mean +72 % [+61, +84], tolerance 5 %; worse in 8 of 8 seeds". */
char *bb_gate_headline(const BbGate *gate);
