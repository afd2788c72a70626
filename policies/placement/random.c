/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random: each node on which the task has room is as likely. The draw is keyed by the seed, the job
 * and the task, so another policy's decisions do not shift it.
 *
 * Source: docker-archive/classicswarm scheduler/strategy/random.go, which shuffles all nodes. */
#include "sim/contract/bb-placement.h"

const BbPlacementClass bb_placement_random = {
    .name = "random",
    .summary = "any node that has room, each as likely",
    .source = "docker-archive/classicswarm scheduler/strategy/random.go",
    .flags = BB_COST_CONSTANT | BB_PICK_RANDOM,
};
