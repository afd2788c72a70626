/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Who holds what on which real node, from when to when: the twin of BbProfile for clusters that
 * are not one flat pool. A place found in it is on named nodes and holds for the whole duration.
 * Plain and exact; cost of a search: instants x nodes x holders of a node. */
#pragma once

#include "sim/engine/bb-search.h"

typedef struct _BbForecast BbForecast;

/* Borrows all. `real`: what is taken now; `empty`: books on which nothing is taken. */
BbForecast *bb_forecast_new(const BbCluster *real, const BbCluster *empty, BbSearch *search);
void bb_forecast_free(BbForecast *forecast);

void bb_forecast_reset(BbForecast *forecast);
/* `owner` tells holders apart; borrowed. */
void bb_forecast_hold(BbForecast *forecast, gconstpointer owner, const BbShape *shape,
                      const BbPlaced *placed, guint n, BbTimeUs from_us, BbTimeUs to_us);
/* Everything of the owner goes. O(holders). */
void bb_forecast_drop(BbForecast *forecast, gconstpointer owner);
/* The places that an owner holds, to `placed` (emptied first). O(holders). */
void bb_forecast_places(const BbForecast *forecast, gconstpointer owner, GArray *placed);
/* The first time, not before now, at which n_tasks tasks of the job have places for its whole
 * length; the places go to `placed` (of BbPlaced, emptied first). BB_TIME_NEVER: there is none.
 * Spread is judged as of the start alone, now by the real books; a plan does not hold it. */
BbTimeUs bb_forecast_earliest(BbForecast *forecast, const BbJob *job, guint32 n_tasks,
                              BbTimeUs length_us, BbTimeUs now_us, GArray *placed);
