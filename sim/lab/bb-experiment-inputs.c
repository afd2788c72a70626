/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workloads of an experiment, and the cluster that their headers may stand in for. */
#include "bb-experiment-inputs.h"

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
    bb_reader_split(tables->readers, spec->trace, &path, &format);
    return bb_workload_new_trace(tables, path, format, error);
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
                                   .shift_us = spec->shift_us};
        bb_workload_change(workload, &change);
        g_ptr_array_add(workloads, workload);
    }
    return g_steal_pointer(&workloads);
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
