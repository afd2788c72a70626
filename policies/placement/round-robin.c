/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Round robin: the search begins at the node after the last placement's and goes once around, so
 * that tasks are dealt out like cards.
 *
 * Source: Nurmi et al.: The Eucalyptus open-source cloud-computing system, CCGrid 2009 (its scheduling
 * policy ROUNDROBIN). */
#include "sim/contract/bb-placement.h"

typedef struct {
    guint32 next;
} State;

static guint
start(const BbPlacement *self, guint n_nodes)
{
    const State *state = self->state;
    return state->next % n_nodes;
}

static void
placed(BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)ask;
    State *state = self->state;
    state->next = node->index + 1;
}

const BbPlacementClass bb_placement_round_robin = {
    .name = "round-robin",
    .summary = "the first node with room after the last placement's node, once around",
    .source = "Nurmi et al., The Eucalyptus open-source cloud-computing system, CCGrid 2009",
    .flags = BB_COST_CONSTANT,
    .state_size = sizeof(State),
    .start = start,
    .placed = placed,
};
