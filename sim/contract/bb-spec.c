/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-glib's getters abort or convert; here every value is looked at before it is taken. */
#include "bb-spec.h"

#include "sim/base/bb-error.h"

/* "an array", "a number".. */
static const char *
describe(JsonNode *node)
{
    switch (json_node_get_node_type(node)) {
    case JSON_NODE_OBJECT:
        return "an object";
    case JSON_NODE_ARRAY:
        return "an array";
    case JSON_NODE_NULL:
        return "null";
    case JSON_NODE_VALUE:
        break;
    }
    switch (json_node_get_value_type(node)) {
    case G_TYPE_STRING:
        return "a text";
    case G_TYPE_BOOLEAN:
        return "true or false";
    default:
        return "a number";
    }
}

static void
complain(GError **error, const char *member, const char *expected, JsonNode *found)
{
    bb_error_set(error, BB_ERROR_INPUT, "\"%s\": expected %s, found %s", member, expected,
                 describe(found));
}

/* The member, NULL when it is absent or null or something was wrong before. */
static JsonNode *
find(JsonObject *object, const char *member, GError **error)
{
    JsonNode *node = object && !*error ? json_object_get_member(object, member) : NULL;

    return node && !json_node_is_null(node) ? node : NULL;
}

/* The member if it is a value of that type. */
static JsonNode *
find_value(JsonObject *object, const char *member, GType type, const char *expected, GError **error)
{
    JsonNode *node = find(object, member, error);

    if (!node || (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type))
        return node;
    complain(error, member, expected, node);
    return NULL;
}

JsonNode *
bb_spec_parse(const char *text, GError **error)
{
    g_autoptr(JsonNode) node = json_from_string(text, error);

    if (!node && error && *error)
        return NULL;
    if (!node || !JSON_NODE_HOLDS_OBJECT(node)) {
        bb_error_set(error, BB_ERROR_INPUT, "expected a JSON object, found %s",
                     node ? describe(node) : "nothing");
        return NULL;
    }
    return g_steal_pointer(&node);
}

JsonObject *
bb_spec_system(JsonNode *spec, const char *system, GError **error)
{
    return bb_spec_object(json_node_get_object(spec), system, error);
}

void
bb_spec_expect(JsonObject *object, const char *const *names, GError **error)
{
    JsonObjectIter iter;
    const char *member;

    if (!object || *error)
        return;
    json_object_iter_init(&iter, object);
    while (json_object_iter_next(&iter, &member, NULL))
        if (!g_strv_contains(names, member)) {
            const char *meant = bb_suggest(member, names);

            bb_error_set(error, BB_ERROR_INPUT, "no member \"%s\" is known%s%s", member,
                         meant ? "; did you mean " : "", meant ? meant : "");
            return;
        }
}

const char *
bb_spec_text(JsonObject *object, const char *member, const char *fallback, GError **error)
{
    JsonNode *node = find_value(object, member, G_TYPE_STRING, "a text", error);

    return node ? json_node_get_string(node) : fallback;
}

gint64
bb_spec_int(JsonObject *object, const char *member, gint64 fallback, GError **error)
{
    JsonNode *node = find_value(object, member, G_TYPE_INT64, "an integer", error);

    return node ? json_node_get_int(node) : fallback;
}

double
bb_spec_double(JsonObject *object, const char *member, double fallback, GError **error)
{
    JsonNode *node = find(object, member, error);

    if (!node)
        return fallback;
    if (JSON_NODE_HOLDS_VALUE(node) && (json_node_get_value_type(node) == G_TYPE_INT64 ||
                                        json_node_get_value_type(node) == G_TYPE_DOUBLE))
        return json_node_get_double(node);
    complain(error, member, "a number", node);
    return fallback;
}

gboolean
bb_spec_bool(JsonObject *object, const char *member, gboolean fallback, GError **error)
{
    JsonNode *node = find_value(object, member, G_TYPE_BOOLEAN, "true or false", error);

    return node ? json_node_get_boolean(node) : fallback;
}

JsonObject *
bb_spec_object(JsonObject *object, const char *member, GError **error)
{
    JsonNode *node = find(object, member, error);

    if (!node || JSON_NODE_HOLDS_OBJECT(node))
        return node ? json_node_get_object(node) : NULL;
    complain(error, member, "an object", node);
    return NULL;
}

JsonArray *
bb_spec_array(JsonObject *object, const char *member, GError **error)
{
    JsonNode *node = find(object, member, error);

    if (!node || JSON_NODE_HOLDS_ARRAY(node))
        return node ? json_node_get_array(node) : NULL;
    complain(error, member, "an array", node);
    return NULL;
}

const char **
bb_spec_texts(JsonObject *object, const char *member, GError **error)
{
    JsonArray *array = bb_spec_array(object, member, error);
    guint n = array ? json_array_get_length(array) : 0;
    g_autofree const char **texts = g_new0(const char *, n + 1);

    for (guint i = 0; i < n; i++) {
        JsonNode *node = json_array_get_element(array, i);

        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING) {
            complain(error, member, "texts", node);
            return NULL;
        }
        texts[i] = json_node_get_string(node);
    }
    return array ? g_steal_pointer(&texts) : NULL;
}

JsonObject *
bb_spec_element(JsonArray *array, guint i, const char *member, GError **error)
{
    JsonNode *node = json_array_get_element(array, i);

    if (*error)
        return NULL;
    if (JSON_NODE_HOLDS_OBJECT(node))
        return json_node_get_object(node);
    complain(error, member, "objects", node);
    return NULL;
}
