/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pools of an experiment made into nodes: counted pools as one range of equal nodes, node files
 * row by row, flat and elastic as one node. */
#include "bb-experiment-inputs.h"
#include "bb-experiment-keys.h"
#include "bb-node-events.h"

#include <string.h>

/* BB_ERROR_USAGE at the pool's place in the experiment file, if it has one. */
static gboolean G_GNUC_PRINTF(4, 5) pool_error(const BbExperiment *experiment, const BbPool *pool,
                                               GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *place = bb_experiment_place(experiment, "pool", pool->name);
    return bb_error_set(error, BB_ERROR_USAGE, "%s%s", place, message);
}

static gboolean
add_flat(BbCluster *cluster, const BbExperiment *experiment, const BbPool *pool, GError **error)
{
    const char *count = pool->nodes + strlen("flat:");
    gint64 n;
    if (!bb_parse_int(count, 1, BB_AMOUNT_MAX / 1000, &n, NULL)) {
        g_autofree char *found = bb_quote(count);
        return pool_error(experiment, pool, error,
                          "flat:N: expected a number of processors of at least 1, found %s", found);
    }
    if (experiment->pools->len > 1)
        return pool_error(experiment, pool, error,
                          "flat:N: expected no other pool beside it, found %u pools",
                          experiment->pools->len);
    bb_cluster_add_flat(cluster, n);
    return TRUE;
}

static gboolean
add_row(BbCluster *cluster, const BbExperiment *experiment, const BbNodeRow *row,
        const BbPool *pool, GError **error)
{
    const char *expected;
    if (bb_cluster_add(cluster, row, &expected))
        return TRUE;
    return pool_error(experiment, pool, error, "[pool %s]: expected %s, found \"%s\"", pool->name,
                      expected, row->id);
}

static void
name_amount(BbNodeRow *row, BbResource resource, gint64 amount)
{
    if (amount < 0)
        return;
    row->capacity.v[resource] = amount;
    row->named |= 1u << resource;
}

/* POOL-1 to POOL-N, zero-padded so that their names sort in order of index. */
static gboolean
add_counted(BbCluster *cluster, const BbExperiment *experiment, const BbPool *pool, GError **error)
{
    g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT, pool->count);
    g_autofree char *id = g_strdup_printf("%s-[%0*d-%s]", pool->name, (int)strlen(last), 1, last);
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = id;
    row.pool = pool->name;
    name_amount(&row, BB_CPU, pool->cpu_milli);
    name_amount(&row, BB_MEMORY, pool->memory_mib);
    name_amount(&row, BB_DISK, pool->disk_mib);
    name_amount(&row, BB_GPU, pool->n_gpus < 0 ? -1 : pool->n_gpus * 1000);
    row.gpu_model = pool->gpu_model;
    row.labels = pool->labels;
    row.taints = pool->taints;
    if (pool->runtimes >= 0)
        row.runtimes = (guint32)pool->runtimes;
    if (pool->speed_milli >= 0)
        row.speed_milli = (guint32)pool->speed_milli;
    if (pool->price_micro_per_h >= 0)
        row.price_micro_per_h = pool->price_micro_per_h;
    return add_row(cluster, experiment, &row, pool, error);
}

/* One node of what is named, by default of more cpu and memory than any trace asks for. */
static gboolean
add_elastic(BbCluster *cluster, const BbExperiment *experiment, const BbPool *pool, GError **error)
{
    static const BbParam params[] = {
        {.name = "cpu", .type = BB_PARAM_TEXT, .fallback = "1000000000"},
        {.name = "memory", .type = BB_PARAM_TEXT, .fallback = "1000000000000Mi"},
        {.name = "disk", .type = BB_PARAM_TEXT, .fallback = "0"},
        {.name = "gpu", .type = BB_PARAM_INT, .fallback = "0", .max = BB_DEVICES_MAX},
        {.name = NULL},
    };
    const char *rest = pool->nodes + strlen("elastic");
    g_autoptr(BbParams) given =
        bb_params_parse("elastic", params, *rest == ':' ? rest + 1 : rest, error);
    if (!given)
        return FALSE;
    gint64 cpu, memory, disk;
    const char *expected;
    if (!bb_parse_cpu(bb_params_text(given, "cpu"), &cpu, &expected) ||
        !bb_parse_mib(bb_params_text(given, "memory"), &memory, &expected) ||
        !bb_parse_mib(bb_params_text(given, "disk"), &disk, &expected))
        return pool_error(experiment, pool, error, "%s: expected %s", pool->nodes, expected);
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "elastic-1";
    row.pool = pool->name;
    name_amount(&row, BB_CPU, cpu);
    name_amount(&row, BB_MEMORY, memory);
    name_amount(&row, BB_DISK, bb_params_given(given, "disk") ? disk : -1);
    name_amount(&row, BB_GPU,
                bb_params_given(given, "gpu") ? bb_params_int(given, "gpu") * 1000 : -1);
    return add_row(cluster, experiment, &row, pool, error);
}

static gboolean
row_error(BbReader *reader, const BbNodeRow *row, const char *expected, GError **error)
{
    guint64 column = reader->klass->locate ? reader->klass->locate(reader, "node_id") : 0;
    g_autofree char *found = bb_quote(row->id);
    return bb_error_input(error, bb_input_path(reader->input), row->line, column,
                          "column \"node_id\": expected %s, found %s", expected, found);
}

static gboolean
add_rows(BbCluster *cluster, const BbPool *pool, BbReader *reader, GError **error)
{
    for (;;) {
        BbNodeRow row = BB_NODE_ROW_INIT;
        const char *expected;
        BbReadResult result = bb_reader_next_node(reader, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (!row.pool || !row.pool[0])
            row.pool = pool->name;
        if (!bb_cluster_add(cluster, &row, &expected))
            return row_error(reader, &row, expected, error);
    }
}

static BbReader *
open_file(const BbExperiment *experiment, const char *file, const char *columns, GError **error)
{
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    if (!bb_experiment_split(experiment, file, columns, &path, &format, error))
        return NULL;
    BbInput *input = bb_input_cache_open(experiment->cache, path, error);
    if (!input)
        return NULL;
    g_autoptr(BbReader) reader =
        bb_reader_new(experiment->tables->traces.readers, input, format, error);
    if (!reader)
        return NULL;
    if (!reader->klass->next_node) {
        bb_error_input(error, path, 0, 0, "expected a file of nodes, found jobs (%s)",
                       reader->klass->name);
        return NULL;
    }
    return g_steal_pointer(&reader);
}

static gboolean
add_file(BbCluster *cluster, BbNodeEvents *events, const BbExperiment *experiment,
         const BbPool *pool, char **out_sha256, GError **error)
{
    g_autoptr(BbReader) reader = open_file(experiment, pool->nodes, pool->columns, error);
    guint before = bb_cluster_n(cluster);
    if (!reader || !add_rows(cluster, pool, reader, error))
        return FALSE;
    if (bb_cluster_n(cluster) == before)
        return bb_error_input(error, bb_input_path(reader->input), 0, 0,
                              "expected at least one node, found none");
    if (!bb_node_events_read(events, reader, error))
        return FALSE;
    *out_sha256 = g_strdup(bb_input_sha256(reader->input));
    return TRUE;
}

static gboolean
add_failures(BbNodeEvents *events, const BbExperiment *experiment, char **out_sha256,
             GError **error)
{
    g_autoptr(BbReader) reader = open_file(experiment, experiment->failures, NULL, error);
    BbNodeRow row = BB_NODE_ROW_INIT;
    if (!reader)
        return FALSE;
    if (!reader->klass->must_be_sorted || !reader->klass->next_node_event ||
        bb_reader_next_node(reader, &row, error) != BB_READ_END)
        return bb_error_input(error, bb_input_path(reader->input), 0, 0,
                              "expected what happens to nodes (node-events), found nodes (%s)",
                              reader->klass->name);
    if (!bb_node_events_read(events, reader, error))
        return FALSE;
    *out_sha256 = g_strdup(bb_input_sha256(reader->input));
    return TRUE;
}

gboolean
bb_pool_is_file(const BbPool *pool)
{
    return pool->nodes && !g_str_has_prefix(pool->nodes, "flat:") &&
           strcmp(pool->nodes, "elastic") != 0 && !g_str_has_prefix(pool->nodes, "elastic:");
}

static gboolean
add_pool(BbCluster *cluster, BbNodeEvents *events, const BbExperiment *experiment,
         const BbPool *pool, char **out_sha256, GError **error)
{
    if (!pool->nodes)
        return add_counted(cluster, experiment, pool, error);
    if (bb_pool_is_file(pool))
        return add_file(cluster, events, experiment, pool, out_sha256, error);
    if (g_str_has_prefix(pool->nodes, "flat:"))
        return add_flat(cluster, experiment, pool, error);
    return add_elastic(cluster, experiment, pool, error);
}

/* Fisher and Yates. */
static void
draw_order(BbNodeEvents *events, guint n, guint64 seed)
{
    guint32 stream = bb_rng_stream("node-order");
    g_autofree guint *order = g_new0(guint, n);
    for (guint i = 0; i < n; i++) {
        guint j = (guint)bb_rng_below(seed, stream, i, 0, i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    bb_node_events_reorder(events, order);
}

BbCluster *
bb_experiment_build_cluster(const BbExperiment *experiment, BbNames *names, GPtrArray **out_sha256,
                            GError **error)
{
    return bb_experiment_build_noted(experiment, names, NULL, out_sha256, error);
}

BbCluster *
bb_experiment_build_noted(const BbExperiment *experiment, BbNames *names, GPtrArray *notes,
                          GPtrArray **out_sha256, GError **error)
{
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_autoptr(BbNodeEvents) events = bb_node_events_new(cluster);
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < experiment->pools->len; i++) {
        char *sha256 = NULL;
        if (!add_pool(cluster, events, experiment, experiment->pools->pdata[i], &sha256, error))
            return NULL;
        g_ptr_array_add(hashes, sha256);
    }
    if (experiment->node_order == 1)
        draw_order(events, bb_cluster_n(cluster), (guint64)experiment->seed);
    if (experiment->failures) {
        char *sha256 = NULL;
        if (!add_failures(events, experiment, &sha256, error))
            return NULL;
        g_ptr_array_add(hashes, sha256);
    }
    if (!bb_node_events_settle(events, notes, error))
        return NULL;
    *out_sha256 = g_steal_pointer(&hashes);
    return g_steal_pointer(&cluster);
}

char *
bb_experiment_describe_cluster(const BbExperiment *experiment)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < experiment->pools->len; i++) {
        const BbPool *pool = experiment->pools->pdata[i];
        g_string_append(out, i > 0 ? ", " : "");
        if (!pool->nodes)
            g_string_append_printf(out, "%" G_GINT64_FORMAT " node%s of %s", pool->count,
                                   pool->count == 1 ? "" : "s", pool->name);
        else
            g_string_append(out, pool->nodes);
    }
    return g_string_free(out, FALSE);
}
