/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coscheduling plug-in: pods of a PodGroup start together or not at all.
 * Source: kubernetes-sigs/scheduler-plugins pkg/coscheduling (coscheduling.go, core/core.go) and its
 * tests. Pure rules; who keeps the counts asks them. */
#pragma once

#include "policies/profiles/kube/kube-store.h"

#define KUBE_NOT_FAILED G_MININT64

/* A group, as far as the rules look at it. */
typedef struct {
    guint32 min_member;
    gint64 created_us;
    gint64 failed_us;          /* of the last attempt, until one succeeds; KUBE_NOT_FAILED */
    gint64 backs_off_until_us; /* 0: never */
} KubeGroup;

/* A pod for the order of the queue. */
typedef struct {
    gint64 priority;
    gint64 first_attempt_us;
    const KubeGroup *group; /* NULL: none */
    const char *name_space, *name;
} KubeGangPod;

/* Priority, then the group's time (a single pod's: of its first attempt), then namespace/name. */
gboolean kube_gang_less(const KubeGangPod *a, const KubeGangPod *b);

typedef enum {
    KUBE_GANG_FINE,
    KUBE_GANG_BACKS_OFF,   /* the group failed a moment ago */
    KUBE_GANG_TOO_FEW,     /* fewer pods than min_member are there */
    KUBE_GANG_GATED,       /* .. that may be scheduled */
    KUBE_GANG_NO_RESOURCES /* the cluster cannot hold min_member */
} KubeGangVerdict;

/* Before filters; all verdicts but fine are unresolvable. group NULL: not found, then it is no
 * business of ours. n_pods counts the pod itself; enough: kube_gang_covers(), TRUE when nothing is
 * asked. */
KubeGangVerdict kube_gang_pre_filter(const KubeGroup *group, guint n_pods, guint n_gated,
                                     gboolean enough, gint64 now_us);

typedef enum {
    KUBE_PERMIT_NOT_SPECIFIED, /* the pod is in no group */
    KUBE_PERMIT_NOT_FOUND,     /* the group does not exist */
    KUBE_PERMIT_WAIT,
    KUBE_PERMIT_SUCCESS
} KubePermit;

/* When a node was found. n_assigned_others: pods of the group that have one, without this. */
KubePermit kube_gang_permit(gboolean in_group, const KubeGroup *group, guint n_assigned_others);

/* After a pod of the group fitted nowhere: is too much missing to wait for it? */
gboolean kube_gang_rejects(const KubeGroup *group, guint n_assigned, double threshold);

/* One resource on one node, pods of the group itself taken off. */
typedef struct {
    gint64 allocatable, used;
} KubeGangRoom;

/* Do the nodes' sums cover what the group needs at least of that resource? */
gboolean kube_gang_covers(const KubeGangRoom *nodes, guint n, gint64 need);
