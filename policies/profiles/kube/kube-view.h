/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk's cluster as kube-scheduler sees it: a KubeCluster kept in step with the books. Shapes
 * become pod specs once; a node's pods follow its residents.
 *
 * What a job and a node say natively: cpu, memory, disk (ephemeral-storage) and whole devices
 * (nvidia.com/gpu); the group as the label app; require as node affinity; taints as NoSchedule and
 * tolerate. What only Kubernetes knows stands in the column spec, {"kube": {..}}, in the compact form
 * of kube-json.h: labels, affinity, topology_spread, containers with ports and images .. of a pod;
 * labels, taints, images, unschedulable .. of a node. Native amounts rule a spec without containers. */
#pragma once

#include "policies/profiles/kube/kube-cluster.h"
#include "sim/contract/bb-placement.h"

typedef struct _KubeView KubeView;

/* allowed_pods: of nodes whose spec does not say. NULL with an error: a node's spec is wrong. Borrows
 * the cluster's names. */
KubeView *kube_view_new(const BbCluster *cluster, gint64 allowed_pods, GError **error);
void kube_view_free(KubeView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeView, kube_view_free)

/* Indices are those of breakbulk's nodes. */
KubeCluster *kube_view_cluster(const KubeView *view);
/* Brings it up to date with the books. FALSE with an error: a job's spec is wrong. O(changes), or
 * O(nodes) when other books are shown than before. */
gboolean kube_view_sync(KubeView *view, const BbCluster *books, GError **error);
/* The pod to be scheduled: not on any node, the view's until the next call. NULL with an error. */
KubePod *kube_view_pod(KubeView *view, const BbAsk *ask, GError **error);
