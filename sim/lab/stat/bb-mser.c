/* SPDX-License-Identifier: GPL-3.0-or-later */
/* g(d) for all d in one walk from the right, by Welford's update of mean and squares: no cancellation,
 * and exactly 0 over equal batches. Values that differ by rounding alone count as equal, so that the
 * smallest d wins. */
#include "sim/lab/stat/bb-mser.h"

#include "sim/base/bb-error.h"
#include "sim/lab/stat/bb-moments.h"

#define MIN_LEFT 5
#define ROUNDING (1 - 1e-12)

static double *
batch_means(const double *x, gsize n_batches, gsize batch)
{
    double *z = g_new(double, n_batches);

    for (gsize j = 0; j < n_batches; j++)
        z[j] = bb_stat_mean(x + j * batch, batch);
    return z;
}

/* g[d] for d = 0..k - 1 over z[d..k). */
static double *
statistics(const double *z, gsize k)
{
    double *g = g_new(double, k), mean = 0, squares = 0;

    for (gsize left = 1; left <= k; left++) {
        double value = z[k - left], off = value - mean;

        mean += off / (double)left;
        squares += off * (value - mean);
        g[k - left] = squares / ((double)left * (double)left);
    }
    return g;
}

static gsize
least(const double *g, gsize first, gsize last)
{
    gsize best = first;

    for (gsize d = first + 1; d <= last; d++)
        if (g[d] < g[best] * ROUNDING)
            best = d;
    return best;
}

gboolean
bb_mser(const double *x, gsize n, gsize batch, BbMser *out, GError **error)
{
    gsize k = n / batch, cut;
    g_autofree double *z = NULL, *g = NULL;

    if (k < BB_MSER_MIN_BATCHES)
        return bb_error_set(error, BB_ERROR_INPUT,
                            "a warm-up cannot be found in %" G_GSIZE_FORMAT
                            " observations: expected at least %" G_GSIZE_FORMAT,
                            n, BB_MSER_MIN_BATCHES * batch);
    z = batch_means(x, k, batch);
    g = statistics(z, k);
    cut = least(g, 0, MIN(k / 2, k - MIN_LEFT));
    *out = (BbMser){.n_batches = k,
                    .delete_observations = cut * batch,
                    .statistic_at_0 = g[0],
                    .statistic_at_d = g[cut],
                    .minimum_in_second_half = g[least(g, 0, k - MIN_LEFT)] < g[cut] * ROUNDING,
                    .mean_all = bb_stat_mean(x, n),
                    .mean_after = bb_stat_mean(x + cut * batch, n - cut * batch)};
    return TRUE;
}

gboolean
bb_mser_common(const double *const *series, const gsize *lengths, gsize n_series, gsize batch,
               BbMser *out, GError **error)
{
    gsize n = n_series > 0 ? lengths[0] : 0;
    g_autofree double *mean = NULL;

    for (gsize r = 1; r < n_series; r++)
        n = MIN(n, lengths[r]);
    mean = g_new0(double, n);
    for (gsize r = 0; r < n_series; r++)
        for (gsize i = 0; i < n; i++)
            mean[i] += series[r][i] / (double)n_series;
    return bb_mser(mean, n, batch, out, error);
}
