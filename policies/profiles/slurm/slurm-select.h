/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes for one job by select/cons_tres or select/linear without topology: best fit among sets of
 * consecutive nodes.
 *
 * Source: SchedMD/slurm src/plugins/topology/default/eval_nodes.c, doc/html/cons_tres.shtml. */
#pragma once

#include <glib.h>

/* A node as the job sees it. */
typedef struct {
    guint32 cpus; /* that the job could have there, 0: not usable */
    guint32 weight;
} SlurmNode;

typedef struct {
    guint32 node, cpus;
} SlurmPick;

/* `cpus` on at least min_nodes and at most max_nodes (0: any) nodes into picks, which has room for n;
 * returns the number of picks, 0: there is not enough. Sets are runs of usable nodes of one weight.
 * Of the lowest weight, the tightest that is enough is taken, else the biggest, node by node in
 * order, and so on with what is left. O(n * picks). */
guint slurm_select(const SlurmNode *nodes, guint n, guint32 cpus, guint32 min_nodes,
                   guint32 max_nodes, SlurmPick *picks);
