/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass: what a queue policy may ask and do. A try takes places on the books, asks the reservation
 * in force whether they may be kept beyond its time, and starts the run, or gives them back. */
#include "sim/engine/bb-engine-private.h"

BbTimeUs
bb_pass_now(const BbPass *pass)
{
    return pass->engine->view.now_us;
}

gboolean
bb_pass_is_event(const BbPass *pass)
{
    return pass->engine->options.pass_event;
}

guint64
bb_pass_n_waiting(const BbPass *pass)
{
    return bb_wait_queue_n(pass->engine->waiting);
}

/* ---- the memo of shapes that had no room ---- */

/* Room only grows when something is given back, so "no room for n tasks" holds until then; but one
 * more task can make a spread constraint or an affinity easier, so those are asked again. */
static gboolean
known_blocked(const BbEngine *engine, const BbJob *job)
{
    const BbShapeFacts *facts = bb_search_facts(engine->search, job->shape);

    return job->shape->n_spread == 0 && !(engine->placement->flags & BB_ROOM_MAY_GROW) &&
           facts->blocked_epoch == engine->n_gives &&
           bb_job_least_tasks(job) >= facts->blocked_tasks;
}

static void
note_blocked(BbEngine *engine, const BbJob *job)
{
    BbShapeFacts *facts = bb_search_facts(engine->search, job->shape);
    guint32 least = bb_job_least_tasks(job);

    if (facts->blocked_epoch == engine->n_gives)
        facts->blocked_tasks = MIN(facts->blocked_tasks, least);
    else
        facts->blocked_tasks = least;
    facts->blocked_epoch = engine->n_gives;
}

/* ---- walks ---- */

const BbJob *
bb_pass_next(BbPass *pass, BbWalk *walk)
{
    const BbWaiting *entry = bb_engine_next_waiting(pass->engine, walk);

    return entry ? &entry->record->job : NULL;
}

static const BbJob *
next_possible_flat(const BbEngine *engine, BbWalk *walk, const BbPass *pass)
{
    BbWaitLimits limits = {bb_cluster_free_sum(engine->cluster)->v[BB_CPU], G_MAXINT64,
                           BB_TIME_NEVER};
    const BbWaiting *entry;

    if (pass->hold) {
        limits.extra = bb_shadow_extra(engine->shadow);
        limits.ends_within_us = bb_shadow_time(engine->shadow) - engine->view.now_us;
    }
    entry = bb_engine_is_interrupted(engine)
                ? NULL
                : bb_wait_queue_next_possible(engine->waiting, walk, &limits);
    return entry ? &entry->record->job : NULL;
}

const BbJob *
bb_pass_next_possible(BbPass *pass, BbWalk *walk)
{
    const BbEngine *engine = pass->engine;
    const BbWaiting *entry;

    if (engine->flat)
        return next_possible_flat(engine, walk, pass);
    while ((entry = bb_engine_next_waiting(engine, walk)))
        if (!known_blocked(engine, &entry->record->job))
            return &entry->record->job;
    return NULL;
}

/* ---- tries ---- */

static gboolean
outlasts_hold(const BbPass *pass, const BbJob *job)
{
    return pass->hold && bb_time_add(pass->engine->view.now_us, job->estimate_us) >
                             bb_shadow_time(pass->engine->shadow);
}

/* Takes places for n tasks that may be kept: BB_STARTED, or BB_BLOCKED, BB_HELD with nothing taken. */
static BbTry
take(BbPass *pass, const BbJob *job, guint32 first_task, guint32 n_tasks)
{
    BbEngine *engine = pass->engine;
    gboolean outlasts = outlasts_hold(pass, job);
    BbCluster *also = outlasts && pass->hold_how == BB_RESERVE_NODES && !engine->flat
                          ? bb_shadow_books(engine->shadow)
                          : NULL;
    guint first = engine->placed->len;
    const BbPlaced *placed;

    if (bb_search_place(engine->search, engine->cluster, also, job, first_task, n_tasks, FALSE,
                        engine->view.now_us, engine->placed) == 0)
        return also ? BB_HELD : BB_BLOCKED;
    placed = &g_array_index(engine->placed, BbPlaced, first);
    if (!outlasts || also ||
        bb_shadow_take(engine->shadow, job, placed, engine->placed->len - first))
        return BB_STARTED;
    bb_search_give(engine->search, engine->cluster, job->shape, placed,
                   engine->placed->len - first);
    g_array_set_size(engine->placed, first);
    bb_search_restore(engine->search);
    return BB_HELD;
}

/* As one decision of the policy; no reservation is in force. */
static BbTry
try_group(BbPass *pass, const BbJob *job)
{
    BbEngine *engine = pass->engine;
    BbLive *live = (BbLive *)(gsize)job;
    guint32 n_wanted = job->n_tasks;
    guint32 n = bb_search_place(engine->search, engine->cluster, NULL, job, bb_live_task(live, 0),
                                n_wanted, TRUE, engine->view.now_us, engine->placed);

    if (n == 0)
        return BB_BLOCKED;
    bb_ledger_start_apart(engine, live);
    return n == n_wanted ? BB_STARTED : BB_PARTLY;
}

/* No gang: as many tasks as may start. */
static BbTry
try_tasks(BbPass *pass, const BbJob *job)
{
    BbEngine *engine = pass->engine;
    BbLive *live = (BbLive *)(gsize)job;
    guint32 n = 0, n_wanted = job->n_tasks;
    BbTry answer = BB_STARTED;

    if (engine->placement->klass->choose_group && !pass->hold)
        return try_group(pass, job);
    while (n < n_wanted && !(n > 0 && bb_engine_is_interrupted(engine)) &&
           (answer = take(pass, job, bb_live_task(live, n), 1)) == BB_STARTED)
        n++;
    if (n == 0)
        return answer;
    bb_ledger_start_apart(engine, live);
    return n == n_wanted ? BB_STARTED : BB_PARTLY;
}

/* A gang, or a single task. */
static BbTry
try_whole(BbPass *pass, const BbJob *job)
{
    BbLive *live = (BbLive *)(gsize)job;
    BbTry answer = take(pass, job, bb_live_task(live, 0), job->n_tasks);

    if (answer == BB_STARTED)
        bb_ledger_start_placed(pass->engine, live);
    return answer;
}

BbTry
bb_pass_try(BbPass *pass, const BbJob *job)
{
    BbEngine *engine = pass->engine;
    BbTry answer;

    engine->work.decisions++;
    if (known_blocked(engine, job))
        return BB_BLOCKED;
    g_array_set_size(engine->placed, 0);
    answer = job->gang || job->n_tasks == 1 ? try_whole(pass, job) : try_tasks(pass, job);
    if (answer == BB_BLOCKED)
        note_blocked(engine, job);
    return answer;
}

void
bb_pass_in_order(BbPass *pass, gint64 max_passed)
{
    BbWalk walk = BB_WALK_INIT;
    gint64 n_passed = 0;
    const BbJob *job;

    while ((job = max_passed < 0 ? bb_pass_next_possible(pass, &walk) : bb_pass_next(pass, &walk)))
        if (bb_pass_try(pass, job) != BB_STARTED && max_passed >= 0 && ++n_passed > max_passed)
            return;
}

/* ---- reservations ---- */

BbTimeUs
bb_pass_reserve(BbPass *pass, const BbJob *job, BbReserve how)
{
    BbTimeUs time = bb_shadow_set(pass->engine->shadow, job, how);

    pass->hold = time != BB_TIME_NEVER;
    pass->hold_how = how;
    return time;
}

void
bb_pass_count_no_shadow(BbPass *pass)
{
    pass->engine->work.no_shadow++;
}

void
bb_pass_plan_rebuild(BbPass *pass)
{
    bb_plan_rebuild(pass->engine->plan, pass);
}

void
bb_pass_plan_compress(BbPass *pass)
{
    bb_plan_compress(pass->engine->plan, pass);
}
