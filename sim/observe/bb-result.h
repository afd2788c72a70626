/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What one simulation came to: plain numbers, owned texts, nothing of the simulation itself, so
 * that results outlive it and can be compared. Definitions: the section "Metrics" of the manual.
 *
 * Population: the jobs submitted in [first submit + warm-up, last submit]. Integrals run over the
 * window, which is that interval, or goes on to the end of the simulation (window_all). */
#pragma once

#include "sim/base/bb-stat.h"
#include "sim/contract/bb-observer.h"

/* What is measured of every job. Seconds, or a ratio for the last two. */
typedef enum {
    BB_WAIT,             /* first start - submit */
    BB_QUEUED_TOTAL,     /* all time spent waiting */
    BB_STARTUP,          /* ready - start */
    BB_TURNAROUND,       /* finish - submit; not of services */
    BB_SLOWDOWN,         /* turnaround / ideal; not where ideal is 0 */
    BB_BOUNDED_SLOWDOWN, /* max(1, turnaround / max(ideal, BB_TAU_US)) */
    BB_N_MEASURES,
} BbMeasure;

#define BB_TAU_US (10 * BB_US_PER_S)

/* "wait", "queued_total", .. and "wait_s", "queued_total_s", .., "slowdown", "bounded_slowdown". */
extern const char *const bb_measure_names[BB_N_MEASURES];
extern const char *const bb_measure_keys[BB_N_MEASURES];

/* Where the bought resource-time went. Bins that nothing models yet are 0. */
typedef enum {
    BB_BIN_USED,
    BB_BIN_ALLOCATED_IDLE,
    BB_BIN_OVERHEAD,
    BB_BIN_RESERVED,
    BB_BIN_BLOCKED_IDLE,
    BB_BIN_FREE,
    BB_BIN_BOOTING,
    BB_BIN_DRAINING,
    BB_BIN_FAILED,
    BB_N_BINS,
} BbBin;

/* "used", "allocated_idle", .. */
extern const char *const bb_bin_names[BB_N_BINS];

typedef struct {
    guint64 submitted, started, completed, killed, failed, rejected;
    guint64 unfinished; /* waiting or running when the simulation ended, services included */
    guint64 censored;   /* of them: never started */
    guint64 waited;     /* started, with wait > 0 */
    guint64 evictions;
    guint64 ideal_zero; /* left out of the slowdown */
} BbJobCounts;

/* What happened to nodes over the whole simulation; added and removed change what is bought. */
typedef struct {
    guint64 n_added, n_removed, n_failed, n_repaired, n_updated;
    guint64 n_evicted; /* runs */
} BbNodeChanges;

/* Some of the jobs: all, those of a kind, those of a class. */
typedef struct {
    char *name; /* owned; "all", the kind, the class */
    BbJobCounts jobs;
    BbSummaryStat stats[BB_N_MEASURES];
    BbInt128 allocated[BB_N_RESOURCES]; /* over the window, unit x us; of every job, warm-up too */
} BbPopulation;

typedef struct {
    gboolean window_all;
    /* -1 where there is none. */
    BbTimeUs first_submit_us, last_submit_us, last_finish_us;
    BbTimeUs window_start_us, window_end_us; /* an empty window: both the same */
    BbTimeUs end_us;                         /* of the simulation */
    guint64 n_submitted;                     /* of all jobs, warm-up included */
    guint64 n_with_estimate;                 /* of them: policies saw an estimate */

    guint32 modelled;                /* bit r: the numbers of resource r mean something */
    BbResources capacity;            /* bought at the end of the simulation */
    BbInt128 bought[BB_N_RESOURCES]; /* capacity x window: the sum of the bins, exactly */
    BbInt128 up[BB_N_RESOURCES];
    BbInt128 lost[BB_N_RESOURCES]; /* held within the window by runs that were evicted within it */
    BbInt128 waterfall[BB_N_RESOURCES][BB_N_BINS];
    BbInt128 busy_capacity[BB_N_RESOURCES]; /* of the nodes that were not empty */

    guint n_nodes; /* that were ever there */
    BbNodeChanges changes;
    BbInt128 up_node_us;   /* over the window, nodes x us */
    guint busy_peak;       /* nodes not empty at one time */
    BbInt128 busy_node_us; /* over the window, nodes x us */

    BbInt128 queue_us; /* jobs that wait, not started or evicted, over the window, job x us */
    /* Little's law, exactly: these two are the same. Over all jobs (rejected ones until then) and all
     * time. */
    BbInt128 queue_all_us, waits_all_us;

    GArray *load; /* of BbLoadPoint (bb-load.h), by percent; NULL: not followed. Owned */

    BbPopulation all;
    BbPopulation kinds[BB_N_KINDS];
    guint n_classes;
    BbPopulation *classes; /* in order of first submission; none where no job names a class */
} BbResult;

void bb_result_free(BbResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbResult, bb_result_free)

/* NULL when there is none of that name. */
const BbPopulation *bb_result_class(const BbResult *result, const char *name);
/* a / b, NaN when b is 0. */
double bb_result_ratio(BbInt128 a, BbInt128 b);
/* Did any node come, go or change? */
gboolean bb_result_nodes_change(const BbResult *result);
/* Allocated resource-time: used + allocated_idle + overhead. */
BbInt128 bb_result_allocated(const BbResult *result, BbResource r);
/* Allocated / capacity over nodes that were not empty; NaN when all were. */
double bb_result_packing(const BbResult *result, BbResource r);
/* The first resource that the cluster models: the one of headlines and of nodes.packing_density. */
BbResource bb_result_main_resource(const BbResult *result);
/* Length of the window in seconds. */
double bb_result_window_s(const BbResult *result);
/* Last finish - first submit in seconds, NaN when nothing finished. */
double bb_result_makespan_s(const BbResult *result);
/* Jain's index (sum x)^2 / (n sum x^2) over the classes' mean waits; 1 when all are the same, NaN
 * without classes. */
double bb_result_jain_wait(const BbResult *result);
