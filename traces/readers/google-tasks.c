/* SPDX-License-Identifier: GPL-3.0-or-later */
/* task_events of Google's cluster data of 2011, without a header. Tasks of a job arrive and end on their
 * own, and one that failed is submitted again: each submission is a job of one task, from its SUBMIT,
 * running from SCHEDULE to FAIL, FINISH, KILL or LOST. One that was evicted and submitted again is the
 * same job still, for who is evicted is for the policy to say here: it runs as long as it did the last
 * time. What a submission became is only known further down, so the events are read whole, about 120
 * bytes a submission. Amounts: google.h. */
#include "traces/readers/google.h"

#define INDEX_MAX 100000000
#define ID_SIZE 64

enum {
    TIME,
    MISSING,
    JOB,
    INDEX,
    MACHINE,
    EVENT,
    USER,
    SCHEDULING_CLASS,
    PRIORITY,
    CPU,
    MEMORY,
    DISK,
    DIFFERENT,
};
enum { SUBMIT, SCHEDULE, EVICT, FAIL, FINISH, KILL, LOST, UPDATE_PENDING, UPDATE_RUNNING };

static const BbCsvColumn table[] = {
    [TIME] = {"time", TRUE},
    [MISSING] = {"missing info", TRUE},
    [JOB] = {"job ID", TRUE},
    [INDEX] = {"task index", TRUE},
    [MACHINE] = {"machine ID", TRUE},
    [EVENT] = {"event type", TRUE},
    [USER] = {"user", TRUE},
    [SCHEDULING_CLASS] = {"scheduling class", TRUE},
    [PRIORITY] = {"priority", TRUE},
    [CPU] = {"CPU request", TRUE},
    [MEMORY] = {"memory request", TRUE},
    [DISK] = {"disk space request", TRUE},
    [DIFFERENT] = {"different machines restriction", TRUE},
    {NULL, FALSE},
};

/* One submission of a task. */
typedef struct {
    gint64 job;
    guint32 index, attempt; /* attempt from 1 */
    guint64 line;
    BbTimeUs submit_us, start_us, end_us; /* start -1, end BB_TIME_NEVER: did not happen */
    BbTimeUs run_us;                      /* last start: the first, or that after an eviction */
    BbTimeUs evicted_us; /* since then it has not run; -1: it has not been evicted */
    gboolean back;       /* evicted and submitted again */
    gint64 machine;      /* of the first start; -1: not told */
    BbResources need;
    const char *user; /* in State.texts */
    gint16 priority;
    gint8 scheduling_class; /* -1: not told */
    gboolean different;
} Attempt;

typedef struct {
    gint64 job;
    guint32 index;
    guint32 n_attempts;
    gint64 open; /* its place among attempts, -1: none is under way */
} Task;

typedef struct {
    BbColumns columns;
    GStringChunk *texts;
    GHashTable *tasks; /* of Task, by job and index */
    GArray *attempts;  /* of Attempt; by submit time once all is read */
    guint position;
    gboolean read;
    BbTimeUs latest_us;
    BbTimeUs end_us; /* the latest within the window */
    char id[ID_SIZE], group[ID_SIZE], machine[ID_SIZE], extra[8];
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff_plain(start, n, "nonnontonoooo");
}

static guint
hash_task(gconstpointer key)
{
    const Task *task = key;
    guint64 mixed = ((guint64)task->job + task->index * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)) *
                    G_GUINT64_CONSTANT(0xff51afd7ed558ccd);
    return (guint)(mixed >> 32);
}

static gboolean
same_task(gconstpointer a, gconstpointer b)
{
    const Task *x = a, *y = b;
    return x->job == y->job && x->index == y->index;
}

static gboolean
open_events(BbReader *reader, GError **error)
{
    State *state = reader->state;
    (void)error;
    bb_columns_open_plain(&state->columns, reader->input, table);
    state->texts = g_string_chunk_new(4096);
    state->tasks = g_hash_table_new_full(hash_task, same_task, g_free, NULL);
    state->attempts = g_array_new(FALSE, FALSE, sizeof(Attempt));
    reader->meta.extra_columns = "x_scheduling_class";
    return TRUE;
}

/* ---- One event ---- */

static gboolean
read_number(const BbColumns *columns, guint column, gint64 max, gint64 *out, GError **error)
{
    if (*bb_columns_raw(columns, column) == '\0')
        return bb_columns_error(columns, column, "a whole number, at least 0", error);
    return bb_columns_int(columns, column, 0, max, out, error);
}

static gboolean
read_request(BbReader *reader, Attempt *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 *v = out->need.v;
    if (!bb_columns_scaled(columns, CPU, GOOGLE_CPU_MILLI, BB_AMOUNT_MAX, &v[BB_CPU], error) ||
        !bb_columns_scaled(columns, MEMORY, GOOGLE_MEMORY_MIB, BB_AMOUNT_MAX, &v[BB_MEMORY],
                           error) ||
        !bb_columns_scaled(columns, DISK, GOOGLE_DISK_MIB, BB_AMOUNT_MAX, &v[BB_DISK], error) ||
        !bb_columns_bool(columns, DIFFERENT, &out->different, error))
        return FALSE;
    if (*bb_columns_raw(columns, CPU) == '\0' || *bb_columns_raw(columns, MEMORY) == '\0')
        bb_reader_find(reader, BB_WARNING, "blank-request", out->line,
                       "events without a request of CPU or memory: it counts as 0");
    if (v[BB_CPU] > GOOGLE_CPU_MILLI || v[BB_MEMORY] > GOOGLE_MEMORY_MIB ||
        v[BB_DISK] > GOOGLE_DISK_MIB)
        bb_reader_find(reader, BB_WARNING, "beyond-largest-machine", out->line,
                       "tasks that ask for more than the largest machine has");
    return TRUE;
}

/* The event as a submission at its time would be; *out_event is its kind. */
static gboolean
read_event(BbReader *reader, Attempt *out, gint64 *out_event, GError **error)
{
    State *state = reader->state;
    const BbColumns *columns = &state->columns;
    gint64 index = 0, priority = 0, scheduling_class = -1, missing = -1;
    *out = (Attempt){.start_us = -1, .end_us = BB_TIME_NEVER, .evicted_us = -1, .machine = -1};
    out->line = bb_csv_line(columns->csv);
    if (!read_number(columns, TIME, G_MAXINT64, &out->submit_us, error) ||
        !bb_columns_int(columns, MISSING, 0, 9, &missing, error) ||
        !read_number(columns, JOB, G_MAXINT64, &out->job, error) ||
        !read_number(columns, INDEX, INDEX_MAX, &index, error) ||
        !read_number(columns, EVENT, UPDATE_RUNNING, out_event, error) ||
        !bb_columns_int(columns, MACHINE, 0, G_MAXINT64, &out->machine, error) ||
        !bb_columns_text(columns, USER, &out->user, error) ||
        !bb_columns_int(columns, SCHEDULING_CLASS, 0, 9, &scheduling_class, error) ||
        !bb_columns_int(columns, PRIORITY, 0, 1000, &priority, error) ||
        !read_request(reader, out, error))
        return FALSE;
    out->index = (guint32)index;
    out->priority = (gint16)priority;
    out->scheduling_class = (gint8)scheduling_class;
    out->user = g_string_chunk_insert_const(state->texts, out->user);
    if (missing >= 0)
        bb_reader_find(reader, BB_NOTE, "missing-info", out->line,
                       "events that the publisher made up for ones that were lost");
    return TRUE;
}

/* ---- What the events make ---- */

static Task *
find_task(State *state, const Attempt *event)
{
    Task key = {.job = event->job, .index = event->index, .open = -1};
    Task *task = g_hash_table_lookup(state->tasks, &key);
    if (task == NULL) {
        task = g_memdup2(&key, sizeof key);
        g_hash_table_add(state->tasks, task);
    }
    return task;
}

static Attempt *
begin_attempt(State *state, Task *task, const Attempt *event)
{
    Attempt attempt = *event;
    attempt.attempt = ++task->n_attempts;
    task->open = state->attempts->len;
    g_array_append_val(state->attempts, attempt);
    return &g_array_index(state->attempts, Attempt, task->open);
}

static void
find_unknown(BbReader *reader, const Attempt *event)
{
    bb_reader_find(reader, BB_WARNING, "event-of-unknown-task", event->line,
                   "events of tasks that are not submitted then, such as %" G_GINT64_FORMAT "-%u: "
                   "a SCHEDULE counts as submission, others are left out",
                   event->job, event->index);
}

static void
apply_update(BbReader *reader, Attempt *attempt, const Attempt *event, gint64 kind)
{
    if (kind == UPDATE_PENDING && attempt->start_us < 0) {
        attempt->need = event->need;
        attempt->priority = event->priority;
        attempt->different = event->different;
        return;
    }
    bb_reader_find(reader, BB_WARNING, "request-updated", event->line,
                   "running tasks of changed requests: not modelled yet, they keep their first");
}

static gboolean
comes_back(BbReader *reader, Attempt *attempt, const Attempt *event)
{
    if (attempt->evicted_us < 0 || attempt->back)
        return FALSE;
    attempt->back = TRUE;
    attempt->need = event->need;
    attempt->priority = event->priority;
    bb_reader_find(
        reader, BB_NOTE, "evicted-and-back", event->line,
        "tasks evicted and submitted again: they stay one job, which runs as long as the "
        "last time");
    return TRUE;
}

static void
start(Attempt *attempt, const Attempt *event)
{
    if (attempt->start_us < 0) {
        attempt->start_us = event->submit_us;
        attempt->machine = event->machine;
    } else if (attempt->evicted_us < 0) {
        return;
    }
    attempt->run_us = event->submit_us;
    attempt->evicted_us = -1;
    attempt->back = FALSE;
}

/* One that waits after it was evicted is over since then. */
static void
end(Task *task, Attempt *attempt, const Attempt *event)
{
    attempt->end_us = attempt->evicted_us < 0 ? event->submit_us : attempt->evicted_us;
    task->open = -1;
}

static void
apply_event(BbReader *reader, const Attempt *event, gint64 kind)
{
    State *state = reader->state;
    Task *task = find_task(state, event);
    Attempt *attempt = task->open < 0 ? NULL : &g_array_index(state->attempts, Attempt, task->open);
    if (kind == SUBMIT && attempt != NULL && comes_back(reader, attempt, event))
        return;
    if (kind == SUBMIT && attempt != NULL)
        bb_reader_find(reader, BB_WARNING, "submitted-twice", event->line,
                       "tasks submitted while they are there: left out");
    else if (kind == SUBMIT)
        begin_attempt(state, task, event);
    else if (attempt == NULL)
        find_unknown(reader, event);
    if (kind == SCHEDULE && attempt == NULL)
        attempt = begin_attempt(state, task, event);
    if (attempt == NULL || kind == SUBMIT)
        return;
    if (kind == UPDATE_PENDING || kind == UPDATE_RUNNING) {
        apply_update(reader, attempt, event, kind);
    } else if (kind == SCHEDULE) {
        start(attempt, event);
    } else if (kind == EVICT && attempt->start_us >= 0 && attempt->evicted_us < 0) {
        attempt->evicted_us = event->submit_us;
    } else {
        end(task, attempt, event);
    }
}

/* It is on its machine when the trace begins. */
static gboolean
runs_at_start(const Attempt *attempt)
{
    return attempt->start_us == 0 && attempt->submit_us == 0;
}

/* Those that run when the trace begins come before those that wait then. */
static gint
by_submit(gconstpointer a, gconstpointer b)
{
    const Attempt *x = a, *y = b;
    if (x->submit_us != y->submit_us)
        return x->submit_us < y->submit_us ? -1 : 1;
    if (runs_at_start(x) != runs_at_start(y))
        return runs_at_start(x) ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* Evicted, and not seen any more. */
static void
end_evicted(State *state)
{
    for (guint i = 0; i < state->attempts->len; i++) {
        Attempt *attempt = &g_array_index(state->attempts, Attempt, i);
        if (attempt->end_us == BB_TIME_NEVER && attempt->evicted_us >= 0 && !attempt->back)
            attempt->end_us = attempt->evicted_us;
    }
}

static gboolean
read_all(BbReader *reader, GError **error)
{
    State *state = reader->state;
    Attempt event;
    gint64 kind = 0;
    BbReadResult result;
    while ((result = bb_columns_next(&state->columns, error)) == BB_READ_ROW) {
        reader->n_records++;
        if (!read_event(reader, &event, &kind, error))
            return FALSE;
        if (event.submit_us < state->latest_us)
            bb_reader_find(reader, BB_WARNING, "events-go-back", event.line,
                           "events before the one above them: taken in the order of the file");
        state->latest_us = MAX(state->latest_us, event.submit_us);
        if (event.submit_us <= BB_TIME_MAX) {
            state->end_us = MAX(state->end_us, event.submit_us);
            apply_event(reader, &event, kind);
        } else {
            bb_reader_find(reader, BB_NOTE, "after-the-window", event.line,
                           "events after the window: left out, tasks run to the end");
        }
    }
    end_evicted(state);
    g_array_sort(state->attempts, by_submit);
    state->read = TRUE;
    g_clear_pointer(&state->tasks, g_hash_table_unref);
    return result == BB_READ_END;
}

/* ---- Jobs ---- */

static const char *
find_oddity(BbReader *reader, const Attempt *attempt)
{
    gboolean ended = attempt->end_us != BB_TIME_NEVER;
    if (attempt->start_us < 0 && ended) {
        bb_reader_find(reader, BB_WARNING, "ended-unscheduled", attempt->line,
                       "tasks that ended before they were scheduled: skipped");
        return "ended before it was scheduled";
    }
    if ((ended && attempt->end_us < attempt->run_us) || attempt->run_us < attempt->start_us ||
        (attempt->start_us >= 0 && attempt->start_us < attempt->submit_us)) {
        bb_reader_find(reader, BB_WARNING, "times-go-back", attempt->line,
                       "tasks scheduled before submission or ended before scheduling: skipped");
        return "times go back";
    }
    if (attempt->submit_us == 0)
        bb_reader_find(reader, BB_NOTE, "alive-at-start", attempt->line,
                       "tasks submitted before the window: they arrive at 0");
    if (attempt->start_us < 0)
        bb_reader_find(reader, BB_WARNING, "never-scheduled", attempt->line,
                       "tasks that were not scheduled to the end of the file: they run to the end");
    else if (!ended)
        bb_reader_find(reader, BB_NOTE, "censored-lifetime", attempt->line,
                       "tasks still there at the end of the file: they run to the end");
    return NULL;
}

static void
make_job(State *state, const Attempt *attempt, BbJobRow *out)
{
    gboolean ran = attempt->start_us >= 0;
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    gint n =
        g_snprintf(state->id, ID_SIZE, "%" G_GINT64_FORMAT "-%u", attempt->job, attempt->index);
    if (attempt->attempt > 1)
        g_snprintf(state->id + n, (gulong)(ID_SIZE - n), ".%u", attempt->attempt);
    out->id = state->id;
    out->line = attempt->line;
    out->submit_us = attempt->submit_us;
    out->need = attempt->need;
    out->priority = attempt->priority;
    out->class_name = attempt->user;
    out->logged_tasks = 1;
    out->alive_at_start = attempt->submit_us == 0;
    if (ran) {
        out->logged_run_us = attempt->back ? attempt->evicted_us - attempt->run_us
                                           : MIN(attempt->end_us, state->end_us) - attempt->run_us;
        out->logged_wait_us = attempt->start_us - attempt->submit_us;
    }
    if (ran && attempt->end_us != BB_TIME_NEVER)
        out->runtime_us = out->logged_run_us;
    if (attempt->different) {
        g_snprintf(state->group, ID_SIZE, "%" G_GINT64_FORMAT, attempt->job);
        out->group = out->avoid = state->group;
    }
    if (runs_at_start(attempt) && attempt->machine >= 0) {
        g_snprintf(state->machine, ID_SIZE, "%" G_GINT64_FORMAT, attempt->machine);
        out->node = state->machine;
        out->node_optional = TRUE;
    }
    state->extra[0] = '\0';
    if (attempt->scheduling_class >= 0)
        g_snprintf(state->extra, sizeof state->extra, "%d", attempt->scheduling_class);
    out->extra = state->extra;
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    if (!state->read && !read_all(reader, error))
        return BB_READ_ERROR;
    while (state->position < state->attempts->len) {
        const Attempt *attempt = &g_array_index(state->attempts, Attempt, state->position++);
        const char *reason = find_oddity(reader, attempt);
        if (reason == NULL) {
            make_job(state, attempt, out);
            return BB_READ_ROW;
        }
        bb_reader_skip(reader, reason);
    }
    return BB_READ_END;
}

/* What is given is sorted here. */
static gboolean
in_order(BbReader *reader)
{
    (void)reader;
    return TRUE;
}

static void
close_events(BbReader *reader)
{
    State *state = reader->state;
    bb_columns_clear(&state->columns);
    g_clear_pointer(&state->tasks, g_hash_table_unref);
    if (state->attempts != NULL)
        g_array_unref(state->attempts);
    if (state->texts != NULL)
        g_string_chunk_free(state->texts);
}

const BbReaderClass bb_reader_google_tasks = {
    .name = "google-tasks",
    .summary = "Google cluster data 2011, task_events: each task is a job, anew once it has failed",
    .source = GOOGLE_SOURCE,
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_events,
    .next_job = next_job,
    .in_order = in_order,
    .close = close_events,
};
