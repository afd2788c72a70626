/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May a task of a shape ever be on a node? Asked anew, without the cluster's own answer. */
#include "sim/lab/bb-verify-private.h"

static gboolean
is_among(const guint32 *ids, guint32 n, guint32 id)
{
    for (guint32 i = 0; i < n; i++) {
        if (ids[i] == id)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_label(const BbNode *node, const BbRequireTerm *term)
{
    for (guint32 i = 0; i < node->n_labels; i++) {
        if (node->labels[i].key == term->key &&
            is_among(term->values, term->n_values, node->labels[i].value))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_tolerated(const BbLabel *taint, const BbShape *shape)
{
    for (guint32 i = 0; i < shape->n_tolerate; i++) {
        if (shape->tolerate[i].key == taint->key && shape->tolerate[i].value == taint->value)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_right_model(const BbNode *node, const BbShape *shape)
{
    return shape->n_models == 0 || is_among(shape->models, shape->n_models, node->gpu_model);
}

/* The first term that the node does not meet, or NULL. */
static const BbRequireTerm *
unmet_term(const BbNode *node, const BbShape *shape)
{
    for (guint32 i = 0; i < shape->n_require; i++) {
        if (!has_label(node, &shape->require[i]))
            return &shape->require[i];
    }
    return NULL;
}

static const BbLabel *
unloved_taint(const BbNode *node, const BbShape *shape)
{
    for (guint32 i = 0; i < node->n_taints; i++) {
        if (!is_tolerated(&node->taints[i], shape))
            return &node->taints[i];
    }
    return NULL;
}

/* A node without the label is no place for a job that spreads over it: the key, or 0. */
static guint32
missing_spread(const BbNode *node, const BbShape *shape)
{
    for (guint32 i = 0; i < shape->n_spread; i++) {
        if (bb_referee_label_of(node, shape->spread[i].key) == 0)
            return shape->spread[i].key;
    }
    return 0;
}

/* The first resource of which one task needs more than the node has, or -1. */
static gint
too_small(const BbNode *node, const BbShape *shape)
{
    for (gint r = 0; r < BB_N_RESOURCES; r++) {
        if (shape->need.v[r] > node->capacity.v[r])
            return r;
    }
    return -1;
}

guint32
bb_referee_label_of(const BbNode *node, guint32 key)
{
    for (guint32 i = 0; i < node->n_labels; i++) {
        if (node->labels[i].key == key)
            return node->labels[i].value;
    }
    return 0;
}

gboolean
bb_referee_admits(const BbNode *node, const BbShape *shape)
{
    return (node->runtimes >> shape->kind & 1) != 0 && is_right_model(node, shape) &&
           !unmet_term(node, shape) && !unloved_taint(node, shape) &&
           missing_spread(node, shape) == 0 && too_small(node, shape) < 0;
}

char *
bb_referee_why_not(const BbReferee *referee, const BbNode *node, const BbShape *shape)
{
    const BbRequireTerm *term = unmet_term(node, shape);
    const BbLabel *taint = unloved_taint(node, shape);
    gint r = too_small(node, shape);
    if ((node->runtimes >> shape->kind & 1) == 0)
        return g_strdup_printf("runs no %s", bb_kind_names[shape->kind]);
    if (!is_right_model(node, shape))
        return g_strdup_printf("has gpu model \"%s\", none of those wanted",
                               bb_names_text(referee->names, node->gpu_model));
    if (term)
        return g_strdup_printf("lacks the required label %s",
                               bb_names_text(referee->names, term->key));
    if (taint)
        return g_strdup_printf("has the taint %s=%s, not tolerated",
                               bb_names_text(referee->names, taint->key),
                               bb_names_text(referee->names, taint->value));
    if (missing_spread(node, shape) != 0)
        return g_strdup_printf("lacks the label %s to spread over",
                               bb_names_text(referee->names, missing_spread(node, shape)));
    if (r < 0)
        return NULL;
    return g_strdup_printf("%s %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " %s for one task",
                           bb_resource_names[r], shape->need.v[r], node->capacity.v[r],
                           bb_resource_units[r]);
}
