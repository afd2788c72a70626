/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic and precedence, against values worked out by hand; every message with its caret. */
#include "sim/base/bb-error.h"
#include "sim/base/bb-expression.h"

#include <math.h>

static const char *const names[] = {"x", "y", "free(cpu)", "dot(need,free)", NULL};

static gint
lookup(gpointer data, const char *name, char *const *args, guint n_args)
{
    g_autoptr(GString) whole = g_string_new(name);

    (void)data;
    for (guint i = 0; i < n_args; i++)
        g_string_append_printf(whole, "%s%s%s", i == 0 ? "(" : ",", args[i],
                               i + 1 == n_args ? ")" : "");
    for (gint i = 0; names[i]; i++)
        if (g_str_equal(names[i], whole->str))
            return i;
    return -1;
}

/* x = 3 and 4, y = 2 and 0, free(cpu) = 10 and 20, dot(need,free) = 0.5 and 0.25. */
static const double x[] = {3, 4}, y[] = {2, 0}, f[] = {10, 20}, d[] = {0.5, 0.25};
static const double *const known[] = {x, y, f, d};

static const struct {
    const char *text;
    double first, second;
} values[] = {
    {"1", 1, 1},
    {"x", 3, 4},
    {"1 + 2 * 3", 7, 7},
    {"(1 + 2) * 3", 9, 9},
    {"10 - 4 - 3", 3, 3},
    {"16 / 4 / 2", 2, 2},
    {"-x^2", -9, -16},
    {"2^3^2", 512, 512},
    {"2^-1", 0.5, 0.5},
    {"x^0", 1, 1},
    {"x^y", 9, 1},
    {"x^0.5 * x^0.5 - x < 1e-9", 1, 1},
    {"x / y", 1.5, 0},
    {"--x", 3, 4},
    {"x > y ? 1 : 2", 1, 1},
    {"y ? x : -x", 3, -4},
    {"x < 4", 1, 0},
    {"x <= 4 && y == 2", 1, 0},
    {"x >= 4 || y != 0", 1, 1},
    {"x > 3 ? y > 0 ? 1 : 2 : 3", 3, 2},
    {"min(x, y) + max(x, y)", 5, 4},
    {"abs(0 - x) + floor(2.7) + ceil(2.1) + round(2.5)", 11, 12},
    {"sqrt(x * x)", 3, 4},
    {"log2(8) + log10(1000) + log(exp(0))", 6, 6},
    {"0.6*free(cpu)/x + 0.4*dot(need,free)", 2.2, 3.1},
    {" free ( cpu ) ", 10, 20},
    {".5 + 1e1", 10.5, 10.5},
};

static void
test_values(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbExpression) expression =
            bb_expression_parse(values[i].text, lookup, NULL, names, &error);
        const double *columns[G_N_ELEMENTS(known)];
        const gint *used;
        double out[2];
        guint n;

        g_test_message("%s", values[i].text);
        g_assert_no_error(error);
        used = bb_expression_values(expression, &n);
        for (guint v = 0; v < n; v++)
            columns[v] = known[used[v]];
        bb_expression_eval(expression, columns, 2, out);
        g_assert_cmpfloat_with_epsilon(out[0], values[i].first, 1e-12);
        g_assert_cmpfloat_with_epsilon(out[1], values[i].second, 1e-12);
    }
}

static const struct {
    const char *text, *message;
} errors[] = {
    {"", "expected a number, a name or \"(\", found the end at column 1\n  \n  ^"},
    {"1 +", "expected a number, a name or \"(\", found the end at column 4\n  1 +\n     ^"},
    {"fre(cpu) / x",
     "unknown \"fre(cpu)\", did you mean \"free(cpu)\"? at column 1\n  fre(cpu) / x\n  ^"},
    {"x + nonsense",
     "unknown \"nonsense\", expected one of x, y, free(cpu), dot(need,free), at column 5\n"
     "  x + nonsense\n      ^"},
    {"(x", "expected \")\", found the end at column 3\n  (x\n    ^"},
    {"x y", "expected an operator or the end, found \"y\" at column 3\n  x y\n    ^"},
    {"min(x)", "expected \",\", found \")\" at column 6\n  min(x)\n       ^"},
    {"x ? 1", "expected \":\", found the end at column 6\n  x ? 1\n       ^"},
    {"x $ 1", "expected an operator or the end, found \"$\" at column 3\n  x $ 1\n    ^"},
    {"free()", "expected a name, found \")\" at column 6\n  free()\n       ^"},
    {"1e999", "expected a number, found \"1\" at column 1\n  1e999\n  ^"},
};

static void
test_errors(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(errors); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(bb_expression_parse(errors[i].text, lookup, NULL, names, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, errors[i].message);
    }
}

/* Deep texts are refused, not followed to the end of the stack. */
static void
test_depth(void)
{
    g_autoptr(GString) open = g_string_new(NULL), minus = g_string_new(NULL);
    g_autoptr(GString) held = g_string_new(NULL);

    for (guint i = 0; i < 100000; i++) {
        g_string_append_c(open, '(');
        g_string_append_c(minus, '-');
        g_string_append(held, "1+(");
    }
    g_assert_null(bb_expression_parse(open->str, lookup, NULL, names, NULL));
    g_assert_null(bb_expression_parse(minus->str, lookup, NULL, names, NULL));
    g_assert_null(bb_expression_parse(held->str, lookup, NULL, names, NULL));
}

static void
test_reads(void)
{
    g_autoptr(BbExpression) expression =
        bb_expression_parse("x + x * free(cpu)", lookup, NULL, names, NULL);
    guint n;

    bb_expression_values(expression, &n);
    g_assert_cmpuint(n, ==, 2);
    g_assert_true(bb_expression_reads(expression, 2));
    g_assert_false(bb_expression_reads(expression, 1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/expression/values", test_values);
    g_test_add_func("/expression/errors", test_errors);
    g_test_add_func("/expression/depth", test_depth);
    g_test_add_func("/expression/reads", test_reads);
    return g_test_run();
}
