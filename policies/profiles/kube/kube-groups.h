/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pods of a cluster by their spec: what depends on the spec alone is asked once a group, not
 * once a pod. A part of KubeCluster. */
#pragma once

#include "policies/profiles/kube/kube-objects.h"

typedef struct {
    const KubeSpec *spec;
    KubePod **pods; /* on nodes, any order */
    guint n, room;
    guint place; /* in the list of groups that have pods */
} KubeGroup;

typedef struct _KubeGroups KubeGroups;

KubeGroups *kube_groups_new(void);
void kube_groups_free(KubeGroups *groups);
/* A pod that was put on a node, or is taken off it. O(1). */
void kube_groups_add(KubeGroups *groups, KubePod *pod);
void kube_groups_remove(KubeGroups *groups, KubePod *pod);
/* The groups that have pods. Valid until a pod comes or goes. */
KubeGroup *const *kube_groups_list(const KubeGroups *groups, guint *n);
