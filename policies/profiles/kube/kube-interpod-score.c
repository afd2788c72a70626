/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score: weights of matching terms by (key, value), of the incoming pod's own preferences
 * and of the terms of the pods that are there; raw = sum over the node's labels. */
#include "policies/profiles/kube/kube-interpod.h"

/* The incoming pod's preferences, met (or not to be met) by a pod that is there. */
static void
add_own(const KubePlugin *plugin, KubeCycle *cycle, KubePairs *scores, const KubePodTerms *terms,
        const KubeGroup *existing, gint64 sign)
{
    for (guint i = 0; i < terms->n_preferred; i++)
        if (kube_interpod_own_matches(plugin, cycle, &terms->preferred[i], existing->spec))
            kube_pairs_add_group(scores, cycle->cluster, terms->preferred[i].topology_key, existing,
                                 sign * terms->preferred[i].weight);
}

static void
add_theirs(const KubePlugin *plugin, KubeCycle *cycle, KubePairs *scores, const KubePodTerm *terms,
           guint n, const KubeGroup *existing, gint64 fixed_weight, gint64 sign)
{
    for (guint i = 0; i < n; i++)
        if (kube_interpod_theirs_match(plugin, cycle, &terms[i]))
            kube_pairs_add_group(scores, cycle->cluster, terms[i].topology_key, existing,
                                 sign * (fixed_weight ? fixed_weight : terms[i].weight));
}

static void
add_group(const KubePlugin *plugin, KubeCycle *cycle, KubePairs *scores, const KubeGroup *group)
{
    const KubeInterpodArgs *args = plugin->args ? plugin->args : &kube_interpod_defaults;
    const KubePodTerms *affinity = &group->spec->affinity, *anti = &group->spec->anti_affinity;

    add_own(plugin, cycle, scores, &cycle->spec->affinity, group, 1);
    add_own(plugin, cycle, scores, &cycle->spec->anti_affinity, group, -1);
    if (args->hard_weight > 0)
        add_theirs(plugin, cycle, scores, affinity->required, affinity->n_required, group,
                   args->hard_weight, 1);
    add_theirs(plugin, cycle, scores, affinity->preferred, affinity->n_preferred, group, 0, 1);
    add_theirs(plugin, cycle, scores, anti->preferred, anti->n_preferred, group, 0, -1);
}

KubeCode
kube_interpod_pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data,
                        const guint32 *nodes, guint n)
{
    const KubeInterpodArgs *args = plugin->args ? plugin->args : &kube_interpod_defaults;
    KubeInterpodState *state = data;
    gboolean own =
        cycle->spec->affinity.n_preferred > 0 || cycle->spec->anti_affinity.n_preferred > 0;
    KubeGroup *const *groups;
    guint n_groups;

    (void)nodes;
    (void)n;
    kube_pairs_reset(&state->scores);
    if (!own && (args->ignore_existing_preferences ||
                 kube_cluster_counts(cycle->cluster)->n_affinity_pods == 0))
        return KUBE_SKIP;
    groups = kube_cluster_groups(cycle->cluster, &n_groups);
    for (guint i = 0; i < n_groups; i++)
        if (own || groups[i]->spec->has_affinity)
            add_group(plugin, cycle, &state->scores, groups[i]);
    return state->scores.touched ? KUBE_SUCCESS : KUBE_SKIP;
}

void
kube_interpod_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const guint32 *nodes,
                    guint n, gint64 *scores)
{
    const KubeInterpodState *state = data;

    (void)plugin;
    (void)cycle;
    for (guint i = 0; i < n; i++)
        scores[i] = kube_pairs_total(&state->scores, nodes[i]);
}

void
kube_interpod_normalize(const KubePlugin *plugin, KubeCycle *cycle, gpointer data,
                        const guint32 *nodes, guint n, gint64 *scores)
{
    gint64 least = G_MAXINT64, most = G_MININT64;

    (void)plugin;
    (void)cycle;
    (void)data;
    (void)nodes;
    for (guint i = 0; i < n; i++) {
        least = MIN(least, scores[i]);
        most = MAX(most, scores[i]);
    }
    for (guint i = 0; i < n; i++)
        scores[i] =
            most == least
                ? 0
                : (gint64)(KUBE_MAX_SCORE * ((double)(scores[i] - least) / (double)(most - least)));
}
