/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books of running tasks: every start takes, every end gives, once. */
#include "sim/engine/bb-engine-private.h"

#include <string.h>

/* ---- running runs by (release, order of start) ---- */

static guint
release_place(const GPtrArray *releases, const BbRun *run)
{
    guint low = 0, high = releases->len;

    while (low < high) {
        guint middle = (low + high) / 2;
        const BbRun *other = releases->pdata[middle];

        if (other->release_us < run->release_us ||
            (other->release_us == run->release_us && other->seq < run->seq))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
give_back(BbEngine *engine, BbRun *run)
{
    if (run->off_books)
        return;
    run->off_books = TRUE;
    engine->n_gives++;
    bb_search_give(engine->search, engine->cluster, run->record->job.shape, run->placed,
                   run->n_placed);
    if (engine->releases)
        g_ptr_array_remove_index(engine->releases, release_place(engine->releases, run));
}

/* A run that outlives its estimate, as on a node slower than a perfect estimate thinks, stays. */
void
bb_ledger_release_due(BbEngine *engine)
{
    BbTimeUs now = engine->view.now_us;
    const BbRun first_of_now = {.release_us = now};
    guint place = release_place(engine->releases, &first_of_now);

    while (place < engine->releases->len) {
        BbRun *run = engine->releases->pdata[place];

        if (run->release_us > now)
            return;
        if (run->end_us > now)
            place++;
        else
            give_back(engine, run);
    }
}

/* ---- starts ---- */

/* A slower node makes the work longer; the slowest of a gang's nodes decides. Rounded up. */
static BbTimeUs
run_time(const BbEngine *engine, const BbJobRecord *record, const BbPlaced *placed, guint n)
{
    guint32 slowest = G_MAXUINT32;
    BbInt128 scaled;

    if (record->runtime_us == BB_TIME_NEVER)
        return BB_TIME_NEVER;
    for (guint i = 0; i < n; i++)
        slowest = MIN(slowest, bb_cluster_node(engine->cluster, placed[i].node)->speed_milli);
    if (slowest == 1000)
        return record->runtime_us;
    scaled = ((BbInt128)record->runtime_us * 1000 + slowest - 1) / slowest;
    return scaled > BB_TIME_MAX ? BB_TIME_MAX : (BbTimeUs)scaled;
}

static BbRun *
new_run(BbEngine *engine, BbLive *live, const BbPlaced *placed, guint n_placed)
{
    BbJobRecord *record = &live->record;
    BbRun *run = g_malloc(sizeof *run + n_placed * sizeof(BbPlaced));
    BbTimeUs now = engine->view.now_us;
    BbTimeUs length;

    run->record = record;
    run->start_us = run->ready_us = now;
    run->seq = engine->n_runs_started++;
    run->n_tasks = 0;
    for (guint i = 0; i < n_placed; i++)
        run->n_tasks += placed[i].n_tasks;
    run->first_task = record->n_tasks - record->job.n_tasks;
    run->n_placed = n_placed;
    run->off_books = FALSE;
    memcpy(run->placed, placed, n_placed * sizeof(BbPlaced));
    length = run_time(engine, record, run->placed, run->n_placed);
    run->cut = length > record->limit_us;
    run->end_us = bb_time_add(now, MIN(length, record->limit_us));
    run->release_us = bb_time_add(now, record->job.estimate_us);
    run->slot = engine->runs->len;
    g_ptr_array_add(engine->runs, run);
    return run;
}

void
bb_ledger_start(BbEngine *engine, BbLive *live, const BbPlaced *placed, guint n_placed)
{
    BbJobRecord *record = &live->record;
    BbRun *run = new_run(engine, live, placed, n_placed);

    record->job.n_tasks -= run->n_tasks;
    if (record->start_us < 0)
        record->start_us = record->ready_us = engine->view.now_us;
    if (record->job.n_tasks == 0) {
        if (record->state != BB_JOB_KILLED)
            record->state = BB_JOB_RUNNING;
        if (live->queued)
            bb_wait_queue_remove(engine->waiting, record);
        live->queued = FALSE;
    }
    if (engine->releases)
        g_ptr_array_insert(engine->releases, (gint)release_place(engine->releases, run), run);
    if (run->end_us != BB_TIME_NEVER)
        bb_event_queue_push(engine->events, run->end_us, EVENT_END, run);
    engine->view.n_running = engine->runs->len;
    engine->view.n_waiting -= record->job.n_tasks == 0;
    bb_plan_note_start(engine->plan, run);
    BB_TELL(engine, on_start, &engine->view, run);
}

/* ---- ends ---- */

static void
unlink_live(BbEngine *engine, BbLive *live)
{
    *(live->prev ? &live->prev->next : &engine->first) = live->next;
    *(live->next ? &live->next->prev : &engine->last) = live->prev;
}

void
bb_live_free(BbEngine *engine, BbLive *live)
{
    unlink_live(engine, live);
    if (engine->by_id)
        g_hash_table_remove(engine->by_id, live);
    if (live->dependents)
        g_ptr_array_unref(live->dependents);
    g_free(live);
}

/* The job is over: those that waited for it may be queued. */
static void
job_done(BbEngine *engine, BbLive *live)
{
    BB_TELL(engine, on_job_done, &engine->view, &live->record);
    for (guint i = 0; live->dependents && i < live->dependents->len; i++) {
        BbLive *dependent = live->dependents->pdata[i];

        if (--dependent->n_blockers == 0)
            bb_arrival_queue(engine, dependent);
    }
    bb_live_free(engine, live);
}

static void
forget_run(BbEngine *engine, BbRun *run)
{
    BbRun *moved = engine->runs->pdata[engine->runs->len - 1];

    moved->slot = run->slot;
    engine->runs->pdata[run->slot] = moved;
    engine->runs->len--;
    engine->view.n_running = engine->runs->len;
    g_free(run);
}

void
bb_ledger_end(BbEngine *engine, BbRun *run, BbRunEnd how)
{
    BbLive *live = (BbLive *)run->record;
    BbJobRecord *record = &live->record;

    give_back(engine, run);
    bb_plan_note_end(engine->plan, run);
    record->n_ended += run->n_tasks;
    if (how == BB_END_KILLED)
        record->state = BB_JOB_KILLED;
    if (record->n_ended == record->n_tasks) {
        record->finish_us = engine->view.now_us;
        if (record->state != BB_JOB_KILLED)
            record->state = BB_JOB_COMPLETED;
    }
    BB_TELL(engine, on_end, &engine->view, run, how);
    forget_run(engine, run);
    if (record->n_ended == record->n_tasks)
        job_done(engine, live);
}

void
bb_ledger_reject(BbEngine *engine, BbLive *live, const char *reason)
{
    if (live->queued) {
        bb_wait_queue_remove(engine->waiting, &live->record);
        bb_plan_note_gone(engine->plan, live);
    }
    live->queued = FALSE;
    engine->view.n_waiting--;
    live->record.state = BB_JOB_REJECTED;
    live->record.reason = reason;
    BB_TELL(engine, on_reject, &engine->view, &live->record);
    job_done(engine, live);
}

static gint
by_seq(gconstpointer a, gconstpointer b)
{
    const BbRun *x = *(BbRun *const *)a, *y = *(BbRun *const *)b;

    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void
bb_ledger_close(BbEngine *engine)
{
    BB_TELL(engine, on_finish, &engine->view);
    g_ptr_array_sort(engine->runs, by_seq);
    for (guint i = 0; i < engine->runs->len; i++) {
        BB_TELL(engine, on_end, &engine->view, engine->runs->pdata[i], BB_END_UNFINISHED);
    }
    for (BbLive *live = engine->first; live; live = live->next) {
        live->record.state = BB_JOB_UNFINISHED;
        BB_TELL(engine, on_job_done, &engine->view, &live->record);
    }
}
