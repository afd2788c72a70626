/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Docker Swarm's spread: among the nodes that pass all filters, the one with the least reserved of what
 * the container asks for, then the fewest containers, then the first.
 *
 * Source: docker-archive/classicswarm scheduler/strategy/spread.go. */
#include "sim/contract/bb-placement.h"

#include "policies/profiles/swarm/swarm-placement.h"

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    return swarm_placement_choose(self, ask, choice, SWARM_SPREAD);
}

const BbPlacementClass bb_placement_swarm_spread = {
    .name = "swarm-spread",
    .summary = "Docker Swarm's filters, then the node with the least reserved",
    .source = "docker-archive/classicswarm scheduler/strategy/spread.go",
    .params = swarm_placement_params,
    .flags = BB_NEEDS_RESIDENTS | BB_ROOM_MAY_GROW,
    .begin = swarm_placement_begin,
    .clear = swarm_placement_clear,
    .choose = choose,
};
