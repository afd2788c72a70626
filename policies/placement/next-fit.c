/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Next fit: the search begins at the node of the last placement and goes once around. Unlike the
 * bins of the paper, nodes left behind are not closed: here they get free again.
 *
 * Source: D. S. Johnson: Fast algorithms for bin packing, Journal of Computer and System Sciences 8,
 * 1974; the roving pointer is that of memory allocators (Knuth, The Art of Computer Programming 1,
 * section 2.5). */
#include "sim/contract/bb-placement.h"

typedef struct {
    guint32 last;
} State;

static guint
start(const BbPlacement *self, guint n_nodes)
{
    const State *state = self->state;
    return state->last % n_nodes;
}

static void
placed(BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)ask;
    State *state = self->state;
    state->last = node->index;
}

const BbPlacementClass bb_placement_next_fit = {
    .name = "next-fit",
    .summary = "the first node with room from the last placement's node on, once around",
    .source = "Johnson, Fast algorithms for bin packing, J. Comput. Syst. Sci. 8, 1974",
    .flags = BB_COST_CONSTANT,
    .state_size = sizeof(State),
    .start = start,
    .placed = placed,
};
