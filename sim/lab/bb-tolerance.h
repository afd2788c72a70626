/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. How much a metric may change before it matters: margins of `compare` and `gate`. Beyond a margin
 * means |change| > rel |base| + abs.
 *
 * Names are those of bb-metric-name.h, and work.events, work.passes, work.decisions,
 * work.nodes_examined, work.costs_computed, which count what the simulator did. */
#pragma once

#include "sim/lab/stat/bb-effect.h"
#include "sim/observe/bb-metric-name.h"

typedef struct {
    char *metric; /* owned */
    BbMargin margin;
} BbTolerance;

void bb_tolerance_free(BbTolerance *tolerance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbTolerance, bb_tolerance_free)

/* "wait_p99=10", "wait_p99=10%:2s", "rejected_frac=5:0.002": percent, then the absolute part, by default
 * that of the metric. BB_ERROR_USAGE, beginning with the option's name. */
BbTolerance *bb_tolerance_parse(const char *option, const char *text, GError **error);

/* 5 % and 1 s, .001 of a fraction or 0 of a ratio: nobody cares for 5 % of a wait of 0.3 s. */
BbMargin bb_tolerance_of_compare(const BbMetric *metric);
/* The same, but 10 % for percentiles, 1 % for the makespan and for resources. */
BbMargin bb_tolerance_of_gate(const char *name, const BbMetric *metric);

/* bb_metric_check for these names. A count of work: unit "count", lower is better. */
gboolean bb_tolerance_metric(const char *name, BbMetric *out, GError **error);
/* A change y of the effect's scale in plain words: relative to the base (its mean, without the absolute
 * part that the scale adds) or a difference. NaN of a base of 0. */
double bb_tolerance_change(const BbEffect *effect, double y);
/* The part of the name behind "kind.vm." or "class.x.". Borrowed. */
const char *bb_tolerance_base_name(const char *name);
#define BB_WORK_PREFIX "work."
/* The counter of a name "work.X"; -1: none such. */
gint64 bb_tolerance_work(const BbWork *work, const char *name);
