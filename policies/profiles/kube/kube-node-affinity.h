/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NodeAffinity: node selector and node affinity. Source: plugins/nodeaffinity,
 * component-helpers/scheduling/corev1/nodeaffinity. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_node_affinity;

/* KubePlugin.args of this class: affinity ANDed to that of every pod; NULL: none. Its selectors
 * must be sealed. */
typedef struct {
    KubeNodeAffinity added;
} KubeNodeAffinityArgs;

/* Do the pod's node selector and required terms match the node? */
gboolean kube_node_matches(const KubeStore *store, const KubeSpec *spec, const KubeNode *node);
/* One term, of a node with this name and these labels. */
gboolean kube_node_term_matches(const KubeStore *store, const KubeNodeTerm *term, guint32 node_name,
                                const KubeLabels *labels);
