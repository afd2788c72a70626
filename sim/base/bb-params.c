/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value a declaration, in the order of the table. A default goes through the same parser as what
 * users write, so that a table cannot hold a value that nobody could give. */
#include "sim/base/bb-params.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-units.h"

#include <math.h>
#include <string.h>

typedef struct {
    char *text; /* NULL: neither given nor a default */
    gint64 integer;
    double number;
    gboolean given;
} Value;

struct _BbParams {
    const BbParam *table;
    guint n;
    Value *values;
};

/* The end of the item at `text`: a comma outside parentheses, or the end of all. NULL: unbalanced. */
static const char *
find_comma(const char *text)
{
    guint depth = 0;
    for (; *text != '\0' && (*text != ',' || depth > 0); text++) {
        if (*text == ')' && depth == 0)
            return NULL;
        depth += *text == '(';
        depth -= *text == ')';
    }
    return depth == 0 ? text : NULL;
}

static gboolean
fail_parentheses(const char *text, GError **error)
{
    g_autofree char *found = bb_quote(text);
    return bb_error_set(error, BB_ERROR_USAGE, "expected balanced parentheses, found %s", found);
}

/* What stands between the parenthesis at `open` and its partner at the end of the text. */
static char *
inside(const char *open)
{
    gsize n = strlen(open);
    while (n > 0 && g_ascii_isspace(open[n - 1]))
        n--;
    if (n < 2 || open[n - 1] != ')')
        return NULL;
    g_autofree char *content = g_strndup(open + 1, n - 2);
    /* "(a)(b)" begins and ends right, but not with partners. */
    for (const char *at = content;; at++) {
        at = find_comma(at);
        if (at == NULL)
            return NULL;
        if (*at == '\0')
            return g_steal_pointer(&content);
    }
}

gboolean
bb_params_split(const char *text, char **out_name, char **out_rest, GError **error)
{
    gsize n_name = strcspn(text, ",()");
    g_autofree char *name = g_strstrip(g_strndup(text, n_name));
    g_autofree char *rest = NULL;

    if (text[n_name] == '(')
        rest = inside(text + n_name);
    else if (text[n_name] != ')')
        rest = g_strdup(text[n_name] == ',' ? text + n_name + 1 : "");
    if (rest == NULL)
        return fail_parentheses(text, error);
    if (*name == '\0') {
        g_autofree char *found = bb_quote(text);
        return bb_error_set(error, BB_ERROR_USAGE, "expected a name, found %s", found);
    }
    *out_name = g_steal_pointer(&name);
    *out_rest = g_steal_pointer(&rest);
    return TRUE;
}

static gboolean
fail_value(const char *owner, const BbParam *param, const char *text, const char *expected,
           GError **error)
{
    g_autofree char *found = bb_quote(text);
    return bb_error_set(error, BB_ERROR_USAGE, "%s: %s: expected %s, found %s", owner, param->name,
                        expected, found);
}

static gboolean
parse_enum(const char *owner, const BbParam *param, const char *text, gint64 *out, GError **error)
{
    g_auto(GStrv) choices = g_strsplit(param->choices, "|", -1);
    for (guint i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], text) == 0) {
            *out = i;
            return TRUE;
        }
    }
    const char *nearest = bb_suggest(text, (const char *const *)choices);
    g_autofree char *found = bb_quote(text);
    return bb_error_set(error, BB_ERROR_USAGE, "%s: %s: expected %s, found %s%s%s%s", owner,
                        param->name, param->choices, found,
                        nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                        nearest != NULL ? "\"?" : "");
}

static gboolean
parse_int(const char *owner, const BbParam *param, const char *text, gint64 *out, GError **error)
{
    gboolean any = param->min == 0 && param->max == 0;
    gint64 min = any ? G_MININT64 : param->min, max = any ? G_MAXINT64 : param->max;
    g_autofree char *range = NULL;

    if (bb_parse_int(text, min, max, out, NULL))
        return TRUE;
    if (any)
        return fail_value(owner, param, text, "a whole number", error);
    if (max == G_MAXINT64)
        range = g_strdup_printf("a whole number, at least %" G_GINT64_FORMAT, min);
    else
        range = g_strdup_printf("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                                min, max);
    return fail_value(owner, param, text, range, error);
}

static gboolean
parse_value(const char *owner, const BbParam *param, const char *text, Value *value, GError **error)
{
    const char *expected = NULL;
    gboolean flag = FALSE, parsed = TRUE;

    switch (param->type) {
    case BB_PARAM_INT:
        return parse_int(owner, param, text, &value->integer, error);
    case BB_PARAM_ENUM:
        return parse_enum(owner, param, text, &value->integer, error);
    case BB_PARAM_DOUBLE:
        parsed = bb_parse_double(text, -HUGE_VAL, HUGE_VAL, &value->number, &expected);
        break;
    case BB_PARAM_BOOL:
        parsed = bb_parse_bool(text, &flag, &expected);
        value->integer = flag;
        break;
    case BB_PARAM_DURATION:
        parsed = bb_parse_duration(text, &value->integer, &expected);
        break;
    case BB_PARAM_TEXT:
    case BB_PARAM_FILE:
        break;
    }
    return parsed || fail_value(owner, param, text, expected, error);
}

static gboolean
fail_unknown(const char *owner, const BbParams *params, const char *key, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *found = bb_quote(key);

    if (params->n == 0)
        return bb_error_set(error, BB_ERROR_USAGE, "%s: expected no parameters, found %s", owner,
                            found);
    for (guint i = 0; i < params->n; i++)
        g_ptr_array_add(names, (gpointer)(guintptr)params->table[i].name);
    g_ptr_array_add(names, NULL);
    const char *nearest = bb_suggest(key, (const char *const *)(gconstpointer)names->pdata);
    if (nearest != NULL)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "%s: expected a known parameter, found %s; did you mean \"%s\"?", owner,
                            found, nearest);
    g_ptr_array_set_size(names, (gint)params->n);
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    return bb_error_set(error, BB_ERROR_USAGE, "%s: expected one of the parameters %s, found %s",
                        owner, all, found);
}

/* "k=v" of n bytes. */
static gboolean
parse_item(const char *owner, BbParams *params, const char *item, gsize n, GError **error)
{
    g_autofree char *key = g_strstrip(g_strndup(item, n));
    char *equals = strchr(key, '=');

    if (equals == NULL) {
        g_autofree char *found = bb_quote(key);
        return bb_error_set(error, BB_ERROR_USAGE, "%s: expected KEY=VALUE, found %s", owner,
                            found);
    }
    *equals = '\0';
    g_strchomp(key);
    for (guint i = 0; i < params->n; i++) {
        const BbParam *param = &params->table[i];
        Value *value = &params->values[i];
        if (strcmp(param->name, key) != 0)
            continue;
        if (value->given)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "%s: %s: expected one value, found a second one", owner, key);
        value->given = TRUE;
        value->text = g_strdup(g_strchug(equals + 1));
        return parse_value(owner, param, value->text, value, error);
    }
    return fail_unknown(owner, params, key, error);
}

static gboolean
parse_items(const char *owner, BbParams *params, const char *text, GError **error)
{
    if (text[strspn(text, " \t")] == '\0')
        return TRUE;
    for (;;) {
        const char *comma = find_comma(text);
        if (comma == NULL)
            return fail_parentheses(text, error);
        if (!parse_item(owner, params, text, (gsize)(comma - text), error))
            return FALSE;
        if (*comma == '\0')
            return TRUE;
        text = comma + 1;
    }
}

static gboolean
fill_defaults(const char *owner, BbParams *params, GError **error)
{
    for (guint i = 0; i < params->n; i++) {
        const BbParam *param = &params->table[i];
        Value *value = &params->values[i];
        if (value->given)
            continue;
        if (param->fallback == NULL)
            return bb_error_set(error, BB_ERROR_USAGE, "%s: expected a value for %s, found none",
                                owner, param->name);
        value->text = g_strdup(param->fallback);
        if (!parse_value(owner, param, value->text, value, error))
            return FALSE;
    }
    return TRUE;
}

BbParams *
bb_params_parse(const char *owner, const BbParam *table, const char *text, GError **error)
{
    g_autoptr(BbParams) params = g_new0(BbParams, 1);

    params->table = table;
    while (table != NULL && table[params->n].name != NULL)
        params->n++;
    params->values = g_new0(Value, params->n);
    if (!parse_items(owner, params, text, error) || !fill_defaults(owner, params, error))
        return NULL;
    return g_steal_pointer(&params);
}

void
bb_params_free(BbParams *params)
{
    if (params == NULL)
        return;
    for (guint i = 0; i < params->n; i++)
        g_free(params->values[i].text);
    g_free(params->values);
    g_free(params);
}

static guint
find(const BbParams *params, const char *name)
{
    for (guint i = 0; i < params->n; i++)
        if (strcmp(params->table[i].name, name) == 0)
            return i;
    g_error("no parameter \"%s\" is declared", name);
}

gint64
bb_params_int(const BbParams *params, const char *name)
{
    guint i = find(params, name);
    g_assert(params->table[i].type != BB_PARAM_DOUBLE && params->table[i].type < BB_PARAM_TEXT);
    return params->values[i].integer;
}

double
bb_params_double(const BbParams *params, const char *name)
{
    guint i = find(params, name);
    g_assert(params->table[i].type == BB_PARAM_DOUBLE);
    return params->values[i].number;
}

const char *
bb_params_text(const BbParams *params, const char *name)
{
    return params->values[find(params, name)].text;
}

gboolean
bb_params_given(const BbParams *params, const char *name)
{
    return params->values[find(params, name)].given;
}

const char *
bb_params_file(const BbParams *params)
{
    for (guint i = 0; i < params->n; i++)
        if (params->table[i].type == BB_PARAM_FILE && params->values[i].given &&
            params->values[i].text[0] != '\0')
            return params->values[i].text;
    return NULL;
}

char *
bb_params_map_files(const BbParams *params, const char *name,
                    char *(*change)(gpointer data, const char *path, GError **error), gpointer data,
                    GError **error)
{
    g_autoptr(GString) out = g_string_new(name);
    for (guint i = 0; i < params->n; i++) {
        const BbParam *param = &params->table[i];
        const char *value = params->values[i].text;
        g_autofree char *changed = NULL;
        if (!params->values[i].given)
            continue;
        if (param->type == BB_PARAM_FILE && value[0] != '\0' &&
            (changed = change(data, value, error)) == NULL)
            return NULL;
        g_string_append_printf(out, ",%s=%s", param->name, changed != NULL ? changed : value);
    }
    return g_strdup(out->str);
}
