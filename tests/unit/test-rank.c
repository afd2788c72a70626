/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-rank.h"

#include <gsl/gsl_errno.h>
#include <math.h>

static void
test_ranks(void)
{
    static const double values[] = {30, 10, 20, 20, 40, 20}, want[] = {5, 1, 3, 3, 6, 3};
    double got[6];

    bb_ranks(values, 6, got);
    for (gsize i = 0; i < 6; i++)
        g_assert_cmpfloat(got[i], ==, want[i]);
}

static void
test_concordance(void)
{
    static const double same[] = {1, 2, 3, 1, 2, 3}, opposed[] = {1, 2, 3, 3, 2, 1};
    /* Siegel & Castellan's form by hand: rank sums 4, 7, 7, S = 6, ties 6 + 0. */
    static const double tied[] = {1, 2.5, 2.5, 1, 2, 3, 2, 2.5, 1.5};
    static const double one_tie[] = {2, 2, 2};

    g_assert_cmpfloat_with_epsilon(bb_kendall_w(same, 2, 3).w, 1, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_kendall_w(same, 2, 3).chi2, 4, 1e-14);
    g_assert_cmpfloat_with_epsilon(bb_kendall_w(same, 2, 3).p, exp(-2), 1e-14);
    g_assert_cmpfloat_with_epsilon(bb_kendall_w(opposed, 2, 3).w, 0, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_kendall_w(tied, 3, 3).w, 12 * 6.0 / (9 * 24 - 3 * 6), 1e-14);
    g_assert_true(isnan(bb_kendall_w(one_tie, 1, 3).w));
}

static void
test_tau(void)
{
    static const double a[] = {1, 2, 3, 4}, b[] = {2, 1, 4, 3}, tied[] = {1, 1, 2, 3};
    static const double flat[] = {1, 1, 1, 1};

    g_assert_cmpfloat_with_epsilon(bb_kendall_tau(a, a, 4), 1, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_kendall_tau(a, b, 4), 2.0 / 6, 1e-15);
    g_assert_cmpfloat_with_epsilon(bb_kendall_tau(a, tied, 4), 5 / sqrt(6 * 5), 1e-15);
    g_assert_true(isnan(bb_kendall_tau(a, flat, 4)));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/rank/ranks", test_ranks);
    g_test_add_func("/rank/concordance", test_concordance);
    g_test_add_func("/rank/tau", test_tau);
    return g_test_run();
}
