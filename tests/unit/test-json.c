/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-json.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static void
test_layout(void)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "x/0");
    bb_json_begin_array(json, "list");
    bb_json_int(json, NULL, 1);
    bb_json_begin_object(json, NULL);
    bb_json_end(json);
    bb_json_begin_object(json, NULL);
    bb_json_bool(json, "yes", 7);
    bb_json_bool(json, "no", FALSE);
    bb_json_end(json);
    bb_json_end(json);
    bb_json_begin_array(json, "none");
    bb_json_end(json);
    bb_json_begin_row(json, "row");
    bb_json_int(json, NULL, 1);
    bb_json_double(json, NULL, 0.5);
    bb_json_end(json);
    bb_json_null(json, "nothing");
    bb_json_text(json, "nobody", NULL);
    bb_json_end(json);
    g_assert_cmpstr(bb_json_str(json), ==,
                    "{\n"
                    "  \"schema\": \"x/0\",\n"
                    "  \"list\": [\n"
                    "    1,\n"
                    "    {},\n"
                    "    {\n"
                    "      \"yes\": true,\n"
                    "      \"no\": false\n"
                    "    }\n"
                    "  ],\n"
                    "  \"none\": [],\n"
                    "  \"row\": [1, 0.5],\n"
                    "  \"nothing\": null,\n"
                    "  \"nobody\": null\n"
                    "}\n");
}

static void
test_numbers(void)
{
    BbInt128 large = (BbInt128)G_MAXINT64 * G_MAXINT64;
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_array(json, NULL);
    bb_json_int(json, NULL, G_MININT64);
    bb_json_int128(json, NULL, large);
    bb_json_int128(json, NULL, -large);
    bb_json_double(json, NULL, 0.1);
    bb_json_double(json, NULL, NAN);
    bb_json_double(json, NULL, -INFINITY);
    bb_json_seconds(json, NULL, 90500000);
    bb_json_seconds(json, NULL, -1);
    bb_json_seconds(json, NULL, BB_TIME_NEVER);
    bb_json_end(json);
    g_assert_cmpstr(bb_json_str(json), ==,
                    "[\n  -9223372036854775808,\n"
                    "  85070591730234615847396907784232501249,\n"
                    "  -85070591730234615847396907784232501249,\n"
                    "  0.1,\n  null,\n  null,\n  90.5,\n  -0.000001,\n  null\n]\n");
}

static void
test_scalar_root(void)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_text(json, NULL, "x");
    g_assert_cmpstr(bb_json_str(json), ==, "\"x\"\n");
    bb_json_free(NULL);
}

/* Keys and texts come back from another reader as they were. */
static void
test_escapes(void)
{
    static const struct {
        const char *text, *written, *read; /* read NULL: as text */
    } cases[] = {
        {"", "\"\"", NULL},
        {"a\"b\\c/d", "\"a\\\"b\\\\c/d\"", NULL},
        {"\n\t\r\b\x01\x1f\x7f", "\"\\n\\t\\u000d\\u0008\\u0001\\u001f\\u007f\"", NULL},
        {"gr\xc3\xb6\xc3\x9f \xf0\x9f\x9a\xa2", "\"gr\xc3\xb6\xc3\x9f \xf0\x9f\x9a\xa2\"", NULL},
        {"a\xff"
         "b",
         "\"a\xef\xbf\xbd"
         "b\"",
         "a\xef\xbf\xbd"
         "b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *read = cases[i].read != NULL ? cases[i].read : cases[i].text;
        g_autoptr(BbJson) json = bb_json_new();
        g_autoptr(JsonParser) parser = json_parser_new();
        g_autofree char *line = g_strdup_printf("  %s: %s\n", cases[i].written, cases[i].written);
        bb_json_begin_object(json, NULL);
        bb_json_text(json, cases[i].text, cases[i].text);
        bb_json_end(json);
        g_assert_nonnull(strstr(bb_json_str(json), line));
        g_assert_true(json_parser_load_from_data(parser, bb_json_str(json), -1, NULL));
        JsonObject *object = json_node_get_object(json_parser_get_root(parser));
        g_assert_cmpstr(json_object_get_string_member(object, read), ==, read);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json/layout", test_layout);
    g_test_add_func("/json/numbers", test_numbers);
    g_test_add_func("/json/scalar-root", test_scalar_root);
    g_test_add_func("/json/escapes", test_escapes);
    return g_test_run();
}
