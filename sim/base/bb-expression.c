/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A machine with a stack of columns: each step works on a whole block, so that deciding what to do costs
 * little. Conditions evaluate both sides. */
#include "sim/base/bb-expression-private.h"

#include <math.h>
#include <string.h>

void
bb_expression_free(BbExpression *expression)
{
    if (!expression)
        return;
    g_array_unref(expression->steps);
    g_array_unref(expression->values);
    g_free(expression);
}

const gint *
bb_expression_values(const BbExpression *expression, guint *out_n)
{
    *out_n = expression->values->len;
    return (const gint *)(gconstpointer)expression->values->data;
}

gboolean
bb_expression_reads(const BbExpression *expression, gint value)
{
    for (guint i = 0; i < expression->values->len; i++)
        if (g_array_index(expression->values, gint, i) == value)
            return TRUE;
    return FALSE;
}

/* ---- evaluation ---- */

typedef double Column[BB_EXPRESSION_BLOCK];

#define FOR_BLOCK(result)                                                                          \
    for (guint i = 0; i < n; i++)                                                                  \
        x[i] = (result);                                                                           \
    break

static double
whole_power(double base, guint exponent)
{
    double power = 1;

    for (; exponent > 0; exponent >>= 1, base *= base)
        if (exponent & 1)
            power *= base;
    return power;
}

/* x = x op y, where one is below the other on the stack. */
static void
eval_binary(Op op, double *x, double *y, guint n)
{
    switch ((int)op) {
    case OP_ADD:
        FOR_BLOCK(x[i] + y[i]);
    case OP_SUBTRACT:
        FOR_BLOCK(x[i] - y[i]);
    case OP_MULTIPLY:
        FOR_BLOCK(x[i] * y[i]);
    case OP_DIVIDE:
        FOR_BLOCK(y[i] != 0 ? x[i] / y[i] : 0);
    case OP_LESS:
        FOR_BLOCK(x[i] < y[i]);
    case OP_LESS_EQUAL:
        FOR_BLOCK(x[i] <= y[i]);
    case OP_EQUAL:
        FOR_BLOCK(x[i] == y[i]);
    case OP_NOT_EQUAL:
        FOR_BLOCK(x[i] != y[i]);
    case OP_AND:
        FOR_BLOCK(x[i] != 0 && y[i] != 0);
    case OP_OR:
        FOR_BLOCK(x[i] != 0 || y[i] != 0);
    case OP_MIN:
        FOR_BLOCK(x[i] < y[i] ? x[i] : y[i]);
    case OP_MAX:
        FOR_BLOCK(x[i] > y[i] ? x[i] : y[i]);
    case OP_POWER:
        FOR_BLOCK(pow(x[i], y[i]));
    default:
        g_assert_not_reached();
    }
}

static void
eval_unary(const Step *step, double *x, guint n)
{
    switch ((int)step->op) {
    case OP_NEGATE:
        FOR_BLOCK(-x[i]);
    case OP_ABS:
        FOR_BLOCK(fabs(x[i]));
    case OP_FLOOR:
        FOR_BLOCK(floor(x[i]));
    case OP_CEIL:
        FOR_BLOCK(ceil(x[i]));
    case OP_ROUND:
        FOR_BLOCK(round(x[i]));
    case OP_SQRT:
        FOR_BLOCK(sqrt(x[i]));
    case OP_EXP:
        FOR_BLOCK(exp(x[i]));
    case OP_LOG:
        FOR_BLOCK(log(x[i]));
    case OP_LOG2:
        FOR_BLOCK(log2(x[i]));
    case OP_LOG10:
        FOR_BLOCK(log10(x[i]));
    case OP_WHOLE_POWER:
        FOR_BLOCK(whole_power(x[i], step->slot));
    default:
        g_assert_not_reached();
    }
}

static void
swap_columns(double *x, double *y, guint n)
{
    for (guint i = 0; i < n; i++) {
        double kept = x[i];

        x[i] = y[i];
        y[i] = kept;
    }
}

static void
choose_columns(double *condition, const double *then, const double *otherwise, guint n)
{
    for (guint i = 0; i < n; i++)
        condition[i] = condition[i] != 0 ? then[i] : otherwise[i];
}

/* One step; returns the new top. */
static Column *
run_step(const Step *step, Column *top, const double *const *columns, guint n)
{
    if (step->op == OP_CONSTANT) {
        top++;
        for (guint i = 0; i < n; i++)
            (*top)[i] = step->constant;
    } else if (step->op == OP_VALUE) {
        top++;
        memcpy(*top, columns[step->slot], n * sizeof(double));
    } else if (step->op == OP_SWAP) {
        swap_columns(top[-1], top[0], n);
    } else if (step->op == OP_CHOOSE) {
        choose_columns(top[-2], top[-1], top[0], n);
        top -= 2;
    } else if (step->op < OP_NEGATE) {
        eval_binary(step->op, top[-1], top[0], n);
        top--;
    } else {
        eval_unary(step, *top, n);
    }
    return top;
}

void
bb_expression_eval(const BbExpression *expression, const double *const *columns, guint n,
                   double *out)
{
    Column stack[BB_EXPRESSION_DEPTH + 1];
    Column *top = stack;

    g_assert(n <= BB_EXPRESSION_BLOCK);
    for (guint s = 0; s < expression->steps->len; s++)
        top = run_step(&g_array_index(expression->steps, Step, s), top, columns, n);
    memcpy(out, *top, n * sizeof(double));
}
