/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-bootstrap.h"
#include "sim/lab/stat/bb-moments.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static double
mean_of(gpointer data, const guint32 *index, gsize n)
{
    const double *x = data;
    double sum = 0;

    for (gsize i = 0; i < n; i++)
        sum += x[index[i]];
    return sum / (double)n;
}

/* Symmetrical and exact: BCa is then the percentile interval. */
static void
test_replicates(void)
{
    double replicates[1000];
    BbBca bca;

    for (guint i = 0; i < 1000; i++)
        replicates[i] = (double)((i * 387) % 1000) - 499.5;
    bca = bb_bca_of_replicates(replicates, 1000, 0, 0, 0.9);
    g_assert_true(bca.valid);
    g_assert_cmpuint(bca.n_less, ==, 500);
    g_assert_cmpuint(bca.n_equal, ==, 0);
    g_assert_cmpfloat_with_epsilon(bca.z0, 0, 1e-12);
    g_assert_cmpfloat(bca.lower, ==, -450.5); /* rank ceil(.05 * 1000) = 50 */
    g_assert_cmpfloat(bca.upper, ==, 449.5);
    g_assert_cmpfloat(bca.percentile_lower, ==, bca.lower);
    g_assert_cmpfloat_with_epsilon(bca.se, sqrt((1e6 - 1) / 12), 1e-9);
}

static void
test_no_interval(void)
{
    double equal[] = {2, 2, 2, 2}, spread[] = {1, 2, 3, 4}, one[] = {1};

    g_assert_false(bb_bca_of_replicates(equal, 4, 2, 0, 0.95).valid);
    g_assert_false(bb_bca_of_replicates(spread, 4, 2.5, 1, 0.95).valid); /* 1 - 1.96 < 0 */
    g_assert_false(bb_bca_of_replicates(one, 1, 1, 0, 0.95).valid);
    g_assert_true(isnan(bb_bca_of_replicates(one, 1, 1, 0, 0.95).lower));
    /* An estimate beyond all replicates still has a finite z0. */
    g_assert_true(isfinite(bb_bca_of_replicates(spread, 4, 9, 0, 0.95).z0));
}

static void
test_drawn(void)
{
    double x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8};
    BbBca bca = bb_bca(mean_of, x, 12, BB_BOOTSTRAP_REPLICATES, 0.95, 7);
    BbBca again = bb_bca(mean_of, x, 12, BB_BOOTSTRAP_REPLICATES, 0.95, 7);
    double se = bb_stat_sd(x, 12) * sqrt(11.0 / 12 / 12), cubes = 0, squares = 0;

    g_assert_true(bca.valid && bca.lower == again.lower && bca.upper == again.upper);
    g_assert_cmpfloat_with_epsilon(bca.estimate, 52.0 / 12, 1e-14);
    g_assert_cmpfloat_with_epsilon(bca.se, se, 0.03 * se); /* sd of the mean, 4 of its own sd */
    g_assert_cmpfloat(bca.lower, <, bca.estimate - se);
    g_assert_cmpfloat(bca.upper, >, bca.estimate + se);
    for (gsize i = 0; i < 12; i++) {
        double d = x[i] - bca.estimate;

        cubes += d * d * d;
        squares += d * d;
    }
    g_assert_cmpfloat_with_epsilon(bca.a, cubes / (6 * pow(squares, 1.5)), 1e-12);
    g_assert_cmpfloat(bb_bca(mean_of, x, 12, 999, 0.95, 8).z0, !=,
                      bb_bca(mean_of, x, 12, 999, 0.95, 9).z0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/bootstrap/replicates", test_replicates);
    g_test_add_func("/bootstrap/no-interval", test_no_interval);
    g_test_add_func("/bootstrap/drawn", test_drawn);
    return g_test_run();
}
