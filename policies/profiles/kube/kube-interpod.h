/* SPDX-License-Identifier: GPL-3.0-or-later */
/* InterPodAffinity. Source: plugins/interpodaffinity. */
#pragma once

#include "policies/profiles/kube/kube-pairs.h"
#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_interpod_affinity;

/* KubePlugin.args of this class; NULL: kube_interpod_defaults. */
typedef struct {
    gint64 hard_weight;                   /* hardPodAffinityWeight: 1; 0 .. 100 */
    gboolean ignore_existing_preferences; /* ignorePreferredTermsOfExistingPods */
    gboolean no_name_space_selectors;     /* as before they were introduced (1.21) */
} KubeInterpodArgs;

extern const KubeInterpodArgs kube_interpod_defaults;

gboolean kube_interpod_validate(const KubeInterpodArgs *args, GError **error);

typedef struct {
    KubePairs affinity, anti_affinity, existing_anti_affinity, scores;
} KubeInterpodState;

/* Does the incoming pod's term match a pod that is there; does a term of a pod that is there match
 * the incoming one? Both depend on the spec alone. */
gboolean kube_interpod_own_matches(const KubePlugin *plugin, const KubeCycle *cycle,
                                   const KubePodTerm *term, const KubeSpec *existing);
gboolean kube_interpod_theirs_match(const KubePlugin *plugin, const KubeCycle *cycle,
                                    const KubePodTerm *term);

/* The scoring half. */
KubeCode kube_interpod_pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                                 const guint32 *nodes, guint n);
void kube_interpod_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                         const guint32 *nodes, guint n, gint64 *scores);
void kube_interpod_normalize(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                             const guint32 *nodes, guint n, gint64 *scores);
