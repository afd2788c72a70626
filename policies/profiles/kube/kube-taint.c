/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter reads the taints that repel, the score counts those that the pod only should avoid. */
#include "policies/profiles/kube/kube-taint.h"

#include "policies/profiles/kube/kube-normalize.h"
#include "policies/profiles/kube/kube-toleration.h"

static KubeCode
pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, KubeReasons *reasons)
{
    (void)plugin;
    (void)state;
    (void)reasons;
    return kube_cluster_counts(cycle->cluster)->n_hard_tainted == 0 ? KUBE_SKIP : KUBE_SUCCESS;
}

static KubeCode
filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 index,
       KubeReasons *reasons)
{
    const KubeTaint *taint = kube_untolerated(cycle->spec, &cycle->nodes[index]);

    (void)plugin;
    (void)state;
    if (!taint)
        return KUBE_SUCCESS;
    kube_reason(reasons, "node(s) had untolerated taint {%s: %s}",
                kube_text(cycle->store, taint->key), kube_text(cycle->store, taint->value));
    return KUBE_UNRESOLVABLE;
}

/* Is the soft taint tolerated by a toleration that is for soft taints, too? */
static gint64
count_intolerable(const KubeSpec *spec, const KubeNode *node)
{
    gint64 count = 0;

    for (guint i = 0; node->n_soft_taints > 0 && i < node->n_taints; i++)
        count += node->taints[i].effect == KUBE_PREFER_NO_SCHEDULE &&
                 !kube_is_tolerated(spec, &node->taints[i]);
    return count;
}

static void
score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n,
      gint64 *scores)
{
    gboolean any = kube_cluster_counts(cycle->cluster)->n_soft_tainted > 0;

    (void)plugin;
    (void)state;
    for (guint i = 0; i < n; i++)
        scores[i] = any ? count_intolerable(cycle->spec, &cycle->nodes[nodes[i]]) : 0;
}

static void
normalize(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n,
          gint64 *scores)
{
    (void)plugin;
    (void)cycle;
    (void)state;
    (void)nodes;
    kube_default_normalize(KUBE_MAX_SCORE, TRUE, scores, n);
}

const KubePluginClass kube_taint_toleration = {
    .name = "TaintToleration",
    .pre_filter = pre_filter,
    .filter = filter,
    .score = score,
    .normalize = normalize,
};
