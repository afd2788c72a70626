/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan=compress keeps reserved starts, and after every end of a run moves each, in queue order, as
 * early as it can. */
#include "sim/engine/bb-plan-private.h"

/* A reserved start is an event of its own, unless this very pass starts what is due now. While
 * a run has outlived its estimate every pass plans anew, and later starts are but guesses; ends of
 * runs, which are events, settle them. */
static gboolean
needs_event(const BbPlan *plan, BbTimeUs time_us)
{
    BbTimeUs now = plan->engine->view.now_us;

    if (time_us > now)
        return time_us != BB_TIME_NEVER && !plan->beyond;
    return plan->engine->options.pass_event;
}

static void
reserve(BbPlan *plan, BbLive *live, BbTimeUs before_us)
{
    bb_plan_hold(plan, live, bb_plan_earliest(plan, live, BB_TIME_NEVER));
    if (live->planned_us != before_us && needs_event(plan, live->planned_us))
        bb_event_queue_push(plan->engine->events, live->planned_us, EVENT_WAKE, NULL);
}

/* Every waiting job, in queue order, is taken out and put in again; a start that is now stands. */
static void
compress(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    while ((entry = bb_engine_next_waiting(plan->engine, &walk))) {
        BbLive *live = (BbLive *)entry->record;
        BbTimeUs before = live->planned_us;

        if (before < 0 || before == plan->engine->view.now_us)
            continue;
        bb_plan_drop(plan, live);
        reserve(plan, live, before);
    }
}

static void
reserve_fresh(BbPlan *plan)
{
    for (guint i = 0; i < plan->fresh->len && !bb_engine_is_interrupted(plan->engine); i++)
        reserve(plan, plan->fresh->pdata[i], -1);
    g_ptr_array_set_size(plan->fresh, 0);
}

/* The places held for the job now; FALSE when they will not do any more: the spread is another than
 * planned, and a later start is reserved. */
static gboolean
places_hold(BbPlan *plan, BbLive *live)
{
    BbTimeUs now = plan->engine->view.now_us;

    if (live->record.job.shape->n_spread == 0) {
        bb_forecast_places(plan->forecast, live, plan->placed);
        return TRUE;
    }
    bb_plan_drop(plan, live);
    reserve(plan, live, now);
    return live->planned_us == now;
}

/* Starts a job whose reserved start is now; of a job that is no gang, task after task. */
static void
start_reserved(BbPlan *plan, BbLive *live)
{
    while (live->queued && live->planned_us == plan->engine->view.now_us &&
           !bb_engine_is_interrupted(plan->engine)) {
        if (plan->forecast && !places_hold(plan, live))
            return;
        bb_plan_drop(plan, live);
        bb_plan_start(plan, live);
        if (live->queued)
            reserve(plan, live, -1);
    }
}

static void
start_all_reserved(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    while ((entry = bb_engine_next_waiting(plan->engine, &walk)))
        start_reserved(plan, (BbLive *)entry->record);
}

/* Every reservation anew: at the beginning, and when the plan cannot be mended. */
static void
reserve_everything(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    bb_plan_start_over(plan);
    g_ptr_array_set_size(plan->fresh, 0);
    while ((entry = bb_engine_next_waiting(plan->engine, &walk)))
        reserve(plan, (BbLive *)entry->record, -1);
}

void
bb_plan_compress(BbPlan *plan, BbPass *pass)
{
    plan->compresses = TRUE;
    if (!plan->valid || bb_plan_outlived(pass->engine)) {
        reserve_everything(plan);
    } else {
        if (plan->profile)
            bb_profile_advance(plan->profile, pass->engine->view.now_us);
        if (plan->ended)
            compress(plan);
        reserve_fresh(plan);
    }
    if (!bb_pass_is_event(pass) || plan->woken)
        start_all_reserved(plan);
    plan->ended = plan->woken = FALSE;
}
