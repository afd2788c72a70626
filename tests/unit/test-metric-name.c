/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/observe/bb-metric-name.h"

#include "sim/base/bb-error.h"
#include "tests/unit/reported.h"

#include <math.h>

static const struct {
    const char *name;
    double value;
    const char *unit;
    BbDirection direction;
    gboolean at_least;
} cases[] = {
    {"wait_mean", 18, "s", BB_LOWER_IS_BETTER, TRUE},
    {"wait_p50", 0, "s", BB_LOWER_IS_BETTER, FALSE},
    {"wait_p99", 60, "s", BB_LOWER_IS_BETTER, TRUE},
    {"queued_total_max", 60, "s", BB_LOWER_IS_BETTER, TRUE},
    {"startup_p999", 0, "s", BB_LOWER_IS_BETTER, FALSE},
    {"turnaround_min", 40, "s", BB_LOWER_IS_BETTER, FALSE},
    {"slowdown_p90", 6, "ratio", BB_LOWER_IS_BETTER, TRUE},
    {"bounded_slowdown_p50", 1, "ratio", BB_LOWER_IS_BETTER, FALSE},
    {"submitted", 6, "jobs", BB_NEITHER_IS_BETTER, FALSE},
    {"started_frac", 4.0 / 6, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"completed_frac", 2.0 / 6, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"killed_frac", 1.0 / 6, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"failed_frac", 0, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"rejected_frac", 1.0 / 6, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"unfinished_frac", 2.0 / 6, "frac", BB_NEITHER_IS_BETTER, FALSE},
    {"censored_frac", 1.0 / 6, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"evictions_frac", 0, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"waited_frac", 1.0 / 4, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"cpu_allocated_frac_bought", 335.0 / 480, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"cpu_allocated_frac_up", 335.0 / 480, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"cpu_used_frac", 275.0 / 480, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"cpu_packing_density_frac", 335.0 / 440, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"memory_used_frac", 1730.0 / 12000, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"makespan", 100, "s", BB_LOWER_IS_BETTER, FALSE},
    {"jain_wait", 0.9, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"nodes_count", 2, "nodes", BB_NEITHER_IS_BETTER, FALSE},
    {"nodes_busy_mean", 110.0 / 60, "nodes", BB_NEITHER_IS_BETTER, FALSE},
    {"nodes_busy_peak", 2, "nodes", BB_NEITHER_IS_BETTER, FALSE},
    {"nodes_empty_frac", 10.0 / 120, "frac", BB_NEITHER_IS_BETTER, FALSE},
    {"nodes_packing_density_frac", 335.0 / 440, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"kind.vm.wait_p99", 30, "s", BB_LOWER_IS_BETTER, FALSE},
    {"kind.bare-metal.wait_mean", 60, "s", BB_LOWER_IS_BETTER, TRUE},
    {"kind.container.cpu_allocated_frac_bought", 135.0 / 480, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"class.X.wait_mean", 15, "s", BB_LOWER_IS_BETTER, FALSE},
    {"class.Y.submitted", 2, "jobs", BB_NEITHER_IS_BETTER, FALSE},
    /* Names that this run has no value for. */
    {"class.Z.wait_mean", NAN, "s", BB_LOWER_IS_BETTER, FALSE},
    {"class.a.b c.rejected_frac", NAN, "frac", BB_LOWER_IS_BETTER, FALSE},
    {"gpu_used_frac", NAN, "frac", BB_HIGHER_IS_BETTER, FALSE},
    {"kind.vm.gpu_allocated_frac_bought", NAN, "frac", BB_HIGHER_IS_BETTER, FALSE},
};

static void
test_values(void)
{
    g_autoptr(BbResult) result = reported_estate();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        BbMetric metric, checked;
        g_test_message("%s", cases[i].name);
        g_assert_true(bb_metric_get(result, cases[i].name, &metric, &error));
        g_assert_no_error(error);
        if (isnan(cases[i].value))
            g_assert_true(isnan(metric.value));
        else
            g_assert_cmpfloat(metric.value, ==, cases[i].value);
        g_assert_cmpstr(metric.unit, ==, cases[i].unit);
        g_assert_true(metric.direction == cases[i].direction);
        g_assert_true(metric.at_least == cases[i].at_least);
        g_assert_true(bb_metric_check(cases[i].name, &checked, &error));
        g_assert_true(isnan(checked.value));
        g_assert_cmpstr(checked.unit, ==, cases[i].unit);
    }
}

static void
test_population(void)
{
    g_autoptr(BbResult) result = reported_estate();
    BbMetric metric;
    g_assert_true(bb_metric_get(result, "wait_mean", &metric, NULL));
    g_assert_true(metric.population == &result->all);
    g_assert_true(bb_metric_get(result, "kind.vm.slowdown_p50", &metric, NULL));
    g_assert_true(metric.population == &result->kinds[BB_VM]);
    g_assert_true(bb_metric_get(result, "cpu_used_frac", &metric, NULL));
    g_assert_null(metric.population);
}

static const struct {
    const char *name, *message;
} refused[] = {
    {"wait_maen", "expected a metric, found \"wait_maen\"; did you mean wait_mean?"},
    {"kind.vm.wait_p9", "expected a metric, found \"kind.vm.wait_p9\"; did you mean "
                        "kind.vm.wait_p90?"},
    {"nothing like it",
     "expected a metric (see `breakbulk list metrics`), found \"nothing like it\""},
    {"", "expected a metric (see `breakbulk list metrics`), found \"\""},
    {"kind.pod.wait_p99",
     "expected a kind container|vm|process|bare-metal in a metric, found \"pod\""},
    {"class.X.nodes_count",
     "expected a metric (see `breakbulk list metrics`), found \"class.X.nodes_count\""},
};

static void
test_refused(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(bb_metric_check(refused[i].name, NULL, &error));
        g_assert_error(error, BB_ERROR, (gint)BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, refused[i].message);
    }
}

/* Every name of the list is a name, and a part has no number that only a whole run has. */
static void
test_names(void)
{
    g_autoptr(GPtrArray) names = bb_metric_names_new(FALSE);
    g_autoptr(GPtrArray) of_part = bb_metric_names_new(TRUE);
    g_assert_cmpuint(names->len, >, of_part->len);
    for (guint i = 0; i < names->len; i++)
        g_assert_true(bb_metric_check(g_ptr_array_index(names, i), NULL, NULL));
    for (guint i = 0; i < of_part->len; i++) {
        g_autofree char *name =
            g_strconcat("class.c.", (const char *)g_ptr_array_index(of_part, i), NULL);
        g_assert_true(bb_metric_check(name, NULL, NULL));
    }
    for (guint i = 0; bb_metric_families[i].name != NULL; i++)
        g_assert_nonnull(bb_metric_families[i].summary);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/metric-name/values", test_values);
    g_test_add_func("/metric-name/population", test_population);
    g_test_add_func("/metric-name/refused", test_refused);
    g_test_add_func("/metric-name/names", test_names);
    return g_test_run();
}
