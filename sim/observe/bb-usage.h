/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What a run holds, and what it does with it. */
#pragma once

#include "sim/contract/bb-observer.h"

typedef struct {
    BbResources allocated; /* all of the node for a bare-metal task */
    /* cpu and memory: the used part of the request, rounded half up to a unit a task; disk and gpu:
     * the request. A bare-metal task that requests nothing requests the node. */
    BbResources used;
} BbUsage;

/* O(1); O(placed) for bare-metal runs. */
BbUsage bb_usage_of_run(const BbRun *run, const BbCluster *cluster);
