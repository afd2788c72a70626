/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The baseline file: what a gate needs of a result, small enough for a repository. Numbers by metric,
 * in the order of the seeds. */
#include "bb-gate-side.h"

#include "sim/base/bb-json.h"
#include "sim/report/bb-summary-read.h"

#include <math.h>
#include <string.h>

#define NEWEST 1

/* ---- writing ---- */

static void
write_keys(BbJson *json, const BbGateCell *cell)
{
    GList *keys = g_list_sort(g_hash_table_get_keys(cell->keys), (GCompareFunc)strcmp);
    bb_json_begin_object(json, "experiment");
    for (GList *key = keys; key != NULL; key = key->next)
        bb_json_text(json, key->data, g_hash_table_lookup(cell->keys, key->data));
    bb_json_end(json);
    g_list_free(keys);
}

static gboolean
has_metric(const BbGateCell *cell, guint metric)
{
    for (guint i = 0; i < cell->runs->len; i++)
        if (!isnan(((const BbGateRun *)cell->runs->pdata[i])->values[metric]))
            return TRUE;
    return FALSE;
}

static void
write_numbers(BbJson *json, const BbGateSide *side, const BbGateCell *cell)
{
    bb_json_begin_row(json, "seeds");
    for (guint i = 0; i < cell->runs->len; i++)
        bb_json_int(json, NULL, ((const BbGateRun *)cell->runs->pdata[i])->seed);
    bb_json_end(json);
    bb_json_begin_row(json, "last_submit_s");
    for (guint i = 0; i < cell->runs->len; i++)
        bb_json_double(json, NULL, ((const BbGateRun *)cell->runs->pdata[i])->last_submit_s);
    bb_json_end(json);
    bb_json_begin_row(json, "longest_s");
    for (guint i = 0; i < cell->runs->len; i++)
        bb_json_double(json, NULL, ((const BbGateRun *)cell->runs->pdata[i])->longest_s);
    bb_json_end(json);
    bb_json_begin_object(json, "metrics");
    for (guint m = 0; m < side->metrics->len; m++) {
        if (!has_metric(cell, m))
            continue;
        bb_json_begin_row(json, side->metrics->pdata[m]);
        for (guint i = 0; i < cell->runs->len; i++)
            bb_json_double(json, NULL, ((const BbGateRun *)cell->runs->pdata[i])->values[m]);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_cell(BbJson *json, const BbGateSide *side, const BbGateCell *cell)
{
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "label", cell->label);
    bb_json_begin_array(json, "traces");
    for (guint i = 0; i < cell->traces->len; i++)
        bb_json_text(json, NULL, cell->traces->pdata[i]);
    bb_json_end(json);
    write_keys(json, cell);
    write_numbers(json, side, cell);
    bb_json_end(json);
}

char *
bb_gate_side_json(const BbGateSide *side, GError **error)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "breakbulk-baseline/1");
    bb_json_text(json, "version", side->version);
    bb_json_begin_array(json, "cells");
    for (guint i = 0; i < side->cells->len; i++)
        write_cell(json, side, side->cells->pdata[i]);
    bb_json_end(json);
    bb_json_end(json);
    const char *text = bb_json_str(json);
    if (strlen(text) <= BB_GATE_FILE_MAX)
        return g_strdup(text);
    bb_error_set(error, BB_ERROR_USAGE,
                 "--update-baseline: expected at most %d bytes, found %" G_GSIZE_FORMAT
                 ": keep fewer seeds or cells in a baseline",
                 BB_GATE_FILE_MAX, strlen(text));
    return NULL;
}

/* ---- reading ---- */

static JsonArray *
array_of(JsonObject *object, const char *name)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;
    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static double
number_at(JsonArray *array, guint i)
{
    JsonNode *node = json_array_get_element(array, i);
    GType type = json_node_get_value_type(node);
    if (type == G_TYPE_INT64)
        return (double)json_node_get_int(node);
    return type == G_TYPE_DOUBLE ? json_node_get_double(node) : NAN;
}

static void
read_texts(JsonObject *object, BbGateCell *cell)
{
    JsonObject *keys = bb_summary_object(object, "experiment");
    GList *names = bb_summary_names(keys);
    for (GList *name = names; name != NULL; name = name->next) {
        JsonNode *node = json_object_get_member(keys, name->data);
        if (json_node_get_value_type(node) == G_TYPE_STRING)
            g_hash_table_insert(cell->keys, g_strdup(name->data),
                                g_strdup(json_node_get_string(node)));
    }
    g_list_free(names);
    for (guint i = 0; i < bb_summary_length(object, "traces"); i++)
        g_ptr_array_add(cell->traces, g_strdup(bb_summary_nth_text(object, "traces", i)));
}

static guint
index_of(BbGateSide *side, const char *metric)
{
    gint index = bb_gate_side_find(side, metric);
    if (index >= 0)
        return (guint)index;
    g_ptr_array_add(side->metrics, g_strdup(metric));
    return side->metrics->len - 1;
}

/* The cells of a file need not have the same metrics: names first, then numbers. */
static void
collect_metrics(BbGateSide *side, JsonArray *cells)
{
    for (guint c = 0; c < json_array_get_length(cells); c++) {
        JsonNode *node = json_array_get_element(cells, c);
        JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
        GList *names = bb_summary_names(bb_summary_object(object, "metrics"));
        for (GList *name = names; name != NULL; name = name->next)
            index_of(side, name->data);
        g_list_free(names);
    }
}

static gboolean
read_metric(BbGateSide *side, BbGateCell *cell, JsonObject *metrics, const char *name)
{
    JsonArray *values = array_of(metrics, name);
    if (values == NULL || json_array_get_length(values) != cell->runs->len)
        return FALSE;
    for (guint i = 0; i < cell->runs->len; i++)
        ((BbGateRun *)cell->runs->pdata[i])->values[index_of(side, name)] = number_at(values, i);
    return TRUE;
}

static gboolean
read_runs(BbGateSide *side, BbGateCell *cell, JsonObject *object)
{
    JsonArray *seeds = array_of(object, "seeds"), *submits = array_of(object, "last_submit_s");
    JsonArray *longest = array_of(object, "longest_s"); /* not in the first baselines */
    JsonObject *metrics = bb_summary_object(object, "metrics");
    if (seeds == NULL || submits == NULL || metrics == NULL || json_array_get_length(seeds) == 0 ||
        json_array_get_length(submits) != json_array_get_length(seeds))
        return FALSE;
    for (guint i = 0; i < json_array_get_length(seeds); i++) {
        gint64 seed = (gint64)number_at(seeds, i);
        if (bb_gate_cell_run(cell, seed) != NULL)
            return FALSE;
        BbGateRun *run = bb_gate_run_new(cell, seed, side->metrics->len);
        run->last_submit_s = number_at(submits, i);
        if (longest != NULL && i < json_array_get_length(longest))
            run->longest_s = number_at(longest, i);
    }
    GList *names = bb_summary_names(metrics);
    gboolean ok = TRUE;
    for (GList *name = names; name != NULL; name = name->next)
        ok = ok && read_metric(side, cell, metrics, name->data);
    g_list_free(names);
    return ok;
}

static gboolean
read_cells(BbGateSide *side, JsonObject *root)
{
    JsonArray *cells = array_of(root, "cells");
    if (cells == NULL || json_array_get_length(cells) == 0)
        return FALSE;
    collect_metrics(side, cells);
    for (guint i = 0; i < json_array_get_length(cells); i++) {
        JsonNode *node = json_array_get_element(cells, i);
        JsonObject *object = JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
        const char *label = bb_summary_text(object, "label");
        if (label == NULL)
            return FALSE;
        BbGateCell *cell = bb_gate_cell_new(side, label);
        if (cell->runs->len > 0 || !read_runs(side, cell, object))
            return FALSE;
        read_texts(object, cell);
    }
    return TRUE;
}

BbGateSide *
bb_gate_side_read_file(const char *path, GError **error)
{
    g_autoptr(BbGateSide) side = bb_gate_side_new(path);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) cause = NULL;
    if (!json_parser_load_from_file(parser, path, &cause)) {
        bb_error_input(error, path, 0, 0,
                       "expected a baseline file, found it cut short or no JSON: "
                       "%s",
                       cause->message);
        return NULL;
    }
    JsonNode *root = json_parser_get_root(parser);
    JsonObject *object =
        root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    const char *schema = bb_summary_text(object, "schema");
    if (!bb_summary_check_schema(path, schema, "baseline", NEWEST, error))
        return NULL;
    side->version = g_strdup(bb_summary_text(object, "version"));
    if (!read_cells(side, object)) {
        bb_error_input(error, path, 0, 0,
                       "expected a baseline file, found numbers missing: write it "
                       "again with --update-baseline");
        return NULL;
    }
    return g_steal_pointer(&side);
}
