/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-share.h"

#include <gsl/gsl_errno.h>
#include <math.h>

/* All of n: the lower end is (a/2)^(1/n). */
static void
test_ends(void)
{
    for (guint64 n = 1; n <= 1000; n *= 10) {
        double root = pow(0.025, 1 / (double)n);
        BbShareInterval all = bb_share_clopper_pearson(n, n, 0.95);
        BbShareInterval none = bb_share_clopper_pearson(0, n, 0.95);

        g_assert_cmpfloat_with_epsilon(all.lower, root, 1e-12);
        g_assert_cmpfloat_with_epsilon(none.upper, 1 - root, 1e-12);
        g_assert_true(all.upper == 1 && none.lower == 0);
        g_assert_true(bb_share_wilson(n, n, 0.95).upper == 1);
        g_assert_true(bb_share_wilson(0, n, 0.95).lower == 0);
    }
}

/* Both ends s solve n (s - k/n)^2 = z^2 s (1 - s). */
static void
test_wilson(void)
{
    BbShareInterval interval = bb_share_wilson(3, 10, 0.95);
    double ends[] = {interval.lower, interval.upper}, z = 1.9599639845400543;

    for (guint i = 0; i < 2; i++)
        g_assert_cmpfloat_with_epsilon(10 * (ends[i] - 0.3) * (ends[i] - 0.3),
                                       z * z * ends[i] * (1 - ends[i]), 1e-12);
}

static void
test_sign(void)
{
    g_assert_cmpfloat_with_epsilon(bb_sign_test_above(3, 4), 5.0 / 16, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_sign_test(1, 4), 10.0 / 16, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_sign_test_above(100, 100), exp2(-100), 1e-42);
    g_assert_true(bb_sign_test(5, 10) == 1 && bb_sign_test_above(0, 7) == 1);
}

static void
test_verdict(void)
{
    static const struct {
        guint64 k, n;
        BbRankingVerdict verdict;
    } cases[] = {
        {20, 20, BB_RANKING_HOLDS},  {15, 20, BB_RANKING_HOLDS},   {14, 20, BB_RANKING_UNSTABLE},
        {5, 5, BB_RANKING_UNSTABLE}, {6, 20, BB_RANKING_UNSTABLE}, {5, 20, BB_RANKING_REVERSED},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(bb_share_verdict(cases[i].k, cases[i].n, 0.95), ==, cases[i].verdict);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/share/ends", test_ends);
    g_test_add_func("/share/wilson", test_wilson);
    g_test_add_func("/share/sign", test_sign);
    g_test_add_func("/share/verdict", test_verdict);
    return g_test_run();
}
