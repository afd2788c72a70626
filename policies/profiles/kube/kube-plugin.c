/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs plug-ins in their order. Source: pkg/scheduler/framework/runtime/framework.go. */
#include "policies/profiles/kube/kube-plugin.h"

#include <string.h>

const char *
kube_code_name(KubeCode code)
{
    static const char *const names[] = {"Success", "Skip", "Unschedulable",
                                        "UnschedulableAndUnresolvable"};

    return names[code];
}

KubeReasons *
kube_reasons_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

void
kube_reason(KubeReasons *reasons, const char *format, ...)
{
    va_list arguments;

    if (!reasons)
        return;
    va_start(arguments, format);
    g_ptr_array_add(reasons, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

KubeCycle *
kube_cycle_new(KubeCluster *cluster, const KubePlugin *plugins, guint n_plugins)
{
    KubeCycle *cycle = g_new0(KubeCycle, 1);

    cycle->cluster = cluster;
    cycle->store = kube_cluster_store(cluster);
    cycle->plugins = plugins;
    cycle->n_plugins = n_plugins;
    cycle->states = g_new0(gpointer, n_plugins);
    cycle->active = g_new0(guint, n_plugins);
    cycle->restricted = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint i = 0; i < n_plugins; i++)
        if (plugins[i].klass->state_new)
            cycle->states[i] = plugins[i].klass->state_new(&plugins[i]);
    return cycle;
}

void
kube_cycle_free(KubeCycle *cycle)
{
    if (!cycle)
        return;
    for (guint i = 0; i < cycle->n_plugins; i++)
        if (cycle->plugins[i].klass->state_free)
            cycle->plugins[i].klass->state_free(cycle->states[i]);
    g_array_free(cycle->restricted, TRUE);
    g_free(cycle->states);
    g_free(cycle->active);
    g_free(cycle);
}

KubeCode
kube_cycle_begin(KubeCycle *cycle, const KubePod *pod, guint *failed, KubeReasons *reasons)
{
    cycle->nodes = kube_cluster_nodes(cycle->cluster);
    cycle->pod = pod;
    cycle->spec = pod->spec;
    cycle->n_active = 0;
    cycle->is_restricted = FALSE;
    for (guint i = 0; i < cycle->n_plugins; i++) {
        const KubePlugin *plugin = &cycle->plugins[i];
        KubeCode code = KUBE_SUCCESS;

        if (plugin->klass->pre_filter)
            code = plugin->klass->pre_filter(plugin, cycle, cycle->states[i], reasons);
        if (code == KUBE_UNSCHEDULABLE || code == KUBE_UNRESOLVABLE) {
            if (failed)
                *failed = i;
            return code;
        }
        if (code == KUBE_SUCCESS && plugin->klass->filter)
            cycle->active[cycle->n_active++] = i;
    }
    return KUBE_SUCCESS;
}

KubeCode
kube_cycle_filter_plain(KubeCycle *cycle, guint32 node, guint *failed, KubeReasons *reasons)
{
    for (guint a = 0; a < cycle->n_active; a++) {
        guint i = cycle->active[a];
        const KubePlugin *plugin = &cycle->plugins[i];
        KubeCode code = plugin->klass->filter(plugin, cycle, cycle->states[i], node, reasons);

        if (code == KUBE_SUCCESS)
            continue;
        if (failed)
            *failed = i;
        return code;
    }
    return KUBE_SUCCESS;
}

static void
tell(KubeCycle *cycle, const KubePod *pod, guint32 node, int delta)
{
    for (guint a = 0; a < cycle->n_active; a++) {
        guint i = cycle->active[a];
        const KubePlugin *plugin = &cycle->plugins[i];

        if (plugin->klass->update)
            plugin->klass->update(plugin, cycle, cycle->states[i], pod, node, delta);
    }
}

void
kube_cycle_add_pod(KubeCycle *cycle, KubePod *pod, guint32 node)
{
    kube_cluster_add_pod(cycle->cluster, pod, node);
    tell(cycle, pod, node, 1);
}

void
kube_cycle_remove_pod(KubeCycle *cycle, KubePod *pod)
{
    guint32 node = pod->node;

    kube_cluster_remove_pod(cycle->cluster, pod);
    tell(cycle, pod, node, -1);
}

static gboolean
counts_as_present(const KubeCycle *cycle, const KubePod *nominated)
{
    return nominated != cycle->pod && nominated->spec->priority >= cycle->spec->priority &&
           nominated->node == KUBE_ABSENT;
}

/* The filters with the node's nominated pods put on it; *any: were there any? */
static KubeCode
filter_with_nominated(KubeCycle *cycle, guint32 index, guint *failed, KubeReasons *reasons,
                      gboolean *any)
{
    const KubeNode *node = &cycle->nodes[index];
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    KubeCode code = KUBE_SUCCESS;

    for (guint i = 0; i < node->n_nominated; i++)
        if (counts_as_present(cycle, node->nominated[i]))
            g_ptr_array_add(added, node->nominated[i]);
    *any = added->len > 0;
    if (!*any)
        return code;
    for (guint i = 0; i < added->len; i++)
        kube_cycle_add_pod(cycle, g_ptr_array_index(added, i), index);
    code = kube_cycle_filter_plain(cycle, index, failed, reasons);
    for (guint i = 0; i < added->len; i++)
        kube_cycle_remove_pod(cycle, g_ptr_array_index(added, i));
    return code;
}

KubeCode
kube_cycle_filter(KubeCycle *cycle, guint32 node, guint *failed, KubeReasons *reasons)
{
    if (G_UNLIKELY(cycle->nodes[node].n_nominated > 0)) {
        gboolean any;
        KubeCode code = filter_with_nominated(cycle, node, failed, reasons, &any);

        if (code != KUBE_SUCCESS)
            return code;
    }
    return kube_cycle_filter_plain(cycle, node, failed, reasons);
}

static gboolean
is_among(const guint32 *nodes, guint n, guint32 node)
{
    for (guint i = 0; i < n; i++)
        if (nodes[i] == node)
            return TRUE;
    return FALSE;
}

void
kube_cycle_restrict(KubeCycle *cycle, const guint32 *nodes, guint n)
{
    guint n_left = 0;

    if (!cycle->is_restricted) {
        cycle->is_restricted = TRUE;
        g_array_set_size(cycle->restricted, 0);
        if (n > 0)
            g_array_append_vals(cycle->restricted, nodes, n);
        return;
    }
    for (guint i = 0; i < cycle->restricted->len; i++) {
        guint32 node = g_array_index(cycle->restricted, guint32, i);

        if (is_among(nodes, n, node))
            g_array_index(cycle->restricted, guint32, n_left++) = node;
    }
    g_array_set_size(cycle->restricted, n_left);
}

gboolean
kube_cycle_score(KubeCycle *cycle, guint plugin, const guint32 *nodes, guint n, gint64 *raw,
                 gint64 *normalized)
{
    const KubePlugin *self = &cycle->plugins[plugin];
    const KubePluginClass *klass = self->klass;
    gpointer state = cycle->states[plugin];

    if (!klass->score ||
        (klass->pre_score && klass->pre_score(self, cycle, state, nodes, n) == KUBE_SKIP)) {
        memset(normalized, 0, sizeof *normalized * n);
        if (raw)
            memset(raw, 0, sizeof *raw * n);
        return FALSE;
    }
    klass->score(self, cycle, state, nodes, n, normalized);
    if (raw)
        memcpy(raw, normalized, sizeof *raw * n);
    if (klass->normalize)
        klass->normalize(self, cycle, state, nodes, n, normalized);
    return TRUE;
}
