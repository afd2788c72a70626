/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk sweep: many runs, in threads, into one folder. */
#include "bb-build.h"
#include "bb-cli-options.h"
#include "bb-cli-progress.h"

#include <stdio.h>
#include <string.h>

#define N_NOTES_SHOWN 10
#define THREADS_MAX 1024

/* As the option parser leaves them. */
typedef struct {
    char **vary;
    char *seeds, *jobs;
} Options;

static void
options_clear(Options *options)
{
    g_strfreev(options->vary);
    g_free(options->seeds);
    g_free(options->jobs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
parse_count(const char *option, const char *text, guint most, guint *out, GError **error)
{
    gint64 value;
    if (!bb_parse_int(text, 1, most, &value, NULL)) {
        g_autofree char *found = bb_quote(text);
        return bb_error_set(error, BB_ERROR_USAGE, "%s: expected a number from 1 to %u, found %s",
                            option, most, found);
    }
    *out = (guint)value;
    return TRUE;
}

static BbAxes *
parse_axes(const Options *options, const BbExperiment *experiment, GError **error)
{
    g_autoptr(BbAxes) axes = bb_axes_new();
    guint n_seeds = 0;
    for (guint i = 0; options->vary && options->vary[i]; i++) {
        if (!bb_axes_add(axes, experiment, options->vary[i], error))
            return NULL;
    }
    if (options->seeds && (!parse_count("--seeds", options->seeds, BB_CELLS_MAX, &n_seeds, error) ||
                           !bb_axes_add_seeds(axes, experiment, n_seeds, error)))
        return NULL;
    return g_steal_pointer(&axes);
}

static gboolean
check(const BbCliOptions *common, int argc, char **argv, GError **error)
{
    static const char *const formats[] = {"csv", "json", NULL};
    if (argc > 2)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "sweep: expected one experiment file, found \"%s\" too", argv[2]);
    if (!common->output)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "sweep: expected -o DIR for its results, found none");
    if (common->format && !g_strv_contains(formats, common->format))
        return bb_cli_unknown("--format", common->format, formats, error);
    return TRUE;
}

static BbSweepReport *
sweep(BbCli *cli, const Options *options, const BbCliOptions *common, const char *file,
      GError **error)
{
    guint n_threads = MIN(g_get_num_processors(), THREADS_MAX);
    if (options->jobs && !parse_count("-j", options->jobs, THREADS_MAX, &n_threads, error))
        return NULL;
    g_autoptr(BbExperiment) experiment =
        bb_cli_options_experiment(common, &cli->tables, file, error);
    g_autoptr(BbAxes) axes = experiment ? parse_axes(options, experiment, error) : NULL;
    g_autofree char *build = bb_build_name();
    if (!axes)
        return NULL;
    BbCliProgress progress;
    bb_cli_progress_init(&progress, common->quiet);
    BbSweepOptions sweep = {.experiment = experiment,
                            .axes = axes,
                            .output = common->output,
                            .build = build,
                            .n_threads = n_threads,
                            .interrupted = cli->interrupted,
                            .progress = progress.on ? bb_cli_progress_tell_runs : NULL,
                            .progress_data = &progress};
    BbSweepReport *report = bb_sweep_run(&sweep, error);
    bb_cli_progress_end(&progress);
    return report;
}

/* Failures are told even when quiet. */
static void
print_notes(const BbSweepReport *report, const BbCliOptions *common)
{
    guint n = common->quiet ? 0 : report->notes->len;
    for (guint i = 0; i < MIN(n, N_NOTES_SHOWN); i++)
        fprintf(stderr, "breakbulk: note: %s\n", (const char *)report->notes->pdata[i]);
    if (n > N_NOTES_SHOWN)
        fprintf(stderr, "breakbulk: note: and %u more notes of other runs\n", n - N_NOTES_SHOWN);
    if (report->n_found > 0 && !common->quiet)
        fprintf(stderr, "breakbulk: note: %u of %u runs were there already\n", report->n_found,
                report->n_runs);
    if (report->n_failed_cells > 0) {
        g_autofree char *line = g_strdelimit(g_strdup(report->first_error), "\r\n", ' ');
        fprintf(stderr, "breakbulk: %u row%s of %s/runs.csv %s, the first: %s\n",
                report->n_failed_cells, report->n_failed_cells == 1 ? "" : "s", common->output,
                report->n_failed_cells == 1 ? "is an error" : "are errors", line);
    }
}

static gboolean
run(BbCli *cli, const Options *options, const BbCliOptions *common, int argc, char **argv,
    GError **error)
{
    if (!check(common, argc, argv, error))
        return FALSE;
    g_autoptr(BbSweepReport) report = sweep(cli, options, common, argc > 1 ? argv[1] : NULL, error);
    if (!report)
        return FALSE;
    print_notes(report, common);
    if (!common->format)
        return TRUE;
    gboolean csv = strcmp(common->format, "csv") == 0;
    return bb_cli_print(csv ? report->runs_csv : report->sweep_json, error);
}

int
cmd_sweep(BbCli *cli, int argc, char **argv)
{
    g_auto(Options) options = {.vary = NULL};
    g_auto(BbCliOptions) common;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"vary", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.vary,
         "a key and its values, or LO:HI[:STEP]; again: every combination", "KEY=V1,V2.."},
        {"seeds", 0, 0, G_OPTION_ARG_FILENAME, &options.seeds, "each with this many seeds", "N"},
        {"jobs", 'j', 0, G_OPTION_ARG_FILENAME, &options.jobs,
         "runs at a time (the number of processors)", "N"},
        G_OPTION_ENTRY_NULL,
    };
    bb_cli_options_init(&common);
    if (bb_cli_parse(
            "[EXPERIMENT.ini] --vary KEY=V1,V2.. -o DIR",
            "Runs every combination into DIR/runs and lists them in DIR/runs.csv. Finished "
            "runs are never run again: the same command goes on with a stopped sweep.",
            common.entries, entries, &argc, &argv, &error) &&
        run(cli, &options, &common, argc, argv, &error))
        return 0;
    return bb_cli_fail(cli, error);
}
