/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Worst fit: the node on which the most is left over once the task is there.
 * Left over is counted as the sum, over the resources that the task asks for, of the fraction of the
 * node's capacity that stays free: with one resource and equal nodes the classic rule. A fraction is
 * an integer of 22 bits, rounded down.
 *
 * Source: D. S. Johnson: Near-optimal bin packing algorithms, thesis, Massachusetts Institute of
 * Technology, 1973. */
#include "sim/contract/bb-placement.h"

#define ONE_BITS 22 /* amounts have 40 bits at most, so the product fits */

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)self;
    const BbResources *need = &ask->shape->need;
    gint64 left = 0;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (need->v[r] > 0)
            left += ((node->free.v[r] - need->v[r]) << ONE_BITS) / node->capacity.v[r];
    }
    return ((guint32)BB_N_RESOURCES << ONE_BITS) - (guint32)left;
}

static void
block_costs(const BbPlacement *self, const BbAsk *ask, const BbBlock *block, gint32 *restrict costs)
{
    (void)self;
    for (guint i = 0; i < BB_BLOCK; i++)
        costs[i] = BB_N_RESOURCES << ONE_BITS;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        gint32 need = (gint32)ask->shape->need.v[r];
        for (guint i = 0; need > 0 && i < BB_BLOCK; i++)
            costs[i] -=
                bb_block_part(block->free[r][i] - need, 1 << ONE_BITS, block->inverse[r][i]);
    }
}

const BbPlacementClass bb_placement_worst_fit = {
    .name = "worst-fit",
    .summary = "the node on which the most is left over",
    .source = "Johnson, Near-optimal bin packing algorithms, thesis, MIT, 1973",
    .cost = cost,
    .block_costs = block_costs,
};
