/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a pod fits nowhere and why a node was chosen, in kube-scheduler's own words.
 * Source: framework.FitError (pkg/scheduler/framework/types.go). */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

typedef struct {
    char *text; /* owned */
    guint n_nodes;
} KubeReasonCount;

/* All nodes through the filters: each distinct reason with the number of nodes that gave it,
 * sorted as kube-scheduler prints them. Begins the cycle anew. If a pre-filter refuses the pod,
 * its reasons with n_nodes 0. Free with g_array_unref(). */
GArray *kube_explain_filters(KubeCycle *cycle, const KubePod *pod);
/* "0/5 nodes are available: 2 Insufficient cpu, 3 node(s) were unschedulable." Owned by the
 * caller. */
char *kube_explain_message(const KubeCycle *cycle, const GArray *counts);

/* What a plug-in gave a node. */
typedef struct {
    guint plugin;
    gboolean skipped;
    gint64 raw, normalized, weighted;
} KubeScorePart;

/* Parts of the score of nodes[which], by plug-in that scores, in order (of KubeScorePart); the
 * nodes are the feasible ones of the cycle as it stands. */
GArray *kube_explain_scores(KubeCycle *cycle, const guint32 *nodes, guint n, guint which);
