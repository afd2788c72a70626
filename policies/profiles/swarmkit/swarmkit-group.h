/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SwarmKit places the tasks of one service as a group: evenly over the branches of a tree that its
 * spread preferences make of the nodes, and within a branch on the nodes with the fewest tasks of the
 * service, then the fewest in all.
 *
 * Source: moby/swarmkit manager/scheduler/{scheduler,nodeset,decision_tree}.go. */
#pragma once

#include <glib.h>

/* As many failures of a service's spec on a node within five minutes outweigh its tasks. */
#define SWARMKIT_MAX_FAILURES 5

typedef struct {
    const char *const *branches; /* the node's value at each level, "" where it has none */
    guint32 n_service;           /* its tasks of the service */
    guint32 n_tasks;             /* its tasks of all services */
    guint32 n_failures;          /* recent ones of the service's spec */
} SwarmkitNode;

/* Is there room for one more on the node, `n_new` of the group being there already? */
typedef gboolean (*SwarmkitFits)(gpointer data, guint node, guint32 n_new);

/* Nodes for up to n tasks into out_nodes, in the order of decision; returns for how many. Branches
 * are taken in order of their first node, nodes that are alike in order. */
guint32 swarmkit_place(const SwarmkitNode *nodes, guint n_nodes, guint n_levels, guint32 n,
                       SwarmkitFits fits, gpointer data, guint32 *out_nodes);
