/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. timeline.csv: one row for each instant at whose end something differs from the row before.
 * queued = jobs not started yet, or evicted as a whole since; running = all others that are not over;
 * capacity = of nodes that are up. */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/contract/bb-observer.h"

typedef struct _BbTimeline BbTimeline;

/* Writes into `file` as it goes; borrowed, the caller closes it after the simulation. `modelled`: of
 * the cluster, says which columns there are. */
BbTimeline *bb_timeline_new(guint32 modelled, BbOutputFile *file);
void bb_timeline_free(BbTimeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbTimeline, bb_timeline_free)

BbObserver bb_timeline_observer(BbTimeline *timeline);
