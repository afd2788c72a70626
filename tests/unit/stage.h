/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stage for observers: jobs and what happens to them stand in tables, the stage plays them as the
 * engine would, with the cluster's real books. */
#pragma once

#include "sim/contract/bb-observer.h"

typedef struct {
    const char *id;
    BbKind kind;
    const char *class_name;
    gint64 submit_s;
    gint64 runtime_s;  /* 0: a service */
    gint64 estimate_s; /* 0: none */
    guint32 n_tasks;
    gint64 cpu_milli, memory_mib, gpu_milli;
    gint32 cpu_used_ppm;
    gint64 ideal_us; /* -1: the run, cut at the estimate */
} StageJob;

typedef enum { SUBMIT, START, END, KILL, REJECT, FINISH } StageOp;

typedef struct {
    gint64 time_s;
    StageOp op;
    guint job;
    guint node, n_tasks; /* of a START; the END of a job ends all its runs */
    guint64 devices;
} StageStep;

typedef struct {
    BbNames *names;
    BbShapes *shapes;
    BbCluster *cluster;
    BbWork work;
    BbView view;
    GPtrArray *records; /* of BbJobRecord */
    GPtrArray *runs;    /* of BbRun, running now */
    guint *n_started;   /* tasks, by job */
    const BbObserver *observers;
    guint n_observers;
} Stage;

/* Calls the slot of every observer that has it; arguments: what follows `data`. */
#define STAGE_TELL(stage, slot, ...)                                                               \
    for (guint o = 0; o < (stage)->n_observers; o++) {                                             \
        if ((stage)->observers[o].slot != NULL)                                                    \
            (stage)->observers[o].slot((stage)->observers[o].data, __VA_ARGS__);                   \
    }

static inline void
stage_init(Stage *stage, const BbNodeRow *rows, guint n_rows)
{
    *stage = (Stage){.names = bb_names_new()};
    stage->shapes = bb_shapes_new(stage->names);
    stage->cluster = bb_cluster_new(stage->names);
    for (guint i = 0; i < n_rows; i++)
        g_assert_true(bb_cluster_add(stage->cluster, &rows[i], NULL));
    stage->view = (BbView){.cluster = stage->cluster, .work = &stage->work};
    stage->records = g_ptr_array_new_with_free_func(g_free);
    stage->runs = g_ptr_array_new_with_free_func(g_free);
}

static inline void
stage_clear(Stage *stage)
{
    g_ptr_array_unref(stage->runs);
    g_ptr_array_unref(stage->records);
    bb_cluster_free(stage->cluster);
    bb_shapes_free(stage->shapes);
    bb_names_free(stage->names);
    g_free(stage->n_started);
}

static inline BbJobRecord *
stage_record(Stage *stage, const StageJob *job, guint64 seq)
{
    BbJobRow row = BB_JOB_ROW_INIT;
    BbJobRecord *record = g_new0(BbJobRecord, 1);
    row.kind = job->kind;
    row.need.v[BB_CPU] = job->cpu_milli;
    row.need.v[BB_MEMORY] = job->memory_mib;
    row.need.v[BB_GPU] = job->gpu_milli;
    record->job = (BbJob){
        .seq = seq,
        .submit_us = job->submit_s * BB_US_PER_S,
        .estimate_us = job->estimate_s > 0 ? job->estimate_s * BB_US_PER_S : BB_TIME_NEVER,
        .shape = bb_shapes_intern(stage->shapes, &row, bb_cluster_modelled(stage->cluster)),
        .n_tasks = job->n_tasks,
        .class_name = bb_names_intern(stage->names, job->class_name),
    };
    record->id = job->id;
    record->n_tasks = job->n_tasks;
    record->runtime_us = job->runtime_s > 0 ? job->runtime_s * BB_US_PER_S : BB_TIME_NEVER;
    record->limit_us = record->job.estimate_us;
    record->ideal_us =
        job->ideal_us >= 0 ? job->ideal_us : MIN(record->runtime_us, record->limit_us);
    record->start_us = record->ready_us = record->finish_us = -1;
    record->waiting_since_us = record->job.submit_us;
    record->cpu_used_ppm = job->cpu_used_ppm > 0 ? job->cpu_used_ppm : 1000000;
    record->memory_used_ppm = 1000000;
    return record;
}

static inline void
stage_start(Stage *stage, const StageStep *step)
{
    BbJobRecord *record = g_ptr_array_index(stage->records, step->job);
    BbRun *run = g_malloc0(sizeof(BbRun) + sizeof(BbPlaced));
    run->record = record;
    run->start_us = run->ready_us = stage->view.now_us;
    run->first_task = stage->n_started[step->job];
    run->n_tasks = step->n_tasks;
    run->n_placed = 1;
    run->placed[0] = (BbPlaced){step->node, step->n_tasks, step->devices};
    stage->n_started[step->job] += step->n_tasks;
    run->ends_wait = record->start_us < 0;
    if (run->ends_wait) {
        record->start_us = record->ready_us = stage->view.now_us;
        record->waited_us = record->start_us - record->waiting_since_us;
        record->waiting_since_us = -1;
    }
    record->state = BB_JOB_RUNNING;
    bb_cluster_take(stage->cluster, record->job.shape, &run->placed[0]);
    g_ptr_array_add(stage->runs, run);
    STAGE_TELL(stage, on_start, &stage->view, run);
}

static inline void
stage_end_runs(Stage *stage, const BbJobRecord *record, BbRunEnd how)
{
    for (guint i = 0; i < stage->runs->len;) {
        BbRun *run = g_ptr_array_index(stage->runs, i);
        if (run->record != record) {
            i++;
            continue;
        }
        if (how != BB_END_UNFINISHED)
            bb_cluster_give(stage->cluster, record->job.shape, &run->placed[0]);
        STAGE_TELL(stage, on_end, &stage->view, run, how);
        g_ptr_array_remove_index(stage->runs, i);
    }
}

static inline void
stage_done(Stage *stage, BbJobRecord *record, BbJobState state)
{
    record->state = state;
    if (state == BB_JOB_COMPLETED || state == BB_JOB_KILLED)
        record->finish_us = stage->view.now_us;
    STAGE_TELL(stage, on_job_done, &stage->view, record);
}

static inline void
stage_finish(Stage *stage)
{
    STAGE_TELL(stage, on_finish, &stage->view);
    for (guint i = 0; i < stage->records->len; i++) {
        BbJobRecord *record = g_ptr_array_index(stage->records, i);
        if (record->state > BB_JOB_RUNNING)
            continue;
        stage_end_runs(stage, record, BB_END_UNFINISHED);
        stage_done(stage, record, BB_JOB_UNFINISHED);
    }
}

static inline void
stage_step(Stage *stage, const StageJob *jobs, const StageStep *step)
{
    BbJobRecord *record = NULL;
    if (step->op == SUBMIT) {
        g_assert_cmpuint(step->job, ==, stage->records->len);
        g_ptr_array_add(stage->records, stage_record(stage, &jobs[step->job], step->job));
    }
    if (step->op != FINISH)
        record = g_ptr_array_index(stage->records, step->job);
    switch (step->op) {
    case SUBMIT:
        STAGE_TELL(stage, on_submit, &stage->view, record);
        break;
    case START:
        stage_start(stage, step);
        break;
    case END:
    case KILL:
        stage_end_runs(stage, record, step->op == END ? BB_END_COMPLETED : BB_END_KILLED);
        stage_done(stage, record, step->op == END ? BB_JOB_COMPLETED : BB_JOB_KILLED);
        break;
    case REJECT:
        STAGE_TELL(stage, on_reject, &stage->view, record);
        stage_done(stage, record, BB_JOB_REJECTED);
        break;
    case FINISH:
        stage_finish(stage);
        break;
    }
}

/* The last step is a FINISH. */
static inline void
stage_play(Stage *stage, const StageJob *jobs, const StageStep *steps, guint n_steps,
           const BbObserver *observers, guint n_observers)
{
    stage->observers = observers;
    stage->n_observers = n_observers;
    stage->n_started = g_new0(guint, n_steps);
    for (guint i = 0; i < n_steps; i++) {
        BbTimeUs now_us = steps[i].time_s * BB_US_PER_S;
        if (i > 0 && (now_us > stage->view.now_us || steps[i].op == FINISH))
            STAGE_TELL(stage, on_instant, &stage->view);
        stage->view.now_us = now_us;
        stage_step(stage, jobs, &steps[i]);
    }
}

/* The estate of most tests, with results worked out by hand. Nodes n1, n2: 4 cores, 100 MiB each.
 *   a  2 tasks, half used, runs 0-100 on n1     d  a service, from 30 on n1
 *   b  runs 10-50 on all of n2                  e  bare-metal, submitted at 40, never starts
 *   c  submitted at 20, runs 50-70 on n2,       f  rejected at 60
 *      killed at its estimate 20 */
static const BbNodeRow stage_nodes[] = {
    {.id = "n[1-2]",
     .pool = "web",
     .capacity = {{4000, 100, 0, 0}},
     .named = 1u << BB_CPU | 1u << BB_MEMORY,
     .runtimes = BB_ALL_KINDS,
     .speed_milli = 1000},
};

static const StageJob stage_jobs[] = {
    {"a", BB_CONTAINER, "X", 0, 100, 0, 2, 1000, 10, 0, 500000, -1},
    {"b", BB_PROCESS, "Y", 10, 40, 60, 4, 1000, 0, 0, 0, -1},
    {"c,1", BB_VM, "X", 20, 30, 20, 1, 4000, 50, 0, 0, -1},
    {"d", BB_CONTAINER, NULL, 30, 0, 0, 1, 500, 1, 0, 0, -1},
    {"e", BB_BARE_METAL, "Y", 40, 10, 0, 1, 2000, 0, 0, 0, -1},
    {"f", BB_PROCESS, NULL, 60, 5, 0, 1, 9000, 0, 0, 0, -1},
};

static const StageStep stage_steps[] = {
    {0, SUBMIT, 0, 0, 0, 0}, {0, START, 0, 0, 2, 0},   {10, SUBMIT, 1, 0, 0, 0},
    {10, START, 1, 1, 4, 0}, {20, SUBMIT, 2, 0, 0, 0}, {30, SUBMIT, 3, 0, 0, 0},
    {30, START, 3, 0, 1, 0}, {40, SUBMIT, 4, 0, 0, 0}, {50, END, 1, 0, 0, 0},
    {50, START, 2, 1, 1, 0}, {60, SUBMIT, 5, 0, 0, 0}, {60, REJECT, 5, 0, 0, 0},
    {70, KILL, 2, 0, 0, 0},  {100, END, 0, 0, 0, 0},   {100, FINISH, 0, 0, 0, 0},
};
