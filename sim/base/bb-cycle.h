/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. A rate that repeats, constant over equal steps (the half hours of a day, the hours of a week), and
 * the inverse of its sum. Arrivals whose cumulated draws are put through the inverse follow the rate
 * exactly, draw for draw: a rate twice as high moves the same arrivals closer, it draws no others
 * (Cinlar, Introduction to Stochastic Processes, 1975, chapter 4). */
#pragma once

#include "bb-types.h"

typedef struct _BbCycle BbCycle;

/* n > 0 weights, finite, at least 0 and not all 0; each holds for step_us, the first from time 0. They are
 * scaled to a mean of 1 and kept to 20 bits. */
BbCycle *bb_cycle_new(const double *weights, guint n, BbTimeUs step_us);
void bb_cycle_free(BbCycle *cycle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbCycle, bb_cycle_free)

/* The time at which the weights, cumulated from time 0, reach `points`: one a step on average. FALSE
 * beyond BB_TIME_MAX. O(log n). */
gboolean bb_cycle_time(const BbCycle *cycle, double points, BbTimeUs *out);
