/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kube-scheduler's cache and snapshot in one (a simulation is sequential): the nodes, the pods on
 * them, and what is counted of them so that no cycle has to look at every pod: pods per node that a
 * selector matches, domains of a topology key, nodes that have an image. */
#pragma once

#include "policies/profiles/kube/kube-groups.h"
#include "policies/profiles/kube/kube-topology.h"

typedef struct _KubeCluster KubeCluster;

/* What a node is made of; copied, but for memory of the store. */
typedef struct {
    guint32 name;
    KubeLabels labels;
    KubeAmounts allocatable;
    gint64 allowed_pods;
    const KubeTaint *taints;
    guint n_taints;
    const KubeImage *images;
    guint n_images;
    gboolean unschedulable;
} KubeNodeSpec;

KubeCluster *kube_cluster_new(KubeStore *store); /* borrows the store */
void kube_cluster_free(KubeCluster *cluster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeCluster, kube_cluster_free)

KubeStore *kube_cluster_store(const KubeCluster *cluster);

/* Nodes have an index from 0 in order of adding and keep it. A removed node leaves a hole: it is in
 * no list and takes no pod. Pods on it must have been removed before. */
guint32 kube_cluster_add_node(KubeCluster *cluster, const KubeNodeSpec *spec);
void kube_cluster_remove_node(KubeCluster *cluster, guint32 node);
/* New labels, taints, images, amounts for a node; its pods stay. */
void kube_cluster_update_node(KubeCluster *cluster, guint32 node, const KubeNodeSpec *spec);
guint32 kube_cluster_find_node(const KubeCluster *cluster, guint32 name); /* KUBE_ABSENT */
KubeNode *kube_cluster_node(const KubeCluster *cluster, guint32 node);
KubeNode *kube_cluster_nodes(const KubeCluster *cluster); /* all, by index, holes included */
guint kube_cluster_n_slots(const KubeCluster *cluster);   /* nodes and holes */

/* Indices of all nodes in zone round-robin order, n = kube_cluster_n_nodes(). Valid until a node is
 * added, removed or changed. */
const guint32 *kube_cluster_order(KubeCluster *cluster);
guint kube_cluster_n_nodes(const KubeCluster *cluster);

/* Puts a pod on a node (assumed or bound, no check) and takes it off. The pod is borrowed. O(1) but
 * for the selectors in use that match it. Also used to try out preemption: remove and add again
 * leaves everything as it was but for the order of the node's list. */
void kube_cluster_add_pod(KubeCluster *cluster, KubePod *pod, guint32 node);
void kube_cluster_remove_pod(KubeCluster *cluster, KubePod *pod);
/* status of the pod: deletion has begun; it still holds its resources, selectors no longer count
 * it. */
void kube_cluster_set_terminating(KubeCluster *cluster, KubePod *pod);
void kube_cluster_nominate(KubeCluster *cluster, KubePod *pod, guint32 node);
void kube_cluster_unnominate(KubeCluster *cluster, KubePod *pod);

/* Labels of a namespace, for selectors of namespaces. NULL: the namespace is not known. */
void kube_cluster_set_name_space(KubeCluster *cluster, guint32 name, KubeLabels labels);
const KubeLabels *kube_cluster_name_space(const KubeCluster *cluster, guint32 name);
guint kube_cluster_n_image_nodes(const KubeCluster *cluster, guint32 image);

/* How many nodes have what a filter or score would look for; 0 lets it be skipped. */
typedef struct {
    guint n_unschedulable, n_hard_tainted, n_soft_tainted, n_with_images;
    guint n_affinity_pods, n_anti_affinity_pods;
} KubeClusterCounts;
const KubeClusterCounts *kube_cluster_counts(const KubeCluster *cluster);

/* Kept; valid until a node is added, removed or changed. */
const KubeTopology *kube_cluster_topology(KubeCluster *cluster, guint32 key);

/* Pods on each node (by index) in the namespace, not terminating, that the selector matches.
 * Counted on the first call, kept up to date from then on. Equal selectors share one count. */
const guint32 *kube_cluster_matches(KubeCluster *cluster, guint32 name_space,
                                    const KubeSelector *selector);

/* All pods on nodes, by spec. Valid until a pod comes or goes. */
KubeGroup *const *kube_cluster_groups(const KubeCluster *cluster, guint *n);
