/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Kolmogorov-Smirnov: distance, exact law, critical values, two samples; Anderson-Darling's
 * distance. The law holds for a distribution that was given, not fitted to the same data (there the
 * parametric bootstrap of bb-fit-check.h). GSL's error handler must be off. */
#pragma once

#include <glib.h>

typedef double (*BbCdf)(gconstpointer data, double x);

/* max over i of |F(x_i) - i/n| and |F(x_i) - (i-1)/n|; x sorted upwards, n > 0. */
double bb_ks_distance(const double *sorted, gsize n, BbCdf cdf, gconstpointer data);

/* P(D_n >= d), two-sided. Exact for n <= 2000: Marsaglia, Tsang & Wang (2003), in the tail n d^2 >= 4
 * twice the one-sided law of Smirnov (1944; Miller 1956: 11 digits there). Beyond, the limit law with
 * Vrbik's correction (2018), good to 5 digits. Up to some 50 ms for n = 2000. */
double bb_ks_above(double d, gsize n);
/* d with P(D_n >= d) = alpha. Some 20 times the cost. NaN where it is not found. */
double bb_ks_critical(double alpha, gsize n);
/* The limit of sqrt(n) D_n (Kolmogorov 1933): P(K >= x) and its critical value. */
double bb_ks_limit_above(double x);
double bb_ks_limit_critical(double alpha);

typedef struct {
    double d, p; /* p = P(D >= d), ties in place */
    gboolean exact;
} BbKsTwoSample;
/* Counts lattice paths while na nb <= 10^7 (Hodges 1958; ties: Schroer & Trenkler 1995), else the
 * limit law. */
BbKsTwoSample bb_ks_two_sample(const double *a, gsize na, const double *b, gsize nb);

/* A^2 = -n - sum (2i - 1)(ln F_i + ln(1 - F_{n+1-i})) / n; F is kept within rounding of (0, 1), as a
 * family with an end point in the data has F = 0 there. Critical at 10, 5, 1 % for a given F: 1.93,
 * 2.49, 3.87. */
double bb_anderson_darling(const double *sorted, gsize n, BbCdf cdf, gconstpointer data);
