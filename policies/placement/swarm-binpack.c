/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Docker Swarm's binpack: among the nodes that pass all filters, the one with the most reserved of what
 * the container asks for, then the most containers, then the first.
 *
 * Source: docker-archive/classicswarm scheduler/strategy/binpack.go. */
#include "sim/contract/bb-placement.h"

#include "policies/profiles/swarm/swarm-placement.h"

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    return swarm_placement_choose(self, ask, choice, SWARM_BINPACK);
}

const BbPlacementClass bb_placement_swarm_binpack = {
    .name = "swarm-binpack",
    .summary = "Docker Swarm's filters, then the node with the most reserved",
    .source = "docker-archive/classicswarm scheduler/strategy/binpack.go",
    .params = swarm_placement_params,
    .flags = BB_NEEDS_RESIDENTS | BB_ROOM_MAY_GROW,
    .begin = swarm_placement_begin,
    .clear = swarm_placement_clear,
    .choose = choose,
};
