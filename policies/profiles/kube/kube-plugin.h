/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interface of kube-scheduler's plug-ins: a class is one file's table of functions, a
 * plug-in is a class with its arguments and weight, a cycle is one pod's way through a list of
 * them. */
#pragma once

#include "policies/profiles/kube/kube-cluster.h"

#define KUBE_MAX_SCORE 100

typedef enum {
    KUBE_SUCCESS,
    KUBE_SKIP,          /* before filters or scores: this plug-in has nothing to say of this pod */
    KUBE_UNSCHEDULABLE, /* preemption may help */
    KUBE_UNRESOLVABLE,  /* it cannot */
} KubeCode;

/* "Success", "Skip", "Unschedulable", "UnschedulableAndUnresolvable". */
const char *kube_code_name(KubeCode code);

typedef struct _KubePlugin KubePlugin;
typedef struct _KubeCycle KubeCycle;

/* Texts of why a node was refused, in kube-scheduler's words; NULL where nobody asks. */
typedef GPtrArray KubeReasons; /* of char *, freed by the array */
KubeReasons *kube_reasons_new(void);
void kube_reason(KubeReasons *reasons, const char *format, ...)
    G_GNUC_PRINTF(2, 3); /* NULL: no-op */

/* Every function may be missing but name. */
typedef struct {
    const char *name;
    /* What the plug-in remembers during a cycle; made once, used again for every pod. */
    gpointer (*state_new)(const KubePlugin *plugin);
    void (*state_free)(gpointer state);
    /* KUBE_SUCCESS, KUBE_SKIP: the filter is not asked, or why the pod fits on no node. May
     * narrow the nodes with kube_cycle_restrict(). */
    KubeCode (*pre_filter)(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                           KubeReasons *reasons);
    KubeCode (*filter)(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 node,
                       KubeReasons *reasons);
    /* A pod was added to (+1) or taken from (-1) the node since pre_filter; for nominated pods and
     * trials. The cluster may be told before or after. */
    void (*update)(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const KubePod *pod,
                   guint32 node, int delta);
    /* nodes: the feasible ones. KUBE_SKIP: contributes 0 everywhere. */
    KubeCode (*pre_score)(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                          const guint32 *nodes, guint n);
    void (*score)(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes,
                  guint n, gint64 *scores);
    void (*normalize)(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                      const guint32 *nodes, guint n, gint64 *scores);
} KubePluginClass;

struct _KubePlugin {
    const KubePluginClass *klass;
    gint64 weight;      /* of the score */
    gconstpointer args; /* the class's own, borrowed; NULL: its defaults */
};

struct _KubeCycle {
    KubeCluster *cluster;
    const KubeStore *store;
    KubeNode *nodes; /* kube_cluster_nodes() */
    const KubePod *pod;
    const KubeSpec *spec;
    const KubePlugin *plugins;
    guint n_plugins;
    gpointer *states; /* by plug-in */
    guint *active;    /* plug-ins whose filter is asked of this pod, in order */
    guint n_active;
    GArray *restricted; /* guint32 nodes that a pre-filter left; NULL unless is_restricted */
    gboolean is_restricted;
};

/* A cycle over the cluster with these plug-ins (borrowed), for any number of pods. */
KubeCycle *kube_cycle_new(KubeCluster *cluster, const KubePlugin *plugins, guint n_plugins);
void kube_cycle_free(KubeCycle *cycle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeCycle, kube_cycle_free)

/* Begins with a pod: all pre-filters. KUBE_SUCCESS, or the first refusal (then *failed, if not
 * NULL, is the plug-in's index). */
KubeCode kube_cycle_begin(KubeCycle *cycle, const KubePod *pod, guint *failed,
                          KubeReasons *reasons);
/* Filters in order up to the first refusal. Nominated pods of the node with at least the pod's
 * priority are counted in: with and without them the pod must pass. */
KubeCode kube_cycle_filter(KubeCycle *cycle, guint32 node, guint *failed, KubeReasons *reasons);
/* The same without looking at nominated pods. */
KubeCode kube_cycle_filter_plain(KubeCycle *cycle, guint32 node, guint *failed,
                                 KubeReasons *reasons);
/* Tells the plug-ins and the cluster that the pod is added to or removed from the node while the
 * cycle lasts: the trial of preemption. */
void kube_cycle_add_pod(KubeCycle *cycle, KubePod *pod, guint32 node);
void kube_cycle_remove_pod(KubeCycle *cycle, KubePod *pod);
/* For pre-filters: only these nodes can take the pod (repeated calls intersect). */
void kube_cycle_restrict(KubeCycle *cycle, const guint32 *nodes, guint n);
/* One plug-in's pre-score, score, normalise over the nodes; FALSE if it skips (scores are then 0).
 * raw, if not NULL, receives the scores before normalising. */
gboolean kube_cycle_score(KubeCycle *cycle, guint plugin, const guint32 *nodes, guint n,
                          gint64 *raw, gint64 *normalized);
