/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep says of its runs. A summary of many classes takes a good part of a run's time to be read,
 * so the numbers of runs of now come from memory; they are the same doubles. */
#include "bb-sweep-private.h"

#include "bb-recorder.h"
#include "sim/base/bb-csv.h"
#include "sim/base/bb-json.h"
#include "sim/observe/bb-metric-name.h"
#include "sim/report/bb-summary-read.h"

#include <math.h>
#include <string.h>

/* Names as in bb-metric-name.h; a share is a path over another. */
static const struct {
    const char *name, *path, *of;
} metrics[BB_SWEEP_METRICS] = {
    {"submitted", "jobs.submitted", NULL},
    {"killed_frac", "jobs.killed", "jobs.submitted"},
    {"rejected_frac", "jobs.rejected", "jobs.submitted"},
    {"unfinished_frac", "jobs.unfinished", "jobs.submitted"},
    {"censored_frac", "jobs.censored", "jobs.submitted"},
    {"waited_frac", "jobs.waited", "jobs.started"},
    {"wait_mean", "wait_s.mean", NULL},
    {"wait_p50", "wait_s.p50", NULL},
    {"wait_p95", "wait_s.p95", NULL},
    {"wait_p99", "wait_s.p99", NULL},
    {"turnaround_mean", "turnaround_s.mean", NULL},
    {"bounded_slowdown_mean", "bounded_slowdown.mean", NULL},
    {"bounded_slowdown_p95", "bounded_slowdown.p95", NULL},
    {"cpu_allocated_frac_bought", "resources.cpu.allocated_frac_bought", NULL},
    {"memory_allocated_frac_bought", "resources.memory.allocated_frac_bought", NULL},
    {"gpu_allocated_frac_bought", "resources.gpu.allocated_frac_bought", NULL},
    {"load100_gpu_allocated_frac", "fragmentation.load100_gpu_allocated_frac", NULL},
    {"load100_gpu_fragmented_frac", "fragmentation.load100_gpu_fragmented_frac", NULL},
    {"nodes_busy_mean", "nodes.busy_mean", NULL},
    {"nodes_busy_peak", "nodes.busy_peak", NULL},
    {"makespan", "time.makespan_s", NULL},
};

void
bb_sweep_measure(const BbResult *result, BbSweepCell *cell)
{
    for (guint m = 0; m < BB_SWEEP_METRICS; m++) {
        BbMetric metric;
        if (bb_metric_get(result, metrics[m].name, &metric, NULL))
            cell->metrics[m] = metric.value;
    }
}

gboolean
bb_sweep_read(const char *path, BbSweepCell *cell)
{
    g_autofree char *file = g_build_filename(path, "summary.json", NULL);
    if (!bb_recorder_is_complete(path, cell->record))
        return FALSE;
    g_autoptr(JsonParser) parser = bb_summary_open(file, NULL);
    JsonObject *root = parser ? bb_summary_root(parser) : NULL;
    if (!root || g_strcmp0(bb_summary_text(root, "experiment.sha256"), cell->sha256) != 0)
        return FALSE;
    for (guint m = 0; m < BB_SWEEP_METRICS; m++) {
        cell->metrics[m] = bb_summary_number(root, metrics[m].path);
        if (metrics[m].of)
            cell->metrics[m] /= bb_summary_number(root, metrics[m].of);
    }
    return TRUE;
}

/* ---- runs.csv ---- */

/* The seed has a column of its own. */
static gboolean
is_seed(const BbAxis *axis)
{
    return strcmp(axis->target, "experiment.seed") == 0;
}

static void
append_header(GString *out, const BbAxes *axes)
{
    for (guint i = 0; i < axes->axes->len; i++) {
        const BbAxis *axis = axes->axes->pdata[i];
        if (is_seed(axis))
            continue;
        bb_csv_append_field(out, axis->key);
        g_string_append_c(out, ',');
    }
    g_string_append(out, "seed,folder");
    for (guint m = 0; m < BB_SWEEP_METRICS; m++)
        g_string_append_printf(out, ",%s", metrics[m].name);
    g_string_append(out, ",error\n");
}

static void
append_numbers(GString *out, const BbSweepCell *cell)
{
    for (guint m = 0; m < BB_SWEEP_METRICS; m++) {
        g_string_append_c(out, ',');
        if (!cell->error && isfinite(cell->metrics[m]))
            bb_append_double(out, cell->metrics[m]);
    }
}

static void
append_row(GString *out, const BbAxes *axes, guint index, const BbSweepCell *cell)
{
    for (guint i = 0; i < axes->axes->len; i++) {
        if (is_seed(axes->axes->pdata[i]))
            continue;
        bb_csv_append_field(out, bb_axes_value(axes, i, index));
        g_string_append_c(out, ',');
    }
    g_string_append_printf(out, "%" G_GINT64_FORMAT ",", cell->seed);
    if (!cell->error)
        g_string_append_printf(out, "runs/%s", cell->folder);
    append_numbers(out, cell);
    g_string_append_c(out, ',');
    if (cell->error) {
        g_autofree char *line = g_strdelimit(g_strdup(cell->error->message), "\r\n", ' ');
        bb_csv_append_field(out, line);
    }
    g_string_append_c(out, '\n');
}

char *
bb_sweep_csv(const BbSweepOptions *options, const GArray *cells)
{
    GString *out = g_string_new(NULL);
    append_header(out, options->axes);
    for (guint i = 0; i < cells->len; i++)
        append_row(out, options->axes, i, bb_sweep_cell(cells, i));
    return g_string_free(out, FALSE);
}

/* ---- sweep.json ---- */

static void
write_axes(BbJson *json, const BbAxes *axes)
{
    bb_json_begin_array(json, "axes");
    for (guint i = 0; i < axes->axes->len; i++) {
        const BbAxis *axis = axes->axes->pdata[i];
        if (is_seed(axis))
            continue;
        bb_json_begin_object(json, NULL);
        bb_json_text(json, "key", axis->key);
        bb_json_begin_array(json, "values");
        for (guint v = 0; v < axis->values->len; v++)
            bb_json_text(json, NULL, axis->values->pdata[v]);
        bb_json_end(json);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_seeds(BbJson *json, const BbSweepOptions *options)
{
    gint64 seed;
    bb_json_begin_array(json, "seeds");
    for (guint i = 0; i < options->axes->axes->len; i++) {
        const BbAxis *axis = options->axes->axes->pdata[i];
        for (guint v = 0; is_seed(axis) && v < axis->values->len; v++) {
            if (bb_parse_int(axis->values->pdata[v], 0, G_MAXINT64, &seed, NULL))
                bb_json_int(json, NULL, seed);
        }
        if (is_seed(axis)) {
            bb_json_end(json);
            return;
        }
    }
    bb_json_int(json, NULL, options->experiment->seed);
    bb_json_end(json);
}

static void
write_counts(BbJson *json, const GArray *cells)
{
    guint n_failed = 0;
    for (guint i = 0; i < cells->len; i++)
        n_failed += bb_sweep_cell(cells, i)->error != NULL;
    bb_json_begin_object(json, "runs");
    bb_json_int(json, "count", cells->len);
    bb_json_int(json, "failed", n_failed);
    bb_json_end(json);
}

char *
bb_sweep_json(const BbSweepOptions *options, const GArray *cells)
{
    g_autoptr(BbJson) json = bb_json_new();
    g_autofree char *experiment = bb_experiment_to_text(options->experiment);
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "breakbulk-sweep/1");
    bb_json_text(json, "version", BB_VERSION);
    bb_json_text(json, "build", options->build);
    bb_json_text(json, "name", options->experiment->name);
    write_axes(json, options->axes);
    write_seeds(json, options);
    write_counts(json, cells);
    bb_json_text(json, "experiment", experiment);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}
