/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pods and nodes as kube-scheduler sees them. A KubeSpec is what pods of one template have in
 * common and never changes; a KubePod is one pod; a KubeNode is a machine with what is on it. A
 * reader fills the plain fields of a spec (memory from the store) and seals it; it then belongs
 * to the store. Names are ids of the store. Amounts: cpu in milli, memory and storage in bytes,
 * others in units. */
#pragma once

#include "policies/profiles/kube/kube-selector.h"

typedef struct {
    guint32 resource; /* kube_resource() */
    gint64 amount;
} KubeAmount;

/* A list of amounts, any order, each resource at most once. What is not in it was not given. */
typedef struct {
    const KubeAmount *items;
    guint n;
} KubeAmounts;

typedef struct {
    guint32 protocol; /* name: "TCP", "UDP", "SCTP"; 0 is TCP */
    guint32 ip;       /* name; 0 is 0.0.0.0 */
    gint32 port;      /* of the host; <= 0: none asked */
} KubePort;

typedef struct {
    KubeAmounts requests;
    guint32 image;    /* name as written; 0: none */
    gboolean sidecar; /* an init container that keeps running (restartPolicy Always) */
    const KubePort *ports;
    guint n_ports;
} KubeContainer;

typedef enum {
    KUBE_ANY_EFFECT,
    KUBE_NO_SCHEDULE,
    KUBE_PREFER_NO_SCHEDULE,
    KUBE_NO_EXECUTE
} KubeEffect;

typedef struct {
    guint32 key, value;
    KubeEffect effect;
} KubeTaint;

typedef struct {
    guint32 key, value; /* key 0: every key (with exists) */
    gboolean exists;    /* operator Exists, else Equal */
    KubeEffect effect;
} KubeToleration;

/* Of node affinity: expressions over labels and over the field metadata.name, ANDed. Empty of both:
 * matches nothing. */
typedef struct {
    KubeSelector labels, fields;
} KubeNodeTerm;

typedef struct {
    gint64 weight;
    KubeNodeTerm term;
} KubeNodePreference;

typedef struct {
    gboolean has_required; /* a required selector is given (it may have no term: matches nothing) */
    const KubeNodeTerm *required; /* ORed */
    guint n_required;
    const KubeNodePreference *preferred;
    guint n_preferred;
} KubeNodeAffinity;

/* Of pod (anti-)affinity. name_spaces and the selector of namespaces are ORed; when neither is
 * given the reader leaves both empty and kube_spec_seal() puts the pod's own namespace. */
typedef struct {
    gint64 weight; /* 1..100 when preferred */
    guint32 topology_key;
    KubeSelector selector;
    const guint32 *name_spaces;
    guint n_name_spaces;
    KubeSelector name_space_selector; /* KUBE_SELECT_NOTHING: not given */
} KubePodTerm;

typedef struct {
    const KubePodTerm *required, *preferred;
    guint n_required, n_preferred;
} KubePodTerms;

typedef struct {
    gint64 max_skew;
    guint32 topology_key;
    gboolean hard; /* DoNotSchedule, else ScheduleAnyway */
    KubeSelector selector;
    gint64 min_domains;       /* 0: not given (1) */
    gboolean ignore_affinity; /* nodeAffinityPolicy Ignore (default Honor) */
    gboolean honor_taints;    /* nodeTaintsPolicy Honor (default Ignore) */
    const guint32
        *match_label_keys; /* label keys of the pod whose values are ANDed into selector */
    guint n_match_label_keys;
} KubeSpread;

typedef struct {
    /* Filled by the reader. */
    guint32 name_space;
    KubeLabels labels;
    gint64 priority;
    gboolean never_preempts; /* preemptionPolicy Never */
    guint32 group;           /* name of its PodGroup; 0: none */
    guint32 owner;           /* name of its controller; 0: none */
    const KubeContainer *containers, *init_containers;
    guint n_containers, n_init_containers;
    KubeAmounts overhead;
    guint32 node_name; /* spec.nodeName of a pod not yet scheduled; 0: any */
    gboolean has_node_selector;
    KubeSelector node_selector;
    KubeNodeAffinity node_affinity;
    KubePodTerms affinity, anti_affinity;
    const KubeToleration *tolerations;
    guint n_tolerations;
    const KubeSpread *spreads;
    guint n_spreads;
    KubeSelector service_selector; /* of its Service or controller, for the default constraints;
                                    * KUBE_SELECT_NOTHING: none */
    const guint32 *claims;         /* names of its PersistentVolumeClaims ("namespace/name") */
    guint n_claims;
    guint n_gates; /* schedulingGates */

    /* Set by kube_spec_seal(). */
    guint32 number; /* of the spec in the store, dense from 0 */
    guint32 label_set;
    gint64 request[KUBE_N_FIXED]; /* what the pod takes of its node */
    KubeAmounts extended;         /* the same, other resources that are given (perhaps as 0) */
    gint64 nonzero[2];            /* for scoring: 100m and 200 MiB for containers that give none */
    gboolean requests_nothing;
    const guint32 *images; /* of init containers, then containers; with a tag */
    guint n_images;
    const KubePort *ports; /* of all containers, with a port > 0, nothing defaulted */
    guint n_ports;
    gboolean has_affinity; /* any pod affinity or anti-affinity term */
    const char *invalid;   /* why its pod affinity cannot be parsed; NULL: it can */
} KubeSpec;

/* Derives the lower half. Call once, after filling; the spec must be the store's memory (or outlive
 * the store's users). */
void kube_spec_seal(KubeStore *store, KubeSpec *spec);
/* Request of the sealed spec for any resource. */
gint64 kube_spec_request(const KubeSpec *spec, guint32 resource);

typedef struct {
    const KubeSpec *spec;
    guint32 name, uid;
    guint32 node;           /* index in the cluster; KUBE_ABSENT: not on one */
    guint32 nominated_node; /* likewise */
    guint slot, group_slot; /* places in the cluster's lists */
    gboolean terminating;
    gint64 created_us, start_us; /* of creation, of status.startTime; -1: not given */
    gpointer user;               /* the caller's */
} KubePod;

typedef struct {
    guint32 name; /* one of the image's names */
    gint64 size_bytes;
} KubeImage;

/* Not on a node, not terminating, times not given. */
KubePod *kube_pod_new(const KubeSpec *spec, guint32 name);
void kube_pod_free(KubePod *pod);

/* What the hot loops read comes first. Changed only by the cluster (kube-cluster.h). */
typedef struct {
    gint64 allocatable[KUBE_N_FIXED], used[KUBE_N_FIXED];
    gint64 nonzero_used[2];
    gint64 *extended, *extended_used; /* by resource - KUBE_N_FIXED, n_extended long; beyond: 0 */
    guint32 n_extended;
    guint32 allowed_pods;
    guint32 n_pods;
    guint32 name;

    gboolean unschedulable;
    guint n_hard_taints, n_soft_taints; /* NoSchedule and NoExecute; PreferNoSchedule */
    guint n_port_pods, n_affinity_pods, n_anti_affinity_pods; /* anti: required */
    KubePod **pods; /* n_pods, in order of arrival but for removals */
    guint pods_room;
    KubePod **nominated; /* pods that preempted here and wait */
    guint n_nominated, nominated_room;
    KubeLabels labels;
    const KubeTaint *taints;
    guint n_taints;
    const KubeImage *images; /* sorted by name */
    guint n_images;
} KubeNode;

gint64 kube_node_allocatable(const KubeNode *node, guint32 resource);
gint64 kube_node_used(const KubeNode *node, guint32 resource);
