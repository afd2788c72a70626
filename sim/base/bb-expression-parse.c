/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recursive descent, one function a rule of the grammar, that writes the program as it goes. */
#include "sim/base/bb-expression-private.h"

#include "sim/base/bb-error.h"

#include <math.h>
#include <string.h>

#define NESTING_MAX 64 /* of the text */

typedef struct {
    BbExpression *expression;
    const char *text, *at;
    BbExpressionName lookup;
    gpointer data;
    const char *const *names;
    guint nesting, depth;
    GError **error;
} Parser;

/* ---- errors ---- */

static gboolean
fail_at(const Parser *parser, const char *at, const char *message)
{
    gsize column = (gsize)(at - parser->text);

    return bb_error_set(parser->error, BB_ERROR_USAGE,
                        "%s at column %" G_GSIZE_FORMAT "\n  %s\n  %*s^", message, column + 1,
                        parser->text, (int)column, "");
}

static gboolean
fail_expected(const Parser *parser, const char *expected)
{
    g_autofree char *found = *parser->at ? bb_quote((char[]){*parser->at, '\0'}) : NULL;
    g_autofree char *message =
        g_strdup_printf("expected %s, found %s", expected, found ? found : "the end");

    return fail_at(parser, parser->at, message);
}

static gboolean
fail_unknown(const Parser *parser, const char *at, const char *name)
{
    const char *nearest = bb_suggest(name, parser->names);
    g_autofree char *quoted = bb_quote(name);
    g_autofree char *known = g_strjoinv(", ", (char **)(gsize)parser->names);
    g_autofree char *message =
        nearest ? g_strdup_printf("unknown %s, did you mean \"%s\"?", quoted, nearest)
                : g_strdup_printf("unknown %s, expected one of %s,", quoted, known);

    return fail_at(parser, at, message);
}

/* ---- steps ---- */

static gboolean
add_step(Parser *parser, Op op, guint slot, double constant, gint grows)
{
    Step step = {op, slot, constant};

    parser->depth = (guint)((gint)parser->depth + grows);
    if (parser->depth > BB_EXPRESSION_DEPTH)
        return fail_at(parser, parser->at, "too much to remember at once");
    g_array_append_val(parser->expression->steps, step);
    return TRUE;
}

static gboolean
add_op(Parser *parser, Op op)
{
    return add_step(parser, op, 0, 0, op == OP_CHOOSE ? -2 : op >= OP_NEGATE ? 0 : -1);
}

static gboolean
add_value(Parser *parser, gint value)
{
    GArray *values = parser->expression->values;
    guint slot = 0;

    while (slot < values->len && g_array_index(values, gint, slot) != value)
        slot++;
    if (slot == values->len)
        g_array_append_val(values, value);
    return add_step(parser, OP_VALUE, slot, 0, 1);
}

/* ---- the grammar ---- */

static gboolean parse_expression(Parser *parser);
static gboolean parse_sign(Parser *parser);

static void
skip_blanks(Parser *parser)
{
    while (g_ascii_isspace(*parser->at))
        parser->at++;
}

/* Is the token next? It is passed then. */
static gboolean
accept(Parser *parser, const char *token)
{
    gsize n = strlen(token);

    skip_blanks(parser);
    if (strncmp(parser->at, token, n) != 0)
        return FALSE;
    parser->at += n;
    return TRUE;
}

static gboolean
is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static char *
take_name(Parser *parser)
{
    const char *begin;

    skip_blanks(parser);
    begin = parser->at;
    while (is_name_char(*parser->at))
        parser->at++;
    return g_strndup(begin, (gsize)(parser->at - begin));
}

static gboolean
parse_number(Parser *parser)
{
    char *end;
    double number = g_ascii_strtod(parser->at, &end);

    if (end == parser->at || !isfinite(number))
        return fail_expected(parser, "a number");
    parser->at = end;
    return add_step(parser, OP_CONSTANT, 0, number, 1);
}

static const struct {
    const char *name;
    guint n_args;
    Op op;
} functions[] = {
    {"min", 2, OP_MIN},   {"max", 2, OP_MAX},     {"abs", 1, OP_ABS},     {"floor", 1, OP_FLOOR},
    {"ceil", 1, OP_CEIL}, {"round", 1, OP_ROUND}, {"sqrt", 1, OP_SQRT},   {"exp", 1, OP_EXP},
    {"log", 1, OP_LOG},   {"log2", 1, OP_LOG2},   {"log10", 1, OP_LOG10},
};

static gboolean
parse_function(Parser *parser, guint f)
{
    for (guint i = 0; i < functions[f].n_args; i++) {
        if (i > 0 && !accept(parser, ","))
            return fail_expected(parser, "\",\"");
        if (!parse_expression(parser))
            return FALSE;
    }
    if (!accept(parser, ")"))
        return fail_expected(parser, "\")\"");
    return add_op(parser, functions[f].op);
}

/* Names up to the closing parenthesis. */
static gboolean
take_names(Parser *parser, GPtrArray *names)
{
    do {
        char *name = take_name(parser);

        g_ptr_array_add(names, name);
        if (*name == '\0')
            return fail_expected(parser, "a name");
    } while (accept(parser, ","));
    return accept(parser, ")") || fail_expected(parser, "\")\"");
}

static gboolean
parse_name(Parser *parser)
{
    const char *begin = parser->at;
    g_autofree char *name = take_name(parser);
    g_autoptr(GPtrArray) args = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *whole = NULL;
    gint value;

    if (accept(parser, "(")) {
        for (guint f = 0; f < G_N_ELEMENTS(functions); f++)
            if (g_str_equal(functions[f].name, name))
                return parse_function(parser, f);
        if (!take_names(parser, args))
            return FALSE;
    }
    value = parser->lookup(parser->data, name, (char *const *)args->pdata, args->len);
    if (value >= 0)
        return add_value(parser, value);
    whole = g_strndup(begin, (gsize)(parser->at - begin));
    return fail_unknown(parser, begin, g_strstrip(whole));
}

static gboolean
parse_primary(Parser *parser)
{
    skip_blanks(parser);
    if (g_ascii_isdigit(*parser->at) || *parser->at == '.')
        return parse_number(parser);
    if (is_name_char(*parser->at))
        return parse_name(parser);
    if (!accept(parser, "("))
        return fail_expected(parser, "a number, a name or \"(\"");
    return parse_expression(parser) && (accept(parser, ")") || fail_expected(parser, "\")\""));
}

/* A whole exponent that was just added as a constant is folded into the step. */
static gboolean
add_power(Parser *parser)
{
    GArray *steps = parser->expression->steps;
    Step last = g_array_index(steps, Step, steps->len - 1);

    if (last.op != OP_CONSTANT || last.constant != floor(last.constant) || last.constant < 0 ||
        last.constant > 64)
        return add_op(parser, OP_POWER);
    g_array_set_size(steps, steps->len - 1);
    parser->depth--;
    return add_step(parser, OP_WHOLE_POWER, (guint)last.constant, 0, 0);
}

static gboolean
parse_power(Parser *parser)
{
    if (!parse_primary(parser))
        return FALSE;
    if (!accept(parser, "^"))
        return TRUE;
    return parse_sign(parser) && add_power(parser);
}

static gboolean
parse_sign(Parser *parser)
{
    gboolean ok;

    if (++parser->nesting > NESTING_MAX)
        return fail_at(parser, parser->at, "nested too deeply");
    ok =
        accept(parser, "-") ? parse_sign(parser) && add_op(parser, OP_NEGATE) : parse_power(parser);
    parser->nesting--;
    return ok;
}

static gboolean
parse_product(Parser *parser)
{
    if (!parse_sign(parser))
        return FALSE;
    for (;;) {
        Op op = accept(parser, "*") ? OP_MULTIPLY : accept(parser, "/") ? OP_DIVIDE : OP_CONSTANT;

        if (op == OP_CONSTANT)
            return TRUE;
        if (!parse_sign(parser) || !add_op(parser, op))
            return FALSE;
    }
}

static gboolean
parse_sum(Parser *parser)
{
    if (!parse_product(parser))
        return FALSE;
    for (;;) {
        Op op = accept(parser, "+") ? OP_ADD : accept(parser, "-") ? OP_SUBTRACT : OP_CONSTANT;

        if (op == OP_CONSTANT)
            return TRUE;
        if (!parse_product(parser) || !add_op(parser, op))
            return FALSE;
    }
}

static gboolean
parse_comparison(Parser *parser)
{
    static const struct {
        const char *token;
        Op op;
        gboolean swaps;
    } comparisons[] = {
        {"<=", OP_LESS_EQUAL, FALSE}, {">=", OP_LESS_EQUAL, TRUE}, {"==", OP_EQUAL, FALSE},
        {"!=", OP_NOT_EQUAL, FALSE},  {"<", OP_LESS, FALSE},       {">", OP_LESS, TRUE},
    };

    if (!parse_sum(parser))
        return FALSE;
    for (guint c = 0; c < G_N_ELEMENTS(comparisons); c++)
        if (accept(parser, comparisons[c].token))
            return parse_sum(parser) && (!comparisons[c].swaps || add_op(parser, OP_SWAP)) &&
                   add_op(parser, comparisons[c].op);
    return TRUE;
}

static gboolean
parse_and(Parser *parser)
{
    if (!parse_comparison(parser))
        return FALSE;
    while (accept(parser, "&&"))
        if (!parse_comparison(parser) || !add_op(parser, OP_AND))
            return FALSE;
    return TRUE;
}

static gboolean
parse_or(Parser *parser)
{
    if (!parse_and(parser))
        return FALSE;
    while (accept(parser, "||"))
        if (!parse_and(parser) || !add_op(parser, OP_OR))
            return FALSE;
    return TRUE;
}

static gboolean
parse_expression(Parser *parser)
{
    if (!parse_or(parser))
        return FALSE;
    if (!accept(parser, "?"))
        return TRUE;
    if (!parse_expression(parser))
        return FALSE;
    if (!accept(parser, ":"))
        return fail_expected(parser, "\":\"");
    return parse_expression(parser) && add_op(parser, OP_CHOOSE);
}

BbExpression *
bb_expression_parse(const char *text, BbExpressionName lookup, gpointer data,
                    const char *const *names, GError **error)
{
    g_autoptr(BbExpression) expression = g_new0(BbExpression, 1);
    Parser parser = {expression, text, text, lookup, data, names, 0, 0, error};

    expression->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    expression->values = g_array_new(FALSE, FALSE, sizeof(gint));
    if (!parse_expression(&parser))
        return NULL;
    skip_blanks(&parser);
    if (*parser.at) {
        fail_expected(&parser, "an operator or the end");
        return NULL;
    }
    return g_steal_pointer(&expression);
}
