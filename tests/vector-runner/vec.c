/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading vectors: members that may be absent. */
#include "vec.h"

static JsonNode *
member_of(JsonObject *object, const char *member)
{
    JsonNode *node = object ? json_object_get_member(object, member) : NULL;

    return node && !json_node_is_null(node) ? node : NULL;
}

JsonObject *
vec_object(JsonObject *object, const char *member)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonArray *
vec_array(JsonObject *object, const char *member)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

const char *
vec_text(JsonObject *object, const char *member)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

gint64
vec_int(JsonObject *object, const char *member, gint64 fallback)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : fallback;
}

double
vec_double(JsonObject *object, const char *member, double fallback)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : fallback;
}

gboolean
vec_bool(JsonObject *object, const char *member, gboolean fallback)
{
    JsonNode *node = member_of(object, member);

    return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_boolean(node) : fallback;
}

gboolean
vec_has(JsonObject *object, const char *member)
{
    return object && json_object_has_member(object, member);
}

guint
vec_length(JsonArray *array)
{
    return array ? json_array_get_length(array) : 0;
}

JsonObject *
vec_object_at(JsonArray *array, guint i)
{
    return json_array_get_object_element(array, i);
}

const char *
vec_text_at(JsonArray *array, guint i)
{
    return json_array_get_string_element(array, i);
}

gboolean
vec_fail(GString *why, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(why, format, arguments);
    va_end(arguments);
    return FALSE;
}
