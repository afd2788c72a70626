/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks by sorting, concordance from rank sums, tau by counting pairs. */
#include "sim/lab/stat/bb-rank.h"

#include "sim/lab/stat/bb-moments.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* The number of values of sorted[0..n) below v, or at most v. */
static gsize
count_below(const double *sorted, gsize n, double v, gboolean or_equal)
{
    gsize low = 0, high = n;

    while (low < high) {
        gsize middle = low + (high - low) / 2;

        if (sorted[middle] < v || (or_equal && sorted[middle] == v))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void
bb_ranks(const double *values, gsize n, double *out_ranks)
{
    g_autofree double *sorted = g_memdup2(values, n * sizeof *values);

    bb_stat_sort(sorted, n);
    for (gsize i = 0; i < n; i++) {
        gsize below = count_below(sorted, n, values[i], FALSE);
        gsize upto = count_below(sorted, n, values[i], TRUE);

        out_ranks[i] = (double)(below + 1 + upto) / 2;
    }
}

/* sum over groups of equal ranks of t^3 - t; each member of a group adds t^2 - 1. */
static double
tie_term(const double *ranks, gsize n)
{
    double term = 0;

    for (gsize i = 0; i < n; i++) {
        double t = 0;

        for (gsize j = 0; j < n; j++)
            t += ranks[j] == ranks[i];
        term += t * t - 1;
    }
    return term;
}

BbConcordance
bb_kendall_w(const double *ranks, gsize m, gsize n)
{
    double rows = (double)m, items = (double)n, middle = rows * (items + 1) / 2;
    double s = 0, ties = 0;
    BbConcordance result;

    for (gsize j = 0; j < n; j++) {
        double sum = 0;

        for (gsize i = 0; i < m; i++)
            sum += ranks[i * n + j];
        s += (sum - middle) * (sum - middle);
    }
    for (gsize i = 0; i < m; i++)
        ties += tie_term(ranks + i * n, n);
    result.w = 12 * s / (rows * rows * (items * items * items - items) - rows * ties);
    result.chi2 = rows * (items - 1) * result.w;
    result.p = n < 2 ? NAN : gsl_cdf_chisq_Q(result.chi2, items - 1);
    return result;
}

static int
sign(double x)
{
    return (x > 0) - (x < 0);
}

double
bb_kendall_tau(const double *a, const double *b, gsize n)
{
    double score = 0, untied_a = 0, untied_b = 0;

    for (gsize i = 0; i < n; i++) {
        for (gsize j = i + 1; j < n; j++) {
            int da = sign(a[i] - a[j]), db = sign(b[i] - b[j]);

            score += da * db;
            untied_a += da != 0;
            untied_b += db != 0;
        }
    }
    return score / sqrt(untied_a * untied_b);
}
