/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conservative backfilling (Mu'alem and Feitelson 2001; Feitelson and Weil 1998): every waiting job
 * has a reserved start that nothing behind it may delay. Of a job that is no gang one task at a time
 * is reserved.
 *
 * What is held over time stands in a BbProfile on a flat pool and in a BbForecast on real nodes.
 */
#include "sim/engine/bb-plan-private.h"

BbPlan *
bb_plan_new(BbEngine *engine)
{
    BbPlan *plan;

    if (!engine->queue->klass->projects)
        return NULL;
    plan = g_new0(BbPlan, 1);
    plan->engine = engine;
    plan->fresh = g_ptr_array_new();
    plan->placed = g_array_new(FALSE, FALSE, sizeof(BbPlaced));
    return plan;
}

void
bb_plan_free(BbPlan *plan)
{
    if (!plan)
        return;
    bb_profile_free(plan->profile);
    bb_forecast_free(plan->forecast);
    g_ptr_array_unref(plan->fresh);
    g_array_unref(plan->placed);
    g_free(plan);
}

/* ---- holding, on either ---- */

static gint64
need_of(const BbLive *live)
{
    return live->record.job.shape->need.v[BB_CPU] * bb_job_least_tasks(&live->record.job);
}

/* A run of no length holds its place until its end is an event: for a moment. */
static BbTimeUs
length_of(const BbLive *live)
{
    return MAX(live->record.job.estimate_us, 1);
}

static BbTimeUs
end_of(const BbLive *live)
{
    return bb_time_add(live->planned_us, length_of(live));
}

BbTimeUs
bb_plan_earliest(BbPlan *plan, const BbLive *live, BbTimeUs end_by_us)
{
    const BbJob *job = &live->record.job;
    BbTimeUs length = length_of(live);

    if (plan->profile)
        return bb_profile_earliest(plan->profile, need_of(live), length,
                                   end_by_us == BB_TIME_NEVER ? end_by_us : end_by_us - length);
    return bb_forecast_earliest(plan->forecast, job, bb_job_least_tasks(job), length,
                                plan->engine->view.now_us, plan->placed);
}

void
bb_plan_hold(BbPlan *plan, BbLive *live, BbTimeUs start_us)
{
    live->planned_us = start_us;
    if (start_us == BB_TIME_NEVER)
        return;
    if (plan->profile)
        bb_profile_add(plan->profile, start_us, end_of(live), -need_of(live));
    else
        bb_forecast_hold(plan->forecast, live, live->record.job.shape,
                         (const BbPlaced *)(gconstpointer)plan->placed->data, plan->placed->len,
                         start_us, end_of(live));
}

void
bb_plan_drop(BbPlan *plan, BbLive *live)
{
    if (live->planned_us < 0 || live->planned_us == BB_TIME_NEVER)
        return;
    if (plan->profile)
        bb_profile_add(plan->profile, live->planned_us, end_of(live), need_of(live));
    else
        bb_forecast_drop(plan->forecast, live);
    live->planned_us = -1;
}

static void
hold_run(BbPlan *plan, const BbRun *run)
{
    BbTimeUs now = plan->engine->view.now_us;

    if (plan->profile)
        bb_profile_add(plan->profile, now, bb_run_release(run, now), -bb_run_cpu(run));
    else
        bb_forecast_hold(plan->forecast, run, run->record->job.shape, run->placed, run->n_placed,
                         run->start_us, bb_run_release(run, now));
}

/* A run that outlived its estimate is in the way of a plan that counted on its end. */
gboolean
bb_plan_outlived(const BbEngine *engine)
{
    return engine->releases->len > 0 &&
           ((const BbRun *)engine->releases->pdata[0])->release_us <= engine->view.now_us;
}

static void
make_holder(BbPlan *plan)
{
    BbSearch *search = plan->engine->search;

    if (plan->profile || plan->forecast)
        return;
    if (plan->engine->flat)
        plan->profile = bb_profile_new();
    else
        plan->forecast = bb_forecast_new(plan->engine->cluster, bb_search_empty(search), search);
}

/* Only what runs is held; nothing is planned. */
void
bb_plan_start_over(BbPlan *plan)
{
    const BbEngine *engine = plan->engine;
    const GPtrArray *releases = engine->releases;
    BbTimeUs now = engine->view.now_us;

    make_holder(plan);
    if (plan->profile) {
        bb_profile_reset(plan->profile, now, bb_cluster_free_sum(engine->cluster)->v[BB_CPU]);
        for (guint i = 0; i < releases->len; i++)
            bb_profile_append(plan->profile, bb_run_release(releases->pdata[i], now),
                              bb_run_cpu(releases->pdata[i]));
    } else {
        bb_forecast_reset(plan->forecast);
        for (guint i = 0; i < releases->len; i++)
            hold_run(plan, releases->pdata[i]);
    }
    plan->beyond = bb_plan_outlived(engine);
    plan->valid = TRUE;
}

/* ---- starting ---- */

/* Starts what is due, at the places planned; its hold becomes that of a run. */
void
bb_plan_start(BbPlan *plan, BbLive *live)
{
    BbEngine *engine = plan->engine;
    const BbJob *job = &live->record.job;
    guint32 n_tasks = bb_job_least_tasks(job);
    guint32 first_task = bb_live_task(live, 0);

    engine->work.decisions++;
    g_array_set_size(engine->placed, 0);
    if (plan->profile) {
        bb_search_place(engine->search, engine->cluster, NULL, job, first_task, n_tasks, FALSE,
                        engine->view.now_us, engine->placed);
    } else {
        g_array_append_vals(engine->placed, plan->placed->data, plan->placed->len);
        bb_search_take_found(engine->search, engine->cluster, job, first_task, engine->view.now_us,
                             engine->placed);
    }
    live->planned_us = -1;
    plan->starting = TRUE;
    bb_ledger_start_placed(engine, live);
    plan->starting = FALSE;
}

/* ---- news ---- */

void
bb_plan_note_start(BbPlan *plan, const BbRun *run)
{
    if (!plan || !plan->valid)
        return;
    /* What starts without being planned may stand where something else is. */
    if (plan->starting)
        hold_run(plan, run);
    else
        plan->valid = FALSE;
}

/* A run of no length is held for a moment after its end. */
static BbTimeUs
held_until(const BbRun *run, BbTimeUs now_us)
{
    return run->start_us == now_us ? bb_run_release(run, now_us) : run->release_us;
}

static void
give_tail(BbPlan *plan, const BbRun *run)
{
    BbTimeUs now = plan->engine->view.now_us;

    if (plan->profile)
        bb_profile_add(plan->profile, now, held_until(run, now), bb_run_cpu(run));
    else
        bb_forecast_drop(plan->forecast, run);
}

void
bb_plan_note_end(BbPlan *plan, const BbRun *run)
{
    if (!plan || !plan->compresses || !plan->valid)
        return;
    plan->ended = TRUE;
    if (run->release_us < plan->engine->view.now_us ||
        (plan->beyond && run->release_us == plan->engine->view.now_us))
        plan->valid = FALSE;
    else
        give_tail(plan, run);
}

void
bb_plan_note_queued(BbPlan *plan, BbLive *live)
{
    if (plan && plan->compresses)
        g_ptr_array_add(plan->fresh, live);
}

void
bb_plan_note_gone(BbPlan *plan, BbLive *live)
{
    if (!plan || !plan->compresses)
        return;
    g_ptr_array_remove(plan->fresh, live);
    if (plan->valid)
        bb_plan_drop(plan, live);
}

void
bb_plan_note_wake(BbPlan *plan)
{
    plan->woken = TRUE;
}

void
bb_plan_note_nodes(BbPlan *plan)
{
    if (plan)
        plan->valid = FALSE;
}
