/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every case of every file in reference/statistics of the shared folder (BB_SHARED), but for the two of
 * measured rates: one line a case. A file or a kind of input that is not known here is a failure, so
 * that nothing goes unjudged. */
#include "tests/unit/known/known.h"

#include <gsl/gsl_errno.h>
#include <string.h>

static const struct {
    const char *name; /* of the file */
    KnownJudge judge;
} topics[] = {
    {"arrivals", judge_arrivals},
    {"bca", judge_bca},
    {"descriptive", judge_descriptive},
    {"erlang", judge_erlang},
    {"fits", judge_fits},
    {"gate", judge_gate},
    {"holm", judge_holm},
    {"ks", judge_ks},
    {"lublin", judge_lublin},
    {"makespan_bounds", judge_makespan_bounds},
    {"mser", judge_mser},
    {"order_statistics", judge_order_statistics},
    {"packing_bounds", judge_packing_bounds},
    {"ranking", judge_ranking},
    {"reliability", judge_reliability},
    {"run_length", judge_run_length},
    {"single_server", judge_single_server},
    {"staffing", judge_staffing},
    {"t_quantiles", judge_t_quantiles},
    {"t_tests", judge_t_tests},
};

/* Rates over many thousand gates and experiments: acceptance tests meet them, nothing repeats them. */
static const char *const measured[] = {"gate_measured", "coverage_measured", NULL};

/* GLib hands a test its data as const; what it points to may change. */
typedef struct {
    Known *known;
} Case;

static void
run_case(gconstpointer data)
{
    Known *known = ((const Case *)data)->known;
    g_autoptr(GList) names = NULL;

    if (!known->input || !known->expect) {
        known_fail(known, "the case has no input or no expect");
        return;
    }
    if (!known->judge) {
        known_fail(known, "unknown topic");
        return;
    }
    known->judge(known);
    names = known_names(known);
    for (GList *at = names; at; at = at->next)
        if (!g_hash_table_contains(known->said, at->data))
            known_fail(known, "nothing computes the expected \"%s\"", (const char *)at->data);
}

static void
free_case(gpointer data)
{
    Case *one = data;

    g_hash_table_unref(one->known->said);
    json_object_unref(one->known->file);
    g_free(one->known);
    g_free(one);
}

static JsonObject *
object_member(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void
add_case(JsonObject *file, JsonObject *all, const char *topic, KnownJudge judge)
{
    Known *known = g_new0(Known, 1);
    Case *one = g_new(Case, 1);
    g_autofree char *path = NULL;

    one->known = known;
    known->id = json_object_get_string_member_with_default(all, "id", "?");
    known->all = all;
    known->input = object_member(all, "input");
    known->expect = object_member(all, "expect");
    known->tol = object_member(all, "tol");
    known->file = json_object_ref(file);
    known->judge = judge;
    known->said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    path = g_strdup_printf("/known-statistics/%s/%s", topic, known->id);
    g_test_add_data_func_full(path, one, run_case, free_case);
}

static void
test_broken(gconstpointer data)
{
    g_test_message("%s", (const char *)data);
    g_test_fail();
}

static KnownJudge
find_judge(const char *topic)
{
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++)
        if (strcmp(topics[i].name, topic) == 0)
            return topics[i].judge;
    return NULL;
}

static void
add_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *topic = g_strndup(name, strlen(name) - strlen(".json"));
    g_autofree char *broken = g_strdup_printf("/known-statistics/%s", topic);
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) error = NULL;
    JsonObject *file;
    JsonArray *cases;

    if (!json_parser_load_from_file(parser, path, &error)) {
        g_test_add_data_func_full(broken, g_strdup(error->message), test_broken, g_free);
        return;
    }
    file = json_node_get_object(json_parser_get_root(parser));
    cases = json_object_get_array_member(file, "cases");
    if (g_strcmp0(json_object_get_string_member(file, "schema"), "known-stat/1") != 0 || !cases) {
        g_test_add_data_func_full(broken, g_strdup("no schema known-stat/1"), test_broken, g_free);
        return;
    }
    for (guint i = 0; i < json_array_get_length(cases); i++)
        add_case(file, json_array_get_object_element(cases, i), topic, find_judge(topic));
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_files(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *topic = g_strdup(name);

        if (!g_str_has_suffix(name, ".json"))
            continue;
        topic[strlen(topic) - strlen(".json")] = '\0';
        if (!g_strv_contains(measured, topic))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

static void
test_skipped(void)
{
    g_test_skip("BB_SHARED is not set: the known answers are not here");
}

int
main(int argc, char **argv)
{
    const char *shared = g_getenv("BB_SHARED");
    g_autofree char *folder = NULL;
    g_autoptr(GPtrArray) names = NULL;

    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_set_nonfatal_assertions(); /* all cases are judged, whatever fails */
    if (!shared) {
        g_test_add_func("/known-statistics", test_skipped);
        return g_test_run();
    }
    folder = g_build_filename(shared, "reference", "statistics", NULL);
    names = list_files(folder);
    if (names->len == 0)
        g_test_add_data_func("/known-statistics", "no files of known answers", test_broken);
    for (guint i = 0; i < names->len; i++)
        add_file(folder, g_ptr_array_index(names, i));
    return g_test_run();
}
