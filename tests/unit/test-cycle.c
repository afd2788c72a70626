/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-cycle.h"

#include "sim/base/bb-dist.h"

#include <math.h>

/* Weights 1 3 0 0 over steps of 10 s: scaled to 1, 3, 0, 0, four points a round of 40 s. */
static const struct {
    double points;
    BbTimeUs time_us;
} times[] = {
    {0, 0},
    {0.5, 5000000},
    {1, 10000000},
    {2.5, 15000000},
    {3.999999, 19999997},
    {4, 40000000},
    {4.25, 42500000},
    {4001, 40010 * BB_US_PER_S},
};

static void
test_times(void)
{
    const double weights[] = {2, 6, 0, 0};
    g_autoptr(BbCycle) cycle = bb_cycle_new(weights, 4, 10 * BB_US_PER_S);
    BbTimeUs time_us = 0;
    for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
        g_assert_true(bb_cycle_time(cycle, times[i].points, &time_us));
        g_assert_cmpint(time_us, ==, times[i].time_us);
    }
    g_assert_false(bb_cycle_time(cycle, 1e18, &time_us));
    g_assert_false(bb_cycle_time(cycle, INFINITY, &time_us));
}

/* Later points, later times; what a step weighs is what falls into it. */
static void
test_rising(void)
{
    double weights[48];
    for (guint i = 0; i < 48; i++)
        weights[i] = 1 + 0.9 * sin(i);
    g_autoptr(BbCycle) cycle = bb_cycle_new(weights, 48, 1800 * BB_US_PER_S);
    BbTimeUs last_us = -1, time_us = 0;
    guint counts[48] = {0};
    double sum = 0;
    for (guint i = 0; i < 48; i++)
        sum += weights[i];
    for (guint i = 0; i < 480000; i++) {
        g_assert_true(bb_cycle_time(cycle, i / 1000.0, &time_us));
        g_assert_cmpint(time_us, >=, last_us);
        last_us = time_us;
        counts[time_us / (1800 * BB_US_PER_S) % 48]++;
    }
    for (guint i = 0; i < 48; i++)
        g_assert_cmpfloat(fabs(counts[i] - 480000 * weights[i] / sum), <, 21);
}

static void
test_exponential(void)
{
    g_assert_cmpuint(bb_exponential_units(exp(-1)), ==, 1 << 20);
    g_assert_cmpuint(bb_exponential_units(exp(-2.5)), ==, 5 << 19);
    g_assert_cmpuint(bb_exponential_units(1 - 0x1p-53), ==, 0);
    g_assert_cmpuint(bb_exponential_units(0x1p-53), ==, 38521327);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cycle/times", test_times);
    g_test_add_func("/cycle/rising", test_rising);
    g_test_add_func("/cycle/exponential", test_exponential);
    return g_test_run();
}
