/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. A number of a result by its contract name:
 *   SERIES_STAT                 wait_mean, startup_p99, bounded_slowdown_p50; STAT one of mean sd min
 *                               p50 p90 p95 p99 p999 max
 *   COUNT_frac                  of submitted: started completed killed failed rejected unfinished
 *                               censored evictions; waited_frac is of started
 *   RES_allocated_frac_bought   also RES_allocated_frac_up, RES_used_frac, RES_packing_density_frac
 *   makespan, jain_wait, nodes_count, nodes_busy_mean, nodes_busy_peak, nodes_empty_frac,
 *   nodes_packing_density_frac
 *   load100_gpu_allocated_frac, load100_gpu_fragmented_frac   when as many devices were asked for as
 *                               there are (bb-load.h)
 *   submitted                   the number of jobs
 *   kind.KIND.NAME, class.CLASS.NAME   SERIES_STAT, COUNT_frac, submitted and
 *                               RES_allocated_frac_bought of a part */
#pragma once

#include "bb-result.h"

typedef enum {
    BB_LOWER_IS_BETTER,
    BB_HIGHER_IS_BETTER,
    BB_NEITHER_IS_BETTER,
} BbDirection;

typedef struct {
    double value;      /* NaN: this run has none (no such class, an empty series) */
    gboolean at_least; /* a lower bound, for jobs were censored */
    const char *unit;  /* "s", "frac", "ratio", "nodes", "jobs" */
    BbDirection direction;
    const BbPopulation *population; /* whose censored and rejected counts tell if it can be judged;
                                     * NULL: no time series. Borrowed from the result */
} BbMetric;

/* BB_ERROR_USAGE, with a suggestion, for a name that no run can have. */
gboolean bb_metric_get(const BbResult *result, const char *name, BbMetric *out, GError **error);
/* The same without a result: is it a name? out (may be NULL) gets unit and direction, value NaN. */
gboolean bb_metric_check(const char *name, BbMetric *out, GError **error);

/* All names, of a whole run or of a part of its jobs, in a fixed order. Strings. */
GPtrArray *bb_metric_names_new(gboolean of_part);

/* For `list metrics`: one row a family, ended by name NULL. */
typedef struct {
    const char *name; /* "wait_STAT", "RES_used_frac" */
    const char *unit;
    const char *summary; /* the definition, in a line */
} BbMetricFamily;
extern const BbMetricFamily bb_metric_families[];
