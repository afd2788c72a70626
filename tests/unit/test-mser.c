/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-error.h"
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-mser.h"

#include <math.h>

#define N 403

/* The definition, without any running sum. */
static double
by_definition(const double *x, gsize k, gsize batch, gsize d)
{
    g_autofree double *z = g_new(double, k);
    double mean, sum = 0;

    for (gsize j = 0; j < k; j++)
        z[j] = bb_stat_mean(x + j * batch, batch);
    mean = bb_stat_mean(z + d, k - d);
    for (gsize j = d; j < k; j++)
        sum += (z[j] - mean) * (z[j] - mean);
    return sum / ((double)(k - d) * (double)(k - d));
}

static double *
noisy(guint64 seed, double start)
{
    double *x = g_new(double, N);

    for (guint i = 0; i < N; i++)
        x[i] = 1e6 + start * exp(-(double)i / 30) + bb_rng_uniform(seed, 0, i, 0);
    return x;
}

static void
test_definition(void)
{
    for (guint seed = 1; seed <= 20; seed++) {
        g_autofree double *x = noisy(seed, seed - 10.0);
        gsize batch = seed % 2 == 0 ? BB_MSER_BATCH : 1, k = N / batch, best = 0;
        BbMser mser;

        g_assert_true(bb_mser(x, N, batch, &mser, NULL));
        for (gsize d = 1; d <= k / 2; d++)
            if (by_definition(x, k, batch, d) < by_definition(x, k, batch, best))
                best = d;
        g_assert_cmpuint(mser.n_batches, ==, k);
        g_assert_cmpuint(mser.delete_observations, ==, best * batch);
        g_assert_cmpfloat_with_epsilon(mser.statistic_at_d, by_definition(x, k, batch, best), 1e-9);
        g_assert_cmpfloat_with_epsilon(mser.mean_after,
                                       bb_stat_mean(x + best * batch, N - best * batch), 1e-6);
    }
}

static void
test_edges(void)
{
    g_autoptr(GError) error = NULL;
    double x[50];
    BbMser mser;

    for (gsize i = 0; i < 50; i++)
        x[i] = 0.1;
    g_assert_false(bb_mser(x, 49, 5, &mser, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_true(bb_mser(x, 50, 5, &mser, NULL));
    g_assert_true(mser.delete_observations == 0 && mser.statistic_at_d == 0);
    g_assert_false(mser.minimum_in_second_half);
    x[40] = 100; /* a burst late: what is best comes after the middle */
    for (gsize i = 0; i < 30; i++)
        x[i] = (double)i;
    g_assert_true(bb_mser(x, 50, 1, &mser, NULL));
    g_assert_true(mser.minimum_in_second_half);
}

/* The cut of the mean; the longer series ends with the shorter. */
static void
test_common(void)
{
    g_autofree double *a = noisy(1, 20), *b = noisy(2, 20), *mean = g_new(double, 300);
    const double *both[] = {a, b};
    static const gsize lengths[] = {N, 300};
    BbMser common, direct;

    for (gsize i = 0; i < 300; i++)
        mean[i] = a[i] / 2 + b[i] / 2;
    g_assert_true(bb_mser(mean, 300, 5, &direct, NULL));
    g_assert_true(bb_mser_common(both, lengths, 2, 5, &common, NULL));
    g_assert_cmpuint(common.delete_observations, ==, direct.delete_observations);
    g_assert_cmpuint(common.delete_observations, >, 0);
    g_assert_false(bb_mser_common(both, lengths, 0, 5, &common, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mser/definition", test_definition);
    g_test_add_func("/mser/edges", test_edges);
    g_test_add_func("/mser/common", test_common);
    return g_test_run();
}
