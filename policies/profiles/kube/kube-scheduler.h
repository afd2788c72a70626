/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kube-scheduler's scheduling cycle: which node for this pod. It places nothing: the caller puts
 * the pod on the node (kube_cluster_add_pod). Source: pkg/scheduler/schedule_one.go. */
#pragma once

#include "policies/profiles/kube/kube-core.h"
#include "policies/profiles/kube/kube-plugin.h"

typedef struct _KubeScheduler KubeScheduler;

/* Of every node, by index: why it was refused. KUBE_SUCCESS: feasible. KUBE_SKIP: not looked at,
 * enough others were found. */
typedef struct {
    guint8 *codes;   /* KubeCode */
    guint8 *plugins; /* index of the plug-in that refused */
    guint n, room;
} KubeDiagnosis;

typedef struct {
    KubeCode code; /* KUBE_SUCCESS: node is chosen */
    guint32 node;
    guint n_feasible, n_evaluated;
    gint64 total; /* of the chosen node; 0 if it was the only one */
    guint failed; /* plug-in whose pre-filter refused the pod; G_MAXUINT: none */
} KubeResult;

/* Over the cluster with these plug-ins (both borrowed). percentage: percentageOfNodesToScore, 0
 * adaptive. */
KubeScheduler *kube_scheduler_new(KubeCluster *cluster, const KubePlugin *plugins, guint n_plugins,
                                  gint64 percentage);
void kube_scheduler_free(KubeScheduler *scheduler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeScheduler, kube_scheduler_free)

/* One cycle. Begins where the last one ended, in zone round-robin order, and stops looking when
 * enough nodes are feasible. A pod with a nominated node takes that if it is feasible. Ties: drawn,
 * or with draw NULL the lowest index. diagnosis: may be NULL; zeroed before the first use. */
KubeResult kube_scheduler_schedule(KubeScheduler *scheduler, const KubePod *pod, KubeDraw draw,
                                   gpointer data, KubeDiagnosis *diagnosis);
void kube_diagnosis_clear(KubeDiagnosis *diagnosis);

/* The cycle of the last pod, for what must be asked of it still (preemption, explain). */
KubeCycle *kube_scheduler_cycle(const KubeScheduler *scheduler);
/* Its feasible nodes in the order in which they were found, and their totals (not set for one). */
const guint32 *kube_scheduler_feasible(const KubeScheduler *scheduler, guint *n,
                                       const gint64 **totals);
/* Where the next cycle begins, in the order of nodes. */
guint kube_scheduler_next_start(const KubeScheduler *scheduler);
void kube_scheduler_set_next_start(KubeScheduler *scheduler, guint start);
