/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Bias-corrected and accelerated bootstrap intervals (Efron 1987). For n >= 20 and statistics that
 * are no mean (median over seeds, ratio of sums, pooled P99); below that, or for a mean, take t, which
 * covers better. Resample whole seeds or users, pairs together, never single jobs. Draws are keyed, so
 * the same seed gives the same interval. GSL's error handler must be off.
 *
 *   z0 = Phi^-1((#{t* < t} + #{t* = t} / 2) / B), the count kept within [1, B - 1]
 *   a  = sum d_i^3 / (6 (sum d_i^2)^1.5), d_i = mean of the jackknife values - t_(-i)
 *   alpha_q = Phi(z0 + (z0 + z_q) / (1 - a (z0 + z_q))); end point = replicate of rank ceil(alpha_q B)
 * R's boot.ci takes another a and interpolates: it differs in the third digit. */
#pragma once

#include <glib.h>

#define BB_BOOTSTRAP_REPLICATES 9999

/* The statistic of a resample: index[0..n) are the units drawn, with repetition. */
typedef double (*BbResampleStatistic)(gpointer data, const guint32 *index, gsize n);

typedef struct {
    gboolean valid;  /* FALSE: no interval, as all replicates are equal or 1 - a(z0 + z) <= 0 */
    double estimate; /* of the data themselves */
    double z0, a;    /* bias correction and acceleration */
    double alpha1, alpha2;
    double lower, upper;
    double percentile_lower, percentile_upper; /* the plain percentile interval, to compare */
    double se;                                 /* sd of the replicates, divisor B */
    guint64 n_replicates, n_less, n_equal;     /* equal: up to rounding */
} BbBca;

/* n units, B replicates; unit k of replicate i is drawn by the key (seed, "bootstrap", i, k).
 * O(B (n + cost of the statistic)) and B doubles of memory. n in [2, 2^32). */
BbBca bb_bca(BbResampleStatistic statistic, gpointer data, gsize n, gsize n_replicates,
             double level, guint64 seed);

/* The parts, for replicates that come from elsewhere. Sorts the replicates. */
BbBca bb_bca_of_replicates(double *replicates, gsize n_replicates, double estimate, double a,
                           double level);
/* a from the statistic with unit i left out; 0 where all are equal. */
double bb_bca_acceleration(const double *jackknife, gsize n);
