/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One small table a term: value id -> count, and the least count. */
#include "sim/engine/bb-spread.h"

typedef struct {
    BbSpreadTerm term;
    GHashTable *counts; /* value id -> count */
    guint least;
} Domain;

struct _BbSpread {
    guint n;
    Domain *domains;
};

static void
find_least(Domain *domain)
{
    GHashTableIter iter;
    gpointer count;

    domain->least = G_MAXUINT;
    g_hash_table_iter_init(&iter, domain->counts);
    while (g_hash_table_iter_next(&iter, NULL, &count))
        domain->least = MIN(domain->least, GPOINTER_TO_UINT(count));
}

static void
count_in(Domain *domain, const BbNode *node, guint32 n_tasks)
{
    gpointer value = GUINT_TO_POINTER(bb_node_label(node, domain->term.key));
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(domain->counts, value));

    g_hash_table_insert(domain->counts, value, GUINT_TO_POINTER(count + n_tasks));
}

BbSpread *
bb_spread_new(const BbCluster *books, const BbShape *shape, const guint64 *admits)
{
    BbSpread *spread = g_new0(BbSpread, 1);
    const BbNode *nodes = bb_cluster_nodes(books);

    spread->n = shape->n_spread;
    spread->domains = g_new0(Domain, shape->n_spread);
    for (guint t = 0; t < spread->n; t++) {
        Domain *domain = &spread->domains[t];

        domain->term = shape->spread[t];
        domain->counts = g_hash_table_new(NULL, NULL);
        for (guint i = 0; i < bb_cluster_n(books); i++)
            if (((admits[i / 64] >> (i % 64)) & 1) && nodes[i].state != BB_NODE_ABSENT)
                count_in(domain, &nodes[i], bb_node_group_tasks(&nodes[i], shape->group));
        find_least(domain);
    }
    return spread;
}

void
bb_spread_free(BbSpread *spread)
{
    if (!spread)
        return;
    for (guint t = 0; t < spread->n; t++)
        g_hash_table_unref(spread->domains[t].counts);
    g_free(spread->domains);
    g_free(spread);
}

gboolean
bb_spread_allows(const BbSpread *spread, const BbNode *node)
{
    for (guint t = 0; t < spread->n; t++) {
        const Domain *domain = &spread->domains[t];
        gpointer value = GUINT_TO_POINTER(bb_node_label(node, domain->term.key));
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(domain->counts, value));

        if (count + 1 - domain->least > domain->term.max_skew)
            return FALSE;
    }
    return TRUE;
}

void
bb_spread_add(BbSpread *spread, const BbNode *node)
{
    for (guint t = 0; t < spread->n; t++) {
        count_in(&spread->domains[t], node, 1);
        find_least(&spread->domains[t]);
    }
}
