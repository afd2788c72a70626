/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions of Docker Swarm's constraint, affinity and whitelist filters: KEY==VALUE, KEY!=VALUE.
 * A value that begins with "~" is soft: a wish, given up when it cannot be had. A value between
 * slashes is a regular expression that may match anywhere; any other matches the whole text, "*"
 * standing for anything (and, as in Swarm, other signs of regular expressions keep their meaning).
 *
 * Source: docker-archive/classicswarm scheduler/filter/expr.go. */
#pragma once

#include <glib.h>

typedef struct {
    char *key, *value; /* value without "~" */
    gboolean negated;  /* != */
    gboolean soft;
    GRegex *pattern; /* NULL: malformed, matches nothing */
} SwarmExpr;

/* FALSE: no operator, or a key or value with signs that are not allowed; nothing to clear then. */
gboolean swarm_expr_parse(SwarmExpr *expr, const char *text, GError **error);
/* The parts as they are; `value` without "~", not empty. */
void swarm_expr_init(SwarmExpr *expr, const char *key, gboolean negated, const char *value);
void swarm_expr_clear(SwarmExpr *expr);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SwarmExpr, swarm_expr_clear)

/* All of them, or NULL with the first error. Of SwarmExpr; texts may be NULL. */
GArray *swarm_exprs_new(const char *const *texts, GError **error);

/* Does the value match the text, whatever the operator? */
gboolean swarm_expr_finds(const SwarmExpr *expr, const char *text);
/* ==: some candidate matches. !=: none does. */
gboolean swarm_expr_holds(const SwarmExpr *expr, const char *const *candidates, guint n);
