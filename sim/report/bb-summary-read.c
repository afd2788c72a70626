/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-glib's own accessors complain about what is not there; these ask first. */
#include "sim/report/bb-summary-read.h"

#include "sim/base/bb-units.h"
#include "sim/report/bb-summary.h"

#include <math.h>
#include <string.h>

gboolean
bb_summary_check_schema(const char *path, const char *schema, const char *name, guint newest,
                        GError **error)
{
    g_autofree char *prefix = g_strdup_printf("breakbulk-%s/", name);
    g_autofree char *found = schema ? bb_quote(schema) : g_strdup("none");
    gint64 number;
    if (!schema || !g_str_has_prefix(schema, prefix) ||
        !bb_parse_int(schema + strlen(prefix), 0, G_MAXINT64, &number, NULL))
        return bb_error_input(error, path, 0, 0, "expected schema %s%u, found %s", prefix, newest,
                              found);
    if (number > newest)
        return bb_error_input(error, path, 0, 0,
                              "expected schema %s%u or older, found %s: a newer breakbulk wrote it",
                              prefix, newest, found);
    return TRUE;
}

JsonParser *
bb_summary_open(const char *path, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) cause = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        bb_error_input(error, path, 0, 0, "expected the summary of a run, found no such file");
        return NULL;
    }
    if (!json_parser_load_from_file(parser, path, &cause)) {
        bb_error_input(error, path, 0, 0, "expected the summary of a run: %s", cause->message);
        return NULL;
    }
    JsonNode *root = json_parser_get_root(parser);
    const char *schema = root && JSON_NODE_HOLDS_OBJECT(root)
                             ? bb_summary_text(json_node_get_object(root), "schema")
                             : NULL;
    if (!bb_summary_check_schema(path, schema, "summary", BB_SUMMARY_SCHEMA, error))
        return NULL;
    return g_steal_pointer(&parser);
}

JsonParser *
bb_summary_open_folder(const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "summary.json", NULL);
    g_autofree char *sweep = g_build_filename(folder, "sweep.json", NULL);
    const char *problem = NULL;
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        problem = "found no such folder";
    else if (g_file_test(sweep, G_FILE_TEST_EXISTS))
        problem = "found a sweep: name one of its runs/HASH";
    else if (!g_file_test(path, G_FILE_TEST_EXISTS))
        problem = "found no summary.json: a run that did not finish, or none";
    if (!problem)
        return bb_summary_open(path, error);
    bb_error_input(error, folder, 0, 0, "expected the folder of a run, %s", problem);
    return NULL;
}

JsonObject *
bb_summary_root(JsonParser *parser)
{
    return json_node_get_object(json_parser_get_root(parser));
}

static JsonNode *
find(JsonObject *object, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    JsonNode *node = NULL;
    for (guint i = 0; names[i]; i++) {
        node = object ? json_object_get_member(object, names[i]) : NULL;
        if (!node)
            return NULL;
        object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
    }
    return node;
}

JsonObject *
bb_summary_object(JsonObject *object, const char *path)
{
    JsonNode *node = find(object, path);
    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

double
bb_summary_number(JsonObject *object, const char *path)
{
    JsonNode *node = find(object, path);
    GType type = node ? json_node_get_value_type(node) : G_TYPE_INVALID;
    if (type == G_TYPE_INT64)
        return (double)json_node_get_int(node);
    return type == G_TYPE_DOUBLE ? json_node_get_double(node) : NAN;
}

static const char *
text_of(JsonNode *node)
{
    return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
                                                                   : NULL;
}

const char *
bb_summary_text(JsonObject *object, const char *path)
{
    return text_of(find(object, path));
}

static JsonArray *
array_at(JsonObject *object, const char *path)
{
    JsonNode *node = find(object, path);
    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

guint
bb_summary_length(JsonObject *object, const char *path)
{
    JsonArray *array = array_at(object, path);
    return array ? json_array_get_length(array) : 0;
}

const char *
bb_summary_nth_text(JsonObject *object, const char *path, guint i)
{
    return text_of(json_array_get_element(array_at(object, path), i));
}

JsonObject *
bb_summary_nth_object(JsonObject *object, const char *path, guint i)
{
    JsonNode *node = json_array_get_element(array_at(object, path), i);
    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

GList *
bb_summary_names(JsonObject *object)
{
    return object ? json_object_get_members(object) : NULL;
}
