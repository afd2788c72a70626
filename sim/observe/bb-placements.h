/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Which nodes a job was on, gathered run by run until the job is over. */
#pragma once

#include "sim/contract/bb-observer.h"

typedef struct {
    guint32 node;
    guint32 n_tasks;
} BbNodeTasks;

typedef struct _BbPlacements BbPlacements;

BbPlacements *bb_placements_new(void);
void bb_placements_free(BbPlacements *placements);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbPlacements, bb_placements_free)

/* Remembers the run's nodes under its job's seq. O(placed). */
void bb_placements_add(BbPlacements *placements, const BbRun *run);
/* All nodes of the job, in order of index, each once; and forgets them. NULL when it was never
 * placed. Borrowed until the next call. */
const BbNodeTasks *bb_placements_take(BbPlacements *placements, guint64 seq, guint *out_n);
