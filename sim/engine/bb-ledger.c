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
    bb_changes_note_end(engine->changes, run);
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

void
bb_ledger_set_end(const BbEngine *engine, BbRun *run)
{
    const BbJobRecord *record = run->record;
    BbTimeUs length = run_time(engine, record, run->placed, run->n_placed);

    run->cut = length > record->limit_us;
    run->end_us = bb_time_add(run->start_us, MIN(length, record->limit_us));
    run->release_us = bb_time_add(run->start_us, record->job.estimate_us);
}

static BbRun *
new_run(BbEngine *engine, BbLive *live, const BbPlaced *placed, guint n_placed)
{
    BbJobRecord *record = &live->record;
    BbRun *run = bb_run_new(engine, n_placed);

    run->record = record;
    run->start_us = run->ready_us = engine->view.now_us;
    run->seq = engine->n_runs_started++;
    for (guint i = 0; i < n_placed; i++)
        run->n_tasks += placed[i].n_tasks;
    run->first_task = bb_live_task(live, 0);
    run->ends_wait = record->waiting_since_us >= 0;
    memcpy(run->placed, placed, n_placed * sizeof(BbPlaced));
    bb_ledger_set_end(engine, run);
    bb_run_append(engine, run);
    return run;
}

/* Ends of runs that may be packed come among the events with them. */
static void
await_end(BbEngine *engine, BbRun *run)
{
    if (run->end_us == BB_TIME_NEVER)
        return;
    if (engine->packed && run->end_us > engine->view.now_us)
        bb_packed_add(engine->packed, run);
    else
        bb_event_queue_push(engine->events, run->end_us, EVENT_END, run);
}

/* Some of its tasks wait no longer. */
static void
count_started(const BbEngine *engine, BbLive *live, const BbRun *run)
{
    BbJobRecord *record = &live->record;
    BbTimeUs now = engine->view.now_us;

    if (live->again && live->again->len > 0)
        g_array_remove_range(live->again, 0, MIN(run->n_tasks, live->again->len));
    record->job.n_tasks -= run->n_tasks;
    if (record->start_us < 0)
        record->start_us = record->ready_us = now;
    if (record->waiting_since_us >= 0)
        record->waited_us += now - record->waiting_since_us;
    record->waiting_since_us = -1;
}

void
bb_ledger_start(BbEngine *engine, BbLive *live, const BbPlaced *placed, guint n_placed)
{
    BbJobRecord *record = &live->record;
    BbRun *run = new_run(engine, live, placed, n_placed);

    count_started(engine, live, run);
    if (record->job.n_tasks == 0) {
        if (record->state != BB_JOB_KILLED)
            record->state = BB_JOB_RUNNING;
        if (live->queued)
            bb_wait_queue_remove(engine->waiting, record);
        live->queued = FALSE;
    }
    if (engine->releases)
        g_ptr_array_insert(engine->releases, (gint)release_place(engine->releases, run), run);
    await_end(engine, run);
    bb_changes_note_start(engine->changes, run);
    engine->view.n_waiting -= record->job.n_tasks == 0;
    bb_plan_note_start(engine->plan, run);
    BB_TELL(engine, on_start, &engine->view, run);
}

/* Tasks of a job that is no gang are one run as far as their nodes are equally fast: each ends when its
 * own node has done its work. Where nodes may be lost, each may be lost alone. */
static gboolean
end_together(const BbEngine *engine, const BbPlaced *a, const BbPlaced *b)
{
    const BbNode *nodes = bb_cluster_nodes(engine->cluster);

    return nodes[a->node].speed_milli == nodes[b->node].speed_milli &&
           (!engine->changes || a->node == b->node);
}

/* Tasks of a run have numbers that follow each other; those of tasks that start again need not. */
static void
start_each(BbEngine *engine, BbLive *live, const BbPlaced *placed, guint n)
{
    for (guint i = 0; i < n; i++)
        for (guint32 t = 0; t < placed[i].n_tasks; t++)
            bb_ledger_start(engine, live, &(BbPlaced){placed[i].node, 1, placed[i].devices}, 1);
}

void
bb_ledger_start_apart(BbEngine *engine, BbLive *live)
{
    const BbPlaced *placed = (const BbPlaced *)(gconstpointer)engine->placed->data;
    guint n = engine->placed->len;

    if (live->again && live->again->len > 0) {
        start_each(engine, live, placed, n);
        return;
    }
    for (guint begin = 0, end = 0; begin < n; begin = end) {
        while (end < n && end_together(engine, &placed[begin], &placed[end]))
            end++;
        bb_ledger_start(engine, live, placed + begin, end - begin);
    }
}

/* ---- ends ---- */

/* The job is over: those that waited for it may be queued. */
static void
job_done(BbEngine *engine, BbLive *live)
{
    BB_TELL(engine, on_job_done, &engine->view, &live->record);
    for (guint i = 0; live->dependents && i < live->dependents->len; i++) {
        BbLive *dependent = live->dependents->pdata[i];

        if (--dependent->n_blockers == 0)
            bb_arrival_release(engine, dependent);
    }
    bb_live_free(engine, live);
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
    bb_run_remove(engine, run);
    bb_run_free(engine, run);
    if (record->n_ended == record->n_tasks)
        job_done(engine, live);
}

/* ---- evictions ---- */

static gint
by_number(gconstpointer a, gconstpointer b)
{
    const guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

    return x < y ? -1 : x > y;
}

/* The tasks of the run wait again. A gang has all its numbers to give. */
static void
count_evicted(const BbEngine *engine, BbLive *live, const BbRun *run)
{
    BbJobRecord *record = &live->record;

    record->n_evictions += record->job.gang ? 1 : run->n_tasks;
    record->job.n_tasks += run->n_tasks;
    if (record->state == BB_JOB_RUNNING)
        record->state = BB_JOB_WAITING;
    if (record->job.n_tasks + record->n_ended == record->n_tasks)
        record->waiting_since_us = engine->view.now_us;
    if (record->job.gang || record->n_tasks == 1)
        return;
    if (!live->again)
        live->again = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint32 t = 0; t < run->n_tasks; t++) {
        guint32 number = run->first_task + t;

        g_array_append_val(live->again, number);
    }
    g_array_sort(live->again, by_number);
}

/* The event of its end cannot be called back: it stays until that comes. */
void
bb_ledger_evict(BbEngine *engine, BbRun *run)
{
    BbLive *live = (BbLive *)run->record;

    give_back(engine, run);
    engine->view.n_waiting += live->record.job.n_tasks == 0;
    count_evicted(engine, live, run);
    if (!live->queued)
        bb_arrival_queue(engine, live);
    bb_run_remove(engine, run);
    BB_TELL(engine, on_evict, &engine->view, run);
    run->gone = run->end_us != BB_TIME_NEVER;
    if (run->gone)
        engine->n_gone++;
    else
        g_free(run);
}

/* ---- without a run ---- */

static void
leave_queue(BbEngine *engine, BbLive *live)
{
    if (live->queued) {
        bb_wait_queue_remove(engine->waiting, &live->record);
        bb_plan_note_gone(engine->plan, live);
    }
    live->queued = FALSE;
    engine->view.n_waiting--;
}

void
bb_ledger_give_up(BbEngine *engine, BbLive *live, const char *reason)
{
    if (live->record.start_us < 0) {
        bb_ledger_reject(engine, live, reason);
        return;
    }
    leave_queue(engine, live);
    live->record.state = BB_JOB_FAILED;
    live->record.reason = reason;
    live->record.finish_us = engine->view.now_us;
    job_done(engine, live);
}

void
bb_ledger_reject(BbEngine *engine, BbLive *live, const char *reason)
{
    leave_queue(engine, live);
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
    bb_packed_restore_all(engine);
    bb_live_sort(engine);
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
