/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Moments of a series that is held in memory. Two passes over compensated sums, so that data far
 * from zero keep their spread (NIST StRD NumAcc1 to NumAcc4 to 7 digits or better; the one-pass
 * formula of squares reaches none). All take O(n); values are finite. */
#pragma once

#include <glib.h>

/* NaN when n = 0. */
double bb_stat_mean(const double *x, gsize n);
/* Divisor n - 1; NaN when n < 2. */
double bb_stat_variance(const double *x, gsize n);
double bb_stat_sd(const double *x, gsize n);
/* sum (x_i - m)(x_{i-1} - m) / sum (x_i - m)^2, as NIST certifies it; NaN where all are equal. */
double bb_stat_lag1(const double *x, gsize n);
/* Pearson's r; NaN where one side is constant or n < 2. */
double bb_stat_correlation(const double *x, const double *y, gsize n);
/* Middle value, the mean of the two middle ones for even n; sorts x. NaN when n = 0. */
double bb_stat_median(double *x, gsize n);
/* Ascending, in place. */
void bb_stat_sort(double *x, gsize n);
