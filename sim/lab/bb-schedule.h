/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. A schedule as a file claims it, row by row: jobs.csv of a result, allocations.csv beside it,
 * or the schedule of another program. What is not understood is not an error: columns of other
 * names are passed over. Bad values are, with file:line:column. */
#pragma once

#include "sim/base/bb-error.h"
#include "sim/contract/bb-observer.h"

/* Columns job_id and start_s (or start); and where there are any: workload, class, submit_s
 * (submit), finish_s (finish), state, nodes, evictions. Texts are borrowed until the next row. */
typedef struct {
    const char *workload, *id, *class_name;
    const char *nodes;                       /* "n1*2;n7" */
    BbTimeUs submit_us, start_us, finish_us; /* -1: blank */
    gint state;                              /* BbJobState, -1: blank */
    gint64 n_evictions;
} BbScheduleRow;

/* How a task ended that was evicted; beside BbJobState. */
#define BB_TASK_EVICTED BB_N_JOB_STATES

/* Columns workload, job_id, task, node, devices, from_s, to_s, end: one task. */
typedef struct {
    const char *workload, *id, *node;
    guint32 task;
    guint64 devices;
    BbTimeUs from_us, to_us;
    gint end; /* BbJobState, or BB_TASK_EVICTED */
} BbTaskRow;

typedef struct _BbSchedule BbSchedule;

BbSchedule *bb_schedule_open(const char *path, GError **error);
BbSchedule *bb_schedule_open_tasks(const char *path, GError **error);
void bb_schedule_free(BbSchedule *schedule);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbSchedule, bb_schedule_free)

gboolean bb_schedule_has_nodes(const BbSchedule *schedule);
gboolean bb_schedule_has_workloads(const BbSchedule *schedule);
BbReadResult bb_schedule_next(BbSchedule *schedule, BbScheduleRow *out, GError **error);
BbReadResult bb_schedule_next_task(BbSchedule *schedule, BbTaskRow *out, GError **error);
