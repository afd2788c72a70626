/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to compare: what the runs hand to the judge. */
#pragma once

#include "sim/lab/bb-compare.h"

/* One metric of one run. */
typedef struct {
    double value;              /* NaN: none */
    double censored, rejected; /* shares of its population; 0 where it is no time series */
    double n_beyond;           /* jobs beyond the percentile; infinite for what is none */
} BbCompareCell;

typedef struct {
    guint n_variants, n_worlds;
    GPtrArray *metrics;   /* of char * */
    BbCompareCell *cells; /* [metric][variant][world] */
    GPtrArray *notes;     /* of char *, each once */
    char *name;
    guint64 n_jobs;
} BbCompareRuns;

BbCompareRuns *bb_compare_runs_new(const BbCompareSpec *spec, GError **error);
void bb_compare_runs_free(BbCompareRuns *runs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbCompareRuns, bb_compare_runs_free)
BbCompareCell *bb_compare_cell(const BbCompareRuns *runs, guint metric, guint variant, guint world);

/* bb_tolerance_metric, and delayed_frac. */
gboolean bb_compare_metric(const char *name, BbMetric *out, GError **error);
/* The names that a run is asked for, by what it has of kinds and classes. Owned by the caller. */
GPtrArray *bb_compare_metrics_new(const BbResult *result, const GPtrArray *tolerances);
/* The cell of a run; `delayed` its delayed_frac. */
BbCompareCell bb_compare_measure(const BbOutcome *outcome, const char *name, double delayed);

/* Do seeds change anything in this experiment: in its jobs (world), in its decisions (ties)? */
gboolean bb_compare_has_random_jobs(const BbExperiment *experiment);
gboolean bb_compare_has_random_ties(const BbExperiment *experiment);
