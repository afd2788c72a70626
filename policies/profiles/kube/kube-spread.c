/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter: no domain may hold more than maxSkew pods above the emptiest one. */
#include "policies/profiles/kube/kube-spread.h"

static gpointer
state_new(const KubePlugin *plugin)
{
    KubeSpreadState *state = g_new0(KubeSpreadState, 1);

    (void)plugin;
    state->ignored = g_array_new(FALSE, FALSE, sizeof(gboolean));
    return state;
}

static void
state_free(gpointer data)
{
    KubeSpreadState *state = data;

    kube_spread_counts_clear(&state->hard);
    kube_spread_counts_clear(&state->soft);
    g_array_free(state->ignored, TRUE);
    g_free(state);
}

static void
find_least(KubeSpreadCount *count)
{
    count->least = G_MAXINT64;
    count->n_domains = 0;
    for (guint i = 0; i < count->topology->n_domains; i++)
        if (count->counts[i] >= 0) {
            count->least = MIN(count->least, count->counts[i]);
            count->n_domains++;
        }
}

static KubeCode
pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, KubeReasons *reasons)
{
    KubeSpreadState *state = data;

    for (guint i = 0; i < cycle->spec->n_spreads; i++)
        if (cycle->spec->spreads[i].selector.kind == KUBE_SELECT_INVALID) {
            kube_reason(reasons, "a topology spread constraint's selector cannot be parsed");
            return KUBE_UNRESOLVABLE;
        }
    if (kube_spread_select(plugin, cycle, state, TRUE, &state->hard) == 0)
        return KUBE_SKIP;
    kube_spread_count(cycle, &state->hard, TRUE, FALSE);
    for (guint i = 0; i < state->hard.n; i++)
        find_least(&state->hard.items[i]);
    return KUBE_SUCCESS;
}

/* The emptiest domain; 0 while there are fewer than minDomains. */
static gint64
global_minimum(const KubeSpreadCount *count)
{
    return count->n_domains < MAX(1, count->spread->min_domains) ? 0 : count->least;
}

static KubeCode
filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, guint32 node,
       KubeReasons *reasons)
{
    const KubeSpreadState *state = data;

    (void)plugin;
    (void)cycle;
    for (guint i = 0; i < state->hard.n; i++) {
        const KubeSpreadCount *count = &state->hard.items[i];
        guint32 domain = count->topology->of[node];

        if (domain == KUBE_ABSENT) {
            kube_reason(reasons, "node(s) didn't match pod topology spread constraints (missing "
                                 "required label)");
            return KUBE_UNRESOLVABLE;
        }
        if (MAX(0, count->counts[domain]) + (count->matches_itself ? 1 : 0) -
                global_minimum(count) >
            count->spread->max_skew) {
            kube_reason(reasons, "node(s) didn't match pod topology spread constraints");
            return KUBE_UNSCHEDULABLE;
        }
    }
    return KUBE_SUCCESS;
}

static guint *
domains_with(KubeSpreadCount *count, gint64 pods)
{
    if ((guint)pods >= count->of_count->len)
        g_array_set_size(count->of_count, (guint)pods + 1);
    return &g_array_index(count->of_count, guint, (guint)pods);
}

/* Moves a domain from its count to another one and the least with it, without a search. */
static void
change(KubeSpreadCount *count, guint32 domain, int delta)
{
    if (count->of_count->len == 0)
        for (guint i = 0; i < count->topology->n_domains; i++)
            if (count->counts[i] >= 0)
                (*domains_with(count, count->counts[i]))++;
    if (count->counts[domain] < 0) {
        count->counts[domain] = 0;
        count->n_domains++;
        count->least = 0;
    } else {
        (*domains_with(count, count->counts[domain]))--;
    }
    count->counts[domain] = MAX(0, count->counts[domain] + delta);
    (*domains_with(count, count->counts[domain]))++;
    count->least = MIN(count->least, count->counts[domain]);
    while (*domains_with(count, count->least) == 0)
        count->least++;
}

static void
update(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const KubePod *pod, guint32 node,
       int delta)
{
    KubeSpreadState *state = data;

    (void)plugin;
    if (pod->terminating || pod->spec->name_space != cycle->spec->name_space ||
        !kube_spread_has_all(&state->hard, node))
        return;
    for (guint i = 0; i < state->hard.n; i++) {
        KubeSpreadCount *count = &state->hard.items[i];

        if (kube_selector_matches(cycle->store, &count->selector, &pod->spec->labels) &&
            kube_spread_includes(cycle, count, node))
            change(count, count->topology->of[node], delta);
    }
}

const KubePluginClass kube_topology_spread = {
    .name = "PodTopologySpread",
    .state_new = state_new,
    .state_free = state_free,
    .pre_filter = pre_filter,
    .filter = filter,
    .update = update,
    .pre_score = kube_spread_pre_score,
    .score = kube_spread_score,
    .normalize = kube_spread_normalize,
};
