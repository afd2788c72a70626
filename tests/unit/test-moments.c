/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-moments.h"

#include <math.h>

static const struct {
    const char *name;
    double x[6];
    gsize n;
    double mean, sd, lag1, median;
} cases[] = {
    {"none", {0}, 0, NAN, NAN, NAN, NAN},
    {"one", {7}, 1, 7, NAN, NAN, 7},
    {"equal", {3, 3, 3}, 3, 3, 0, NAN, 3},
    {"even", {4, 1, 3, 2}, 4, 2.5, 1.2909944487358056, -0.65, 2.5},
    {"far from zero", {1e9 + 1, 1e9 + 3, 1e9 + 2}, 3, 1e9 + 2, 1, -0.5, 1e9 + 2},
    {"cancelling", {1e16, 1, -1e16, 1, 1, 1}, 6, 2.0 / 3, 6324555320336759, -1.0 / 6e16, 1},
};

static void
assert_close(double got, double want, double rel)
{
    if (isnan(want))
        g_assert_true(isnan(got));
    else
        g_assert_cmpfloat_with_epsilon(got, want, rel * MAX(1e-300, fabs(want)) + 1e-300);
}

static void
test_moments(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        double x[6];

        for (gsize k = 0; k < 6; k++)
            x[k] = cases[i].x[k];
        g_test_message("%s", cases[i].name);
        assert_close(bb_stat_mean(x, cases[i].n), cases[i].mean, 1e-15);
        assert_close(bb_stat_sd(x, cases[i].n), cases[i].sd, 1e-14);
        assert_close(bb_stat_lag1(x, cases[i].n), cases[i].lag1, 1e-14);
        assert_close(bb_stat_median(x, cases[i].n), cases[i].median, 0);
    }
}

static void
test_correlation(void)
{
    static const double x[] = {1, 2, 3, 4}, up[] = {10, 20, 30, 40}, down[] = {4, 3, 2, 1};
    static const double flat[] = {5, 5, 5, 5}, bent[] = {0, 1, 1, 0};

    g_assert_cmpfloat_with_epsilon(bb_stat_correlation(x, up, 4), 1, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_stat_correlation(x, down, 4), -1, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_stat_correlation(x, bent, 4), 0, 1e-15);
    g_assert_true(isnan(bb_stat_correlation(x, flat, 4)));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/moments/moments", test_moments);
    g_test_add_func("/moments/correlation", test_correlation);
    return g_test_run();
}
