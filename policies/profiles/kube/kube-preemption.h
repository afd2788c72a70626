/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DefaultPreemption: whom to evict so that a pod finds room.
 * Source: kubernetes pkg/scheduler/framework/plugins/defaultpreemption and framework/preemption. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

/* A PodDisruptionBudget, as its status stands. */
typedef struct {
    guint32 name_space;
    KubeSelector selector;
    gint64 disruptions_allowed;
    const guint32 *disrupted; /* names of pods whose eviction was counted already */
    guint n_disrupted;
} KubeBudget;

/* May the pod preempt at all? nominated_status: of its nominated node in the cycle that failed. */
gboolean kube_preemption_eligible(const KubeCluster *cluster, const KubePod *pod,
                                  KubeCode nominated_status);

/* How many candidates are enough among n nodes: 10 %, at least 100, at most all; by default. */
typedef struct {
    gint64 percentage, absolute;
} KubeCandidateCount;
#define KUBE_CANDIDATE_COUNT_INIT                                                                  \
    {                                                                                              \
        10, 100                                                                                    \
    }
guint kube_preemption_wanted(const KubeCandidateCount *count, guint n_nodes);

typedef struct {
    guint32 node;
    GPtrArray *victims; /* of KubePod, owned by the array; in the order of upstream's list */
    guint n_violations; /* victims whose budget does not allow it */
} KubeCandidate;

/* Whom the node would have to lose. `cycle` has begun with the pod; books and plug-ins are afterwards
 * as they were. KUBE_SUCCESS: *out is filled. KUBE_UNRESOLVABLE: there is nobody of lower priority;
 * KUBE_UNSCHEDULABLE: it would not be enough. O(pods on the node x filters). */
KubeCode kube_preemption_try(KubeCycle *cycle, guint32 node, const KubeBudget *budgets,
                             guint n_budgets, KubeCandidate *out);

/* Candidates (of KubeCandidate) among the nodes, walked from `offset` round, until `wanted` are found
 * and one of them violates no budget. */
GArray *kube_preemption_candidates(KubeCycle *cycle, const guint32 *nodes, guint n, guint offset,
                                   guint wanted, const KubeBudget *budgets, guint n_budgets);

/* Index of the best: fewest violations, lowest priority of the first victim, lowest sum of priorities,
 * fewest victims, latest start of the earliest of the most important victims, first. n > 0. */
guint kube_preemption_pick(const KubeCandidate *candidates, guint n);
