/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain resampling with keyed draws; the interval's ends are replicates, never interpolated. Equality
 * with the estimate allows for the rounding of another order of summation. */
#include "sim/lab/stat/bb-bootstrap.h"

#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-student.h"

#include <math.h>

#define ROUNDING 1e-12

double
bb_bca_acceleration(const double *jackknife, gsize n)
{
    double mean = 0, squares = 0, cubes = 0, largest = 0;

    for (gsize i = 0; i < n; i++)
        mean += jackknife[i];
    mean /= (double)n;

    for (gsize i = 0; i < n; i++) {
        double d = mean - jackknife[i];

        squares += d * d;
        cubes += d * d * d;
        largest = MAX(largest, fabs(d));
    }
    if (largest <= ROUNDING * fabs(mean))
        return 0;
    return cubes / (6 * pow(squares, 1.5));
}

static void
count_below(BbBca *bca, const double *sorted)
{
    gsize last = bca->n_replicates - 1;
    double slack = ROUNDING * MAX(fabs(sorted[0]), fabs(sorted[last]));

    for (gsize i = 0; i <= last; i++) {
        if (sorted[i] < bca->estimate - slack)
            bca->n_less++;
        else if (sorted[i] <= bca->estimate + slack)
            bca->n_equal++;
    }
}

/* The replicate of rank ceil(alpha B), alpha B being whole up to rounding where it is. */
static double
replicate_at(const double *sorted, guint64 n, double alpha)
{
    double rank = ceil(alpha * (double)n - 1e-9);

    return sorted[(gsize)CLAMP(rank, 1, (double)n) - 1];
}

/* FALSE where the acceleration turns the normal scale over. */
static gboolean
corrected_level(const BbBca *bca, double z, double *out_alpha)
{
    double shifted = bca->z0 + z, divisor = 1 - bca->a * shifted;

    if (!(divisor > 0))
        return FALSE;
    *out_alpha = bb_normal_cdf(bca->z0 + shifted / divisor);
    return TRUE;
}

BbBca
bb_bca_of_replicates(double *replicates, gsize n_replicates, double estimate, double a,
                     double level)
{
    BbBca bca = {.estimate = estimate, .a = a, .n_replicates = n_replicates};
    double n = (double)n_replicates, half = (1 - level) / 2, count;

    bca.lower = bca.upper = bca.percentile_lower = bca.percentile_upper = NAN;
    bca.z0 = bca.alpha1 = bca.alpha2 = bca.se = NAN;
    if (n_replicates < 2)
        return bca;
    bb_stat_sort(replicates, n_replicates);
    count_below(&bca, replicates);
    bca.se = bb_stat_sd(replicates, n_replicates) * sqrt((n - 1) / n);
    bca.percentile_lower = replicate_at(replicates, n_replicates, half);
    bca.percentile_upper = replicate_at(replicates, n_replicates, 1 - half);
    count = (double)bca.n_less + (double)bca.n_equal / 2;
    bca.z0 = bb_normal_quantile(CLAMP(count, 1, n - 1) / n);
    bca.valid = bca.n_equal < n_replicates &&
                corrected_level(&bca, bb_normal_quantile(half), &bca.alpha1) &&
                corrected_level(&bca, -bb_normal_quantile(half), &bca.alpha2);
    if (!bca.valid)
        return bca;
    bca.lower = replicate_at(replicates, n_replicates, bca.alpha1);
    bca.upper = replicate_at(replicates, n_replicates, bca.alpha2);
    return bca;
}

static double
leave_one_out(BbResampleStatistic statistic, gpointer data, guint32 *index, gsize n)
{
    g_autofree double *values = g_new(double, n);

    for (gsize i = 0; i < n; i++) {
        for (gsize k = 0; k + 1 < n; k++)
            index[k] = (guint32)(k < i ? k : k + 1);
        values[i] = statistic(data, index, n - 1);
    }
    return bb_bca_acceleration(values, n);
}

BbBca
bb_bca(BbResampleStatistic statistic, gpointer data, gsize n, gsize n_replicates, double level,
       guint64 seed)
{
    g_autofree guint32 *index = g_new(guint32, n);
    g_autofree double *replicates = g_new(double, n_replicates);
    guint32 stream = bb_rng_stream("bootstrap");
    double estimate, a;

    for (gsize k = 0; k < n; k++)
        index[k] = (guint32)k;
    estimate = statistic(data, index, n);
    a = leave_one_out(statistic, data, index, n);
    for (gsize i = 0; i < n_replicates; i++) {
        for (gsize k = 0; k < n; k++)
            index[k] = (guint32)bb_rng_below(seed, stream, i, (guint32)k, n);
        replicates[i] = statistic(data, index, n);
    }
    return bb_bca_of_replicates(replicates, n_replicates, estimate, a, level);
}
