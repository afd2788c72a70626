/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which kube-scheduler lists nodes: the first node of every zone, then the second of
 * every zone, and so on; zones in the order in which their first node came. */
#pragma once

#include <glib.h>

typedef struct _KubeNodeTree KubeNodeTree;

KubeNodeTree *kube_node_tree_new(void);
void kube_node_tree_free(KubeNodeTree *tree);

/* Region and zone are any numbers that identify them, 0 for none. */
void kube_node_tree_add(KubeNodeTree *tree, guint32 region, guint32 zone, guint32 node);
void kube_node_tree_remove(KubeNodeTree *tree, guint32 region, guint32 zone, guint32 node);
/* Appends all nodes in order. */
void kube_node_tree_list(const KubeNodeTree *tree, GArray *nodes);
