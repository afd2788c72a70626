/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Swarm turns every value into a Go regular expression; here it becomes a PCRE one, which reads the
 * signs that a value may hold in the same way. */
#include "swarm-expr.h"

#include "sim/base/bb-error.h"

#include <string.h>

static gboolean
is_key(const char *text, gsize n)
{
    if (n < 2 || !(g_ascii_isalpha(text[0]) || text[0] == '_'))
        return FALSE;
    for (gsize i = 1; i < n; i++)
        if (!g_ascii_isalnum(text[i]) && !strchr("-_.", text[i]))
            return FALSE;
    return TRUE;
}

static gboolean
is_value_body(const char *text)
{
    if (!*text)
        return FALSE;
    for (; *text; text++)
        if (!g_ascii_isalnum(*text) && !strchr(":-_ \t\n\v\f\r.*/()?+[]\\^$|", *text))
            return FALSE;
    return TRUE;
}

/* One of "=!/" may come first, then one "~". A slash may also be part of the body. */
static gboolean
is_value(const char *text)
{
    const char *rest = *text && strchr("=!/", *text) ? text + 1 : text;

    return is_value_body(*rest == '~' ? rest + 1 : rest) || is_value_body(text);
}

static GRegex *
compile(const char *value)
{
    gsize n = strlen(value);
    g_autofree char *pattern = NULL;

    if (value[0] == '/' && value[n - 1] == '/') {
        pattern = n > 1 ? g_strndup(value + 1, n - 2) : g_strdup("");
    } else {
        g_auto(GStrv) parts = g_strsplit(value, "*", -1);
        g_autofree char *globbed = g_strjoinv(".*", parts);

        pattern = g_strconcat("^", globbed, "$", NULL);
    }
    return g_regex_new(pattern, G_REGEX_DOLLAR_ENDONLY | G_REGEX_OPTIMIZE, 0, NULL);
}

void
swarm_expr_init(SwarmExpr *expr, const char *key, gboolean negated, const char *value)
{
    *expr = (SwarmExpr){g_strdup(key), g_strdup(value), negated, FALSE, compile(value)};
}

void
swarm_expr_clear(SwarmExpr *expr)
{
    g_clear_pointer(&expr->key, g_free);
    g_clear_pointer(&expr->value, g_free);
    g_clear_pointer(&expr->pattern, g_regex_unref);
}

gboolean
swarm_expr_parse(SwarmExpr *expr, const char *text, GError **error)
{
    const char *equal = strstr(text, "=="), *op = equal ? equal : strstr(text, "!=");
    g_autofree char *key = NULL;
    const char *value;

    if (!op) {
        bb_error_set(error, BB_ERROR_INPUT, "expected KEY==VALUE or KEY!=VALUE, found \"%s\"",
                     text);
        return FALSE;
    }
    key = g_strndup(text, (gsize)(op - text));
    value = op + 2;
    if (!is_key(key, strlen(key))) {
        bb_error_set(error, BB_ERROR_INPUT, "expected a key of letters and digits, found \"%s\"",
                     key);
        return FALSE;
    }
    if (!is_value(value)) {
        bb_error_set(error, BB_ERROR_INPUT, "expected a value, found \"%s\"", value);
        return FALSE;
    }
    swarm_expr_init(expr, key, !equal, value + strspn(value, "~"));
    expr->soft = *value == '~';
    return TRUE;
}

static void
clear_expr(gpointer data)
{
    swarm_expr_clear(data);
}

GArray *
swarm_exprs_new(const char *const *texts, GError **error)
{
    g_autoptr(GArray) exprs = g_array_new(FALSE, FALSE, sizeof(SwarmExpr));

    g_array_set_clear_func(exprs, clear_expr);
    for (; texts && *texts; texts++) {
        SwarmExpr expr;

        if (!swarm_expr_parse(&expr, *texts, error))
            return NULL;
        g_array_append_val(exprs, expr);
    }
    return g_steal_pointer(&exprs);
}

gboolean
swarm_expr_finds(const SwarmExpr *expr, const char *text)
{
    return expr->pattern && g_regex_match(expr->pattern, text, 0, NULL);
}

gboolean
swarm_expr_holds(const SwarmExpr *expr, const char *const *candidates, guint n)
{
    for (guint i = 0; i < n; i++)
        if (swarm_expr_finds(expr, candidates[i]))
            return !expr->negated;
    return expr->negated;
}
