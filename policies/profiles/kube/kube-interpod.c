/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter: three tables of matching pods by (key, value), made before the first node. */
#include "policies/profiles/kube/kube-interpod.h"

#include "sim/base/bb-error.h"

const KubeInterpodArgs kube_interpod_defaults = {.hard_weight = 1};

static const KubeInterpodArgs *
args_of(const KubePlugin *plugin)
{
    return plugin->args ? plugin->args : &kube_interpod_defaults;
}

gboolean
kube_interpod_validate(const KubeInterpodArgs *args, GError **error)
{
    if (args->hard_weight >= 0 && args->hard_weight <= 100)
        return TRUE;
    return bb_error_set(error, BB_ERROR_USAGE,
                        "hardPodAffinityWeight not in valid range [0, 100]: %" G_GINT64_FORMAT,
                        args->hard_weight);
}

static gboolean
lists_name_space(const KubePodTerm *term, guint32 name_space)
{
    for (guint i = 0; i < term->n_name_spaces; i++)
        if (term->name_spaces[i] == name_space)
            return TRUE;
    return FALSE;
}

/* The incoming pod's selector of namespaces was turned into the list of those known, unless it
 * takes every one. */
gboolean
kube_interpod_own_matches(const KubePlugin *plugin, const KubeCycle *cycle, const KubePodTerm *term,
                          const KubeSpec *existing)
{
    const KubeSelector *spaces = &term->name_space_selector;
    const KubeLabels *labels;

    if (!kube_selector_matches(cycle->store, &term->selector, &existing->labels))
        return FALSE;
    if (lists_name_space(term, existing->name_space))
        return TRUE;
    if (args_of(plugin)->no_name_space_selectors)
        return FALSE;
    if (kube_selector_is_everything(spaces))
        return TRUE;
    labels = kube_cluster_name_space(cycle->cluster, existing->name_space);
    return labels && kube_selector_matches(cycle->store, spaces, labels);
}

gboolean
kube_interpod_theirs_match(const KubePlugin *plugin, const KubeCycle *cycle,
                           const KubePodTerm *term)
{
    static const KubeLabels none = {NULL, 0};
    const KubeLabels *labels;

    if (!kube_selector_matches(cycle->store, &term->selector, &cycle->spec->labels))
        return FALSE;
    if (lists_name_space(term, cycle->spec->name_space))
        return TRUE;
    if (args_of(plugin)->no_name_space_selectors)
        return FALSE;
    labels = kube_cluster_name_space(cycle->cluster, cycle->spec->name_space);
    return kube_selector_matches(cycle->store, &term->name_space_selector, labels ? labels : &none);
}

static gboolean
matches_all_own(const KubePlugin *plugin, const KubeCycle *cycle, const KubeSpec *existing)
{
    const KubePodTerms *terms = &cycle->spec->affinity;

    for (guint i = 0; i < terms->n_required; i++)
        if (!kube_interpod_own_matches(plugin, cycle, &terms->required[i], existing))
            return FALSE;
    return terms->n_required > 0;
}

/* Adds the pods of a group to the tables of the incoming pod's own terms and of their terms. For a
 * trial the group is the one pod that comes (+1) or goes (-1). */
static void
count_group(const KubePlugin *plugin, KubeCycle *cycle, KubeInterpodState *state,
            const KubeGroup *group, int delta)
{
    const KubePodTerms *affinity = &cycle->spec->affinity, *anti = &cycle->spec->anti_affinity;
    const KubePodTerms *theirs = &group->spec->anti_affinity;

    if (affinity->n_required > 0 && matches_all_own(plugin, cycle, group->spec))
        for (guint i = 0; i < affinity->n_required; i++)
            kube_pairs_add_group(&state->affinity, cycle->cluster,
                                 affinity->required[i].topology_key, group, delta);
    for (guint i = 0; i < anti->n_required; i++)
        if (kube_interpod_own_matches(plugin, cycle, &anti->required[i], group->spec))
            kube_pairs_add_group(&state->anti_affinity, cycle->cluster,
                                 anti->required[i].topology_key, group, delta);
    for (guint i = 0; i < theirs->n_required; i++)
        if (kube_interpod_theirs_match(plugin, cycle, &theirs->required[i]))
            kube_pairs_add_group(&state->existing_anti_affinity, cycle->cluster,
                                 theirs->required[i].topology_key, group, delta);
}

static void
count_all(const KubePlugin *plugin, KubeCycle *cycle, KubeInterpodState *state)
{
    gboolean own =
        cycle->spec->affinity.n_required > 0 || cycle->spec->anti_affinity.n_required > 0;
    KubeGroup *const *groups;
    guint n;

    if (!own && kube_cluster_counts(cycle->cluster)->n_anti_affinity_pods == 0)
        return;
    groups = kube_cluster_groups(cycle->cluster, &n);
    for (guint i = 0; i < n; i++)
        if (own || groups[i]->spec->anti_affinity.n_required > 0)
            count_group(plugin, cycle, state, groups[i], 1);
}

static KubeCode
pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, KubeReasons *reasons)
{
    const KubeSpec *spec = cycle->spec;
    KubeInterpodState *state = data;

    if (spec->invalid) {
        kube_reason(reasons, "parsing pod: %s", spec->invalid);
        return KUBE_UNRESOLVABLE;
    }
    kube_pairs_reset(&state->affinity);
    kube_pairs_reset(&state->anti_affinity);
    kube_pairs_reset(&state->existing_anti_affinity);
    count_all(plugin, cycle, state);
    return state->existing_anti_affinity.n_nonzero == 0 && spec->affinity.n_required == 0 &&
                   spec->anti_affinity.n_required == 0
               ? KUBE_SKIP
               : KUBE_SUCCESS;
}

/* Every term has a pod in the node's domain; or the pod is the first of a group that wants to be
 * with itself. */
static gboolean
affinity_holds(const KubePlugin *plugin, KubeCycle *cycle, const KubeInterpodState *state,
               guint32 node)
{
    const KubePodTerms *terms = &cycle->spec->affinity;
    gboolean all = TRUE;

    for (guint i = 0; i < terms->n_required; i++) {
        gint64 sum;

        if (!kube_pairs_get(&state->affinity, cycle->cluster, terms->required[i].topology_key, node,
                            &sum))
            return FALSE;
        all &= sum > 0;
    }
    return all || (state->affinity.n_nonzero == 0 && matches_all_own(plugin, cycle, cycle->spec));
}

static gboolean
anti_affinity_holds(KubeCycle *cycle, const KubeInterpodState *state, guint32 node)
{
    const KubePodTerms *terms = &cycle->spec->anti_affinity;

    for (guint i = 0; i < terms->n_required; i++) {
        gint64 sum;

        if (kube_pairs_get(&state->anti_affinity, cycle->cluster, terms->required[i].topology_key,
                           node, &sum) &&
            sum > 0)
            return FALSE;
    }
    return TRUE;
}

static KubeCode
filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, guint32 node,
       KubeReasons *reasons)
{
    const KubeInterpodState *state = data;

    if (!affinity_holds(plugin, cycle, state, node)) {
        kube_reason(reasons, "node(s) didn't match pod affinity rules");
        return KUBE_UNRESOLVABLE;
    }
    if (!anti_affinity_holds(cycle, state, node)) {
        kube_reason(reasons, "node(s) didn't match pod anti-affinity rules");
        return KUBE_UNSCHEDULABLE;
    }
    if (kube_pairs_any(&state->existing_anti_affinity, node)) {
        kube_reason(reasons, "node(s) didn't satisfy existing pods anti-affinity rules");
        return KUBE_UNSCHEDULABLE;
    }
    return KUBE_SUCCESS;
}

static void
update(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const KubePod *pod, guint32 node,
       int delta)
{
    KubePod here = {.spec = pod->spec, .node = node};
    KubePod *one = &here;
    const KubeGroup group = {.spec = pod->spec, .pods = &one, .n = 1};

    count_group(plugin, cycle, data, &group, delta);
}

static gpointer
state_new(const KubePlugin *plugin)
{
    (void)plugin;
    return g_new0(KubeInterpodState, 1);
}

static void
state_free(gpointer data)
{
    KubeInterpodState *state = data;

    kube_pairs_clear(&state->affinity);
    kube_pairs_clear(&state->anti_affinity);
    kube_pairs_clear(&state->existing_anti_affinity);
    kube_pairs_clear(&state->scores);
    g_free(state);
}

const KubePluginClass kube_interpod_affinity = {
    .name = "InterPodAffinity",
    .state_new = state_new,
    .state_free = state_free,
    .pre_filter = pre_filter,
    .filter = filter,
    .update = update,
    .pre_score = kube_interpod_pre_score,
    .score = kube_interpod_score,
    .normalize = kube_interpod_normalize,
};
