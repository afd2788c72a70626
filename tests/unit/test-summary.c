/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/report/bb-summary.h"

#include "tests/unit/reported.h"

#include <json-glib/json-glib.h>
#include <string.h>

static JsonNode *
parse(const char *text)
{
    GError *error = NULL;
    JsonNode *root = json_from_string(text, &error);
    g_assert_no_error(error);
    g_assert_true(JSON_NODE_HOLDS_OBJECT(root));
    return root;
}

static JsonNode *
at(JsonNode *root, const char *path)
{
    g_auto(GStrv) keys = g_strsplit(path, "/", -1);
    JsonNode *node = root;
    for (guint i = 0; keys[i] != NULL; i++) {
        g_assert_true(JSON_NODE_HOLDS_OBJECT(node));
        node = json_object_get_member(json_node_get_object(node), keys[i]);
        if (node == NULL)
            g_error("no %s", path);
    }
    return node;
}

static const char top_keys[] =
    "schema version experiment jobs time resources waterfall waterfall_frac nodes wait_s "
    "queued_total_s startup_s turnaround_s slowdown bounded_slowdown kinds classes fairness work "
    "threats";

static const struct {
    const char *path, *keys;
} objects[] = {
    {"experiment", "name seed sha256 traces estimates"},
    {"experiment/estimates", "source frac"},
    {"jobs", "submitted started completed killed failed rejected unfinished evictions censored "
             "waited"},
    {"time", "first_submit_s last_submit_s last_finish_s makespan_s window_start_s window_end_s"},
    {"resources", "cpu memory"},
    {"resources/cpu", "allocated_frac_bought allocated_frac_up used_frac packing_density_frac"},
    {"waterfall/cpu", "used allocated_idle overhead reserved blocked_idle free booting draining "
                      "failed capacity"},
    {"waterfall_frac/memory", "used allocated_idle overhead reserved blocked_idle free booting "
                              "draining failed"},
    {"nodes", "count busy_mean busy_peak empty_frac packing_density_frac"},
    {"wait_s", "n censored at_least mean sd min p50 p90 p95 p99 p999 max"},
    {"slowdown", "n censored at_least mean sd min p50 p90 p95 p99 p999 max ideal_zero"},
    {"kinds", "container vm process bare-metal"},
    {"kinds/vm", "jobs resources wait_s queued_total_s startup_s turnaround_s slowdown "
                 "bounded_slowdown"},
    {"classes", "X Y"},
    {"fairness", "jain_wait classes"},
    {"fairness/classes/X", "wait_mean_s share_frac"},
    {"work", "events passes decisions nodes_examined costs_computed passes_without_shadow"},
};

static void
assert_keys(JsonNode *node, const char *expected)
{
    g_autoptr(GString) keys = g_string_new(NULL);
    g_autoptr(GList) members = json_object_get_members(json_node_get_object(node));
    for (GList *m = members; m != NULL; m = m->next)
        g_string_append_printf(keys, "%s%s", keys->len > 0 ? " " : "", (const char *)m->data);
    g_assert_cmpstr(keys->str, ==, expected);
}

static void
test_keys(void)
{
    g_autoptr(BbResult) result = reported_estate();
    g_autofree char *text = bb_summary_json(&reported_info, result);
    g_autoptr(JsonNode) root = parse(text);
    assert_keys(root, top_keys);
    for (guint i = 0; i < G_N_ELEMENTS(objects); i++)
        assert_keys(at(root, objects[i].path), objects[i].keys);
    g_assert_true(g_str_has_suffix(text, "}\n"));
}

static const struct {
    const char *path;
    double value;
} numbers[] = {
    {"experiment/estimates/frac", 2.0 / 6},
    {"jobs/submitted", 6},
    {"jobs/censored", 1},
    {"time/makespan_s", 100},
    {"time/window_end_s", 60},
    {"resources/cpu/allocated_frac_bought", 335.0 / 480},
    {"resources/memory/used_frac", 1730.0 / 12000},
    {"waterfall/cpu/used", 275000e6},
    {"waterfall/cpu/allocated_idle", 60000e6},
    {"waterfall/cpu/free", 145000e6},
    {"waterfall/cpu/capacity", 480000e6},
    {"waterfall_frac/cpu/free", 145.0 / 480},
    {"nodes/busy_peak", 2},
    {"nodes/busy_mean", 110.0 / 60},
    {"wait_s/mean", 18},
    {"kinds/vm/wait_s/p99", 30},
    {"kinds/container/resources/cpu/allocated_frac_bought", 135.0 / 480},
    {"classes/Y/jobs/submitted", 2},
    {"fairness/jain_wait", 0.9},
    {"fairness/classes/X/share_frac/cpu", 160.0 / 335},
    {"work/passes_without_shadow", 3},
};

static void
test_numbers(void)
{
    g_autoptr(BbResult) result = reported_estate();
    g_autofree char *text = bb_summary_json(&reported_info, result);
    g_autoptr(JsonNode) root = parse(text);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_test_message("%s", numbers[i].path);
        g_assert_cmpfloat(json_node_get_double(at(root, numbers[i].path)), ==, numbers[i].value);
    }
    g_assert_cmpstr(json_node_get_string(at(root, "schema")), ==, "breakbulk-summary/1");
    g_assert_cmpstr(json_node_get_string(at(root, "experiment/name")), ==, "day|1");
    g_assert_nonnull(strstr(text, "\"seed\": 18446744073709551615"));
    JsonArray *traces = json_node_get_array(at(root, "experiment/traces"));
    JsonObject *trace = json_array_get_object_element(traces, 0);
    g_assert_cmpstr(json_object_get_string_member(trace, "path"), ==, "logs/day \"1\".csv");
}

static void
test_at_least(void)
{
    g_autoptr(BbResult) result = reported_estate();
    g_autofree char *text = bb_summary_json(&reported_info, result);
    g_autoptr(JsonNode) root = parse(text);
    JsonArray *bounds = json_node_get_array(at(root, "wait_s/at_least"));
    static const char *const expected[] = {"mean", "p90", "p95", "p99", "p999", "max"};

    g_assert_cmpuint(json_array_get_length(bounds), ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpstr(json_array_get_string_element(bounds, i), ==, expected[i]);
    bounds = json_node_get_array(at(root, "startup_s/at_least"));
    g_assert_cmpuint(json_array_get_length(bounds), ==, 0);
}

static gboolean
has_threat(const GPtrArray *threats, const char *part)
{
    for (guint i = 0; i < threats->len; i++) {
        if (strstr(g_ptr_array_index(threats, i), part) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
test_threats(void)
{
    g_autoptr(BbResult) result = reported_estate(), nothing = reported_nothing();
    BbSummaryInfo quiet = reported_info;
    quiet.work.no_shadow = 0;
    quiet.threats = NULL;
    g_autoptr(GPtrArray) some = bb_threats_new(&reported_info, result);
    g_autoptr(GPtrArray) few = bb_threats_new(&quiet, nothing);
    static const char *const only_some[] = {
        "4 of 6 jobs have no estimate", "In 3 passes",
        "not started by the end: 1.",   "Jobs rejected: 1.",
        "A \"threat\" of this run.",
    };

    for (guint i = 0; i < G_N_ELEMENTS(only_some); i++) {
        g_assert_true(has_threat(some, only_some[i]));
        g_assert_false(has_threat(few, only_some[i]));
    }
    g_assert_true(has_threat(few, "counted as free"));
    g_assert_false(has_threat(few, "perfect"));
    quiet.estimate_source = "perfect";
    g_autoptr(GPtrArray) perfect = bb_threats_new(&quiet, nothing);
    g_assert_true(has_threat(perfect, "perfect"));
}

/* Every number that is not there is null, none is NaN. */
static void
test_nothing(void)
{
    g_autoptr(BbResult) result = reported_nothing();
    g_autofree char *text = bb_summary_json(&reported_info, result);
    g_autoptr(JsonNode) root = parse(text);
    static const char *const nulls[] = {
        "time/first_submit_s",       "time/makespan_s",         "wait_s/mean",
        "nodes/busy_mean",           "resources/cpu/used_frac", "waterfall_frac/cpu/used",
        "experiment/estimates/frac",
    };
    for (guint i = 0; i < G_N_ELEMENTS(nulls); i++)
        g_assert_true(JSON_NODE_HOLDS_NULL(at(root, nulls[i])));
    g_assert_false(json_object_has_member(json_node_get_object(root), "fairness"));
    assert_keys(at(root, "kinds"), "");
    g_assert_null(strstr(text, "nan"));
}

/* Beyond 64 bits the integers are still there digit by digit; json-glib cannot read those. */
static void
test_large(void)
{
    g_autoptr(BbResult) result = reported_estate();
    result->waterfall[BB_CPU][BB_BIN_FREE] =
        (BbInt128)G_GUINT64_CONSTANT(12345678901234567890) * 10000000000 + 1234567891;
    g_autofree char *text = bb_summary_json(&reported_info, result);
    g_assert_nonnull(strstr(text, "\"free\": 123456789012345678901234567891,"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/summary/keys", test_keys);
    g_test_add_func("/summary/numbers", test_numbers);
    g_test_add_func("/summary/at-least", test_at_least);
    g_test_add_func("/summary/threats", test_threats);
    g_test_add_func("/summary/nothing", test_nothing);
    g_test_add_func("/summary/large", test_large);
    return g_test_run();
}
