/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. A series of numbers and its summary, with right-censoring as interface.md defines it.
 *
 * Percentiles: nearest rank ceil(q n), exact up to BB_SERIES_EXACT values. Beyond that they come from
 * a log-linear histogram (HdrHistogram's bucketing on the bits of the double, no libm), whose
 * relative error is at most 2^-11; `sketch` then says so. The mean is exact in either case: a
 * compensated sum. Values are >= 0 and finite. */
#pragma once

#include "bb-types.h"

#define BB_SERIES_EXACT 250000

typedef struct _BbSeries BbSeries;

typedef struct {
    guint64 n;          /* values, censored ones included */
    guint64 n_censored; /* values that are only "at least" */
    double mean, sd;    /* sd with n - 1; NaN where n is too small */
    double min, max;    /* NaN when empty */
    double p50, p90, p95, p99, p999;
    /* A lower bound because censored values stand at or before that rank (mean: any censored). */
    gboolean mean_at_least, max_at_least;
    gboolean p50_at_least, p90_at_least, p95_at_least, p99_at_least, p999_at_least;
    gboolean sketch; /* percentiles are of the histogram */
} BbSummaryStat;

BbSeries *bb_series_new(void);
/* What is added to either later is its own. */
BbSeries *bb_series_copy(const BbSeries *series);
void bb_series_free(BbSeries *series);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbSeries, bb_series_free)

void bb_series_add(BbSeries *series, double value);
/* The true value is at least this. A percentile whose rank falls at or beyond the smallest censored
 * value, once sorted (censored after uncensored at ties), is a lower bound. */
void bb_series_add_censored(BbSeries *series, double value);
guint64 bb_series_n(const BbSeries *series);
/* O(n log n) the first time after an add. */
BbSummaryStat bb_series_summary(BbSeries *series);
/* Nearest-rank quantile at q in (0, 1]; NaN when empty. */
double bb_series_quantile(BbSeries *series, double q);
