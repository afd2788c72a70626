/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep costs beside its runs, and whether it grows: 5,000 jobs a run, in one process and thread.
 * Prints one line; exit 1 above 5 % or 1 MiB. Processor time, the median of some rounds. */
#include "policies/bb-policies.h"
#include "sim/base/bb-output.h"
#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-sweep.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define N_JOBS 5000
#define N_RUNS 25
#define N_LONG 1000
#define N_ROUNDS 41
#define MOST_OVERHEAD 0.05
#define MOST_GROWTH_MIB 1.0

static const BbTables tables = {
    {bb_reader_classes, bb_generator_classes}, bb_queue_classes, bb_placement_classes, NULL};

static double
cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
resident_mib(void)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        return 0;
    g_auto(GStrv) pages = g_strsplit(text, " ", 3);
    return (double)g_ascii_strtoll(pages[1], NULL, 10) * (double)sysconf(_SC_PAGESIZE) / 1048576.0;
}

static char *
write_trace(const char *folder)
{
    g_autoptr(GString) rows = g_string_new("job_id,submit_s,runtime_s,cpu_milli\n");
    for (guint i = 0; i < N_JOBS; i++)
        g_string_append_printf(rows, "%u,%u,%u,%u\n", i, i, 1 + i * 7919 % 311,
                               1000 * (1 + i * 104729 % 4));
    char *path = g_build_filename(folder, "jobs.csv", NULL);
    if (!g_file_set_contents(path, rows->str, -1, NULL))
        g_error("%s cannot be written", path);
    return path;
}

static BbExperiment *
make_experiment(const char *folder)
{
    static const char *const settings[][2] = {{"pool.p.count", "30"},
                                              {"pool.p.cpu", "16"},
                                              {"scheduler.ties", "random"},
                                              {"experiment.record", "none"}};
    g_autofree char *trace = write_trace(folder);
    BbExperiment *experiment = bb_experiment_new(&tables);
    bb_experiment_add_trace(experiment, trace);
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
        bb_experiment_set(experiment, "--set", settings[i][0], settings[i][1], NULL);
    return experiment;
}

static char *
new_folder(const char *folder, const char *name)
{
    char *path = g_build_filename(folder, name, NULL);
    bb_output_remove(path);
    return path;
}

/* The runs alone, one after another. */
static double
run_plainly(const BbExperiment *experiment, const char *folder)
{
    g_autofree char *output = new_folder(folder, "plain");
    g_mkdir(output, 0777);
    double began = cpu_s();
    for (guint i = 0; i < N_RUNS; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbExperiment) copy = bb_experiment_copy(experiment);
        g_autofree char *path = g_strdup_printf("%s/%u", output, i);
        BbRunOptions run = {.output = path};
        copy->seed = i + 1;
        g_autoptr(BbOutcome) outcome = bb_experiment_run(copy, &run, &error);
        if (!outcome)
            g_error("%s", error->message);
    }
    return cpu_s() - began;
}

typedef struct {
    double early_mib, late_mib;
} Growth;

static void
watch(gpointer data, const BbSweepProgress *progress)
{
    Growth *growth = data;
    if (progress->n_done == progress->n_runs / 10)
        growth->early_mib = resident_mib();
    if (progress->n_done == progress->n_runs)
        growth->late_mib = resident_mib();
}

static double
sweep(const BbExperiment *experiment, const char *folder, guint n, Growth *growth)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbAxes) axes = bb_axes_new();
    g_autofree char *output = new_folder(folder, "sweep");
    BbSweepOptions options = {.experiment = experiment,
                              .axes = axes,
                              .output = output,
                              .build = "bench",
                              .n_threads = 1,
                              .progress = watch,
                              .progress_data = growth};
    double began = cpu_s();
    if (!bb_axes_add_seeds(axes, experiment, n, &error))
        g_error("%s", error->message);
    g_autoptr(BbSweepReport) report = bb_sweep_run(&options, &error);
    if (!report || report->n_failed_cells > 0)
        g_error("%s", error ? error->message : report->first_error);
    return cpu_s() - began;
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double
median(double values[N_ROUNDS])
{
    qsort(values, N_ROUNDS, sizeof *values, compare);
    return values[N_ROUNDS / 2];
}

int
main(void)
{
    g_autofree char *folder = g_dir_make_tmp("breakbulk-bench-XXXXXX", NULL);
    Growth growth = {0};
    double plain_s[N_ROUNDS], sweep_s[N_ROUNDS], ratio[N_ROUNDS];
    if (!folder)
        return 1;
    g_autoptr(BbExperiment) experiment = make_experiment(folder);
    for (guint round = 0; round < N_ROUNDS; round++) {
        plain_s[round] = run_plainly(experiment, folder);
        sweep_s[round] = sweep(experiment, folder, N_RUNS, &growth);
        ratio[round] = sweep_s[round] / plain_s[round];
    }
    sweep(experiment, folder, N_LONG, &growth);
    bb_output_remove(folder);
    double overhead = median(ratio) - 1, grown_mib = growth.late_mib - growth.early_mib;
    printf(
        "sweep of %d jobs a run: %.2f ms a run, %.1f %% more than the runs alone; %.1f MiB after "
        "%d runs, %.1f after %d\n",
        N_JOBS, median(sweep_s) / N_RUNS * 1e3, overhead * 100, growth.early_mib, N_LONG / 10,
        growth.late_mib, N_LONG);
    return overhead <= MOST_OVERHEAD && grown_mib <= MOST_GROWTH_MIB ? 0 : 1;
}
