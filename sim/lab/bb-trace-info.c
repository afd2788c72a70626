/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the rows. Work is summed in 128-bit integers, so that fractions do not depend on the
 * order of rows. How it is shown: bb-trace-info-text.c. */
#include "sim/lab/bb-trace-info.h"

#include "sim/model/bb-range.h"

#include <math.h>
#include <string.h>

#define ALL_RESOURCES ((1u << BB_N_RESOURCES) - 1)

/* What is needed while reading only. */
typedef struct {
    BbInt128 work, logged_work, logged_wait; /* task-microseconds, microseconds */
    guint64 n_logged, n_logged_waits;
    BbTimeUs last_end, logged_first, logged_end;
    BbSeries *demand[BB_N_DEMANDS], *runtime;
    BbNames *names;
    BbShapes *shapes;
} Sums;

static void
free_machine(gpointer data)
{
    BbMachine *machine = data;
    g_free(machine->gpu_model);
    g_free(machine);
}

void
bb_trace_info_free(BbTraceInfo *info)
{
    if (info == NULL)
        return;
    g_free(info->path);
    bb_reader_free(info->reader);
    g_ptr_array_unref(info->machines);
    g_free(info);
}

static void
sums_init(Sums *sums)
{
    *sums = (Sums){.logged_first = BB_TIME_NEVER};
    for (guint d = 0; d < BB_N_DEMANDS; d++)
        sums->demand[d] = bb_series_new();
    sums->runtime = bb_series_new();
    sums->names = bb_names_new();
    sums->shapes = bb_shapes_new(sums->names);
}

static void
sums_clear(Sums *sums)
{
    for (guint d = 0; d < BB_N_DEMANDS; d++)
        bb_series_free(sums->demand[d]);
    bb_series_free(sums->runtime);
    bb_shapes_free(sums->shapes);
    bb_names_free(sums->names);
}

static void
add_logged(Sums *sums, const BbJobRow *row)
{
    BbTimeUs run = row->logged_run_us, wait = MAX(row->logged_wait_us, 0);
    if (run <= 0 || row->logged_tasks <= 0)
        return;
    sums->n_logged++;
    sums->logged_work += (BbInt128)run * row->logged_tasks;
    sums->logged_first = MIN(sums->logged_first, row->submit_us);
    sums->logged_end = MAX(sums->logged_end, MIN(row->submit_us + wait, BB_TIME_MAX) + run);
    sums->n_logged_waits += row->logged_wait_us >= 0;
    sums->logged_wait += wait;
}

static void
add_job(BbTraceInfo *info, Sums *sums, const BbJobRow *row)
{
    gboolean first = info->n_jobs++ == 0;
    info->first_submit_us = first ? row->submit_us : MIN(info->first_submit_us, row->submit_us);
    info->last_submit_us = first ? row->submit_us : MAX(info->last_submit_us, row->submit_us);
    info->n_of_kind[row->kind]++;
    bb_series_add(sums->demand[BB_DEMAND_CPU], (double)row->need.v[BB_CPU]);
    bb_series_add(sums->demand[BB_DEMAND_MEMORY], (double)row->need.v[BB_MEMORY]);
    bb_series_add(sums->demand[BB_DEMAND_DISK], (double)row->need.v[BB_DISK]);
    bb_series_add(sums->demand[BB_DEMAND_GPU], (double)row->need.v[BB_GPU]);
    bb_series_add(sums->demand[BB_DEMAND_TASKS], (double)row->n_tasks);
    bb_shapes_intern(sums->shapes, row, ALL_RESOURCES);
    add_logged(sums, row);
    if (row->runtime_us == BB_TIME_NEVER)
        return;
    bb_series_add(sums->runtime, (double)row->runtime_us / (double)BB_US_PER_S);
    sums->work += (BbInt128)row->runtime_us * row->n_tasks;
    sums->last_end = MAX(sums->last_end, row->submit_us + row->runtime_us);
}

/* work / (processors x span), NaN where there is no such thing. */
static double
fraction(BbInt128 work, gint64 processors, BbTimeUs begin, BbTimeUs end)
{
    if (processors <= 0 || end <= begin)
        return NAN;
    return (double)work / ((double)processors * (double)(end - begin));
}

static void
conclude(BbTraceInfo *info, Sums *sums)
{
    const BbReaderMeta *meta = &info->reader->meta;
    gint64 processors = meta->max_procs > 0 ? meta->max_procs : meta->max_nodes;
    info->offered_load_frac =
        fraction(sums->work, processors, info->first_submit_us, sums->last_end);
    info->logged_utilization_frac =
        sums->n_logged == 0
            ? NAN
            : fraction(sums->logged_work, processors, sums->logged_first, sums->logged_end);
    if (sums->n_logged_waits > 0)
        info->logged_wait_mean_s =
            (double)sums->logged_wait / (double)BB_US_PER_S / (double)sums->n_logged_waits;
    info->n_shapes = bb_shapes_n(sums->shapes);
    for (guint d = 0; d < BB_N_DEMANDS; d++)
        info->demand[d] = bb_series_summary(sums->demand[d]);
    info->runtime_s = bb_series_summary(sums->runtime);
}

static gboolean
read_jobs(BbTraceInfo *info, GError **error)
{
    BbJobRow row;
    Sums sums;
    BbReadResult result;
    sums_init(&sums);
    while ((result = bb_reader_next_job(info->reader, &row, error)) == BB_READ_ROW)
        add_job(info, &sums, &row);
    if (result == BB_READ_END)
        conclude(info, &sums);
    sums_clear(&sums);
    return result == BB_READ_END;
}

static void
add_node(BbTraceInfo *info, const BbNodeRow *row)
{
    BbRange range;
    const char *model = row->gpu_model != NULL ? row->gpu_model : "";
    guint64 count = bb_range_parse(row->id, &range) ? bb_range_n(&range) : 1;
    info->n_nodes += count;
    for (guint m = 0; m < info->machines->len; m++) {
        BbMachine *machine = info->machines->pdata[m];
        if (memcmp(&machine->capacity, &row->capacity, sizeof row->capacity) == 0 &&
            g_str_equal(machine->gpu_model, model)) {
            machine->count += count;
            return;
        }
    }
    BbMachine *machine = g_new(BbMachine, 1);
    *machine = (BbMachine){row->capacity, g_strdup(model), count};
    g_ptr_array_add(info->machines, machine);
}

/* They count as records, that is all. */
static gboolean
read_events(BbTraceInfo *info, GError **error)
{
    BbNodeEventRow row;
    BbReadResult result;
    while ((result = bb_reader_next_node_event(info->reader, &row, error)) == BB_READ_ROW)
        ;
    return result == BB_READ_END;
}

static gboolean
read_nodes(BbTraceInfo *info, GError **error)
{
    BbNodeRow row;
    BbReadResult result;
    while ((result = bb_reader_next_node(info->reader, &row, error)) == BB_READ_ROW)
        if (!row.later)
            add_node(info, &row);
    return result == BB_READ_END && read_events(info, error);
}

BbTraceInfo *
bb_trace_info_new(const BbTraceTables *tables, const char *path, const char *format, GError **error)
{
    g_autoptr(BbTraceInfo) info = g_new0(BbTraceInfo, 1);
    info->machines = g_ptr_array_new_with_free_func(free_machine);
    info->first_submit_us = info->last_submit_us = BB_TIME_NEVER;
    info->offered_load_frac = info->logged_utilization_frac = info->logged_wait_mean_s = NAN;
    info->reader = bb_reader_open(tables->readers, path, format, error);
    if (info->reader == NULL)
        return NULL;
    info->path = g_strdup(bb_input_path(info->reader->input));
    if (!(info->reader->klass->reads == BB_READS_JOBS ? read_jobs(info, error)
                                                      : read_nodes(info, error)))
        return NULL;
    return g_steal_pointer(&info);
}
