/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-erlang.h"

#include <math.h>

/* B = (a^c / c!) / sum a^k / k!. */
static void
test_erlang_b(void)
{
    static const double loads[] = {0.1, 1, 4.5, 20};

    for (guint64 c = 0; c <= 30; c++)
        for (gsize i = 0; i < G_N_ELEMENTS(loads); i++) {
            double term = 1, sum = 1;

            for (guint64 k = 1; k <= c; k++)
                sum += term *= loads[i] / (double)k;
            g_assert_cmpfloat_with_epsilon(bb_erlang_b(c, loads[i]) / (term / sum), 1, 1e-12);
        }
    g_assert_cmpfloat_with_epsilon(bb_erlang_b(10, 10), 0.2146, 5e-5); /* any Erlang table */
}

static void
test_waits(void)
{
    BbMmc mmc = bb_mmc(1, 1.6, 2), full = bb_mmc(2, 2, 1);

    /* M/M/1: C = rho, W = rho / (mu - lambda). */
    g_assert_cmpfloat_with_epsilon(mmc.erlang_c, 0.8, 1e-15);
    g_assert_cmpfloat_with_epsilon(mmc.wait_mean, 2, 1e-14);
    g_assert_cmpfloat_with_epsilon(mmc.queue_mean, 3.2, 1e-14);
    g_assert_cmpfloat_with_epsilon(bb_mmc_wait_quantile(&mmc, 0.9), log(8) / 0.4, 1e-14);
    g_assert_true(bb_mmc_wait_quantile(&mmc, 0.1) == 0);
    g_assert_true(full.erlang_c == 1 && isinf(full.wait_mean));
    g_assert_true(isinf(bb_mmc_wait_quantile(&full, 0.5)));
}

static void
test_staffing(void)
{
    static const double limits[] = {10, 1, 0.1, 1e-3, 1e-9};

    for (int target = BB_STAFFING_WAIT_MEAN; target <= BB_STAFFING_WAIT_QUANTILE; target++)
        for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
            guint64 c = bb_staffing(7, 1, (BbStaffingTarget)target, 0.9, limits[i]);
            BbMmc enough = bb_mmc(c, 7, 1), fewer = bb_mmc(c - 1, 7, 1);

            g_assert_cmpuint(c, >, 7);
            g_assert_cmpfloat(bb_staffing_value(&enough, (BbStaffingTarget)target, 0.9), <=,
                              limits[i]);
            g_assert_true(c == 8 ||
                          bb_staffing_value(&fewer, (BbStaffingTarget)target, 0.9) > limits[i]);
        }
    g_assert_cmpuint(bb_staffing(7, 1, BB_STAFFING_WAIT_MEAN, 0, -1), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/erlang/b", test_erlang_b);
    g_test_add_func("/erlang/waits", test_waits);
    g_test_add_func("/erlang/staffing", test_staffing);
    return g_test_run();
}
