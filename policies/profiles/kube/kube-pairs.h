/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums by (topology key, value), as pod affinity counts matching pods. */
#pragma once

#include "policies/profiles/kube/kube-cluster.h"

typedef struct {
    const KubeTopology *topology;
    gint64 *sums; /* by domain */
    guint room;
} KubePairTable;

typedef struct {
    KubePairTable *tables; /* one a key */
    guint n, room;
    guint n_nonzero;  /* pairs whose sum is not 0 */
    gboolean touched; /* was anything added since the last reset? */
} KubePairs;

void kube_pairs_clear(KubePairs *pairs);
void kube_pairs_reset(KubePairs *pairs);
/* Adds to the pair that the node is in for the key; nothing if it lacks the key. */
void kube_pairs_add(KubePairs *pairs, KubeCluster *cluster, guint32 key, guint32 node,
                    gint64 amount);
/* The same for every pod of the group, on its node. */
void kube_pairs_add_group(KubePairs *pairs, KubeCluster *cluster, guint32 key,
                          const KubeGroup *group, gint64 amount);
/* The node's pair for the key: 0 also if nobody added to it. FALSE: the node lacks the key. */
gboolean kube_pairs_get(const KubePairs *pairs, KubeCluster *cluster, guint32 key, guint32 node,
                        gint64 *sum);
/* Over all keys; is any sum above 0? */
gint64 kube_pairs_total(const KubePairs *pairs, guint32 node);
gboolean kube_pairs_any(const KubePairs *pairs, guint32 node);
