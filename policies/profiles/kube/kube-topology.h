/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domains of topology keys: zones, racks, hosts. A part of KubeCluster. */
#pragma once

#include "policies/profiles/kube/kube-objects.h"

/* of[node] is the number of the domain that the node is in (dense from 0), KUBE_ABSENT where it
 * lacks the key. */
typedef struct {
    guint32 key;
    guint n_domains;
    const guint32 *of;
    const guint32 *value; /* label value of each domain */
} KubeTopology;

typedef struct _KubeTopologies KubeTopologies;

KubeTopologies *kube_topologies_new(void);
void kube_topologies_free(KubeTopologies *topologies);
/* The nodes have changed. */
void kube_topologies_forget(KubeTopologies *topologies);
/* Worked out on the first call for the key since the nodes changed. */
const KubeTopology *kube_topologies_get(KubeTopologies *topologies, guint32 key,
                                        const KubeNode *nodes, guint n_nodes);
