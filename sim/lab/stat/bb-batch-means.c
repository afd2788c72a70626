/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch means with von Neumann's test of independence (1941; variance of the ratio: Young 1941). The
 * test is one-sided: only positive correlation makes the interval too short. */
#include "sim/lab/stat/bb-batch-means.h"

#include "sim/base/bb-error.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-student.h"

#include <math.h>

#define REJECT_P 0.1
#define GOAL_LAG1 0.1

static double
von_neumann(const double *y, gsize b)
{
    double steps = 0;

    for (gsize j = 1; j < b; j++)
        steps += (y[j] - y[j - 1]) * (y[j] - y[j - 1]);
    return steps / (bb_stat_variance(y, b) * (double)(b - 1));
}

/* Judges y[0..b), the means of batches of `length`. */
static BbBatchMeans
judge(const double *y, gsize b, gsize length, double level)
{
    BbTTest test = bb_t_one(y, b, level);
    double m = (double)b, sd = bb_stat_sd(y, b);
    BbBatchMeans result = {.n_batches = b, .batch_length = length, .mean = test.mean, .sd = sd};

    result.lower = test.lower;
    result.upper = test.upper;
    result.asymptotic_variance = (double)length * sd * sd;
    result.n_needed = m * (double)length;
    if (sd == 0) { /* nothing varies: nothing can be correlated */
        result.von_neumann = 2;
        result.von_neumann_p = 0.5;
        result.independent = TRUE;
        return result;
    }
    result.lag1 = bb_stat_lag1(y, b);
    result.von_neumann = von_neumann(y, b);
    result.von_neumann_p =
        bb_normal_cdf((result.von_neumann - 2) / sqrt(4 * (m - 2) / (m * m - 1)));
    result.independent = result.von_neumann_p > REJECT_P;
    if (!result.independent)
        result.n_needed *= MAX(2, result.lag1 / GOAL_LAG1);
    return result;
}

/* Joins neighbours; the first is dropped when b is odd. Returns the new number. */
static gsize
join_pairs(double *y, gsize b)
{
    gsize half = b / 2, skip = b % 2;

    for (gsize j = 0; j < half; j++)
        y[j] = (y[skip + 2 * j] + y[skip + 2 * j + 1]) / 2;
    return half;
}

gboolean
bb_batch_means(const double *x, gsize n, gsize n_batches, double level, BbBatchMeans *out,
               GError **error)
{
    gsize b = n_batches, length;
    g_autofree double *y = NULL;

    if (b < 3 || n / b < 2)
        return bb_error_set(error, BB_ERROR_INPUT,
                            "%" G_GSIZE_FORMAT " observations are too few for %" G_GSIZE_FORMAT
                            " batch means",
                            n, n_batches);
    length = n / b;
    y = g_new(double, b);
    for (gsize j = 0; j < b; j++)
        y[j] = bb_stat_mean(x + (n - b * length) + j * length, length);
    *out = judge(y, b, length, level);
    while (!out->independent && b / 2 >= BB_BATCH_MIN_COUNT) {
        b = join_pairs(y, b);
        length *= 2;
        *out = judge(y, b, length, level);
    }
    return TRUE;
}

double
bb_run_length(double asymptotic_variance, double mean, double rel, double level)
{
    double z = bb_normal_quantile((1 + level) / 2);

    return z * z * asymptotic_variance / (rel * mean * (rel * mean));
}
