/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target is read as its reader gives it, without sorting: only demands count. Ids are remembered to know
 * copies by. */
#include "bb-experiment-mix.h"

#include "bb-id-set.h"

#include <string.h>

/* Is it "ID~2" or "ID.2" of an ID that is there? */
static gboolean
is_copy(const BbIdSet *there, const char *id)
{
    gsize n = strlen(id), digits = 0;
    while (digits < n && g_ascii_isdigit(id[n - digits - 1]))
        digits++;
    if (digits == 0 || n < digits + 2 || !strchr("~.", id[n - digits - 1]))
        return FALSE;
    g_autofree char *original = g_strndup(id, n - digits - 1);
    return bb_id_set_has(there, original);
}

static void
add_row(BbMix *mix, BbIdSet *there, const BbJobRow *row)
{
    if (is_copy(there, row->id))
        return;
    bb_id_set_add(there, row->id);
    bb_mix_add(mix, row);
}

static BbReader *
open_reader(const BbExperiment *experiment, const char *trace, GError **error)
{
    const BbReaderClass *const *readers = experiment->tables->traces.readers;
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    bb_reader_split(readers, trace, &path, &format);
    BbInput *input = bb_input_cache_open(experiment->cache, path, error);
    g_autoptr(BbReader) reader = input ? bb_reader_new(readers, input, format, error) : NULL;
    if (reader && reader->klass->reads != BB_READS_JOBS) {
        bb_error_input(error, path, 0, 0, "expected a job trace, found a node list (%s)",
                       reader->klass->name);
        return NULL;
    }
    return g_steal_pointer(&reader);
}

BbMix *
bb_experiment_read_mix(const BbExperiment *experiment, const char *trace, GError **error)
{
    g_autoptr(BbReader) reader = open_reader(experiment, trace, error);
    g_autoptr(BbMix) mix = bb_mix_new();
    g_autoptr(BbIdSet) there = bb_id_set_new();
    BbReadResult result = BB_READ_ERROR;
    BbJobRow row;
    while (reader && (result = bb_reader_next_job(reader, &row, error)) == BB_READ_ROW)
        add_row(mix, there, &row);
    return result == BB_READ_END ? g_steal_pointer(&mix) : NULL;
}

static gboolean
check_rereadable(const BbExperiment *experiment, GError **error)
{
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *spec = experiment->workloads->pdata[i];
        g_autofree char *path = NULL;
        g_autofree char *format = NULL;
        if (!spec->trace)
            continue;
        bb_reader_split(experiment->tables->traces.readers, spec->trace, &path, &format);
        if (!bb_input_cache_can_reread(experiment->cache, path))
            return bb_error_set(error, BB_ERROR_USAGE,
                                "expected a trace that says what is usually asked for, found %s, "
                                "which can be read but once: give --fragmentation-target FILE",
                                path);
    }
    return TRUE;
}

static gboolean
add_workload(BbMix *mix, BbWorkload *workload, GError **error)
{
    g_autoptr(BbIdSet) there = bb_id_set_new();
    BbReadResult result;
    BbJobRow row = BB_JOB_ROW_INIT;
    while ((result = bb_workload_next(workload, &row, error)) == BB_READ_ROW)
        add_row(mix, there, &row);
    return result == BB_READ_END;
}

BbMix *
bb_experiment_mix(const BbExperiment *experiment, GError **error)
{
    if (experiment->fragmentation_target)
        return bb_experiment_read_mix(experiment, experiment->fragmentation_target, error);
    if (!check_rereadable(experiment, error))
        return NULL;
    g_autoptr(GPtrArray) workloads = bb_experiment_open_workloads(experiment, error);
    g_autoptr(BbMix) mix = bb_mix_new();
    for (guint i = 0; workloads && i < workloads->len; i++)
        if (!add_workload(mix, workloads->pdata[i], error))
            return NULL;
    return workloads ? g_steal_pointer(&mix) : NULL;
}

gboolean
bb_experiment_give_mixes(const BbExperiment *experiment, BbPlacement *placement, gboolean wanted,
                         BbMix **out_mix, BbMix **out_target, GError **error)
{
    gboolean asks = (placement->flags & BB_NEEDS_MIX) != 0;
    const char *target = asks ? bb_params_file(placement->params) : NULL;
    gboolean needed = (asks && !target) || experiment->fragmentation_target || wanted;
    if (target)
        *out_target = bb_experiment_read_mix(experiment, target, error);
    if (needed && (!target || *out_target))
        *out_mix = bb_experiment_mix(experiment, error);
    placement->mix = target ? *out_target : *out_mix;
    return (!target || *out_target) && (!needed || *out_mix);
}

typedef struct {
    const BbReaderClass *const *readers;
    BbInputCache *cache;
} Hashing;

static char *
hash_file(gpointer data, const char *text, GError **error)
{
    const Hashing *hashing = data;
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    bb_reader_split(hashing->readers, text, &path, &format);
    const char *sha256 = bb_input_cache_load(hashing->cache, path, error);
    if (!sha256)
        return NULL;
    return format ? g_strconcat(sha256, ":", format, NULL) : g_strdup(sha256);
}

GPtrArray *
bb_experiment_hash_targets(const BbExperiment *experiment, BbInputCache *cache, GError **error)
{
    g_autoptr(BbInputCache) own = cache ? NULL : bb_input_cache_new(0);
    Hashing hashing = {experiment->tables->traces.readers, cache ? cache : own};
    const char *target = experiment->fragmentation_target;
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    char *of_target = target ? hash_file(&hashing, target, error) : NULL;
    if (target && !of_target)
        return NULL;
    g_ptr_array_add(hashes, of_target);
    char *of_placement = bb_placement_map_files(experiment->tables->placements,
                                                experiment->placement, hash_file, &hashing, error);
    if (!of_placement)
        return NULL;
    g_ptr_array_add(hashes, of_placement);
    return g_steal_pointer(&hashes);
}
