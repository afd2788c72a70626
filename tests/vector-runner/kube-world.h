/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cluster of a kube vector, and its plug-ins with their arguments. */
#pragma once

#include "policies/profiles/kube/kube-cluster.h"
#include "policies/profiles/kube/kube-plugin.h"
#include "vec.h"

typedef struct {
    KubeStore *store;
    KubeCluster *cluster;
    GPtrArray *pods; /* of KubePod, all of inputs.pods, in order; each on its node if that exists */
} KubeWorld;

/* inputs.nodes, inputs.pods, args.namespace_labels. */
KubeWorld *kube_world_new(JsonObject *vector);
void kube_world_free(KubeWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeWorld, kube_world_free)

/* The member's list of nodes ("feasible_nodes"; not given: all) as indices, and their names. */
GArray *kube_world_nodes(const KubeWorld *world, JsonObject *inputs, const char *member);
const char *kube_world_node_name(const KubeWorld *world, guint32 node);

/* A plug-in by name, with the vector's args in memory of the store, weight 1. klass NULL: no such
 * plug-in. */
KubePlugin kube_world_plugin(KubeWorld *world, const char *name, JsonObject *vector);
/* Are the vector's args of this plug-in valid? */
gboolean kube_world_check(KubeWorld *world, const char *name, JsonObject *vector, GError **error);
