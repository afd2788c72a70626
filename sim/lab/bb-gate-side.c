/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run's folder is a sweep of one. Each summary is read, asked for the metrics and dropped. */
#include "bb-gate-side.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"
#include "sim/report/bb-summary-metric.h"

#include <math.h>
#include <string.h>

#define SWEEP_NEWEST 1

static void
free_run(gpointer data)
{
    BbGateRun *run = data;
    g_free(run->folder);
    g_free(run->values);
    g_free(run);
}

static void
free_cell(gpointer data)
{
    BbGateCell *cell = data;
    g_free(cell->label);
    g_hash_table_unref(cell->keys);
    g_ptr_array_unref(cell->traces);
    g_ptr_array_unref(cell->runs);
    g_free(cell);
}

BbGateSide *
bb_gate_side_new(const char *path)
{
    BbGateSide *side = g_new0(BbGateSide, 1);
    side->path = g_strdup(path);
    side->metrics = g_ptr_array_new_with_free_func(g_free);
    side->cells = g_ptr_array_new_with_free_func(free_cell);
    return side;
}

void
bb_gate_side_free(BbGateSide *side)
{
    if (side == NULL)
        return;
    g_free(side->path);
    g_free(side->version);
    g_ptr_array_unref(side->metrics);
    g_ptr_array_unref(side->cells);
    g_free(side);
}

BbGateCell *
bb_gate_cell_new(BbGateSide *side, const char *label)
{
    for (guint i = 0; i < side->cells->len; i++) {
        BbGateCell *cell = side->cells->pdata[i];
        if (strcmp(cell->label, label) == 0)
            return cell;
    }
    BbGateCell *cell = g_new0(BbGateCell, 1);
    cell->label = g_strdup(label);
    cell->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    cell->traces = g_ptr_array_new_with_free_func(g_free);
    cell->runs = g_ptr_array_new_with_free_func(free_run);
    g_ptr_array_add(side->cells, cell);
    return cell;
}

BbGateRun *
bb_gate_run_new(BbGateCell *cell, gint64 seed, guint n_metrics)
{
    BbGateRun *run = g_new0(BbGateRun, 1);
    run->seed = seed;
    run->values = g_new(double, n_metrics);
    run->last_submit_s = run->longest_s = NAN;
    for (guint m = 0; m < n_metrics; m++)
        run->values[m] = NAN;
    g_ptr_array_add(cell->runs, run);
    return run;
}

const BbGateRun *
bb_gate_cell_run(const BbGateCell *cell, gint64 seed)
{
    for (guint i = 0; i < cell->runs->len; i++) {
        const BbGateRun *run = cell->runs->pdata[i];
        if (run->seed == seed)
            return run;
    }
    return NULL;
}

gint
bb_gate_side_find(const BbGateSide *side, const char *metric)
{
    guint index;
    return g_ptr_array_find_with_equal_func(side->metrics, metric, g_str_equal, &index)
               ? (gint)index
               : -1;
}

/* ---- the inputs of a run ---- */

/* Decides nothing, or is looked at elsewhere. */
static gboolean
is_left_out(const char *group, const char *key)
{
    static const char *const left_out[] = {"experiment.name", "experiment.seed",
                                           "experiment.record", "experiment.search", NULL};
    g_autofree char *full = g_strconcat(group, ".", key, NULL);
    return g_strv_contains(left_out, full) ||
           (g_str_has_prefix(group, "workload") && strcmp(key, "trace") == 0);
}

static void
take_group(BbGateCell *cell, GKeyFile *file, const char *group, const char *name)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
    for (guint k = 0; keys != NULL && keys[k] != NULL; k++) {
        if (!is_left_out(name, keys[k]))
            g_hash_table_insert(cell->keys, g_strconcat(name, ".", keys[k], NULL),
                                g_key_file_get_value(file, group, keys[k], NULL));
    }
}

/* Workloads by their place: their names are those of files. */
static gboolean
take_keys(BbGateCell *cell, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "experiment.ini", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) cause = NULL;
    guint n_workloads = 0;
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause))
        return bb_error_input(error, path, 0, 0, "expected the experiment of the run: %s",
                              cause->message);
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (guint i = 0; groups[i] != NULL; i++) {
        g_autofree char *name = g_strdelimit(g_strdup(groups[i]), " ", '.');
        if (g_str_has_prefix(groups[i], "workload")) {
            g_free(name);
            name = g_strdup_printf("workload %u", ++n_workloads);
        }
        take_group(cell, file, groups[i], name);
    }
    return TRUE;
}

static void
take_traces(BbGateCell *cell, JsonObject *root)
{
    guint n = bb_summary_length(root, "experiment.traces");
    for (guint i = 0; i < n; i++) {
        JsonObject *trace = bb_summary_nth_object(root, "experiment.traces", i);
        const char *format = bb_summary_text(trace, "format"),
                   *hash = bb_summary_text(trace, "sha256");
        g_ptr_array_add(cell->traces, g_strconcat(format != NULL ? format : "", " ",
                                                  hash != NULL ? hash : "", NULL));
    }
}

/* ---- folders ---- */

static gboolean
add_run(BbGateSide *side, const char *label, const char *folder, GError **error)
{
    g_autoptr(JsonParser) parser = bb_summary_open_folder(folder, error);
    if (parser == NULL)
        return FALSE;
    JsonObject *root = bb_summary_root(parser);
    BbGateCell *cell = bb_gate_cell_new(side, label);
    gint64 seed = (gint64)bb_summary_number(root, "experiment.seed");
    if (bb_gate_cell_run(cell, seed) != NULL)
        return bb_error_input(error, folder, 0, 0,
                              "expected each seed once, found %" G_GINT64_FORMAT " again", seed);
    if (cell->runs->len == 0) {
        take_traces(cell, root);
        if (!take_keys(cell, folder, error))
            return FALSE;
    }
    BbGateRun *run = bb_gate_run_new(cell, seed, side->metrics->len);
    run->folder = g_strdup(folder);
    run->last_submit_s = bb_summary_number(root, "time.last_submit_s");
    run->longest_s = bb_summary_number(root, "bounds.makespan.longest_s");
    for (guint m = 0; m < side->metrics->len; m++)
        run->values[m] = bb_summary_metric(root, side->metrics->pdata[m]);
    if (side->version == NULL)
        side->version = g_strdup(bb_summary_text(root, "version"));
    return TRUE;
}

/* Column by name; -1: none. */
static gint
column_of(GPtrArray *header, const char *name)
{
    guint index;
    return g_ptr_array_find_with_equal_func(header, name, g_str_equal, &index) ? (gint)index : -1;
}

/* What stands before the seed: the keys that were varied. */
static char *
label_of(const BbCsv *csv, GPtrArray *header, gint seed)
{
    g_autoptr(GString) label = g_string_new(NULL);
    for (gint c = 0; c < seed; c++)
        g_string_append_printf(label, "%s%s=%s", c > 0 ? " " : "", (char *)header->pdata[c],
                               bb_csv_field(csv, (guint)c));
    return g_string_free(g_steal_pointer(&label), FALSE);
}

static gboolean
add_row(BbGateSide *side, const BbCsv *csv, GPtrArray *header, GError **error)
{
    gint seed = column_of(header, "seed"), folder = column_of(header, "folder");
    gint failed = column_of(header, "error");
    if (bb_csv_n_fields(csv) != header->len)
        return bb_csv_error(csv, 0, NULL, "as many fields as the header has", error);
    g_autofree char *label = label_of(csv, header, seed);
    if (*bb_csv_field(csv, (guint)failed) != '\0')
        return bb_csv_error(csv, (guint)failed, "error", "a run that did not fail", error);
    g_autofree char *path = g_build_filename(side->path, bb_csv_field(csv, (guint)folder), NULL);
    return add_run(side, label, path, error);
}

static gboolean
read_rows(BbGateSide *side, BbInput *input, GError **error)
{
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    g_autoptr(GPtrArray) header = g_ptr_array_new_with_free_func(g_free);
    BbReadResult result = bb_csv_next(csv, error);
    for (guint c = 0; result == BB_READ_ROW && c < bb_csv_n_fields(csv); c++)
        g_ptr_array_add(header, g_strdup(bb_csv_field(csv, c)));
    if (result == BB_READ_ERROR)
        return FALSE;
    if (column_of(header, "seed") < 0 || column_of(header, "folder") < 0 ||
        column_of(header, "error") < 0)
        return bb_error_input(error, bb_input_path(input), 1, 0,
                              "expected columns seed, folder and error");
    while ((result = bb_csv_next(csv, error)) == BB_READ_ROW)
        if (!add_row(side, csv, header, error))
            return FALSE;
    return result == BB_READ_END;
}

static gboolean
read_sweep(BbGateSide *side, GError **error)
{
    g_autofree char *path = g_build_filename(side->path, "sweep.json", NULL);
    g_autofree char *rows = g_build_filename(side->path, "runs.csv", NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) cause = NULL;
    if (!json_parser_load_from_file(parser, path, &cause))
        return bb_error_input(error, path, 0, 0, "expected a sweep: %s", cause->message);
    JsonNode *root = json_parser_get_root(parser);
    const char *schema = root != NULL && JSON_NODE_HOLDS_OBJECT(root)
                             ? bb_summary_text(json_node_get_object(root), "schema")
                             : NULL;
    if (!bb_summary_check_schema(path, schema, "sweep", SWEEP_NEWEST, error))
        return FALSE;
    g_autoptr(BbInput) input = bb_input_open(rows, error);
    return input != NULL && read_rows(side, input, error);
}

static gboolean
read_folder(BbGateSide *side, GError **error)
{
    g_autofree char *sweep = g_build_filename(side->path, "sweep.json", NULL);
    g_autofree char *runs = g_build_filename(side->path, "runs", NULL);
    if (g_file_test(sweep, G_FILE_TEST_EXISTS))
        return read_sweep(side, error);
    if (g_file_test(runs, G_FILE_TEST_IS_DIR))
        return bb_error_input(
            error, side->path, 0, 0,
            "expected a finished sweep, found no sweep.json: the same sweep again "
            "goes on");
    return add_run(side, "", side->path, error);
}

BbGateSide *
bb_gate_side_open(const char *path, const GPtrArray *metrics, GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        bb_error_input(error, path, 0, 0, "expected a result, found no such file or folder");
        return NULL;
    }
    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return bb_gate_side_read_file(path, error);
    g_autoptr(BbGateSide) side = bb_gate_side_new(path);
    for (guint m = 0; m < metrics->len; m++)
        g_ptr_array_add(side->metrics, g_strdup(metrics->pdata[m]));
    if (!read_folder(side, error))
        return NULL;
    if (side->cells->len == 0) {
        bb_error_input(error, path, 0, 0, "expected runs, found a sweep without any");
        return NULL;
    }
    return g_steal_pointer(&side);
}
