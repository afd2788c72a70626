/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pods by domain: one run over the nodes, whose pods the cluster has counted. */
#include "policies/profiles/kube/kube-spread.h"

#include "policies/profiles/kube/kube-node-affinity.h"
#include "policies/profiles/kube/kube-toleration.h"

static KubeSpreadCount *
append(KubeSpreadCounts *counts)
{
    if (counts->n == counts->room) {
        guint room = MAX(2, counts->room * 2);

        counts->items = g_renew(KubeSpreadCount, counts->items, room);
        for (guint i = counts->room; i < room; i++)
            counts->items[i] =
                (KubeSpreadCount){.of_count = g_array_new(FALSE, TRUE, sizeof(guint))};
        counts->room = room;
    }
    return &counts->items[counts->n++];
}

void
kube_spread_counts_clear(KubeSpreadCounts *counts)
{
    for (guint i = 0; i < counts->room; i++) {
        g_free(counts->items[i].counts);
        g_array_free(counts->items[i].of_count, TRUE);
    }
    g_free(counts->items);
}

/* Takes the constraint with the selector; every domain's count becomes -1. */
static void
take(KubeCycle *cycle, KubeSpreadCounts *counts, const KubeSpread *spread,
     const KubeSelector *selector)
{
    KubeSpreadCount *count = append(counts);

    count->spread = spread;
    count->selector = *selector;
    count->topology = kube_cluster_topology(cycle->cluster, spread->topology_key);
    count->matches = kube_cluster_matches(cycle->cluster, cycle->spec->name_space, selector);
    count->is_hostname =
        g_str_equal(kube_text(cycle->store, spread->topology_key), "kubernetes.io/hostname");
    count->matches_itself = kube_selector_matches(cycle->store, selector, &cycle->spec->labels);
    if (count->topology->n_domains > count->counts_room) {
        count->counts_room = count->topology->n_domains;
        count->counts = g_renew(gint64, count->counts, count->counts_room);
    }
    for (guint i = 0; i < count->topology->n_domains; i++)
        count->counts[i] = -1;
    count->n_domains = 0;
    g_array_set_size(count->of_count, 0);
}

static void
fill_system_defaults(KubeCycle *cycle, KubeSpreadState *state)
{
    KubeStore *store = kube_cluster_store(cycle->cluster);

    state->defaults[0] =
        (KubeSpread){.max_skew = 3, .topology_key = kube_intern(store, "kubernetes.io/hostname")};
    state->defaults[1] = (KubeSpread){
        .max_skew = 5, .topology_key = kube_intern(store, "topology.kubernetes.io/zone")};
    state->has_defaults = TRUE;
}

static void
select_defaults(const KubePlugin *plugin, KubeCycle *cycle, KubeSpreadState *state, gboolean hard,
                KubeSpreadCounts *counts)
{
    const KubeSpreadArgs *args = plugin->args;
    const KubeSelector *selector = &cycle->spec->service_selector;
    const KubeSpread *defaults = state->defaults;
    guint n = G_N_ELEMENTS(state->defaults);

    if (selector->kind != KUBE_SELECT_ALL_OF || selector->n == 0)
        return;
    if (args && !args->system) {
        defaults = args->defaults;
        n = args->n_defaults;
    } else if (!state->has_defaults) {
        fill_system_defaults(cycle, state);
    }
    for (guint i = 0; i < n; i++)
        if (!defaults[i].hard == !hard)
            take(cycle, counts, &defaults[i], selector);
}

guint
kube_spread_select(const KubePlugin *plugin, KubeCycle *cycle, KubeSpreadState *state,
                   gboolean hard, KubeSpreadCounts *counts)
{
    const KubeSpec *spec = cycle->spec;

    counts->n = 0;
    for (guint i = 0; i < spec->n_spreads; i++)
        if (!spec->spreads[i].hard == !hard)
            take(cycle, counts, &spec->spreads[i], &spec->spreads[i].selector);
    if (spec->n_spreads == 0)
        select_defaults(plugin, cycle, state, hard, counts);
    return counts->n;
}

gboolean
kube_spread_has_all(const KubeSpreadCounts *counts, guint32 node)
{
    for (guint i = 0; i < counts->n; i++)
        if (counts->items[i].topology->of[node] == KUBE_ABSENT)
            return FALSE;
    return TRUE;
}

gboolean
kube_spread_includes(const KubeCycle *cycle, const KubeSpreadCount *count, guint32 node)
{
    const KubeSpec *spec = cycle->spec;

    if (!count->spread->ignore_affinity &&
        (spec->has_node_selector || spec->node_affinity.has_required) &&
        !kube_node_matches(cycle->store, spec, &cycle->nodes[node]))
        return FALSE;
    return !count->spread->honor_taints || !kube_untolerated(spec, &cycle->nodes[node]);
}

/* Adds up one constraint. */
static void
count_one(const KubeCycle *cycle, const KubeSpreadCounts *counts, KubeSpreadCount *count,
          gboolean all_keys, gboolean known)
{
    const guint32 *of = count->topology->of;
    gboolean picky = count->spread->honor_taints || cycle->spec->has_node_selector ||
                     cycle->spec->node_affinity.has_required;
    guint n = kube_cluster_n_slots(cycle->cluster);

    for (guint32 node = 0; node < n; node++) {
        guint32 domain = of[node];

        if (domain == KUBE_ABSENT || (known && count->counts[domain] < 0) ||
            (all_keys && counts->n > 1 && !kube_spread_has_all(counts, node)) ||
            (picky && !kube_spread_includes(cycle, count, node)))
            continue;
        if (count->counts[domain] < 0)
            count->counts[domain] = 0;
        count->counts[domain] += count->matches[node];
    }
}

void
kube_spread_count(const KubeCycle *cycle, KubeSpreadCounts *counts, gboolean all_keys,
                  gboolean known)
{
    for (guint i = 0; i < counts->n; i++)
        if (!known || !counts->items[i].is_hostname)
            count_one(cycle, counts, &counts->items[i], all_keys, known);
}
