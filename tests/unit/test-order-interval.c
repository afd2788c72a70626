/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-order-interval.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Against plain sums of binomial chances, over all small n. */
static void
test_sums(void)
{
    static const double ps[] = {0.1, 0.5, 0.75, 0.95}, levels[] = {0.8, 0.95};

    for (guint n = 1; n <= 40; n++)
        for (gsize k = 0; k < G_N_ELEMENTS(ps) * G_N_ELEMENTS(levels); k++) {
            double p = ps[k / 2], half = (1 - levels[k % 2]) / 2, below = 0, coverage = 0;
            BbOrderInterval got = bb_order_interval(n, p, levels[k % 2]);
            guint lower = 0, upper = 0;

            for (guint i = 0; i <= n; i++) {
                below += gsl_ran_binomial_pdf(i, p, n); /* P(Bin <= i) */
                if (below <= half)
                    lower = i + 1;
                if (i < n && upper == 0 && 1 - below <= half)
                    upper = i + 1;
            }
            g_assert_cmpuint(got.lower_rank, ==, lower);
            g_assert_cmpuint(got.upper_rank, ==, upper);
            for (guint i = lower; i <= (upper > 0 ? upper - 1 : n); i++)
                coverage += gsl_ran_binomial_pdf(i, p, n);
            g_assert_cmpfloat_with_epsilon(got.coverage, coverage, 1e-12);
        }
}

static void
test_minimum(void)
{
    static const struct {
        double p, level;
        gboolean two_sided;
        guint64 n;
    } cases[] = {{0.5, 0.5, FALSE, 1},     {0.5, 0.75, FALSE, 2},     {0.5, 0.75, TRUE, 3},
                 {0.99, 0.95, FALSE, 299}, {0.99, 0.95, TRUE, 368},   {0.1, 0.8, FALSE, 1},
                 {0.9, 0.95, TRUE, 36},    {0.999, 0.95, FALSE, 2995}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(bb_order_minimum_n(cases[i].p, cases[i].level, cases[i].two_sided), ==,
                         cases[i].n);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/order-interval/sums", test_sums);
    g_test_add_func("/order-interval/minimum", test_minimum);
    return g_test_run();
}
