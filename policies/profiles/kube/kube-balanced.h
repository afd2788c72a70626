/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NodeResourcesBalancedAllocation: are the shares of the resources used alike.
 * Source: plugins/noderesources/balanced_allocation.go. */
#pragma once

#include "policies/profiles/kube/kube-resources.h"

extern const KubePluginClass kube_balanced_allocation;

/* KubePlugin.args of this class; NULL: kube_balanced_defaults. */
typedef struct {
    guint release; /* 1.x: from 33 pods that request none of the resources are skipped, from 36 the
                    * score is how much better the node's balance becomes */
    const KubeResourceWeight *resources; /* weights must be 1 */
    guint n_resources;
} KubeBalancedArgs;

extern const KubeBalancedArgs kube_balanced_defaults;

gboolean kube_balanced_validate(const KubeStore *store, const KubeBalancedArgs *args,
                                GError **error);
