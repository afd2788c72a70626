/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was learned about a trace, as JSON and for people. */
#include "sim/lab/bb-trace-info.h"

#include <math.h>

static const char *const demand_names[BB_N_DEMANDS] = {
    [BB_DEMAND_CPU] = "cpu_milli", [BB_DEMAND_MEMORY] = "memory_mib", [BB_DEMAND_DISK] = "disk_mib",
    [BB_DEMAND_GPU] = "gpu_milli", [BB_DEMAND_TASKS] = "tasks",
};

/* A value that fits and is whole is shown as an integer: all but means are. */
static void
stat_json(BbJson *json, const char *key, const BbSummaryStat *stat)
{
    bb_json_begin_object(json, key);
    bb_json_double(json, "min", stat->min);
    bb_json_double(json, "p50", stat->p50);
    bb_json_double(json, "mean", stat->mean);
    bb_json_double(json, "p99", stat->p99);
    bb_json_double(json, "max", stat->max);
    bb_json_end(json);
}

static void
known_int(BbJson *json, const char *key, gint64 value)
{
    if (value >= 0)
        bb_json_int(json, key, value);
    else
        bb_json_null(json, key);
}

static void
machine_json(const BbTraceInfo *info, BbJson *json)
{
    const BbReaderMeta *meta = &info->reader->meta;
    bb_json_begin_object(json, "machine");
    bb_json_text(json, "computer", meta->computer);
    known_int(json, "max_procs", meta->max_procs);
    known_int(json, "max_nodes", meta->max_nodes);
    known_int(json, "unix_start_s", meta->unix_start_s);
    bb_json_end(json);
}

static void
jobs_json(const BbTraceInfo *info, BbJson *json)
{
    bb_json_int(json, "jobs", (gint64)info->n_jobs);
    bb_json_begin_object(json, "skipped");
    for (guint i = 0; i < info->reader->skipped->len; i++) {
        const BbSkipped *skipped = info->reader->skipped->pdata[i];
        bb_json_int(json, skipped->reason, (gint64)skipped->count);
    }
    bb_json_end(json);
    machine_json(info, json);
    bb_json_seconds(json, "first_submit_s", info->first_submit_us);
    bb_json_seconds(json, "last_submit_s", info->last_submit_us);
    bb_json_double(json, "offered_load_frac", info->offered_load_frac);
    bb_json_double(json, "logged_utilization_frac", info->logged_utilization_frac);
    bb_json_double(json, "logged_wait_mean_s", info->logged_wait_mean_s);
    bb_json_begin_object(json, "kinds");
    for (guint k = 0; k < BB_N_KINDS; k++)
        if (info->n_of_kind[k] > 0)
            bb_json_int(json, bb_kind_names[k], (gint64)info->n_of_kind[k]);
    bb_json_end(json);
    bb_json_int(json, "shapes", info->n_shapes);
    bb_json_begin_object(json, "demand");
    for (guint d = 0; d < BB_N_DEMANDS; d++)
        stat_json(json, demand_names[d], &info->demand[d]);
    bb_json_end(json);
    stat_json(json, "runtime_s", &info->runtime_s);
}

static void
nodes_json(const BbTraceInfo *info, BbJson *json)
{
    bb_json_int(json, "nodes", (gint64)info->n_nodes);
    bb_json_begin_array(json, "machines");
    for (guint m = 0; m < info->machines->len; m++) {
        const BbMachine *machine = info->machines->pdata[m];
        bb_json_begin_object(json, NULL);
        bb_json_int(json, "count", (gint64)machine->count);
        bb_json_int(json, "cpu_milli", machine->capacity.v[BB_CPU]);
        bb_json_int(json, "memory_mib", machine->capacity.v[BB_MEMORY]);
        bb_json_int(json, "disk_mib", machine->capacity.v[BB_DISK]);
        bb_json_int(json, "gpu", machine->capacity.v[BB_GPU] / 1000);
        bb_json_text(json, "gpu_model", *machine->gpu_model != '\0' ? machine->gpu_model : NULL);
        bb_json_end(json);
    }
    bb_json_end(json);
}

void
bb_trace_info_json(const BbTraceInfo *info, BbJson *json)
{
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "path", info->path);
    bb_json_text(json, "format", info->reader->klass->name);
    bb_json_text(json, "sha256", bb_input_sha256(info->reader->input));
    bb_json_int(json, "records", (gint64)info->reader->n_records);
    if (info->reader->klass->reads == BB_READS_JOBS)
        jobs_json(info, json);
    else
        nodes_json(info, json);
    bb_json_end(json);
}

/* ---- For people ---- */

static void line(GString *out, const char *label, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
line(GString *out, const char *label, const char *format, ...)
{
    va_list args;
    g_string_append_printf(out, "%-22s", label);
    va_start(args, format);
    g_string_append_vprintf(out, format, args);
    va_end(args);
    g_string_append_c(out, '\n');
}

static void
percent_line(GString *out, const char *label, double frac)
{
    if (isfinite(frac))
        line(out, label, "%.2f %%", frac * 100);
    else
        line(out, label, "not known");
}

static void
time_line(GString *out, const char *label, double seconds)
{
    g_autofree char *text = isfinite(seconds) ? bb_format_duration(seconds) : NULL;
    line(out, label, "%s", text != NULL ? text : "not known");
}

static void
stat_line(GString *out, const char *label, const BbSummaryStat *stat)
{
    g_string_append_printf(out, "%-14s %14.10g %14.10g %14.10g %14.10g %14.10g\n", label, stat->min,
                           stat->p50, stat->mean, stat->p99, stat->max);
}

static void
demand_table(const BbTraceInfo *info, GString *out)
{
    g_string_append_printf(out, "\n%-14s %14s %14s %14s %14s %14s\n", "per task", "min", "P50",
                           "mean", "P99", "max");
    for (guint d = 0; d < BB_DEMAND_TASKS; d++)
        if (info->demand[d].max > 0)
            stat_line(out, demand_names[d], &info->demand[d]);
    stat_line(out, "tasks of a job", &info->demand[BB_DEMAND_TASKS]);
    if (info->runtime_s.n > 0)
        stat_line(out, "runtime_s", &info->runtime_s);
}

static void
kinds_line(const BbTraceInfo *info, GString *out)
{
    g_autoptr(GString) kinds = g_string_new(NULL);
    for (guint k = 0; k < BB_N_KINDS; k++)
        if (info->n_of_kind[k] > 0)
            g_string_append_printf(kinds, "%s%" G_GUINT64_FORMAT " %s", kinds->len > 0 ? ", " : "",
                                   info->n_of_kind[k], bb_kind_names[k]);
    line(out, "kinds", "%s", kinds->str);
}

static void
jobs_table(const BbTraceInfo *info, GString *out)
{
    const BbReaderMeta *meta = &info->reader->meta;
    line(out, "jobs", "%" G_GUINT64_FORMAT, info->n_jobs);
    for (guint i = 0; i < info->reader->skipped->len; i++) {
        const BbSkipped *skipped = info->reader->skipped->pdata[i];
        line(out, "skipped", "%" G_GUINT64_FORMAT ", %s", skipped->count, skipped->reason);
    }
    if (meta->computer != NULL)
        line(out, "computer", "%s", meta->computer);
    if (meta->max_procs >= 0)
        line(out, "processors", "%" G_GINT64_FORMAT, meta->max_procs);
    if (meta->max_nodes >= 0)
        line(out, "nodes of the machine", "%" G_GINT64_FORMAT, meta->max_nodes);
    if (info->n_jobs == 0)
        return;
    time_line(out, "from first to last",
              (double)(info->last_submit_us - info->first_submit_us) / (double)BB_US_PER_S);
    percent_line(out, "offered load", info->offered_load_frac);
    percent_line(out, "logged utilisation", info->logged_utilization_frac);
    time_line(out, "logged mean wait", info->logged_wait_mean_s);
    kinds_line(info, out);
    line(out, "shapes", "%u", info->n_shapes);
    demand_table(info, out);
}

static void
nodes_table(const BbTraceInfo *info, GString *out)
{
    line(out, "nodes", "%" G_GUINT64_FORMAT, info->n_nodes);
    g_string_append_printf(out, "\n%10s %12s %12s %12s %5s %s\n", "count", "cpu_milli",
                           "memory_mib", "disk_mib", "gpu", "gpu_model");
    for (guint m = 0; m < info->machines->len; m++) {
        const BbMachine *machine = info->machines->pdata[m];
        const gint64 *v = machine->capacity.v;
        g_string_append_printf(out,
                               "%10" G_GUINT64_FORMAT " %12" G_GINT64_FORMAT " %12" G_GINT64_FORMAT
                               " %12" G_GINT64_FORMAT " %5" G_GINT64_FORMAT "%s%s\n",
                               machine->count, v[BB_CPU], v[BB_MEMORY], v[BB_DISK],
                               v[BB_GPU] / 1000, *machine->gpu_model != '\0' ? " " : "",
                               machine->gpu_model);
    }
}

void
bb_trace_info_table(const BbTraceInfo *info, GString *out)
{
    line(out, "trace", "%s", info->path);
    line(out, "format", "%s", info->reader->klass->name);
    line(out, "sha256", "%s", bb_input_sha256(info->reader->input));
    line(out, "records", "%" G_GUINT64_FORMAT, info->reader->n_records);
    if (info->reader->klass->reads == BB_READS_JOBS)
        jobs_table(info, out);
    else
        nodes_table(info, out);
}
