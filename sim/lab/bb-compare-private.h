/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to compare: what the runs hand to the judge. */
#pragma once

#include "sim/lab/bb-compare.h"
#include "sim/lab/bb-delays.h"

/* One metric of one run. */
typedef struct {
    double value;              /* NaN: none */
    double censored, rejected; /* shares of its population; 0 where it is no time series */
    double n_beyond;           /* jobs beyond the percentile; infinite for what is none */
} BbCompareCell;

/* What stands beside one run. */
typedef struct {
    double makespan_above; /* above its bound, as a share of it; NaN: no bound */
    gint64 nodes_bound;    /* 0: none */
    double offered;        /* load of the first resource, as a share of its capacity; NaN: none */
    /* Of the same policy with perfect estimates. */
    double wait_mean, bounded_slowdown_mean;
} BbReferenceCell;

typedef struct {
    guint n_variants, n_worlds;
    GPtrArray *metrics;          /* of char * */
    BbCompareCell *cells;        /* [metric][variant][world] */
    BbReferenceCell *references; /* [variant][world] */
    GPtrArray *notes;            /* of char *, each once */
    char *name;
    guint64 n_jobs;
    char *warmup; /* as in BbCompare */
    GPtrArray
        *waits; /* of BbDelays, by variant, of the one world of stationary generators; else NULL */
} BbCompareRuns;

BbCompareRuns *bb_compare_runs_new(const BbCompareSpec *spec, GError **error);
void bb_compare_runs_free(BbCompareRuns *runs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbCompareRuns, bb_compare_runs_free)
BbCompareCell *bb_compare_cell(const BbCompareRuns *runs, guint metric, guint variant, guint world);

/* bb_tolerance_metric, and delayed_frac. */
gboolean bb_compare_metric(const char *name, BbMetric *out, GError **error);
/* The names that a run is asked for, by what it has of kinds and, where worlds
 * do not draw others, of classes. Owned by the caller. */
GPtrArray *bb_compare_metrics_new(const BbResult *result, const BbCompareSpec *spec);
/* The cell of a run; `delayed` its delayed_frac. */
BbCompareCell bb_compare_measure(const BbOutcome *outcome, const char *name, double delayed);

/* Are all its jobs those of stationary generators? Else *out_why (may be NULL) names what is not. */
gboolean bb_compare_is_stationary(const BbExperiment *experiment, const char **out_why);

char *bb_compare_worlds_csv(const BbCompareSpec *spec, const BbCompareRuns *runs);

/* May the schedule change with what the policies believe of run times? */
gboolean bb_compare_asks_estimates(const BbExperiment *experiment);
void bb_compare_take_bounds(const BbOutcome *outcome, const BbDelays *delays,
                            BbReferenceCell *cell);
void bb_compare_take_clairvoyant(const BbOutcome *outcome, BbReferenceCell *cell);
/* BbReference by variant, from all worlds. */
GArray *bb_compare_references_new(const BbCompareSpec *spec, const BbCompareRuns *runs);
/* The wins of every pair of variants on a metric (BbPairWins), the first one the more frequent winner. */
GArray *bb_compare_pairs_new(const BbCompareRuns *runs, guint metric, BbDirection direction);

/* Can --warmup auto find one? */
gboolean bb_compare_check_warmup(const BbCompareSpec *spec, guint n_worlds, GError **error);
/* The cut of each world, from pilots[variant * n_worlds + world] without any. *out_text: how it was
 * found, owned by the caller. */
gboolean bb_compare_find_warmup(const BbCompareSpec *spec, BbDelays *const *pilots, guint n_worlds,
                                BbTimeUs *out_us, char **out_text, GError **error);
/* Judges the mean wait of one long run by its batches: effect, n_batches, reason. */
void bb_compare_use_batches(BbComparison *comparison, const BbDelays *base,
                            const BbDelays *candidate);
/* Change and interval from the effect. */
void bb_compare_set_interval(BbComparison *comparison);
