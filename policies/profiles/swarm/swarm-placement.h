/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the placements swarm-spread, swarm-binpack and swarm-random share: the simulator's nodes and
 * shapes as Swarm's nodes and containers, kept from one decision to the next.
 *
 * Modelled: all filters and both passes over a container's `spec` (swarm-json.h), labels of nodes,
 * `containerslots`, health, images, per cent scores over totals with overcommit. Not modelled: Swarm's
 * overcommit of room (the simulator hands out no more than a node has, so a node file that means to
 * allow for it says so in its capacities) and rescheduling of containers of lost nodes, which is the
 * engine's. A job's tasks are containers that are all the same. */
#pragma once

#include "swarm.h"

#include "sim/contract/bb-placement.h"

/* Parameters of the strategies that weigh. */
extern const BbParam swarm_placement_params[];

gboolean swarm_placement_begin(BbPlacement *self, const BbCluster *cluster, GError **error);
void swarm_placement_clear(BbPlacement *self);
gint swarm_placement_choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice,
                            SwarmStrategy strategy);
