/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-makespan-bound.h"

static const struct {
    const char *name;
    gint64 processors;
    gsize n;
    BbBoundJob jobs[4];
    gint64 area, longest, wide;
} cases[] = {
    {"none", 4, 0, {{0, 0, 0}}, 0, 0, 0},
    {"one", 4, 1, {{5, 7, 1}}, 7, 12, 5},
    {"area rounds up", 4, 2, {{0, 3, 3}, {0, 1, 2}}, 3, 3, 3},
    {"late work counts from its submit", 2, 2, {{0, 1, 1}, {10, 4, 2}}, 14, 14, 14},
    {"half is not wide", 4, 2, {{0, 5, 2}, {0, 5, 2}}, 5, 5, 0},
    {"wide jobs follow each other", 5, 3, {{0, 5, 3}, {0, 6, 3}, {2, 9, 1}}, 9, 11, 11},
    {"beyond 64 bits",
     1,
     2,
     {{0, G_MAXINT64, 1}, {1, G_MAXINT64, 1}},
     G_MAXINT64,
     G_MAXINT64,
     G_MAXINT64},
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BbMakespanBounds bounds =
            bb_makespan_bounds(cases[i].jobs, cases[i].n, cases[i].processors);

        g_test_message("%s", cases[i].name);
        g_assert_cmpint(bounds.area, ==, cases[i].area);
        g_assert_cmpint(bounds.longest, ==, cases[i].longest);
        g_assert_cmpint(bounds.wide, ==, cases[i].wide);
        g_assert_cmpint(bounds.best, ==, MAX(bounds.area, MAX(bounds.longest, bounds.wide)));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/makespan-bound/cases", test_cases);
    return g_test_run();
}
