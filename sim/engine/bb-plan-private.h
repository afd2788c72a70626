/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What the two kinds of plan share. Only bb-plan*.c include this. */
#pragma once

#include "sim/engine/bb-engine-private.h"
#include "sim/engine/bb-forecast.h"
#include "sim/engine/bb-profile.h"

struct _BbPlan {
    BbEngine *engine;
    BbProfile *profile;   /* flat; else NULL */
    BbForecast *forecast; /* real nodes; else NULL */
    GPtrArray *fresh;     /* compress: jobs without a start yet; of BbLive */
    GArray *placed;       /* places of the last search on real nodes */
    gboolean compresses;  /* plan=compress */
    gboolean valid;       /* compress: what is held is what runs and what is planned */
    gboolean beyond;      /* runs that outlived their estimates are held for a moment more */
    gboolean starting;    /* the plan is starting a job */
    gboolean ended;       /* compress: runs ended since the last pass */
    gboolean woken;       /* compress under pass_event: this pass is that of a reserved start */
};

/* When the job, or one task of a job that is no gang, can start at the earliest if it must end by
 * `end_by` (BB_TIME_NEVER: any time; only that on real nodes); BB_TIME_NEVER: not at all. Its places
 * on real nodes stand in plan->placed then. */
BbTimeUs bb_plan_earliest(BbPlan *plan, const BbLive *live, BbTimeUs end_by_us);
/* Holds what it will use from then on (at plan->placed on real nodes), or nothing when that is never. */
void bb_plan_hold(BbPlan *plan, BbLive *live, BbTimeUs start_us);
void bb_plan_drop(BbPlan *plan, BbLive *live);
/* Starts it now, at the places found; not held by itself any more but by its run. */
void bb_plan_start(BbPlan *plan, BbLive *live);
/* Only what runs is held; nothing is planned. */
void bb_plan_start_over(BbPlan *plan);
/* Is a run beyond its estimate? It is in the way of a plan that counted on its end. */
gboolean bb_plan_outlived(const BbEngine *engine);
