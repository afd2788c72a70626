/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The referee: does a schedule keep its trace and its cluster? It shares no code with the
 * engine, the search or the cluster's books: it sorts starts and ends and adds up what each node
 * and device holds. Of what happens at one instant only that is checked which holds in whatever
 * order it happened, ends before starts.
 *
 * Checked: every job of the trace once and no other, submits, start >= submit, all tasks of a gang
 * together, runtimes, labels, taints, gpu models, avoid, spread when placed, bare-metal alone,
 * length of runs (runtime / speed, cut at the estimate where that kills) and the state that goes
 * with it, rejected jobs never ran, after, jobs that are already there, capacity of every node and
 * device at every time, what becomes of tasks where nodes change.
 *
 * Cost: O(n log n) in allocations, less than a second for 100,000 jobs. */
#pragma once

#include "bb-experiment.h"

typedef struct {
    const char *jobs;        /* jobs.csv, or any schedule (bb-schedule.h) */
    const char *allocations; /* allocations.csv; NULL: places as jobs.csv tells them */
    const char *against;     /* a schedule to compare with; NULL: none */
} BbVerifyFiles;

typedef struct {
    BbTimeUs time_us;
    char *text; /* "node n7: cpu 33000 of 32000 milli, as job 15 starts" */
} BbViolation;

typedef struct {
    GPtrArray *violations; /* of BbViolation, in order of time */
    guint64 n_jobs, n_started, n_instants;
    guint n_nodes;
    /* What the files do not tell. */
    gboolean knows_devices; /* or there are none */
    guint64 n_untimed; /* jobs whose tasks did not all start at once: no times, no capacity check */
    /* Against the reference. */
    gboolean compared;
    guint64 n_compared, n_differing;
    char *first_difference; /* NULL: none */
} BbVerdict;

void bb_verdict_free(BbVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbVerdict, bb_verdict_free)
gboolean bb_verdict_is_good(const BbVerdict *verdict);

/* The experiment names trace, cluster and whether estimates kill; it is completed as for a run.
 * NULL: wrong input. A schedule that is wrong is a verdict, not an error. */
BbVerdict *bb_verify(BbExperiment *experiment, const BbVerifyFiles *files, GError **error);
