/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few keys, found by going through them; each is filled anew after the nodes changed. */
#include "policies/profiles/kube/kube-topology.h"

typedef struct {
    KubeTopology public;
    guint32 *of;
    GArray *values; /* guint32 */
    gboolean stale;
} Topology;

struct _KubeTopologies {
    GPtrArray *all;
};

static void
free_topology(gpointer data)
{
    Topology *topology = data;

    g_free(topology->of);
    g_array_free(topology->values, TRUE);
    g_free(topology);
}

KubeTopologies *
kube_topologies_new(void)
{
    KubeTopologies *topologies = g_new0(KubeTopologies, 1);

    topologies->all = g_ptr_array_new_with_free_func(free_topology);
    return topologies;
}

void
kube_topologies_free(KubeTopologies *topologies)
{
    if (!topologies)
        return;
    g_ptr_array_free(topologies->all, TRUE);
    g_free(topologies);
}

void
kube_topologies_forget(KubeTopologies *topologies)
{
    for (guint i = 0; i < topologies->all->len; i++)
        ((Topology *)g_ptr_array_index(topologies->all, i))->stale = TRUE;
}

static void
fill_topology(Topology *topology, const KubeNode *nodes, guint n_nodes)
{
    g_autoptr(GHashTable) domains = g_hash_table_new(NULL, NULL);

    topology->of = g_renew(guint32, topology->of, MAX(1, n_nodes));
    g_array_set_size(topology->values, 0);
    for (guint i = 0; i < n_nodes; i++) {
        guint32 value = kube_labels_get(&nodes[i].labels, topology->public.key);
        gpointer domain = NULL;

        topology->of[i] = KUBE_ABSENT;
        if (value == KUBE_ABSENT)
            continue;
        if (!g_hash_table_lookup_extended(domains, GUINT_TO_POINTER(value), NULL, &domain)) {
            domain = GUINT_TO_POINTER(topology->values->len);
            g_hash_table_insert(domains, GUINT_TO_POINTER(value), domain);
            g_array_append_val(topology->values, value);
        }
        topology->of[i] = GPOINTER_TO_UINT(domain);
    }
    topology->public.n_domains = topology->values->len;
    topology->public.of = topology->of;
    topology->public.value = (const guint32 *)(const void *)topology->values->data;
    topology->stale = FALSE;
}

static Topology *
find_topology(KubeTopologies *topologies, guint32 key)
{
    Topology *topology;

    for (guint i = 0; i < topologies->all->len; i++) {
        topology = g_ptr_array_index(topologies->all, i);
        if (topology->public.key == key)
            return topology;
    }
    topology = g_new0(Topology, 1);
    topology->public.key = key;
    topology->values = g_array_new(FALSE, FALSE, sizeof(guint32));
    topology->stale = TRUE;
    g_ptr_array_add(topologies->all, topology);
    return topology;
}

const KubeTopology *
kube_topologies_get(KubeTopologies *topologies, guint32 key, const KubeNode *nodes, guint n_nodes)
{
    Topology *topology = find_topology(topologies, key);

    if (topology->stale)
        fill_topology(topology, nodes, n_nodes);
    return &topology->public;
}
