/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-student.h"

#include <gsl/gsl_errno.h>
#include <math.h>

/* Closed forms: df 1 is Cauchy's law, df 2 is algebraic. */
static void
test_quantiles(void)
{
    static const double p[] = {0.001, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9999999};

    for (gsize i = 0; i < G_N_ELEMENTS(p); i++) {
        double cauchy = -cos(G_PI * p[i]) / sin(G_PI * p[i]);
        double two = (2 * p[i] - 1) / sqrt(2 * p[i] * (1 - p[i]));

        g_assert_cmpfloat_with_epsilon(bb_t_quantile(p[i], 1), cauchy, 1e-8 * fabs(cauchy) + 1e-15);
        g_assert_cmpfloat_with_epsilon(bb_t_quantile(p[i], 2), two, 1e-8 * fabs(two) + 1e-15);
        g_assert_cmpfloat_with_epsilon(1 - bb_t_above(bb_t_quantile(p[i], 6.5), 6.5), p[i], 1e-13);
        g_assert_cmpfloat_with_epsilon(bb_normal_cdf(bb_normal_quantile(p[i])), p[i], 1e-14);
    }
    g_assert_true(isnan(bb_t_quantile(0, 5)) && isnan(bb_t_quantile(0.5, 0)));
}

static void
test_one(void)
{
    static const double x[] = {1, 2, 3, 4, 5}, equal[] = {2, 2, 2}, zero[] = {0, 0, 0};
    BbTTest test = bb_t_one(x, 5, 0.95);

    g_assert_cmpfloat_with_epsilon(test.t, 3 / sqrt(0.5), 1e-14);
    g_assert_cmpfloat_with_epsilon(test.upper - 3, 2.7764451051977987 * sqrt(0.5), 1e-12);
    g_assert_cmpfloat_with_epsilon(test.p, 2 * bb_t_above(test.t, 4), 1e-16);
    g_assert_cmpfloat(bb_t_at_level(&test, 0.5).upper, <, test.upper);
    test = bb_t_one(equal, 3, 0.95);
    g_assert_true(test.p == 0 && test.lower == 2 && test.upper == 2);
    test = bb_t_one(zero, 3, 0.95);
    g_assert_true(test.p == 1 && test.t == 0);
    test = bb_t_one(x, 1, 0.95);
    g_assert_true(test.mean == 1 && isnan(test.p) && isnan(test.upper));
}

static void
test_two(void)
{
    static const double a[] = {5, 7, 9}, b[] = {1, 3, 5}, c[] = {2, 2, 3, 3};
    BbTTest paired = bb_t_paired(a, b, 3, 0.95), welch = bb_t_welch(a, 3, b, 3, 0.95);

    g_assert_true(paired.mean == 4 && paired.p == 0);
    /* Equal sizes and variances: Student's two samples. */
    g_assert_cmpfloat_with_epsilon(welch.df, 4, 1e-14);
    g_assert_cmpfloat_with_epsilon(welch.t, 4 / sqrt(8.0 / 3), 1e-14);
    g_assert_cmpfloat(bb_t_welch(a, 3, c, 4, 0.95).df, <, 5);
    g_assert_true(isnan(bb_t_welch(a, 3, b, 1, 0.95).p));
}

static void
test_equivalence(void)
{
    static const double x[] = {-1, 0, 1, 0.5, -0.5};
    BbTTest test = bb_t_one(x, 5, 0.95);
    BbTost tost = bb_tost(&test, -1, 1, 0.05);

    g_assert_true(tost.equivalent && tost.p < 0.05);
    g_assert_cmpfloat_with_epsilon(tost.p_lower, tost.p_upper, 1e-15);
    g_assert_cmpfloat_with_epsilon(tost.upper, 2.13184678632665 * sqrt(0.625 / 5), 1e-12);
    tost = bb_tost(&test, -0.7, 1, 0.05);
    g_assert_true(!tost.equivalent && tost.p > 0.05);
}

static void
test_replications(void)
{
    static const struct {
        double sd, half_width;
        gsize n;
    } cases[] = {{1, 100, 2}, {1, 1, 7}, {1, 0.1, 387}, {0, 1, 2},
                 {0, 0, 2},   {1, 0, 0}, {1, 1e-9, 0}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(bb_t_replications(cases[i].sd, cases[i].half_width, 0.95), ==, cases[i].n);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/student/quantiles", test_quantiles);
    g_test_add_func("/student/one", test_one);
    g_test_add_func("/student/two", test_two);
    g_test_add_func("/student/equivalence", test_equivalence);
    g_test_add_func("/student/replications", test_replications);
    return g_test_run();
}
