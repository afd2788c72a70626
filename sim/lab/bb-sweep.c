/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread takes a cell, looks for its finished folder, and runs it where there is none. A result folder
 * takes its place by one rename, so what is there is whole, whenever the process is killed. */
#include "bb-sweep-private.h"

#include "bb-experiment-run.h"
#include "sim/base/bb-folder.h"
#include "sim/base/bb-output.h"

#include <string.h>

typedef struct {
    const BbSweepOptions *options;
    BbInputCache *cache;
    GArray *cells;
    char *folder; /* DIR/runs */
    GMutex lock;  /* of what follows */
    BbSweepProgress progress;
    guint n_found;
    GHashTable *notes; /* char * */
    GError *fatal;     /* nothing can be written any more */
} Sweep;

static void
sweep_clear(Sweep *sweep)
{
    g_clear_pointer(&sweep->cells, g_array_unref);
    g_clear_pointer(&sweep->cache, bb_input_cache_free);
    g_clear_pointer(&sweep->folder, g_free);
    g_clear_pointer(&sweep->notes, g_hash_table_unref);
    g_clear_error(&sweep->fatal);
    g_mutex_clear(&sweep->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sweep, sweep_clear)

static BbSweepCell *
nth(const Sweep *sweep, guint i)
{
    return &g_array_index(sweep->cells, BbSweepCell, i);
}

static gboolean
is_interrupted(const Sweep *sweep)
{
    return sweep->options->interrupted && g_atomic_int_get(sweep->options->interrupted);
}

static gboolean
must_stop(Sweep *sweep)
{
    g_mutex_lock(&sweep->lock);
    gboolean fatal = sweep->fatal != NULL;
    g_mutex_unlock(&sweep->lock);
    return fatal || is_interrupted(sweep);
}

static void
take_notes(Sweep *sweep, const BbOutcome *outcome)
{
    g_mutex_lock(&sweep->lock);
    for (guint i = 0; i < outcome->notes->len; i++)
        g_hash_table_add(sweep->notes, g_strdup(outcome->notes->pdata[i]));
    g_mutex_unlock(&sweep->lock);
}

/* Runs the cell into its folder. */
static gboolean
simulate(Sweep *sweep, guint index, const char *path, GError **error)
{
    BbSweepCell *cell = nth(sweep, index);
    g_autoptr(BbExperiment) experiment =
        bb_axes_experiment(sweep->options->axes, sweep->options->experiment, index);
    BbRunOptions run = {
        .output = path, .sha256 = cell->sha256, .interrupted = sweep->options->interrupted};
    experiment->cache = sweep->cache;
    g_autoptr(BbOutcome) outcome = bb_experiment_run(experiment, &run, error);
    if (!outcome)
        return FALSE;
    take_notes(sweep, outcome);
    bb_sweep_measure(outcome->result, cell);
    return TRUE;
}

static void
tell(Sweep *sweep, BbSweepCell *cell, gboolean found, GError *error)
{
    g_mutex_lock(&sweep->lock);
    sweep->n_found += found ? 1 : 0;
    sweep->progress.n_done++;
    sweep->progress.n_failed += error ? 1 : 0;
    if (g_error_matches(error, BB_ERROR, BB_ERROR_OUTPUT) && !sweep->fatal)
        sweep->fatal = g_error_copy(error);
    cell->error = error;
    if (sweep->options->progress)
        sweep->options->progress(sweep->options->progress_data, &sweep->progress);
    g_mutex_unlock(&sweep->lock);
}

static void
work(gpointer data, gpointer user)
{
    Sweep *sweep = user;
    guint index = GPOINTER_TO_UINT(data) - 1;
    BbSweepCell *cell = nth(sweep, index);
    GError *error = NULL;
    if (must_stop(sweep))
        return;
    g_autofree char *path = g_build_filename(sweep->folder, cell->folder, NULL);
    gboolean found = bb_sweep_read(path, cell);
    if (!found) {
        bb_output_remove(path);
        simulate(sweep, index, path, &error);
    }
    tell(sweep, cell, found, error);
}

/* A pool with fewer threads than it was to have works; one without any does not. */
static GThreadPool *
start_threads(Sweep *sweep, GError **error)
{
    g_autoptr(GError) cause = NULL;
    guint n = MAX(sweep->options->n_threads, 1);
    GThreadPool *pool = g_thread_pool_new(work, sweep, (gint)n, TRUE, &cause);
    if (g_thread_pool_get_num_threads(pool) > 0)
        return pool;
    g_thread_pool_free(pool, TRUE, FALSE);
    bb_error_set(error, BB_ERROR_OUTPUT, "no thread can be started: %s", cause->message);
    return NULL;
}

/* Every different run that is possible, in order of cells. */
static gboolean
run_all(Sweep *sweep, GError **error)
{
    GThreadPool *pool = start_threads(sweep, error);
    if (!pool)
        return FALSE;
    for (guint i = 0; i < sweep->cells->len; i++) {
        if (nth(sweep, i)->folder && nth(sweep, i)->same_as == i)
            g_thread_pool_push(pool, GUINT_TO_POINTER(i + 1), NULL);
    }
    g_thread_pool_free(pool, FALSE, TRUE);
    if (is_interrupted(sweep))
        return bb_error_set(error, BB_ERROR_INTERRUPTED,
                            "interrupted after %u of %u runs; the same command goes on",
                            sweep->progress.n_done - sweep->progress.n_failed,
                            sweep->progress.n_runs);
    if (!sweep->fatal)
        return TRUE;
    g_propagate_error(error, g_error_copy(sweep->fatal));
    return FALSE;
}

static gboolean
check_some_left(const Sweep *sweep, GError **error)
{
    const GError *first = NULL;
    for (guint i = 0; i < sweep->cells->len; i++) {
        const BbSweepCell *cell = bb_sweep_cell(sweep->cells, i);
        if (!cell->error)
            return TRUE;
        first = first ? first : cell->error;
    }
    g_propagate_error(error, g_error_copy(first));
    if (sweep->cells->len > 1)
        g_prefix_error(error, "no run is left of %u: ", sweep->cells->len);
    return FALSE;
}

static void
count_runs(Sweep *sweep)
{
    for (guint i = 0; i < sweep->cells->len; i++)
        sweep->progress.n_runs += nth(sweep, i)->folder && nth(sweep, i)->same_as == i;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
sort_notes(const Sweep *sweep)
{
    GPtrArray *sorted = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer note;
    g_hash_table_iter_init(&iter, sweep->notes);
    while (g_hash_table_iter_next(&iter, &note, NULL))
        g_ptr_array_add(sorted, g_strdup(note));
    g_ptr_array_sort(sorted, compare_texts);
    return sorted;
}

static BbSweepReport *
report(const Sweep *sweep)
{
    BbSweepReport *report = g_new0(BbSweepReport, 1);
    report->n_runs = sweep->progress.n_runs;
    report->n_found = sweep->n_found;
    for (guint i = 0; i < sweep->cells->len; i++) {
        const BbSweepCell *cell = bb_sweep_cell(sweep->cells, i);
        report->n_failed_cells += cell->error != NULL;
        if (cell->error && !report->first_error)
            report->first_error = g_strdup(cell->error->message);
    }
    report->notes = sort_notes(sweep);
    report->runs_csv = bb_sweep_csv(sweep->options, sweep->cells);
    report->sweep_json = bb_sweep_json(sweep->options, sweep->cells);
    return report;
}

static gboolean
write_report(const Sweep *sweep, const BbSweepReport *report, GError **error)
{
    g_autofree char *csv = g_build_filename(sweep->options->output, "runs.csv", NULL);
    g_autofree char *json = g_build_filename(sweep->options->output, "sweep.json", NULL);
    return bb_output_write_path(csv, report->runs_csv, error) &&
           bb_output_write_path(json, report->sweep_json, error);
}

BbSweepReport *
bb_sweep_run(const BbSweepOptions *options, GError **error)
{
    static const char *const names[] = {"runs", "runs.csv", "sweep.json", NULL};
    g_auto(Sweep) sweep = {.options = options,
                           .cache = bb_input_cache_new(BB_INPUT_CACHE_BYTES),
                           .notes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
    g_mutex_init(&sweep.lock);
    sweep.cells = bb_sweep_plan(options, sweep.cache, error);
    if (!sweep.cells || !check_some_left(&sweep, error))
        return NULL;
    count_runs(&sweep);
    g_autoptr(BbFolder) folder = bb_folder_open(options->output, names, error);
    if (!folder)
        return NULL;
    sweep.folder = bb_folder_make(folder, "runs", error);
    if (!sweep.folder || !run_all(&sweep, error))
        return NULL;
    g_autoptr(BbSweepReport) done = report(&sweep);
    if (!write_report(&sweep, done, error) || !check_some_left(&sweep, error))
        return NULL;
    return g_steal_pointer(&done);
}

void
bb_sweep_report_free(BbSweepReport *report)
{
    if (!report)
        return;
    g_free(report->first_error);
    g_ptr_array_unref(report->notes);
    g_free(report->runs_csv);
    g_free(report->sweep_json);
    g_free(report);
}
