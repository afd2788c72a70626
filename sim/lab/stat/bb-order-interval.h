/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Distribution-free interval of a quantile by ranks. Only for independent observations: one value
 * a seed ("in 95 % of seeds the makespan is below x"), never the waits of one run (measured coverage
 * there: 17 to 53 % instead of 95 %). GSL's error handler must be off. */
#pragma once

#include <glib.h>

typedef struct {
    /* The interval is [x_(lower), x_(upper)], ranks from 1; 0: unbounded on that side. */
    guint64 lower_rank, upper_rank;
    double coverage; /* exact: P(lower <= Bin(n, p) <= upper - 1) */
} BbOrderInterval;

/* lower = largest l with P(Bin(n,p) <= l-1) <= a/2, upper = smallest u with P(Bin(n,p) >= u) <= a/2,
 * a = 1 - level (David & Nagaraja, Order Statistics, 2003, section 7.1). 0 < p < 1; O(log n). */
BbOrderInterval bb_order_interval(guint64 n, double p, double level);

/* The least n whose largest value is an upper bound of the p-quantile: p^n <= 1 - level, with half of
 * it (two_sided) where the interval is to be finite on both sides' levels. P99 at 95 %: 299, 368. */
guint64 bb_order_minimum_n(double p, double level, gboolean two_sided);
