/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-batch-means.h"
#include "sim/lab/stat/bb-moments.h"

#include <gsl/gsl_errno.h>
#include <math.h>

/* A chain with x' = r x + noise. */
static double *
chain(guint64 seed, gsize n, double r)
{
    double *x = g_new(double, n), at = 0;

    for (gsize i = 0; i < n; i++)
        x[i] = at = r * at + bb_rng_uniform(seed, 0, i, 0) - 0.5;
    return x;
}

static void
test_independent(void)
{
    g_autofree double *x = chain(1, 2005, 0);
    BbBatchMeans result;
    double y[20];

    g_assert_true(bb_batch_means(x, 2005, 20, 0.95, &result, NULL));
    for (gsize j = 0; j < 20; j++)
        y[j] = bb_stat_mean(x + 5 + 100 * j, 100);
    g_assert_true(result.independent && result.n_batches == 20 && result.batch_length == 100);
    g_assert_cmpfloat_with_epsilon(result.mean, bb_stat_mean(x + 5, 2000), 1e-14);
    g_assert_cmpfloat_with_epsilon(result.sd, bb_stat_sd(y, 20), 1e-14);
    g_assert_cmpfloat_with_epsilon((result.upper - result.lower) / 2,
                                   2.0930240544082634 * result.sd / sqrt(20), 1e-12);
    g_assert_cmpfloat_with_epsilon(result.asymptotic_variance, 1.0 / 12, 0.06);
    g_assert_cmpfloat(result.n_needed, ==, 2000);
}

static void
test_correlated(void)
{
    g_autofree double *x = chain(1, 2000, 0.999);
    BbBatchMeans result;

    g_assert_true(bb_batch_means(x, 2000, 20, 0.95, &result, NULL));
    g_assert_cmpuint(result.n_batches, ==, 10); /* joined once, and still */
    g_assert_cmpuint(result.batch_length, ==, 200);
    g_assert_false(result.independent);
    g_assert_cmpfloat(result.von_neumann, <, 2);
    g_assert_cmpfloat(result.n_needed, >=, 4000);
}

static void
test_edges(void)
{
    double x[40] = {0};
    BbBatchMeans result;

    g_assert_false(bb_batch_means(x, 39, 20, 0.95, &result, NULL));
    g_assert_true(bb_batch_means(x, 40, 20, 0.95, &result, NULL));
    g_assert_true(result.independent && result.lower == 0 && result.upper == 0);
    g_assert_cmpfloat_with_epsilon(bb_run_length(29, 1, 0.05, 0.95),
                                   29 * 400 * 1.959963984540054 * 1.959963984540054, 1e-6);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/batch-means/independent", test_independent);
    g_test_add_func("/batch-means/correlated", test_correlated);
    g_test_add_func("/batch-means/edges", test_edges);
    return g_test_run();
}
