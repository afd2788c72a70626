/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/bb-tolerance.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *text, *metric;
    double rel, abs;
    BbScale scale;
    gboolean higher;
} good[] = {
    {"wait_mean=5", "wait_mean", 0.05, 1, BB_SCALE_RATIO, FALSE},
    {"wait_p99=10%", "wait_p99", 0.1, 1, BB_SCALE_RATIO, FALSE},
    {"wait_p99=10%:2s", "wait_p99", 0.1, 2, BB_SCALE_RATIO, FALSE},
    {"wait_p99=2.5:1m", "wait_p99", 0.025, 60, BB_SCALE_RATIO, FALSE},
    {"kind.vm.slowdown_mean=1:0.5", "kind.vm.slowdown_mean", 0.01, 0.5, BB_SCALE_RATIO, FALSE},
    {"class.a=b.wait_mean=1", "class.a=b.wait_mean", 0.01, 1, BB_SCALE_RATIO, FALSE},
    {"rejected_frac=5:0.002", "rejected_frac", 0.05, 0.002, BB_SCALE_DIFFERENCE, FALSE},
    {"cpu_allocated_frac_bought=1", "cpu_allocated_frac_bought", 0.01, 0.001, BB_SCALE_DIFFERENCE,
     TRUE},
    {"work.decisions=0", "work.decisions", 0, 0, BB_SCALE_RATIO, FALSE},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbTolerance) got = bb_tolerance_parse("--tolerance", good[i].text, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(got->metric, ==, good[i].metric);
        g_assert_cmpfloat_with_epsilon(got->margin.rel, good[i].rel, 1e-12);
        g_assert_cmpfloat(got->margin.abs, ==, good[i].abs);
        g_assert_cmpint(got->margin.scale, ==, good[i].scale);
        g_assert_cmpint(got->margin.higher_is_better, ==, good[i].higher);
    }
}

static const struct {
    const char *text, *expected;
} bad[] = {
    {"wait_mean", "METRIC=PERCENT"},
    {"wait_meen=5", "did you mean wait_mean?"},
    {"work.decision=5", "did you mean \"work.decisions\"?"},
    {"wait_mean=", "PERCENT[:ABSOLUTE], found \"\""},
    {"wait_mean=-1", "found \"-1\""},
    {"wait_mean=5x", "found \"5x\""},
    {"wait_mean=5:", "found \"5:\""},
    {"wait_mean=5:-2", "found \"5:-2\""},
    {"rejected_frac=5:2s", "found \"5:2s\""},
    {"wait_mean=nan", "found \"nan\""},
    {"wait_mean=inf", "found \"inf\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(bb_tolerance_parse("--tolerance", bad[i].text, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_test_message("%s", error->message);
        g_assert_true(g_str_has_prefix(error->message, "--tolerance: "));
        g_assert_nonnull(strstr(error->message, bad[i].expected));
    }
}

static const struct {
    const char *metric;
    double compare, gate;
} defaults[] = {
    {"wait_mean", 0.05, 0.05}, {"wait_p95", 0.05, 0.1},       {"kind.vm.wait_p999", 0.05, 0.1},
    {"makespan", 0.05, 0.01},  {"cpu_used_frac", 0.05, 0.01}, {"bounded_slowdown_mean", 0.05, 0.05},
};

static void
test_defaults(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(defaults); i++) {
        BbMetric metric;
        g_assert_true(bb_tolerance_metric(defaults[i].metric, &metric, NULL));
        g_assert_cmpfloat(bb_tolerance_of_compare(&metric).rel, ==, defaults[i].compare);
        g_assert_cmpfloat(bb_tolerance_of_gate(defaults[i].metric, &metric).rel, ==,
                          defaults[i].gate);
    }
}

static void
test_work(void)
{
    BbWork work = {.events = 1, .decisions = 3};
    g_assert_cmpint(bb_tolerance_work(&work, "work.events"), ==, 1);
    g_assert_cmpint(bb_tolerance_work(&work, "work.decisions"), ==, 3);
    g_assert_cmpint(bb_tolerance_work(&work, "work.seconds"), ==, -1);
}

/* ln((C + 20) / (B + 20)) = ln 2 with B = 20 is C = 60: +200 %, not +100 %. */
static void
test_change(void)
{
    BbEffect effect = {.margin = {.rel = 0.05, .abs = 1}, .scale = BB_SCALE_RATIO, .base_mean = 20};
    g_assert_cmpfloat_with_epsilon(bb_tolerance_change(&effect, log(2)), 2, 1e-12);
    g_assert_cmpfloat(bb_tolerance_change(&effect, 0), ==, 0);
    g_assert_cmpfloat(bb_tolerance_change(&effect, -5), ==, -1);
    effect.base_mean = 0;
    g_assert_true(isnan(bb_tolerance_change(&effect, log(2))));
    effect.scale = BB_SCALE_DIFFERENCE;
    g_assert_cmpfloat(bb_tolerance_change(&effect, 0.25), ==, 0.25);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tolerance/good", test_good);
    g_test_add_func("/tolerance/bad", test_bad);
    g_test_add_func("/tolerance/defaults", test_defaults);
    g_test_add_func("/tolerance/work", test_work);
    g_test_add_func("/tolerance/change", test_change);
    return g_test_run();
}
