/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/bb-interval-set.h"

#include "sim/base/bb-rng.h"

#define N 20000

static void
test_small(void)
{
    static const struct {
        guint64 value;
        gboolean is_new;
        gsize n_intervals;
    } steps[] = {{5, TRUE, 1},
                 {6, TRUE, 1},
                 {8, TRUE, 2},
                 {7, TRUE, 1},
                 {7, FALSE, 1},
                 {4, TRUE, 1},
                 {0, TRUE, 2},
                 {3, TRUE, 2},
                 {1, TRUE, 2},
                 {2, TRUE, 1},
                 {0, FALSE, 1},
                 {8, FALSE, 1},
                 {G_MAXUINT64 - 1, TRUE, 2},
                 {9, TRUE, 2}};
    g_autoptr(BbIntervalSet) set = bb_interval_set_new();
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_test_message("%" G_GUINT64_FORMAT, steps[i].value);
        g_assert_cmpint(bb_interval_set_add(set, steps[i].value), ==, steps[i].is_new);
        g_assert_cmpuint(bb_interval_set_n_intervals(set), ==, steps[i].n_intervals);
    }
}

/* The order in which the numbers 0 .. N - 1, times `stride`, come. */
typedef enum { UP, DOWN, SHUFFLED } Order;

static guint64 *
numbers(Order order, guint64 stride)
{
    guint64 *values = g_new(guint64, N);
    for (guint i = 0; i < N; i++)
        values[i] = (order == DOWN ? N - 1 - i : i) * stride;
    for (guint i = N; order == SHUFFLED && i > 1; i--) {
        guint64 j = bb_rng_below(1, 2, i, 0, i), kept = values[i - 1];
        values[i - 1] = values[j];
        values[j] = kept;
    }
    return values;
}

static void
test_many(void)
{
    static const struct {
        Order order;
        guint64 stride;
        gsize least, most; /* intervals in the end; two may touch where chunks meet */
    } cases[] = {{UP, 1, 1, 1}, {DOWN, 1, 1, 1}, {SHUFFLED, 1, 1, 200},
                 {UP, 2, N, N}, {DOWN, 2, N, N}, {SHUFFLED, 3, N, N}};
    for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
        g_autofree guint64 *values = numbers(cases[c].order, cases[c].stride);
        g_autoptr(BbIntervalSet) set = bb_interval_set_new();
        g_test_message("case %u", c);
        for (guint i = 0; i < N; i++) {
            g_assert_true(bb_interval_set_add(set, values[i]));
            g_assert_false(bb_interval_set_add(set, values[i]));
        }
        for (guint i = 0; i < N; i++)
            g_assert_false(bb_interval_set_add(set, values[i]));
        g_assert_cmpuint(bb_interval_set_n_intervals(set), >=, cases[c].least);
        g_assert_cmpuint(bb_interval_set_n_intervals(set), <=, cases[c].most);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/interval-set/small", test_small);
    g_test_add_func("/interval-set/many", test_many);
    return g_test_run();
}
