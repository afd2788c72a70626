/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Student's t: quantiles, intervals and tests of means. The unit of evidence is the replication
 * (one number a seed), never the job. GSL's error handler must be off (gsl_set_error_handler_off).
 *
 * Where all values are equal the standard error is 0: t is then 0 or infinite and p is 1 or 0. Where
 * there are too few values (n < 2) every number that needs a spread is NaN. */
#pragma once

#include <glib.h>

/* z with P(Z <= z) = p. */
double bb_normal_quantile(double p);
double bb_normal_cdf(double z);
/* t with P(T <= t) = p, df > 0 not necessarily whole. */
double bb_t_quantile(double p, double df);
/* P(T > t). */
double bb_t_above(double t, double df);

typedef struct {
    double mean, se, df;
    double t, p;         /* of the hypothesis that the mean is 0, two-sided */
    double lower, upper; /* mean -+ t((1 + level) / 2, df) se */
} BbTTest;

/* One sample: se = sd / sqrt(n), df = n - 1. */
BbTTest bb_t_one(const double *x, gsize n, double level);
/* Pairs on the same seed: bb_t_one of x_i - y_i. */
BbTTest bb_t_paired(const double *x, const double *y, gsize n, double level);
/* Unpaired means x - y (Welch 1947): df = (va + vb)^2 / (va^2/(na-1) + vb^2/(nb-1)), v = s^2/n. */
BbTTest bb_t_welch(const double *x, gsize nx, const double *y, gsize ny, double level);
/* The same test with another level of its interval. */
BbTTest bb_t_at_level(const BbTTest *test, double level);

/* Two one-sided tests (Schuirmann 1987) that the mean lies in (low, high): `equivalent` exactly when
 * the 1 - 2 alpha interval lies inside. */
typedef struct {
    double p_lower, p_upper; /* of the hypotheses mean <= low and mean >= high */
    double p;                /* the larger one */
    double lower, upper;     /* the 1 - 2 alpha interval */
    gboolean equivalent;
} BbTost;
BbTost bb_tost(const BbTTest *test, double low, double high, double alpha);

/* Replications that bring the half width of the t interval to `half_width`, given the sd of a pilot:
 * smallest n >= 2 with t((1 + level) / 2, n - 1) sd / sqrt(n) <= half_width. 0: beyond 10^9. */
gsize bb_t_replications(double sd, double half_width, double level);
