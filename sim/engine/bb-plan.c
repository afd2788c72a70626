/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conservative backfilling (Mu'alem and Feitelson 2001; Feitelson and Weil 1998): every waiting job
 * has a reserved start that nothing behind it may delay. Of a job that is no gang one task at a time
 * is reserved.
 *
 * What is held over time stands in a BbProfile on a flat pool and in a BbForecast on real nodes.
 *
 * plan=rebuild begins from nothing at each pass, and only needs to know who starts now. On a flat pool
 * that spares most of the plan: at the first time H when less is free than any waiting job needs,
 * nobody can run through H, so what starts before H ends by H, and whatever is planned beyond H has no
 * bearing on it. Only jobs no longer than the time to H are looked at, and H comes nearer with every
 * one that is planned. */
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

static BbTimeUs
earliest(BbPlan *plan, const BbLive *live)
{
    const BbJob *job = &live->record.job;

    if (plan->profile)
        return bb_profile_earliest(plan->profile, need_of(live), length_of(live),
                                   plan->engine->view.now_us);
    return bb_forecast_earliest(plan->forecast, job, bb_job_least_tasks(job), length_of(live),
                                plan->engine->view.now_us, plan->placed);
}

static void
hold(BbPlan *plan, BbLive *live, BbTimeUs start_us)
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

static void
drop(BbPlan *plan, BbLive *live)
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
static gboolean
anything_outlived(const BbEngine *engine)
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
static void
start_over(BbPlan *plan)
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
    plan->beyond = anything_outlived(engine);
    plan->valid = TRUE;
}

/* ---- starting ---- */

/* Starts what is due, at the places planned; its hold becomes that of a run. */
static void
start(BbPlan *plan, BbLive *live)
{
    BbEngine *engine = plan->engine;
    const BbJob *job = &live->record.job;
    guint32 n_tasks = bb_job_least_tasks(job);
    guint32 first_task = live->record.n_tasks - job->n_tasks;

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
    bb_ledger_start(engine, live, engine->placed, n_tasks);
    plan->starting = FALSE;
}

/* ---- rebuild ---- */

/* The job's earliest start: it starts, or is held from then on. TRUE: all of it started. */
static gboolean
plan_job(BbPlan *plan, BbLive *live)
{
    for (;;) {
        BbTimeUs time = earliest(plan, live);

        if (time != plan->engine->view.now_us) {
            hold(plan, live, time);
            return FALSE;
        }
        start(plan, live);
        if (!live->queued)
            return TRUE;
    }
}

static void
plan_everything(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    while ((entry = bb_wait_queue_next(plan->engine->waiting, &walk)))
        plan_job(plan, (BbLive *)entry->record);
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
            plan_job(plan, (BbLive *)entry->record);
    } while (entry);
}

void
bb_plan_rebuild(BbPlan *plan, BbPass *pass)
{
    (void)pass;
    start_over(plan);
    if (plan->profile)
        plan_before_barrier(plan);
    else
        plan_everything(plan);
}

/* ---- compress ---- */

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
    hold(plan, live, earliest(plan, live));
    if (live->planned_us != before_us && needs_event(plan, live->planned_us))
        bb_event_queue_push(plan->engine->events, live->planned_us, EVENT_WAKE, NULL);
}

/* Every waiting job, in queue order, is taken out and put in again; a start that is now stands. */
static void
compress(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    while ((entry = bb_wait_queue_next(plan->engine->waiting, &walk))) {
        BbLive *live = (BbLive *)entry->record;
        BbTimeUs before = live->planned_us;

        if (before < 0 || before == plan->engine->view.now_us)
            continue;
        drop(plan, live);
        reserve(plan, live, before);
    }
}

static void
reserve_fresh(BbPlan *plan)
{
    for (guint i = 0; i < plan->fresh->len; i++)
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
    drop(plan, live);
    reserve(plan, live, now);
    return live->planned_us == now;
}

/* Starts a job whose reserved start is now; of a job that is no gang, task after task. */
static void
start_reserved(BbPlan *plan, BbLive *live)
{
    while (live->queued && live->planned_us == plan->engine->view.now_us) {
        if (plan->forecast && !places_hold(plan, live))
            return;
        drop(plan, live);
        start(plan, live);
        if (live->queued)
            reserve(plan, live, -1);
    }
}

static void
start_all_reserved(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    while ((entry = bb_wait_queue_next(plan->engine->waiting, &walk)))
        start_reserved(plan, (BbLive *)entry->record);
}

/* Every reservation anew: at the beginning, and when the plan cannot be mended. */
static void
reserve_everything(BbPlan *plan)
{
    BbWalk walk = BB_WALK_INIT;
    const BbWaiting *entry;

    start_over(plan);
    g_ptr_array_set_size(plan->fresh, 0);
    while ((entry = bb_wait_queue_next(plan->engine->waiting, &walk)))
        reserve(plan, (BbLive *)entry->record, -1);
}

void
bb_plan_compress(BbPlan *plan, BbPass *pass)
{
    plan->compresses = TRUE;
    if (!plan->valid || anything_outlived(pass->engine)) {
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
    else if (plan->compresses)
        give_tail(plan, run);
    else if (held_until(run, plan->engine->view.now_us) > plan->engine->view.now_us)
        plan->valid = FALSE;
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
        drop(plan, live);
}

void
bb_plan_note_wake(BbPlan *plan)
{
    plan->woken = TRUE;
}
