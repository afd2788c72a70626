/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bisection over the binomial distribution function. GSL's takes (k, p, n), p before n. A tail that
 * equals the level up to rounding counts as within it. */
#include "sim/lab/stat/bb-order-interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define SLACK (1 + 1e-12)

/* P(Bin(n, p) <= k - 1), and P(Bin(n, p) >= k). */
static double
below(guint64 k, double p, guint64 n)
{
    return k == 0 ? 0 : gsl_cdf_beta_Q(p, (double)k, (double)(n - k) + 1);
}

static double
at_least(guint64 k, double p, guint64 n)
{
    return k == 0 ? 1 : gsl_cdf_beta_P(p, (double)k, (double)(n - k) + 1);
}

BbOrderInterval
bb_order_interval(guint64 n, double p, double level)
{
    double half = (1 - level) / 2 * SLACK;
    BbOrderInterval result = {0, 0, 0};
    guint64 low = 0, high = n + 1;

    while (high - low > 1) {
        guint64 middle = low + (high - low) / 2;

        if (below(middle, p, n) <= half)
            low = middle;
        else
            high = middle;
    }
    result.lower_rank = low;
    for (low = 0, high = n + 1; high - low > 1;) {
        guint64 middle = low + (high - low) / 2;

        if (at_least(middle, p, n) <= half)
            high = middle;
        else
            low = middle;
    }
    result.upper_rank = high <= n ? high : 0;
    result.coverage = 1 - below(result.lower_rank, p, n);
    if (result.upper_rank > 0)
        result.coverage -= at_least(result.upper_rank, p, n);
    return result;
}

guint64
bb_order_minimum_n(double p, double level, gboolean two_sided)
{
    double allowed = (two_sided ? (1 - level) / 2 : 1 - level) * SLACK;
    guint64 n = (guint64)MAX(1, floor(log(allowed) / log(p)));

    while (pow(p, (double)n) > allowed)
        n++;
    return n;
}
