/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-ks.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static double
uniform(gconstpointer data, double x)
{
    (void)data;
    return CLAMP(x, 0, 1);
}

static void
test_distance(void)
{
    static const double x[] = {0.25, 0.5, 0.5, 1};

    g_assert_cmpfloat(bb_ks_distance(x, 4, uniform, NULL), ==, 0.25);
    g_assert_cmpfloat(bb_ks_distance(x, 1, uniform, NULL), ==, 0.75);
    /* n = 1, F = 1/4: -1 - ln(1/4) - ln(3/4). */
    g_assert_cmpfloat_with_epsilon(bb_anderson_darling(x, 1, uniform, NULL),
                                   -1 - log(0.25) - log(0.75), 1e-14);
    g_assert_true(isfinite(bb_anderson_darling(x, 4, uniform, NULL)));
}

/* By hand: n = 1: 2 - 2d from 1/2 on; n = 2: 1 - 2(2d - 1/2)^2 up to 1/2, 2(1 - d)^2 beyond; and for
 * any n with 1/2 < nd <= 1: 1 - n! (2d - 1/n)^n. */
static void
test_exact(void)
{
    g_assert_cmpfloat_with_epsilon(bb_ks_above(0.75, 1), 0.5, 1e-14);
    g_assert_cmpfloat_with_epsilon(bb_ks_above(0.4, 2), 1 - 2 * 0.3 * 0.3, 1e-14);
    g_assert_cmpfloat_with_epsilon(bb_ks_above(0.7, 2), 2 * 0.09, 1e-14);
    g_assert_cmpfloat_with_epsilon(bb_ks_above(0.18, 5), 1 - 120 * pow(0.16, 5), 1e-14);
    /* The largest n of the exact law: n!'s exponent is kept apart. */
    g_assert_cmpfloat_with_epsilon(bb_ks_above(0.03, 2000), bb_ks_above(0.03, 2001), 1e-3);
    g_assert_true(bb_ks_above(0.25, 2) == 1 && bb_ks_above(1, 3) == 0);
}

/* Where a method hands over to the next, both agree. */
static void
test_seams(void)
{
    static const gsize ns[] = {10, 100, 1000};

    for (gsize i = 0; i < G_N_ELEMENTS(ns); i++) {
        double d = 2 / sqrt((double)ns[i]); /* n d^2 = 4 */

        g_assert_cmpfloat_with_epsilon(
            bb_ks_above(d * (1 - 1e-9), ns[i]) / bb_ks_above(d * (1 + 1e-9), ns[i]), 1, 1e-7);
        g_assert_cmpfloat_with_epsilon(bb_ks_above(bb_ks_critical(0.01, ns[i]), ns[i]), 0.01, 1e-9);
    }
    g_assert_cmpfloat_with_epsilon(bb_ks_limit_above(1 - 1e-12), bb_ks_limit_above(1), 1e-10);
    g_assert_cmpfloat_with_epsilon(bb_ks_above(0.02, 2000),
                                   bb_ks_above(0.02 * sqrt(2000 / 2001.0), 2001), 1e-4);
    g_assert_cmpfloat_with_epsilon(bb_ks_limit_above(bb_ks_limit_critical(0.05)), 0.05, 1e-12);
}

/* All 20 ways to deal 3 and 3: D = 1 twice; ties only lower what can be seen. */
static void
test_two_samples(void)
{
    static const double low[] = {3, 1, 2}, high[] = {6, 4, 5}, mixed[] = {1, 4, 9},
                        same[] = {7, 7, 7};
    BbKsTwoSample result = bb_ks_two_sample(low, 3, high, 3);

    g_assert_true(result.exact && result.d == 1);
    g_assert_cmpfloat_with_epsilon(result.p, 2.0 / 20, 1e-14);
    result = bb_ks_two_sample(low, 3, mixed, 3);
    g_assert_cmpfloat_with_epsilon(result.d, 2.0 / 3, 1e-14);
    result = bb_ks_two_sample(same, 3, same, 2);
    g_assert_true(result.d == 0 && result.p == 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/ks/distance", test_distance);
    g_test_add_func("/ks/exact", test_exact);
    g_test_add_func("/ks/seams", test_seams);
    g_test_add_func("/ks/two-samples", test_two_samples);
    return g_test_run();
}
