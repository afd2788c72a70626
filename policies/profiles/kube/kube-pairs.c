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

/* Adds to one domain; the table is the key's. */
static inline void
add_to(KubePairs *pairs, gint64 *sum, gint64 amount)
{
    gint64 before = *sum;

    *sum += amount;
    if (before == 0 && amount != 0)
        pairs->n_nonzero++;
    else if (before != 0 && *sum == 0)
        pairs->n_nonzero--;
}

static KubePairTable *
get_table(KubePairs *pairs, KubeCluster *cluster, guint32 key)
{
    KubePairTable *table = find_table(pairs, key);

    return table ? table : add_table(pairs, kube_cluster_topology(cluster, key));
}

void
kube_pairs_add(KubePairs *pairs, KubeCluster *cluster, guint32 key, guint32 node, gint64 amount)
{
    KubePairTable *table = get_table(pairs, cluster, key);
    guint32 domain = table->topology->of[node];

    if (domain == KUBE_ABSENT)
        return;
    pairs->touched = TRUE;
    add_to(pairs, &table->sums[domain], amount);
}

void
kube_pairs_add_group(KubePairs *pairs, KubeCluster *cluster, guint32 key, const KubeGroup *group,
                     gint64 amount)
{
    KubePairTable *table = get_table(pairs, cluster, key);

    for (guint i = 0; i < group->n; i++) {
        guint32 domain = table->topology->of[group->pods[i]->node];

        if (domain == KUBE_ABSENT)
            continue;
        pairs->touched = TRUE;
        add_to(pairs, &table->sums[domain], amount);
    }
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
