/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workloads of an experiment, and the cluster that their headers may stand in for. */
#include "bb-experiment-inputs.h"

#include "bb-experiment-mix.h"

gboolean
bb_experiment_split(const BbExperiment *experiment, const char *file, const char *columns,
                    char **out_path, char **out_format, GError **error)
{
    bb_reader_split(experiment->tables->traces.readers, file, out_path, out_format);
    if (!columns)
        return TRUE;
    if (*out_format)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "columns: expected a file without a format, found %s", file);
    *out_format = bb_reader_columns_format(columns, error);
    return *out_format != NULL;
}

static BbWorkload *
open_workload(const BbExperiment *experiment, guint index, GError **error)
{
    const BbWorkloadSpec *spec = experiment->workloads->pdata[index];
    const BbTraceTables *tables = &experiment->tables->traces;
    if (spec->generator)
        return bb_workload_new_generator(tables, spec->generator, (guint64)experiment->seed, index,
                                         error);
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    if (!bb_experiment_split(experiment, spec->trace, spec->columns, &path, &format, error))
        return NULL;
    return bb_workload_new_cached(tables, experiment->cache, path, format, error);
}

GPtrArray *
bb_experiment_open_workloads(const BbExperiment *experiment, GError **error)
{
    g_autoptr(GPtrArray) workloads =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_workload_free);
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *spec = experiment->workloads->pdata[i];
        BbWorkload *workload = open_workload(experiment, i, error);
        if (!workload)
            return NULL;
        BbWorkloadChange change = {.kind = (gint)spec->kind,
                                   .class_name = spec->class_name,
                                   .scale_ppm = (guint64)spec->scale_ppm,
                                   .scale_by = (BbScaleBy)spec->scale_by,
                                   .shift_us = spec->shift_us,
                                   .censored = (BbCensored)MAX(spec->censored, BB_CENSORED_STAY),
                                   .seed = (guint64)experiment->seed,
                                   .index = i};
        bb_workload_change(workload, &change);
        g_ptr_array_add(workloads, workload);
    }
    return g_steal_pointer(&workloads);
}

static gboolean
load_file(const BbExperiment *experiment, BbInputCache *cache, const char *text, GError **error)
{
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    bb_reader_split(experiment->tables->traces.readers, text, &path, &format);
    return bb_input_cache_load(cache, path, error) != NULL;
}

gboolean
bb_experiment_load_inputs(const BbExperiment *experiment, BbInputCache *cache, GError **error)
{
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *spec = experiment->workloads->pdata[i];
        if (spec->trace && !load_file(experiment, cache, spec->trace, error))
            return FALSE;
    }
    for (guint i = 0; i < experiment->pools->len; i++) {
        const BbPool *pool = experiment->pools->pdata[i];
        if (bb_pool_is_file(pool) && !load_file(experiment, cache, pool->nodes, error))
            return FALSE;
    }
    return !experiment->failures || load_file(experiment, cache, experiment->failures, error);
}

static char *
hash_file(const BbExperiment *experiment, BbInputCache *cache, const char *text, GError **error)
{
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    bb_reader_split(experiment->tables->traces.readers, text, &path, &format);
    return g_strdup(bb_input_cache_load(cache, path, error));
}

static char *
hash_workload(const BbExperiment *experiment, guint index, BbInputCache *cache, GError **error)
{
    const BbWorkloadSpec *spec = experiment->workloads->pdata[index];
    if (!spec->generator)
        return hash_file(experiment, cache, spec->trace, error);
    g_autoptr(BbWorkload) workload = open_workload(experiment, index, error);
    return workload ? g_strdup(bb_workload_sha256(workload)) : NULL;
}

static GPtrArray *
hash_workloads(const BbExperiment *experiment, BbInputCache *cache, GError **error)
{
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < experiment->workloads->len; i++) {
        char *hash = hash_workload(experiment, i, cache, error);
        if (!hash)
            return NULL;
        g_ptr_array_add(hashes, hash);
    }
    g_ptr_array_add(hashes, NULL);
    return g_steal_pointer(&hashes);
}

static GPtrArray *
hash_pools(const BbExperiment *experiment, BbInputCache *cache, GError **error)
{
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < experiment->pools->len; i++) {
        const BbPool *pool = experiment->pools->pdata[i];
        gboolean is_file = bb_pool_is_file(pool);
        char *hash = is_file ? hash_file(experiment, cache, pool->nodes, error) : NULL;
        if (is_file && !hash)
            return NULL;
        g_ptr_array_add(hashes, hash);
    }
    if (experiment->failures) {
        char *hash = hash_file(experiment, cache, experiment->failures, error);
        if (!hash)
            return NULL;
        g_ptr_array_add(hashes, hash);
    }
    return g_steal_pointer(&hashes);
}

char *
bb_experiment_hash_inputs(const BbExperiment *experiment, BbInputCache *cache, GError **error)
{
    g_autoptr(GPtrArray) workloads = hash_workloads(experiment, cache, error);
    g_autoptr(GPtrArray) pools = workloads ? hash_pools(experiment, cache, error) : NULL;
    g_autoptr(GPtrArray) targets =
        pools ? bb_experiment_hash_targets(experiment, cache, error) : NULL;
    if (!targets)
        return NULL;
    return bb_experiment_sha256(experiment, (const char *const *)workloads->pdata,
                                (const char *const *)pools->pdata,
                                (const char *const *)targets->pdata);
}

gboolean
bb_experiment_complete_cluster(BbExperiment *experiment, const GPtrArray *workloads, GError **error)
{
    gint64 n = 0;
    if (experiment->pools->len > 0)
        return TRUE;
    for (guint i = 0; i < workloads->len; i++) {
        BbReader *reader = bb_workload_reader(workloads->pdata[i]);
        const BbReaderMeta *meta = reader ? &reader->meta : NULL;
        gint64 size = !meta ? 0 : meta->max_procs > 0 ? meta->max_procs : meta->max_nodes;
        if (size <= 0)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "%s: expected a cluster, found none: give --cluster flat:N or "
                                "--cluster FILE",
                                bb_workload_path(workloads->pdata[i]));
        n = MAX(n, size);
    }
    g_autofree char *flat = g_strdup_printf("flat:%" G_GINT64_FORMAT, n);
    bb_experiment_add_cluster(experiment, flat);
    return TRUE;
}
