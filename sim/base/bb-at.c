/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places in a document are a chain of stack values up to the root, written out only when something is
 * wrong. json-glib's getters convert or complain; here every value is looked at before it is taken. */
#include "bb-document.h"

#include "bb-error.h"
#include "bb-units.h"

#include <string.h>

BbAt
bb_at_root(JsonNode *node, const char *name, guint index, GError **error)
{
    return (BbAt){.node = node, .name = name, .index = index, .error = error};
}

static const BbAt *
root_of(const BbAt *at)
{
    while (at->parent)
        at = at->parent;
    return at;
}

gboolean
bb_at_failed(const BbAt *at)
{
    return *root_of(at)->error != NULL;
}

static void
append_path(const BbAt *at, GString *out)
{
    if (!at->parent)
        return;
    append_path(at->parent, out);
    if (!at->member)
        g_string_append_printf(out, "[%u]", at->index);
    else
        g_string_append_printf(out, "%s%s", out->len > 0 ? "." : "", at->member);
}

char *
bb_at_path(const BbAt *at)
{
    GString *path = g_string_new(NULL);

    append_path(at, path);
    return g_string_free(path, FALSE);
}

/* The value as a message shows it. */
static char *
describe(const BbAt *at)
{
    GString *text;

    if (!at->node)
        return g_strdup("nothing");
    if (JSON_NODE_HOLDS_OBJECT(at->node))
        return g_strdup("an object");
    if (JSON_NODE_HOLDS_ARRAY(at->node))
        return g_strdup("a list");
    if (json_node_get_value_type(at->node) == G_TYPE_STRING)
        return bb_quote(json_node_get_string(at->node));
    if (json_node_get_value_type(at->node) == G_TYPE_BOOLEAN)
        return g_strdup(json_node_get_boolean(at->node) ? "true" : "false");
    if (json_node_get_value_type(at->node) == G_TYPE_INT64)
        return g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(at->node));
    text = g_string_new(NULL);
    bb_append_double(text, json_node_get_double(at->node));
    return g_string_free(text, FALSE);
}

void
bb_at_refuse(const BbAt *at, const char *message)
{
    const BbAt *root = root_of(at);
    g_autofree char *path = NULL, *shown = NULL, *document = NULL;

    if (*root->error)
        return;
    path = bb_at_path(at);
    shown = g_str_is_ascii(path) && !strpbrk(path, "\r\n") ? g_strdup(path) : bb_quote(path);
    document = root->index > 0 ? g_strdup_printf("document %u, ", root->index + 1) : g_strdup("");
    bb_error_input(root->error, root->name, 0, 0, "%s%s: %s", document,
                   *shown ? shown : "all of it", message);
}

void
bb_at_fail(const BbAt *at, const char *expected)
{
    g_autofree char *found = describe(at);
    g_autofree char *message = g_strdup_printf("expected %s, found %s", expected, found);

    bb_at_refuse(at, message);
}

static JsonNode *
not_null(JsonNode *node)
{
    return node && !json_node_is_null(node) ? node : NULL;
}

BbAt
bb_at_member(const BbAt *at, const char *member)
{
    JsonObject *object = bb_at_object(at);

    return (BbAt){.parent = at,
                  .member = member,
                  .node = object ? not_null(json_object_get_member(object, member)) : NULL};
}

/* Is the value a list? */
static gboolean
is_list(const BbAt *at)
{
    if (at->node && !JSON_NODE_HOLDS_ARRAY(at->node))
        bb_at_fail(at, "a list");
    return at->node && JSON_NODE_HOLDS_ARRAY(at->node);
}

BbAt
bb_at_element(const BbAt *at, guint i)
{
    return (BbAt){.parent = at,
                  .index = i,
                  .node = is_list(at) && i < json_array_get_length(json_node_get_array(at->node))
                              ? not_null(json_array_get_element(json_node_get_array(at->node), i))
                              : NULL};
}

guint
bb_at_n_elements(const BbAt *at)
{
    return is_list(at) ? json_array_get_length(json_node_get_array(at->node)) : 0;
}

JsonObject *
bb_at_object(const BbAt *at)
{
    if (at->node && !JSON_NODE_HOLDS_OBJECT(at->node)) {
        bb_at_fail(at, "an object");
        return NULL;
    }
    return at->node ? json_node_get_object(at->node) : NULL;
}

/* The value if it is of that type. */
static JsonNode *
value_of(const BbAt *at, GType type, const char *expected)
{
    if (at->node &&
        (!JSON_NODE_HOLDS_VALUE(at->node) || json_node_get_value_type(at->node) != type)) {
        bb_at_fail(at, expected);
        return NULL;
    }
    return at->node;
}

const char *
bb_at_text(const BbAt *at, const char *fallback)
{
    JsonNode *node = value_of(at, G_TYPE_STRING, "a text");

    return node ? json_node_get_string(node) : fallback;
}

gint64
bb_at_int(const BbAt *at, gint64 fallback)
{
    JsonNode *node = value_of(at, G_TYPE_INT64, "a whole number");

    return node ? json_node_get_int(node) : fallback;
}

gboolean
bb_at_bool(const BbAt *at, gboolean fallback)
{
    JsonNode *node = value_of(at, G_TYPE_BOOLEAN, "true or false");

    return node ? json_node_get_boolean(node) : fallback;
}
