/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row is written when its job is over, into one long text; an index of (seq, place) is sorted at
 * the end. */
#include "sim/observe/bb-job-log.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"
#include "sim/observe/bb-placements.h"

typedef struct {
    guint64 seq;
    gsize offset, length;
} Row;

struct _BbJobLog {
    const BbNames *names;              /* borrowed */
    const char *const *workload_names; /* borrowed */
    BbPlacements *placements;
    GString *text;
    GArray *rows; /* of Row */
};

static const char header[] = "job_id,workload,kind,class,tasks,submit_s,start_s,ready_s,finish_s,"
                             "wait_s,startup_s,state,evictions,nodes\n";

BbJobLog *
bb_job_log_new(const BbNames *names, const char *const *workload_names)
{
    BbJobLog *log = g_new0(BbJobLog, 1);
    log->names = names;
    log->workload_names = workload_names;
    log->placements = bb_placements_new();
    log->text = g_string_new(NULL);
    log->rows = g_array_new(FALSE, FALSE, sizeof(Row));
    return log;
}

void
bb_job_log_free(BbJobLog *log)
{
    if (log == NULL)
        return;
    bb_placements_free(log->placements);
    g_string_free(log->text, TRUE);
    g_array_unref(log->rows);
    g_free(log);
}

static void
append_seconds(GString *out, gboolean known, BbTimeUs time_us)
{
    if (known)
        bb_append_seconds(out, time_us);
    g_string_append_c(out, ',');
}

static void
append_text(GString *out, const char *text)
{
    bb_csv_append_field(out, text);
    g_string_append_c(out, ',');
}

static void
append_times(GString *out, const BbJobRecord *record)
{
    gboolean started = record->start_us >= 0, ready = record->ready_us >= 0;
    gboolean finished = record->finish_us >= 0 && record->state != BB_JOB_UNFINISHED &&
                        record->state != BB_JOB_REJECTED;

    append_seconds(out, TRUE, record->job.submit_us);
    append_seconds(out, started, record->start_us);
    append_seconds(out, ready, record->ready_us);
    append_seconds(out, finished, record->finish_us);
    append_seconds(out, started, record->start_us - record->job.submit_us);
    append_seconds(out, started && ready, record->ready_us - record->start_us);
}

static void
append_nodes(BbJobLog *log, const BbView *view, guint64 seq)
{
    g_autoptr(GString) nodes = g_string_new(NULL);
    guint n;
    const BbNodeTasks *at = bb_placements_take(log->placements, seq, &n);

    for (guint i = 0; i < n; i++) {
        const BbNode *node = bb_cluster_node(view->cluster, at[i].node);
        g_string_append(nodes, i > 0 ? ";" : "");
        g_string_append(nodes, bb_names_text(log->names, node->name));
        if (at[i].n_tasks > 1)
            g_string_append_printf(nodes, "*%" G_GUINT32_FORMAT, at[i].n_tasks);
    }
    bb_csv_append_field(log->text, nodes->str);
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    BbJobLog *log = data;
    (void)view;
    (void)how;
    bb_placements_add(log->placements, run);
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbJobLog *log = data;
    Row row = {.seq = record->job.seq, .offset = log->text->len};

    append_text(log->text, record->id);
    append_text(log->text, log->workload_names[record->job.workload]);
    append_text(log->text, bb_kind_names[record->job.shape->kind]);
    append_text(log->text, bb_names_text(log->names, record->job.class_name));
    g_string_append_printf(log->text, "%" G_GUINT32_FORMAT ",", record->n_tasks);
    append_times(log->text, record);
    append_text(log->text, bb_job_state_names[record->state]);
    g_string_append_printf(log->text, "%" G_GUINT32_FORMAT ",", record->n_evictions);
    append_nodes(log, view, record->job.seq);
    g_string_append_c(log->text, '\n');
    row.length = log->text->len - row.offset;
    g_array_append_val(log->rows, row);
}

BbObserver
bb_job_log_observer(BbJobLog *log)
{
    return (BbObserver){.data = log, .on_end = on_end, .on_job_done = on_job_done};
}

static gint
by_seq(gconstpointer a, gconstpointer b)
{
    const Row *x = a, *y = b;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

void
bb_job_log_write(BbJobLog *log, BbOutputFile *file)
{
    bb_output_file_append(file, header, sizeof header - 1);
    g_array_sort(log->rows, by_seq);
    for (guint i = 0; i < log->rows->len; i++) {
        const Row *row = &g_array_index(log->rows, Row, i);
        bb_output_file_append(file, log->text->str + row->offset, row->length);
    }
}
