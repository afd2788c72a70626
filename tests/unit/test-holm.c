/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-holm.h"

static const struct {
    const char *name;
    gsize m;
    double p[4], adjusted[4];
} cases[] = {
    {"none", 0, {0}, {0}},
    {"one", 1, {0.2}, {0.2}},
    {"order kept", 3, {0.5, 0.01, 0.125}, {0.5, 0.03, 0.25}},
    {"running maximum", 3, {0.25, 0.125, 0.75}, {0.5, 0.375, 0.75}},
    {"no decrease", 2, {0.375, 0.25}, {0.5, 0.5}},
    {"at most 1", 4, {0.5, 0.5, 0.75, 1}, {1, 1, 1, 1}},
};

static void
test_holm(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        double p[4] = {0};

        g_test_message("%s", cases[i].name);
        for (gsize k = 0; k < cases[i].m; k++)
            p[k] = cases[i].p[k];
        bb_holm(p, cases[i].m, p);
        for (gsize k = 0; k < cases[i].m; k++)
            g_assert_cmpfloat_with_epsilon(p[k], cases[i].adjusted[k], 1e-15);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/holm/cases", test_holm);
    return g_test_run();
}
