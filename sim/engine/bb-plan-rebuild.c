/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan=rebuild begins from nothing at each pass, and only needs to know who starts now. On a flat pool
 * that spares most of the plan: at the first time H when less is free than any waiting job needs,
 * nobody can run through H, so what starts before H ends by H, and whatever is planned beyond H has no
 * bearing on it. Only jobs no longer than the time to H are looked at, and H comes nearer with every
 * one that is planned. */
#include "sim/engine/bb-plan-private.h"

/* The job's earliest start: it starts, or is held from then on. Nothing is held for one that cannot
 * end by the time given. */
static void
plan_job(BbPlan *plan, BbLive *live, BbTimeUs end_by_us)
{
    do {
        BbTimeUs time = bb_plan_earliest(plan, live, end_by_us);

        if (time != plan->engine->view.now_us) {
            bb_plan_hold(plan, live, time);
            return;
        }
        bb_plan_start(plan, live);
    } while (live->queued && !bb_engine_is_interrupted(plan->engine));
}

static void
plan_everything(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    while ((entry = bb_engine_next_waiting(plan->engine, &walk)))
        plan_job(plan, (BbLive *)entry->record, BB_TIME_NEVER);
}

/* Plans, in queue order, the jobs that could start before H. One that could not is passed over: it
 * starts at H or later. */
static void
plan_before_barrier(BbPlan *plan)
{
    const BbWaitQueue *waiting = plan->engine->waiting;
    gint64 least = bb_wait_queue_min_need(waiting);
    BbWaitLimits limits = {G_MAXINT64, -1, BB_TIME_NEVER};
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    do {
        limits.ends_within_us = bb_profile_free_for(plan->profile, least, &limits.free);
        entry = bb_wait_queue_next_possible(waiting, &walk, &limits);
        if (entry)
            plan_job(plan, (BbLive *)entry->record,
                     bb_time_add(plan->engine->view.now_us, limits.ends_within_us));
    } while (entry && !bb_engine_is_interrupted(plan->engine));
}

void
bb_plan_rebuild(BbPlan *plan, BbPass *pass)
{
    (void)pass;
    bb_plan_start_over(plan);
    if (plan->profile)
        plan_before_barrier(plan);
    else
        plan_everything(plan);
}
