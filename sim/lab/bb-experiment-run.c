/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run: open the inputs, build the cluster, simulate under observers, read the traces to their end
 * (their hashes cover all of them), and hand over what came out. */
#include "bb-experiment-run.h"

#include "bb-bounds.h"
#include "bb-demand.h"
#include "bb-experiment-mix.h"
#include "bb-recorder.h"
#include "sim/base/bb-json.h"

#include <string.h>

#define PROGRESS_EVERY 1024

typedef struct {
    BbExperiment *experiment;
    const BbRunOptions *options;
    BbNames *names;
    GPtrArray *workloads;      /* of BbWorkload */
    GPtrArray *workload_names; /* of char *, borrowed; ended by NULL */
    BbCluster *cluster;
    GPtrArray *pool_sha256; /* of char * */
    GPtrArray *notes;       /* of char *, about the cluster */
    BbMerge *merge;
    BbReworked *reworked; /* NULL: the jobs are as they come */
    BbDemand demand;
    BbQueue *queue;
    BbPlacement *placement;
    BbMix *mix, *target; /* of the experiment, of the placement alone; NULL: not needed */
    BbLoad *load;
    BbMetrics *metrics;
    BbBoundsFinder *bounds;
    BbRecorder *recorder; /* NULL: no folder */
    BbEngine *engine;
    guint n_instants;
    gint64 began_us, opened_us, ended_us; /* by the clock of the options */
} Run;

static gint64
clock_us(const Run *run)
{
    return run->options->clock_us ? run->options->clock_us() : 0;
}

static void
run_clear(Run *run)
{
    g_clear_pointer(&run->engine, bb_engine_free);
    g_clear_pointer(&run->recorder, bb_recorder_free);
    g_clear_pointer(&run->bounds, bb_bounds_finder_free);
    g_clear_pointer(&run->load, bb_load_free);
    g_clear_pointer(&run->metrics, bb_metrics_free);
    g_clear_pointer(&run->placement, bb_placement_free);
    g_clear_pointer(&run->target, bb_mix_free);
    g_clear_pointer(&run->mix, bb_mix_free);
    g_clear_pointer(&run->queue, bb_queue_free);
    g_clear_pointer(&run->reworked, bb_reworked_free);
    g_clear_pointer(&run->merge, bb_merge_free);
    g_clear_pointer(&run->workloads, g_ptr_array_unref);
    g_clear_pointer(&run->workload_names, g_ptr_array_unref);
    g_clear_pointer(&run->cluster, bb_cluster_free);
    g_clear_pointer(&run->pool_sha256, g_ptr_array_unref);
    g_clear_pointer(&run->notes, g_ptr_array_unref);
    g_clear_pointer(&run->names, bb_names_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static gboolean
open_workloads(Run *run, GError **error)
{
    const BbExperiment *experiment = run->experiment;
    run->workloads = bb_experiment_open_workloads(experiment, error);
    if (!run->workloads)
        return FALSE;
    run->workload_names = g_ptr_array_new();
    for (guint i = 0; i < experiment->workloads->len; i++)
        g_ptr_array_add(run->workload_names,
                        ((BbWorkloadSpec *)experiment->workloads->pdata[i])->name);
    g_ptr_array_add(run->workload_names, NULL);
    return TRUE;
}

static void
complete_name(Run *run)
{
    if (!run->experiment->name)
        run->experiment->name = g_strdup(bb_workload_name(run->workloads->pdata[0]));
}

static void
rework(Run *run)
{
    if (run->options->n_reworks == 0)
        return;
    run->reworked =
        bb_reworked_new(run->demand.source, run->options->reworks, run->options->n_reworks);
    run->demand.source = bb_reworked_source(run->reworked);
}

static gboolean
records_arrivals(const Run *run)
{
    return run->options->output && (run->experiment->record & BB_RECORD_ARRIVALS);
}

static gboolean
open_inputs(Run *run, GError **error)
{
    BbExperiment *experiment = run->experiment;
    if (!bb_experiment_check(experiment, error) || !open_workloads(run, error) ||
        !bb_experiment_complete_cluster(experiment, run->workloads, error))
        return FALSE;
    complete_name(run);
    run->names = bb_names_new();
    run->notes = g_ptr_array_new_with_free_func(g_free);
    run->cluster =
        bb_experiment_build_noted(experiment, run->names, run->notes, &run->pool_sha256, error);
    if (!run->cluster)
        return FALSE;
    run->queue = bb_queue_new(experiment->tables->queues, experiment->queue, error);
    if (!run->queue)
        return FALSE;
    run->placement = bb_placement_new(experiment->tables->placements, experiment->placement, error);
    if (!run->placement ||
        !bb_experiment_give_mixes(experiment, run->placement, records_arrivals(run), &run->mix,
                                  &run->target, error))
        return FALSE;
    run->merge = bb_merge_new(run->workloads);
    run->demand.source = bb_merge_source(run->merge);
    rework(run);
    return TRUE;
}

/* Of the workload that is least far, for the run ends with it. */
static double
read_frac(const Run *run)
{
    double frac = 1;
    for (guint i = 0; i < run->workloads->len; i++)
        frac = MIN(frac, bb_workload_progress(run->workloads->pdata[i]));
    return frac;
}

static void
tell_progress(gpointer data, const BbView *view)
{
    Run *run = data;
    if (++run->n_instants % PROGRESS_EVERY != 0)
        return;
    BbProgress progress = {.n_submitted = bb_engine_n_submitted(run->engine),
                           .n_waiting = view->n_waiting,
                           .n_running = view->n_running,
                           .read_frac = read_frac(run),
                           .now_us = view->now_us};
    run->options->progress(run->options->progress_data, &progress);
}

static void
build_engine(Run *run)
{
    const BbExperiment *experiment = run->experiment;
    BbEngineOptions options = {
        .seed = (guint64)experiment->seed,
        .pass_event = experiment->pass_event != 0,
        .kill_at_estimate = experiment->kill_at_estimate != 0,
        .reject_unplaced = experiment->reject_unplaced != 0,
        .ties_random = experiment->ties_random != 0,
        .estimate = (BbEstimate)experiment->estimate,
        .search = (BbSearchMode)experiment->search,
        .until_us = experiment->until_us < 0 ? BB_TIME_NEVER : experiment->until_us,
        .interrupted = run->options->interrupted,
    };
    run->engine = bb_engine_new(run->cluster, bb_demand_source(&run->demand), run->queue,
                                run->placement, &options);
}

static void
add_observers(Run *run)
{
    BbMetricsOptions options = {.warmup_us = run->experiment->warmup_us,
                                .window_all = run->experiment->window_all != 0};
    run->metrics = bb_metrics_new(run->names, &options);
    BbObserver metrics = bb_metrics_observer(run->metrics);
    bb_engine_add_observer(run->engine, &metrics);
    run->bounds = bb_bounds_finder_new(run->cluster);
    BbObserver bounds = bb_bounds_finder_observer(run->bounds);
    bb_engine_add_observer(run->engine, &bounds);
    BbObserver load = bb_load_observer(run->load);
    if (records_arrivals(run) || (bb_cluster_modelled(run->cluster) & 1u << BB_GPU))
        bb_engine_add_observer(run->engine, &load);
    if (run->recorder)
        bb_recorder_attach(run->recorder, run->engine);
    if (run->options->observer)
        bb_engine_add_observer(run->engine, run->options->observer);
    if (run->options->progress) {
        BbObserver progress = {.data = run, .on_instant = tell_progress};
        bb_engine_add_observer(run->engine, &progress);
    }
}

static gboolean
read_on(Run *run, BbWorkload *workload, GError **error)
{
    for (guint n = 1;; n++) {
        BbJobRow row = BB_JOB_ROW_INIT;
        BbReadResult result = bb_workload_next(workload, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (n % PROGRESS_EVERY == 0 && run->options->interrupted &&
            g_atomic_int_get(run->options->interrupted))
            return bb_error_set(error, BB_ERROR_INTERRUPTED,
                                "interrupted after the simulation, reading the rest of %s",
                                bb_workload_path(workload));
    }
}

/* What the simulation did not need (--until) is read all the same: a trace is good or it is not, and
 * its hash covers the whole of it. */
static gboolean
read_rest(Run *run, GError **error)
{
    for (guint i = 0; i < run->workloads->len; i++) {
        BbWorkload *workload = run->workloads->pdata[i];
        if (bb_workload_reader(workload) && !read_on(run, workload, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
simulate(Run *run, GError **error)
{
    const char *output = run->options->output;
    run->load = bb_load_new(run->cluster, run->mix);
    if (output) {
        run->recorder =
            bb_recorder_new(output, run->experiment, run->cluster,
                            (const char *const *)run->workload_names->pdata, run->load, error);
        if (!run->recorder)
            return FALSE;
    }
    build_engine(run);
    add_observers(run);
    return bb_engine_run(run->engine, error) && read_rest(run, error);
}

/* Puts the text into the outcome's keeping. */
static const char *
keep(BbOutcome *outcome, char *text)
{
    g_ptr_array_add(outcome->texts, text);
    return text;
}

static void
describe_traces(const Run *run, BbOutcome *outcome)
{
    guint n = run->workloads->len;
    outcome->traces = g_new0(BbTraceInfo, n);
    for (guint i = 0; i < n; i++) {
        BbWorkload *workload = run->workloads->pdata[i];
        outcome->traces[i] = (BbTraceInfo){
            .path = keep(outcome, g_strdup(bb_workload_path(workload))),
            .sha256 = keep(outcome, g_strdup(bb_workload_sha256(workload))),
            .format = keep(outcome, g_strdup(bb_workload_format(workload))),
            .n_jobs = bb_workload_n_jobs(workload),
        };
    }
    outcome->info.traces = outcome->traces;
    outcome->info.n_traces = n;
}

static char *
hash(const Run *run, const BbOutcome *outcome, const GPtrArray *targets)
{
    g_autofree const char **workloads = g_new0(const char *, outcome->info.n_traces + 1);
    for (guint i = 0; i < outcome->info.n_traces; i++)
        workloads[i] = outcome->traces[i].sha256;
    return bb_experiment_sha256(run->experiment, workloads,
                                (const char *const *)run->pool_sha256->pdata,
                                (const char *const *)targets->pdata);
}

static gboolean
describe(const Run *run, BbOutcome *outcome, GError **error)
{
    const BbExperiment *experiment = run->experiment;
    g_autoptr(GPtrArray) targets = bb_experiment_hash_targets(experiment, NULL, error);
    if (!targets)
        return FALSE;
    describe_traces(run, outcome);
    outcome->info.version = BB_VERSION;
    outcome->info.name = keep(outcome, g_strdup(experiment->name));
    outcome->info.seed = (guint64)experiment->seed;
    outcome->info.sha256 = keep(outcome, hash(run, outcome, targets));
    outcome->info.estimate_source =
        experiment->estimate == BB_ESTIMATE_PERFECT ? "perfect" : "trace";
    outcome->info.cluster = keep(outcome, bb_experiment_describe_cluster(experiment));
    outcome->info.queue = keep(outcome, g_strdup(experiment->queue));
    outcome->info.placement = keep(outcome, g_strdup(experiment->placement));
    outcome->info.work = *bb_engine_work(run->engine);
    outcome->bounds = bb_bounds_finder_get(run->bounds);
    outcome->info.bounds = &outcome->bounds;
    return TRUE;
}

static gboolean
check_inputs(const Run *run, const BbOutcome *outcome, GError **error)
{
    const char *expected = run->options->sha256;
    return !expected || strcmp(expected, outcome->info.sha256) == 0 ||
           bb_error_set(error, BB_ERROR_INPUT,
                        "%s: expected inputs as they were when they were first read, found them "
                        "changed",
                        outcome->info.name);
}

/* Jobs that were there already by a trace of another cluster, or of one that took more than it had. */
static void
note_strays(const Run *run, GPtrArray *notes)
{
    const BbStrays *strays = bb_engine_strays(run->engine);
    if (strays->n_unknown > 0)
        g_ptr_array_add(notes, g_strdup_printf("%" G_GUINT64_FORMAT " jobs were on nodes that the "
                                               "cluster does not have, such as %s: they wait "
                                               "like others",
                                               strays->n_unknown, strays->unknown));
    if (strays->n_no_room > 0)
        g_ptr_array_add(notes, g_strdup_printf("%" G_GUINT64_FORMAT " jobs were on nodes that have "
                                               "no room for them, such as %s: they wait like "
                                               "others",
                                               strays->n_no_room, strays->no_room));
}

static void
take_notes(const Run *run, BbOutcome *outcome)
{
    gboolean uses_estimates = run->experiment->estimate == BB_ESTIMATE_TRACE &&
                              (run->queue->klass->projects || run->queue->klass->compare);
    for (guint i = 0; i < run->workloads->len; i++) {
        const char *warning = bb_workload_warning(run->workloads->pdata[i]);
        if (warning)
            g_ptr_array_add(outcome->notes, g_strdup(warning));
    }
    for (guint i = 0; i < run->notes->len; i++)
        g_ptr_array_add(outcome->notes, g_strdup(run->notes->pdata[i]));
    note_strays(run, outcome->notes);
    bb_demand_notes(&run->demand, run->cluster, uses_estimates, outcome->notes);
}

static char *
timing_json(const Run *run)
{
    double simulate_s = (double)(run->ended_us - run->opened_us) / 1e6;
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "breakbulk-timing/0");
    bb_json_double(json, "open_s", (double)(run->opened_us - run->began_us) / 1e6);
    bb_json_double(json, "simulate_s", simulate_s);
    bb_json_double(json, "jobs_per_s",
                   (double)bb_engine_n_submitted(run->engine) / MAX(simulate_s, 1e-6));
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}

static gboolean
commit(Run *run, const BbOutcome *outcome, GError **error)
{
    if (!run->recorder)
        return TRUE;
    g_autofree char *experiment = bb_experiment_to_text(run->experiment);
    g_autofree char *timing = run->options->clock_us ? timing_json(run) : NULL;
    return bb_recorder_commit(run->recorder, outcome->summary_json, experiment, timing, error);
}

void
bb_outcome_free(BbOutcome *outcome)
{
    if (!outcome)
        return;
    g_clear_pointer(&outcome->result, bb_result_free);
    g_ptr_array_unref(outcome->notes);
    g_ptr_array_unref(outcome->texts);
    g_free(outcome->traces);
    g_free(outcome->summary_json);
    g_free(outcome);
}

BbOutcome *
bb_experiment_run(BbExperiment *experiment, const BbRunOptions *options, GError **error)
{
    g_auto(Run) run = {.experiment = experiment, .options = options};
    run.began_us = clock_us(&run);
    if (!open_inputs(&run, error))
        return NULL;
    run.opened_us = clock_us(&run);
    if (!simulate(&run, error))
        return NULL;
    run.ended_us = clock_us(&run);
    g_autoptr(BbOutcome) outcome = g_new0(BbOutcome, 1);
    outcome->notes = g_ptr_array_new_with_free_func(g_free);
    outcome->texts = g_ptr_array_new_with_free_func(g_free);
    outcome->result = bb_metrics_result(run.metrics);
    outcome->result->load = bb_load_curve(run.load);
    if (!describe(&run, outcome, error) || !check_inputs(&run, outcome, error))
        return NULL;
    take_notes(&run, outcome);
    outcome->summary_json = bb_summary_json(&outcome->info, outcome->result);
    return commit(&run, outcome, error) ? g_steal_pointer(&outcome) : NULL;
}
