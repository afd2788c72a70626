/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading inputs and comparing answers; the comparisons never stop a case, so that one run shows all
 * that is wrong with it. */
#include "tests/unit/known/known.h"

#include <math.h>
#include <string.h>

void
known_fail(Known *known, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    g_test_message("%s: %s", known->id, text);
    g_test_fail();
}

gboolean
known_has(Known *known, const char *name)
{
    return json_object_has_member(known->input, name);
}

static gboolean
is_number(JsonNode *node)
{
    GType type = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : 0;

    return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

double
known_in(Known *known, const char *name)
{
    JsonNode *node = json_object_get_member(known->input, name);

    if (is_number(node))
        return json_node_get_double(node);
    known_fail(known, "no number \"%s\" in the input", name);
    return NAN;
}

guint64
known_count(Known *known, const char *name)
{
    double value = known_in(known, name);

    return value >= 0 && value < 1e15 ? (guint64)value : 0;
}

double *
known_numbers(JsonArray *array, gsize *out_n)
{
    guint n = json_array_get_length(array);
    double *values = g_new(double, n);

    for (guint i = 0; i < n; i++)
        values[i] = json_array_get_double_element(array, i);
    *out_n = n;
    return values;
}

double *
known_array(Known *known, const char *name, gsize *out_n)
{
    JsonNode *node = json_object_get_member(known->input, name);

    *out_n = 0;
    if (node && JSON_NODE_HOLDS_ARRAY(node))
        return known_numbers(json_node_get_array(node), out_n);
    known_fail(known, "no array \"%s\" in the input", name);
    return g_new0(double, 1);
}

const char *
known_text_in(Known *known, const char *name)
{
    JsonNode *node = json_object_get_member(known->input, name);
    gboolean text =
        node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;

    return text ? json_node_get_string(node) : NULL;
}

GList *
known_names(Known *known)
{
    return json_object_get_members(known->expect);
}

gboolean
known_expects(Known *known, const char *name)
{
    return json_object_has_member(known->expect, name);
}

/* The expected node, marked as judged; NULL with a failure where the case does not expect it. */
static JsonNode *
take(Known *known, const char *name)
{
    g_hash_table_add(known->said, g_strdup(name));
    if (!known_expects(known, name)) {
        known_fail(known, "the case expects no \"%s\"", name);
        return NULL;
    }
    return json_object_get_member(known->expect, name);
}

/* tol's "rel" or "abs" for this name; negative where there is none. */
static double
tolerance(Known *known, const char *name, const char *kind)
{
    g_autoptr(GList) names = known->tol ? json_object_get_members(known->tol) : NULL;
    double found = -1;

    for (GList *at = names; at; at = at->next) {
        const char *key = at->data;
        gsize length = strlen(key), tail = strlen(kind) + 1;

        if (strcmp(key, kind) == 0 && found < 0)
            found = json_object_get_double_member(known->tol, key);
        else if (length > tail && key[length - tail] == '_' && g_str_has_suffix(key, kind) &&
                 strncmp(key, name, length - tail) == 0)
            found = json_object_get_double_member(known->tol, key);
    }
    return found;
}

static void
compare(Known *known, const char *name, double got, JsonNode *node, double slack)
{
    double want, rel = tolerance(known, name, "rel"), off;

    if (!is_number(node)) {
        known_fail(known, "\"%s\" is no number", name);
        return;
    }
    want = json_node_get_double(node);
    slack = MAX(slack, MAX(rel * fabs(want), tolerance(known, name, "abs")));
    off = fabs(got - want);
    if (!(off <= MAX(slack, 0)))
        known_fail(known, "%s: got %.17g, expected %.17g, off by %.3g, allowed %.3g", name, got,
                   want, off, slack);
}

void
known_number_floor(Known *known, const char *name, double got, double floor)
{
    JsonNode *node = take(known, name);

    if (node)
        compare(known, name, got, node, floor);
}

void
known_number(Known *known, const char *name, double got)
{
    known_number_floor(known, name, got, -1);
}

void
known_within(Known *known, const char *name, double got, double slack)
{
    JsonNode *node = take(known, name);
    double want = is_number(node) ? json_node_get_double(node) : NAN;

    if (node && !(fabs(got - want) <= slack))
        known_fail(known, "%s: got %.17g, expected %.17g within %.3g", name, got, want, slack);
}

void
known_at_most(Known *known, const char *name, double got)
{
    JsonNode *node = take(known, name);

    if (node && !(got <= json_node_get_double(node)))
        known_fail(known, "%s: got %g, expected at most %g", name, got, json_node_get_double(node));
}

static void
compare_bool(Known *known, const char *name, gboolean got, JsonNode *node)
{
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_BOOLEAN ||
        json_node_get_boolean(node) != got)
        known_fail(known, "%s: got %s", name, got ? "true" : "false");
}

void
known_bool(Known *known, const char *name, gboolean got)
{
    JsonNode *node = take(known, name);

    if (node)
        compare_bool(known, name, got, node);
}

static void
compare_text(Known *known, const char *name, const char *got, JsonNode *node)
{
    if (!JSON_NODE_HOLDS_VALUE(node) || g_strcmp0(json_node_get_string(node), got) != 0)
        known_fail(known, "%s: got %s", name, got);
}

void
known_text(Known *known, const char *name, const char *got)
{
    JsonNode *node = take(known, name);

    if (node)
        compare_text(known, name, got, node);
}

/* The expected list of n elements, or NULL with a failure. */
static JsonArray *
take_list(Known *known, const char *name, gsize n)
{
    JsonNode *node = take(known, name);

    if (!node)
        return NULL;
    if (JSON_NODE_HOLDS_ARRAY(node) && json_array_get_length(json_node_get_array(node)) == n)
        return json_node_get_array(node);
    known_fail(known, "%s: got a list of %" G_GSIZE_FORMAT, name, n);
    return NULL;
}

void
known_list(Known *known, const char *name, const double *got, gsize n)
{
    JsonArray *want = take_list(known, name, n);

    for (guint i = 0; want && i < n; i++)
        compare(known, name, got[i], json_array_get_element(want, i), -1);
}

void
known_bools(Known *known, const char *name, const gboolean *got, gsize n)
{
    JsonArray *want = take_list(known, name, n);

    for (guint i = 0; want && i < n; i++)
        compare_bool(known, name, got[i], json_array_get_element(want, i));
}

void
known_texts(Known *known, const char *name, const char *const *got, gsize n)
{
    JsonArray *want = take_list(known, name, n);

    for (guint i = 0; want && i < n; i++)
        compare_text(known, name, got[i], json_array_get_element(want, i));
}

double
known_percentile(const char *name, const char *prefix)
{
    const char *digits = name + strlen(prefix);
    double value = 0, place = 1;

    if (!g_str_has_prefix(name, prefix) || !g_ascii_isdigit(*digits))
        return NAN;
    for (; g_ascii_isdigit(*digits); digits++) {
        value = 10 * value + g_ascii_digit_value(*digits);
        place *= 10;
    }
    return value / place;
}
