/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Arithmetic that a user writes: "0.6*free(cpu)/cap(cpu) + 0.4*dot(need,free)". Parsed once into
 * a program, evaluated over columns of values, many at a time.
 *
 *     expression  or ["?" expression ":" expression]
 *     or          and {"||" and}                and   equal {"&&" equal}
 *     equal       sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]         1 or 0
 *     sum         product {("+" | "-") product}
 *     product     sign {("*" | "/") sign}
 *     sign        ["-"] power                   power primary ["^" sign]
 *     primary     NUMBER | NAME | NAME "(" arguments ")" | "(" expression ")"
 *
 * Functions of numbers: min(a,b) max(a,b) abs floor ceil round sqrt exp log log2 log10. Every other
 * NAME, with names as arguments, is a value that the caller knows. x / 0 is 0. x ^ n with a whole n
 * is multiplied out; sqrt is exact; other powers, exp and log are the C library's. */
#pragma once

#include "bb-types.h"

typedef struct _BbExpression BbExpression;

/* The caller's number for a value, or -1: there is none such. n_args names (0 for a bare NAME). */
typedef gint (*BbExpressionName)(gpointer data, const char *name, char *const *args, guint n_args);

/* `names`: what the caller knows, NULL-terminated, for suggestions. BB_ERROR_USAGE: two more lines
 * show the text and a caret under the place. */
BbExpression *bb_expression_parse(const char *text, BbExpressionName lookup, gpointer data,
                                  const char *const *names, GError **error);
void bb_expression_free(BbExpression *expression);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbExpression, bb_expression_free)

/* The values that it reads, each once: the caller's numbers, in the order of `columns`. */
const gint *bb_expression_values(const BbExpression *expression, guint *out_n);
/* Does it read that value? */
gboolean bb_expression_reads(const BbExpression *expression, gint value);

/* out[i] from columns[v][i] for i < n <= BB_EXPRESSION_BLOCK; not finite where the arithmetic is. */
#define BB_EXPRESSION_BLOCK 64
void bb_expression_eval(const BbExpression *expression, const double *const *columns, guint n,
                        double *out);
