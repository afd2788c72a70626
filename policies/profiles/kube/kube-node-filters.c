/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each is skipped where no node, or not this pod, has the property. */
#include "policies/profiles/kube/kube-node-filters.h"

#include "policies/profiles/kube/kube-toleration.h"

static KubeCode
unschedulable_pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                         KubeReasons *reasons)
{
    KubeTaint taint = {.effect = KUBE_NO_SCHEDULE};

    (void)plugin;
    (void)state;
    (void)reasons;
    if (kube_cluster_counts(cycle->cluster)->n_unschedulable == 0)
        return KUBE_SKIP;
    taint.key = kube_intern(kube_cluster_store(cycle->cluster), "node.kubernetes.io/unschedulable");
    return kube_is_tolerated(cycle->spec, &taint) ? KUBE_SKIP : KUBE_SUCCESS;
}

static KubeCode
unschedulable_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 node,
                     KubeReasons *reasons)
{
    (void)plugin;
    (void)state;
    if (!cycle->nodes[node].unschedulable)
        return KUBE_SUCCESS;
    kube_reason(reasons, "node(s) were unschedulable");
    return KUBE_UNRESOLVABLE;
}

const KubePluginClass kube_node_unschedulable = {
    .name = "NodeUnschedulable",
    .pre_filter = unschedulable_pre_filter,
    .filter = unschedulable_filter,
};

static KubeCode
name_pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, KubeReasons *reasons)
{
    (void)plugin;
    (void)state;
    (void)reasons;
    return cycle->spec->node_name == 0 ? KUBE_SKIP : KUBE_SUCCESS;
}

static KubeCode
name_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 node,
            KubeReasons *reasons)
{
    (void)plugin;
    (void)state;
    if (cycle->nodes[node].name == cycle->spec->node_name)
        return KUBE_SUCCESS;
    kube_reason(reasons, "node(s) didn't match the requested node name");
    return KUBE_UNRESOLVABLE;
}

const KubePluginClass kube_node_name = {
    .name = "NodeName",
    .pre_filter = name_pre_filter,
    .filter = name_filter,
};

static KubeCode
ports_pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, KubeReasons *reasons)
{
    (void)plugin;
    (void)state;
    (void)reasons;
    return cycle->spec->n_ports == 0 ? KUBE_SKIP : KUBE_SUCCESS;
}

static gboolean
same_text(const KubeStore *store, guint32 a, guint32 b, const char *fallback)
{
    return g_str_equal(a ? kube_text(store, a) : fallback, b ? kube_text(store, b) : fallback);
}

static gboolean
binds_all(const KubeStore *store, guint32 ip)
{
    return ip == 0 || g_str_equal(kube_text(store, ip), "0.0.0.0");
}

static gboolean
ports_conflict(const KubeStore *store, const KubePort *a, const KubePort *b)
{
    return a->port == b->port && same_text(store, a->protocol, b->protocol, "TCP") &&
           (a->ip == b->ip || binds_all(store, a->ip) || binds_all(store, b->ip));
}

static gboolean
pods_conflict(const KubeStore *store, const KubeSpec *a, const KubeSpec *b)
{
    for (guint i = 0; i < a->n_ports; i++)
        for (guint j = 0; j < b->n_ports; j++)
            if (ports_conflict(store, &a->ports[i], &b->ports[j]))
                return TRUE;
    return FALSE;
}

static KubeCode
ports_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 index,
             KubeReasons *reasons)
{
    const KubeNode *node = &cycle->nodes[index];

    (void)plugin;
    (void)state;
    if (node->n_port_pods == 0)
        return KUBE_SUCCESS;
    for (guint i = 0; i < node->n_pods; i++) {
        if (!pods_conflict(cycle->store, cycle->spec, node->pods[i]->spec))
            continue;
        kube_reason(reasons, "node(s) didn't have free ports for the requested pod ports");
        return KUBE_UNSCHEDULABLE;
    }
    return KUBE_SUCCESS;
}

const KubePluginClass kube_node_ports = {
    .name = "NodePorts",
    .pre_filter = ports_pre_filter,
    .filter = ports_filter,
};
