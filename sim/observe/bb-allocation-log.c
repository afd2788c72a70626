/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks of a run are numbered in the order in which they were placed. */
#include "sim/observe/bb-allocation-log.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"

#include <string.h>

struct _BbAllocationLog {
    const BbNames *names;              /* borrowed */
    const char *const *workload_names; /* borrowed */
    BbOutputFile *file;                /* borrowed */
    GString *job, *place;
};

static const char header[] = "workload,job_id,task,node,devices,from_s,to_s,end\n";

static const char *const end_names[] = {
    [BB_END_COMPLETED] = "completed",
    [BB_END_KILLED] = "killed",
    [BB_END_FAILED] = "failed",
    [BB_END_UNFINISHED] = "unfinished",
};

BbAllocationLog *
bb_allocation_log_new(const BbNames *names, const char *const *workload_names, BbOutputFile *file)
{
    BbAllocationLog *log = g_new0(BbAllocationLog, 1);
    log->names = names;
    log->workload_names = workload_names;
    log->file = file;
    log->job = g_string_new(NULL);
    log->place = g_string_new(NULL);
    bb_output_file_append(file, header, sizeof header - 1);
    return log;
}

void
bb_allocation_log_free(BbAllocationLog *log)
{
    if (log == NULL)
        return;
    g_string_free(log->job, TRUE);
    g_string_free(log->place, TRUE);
    g_free(log);
}

static void
format_job(BbAllocationLog *log, const BbJobRecord *record)
{
    g_string_truncate(log->job, 0);
    bb_csv_append_field(log->job, log->workload_names[record->job.workload]);
    g_string_append_c(log->job, ',');
    bb_csv_append_field(log->job, record->id);
    g_string_append_c(log->job, ',');
}

/* ",NODE,DEVICES,FROM,TO,END": what all tasks of one place share. */
static void
format_place(BbAllocationLog *log, const BbView *view, const BbRun *run, const BbPlaced *placed,
             const char *end)
{
    const BbNode *node = bb_cluster_node(view->cluster, placed->node);

    g_string_truncate(log->place, 0);
    g_string_append_c(log->place, ',');
    bb_csv_append_field(log->place, bb_names_text(log->names, node->name));
    g_string_append_c(log->place, ',');
    for (guint64 left = placed->devices; left != 0; left &= left - 1) {
        if (left != placed->devices)
            g_string_append_c(log->place, ';');
        bb_append_uint(log->place, (guint)__builtin_ctzll(left));
    }
    g_string_append_c(log->place, ',');
    bb_append_seconds(log->place, run->start_us);
    g_string_append_c(log->place, ',');
    bb_append_seconds(log->place, view->now_us);
    g_string_append_c(log->place, ',');
    bb_append_bytes(log->place, end, strlen(end));
    g_string_append_c(log->place, '\n');
}

static void
write_run(BbAllocationLog *log, const BbView *view, const BbRun *run, const char *end)
{
    guint32 task = run->first_task;

    format_job(log, run->record);
    for (guint i = 0; i < run->n_placed; i++) {
        format_place(log, view, run, &run->placed[i], end);
        for (guint32 k = 0; k < run->placed[i].n_tasks; k++) {
            GString *row = bb_output_file_buffer(log->file);
            bb_append_bytes(row, log->job->str, log->job->len);
            bb_append_uint(row, task++);
            bb_append_bytes(row, log->place->str, log->place->len);
        }
    }
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    write_run(data, view, run, end_names[how]);
}

static void
on_evict(gpointer data, const BbView *view, const BbRun *run)
{
    write_run(data, view, run, "evicted");
}

BbObserver
bb_allocation_log_observer(BbAllocationLog *log)
{
    return (BbObserver){.data = log, .on_end = on_end, .on_evict = on_evict};
}
