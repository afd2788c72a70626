/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dense array a key; keys are few. */
#include "policies/profiles/kube/kube-pairs.h"

#include <string.h>

void
kube_pairs_clear(KubePairs *pairs)
{
    for (guint i = 0; i < pairs->room; i++)
        g_free(pairs->tables[i].sums);
    g_free(pairs->tables);
}

void
kube_pairs_reset(KubePairs *pairs)
{
    pairs->n = 0;
    pairs->n_nonzero = 0;
    pairs->touched = FALSE;
}

static KubePairTable *
find_table(const KubePairs *pairs, guint32 key)
{
    for (guint i = 0; i < pairs->n; i++)
        if (pairs->tables[i].topology->key == key)
            return &pairs->tables[i];
    return NULL;
}

static KubePairTable *
add_table(KubePairs *pairs, const KubeTopology *topology)
{
    KubePairTable *table;

    if (pairs->n == pairs->room) {
        guint room = MAX(4, pairs->room * 2);

        pairs->tables = g_renew(KubePairTable, pairs->tables, room);
        memset(pairs->tables + pairs->room, 0, sizeof *pairs->tables * (room - pairs->room));
        pairs->room = room;
    }
    table = &pairs->tables[pairs->n++];
    table->topology = topology;
    if (topology->n_domains > table->room) {
        table->room = topology->n_domains;
        table->sums = g_renew(gint64, table->sums, table->room);
    }
    if (topology->n_domains > 0)
        memset(table->sums, 0, sizeof *table->sums * topology->n_domains);
    return table;
}

void
kube_pairs_add(KubePairs *pairs, KubeCluster *cluster, guint32 key, guint32 node, gint64 amount)
{
    const KubeTopology *topology = kube_cluster_topology(cluster, key);
    guint32 domain = topology->of[node];
    KubePairTable *table;
    gint64 before;

    if (domain == KUBE_ABSENT)
        return;
    table = find_table(pairs, key);
    if (!table)
        table = add_table(pairs, topology);
    before = table->sums[domain];
    table->sums[domain] += amount;
    pairs->touched = TRUE;
    if (before == 0 && amount != 0)
        pairs->n_nonzero++;
    else if (before != 0 && table->sums[domain] == 0)
        pairs->n_nonzero--;
}

gboolean
kube_pairs_get(const KubePairs *pairs, KubeCluster *cluster, guint32 key, guint32 node, gint64 *sum)
{
    const KubePairTable *table = find_table(pairs, key);
    const KubeTopology *topology = table ? table->topology : kube_cluster_topology(cluster, key);
    guint32 domain = topology->of[node];

    *sum = table && domain != KUBE_ABSENT ? table->sums[domain] : 0;
    return domain != KUBE_ABSENT;
}

gint64
kube_pairs_total(const KubePairs *pairs, guint32 node)
{
    gint64 total = 0;

    for (guint i = 0; i < pairs->n; i++) {
        guint32 domain = pairs->tables[i].topology->of[node];

        if (domain != KUBE_ABSENT)
            total += pairs->tables[i].sums[domain];
    }
    return total;
}

gboolean
kube_pairs_any(const KubePairs *pairs, guint32 node)
{
    for (guint i = 0; i < pairs->n; i++) {
        guint32 domain = pairs->tables[i].topology->of[node];

        if (domain != KUBE_ABSENT && pairs->tables[i].sums[domain] > 0)
            return TRUE;
    }
    return FALSE;
}
