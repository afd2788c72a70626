/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop: the next instant is that of the next event or the next row, whichever is earlier; all of
 * the instant is applied, then the queue policy runs once. The next row is always read ahead, so that
 * its time is known. */
#include "sim/engine/bb-engine-private.h"

#include "sim/base/bb-units.h"

BbEngine *
bb_engine_new(BbCluster *cluster, BbJobSource source, BbQueue *queue, BbPlacement *placement,
              const BbEngineOptions *options)
{
    BbEngine *engine = g_new0(BbEngine, 1);

    engine->cluster = cluster;
    engine->source = source;
    engine->queue = queue;
    engine->placement = placement;
    engine->options = *options;
    placement->seed = options->seed;
    placement->modelled = bb_cluster_modelled(cluster);
    if (queue->residents || placement->flags & BB_NEEDS_RESIDENTS)
        bb_cluster_keep_residents(cluster);
    /* A policy that chooses may have reasons of its own against the one node. */
    engine->flat = bb_cluster_is_flat(cluster) && !placement->klass->choose;
    engine->shapes = bb_shapes_new(bb_cluster_names(cluster));
    engine->search = bb_search_new(cluster, placement, options->search, options->seed,
                                   options->ties_random, &engine->work);
    engine->events = bb_event_queue_new();
    engine->waiting = bb_wait_queue_new(queue);
    engine->observers = g_array_new(FALSE, FALSE, sizeof(BbObserver));
    engine->runs = g_ptr_array_new();
    if (queue->klass->projects || options->pass_event)
        engine->releases = g_ptr_array_new();
    engine->fresh = g_ptr_array_new();
    engine->placed = g_array_new(FALSE, FALSE, sizeof(BbPlaced));
    engine->changes = bb_changes_new(cluster);
    if (!engine->releases && !engine->changes)
        engine->packed = bb_packed_new();
    engine->n_gives = 1; /* 0 is "never asked" in the memo of blocked shapes */
    engine->view = (BbView){.cluster = cluster, .work = &engine->work};
    engine->shadow = bb_shadow_new(engine);
    engine->plan = bb_plan_new(engine);
    engine->pass.engine = engine;
    return engine;
}

/* Runs that were evicted live as long as their ends are among the events. */
static void
free_gone(BbEngine *engine)
{
    BbEvent event = engine->ahead;

    if (engine->n_gone == 0)
        return;
    while (bb_event_queue_pop(engine->events, &event))
        if (event.data && ((BbRun *)event.data)->gone)
            g_free(event.data);
}

void
bb_engine_free(BbEngine *engine)
{
    if (!engine)
        return;
    free_gone(engine);
    while (engine->first)
        bb_live_free(engine, engine->first);
    for (guint i = 0; i < engine->runs->len; i++)
        g_free(engine->runs->pdata[i]);
    g_free(engine->spare_live);
    g_free(engine->spare_run);
    bb_packed_free(engine);
    bb_changes_free(engine->changes);
    g_free(engine->strays.unknown);
    g_free(engine->strays.no_room);
    bb_plan_free(engine->plan);
    bb_shadow_free(engine->shadow);
    g_array_unref(engine->placed);
    g_ptr_array_unref(engine->fresh);
    g_clear_pointer(&engine->releases, g_ptr_array_unref);
    g_ptr_array_unref(engine->runs);
    g_array_unref(engine->observers);
    g_clear_pointer(&engine->by_id, g_hash_table_unref);
    bb_wait_queue_free(engine->waiting);
    bb_event_queue_free(engine->events);
    bb_search_free(engine->search);
    bb_shapes_free(engine->shapes);
    g_free(engine);
}

void
bb_engine_add_observer(BbEngine *engine, const BbObserver *observer)
{
    g_array_append_val(engine->observers, *observer);
}

BbTimeUs
bb_engine_now(const BbEngine *engine)
{
    return engine->view.now_us;
}

guint64
bb_engine_n_submitted(const BbEngine *engine)
{
    return engine->n_submitted;
}

const BbStrays *
bb_engine_strays(const BbEngine *engine)
{
    return &engine->strays;
}

const BbWork *
bb_engine_work(const BbEngine *engine)
{
    return &engine->work;
}

static gboolean
read_ahead(BbEngine *engine, GError **error)
{
    BbReadResult result =
        engine->source.next(engine->source.data, &engine->row, &engine->row_workload, error);

    engine->has_row = result == BB_READ_ROW;
    return result != BB_READ_ERROR;
}

/* ---- one pass ---- */

/* unplaced=reject: what had its first pass and did not start goes. TRUE when that let in others, which
 * had none yet. */
static gboolean
reject_fresh(BbEngine *engine)
{
    guint n = engine->fresh->len;

    for (guint i = 0; i < n; i++) {
        BbLive *live = engine->fresh->pdata[i];

        if (live && live->record.start_us < 0)
            bb_ledger_reject(engine, live, "no room when it arrived (unplaced=reject)");
    }
    if (n > 0)
        g_ptr_array_remove_range(engine->fresh, 0, n);
    return engine->fresh->len > 0;
}

static void
run_pass(BbEngine *engine)
{
    do {
        if (engine->judge)
            bb_changes_judge(engine);
        engine->pass.hold = FALSE;
        engine->work.passes++;
        if (bb_wait_queue_n(engine->waiting) > 0) {
            if (engine->queue->klass->schedule)
                engine->queue->klass->schedule(engine->queue, &engine->pass);
            else
                bb_pass_in_order(&engine->pass, 0);
        }
        bb_wait_queue_tidy(engine->waiting);
    } while (reject_fresh(engine));
}

/* ---- one instant ---- */

static gboolean
forget_gone(BbEngine *engine, BbRun *run)
{
    if (!run || !run->gone)
        return FALSE;
    engine->n_gone--;
    g_free(run);
    return TRUE;
}

static BbTimeUs
next_event_time(const BbEngine *engine)
{
    return engine->has_ahead ? engine->ahead.time_us : bb_event_queue_next(engine->events);
}

/* Changes of nodes go on as long as somebody can notice. */
static BbTimeUs
next_change_time(const BbEngine *engine)
{
    gboolean matters = engine->has_row || engine->n_timed > 0 || engine->view.n_waiting > 0;

    return matters ? bb_changes_next(engine->changes) : BB_TIME_NEVER;
}

/* The end of a run that was evicted is no event. Only when it would be next is it taken out, so that
 * nothing can be put before it any more. */
static BbTimeUs
next_time(BbEngine *engine)
{
    for (;;) {
        BbTimeUs event_us = next_event_time(engine);
        BbTimeUs time = MIN(event_us, next_change_time(engine));

        if (engine->has_row)
            time = MIN(time, engine->row.submit_us);
        if (engine->n_gone == 0 || engine->has_ahead || event_us > time || time == BB_TIME_NEVER)
            return time;
        bb_event_queue_pop(engine->events, &engine->ahead);
        engine->has_ahead = !forget_gone(engine, engine->ahead.data);
    }
}

static void
take_event(BbEngine *engine, BbEvent *out)
{
    if (engine->has_ahead)
        *out = engine->ahead;
    else
        bb_event_queue_pop(engine->events, out);
    engine->has_ahead = FALSE;
}

/* FALSE: it was none any more. */
static gboolean
apply_event(BbEngine *engine)
{
    BbEvent event;
    BbRun *run;

    take_event(engine, &event);
    run = bb_packed_run_of(engine, event.data);
    if (forget_gone(engine, run))
        return FALSE;
    engine->work.events++;
    if (!run)
        bb_plan_note_wake(engine->plan);
    else
        bb_ledger_end(engine, run, run->cut ? BB_END_KILLED : BB_END_COMPLETED);
    return TRUE;
}

static gboolean
event_is_due(const BbEngine *engine)
{
    return next_event_time(engine) == engine->view.now_us;
}

static gboolean
change_is_due(const BbEngine *engine)
{
    return bb_changes_next(engine->changes) == engine->view.now_us;
}

/* Ends come before changes, wake-ups after them. */
static gboolean
change_is_first(BbEngine *engine)
{
    BbEvent event;

    if (!change_is_due(engine) || !event_is_due(engine))
        return change_is_due(engine);
    take_event(engine, &event);
    if (event.event_class == EVENT_END) {
        engine->ahead = event;
        engine->has_ahead = TRUE;
        return FALSE;
    }
    bb_event_queue_push(engine->events, event.time_us, event.event_class, event.data);
    return TRUE;
}

static gboolean
row_is_due(const BbEngine *engine)
{
    return engine->has_row && engine->row.submit_us == engine->view.now_us;
}

static gboolean
is_anything_due(const BbEngine *engine)
{
    return event_is_due(engine) || row_is_due(engine) || change_is_due(engine);
}

static gboolean
apply_row(BbEngine *engine, GError **error)
{
    engine->work.events++;
    return bb_arrival_take(engine, error) && read_ahead(engine, error);
}

/* The policy cannot go on: TRUE, and the error says why and how far it came. */
static gboolean
failed(const BbEngine *engine, GError **error)
{
    g_autoptr(GString) at = NULL;

    if (!engine->placement->failure)
        return FALSE;
    at = g_string_new(NULL);
    bb_append_seconds(at, engine->view.now_us);
    bb_error_set(error, BB_ERROR_POLICY,
                 "placement %s: %s (after %" G_GUINT64_FORMAT " jobs, at %s s of simulated time)",
                 engine->placement->klass->name, engine->placement->failure->message,
                 engine->n_submitted, at->str);
    return TRUE;
}

/* Somebody wants the run to end: TRUE, and the error says how far it came. */
static gboolean
interrupted(const BbEngine *engine, GError **error)
{
    g_autoptr(GString) at = NULL;

    if (!bb_engine_is_interrupted(engine))
        return FALSE;
    at = g_string_new(NULL);
    bb_append_seconds(at, engine->view.now_us);
    bb_error_set(error, BB_ERROR_INTERRUPTED,
                 "interrupted after %" G_GUINT64_FORMAT " jobs, at %s s of simulated time",
                 engine->n_submitted, at->str);
    return TRUE;
}

/* Ends, changes of nodes, submissions, then one pass; again while that brought about more now. */
static gboolean
one_pass_instant(BbEngine *engine, GError **error)
{
    while (is_anything_due(engine)) {
        while (event_is_due(engine))
            apply_event(engine);
        while (change_is_due(engine))
            bb_changes_apply(engine);
        while (row_is_due(engine))
            if (!apply_row(engine, error))
                return FALSE;
        run_pass(engine);
        if (failed(engine, error) || interrupted(engine, error))
            return FALSE;
    }
    return TRUE;
}

/* Submissions, ends, changes of nodes, wake-ups, a pass after each. */
static gboolean
pass_per_event_instant(BbEngine *engine, GError **error)
{
    while (is_anything_due(engine)) {
        if (engine->options.kill_at_estimate)
            bb_ledger_release_due(engine);
        if (row_is_due(engine)) {
            if (!apply_row(engine, error))
                return FALSE;
        } else if (change_is_first(engine)) {
            bb_changes_apply(engine);
        } else if (!apply_event(engine)) {
            continue;
        }
        run_pass(engine);
        if (failed(engine, error) || interrupted(engine, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bb_engine_run(BbEngine *engine, GError **error)
{
    if (engine->placement->klass->begin &&
        !engine->placement->klass->begin(engine->placement, engine->cluster, error))
        return FALSE;
    if (!read_ahead(engine, error))
        return FALSE;
    for (;;) {
        BbTimeUs now = next_time(engine);

        if (now == BB_TIME_NEVER || now > engine->options.until_us)
            break;
        engine->view.now_us = now;
        if (!(engine->options.pass_event ? pass_per_event_instant(engine, error)
                                         : one_pass_instant(engine, error)))
            return FALSE;
        bb_packed_settle(engine);
        BB_TELL(engine, on_instant, &engine->view);
    }
    if (engine->options.until_us != BB_TIME_NEVER)
        engine->view.now_us = MAX(engine->view.now_us, engine->options.until_us);
    bb_ledger_close(engine);
    return TRUE;
}
