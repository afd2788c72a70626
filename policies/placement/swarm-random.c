/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Docker Swarm's random: any node that passes all filters, each as likely. (Swarm itself does not ask
 * whether there is room; the simulator does.)
 *
 * Source: docker-archive/classicswarm scheduler/strategy/random.go. */
#include "sim/contract/bb-placement.h"

#include "policies/profiles/swarm/swarm-placement.h"

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    return swarm_placement_choose(self, ask, choice, SWARM_RANDOM);
}

const BbPlacementClass bb_placement_swarm_random = {
    .name = "swarm-random",
    .summary = "Docker Swarm's filters, then any node",
    .source = "docker-archive/classicswarm scheduler/strategy/random.go",
    .flags = BB_NEEDS_RESIDENTS | BB_ROOM_MAY_GROW,
    .begin = swarm_placement_begin,
    .clear = swarm_placement_clear,
    .choose = choose,
};
