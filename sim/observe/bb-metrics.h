/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The observer behind summary.json: counts, times, integrals. O(1) amortised per event, whatever
 * the number of nodes, jobs and classes; memory grows with the series only up to BB_SERIES_EXACT
 * values each. */
#pragma once

#include "bb-result.h"

typedef struct _BbMetrics BbMetrics;

typedef struct {
    BbTimeUs warmup_us;
    gboolean window_all;
} BbMetricsOptions;

/* Borrows names, from which classes are called. */
BbMetrics *bb_metrics_new(const BbNames *names, const BbMetricsOptions *options);
void bb_metrics_free(BbMetrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbMetrics, bb_metrics_free)

/* Valid as long as the metrics. */
BbObserver bb_metrics_observer(BbMetrics *metrics);

/* Once, after the simulation is over. Asserts that the waterfall adds up and that the books of the
 * cluster are those of the runs. Owned by the caller. */
BbResult *bb_metrics_result(BbMetrics *metrics);
