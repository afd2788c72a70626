/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Before the first run: the experiment of every cell is made, checked, hashed and dropped again, so that
 * a million cells are a few hundred bytes each. */
#include "bb-sweep-private.h"

#include "bb-experiment-inputs.h"

#include <math.h>
#include <string.h>

static char *
join_sources(const BbExperiment *experiment)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *spec = experiment->workloads->pdata[i];
        g_string_append_printf(out, "%s\n", spec->trace ? spec->trace : spec->generator);
    }
    return g_string_free(out, FALSE);
}

/* `flats`: the flat cluster that logs without a cluster get, by the logs (char * -> char *); they are
 * opened for it once. */
static gboolean
complete_cluster(BbExperiment *experiment, GHashTable *flats, GError **error)
{
    if (experiment->pools->len > 0)
        return TRUE;
    g_autofree char *sources = join_sources(experiment);
    const char *known = g_hash_table_lookup(flats, sources);
    if (known) {
        bb_experiment_add_cluster(experiment, known);
        return TRUE;
    }
    g_autoptr(GPtrArray) workloads = bb_experiment_open_workloads(experiment, error);
    if (!workloads || !bb_experiment_complete_cluster(experiment, workloads, error))
        return FALSE;
    const BbPool *pool = experiment->pools->pdata[0];
    g_hash_table_insert(flats, g_steal_pointer(&sources), g_strdup(pool->nodes));
    return TRUE;
}

/* Everything that changes a result, in a name that is short enough to be read. */
static char *
name_folder(const BbSweepOptions *options, const char *sha256)
{
    g_autofree char *text = g_strdup_printf("%s\n%s\n", options->build, sha256);
    g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    return g_strndup(hash, 32);
}

static void
plan_cell(const BbSweepOptions *options, guint index, BbInputCache *cache, GHashTable *flats,
          BbSweepCell *cell)
{
    g_autoptr(BbExperiment) experiment =
        bb_axes_experiment(options->axes, options->experiment, index);
    experiment->cache = cache;
    cell->seed = experiment->seed;
    cell->record = experiment->record;
    if (!bb_experiment_check(experiment, &cell->error) ||
        !bb_experiment_load_inputs(experiment, cache, &cell->error) ||
        !complete_cluster(experiment, flats, &cell->error))
        return;
    cell->sha256 = bb_experiment_hash_inputs(experiment, cache, &cell->error);
    if (cell->sha256)
        cell->folder = name_folder(options, cell->sha256);
}

static void
clear_cell(gpointer data)
{
    BbSweepCell *cell = data;
    g_free(cell->sha256);
    g_free(cell->folder);
    g_clear_error(&cell->error);
}

const BbSweepCell *
bb_sweep_cell(const GArray *cells, guint index)
{
    const BbSweepCell *cell = &g_array_index(cells, BbSweepCell, index);
    return &g_array_index(cells, BbSweepCell, cell->same_as);
}

/* Cells that come to the same run share it. */
static void
find_same(GArray *cells)
{
    g_autoptr(GHashTable) first = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < cells->len; i++) {
        BbSweepCell *cell = &g_array_index(cells, BbSweepCell, i);
        gpointer found = NULL;
        cell->same_as = i;
        if (!cell->folder)
            continue;
        if (g_hash_table_lookup_extended(first, cell->folder, NULL, &found))
            cell->same_as = GPOINTER_TO_UINT(found);
        else
            g_hash_table_insert(first, cell->folder, GUINT_TO_POINTER(i));
    }
}

GArray *
bb_sweep_plan(const BbSweepOptions *options, BbInputCache *cache, GError **error)
{
    guint n = bb_axes_n_cells(options->axes);
    g_autoptr(GArray) cells = g_array_sized_new(FALSE, TRUE, sizeof(BbSweepCell), n);
    g_autoptr(GHashTable) flats = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_array_set_clear_func(cells, clear_cell);
    g_array_set_size(cells, n);
    for (guint i = 0; i < n; i++) {
        BbSweepCell *cell = &g_array_index(cells, BbSweepCell, i);
        for (guint m = 0; m < BB_SWEEP_METRICS; m++)
            cell->metrics[m] = NAN;
        plan_cell(options, i, cache, flats, cell);
        if (options->interrupted && g_atomic_int_get(options->interrupted)) {
            bb_error_set(error, BB_ERROR_INTERRUPTED, "interrupted before the first run");
            return NULL;
        }
    }
    find_same(cells);
    return g_steal_pointer(&cells);
}
