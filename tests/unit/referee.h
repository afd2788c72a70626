/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An observer that believes nothing: it keeps its own books of every node, from the numbers of the
 * world alone, and checks each start, end and pause against them. */
#pragma once

#include "tests/unit/world.h"

#include <string.h>

#define REFEREE_DEVICES 4

typedef struct {
    gint64 cpu, memory;
    gint64 device[REFEREE_DEVICES]; /* taken, milli */
    guint n_tasks;
    gboolean whole;
    guint n_of[WORLD_GROUPS + 1], n_avoiding[WORLD_GROUPS + 1];
} RefereeNode;

typedef struct {
    guint n_submitted, n_done, n_rejected;
    guint n_started, n_ended; /* tasks; those evicted have not started */
    guint n_evicted;
    guint64 tasks; /* bit t: started */
    BbTimeUs first_start_us, last_start_us, finish_us;
    BbJobState state;
} RefereeJob;

typedef struct {
    const World *world;
    const BbEngineOptions *options;
    WorldNode now[WORLD_NODES];  /* node 0 of a flat pool: its cores */
    WorldNode most[WORLD_NODES]; /* at one time or another */
    guint n_changes;
    guint64 evicted_from; /* nodes that all runs held that were evicted since the last change */
    RefereeNode nodes[WORLD_NODES];
    RefereeJob jobs[WORLD_JOBS];
    GHashTable *runs; /* BbRun by 1 + seq, borrowed: those on the books */
    GString *log;     /* one line a start */
    BbTimeUs last_us;
    guint n_finishes;
    gboolean greedy; /* the queue lets every blocked job be passed */
    gboolean fifo;   /* the order of waiting is that of arrival */
} Referee;

static inline guint
referee_index(const Referee *referee, const BbJobRecord *record)
{
    guint64 number = g_ascii_strtoull(record->id + 1, NULL, 10);
    for (guint i = 0; i < referee->world->n_jobs; i++)
        if (referee->world->jobs[i].number == number)
            return i;
    g_assert_not_reached();
}

/* ---- What one node allows ---- */

static inline gboolean
referee_admits(const WorldNode *node, const WorldJob *job)
{
    return (node->runtimes >> job->kind & 1) != 0 && (job->zone == 0 || job->zone == node->zone) &&
           (!node->taint || job->tolerate) && job->cpu <= node->cpu &&
           job->memory <= node->memory && job->gpu <= 1000 * (gint64)node->n_gpus;
}

static inline gboolean
referee_groups_agree(const RefereeNode *books, const WorldJob *job)
{
    return (job->avoid == 0 || books->n_of[job->avoid] == 0) &&
           (job->group == 0 || books->n_avoiding[job->group] == 0);
}

static inline gboolean
referee_devices_have_room(const WorldNode *node, const RefereeNode *books, gint64 gpu)
{
    guint n = 0, wanted = gpu < 1000 ? (gpu > 0) : (guint)(gpu / 1000);
    for (guint d = 0; d < node->n_gpus; d++)
        n += books->device[d] + MIN(gpu, 1000) <= 1000;
    return n >= wanted;
}

/* Room for one task, spread apart. */
static inline gboolean
referee_has_room(const WorldNode *node, const RefereeNode *books, const WorldJob *job)
{
    if (node->state != BB_NODE_UP || !referee_admits(node, job) || books->whole)
        return FALSE;
    if (job->kind == BB_BARE_METAL)
        return books->n_tasks == 0;
    return books->cpu + job->cpu <= node->cpu && books->memory + job->memory <= node->memory &&
           referee_devices_have_room(node, books, job->gpu) && referee_groups_agree(books, job);
}

static inline gboolean
referee_spread_allows(const Referee *referee, const WorldJob *job, guint zone)
{
    guint count[3] = {0};
    gboolean there[3] = {FALSE};
    for (guint i = 0; i < referee->world->n_nodes; i++) {
        const WorldNode *node = &referee->now[i];
        if (!referee_admits(&referee->most[i], job) || node->state == BB_NODE_ABSENT)
            continue;
        there[node->zone] = TRUE;
        count[node->zone] += referee->nodes[i].n_of[job->group];
    }
    for (guint z = 1; z <= 2; z++)
        if (there[z] && count[zone] + 1 > count[z] + job->max_skew)
            return FALSE;
    return TRUE;
}

/* ---- The books ---- */

/* One task comes (1) or goes (-1). */
static inline void
referee_move(RefereeNode *books, const WorldJob *job, guint64 devices, gint sign)
{
    books->n_tasks = (guint)((gint)books->n_tasks + sign);
    books->whole = sign > 0 && job->kind == BB_BARE_METAL;
    books->n_of[job->group] = (guint)((gint)books->n_of[job->group] + sign);
    books->n_avoiding[job->avoid] = (guint)((gint)books->n_avoiding[job->avoid] + sign);
    books->cpu += sign * job->cpu;
    books->memory += sign * job->memory;
    for (guint d = 0; d < REFEREE_DEVICES; d++)
        if ((devices >> d & 1) != 0)
            books->device[d] += sign * MIN(job->gpu, 1000);
}

static inline void
referee_check_devices(const WorldNode *node, const RefereeNode *books, const WorldJob *job,
                      guint64 devices)
{
    guint n = 0;
    if (job->kind == BB_BARE_METAL)
        return; /* it has them all */
    for (guint d = 0; d < 64; d++) {
        if ((devices >> d & 1) == 0)
            continue;
        g_assert_cmpuint(d, <, node->n_gpus);
        g_assert_cmpint(books->device[d] + MIN(job->gpu, 1000), <=, 1000);
        n++;
    }
    g_assert_cmpuint(n, ==, job->gpu < 1000 ? (job->gpu > 0) : (guint)(job->gpu / 1000));
}

static inline void
referee_place(Referee *referee, const WorldJob *job, const BbPlaced *placed)
{
    const WorldNode *node = &referee->now[placed->node];
    RefereeNode *books = &referee->nodes[placed->node];
    g_assert_cmpuint(placed->node, <, referee->world->n_nodes);
    g_assert_true(job->gpu == 0 || placed->n_tasks == 1);
    for (guint t = 0; t < placed->n_tasks; t++) {
        g_assert_true(referee_has_room(node, books, job));
        referee_check_devices(node, books, job, placed->devices);
        referee_move(books, job, job->kind == BB_BARE_METAL ? 0 : placed->devices, 1);
    }
}

/* Tasks of a run come in no told order, so with a spread any order that holds will do: there is one
 * when the least loaded zone with tasks left is always next. */
static inline void
referee_place_spread(Referee *referee, const WorldJob *job, const BbRun *run)
{
    g_autofree guint32 *left = g_new(guint32, run->n_placed);
    guint32 n = run->n_tasks;
    for (guint p = 0; p < run->n_placed; p++)
        left[p] = run->placed[p].n_tasks;
    while (n > 0) {
        guint p = 0;
        while (p < run->n_placed &&
               (left[p] == 0 || !referee_spread_allows(
                                    referee, job, referee->world->nodes[run->placed[p].node].zone)))
            p++;
        g_assert_cmpuint(p, <, run->n_placed); /* else no order of the tasks keeps the spread */
        BbPlaced one = run->placed[p];
        one.n_tasks = 1;
        referee_place(referee, job, &one);
        left[p]--;
        n--;
    }
}

static inline void
referee_take(Referee *referee, const WorldJob *job, const BbRun *run)
{
    if (referee->world->flat > 0) {
        referee->nodes[0].cpu += job->cpu * (gint64)run->n_tasks;
        g_assert_cmpint(referee->now[0].state, ==, BB_NODE_UP);
        g_assert_cmpint(referee->nodes[0].cpu, <=, referee->now[0].cpu);
    } else if (job->max_skew > 0) {
        referee_place_spread(referee, job, run);
    } else {
        for (guint p = 0; p < run->n_placed; p++)
            referee_place(referee, job, &run->placed[p]);
    }
    g_assert_true(g_hash_table_insert(referee->runs, GSIZE_TO_POINTER((gsize)run->seq + 1),
                                      (gpointer)(gsize)run));
}

static inline void
referee_give(Referee *referee, const BbRun *run)
{
    const WorldJob *job = &referee->world->jobs[referee_index(referee, run->record)];
    if (!g_hash_table_remove(referee->runs, GSIZE_TO_POINTER((gsize)run->seq + 1)))
        return;
    if (referee->world->flat > 0) {
        referee->nodes[0].cpu -= job->cpu * (gint64)run->n_tasks;
        return;
    }
    for (guint p = 0; p < run->n_placed; p++)
        for (guint t = 0; t < run->placed[p].n_tasks; t++)
            referee_move(&referee->nodes[run->placed[p].node], job,
                         job->kind == BB_BARE_METAL ? 0 : run->placed[p].devices, -1);
}

/* With a pass after each event, what is over now by its estimate is off the books already. */
static inline void
referee_give_due(Referee *referee, BbTimeUs now_us)
{
    GHashTableIter iter;
    gpointer run;
    g_autoptr(GPtrArray) due = g_ptr_array_new();
    if (!referee->options->pass_event || !referee->options->kill_at_estimate)
        return;
    g_hash_table_iter_init(&iter, referee->runs);
    while (g_hash_table_iter_next(&iter, NULL, &run)) {
        const BbRun *r = run;
        if (r->release_us == now_us && (r->start_us < now_us || r->off_books))
            g_ptr_array_add(due, run);
    }
    for (guint i = 0; i < due->len; i++)
        referee_give(referee, due->pdata[i]);
}

/* ---- What it is told ---- */

static inline void
referee_on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    Referee *referee = data;
    guint i = referee_index(referee, record);
    g_assert_cmpuint(referee->jobs[i].n_submitted++, ==, 0);
    g_assert_cmpint(view->now_us, ==, referee->world->jobs[i].submit_us);
}

static inline void
referee_on_reject(gpointer data, const BbView *view, const BbJobRecord *record)
{
    Referee *referee = data;
    RefereeJob *books = &referee->jobs[referee_index(referee, record)];
    (void)view;
    g_assert_cmpuint(books->n_rejected++, ==, 0);
    g_assert_cmpuint(books->n_started, ==, 0);
    g_assert_nonnull(record->reason);
}

static inline BbTimeUs
referee_length(const Referee *referee, const WorldJob *job)
{
    return referee->options->kill_at_estimate ? MIN(job->runtime_us, job->estimate_us)
                                              : job->runtime_us;
}

/* The lowest numbers that wait are next. */
static inline void
referee_number(RefereeJob *books, const BbRun *run)
{
    for (guint t = 0; t < run->n_tasks; t++) {
        guint64 bit = G_GUINT64_CONSTANT(1) << (run->first_task + t);
        g_assert_cmpuint(books->tasks & (bit - 1), ==, bit - 1);
        g_assert_cmpuint(books->tasks & bit, ==, 0);
        books->tasks |= bit;
    }
}

static inline void
referee_on_start(gpointer data, const BbView *view, const BbRun *run)
{
    Referee *referee = data;
    guint i = referee_index(referee, run->record);
    const WorldJob *job = &referee->world->jobs[i];
    RefereeJob *books = &referee->jobs[i];
    guint n_placed = 0;
    for (guint p = 0; p < run->n_placed; p++)
        n_placed += run->placed[p].n_tasks;
    g_assert_cmpuint(n_placed, ==, run->n_tasks);
    g_assert_cmpuint(books->n_submitted, ==, 1);
    g_assert_cmpuint(books->n_done, ==, 0);
    g_assert_true(!job->gang || run->n_tasks == job->n_tasks);
    g_assert_cmpuint(books->n_started + run->n_tasks, <=, job->n_tasks);
    referee_number(books, run);
    g_assert_cmpint(run->start_us, ==, view->now_us);
    g_assert_cmpint(run->end_us, ==, bb_time_add(view->now_us, referee_length(referee, job)));
    g_assert_true(job->after == 0 || referee->jobs[job->after - 1].n_done == 1);

    if (books->n_started == 0 && books->n_evicted == 0)
        books->first_start_us = view->now_us;
    books->last_start_us = view->now_us;
    books->n_started += run->n_tasks;
    referee_give_due(referee, view->now_us);
    referee_take(referee, job, run);
    g_string_append_printf(referee->log, "%" G_GINT64_FORMAT " j%u+%u", view->now_us, job->number,
                           run->first_task);
    for (guint p = 0; p < run->n_placed; p++)
        g_string_append_printf(referee->log, " %u*%u/%" G_GINT64_MODIFIER "x", run->placed[p].node,
                               run->placed[p].n_tasks, run->placed[p].devices);
    g_string_append_c(referee->log, '\n');
}

static inline void
referee_on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    Referee *referee = data;
    guint i = referee_index(referee, run->record);
    const WorldJob *job = &referee->world->jobs[i];
    gboolean killed = referee_length(referee, job) < job->runtime_us;
    referee_give(referee, run);
    referee->jobs[i].n_ended += run->n_tasks;
    if (how == BB_END_UNFINISHED)
        return;
    g_assert_cmpint(view->now_us, ==, run->start_us + referee_length(referee, job));
    g_assert_cmpint(how, ==, killed ? BB_END_KILLED : BB_END_COMPLETED);
}

/* What is evicted was on the node that is about to change. */
static inline void
referee_on_evict(gpointer data, const BbView *view, const BbRun *run)
{
    Referee *referee = data;
    RefereeJob *books = &referee->jobs[referee_index(referee, run->record)];
    guint64 nodes = 0;
    g_assert_cmpuint(referee->n_changes, <, referee->world->n_changes);
    g_assert_cmpint(referee->world->changes[referee->n_changes].time_us, ==, view->now_us);
    g_assert_true(g_hash_table_contains(referee->runs, GSIZE_TO_POINTER((gsize)run->seq + 1)));
    referee_give(referee, run);
    for (guint p = 0; p < run->n_placed; p++)
        nodes |= G_GUINT64_CONSTANT(1) << run->placed[p].node;
    referee->evicted_from &= nodes;
    for (guint t = 0; t < run->n_tasks; t++)
        books->tasks &= ~(G_GUINT64_CONSTANT(1) << (run->first_task + t));
    books->n_started -= run->n_tasks;
    books->n_evicted += run->record->job.gang ? 1 : run->n_tasks;
    g_assert_cmpuint(run->record->n_evictions, ==, books->n_evicted);
    g_assert_cmpuint(run->record->job.n_tasks, ==, run->record->n_tasks - books->n_started);
}

static inline void
referee_on_node(gpointer data, const BbView *view, guint32 node, BbNodeState was,
                const BbResources *had)
{
    Referee *referee = data;
    const WorldChange *change = &referee->world->changes[referee->n_changes++];
    const BbNode *is = bb_cluster_node(view->cluster, node);
    WorldNode *now = &referee->now[node];
    g_assert_cmpint(change->time_us, ==, view->now_us);
    g_assert_cmpuint(change->node, ==, node);
    g_assert_cmpint(was, ==, now->state);
    g_assert_cmpint(had->v[BB_CPU], ==, now->cpu);
    g_assert_cmpint(is->state, ==, change->state);
    g_assert_cmpint(is->capacity.v[BB_CPU], ==, change->cpu);
    g_assert_true((referee->evicted_from >> node & 1) != 0);
    referee->evicted_from = G_MAXUINT64;
    now->state = change->state;
    now->cpu = change->cpu;
    now->memory = change->memory;
    g_assert_cmpint(referee->nodes[node].cpu, <=, now->state == BB_NODE_UP ? now->cpu : 0);
    g_assert_cmpint(referee->nodes[node].memory, <=, now->state == BB_NODE_UP ? now->memory : 0);
    if (now->state != BB_NODE_UP)
        g_assert_cmpuint(referee->nodes[node].n_tasks, ==, 0);
}

static inline void
referee_on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    Referee *referee = data;
    guint i = referee_index(referee, record);
    RefereeJob *books = &referee->jobs[i];
    g_assert_cmpuint(books->n_done++, ==, 0);
    g_assert_cmpuint(books->n_ended, ==, books->n_started);
    books->finish_us = view->now_us;
    books->state = record->state;
    if (record->state == BB_JOB_REJECTED)
        g_assert_cmpuint(books->n_rejected, ==, 1);
    else if (record->state == BB_JOB_FAILED)
        g_assert_cmpuint(books->n_evicted + books->n_ended, >, 0);
    else if (record->state != BB_JOB_UNFINISHED)
        g_assert_cmpuint(books->n_ended, ==, referee->world->jobs[i].n_tasks);
}

static inline gboolean
referee_could_start(const Referee *referee, const WorldJob *job)
{
    if (referee->world->flat > 0)
        return referee->now[0].state == BB_NODE_UP &&
               referee->nodes[0].cpu + job->cpu * (gint64)job->n_tasks <= referee->now[0].cpu;
    for (guint n = 0; n < referee->world->n_nodes; n++)
        if (referee_has_room(&referee->now[n], &referee->nodes[n], job))
            return TRUE;
    return FALSE;
}

/* Nobody who may start, and could, is left waiting. Only jobs are judged for which room is plain to
 * see: one task, or any of a flat pool, and no spread. */
static inline void
referee_on_instant(gpointer data, const BbView *view)
{
    Referee *referee = data;
    guint n_looked_at = 0;
    g_assert_true(referee->last_us < 0 || view->now_us > referee->last_us);
    referee->last_us = view->now_us;
    g_assert_true(referee->evicted_from == G_MAXUINT64);
    for (guint i = 0; i < referee->world->n_jobs; i++) {
        const WorldJob *job = &referee->world->jobs[i];
        const RefereeJob *books = &referee->jobs[i];
        if (books->n_submitted == 0 || books->n_done > 0 || books->n_started == job->n_tasks ||
            (job->after != 0 && referee->jobs[job->after - 1].n_done == 0))
            continue;
        if (n_looked_at++ > 0 && !referee->greedy)
            break; /* the head alone */
        if (!referee->greedy && !referee->fifo)
            break;
        if ((referee->world->flat > 0 || job->n_tasks == 1) && job->max_skew == 0)
            g_assert_false(referee_could_start(referee, job));
    }
}

static inline void
referee_on_finish(gpointer data, const BbView *view)
{
    Referee *referee = data;
    (void)view;
    g_assert_cmpuint(referee->n_finishes++, ==, 0);
}

static inline void
referee_clear(Referee *referee)
{
    g_clear_pointer(&referee->runs, g_hash_table_unref);
    if (referee->log != NULL)
        g_string_free(referee->log, TRUE);
    referee->log = NULL;
}

/* What may be expected of the queues it knows. */
static inline void
referee_know(Referee *referee, const char *queue)
{
    static const char *const in_order[] = {"fcfs", "easy", "conservative"};
    static const char *const passing[] = {"sjf", "ljf", "priority"};
    /* Compression keeps what was promised to others, so its head may have to wait beside free room. */
    gboolean promises = strstr(queue, "compress") != NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(in_order); i++)
        referee->fifo |= g_str_has_prefix(queue, in_order[i]) && !promises;
    for (gsize i = 0; i < G_N_ELEMENTS(passing); i++)
        referee->greedy |= g_str_has_prefix(queue, passing[i]) && strstr(queue, "skip") == NULL;
    referee->greedy |= strstr(queue, "skip=-1") != NULL;
}

static inline void
referee_know_nodes(Referee *referee)
{
    const World *world = referee->world;
    memcpy(referee->now, world->nodes, sizeof referee->now);
    if (world->flat > 0)
        referee->now[0] = world_flat_node(world);
    memcpy(referee->most, referee->now, sizeof referee->most);
    for (guint n = 0; n < WORLD_NODES; n++)
        if (referee->now[n].state != BB_NODE_UP)
            referee->most[n].cpu = referee->most[n].memory = 0;
    for (guint i = 0; i < world->n_changes; i++) {
        WorldNode *most = &referee->most[world->changes[i].node];
        gboolean up = world->changes[i].state == BB_NODE_UP;
        most->cpu = MAX(most->cpu, up ? world->changes[i].cpu : 0);
        most->memory = MAX(most->memory, up ? world->changes[i].memory : 0);
    }
    referee->evicted_from = G_MAXUINT64;
}

/* Runs the world under its eyes. Everything is over at the end, once. */
static inline void
referee_run(Referee *referee, const World *world, const char *queue, const char *placement,
            const BbEngineOptions *options)
{
    BbObserver observer = {referee,          referee_on_submit,   referee_on_reject,
                           referee_on_start, referee_on_end,      referee_on_evict,
                           referee_on_node,  referee_on_job_done, referee_on_instant,
                           referee_on_finish};
    gboolean may_wait = FALSE; /* to the end, for a value to spread over that has gone */
    memset(referee, 0, sizeof *referee);
    referee->world = world;
    referee->options = options;
    referee_know(referee, queue);
    referee_know_nodes(referee);
    referee->runs = g_hash_table_new(NULL, NULL);
    referee->log = g_string_new(NULL);
    referee->last_us = -1;
    for (guint i = 0; i < world->n_jobs; i++)
        may_wait |= world->n_changes > 0 && world->jobs[i].max_skew > 0;
    world_run(world, queue, placement, options, &observer);
    for (guint i = 0; i < world->n_jobs; i++) {
        g_assert_cmpuint(referee->jobs[i].n_done, ==, 1);
        g_assert_true(referee->jobs[i].state != BB_JOB_UNFINISHED || may_wait);
    }
    g_assert_cmpuint(g_hash_table_size(referee->runs), ==, 0);
    g_assert_cmpuint(referee->n_finishes, ==, 1);
}
