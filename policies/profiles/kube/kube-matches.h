/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many pods of each node a selector matches, for every selector in use. kube-scheduler counts
 * them anew in every cycle; here a pod that comes or goes changes the counts of the selectors that
 * match its label set (tested once a label set and selector). A part of KubeCluster. */
#pragma once

#include "policies/profiles/kube/kube-objects.h"

typedef struct _KubeMatches KubeMatches;

KubeMatches *kube_matches_new(const KubeStore *store); /* borrows the store */
void kube_matches_free(KubeMatches *matches);

/* Counts of this selector in this namespace by node; counted over `nodes` when it is new. Valid
 * until more room is reserved. */
const guint32 *kube_matches_get(KubeMatches *matches, guint32 name_space,
                                const KubeSelector *selector, const KubeNode *nodes, guint n_nodes);
/* A pod of this label set came to (+1) or left (-1) the node. */
void kube_matches_change(KubeMatches *matches, guint32 label_set, guint32 node, int delta);
/* Room for nodes with an index below `room`. */
void kube_matches_reserve(KubeMatches *matches, guint room);
