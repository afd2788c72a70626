/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The books of a cluster once more, turned into blocks (BbBlock) for loops over many nodes, and a
 * log of nodes whose books changed, which is made of such blocks too: whoever has fallen behind takes
 * in the changes by the same loops, without going to the nodes.
 *
 * About 100 bytes a node. */
#pragma once

#include "sim/contract/bb-placement.h"

#define BB_NO_NODE G_MAXUINT32

typedef struct {
    BbBlock nodes;
    gint32 most_share[BB_BLOCK]; /* milli free on the emptiest device */
    gint32 n_whole[BB_BLOCK];    /* devices all free */
    gint32 is_empty[BB_BLOCK];   /* 1: holds no task */
    guint32 ids[BB_BLOCK];       /* BB_NO_NODE: a lane that does not count */
} BbLanes;

/* What bb_node_fits asks of an admitting node, avoided groups aside, as columns that must reach a
 * number each. */
typedef struct {
    guint n;
    struct {
        gsize offset; /* of the column in BbLanes */
        gint32 least;
    } tests[BB_N_RESOURCES + 1];
} BbFitTest;

typedef struct {
    const BbNode *nodes; /* of the cluster */
    guint n_nodes, n_blocks;
    guint32 modelled;
    gboolean too_large; /* amounts that a block cannot hold: its columns are not to be used */
    BbLanes *blocks;
    BbLanes *log; /* a ring; entry k is lane k % BB_BLOCK of block k / BB_BLOCK */
    guint64 n_logged, log_mask;
    guint64 *last_logged; /* by node: 1 + its last entry; 0: none */
} BbBlocks;

/* Borrows the cluster. The log holds n_log entries or more. */
BbBlocks *bb_blocks_new(const BbCluster *cluster, guint64 n_log);
void bb_blocks_free(BbBlocks *blocks);
/* The node's books changed. Its earlier entries in the log no longer count. */
void bb_blocks_note(BbBlocks *blocks, guint node);

static inline const BbLanes *
bb_blocks_log_at(const BbBlocks *blocks, guint64 entry)
{
    return &blocks->log[(entry / BB_BLOCK) & blocks->log_mask];
}

/* FALSE: the shape asks for more than a block can hold. */
gboolean bb_fit_test_init(BbFitTest *test, const BbShape *shape);
/* bad[i] < 0 where the lane has no room. */
void bb_fit_test_run(const BbFitTest *test, const BbLanes *lanes, gint32 *restrict bad);
