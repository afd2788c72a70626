/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/engine/bb-facts.h"

struct _BbFacts {
    BbCluster *empty; /* the cluster without anything that runs */
    BbCluster *most;  /* .. each node as the most that it is or will be; the same if none changes */
    BbCluster *ever;  /* .. that it is, will be or was; likewise */
    GPtrArray *shapes; /* of BbShapeFacts by shape index, owned; NULL: not asked yet */
};

static void
free_facts(gpointer data)
{
    BbShapeFacts *facts = data;

    if (!facts)
        return;
    g_free((gpointer)(gsize)facts->admits);
    g_free((gpointer)(gsize)facts->why_none);
    g_free(facts);
}

/* A node that is not there yet, too, is as good as it will be. */
static BbCluster *
copy_at_most(const BbCluster *cluster)
{
    BbCluster *copy = bb_cluster_copy(cluster);
    g_autofree gboolean *ever_up = g_new(gboolean, bb_cluster_n(cluster));
    g_autofree BbResources *most = bb_cluster_most(cluster, ever_up);

    for (guint i = 0; i < bb_cluster_n(cluster); i++)
        if (ever_up[i])
            bb_cluster_change(copy, i, BB_NODE_UP, &most[i]);
    return copy;
}

BbFacts *
bb_facts_new(const BbCluster *cluster)
{
    BbFacts *facts = g_new0(BbFacts, 1);

    guint n_changes;

    facts->empty = facts->most = facts->ever = bb_cluster_copy(cluster);
    bb_cluster_changes(cluster, &n_changes);
    if (n_changes > 0) {
        facts->most = copy_at_most(cluster);
        facts->ever = copy_at_most(cluster);
    }
    facts->shapes = g_ptr_array_new_with_free_func(free_facts);
    return facts;
}

void
bb_facts_free(BbFacts *facts)
{
    if (!facts)
        return;
    g_ptr_array_unref(facts->shapes);
    if (facts->most != facts->empty) {
        bb_cluster_free(facts->most);
        bb_cluster_free(facts->ever);
    }
    bb_cluster_free(facts->empty);
    g_free(facts);
}

BbCluster *
bb_facts_empty(const BbFacts *facts)
{
    return facts->empty;
}

static gboolean
has_spread_labels(const BbNode *node, const BbShape *shape)
{
    for (guint i = 0; i < shape->n_spread; i++)
        if (bb_node_label(node, shape->spread[i].key) == 0)
            return FALSE;
    return TRUE;
}

/* The first thing, in a fixed order, for which a node does not take a task of the shape. */
static const char *
why_not(const BbNode *node, const BbShape *shape)
{
    BbShape reduced = *shape;
    static const char *const amounts[BB_N_RESOURCES] = {
        "has too little cpu", "has too little memory", "has too little disk", "has too few gpus"};

    if (node->state != BB_NODE_UP)
        return "is gone for good";
    if (!(node->runtimes & (1u << shape->kind)))
        return "allows no such kind";
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (shape->need.v[r] > node->capacity.v[r])
            return amounts[r];
    if (!has_spread_labels(node, shape))
        return "lacks a label to spread over";
    reduced.n_require = 0;
    if (bb_node_admits(node, &reduced))
        return "has not the labels required";
    reduced.n_require = shape->n_require;
    reduced.n_models = 0;
    if (bb_node_admits(node, &reduced))
        return "has another gpu model";
    return "has a taint that it does not tolerate";
}

/* "no node may take it: 2 of 3 allows no such kind, 1 of 3 has too little cpu". */
static char *
explain_none(const BbFacts *facts, const BbShape *shape)
{
    g_autoptr(GPtrArray) reasons = g_ptr_array_new();
    g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(guint));
    GString *text = g_string_new("no node may take it:");
    guint one = 1, at;

    for (guint i = 0; i < bb_cluster_n(facts->most); i++) {
        gpointer reason = (gpointer)(gsize)why_not(bb_cluster_node(facts->most, i), shape);

        if (g_ptr_array_find(reasons, reason, &at)) {
            g_array_index(counts, guint, at)++;
        } else {
            g_ptr_array_add(reasons, reason);
            g_array_append_val(counts, one);
        }
    }
    for (guint i = 0; i < reasons->len; i++)
        g_string_append_printf(text, "%s %u of %u %s", i > 0 ? "," : "",
                               g_array_index(counts, guint, i), bb_cluster_n(facts->empty),
                               (const char *)reasons->pdata[i]);
    return g_string_free(text, FALSE);
}

static gboolean
may_take(const BbNode *node, const BbShape *shape)
{
    return node->state == BB_NODE_UP && bb_node_admits(node, shape) &&
           has_spread_labels(node, shape);
}

static BbShapeFacts *
find_facts(const BbFacts *facts, const BbShape *shape)
{
    BbShapeFacts *found = g_new0(BbShapeFacts, 1);
    guint n = bb_cluster_n(facts->most);
    guint64 *admits = g_new0(guint64, n / 64 + 1);

    for (guint i = 0; i < n; i++) {
        const BbNode *node = bb_cluster_node(facts->most, i);

        if (may_take(bb_cluster_node(facts->ever, i), shape))
            admits[i / 64] |= G_GUINT64_CONSTANT(1) << (i % 64);
        if (!may_take(node, shape))
            continue;
        found->n_admits++;
        found->empty_slots += bb_node_slots(node, shape);
        found->fastest_milli = MAX(found->fastest_milli, node->speed_milli);
    }
    found->shape = shape;
    found->admits = admits;
    if (found->n_admits == 0)
        found->why_none = explain_none(facts, shape);
    return found;
}

BbShapeFacts *
bb_facts_get(BbFacts *facts, const BbShape *shape)
{
    if (facts->shapes->len <= shape->index)
        g_ptr_array_set_size(facts->shapes, (gint)shape->index + 1);
    if (!facts->shapes->pdata[shape->index])
        facts->shapes->pdata[shape->index] = find_facts(facts, shape);
    return facts->shapes->pdata[shape->index];
}

/* ---- nodes that change ---- */

/* What one node counts for, `sign` times. The mask stays: who is gone has no room in any case. */
static void
count_node(BbShapeFacts *found, const BbNode *node, gint sign)
{
    if (!may_take(node, found->shape))
        return;
    found->n_admits += (guint)sign;
    found->empty_slots += sign * bb_node_slots(node, found->shape);
}

static void
count_in_all(BbFacts *facts, guint node, gint sign)
{
    for (guint i = 0; i < facts->shapes->len; i++) {
        BbShapeFacts *found = facts->shapes->pdata[i];

        if (!found)
            continue;
        count_node(found, bb_cluster_node(facts->most, node), sign);
        if (sign > 0 && found->n_admits == 0 && !found->why_none)
            found->why_none = explain_none(facts, found->shape);
    }
}

static gboolean
is_less(const BbNode *node, const BbResources *most)
{
    return node->state == BB_NODE_UP && (!most || !bb_resources_fit(&node->capacity, most));
}

gboolean
bb_facts_change(BbFacts *facts, const BbNode *now, const BbResources *most)
{
    const BbNode *node = bb_cluster_node(facts->most, now->index);
    gboolean less = is_less(node, most);

    bb_cluster_change(facts->empty, now->index, now->state, &now->capacity);
    if (!less)
        return FALSE;
    count_in_all(facts, now->index, -1);
    bb_cluster_change(facts->most, now->index, most ? BB_NODE_UP : BB_NODE_ABSENT,
                      most ? most : &node->capacity);
    count_in_all(facts, now->index, 1);
    return TRUE;
}
