/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What no policy could beat, found while a run goes on: bounds on the makespan and on the number of
 * nodes that a standing population needs. No bound holds for waits.
 *
 *   area     max over submissions r of r + (work submitted at or after r) / capacity, over resources
 *   longest  max of submission + run time
 *   volume   fewest nodes, largest first, that hold what the tasks that never end need, by resource
 *   L2       Martello & Toth's bound of the same (bb-pack-bound.h), where all nodes are equal
 *
 * Work is that of jobs that came to their end, alone on the fastest node. Where jobs were rejected or
 * are unfinished, r is the first submission only. O(1) a job, 40 bytes a task that never ends. */
#pragma once

#include "sim/contract/bb-observer.h"
#include "sim/report/bb-summary.h"

typedef struct _BbBoundsFinder BbBoundsFinder;

/* Borrows the cluster. */
BbBoundsFinder *bb_bounds_finder_new(const BbCluster *cluster);
void bb_bounds_finder_free(BbBoundsFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbBoundsFinder, bb_bounds_finder_free)
BbObserver bb_bounds_finder_observer(BbBoundsFinder *finder);
/* After the run. */
BbBounds bb_bounds_finder_get(const BbBoundsFinder *finder);
