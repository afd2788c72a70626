/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two tables of columns over the same typed fields. Published schedules write start where a result
 * writes start_s: each time is looked for under both names. */
#include "sim/lab/bb-schedule.h"

#include "sim/base/bb-units.h"
#include "sim/contract/bb-columns.h"
#include "sim/model/bb-resources.h"

#include <string.h>

enum {
    JOB_ID,
    WORKLOAD,
    CLASS,
    STATE,
    NODES,
    SUBMIT_S,
    SUBMIT,
    START_S,
    START,
    FINISH_S,
    FINISH,
    EVICTIONS,
};

static const BbCsvColumn job_columns[] = {
    [JOB_ID] = {"job_id", TRUE},
    [WORKLOAD] = {"workload", FALSE},
    [CLASS] = {"class", FALSE},
    [STATE] = {"state", FALSE},
    [NODES] = {"nodes", FALSE},
    [SUBMIT_S] = {"submit_s", FALSE},
    [SUBMIT] = {"submit", FALSE},
    [START_S] = {"start_s", FALSE},
    [START] = {"start", FALSE},
    [FINISH_S] = {"finish_s", FALSE},
    [FINISH] = {"finish", FALSE},
    [EVICTIONS] = {"evictions", FALSE},
    {NULL, FALSE},
};

enum { TASK_WORKLOAD, TASK_JOB, TASK, TASK_NODE, DEVICES, FROM, TO, END };

static const BbCsvColumn task_columns[] = {
    [TASK_WORKLOAD] = {"workload", TRUE},
    [TASK_JOB] = {"job_id", TRUE},
    [TASK] = {"task", TRUE},
    [TASK_NODE] = {"node", TRUE},
    [DEVICES] = {"devices", TRUE},
    [FROM] = {"from_s", TRUE},
    [TO] = {"to_s", TRUE},
    [END] = {"end", TRUE},
    {NULL, FALSE},
};

struct _BbSchedule {
    BbInput *input;
    BbColumns columns;
};

static BbSchedule *
open_as(const char *path, const BbCsvColumn *columns, GError **error)
{
    g_autoptr(BbSchedule) schedule = g_new0(BbSchedule, 1);
    schedule->input = bb_input_open(path, error);
    if (!schedule->input ||
        !bb_columns_open(&schedule->columns, schedule->input, columns, "", error))
        return NULL;
    return g_steal_pointer(&schedule);
}

BbSchedule *
bb_schedule_open(const char *path, GError **error)
{
    g_autoptr(BbSchedule) schedule = open_as(path, job_columns, error);
    if (!schedule)
        return NULL;
    if (!bb_columns_has(&schedule->columns, START_S) &&
        !bb_columns_has(&schedule->columns, START)) {
        bb_error_input(error, path, 1, 0, "expected a column start_s, found none");
        return NULL;
    }
    return g_steal_pointer(&schedule);
}

BbSchedule *
bb_schedule_open_tasks(const char *path, GError **error)
{
    return open_as(path, task_columns, error);
}

void
bb_schedule_free(BbSchedule *schedule)
{
    if (!schedule)
        return;
    bb_columns_clear(&schedule->columns);
    g_clear_pointer(&schedule->input, bb_input_free);
    g_free(schedule);
}

gboolean
bb_schedule_has_nodes(const BbSchedule *schedule)
{
    return bb_columns_has(&schedule->columns, NODES);
}

gboolean
bb_schedule_has_workloads(const BbSchedule *schedule)
{
    return bb_columns_has(&schedule->columns, WORKLOAD);
}

static gboolean
read_id(const BbColumns *columns, guint column, const char **out, GError **error)
{
    *out = "";
    if (!bb_columns_text(columns, column, out, error))
        return FALSE;
    return **out != '\0' || bb_columns_error(columns, column, "an id", error);
}

static gboolean
read_state(const BbColumns *columns, guint column, gint *out, GError **error)
{
    const char *text = bb_columns_raw(columns, column);
    for (gint state = 0; state < BB_N_JOB_STATES; state++) {
        if (strcmp(text, bb_job_state_names[state]) == 0) {
            *out = state;
            return TRUE;
        }
    }
    return *text == '\0' ||
           bb_columns_error(columns, column, "completed, killed, failed, rejected or unfinished",
                            error);
}

static gboolean
read_time(const BbColumns *columns, guint column, BbTimeUs *out, GError **error)
{
    *out = -1;
    return bb_columns_seconds(columns, column, out, error) &&
           (*out >= 0 || bb_columns_seconds(columns, column + 1, out, error));
}

BbReadResult
bb_schedule_next(BbSchedule *schedule, BbScheduleRow *out, GError **error)
{
    const BbColumns *columns = &schedule->columns;
    BbReadResult result = bb_columns_next(&schedule->columns, error);
    if (result != BB_READ_ROW)
        return result;
    *out = (BbScheduleRow){.workload = "", .class_name = "", .nodes = "", .state = -1};
    if (!read_id(columns, JOB_ID, &out->id, error) ||
        !bb_columns_text(columns, WORKLOAD, &out->workload, error) ||
        !bb_columns_text(columns, CLASS, &out->class_name, error) ||
        !bb_columns_text(columns, NODES, &out->nodes, error) ||
        !read_time(columns, SUBMIT_S, &out->submit_us, error) ||
        !read_time(columns, START_S, &out->start_us, error) ||
        !read_time(columns, FINISH_S, &out->finish_us, error) ||
        !bb_columns_int(columns, EVICTIONS, 0, G_MAXINT64, &out->n_evictions, error) ||
        !read_state(columns, STATE, &out->state, error))
        return BB_READ_ERROR;
    return BB_READ_ROW;
}

/* "0;3", blank: none. */
static gboolean
read_devices(const BbColumns *columns, guint64 *out, GError **error)
{
    const char *text = bb_columns_raw(columns, DEVICES);
    *out = 0;
    if (*text == '\0')
        return TRUE;
    g_auto(GStrv) items = g_strsplit(text, ";", -1);
    for (guint i = 0; items[i]; i++) {
        gint64 device;
        if (!bb_parse_int(items[i], 0, BB_DEVICES_MAX - 1, &device, NULL) ||
            (*out >> device & 1) != 0)
            return bb_columns_error(columns, DEVICES, "different devices, as in 0;3", error);
        *out |= G_GUINT64_CONSTANT(1) << device;
    }
    return TRUE;
}

static gboolean
read_needed_time(const BbColumns *columns, guint column, BbTimeUs *out, GError **error)
{
    *out = -1;
    return bb_columns_seconds(columns, column, out, error) &&
           (*out >= 0 || bb_columns_error(columns, column, "seconds", error));
}

static gboolean
read_end(const BbColumns *columns, gint *out, GError **error)
{
    if (strcmp(bb_columns_raw(columns, END), "evicted") != 0)
        return read_state(columns, END, out, error);
    *out = BB_TASK_EVICTED;
    return TRUE;
}

BbReadResult
bb_schedule_next_task(BbSchedule *schedule, BbTaskRow *out, GError **error)
{
    const BbColumns *columns = &schedule->columns;
    gint64 task = -1;
    BbReadResult result = bb_columns_next(&schedule->columns, error);
    if (result != BB_READ_ROW)
        return result;
    *out = (BbTaskRow){.workload = "", .end = -1};
    if (!read_id(columns, TASK_JOB, &out->id, error) ||
        !read_id(columns, TASK_NODE, &out->node, error) ||
        !bb_columns_text(columns, TASK_WORKLOAD, &out->workload, error) ||
        !bb_columns_int(columns, TASK, 0, BB_TASKS_MAX, &task, error) ||
        !read_devices(columns, &out->devices, error) ||
        !read_needed_time(columns, FROM, &out->from_us, error) ||
        !read_needed_time(columns, TO, &out->to_us, error) || !read_end(columns, &out->end, error))
        return BB_READ_ERROR;
    if (task < 0 || out->end < 0) {
        bb_columns_error(columns, task < 0 ? TASK : END, "a value", error);
        return BB_READ_ERROR;
    }
    out->task = (guint32)task;
    return BB_READ_ROW;
}
