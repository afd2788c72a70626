/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The exact minimum of a cost of (shape, node) without looking at every node: per shape and block
 * of nodes the least (cost, node), brought up to date from a log of nodes whose books changed. Needs no
 * property of the cost but that it depends on shape and node alone.
 *
 * Cost of a question: one lane of a block for each change since the shape was last asked for, a whole
 * block when the change was for the worse and at the block's best node; when there were as many changes
 * as blocks, all blocks are looked at, which is what a scan costs. Memory: nodes / 4 bytes a shape that
 * is asked for again, 64 MiB at most. */
#pragma once

#include "sim/engine/bb-search.h"

typedef struct _BbIndex BbIndex;

/* May the index stand for a scan of this placement's costs? */
gboolean bb_index_can_serve(const BbPlacement *placement);

/* Borrows all. */
BbIndex *bb_index_new(const BbCluster *cluster, const BbPlacement *placement, BbWork *work);
void bb_index_free(BbIndex *index);

/* The books of the node changed. O(1). */
void bb_index_note(BbIndex *index, guint node);
/* The node of least cost with room for one task, ties to the first from `begin` on (round to it
 * again), or -1. `begin` may be other than 0 only for constant costs. */
gint bb_index_find(BbIndex *index, const BbAsk *ask, const BbShapeFacts *facts, guint begin);
