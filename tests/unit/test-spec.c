/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading specs: what is given, what is not, what is wrong, and who hears of it. */
#include "sim/base/bb-error.h"
#include "sim/contract/bb-spec-store.h"

static const struct {
    const char *name, *text, *error; /* error NULL: none */
} cases[] = {
    {"all", "{\"s\": {\"text\": \"a\", \"n\": 7, \"x\": 1.5, \"yes\": true, \"list\": [\"b\"]}}",
     NULL},
    {"absent", "{\"other\": {\"n\": \"seven\"}}", NULL},
    {"null", "{\"s\": {\"n\": null, \"list\": null}}", NULL},
    {"integer-as-double", "{\"s\": {\"x\": 2}}", NULL},
    {"text", "{\"s\": {\"text\": 1}}", "\"text\": expected a text, found a number"},
    {"integer", "{\"s\": {\"n\": 1.5}}", "\"n\": expected an integer, found a number"},
    {"double", "{\"s\": {\"x\": \"1\"}}", "\"x\": expected a number, found a text"},
    {"bool", "{\"s\": {\"yes\": 1}}", "\"yes\": expected true or false, found a number"},
    {"array", "{\"s\": {\"list\": {}}}", "\"list\": expected an array, found an object"},
    {"element", "{\"s\": {\"list\": [\"a\", 1]}}", "\"list\": expected texts, found a number"},
    {"object", "{\"s\": [true]}", "\"s\": expected an object, found an array"},
    {"unknown", "{\"s\": {\"texts\": \"a\"}}", "no member \"texts\" is known; did you mean text"},
    {"first-only", "{\"s\": {\"text\": 1, \"n\": \"x\"}}",
     "\"text\": expected a text, found a number"},
    {"no-object", "[1]", "expected a JSON object, found an array"},
};

/* Reads all members; a text that says what came out. */
static char *
read_all(JsonObject *object, GError **error)
{
    static const char *const names[] = {"text", "n", "x", "yes", "list", NULL};
    const char *text = bb_spec_text(object, "text", "-", error);
    gint64 n = bb_spec_int(object, "n", -1, error);
    double x = bb_spec_double(object, "x", -1, error);
    gboolean yes = bb_spec_bool(object, "yes", FALSE, error);
    g_autofree const char **list = bb_spec_texts(object, "list", error);

    bb_spec_expect(object, names, error);
    return g_strdup_printf("%s %d %d %d %s", text, (int)n, (int)(x * 10), yes,
                           list && list[0] ? list[0] : "-");
}

static void
test_case(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    static const char *const results[] = {"a 7 15 1 b", "- -1 -10 0 -", "- -1 -10 0 -",
                                          "- -1 20 0 -"};
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbSpecStore) store = bb_spec_store_new(names, "s");
    g_autoptr(GError) error = NULL, failure = NULL;
    JsonObject *object = bb_spec_store_read(store, bb_names_intern(names, cases[i].text), &error);
    g_autofree char *result = read_all(object, &error);

    if (!cases[i].error) {
        g_assert_no_error(error);
        g_assert_cmpstr(result, ==, results[i]);
        return;
    }
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, cases[i].error);
    bb_spec_fail(&failure, error);
    g_assert_true(g_str_has_prefix(failure->message, "spec of a job: "));
}

static void
test_none(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbSpecStore) store = bb_spec_store_new(names, "s");
    g_autoptr(GError) error = NULL;

    g_assert_null(bb_spec_store_read(store, 0, &error));
    g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/spec/none", test_none);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/spec/%s", cases[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
