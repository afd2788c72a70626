/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. Nodes in pools, and the books of what is taken on each. Policies and observers get const
 * views; only the engine takes and gives. Node index = order of the file, and so the order of ties. */
#pragma once

#include "bb-shape.h"

/* What tasks of one group are on a node, for avoid and spread. */
typedef struct {
    guint32 group;
    guint32 n_tasks;    /* of that group */
    guint32 n_avoiders; /* tasks that avoid that group */
} BbGroupCount;

/* Tasks of one shape on a node; kept only where bb_cluster_keep_residents was called. */
typedef struct {
    const BbShape *shape;
    guint32 n_tasks;
} BbResident;

typedef enum {
    BB_NODE_UP,
    BB_NODE_DOWN,   /* bought, but nothing can be there */
    BB_NODE_ABSENT, /* not bought: not yet, or not any more */
} BbNodeState;

typedef struct {
    guint32 index;
    guint32 name, pool, gpu_model; /* name ids */
    guint32 spec;                  /* name id of the row's JSON text, 0: none */
    guint32 runtimes;              /* bits of BbKind */
    guint32 speed_milli;
    guint32 n_tasks;                   /* tasks here now; 0: empty */
    guint32 n_unasked[BB_N_RESOURCES]; /* of them, those that ask nothing of resource r */
    guint32 n_devices;
    gboolean whole;    /* held by a bare-metal task, or not up: nothing else fits */
    BbNodeState state; /* not up: empty, and nothing is free */
    BbResources capacity, free;
    gint32 *device_free; /* n_devices, milli each */
    const BbLabel *labels;
    const BbLabel *taints;
    guint32 n_labels, n_taints;
    guint32 n_groups, groups_size;
    BbGroupCount *groups; /* only groups with a count > 0, any order */
    guint32 n_residents, residents_size;
    BbResident *residents; /* any order */
    guint64 version;       /* equal versions of a node, on the cluster or a copy: equal books */
    gint64 price_micro_per_h;
} BbNode;

/* Some tasks of one job on one node. devices: bit d = device d, one entry per task then. */
typedef struct {
    guint32 node;
    guint32 n_tasks;
    guint64 devices;
} BbPlaced;

/* What a node turns into. Its devices stay as they are. */
typedef struct {
    BbTimeUs time_us;
    guint32 node;
    BbNodeState state;
    BbResources capacity; /* of a node that is not up: what is bought, or would be */
} BbNodeChange;

typedef struct _BbCluster BbCluster;

BbCluster *bb_cluster_new(BbNames *names); /* borrows names */
void bb_cluster_free(BbCluster *cluster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbCluster, bb_cluster_free)

/* From now on nodes know their residents and versions. Nothing may be taken yet. */
void bb_cluster_keep_residents(BbCluster *cluster);
/* Nodes whose books changed since *seen (0: never looked), each as often as it changed; *seen becomes now.
 * NULL with *out_n 0: none; NULL with *out_n the number of all nodes: look at every one, it is too long ago.
 * Borrowed until the next change. */
const guint32 *bb_cluster_changed_since(const BbCluster *cluster, guint64 *seen, guint *out_n);

/* Adds the node, or the range of nodes (bb-range.h), of a row. FALSE with *out_expected (a static
 * text; may be NULL) when the name or range or the labels are malformed, a node is there twice, or
 * there is too much of something; nothing is added then. At most 10 million nodes. O(nodes added). */
gboolean bb_cluster_add(BbCluster *cluster, const BbNodeRow *row, const char **out_expected);
/* One node "flat" of n cores (1 to BB_AMOUNT_MAX / 1000), every kind, only cpu modelled: the classic
 * pool of processors. */
void bb_cluster_add_flat(BbCluster *cluster, gint64 n_cores);
/* One more change that will come to pass in a run: not before those added earlier, not of a copy. FALSE
 * with *out_expected when it cannot be; nothing is added then. The cluster itself stays as it is. */
gboolean bb_cluster_add_change(BbCluster *cluster, const BbNodeChange *change,
                               const char **out_expected);
/* All of them, in order. */
const BbNodeChange *bb_cluster_changes(const BbCluster *cluster, guint *out_n);
/* The most of each resource that each node has at one time or another while it is up, now or by a
 * change; where that is never, ever_up (by node) becomes FALSE. Owned by the caller. O(nodes + changes). */
BbResources *bb_cluster_most(const BbCluster *cluster, gboolean *ever_up);
/* Node i becomes what node order[i] was; `order` is a permutation. Before anything is taken, copied or
 * said of changes. */
void bb_cluster_reorder(BbCluster *cluster, const guint *order);
/* A second cluster with the same nodes and the same books, to try things on. Shares the texts of the
 * first, which must outlive it. O(nodes). */
BbCluster *bb_cluster_copy(const BbCluster *cluster);
/* Makes the books of `to` (a copy of `from`) those of `from` again. O(nodes). */
void bb_cluster_copy_books(BbCluster *to, const BbCluster *from);
void bb_cluster_copy_node(BbCluster *to, const BbCluster *from, guint node);
/* Leaves on a node of `to` only the room that the node has on both books: what a task could hold that
 * must be there under the one and under the other. For looking and placing; such a node cannot be
 * given back to. */
void bb_cluster_narrow_node(BbCluster *to, const BbCluster *other, guint node);

guint bb_cluster_n(const BbCluster *cluster);
const BbNode *bb_cluster_node(const BbCluster *cluster, guint index);
const BbNode *bb_cluster_nodes(const BbCluster *cluster); /* all, in order of index */
/* Index of the node of that name, or -1. O(1). */
gint bb_cluster_find(const BbCluster *cluster, const char *name);
BbNames *bb_cluster_names(const BbCluster *cluster);
guint32 bb_cluster_modelled(const BbCluster *cluster); /* bit r: some node names resource r */
/* Sums over nodes, now; of a copy as they were when it was copied, or its books last were. */
const BbResources *bb_cluster_capacity(const BbCluster *cluster); /* bought: up or down */
const BbResources *bb_cluster_up_sum(const BbCluster *cluster);
const BbResources *bb_cluster_free_sum(const BbCluster *cluster);
/* One node, cpu only, without constraints to check: counted in O(1). */
gboolean bb_cluster_is_flat(const BbCluster *cluster);

/* May a task of the shape ever run on the node: runtimes, labels, taints, gpu model, capacity. */
gboolean bb_node_admits(const BbNode *node, const BbShape *shape);
/* Has an admitting node room for one task now: amounts, devices, groups, emptiness. Spread is not
 * looked at: it is not the node's alone. O(devices + groups). */
gboolean bb_node_fits(const BbNode *node, const BbShape *shape);
/* How many tasks of the shape an admitting node has room for now (spread apart). */
gint64 bb_node_slots(const BbNode *node, const BbShape *shape);
/* Devices for one task of the shape: a share goes to the fullest device that has room (lowest index
 * at ties), whole devices to the lowest free. 0 when the shape needs none. The node must fit. */
guint64 bb_node_default_devices(const BbNode *node, const BbShape *shape);
/* Would the device set be right and free for one task of the shape? */
gboolean bb_node_devices_fit(const BbNode *node, const BbShape *shape, guint64 devices);
/* Number of tasks of the group on the node. */
guint32 bb_node_group_tasks(const BbNode *node, guint32 group);
/* Value id of a label, 0 when the node has none. */
guint32 bb_node_label(const BbNode *node, guint32 key);

/* The books. Taking what is not free is a programming error (asserted): the engine checks first.
 * A bare-metal task takes all of its node, whatever it needs and whatever `devices` says. */
void bb_cluster_take(BbCluster *cluster, const BbShape *shape, const BbPlaced *placed);
void bb_cluster_give(BbCluster *cluster, const BbShape *shape, const BbPlaced *placed);
/* Does what the node holds, which is no bare-metal task, go beyond that much? */
gboolean bb_node_exceeds(const BbNode *node, const BbResources *capacity);
/* The node turns into that, now. It must be empty when it is no longer up; what it holds must not
 * exceed its new capacity, nor be a bare-metal task. */
void bb_cluster_change(BbCluster *cluster, guint node, BbNodeState state,
                       const BbResources *capacity);
