/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. How far rankings agree: Kendall's W over many, Kendall's tau between two. */
#pragma once

#include <glib.h>

/* Ranks of n values from 1 (the smallest); ties share the mean of their ranks. O(n log n). */
void bb_ranks(const double *values, gsize n, double *out_ranks);

typedef struct {
    double w;       /* 0: no agreement, 1: the same order in every row */
    double chi2, p; /* Friedman's test: chi2 = m (n - 1) W on n - 1 degrees of freedom */
} BbConcordance;

/* m rows (shakes, seeds) of the ranks of n items (policies), row by row. W = 12 S / (m^2 (n^3 - n)),
 * S = sum of squared deviations of the rank sums; tied ranks take m sum (t^3 - t) off the divisor
 * (Kendall & Babington Smith 1939). NaN when n < 2 or every row is one tie. */
BbConcordance bb_kendall_w(const double *ranks, gsize m, gsize n);

/* tau-b (Kendall 1945): (concordant - discordant) / sqrt of the pairs untied in a times untied in b.
 * O(n^2): for rankings of policies, not of jobs. NaN where one side is constant. */
double bb_kendall_tau(const double *a, const double *b, gsize n);
