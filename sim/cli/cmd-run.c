/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk run: one simulation. */
#include "bb-cli-options.h"
#include "bb-cli-progress.h"
#include "sim/report/bb-table.h"

#include <stdio.h>

typedef enum { FORMAT_NONE, FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV, FORMAT_MARKDOWN } Format;

static gboolean
parse_format(const BbCliOptions *options, Format *out, GError **error)
{
    static const char *const names[] = {"table", "json", "csv", "markdown", NULL};
    if (!options->format) {
        *out = options->output || options->quiet ? FORMAT_NONE : FORMAT_TABLE;
        return TRUE;
    }
    for (guint i = 0; names[i]; i++) {
        if (g_strcmp0(names[i], options->format) == 0) {
            *out = FORMAT_TABLE + i;
            return TRUE;
        }
    }
    return bb_cli_unknown("--format", options->format, names, error);
}

static char *
render(const BbOutcome *outcome, Format format)
{
    if (format == FORMAT_TABLE)
        return bb_table_text(&outcome->info, outcome->result);
    if (format == FORMAT_JSON)
        return g_strdup(outcome->summary_json);
    if (format == FORMAT_CSV)
        return bb_table_csv(outcome->result);
    return bb_table_markdown(&outcome->info, outcome->result);
}

static void
print_notes(const BbOutcome *outcome)
{
    for (guint i = 0; i < outcome->notes->len; i++)
        fprintf(stderr, "breakbulk: note: %s\n", (const char *)outcome->notes->pdata[i]);
}

static BbOutcome *
simulate(BbCli *cli, const BbCliOptions *options, const char *file, GError **error)
{
    g_autoptr(BbExperiment) experiment =
        bb_cli_options_experiment(options, &cli->tables, file, error);
    if (!experiment)
        return NULL;
    BbCliProgress progress;
    bb_cli_progress_init(&progress, options->quiet);
    BbRunOptions run = {.output = options->output,
                        .interrupted = cli->interrupted,
                        .progress = progress.on ? bb_cli_progress_tell : NULL,
                        .progress_data = &progress,
                        .clock_us = g_get_monotonic_time};
    BbOutcome *outcome = bb_experiment_run(experiment, &run, error);
    bb_cli_progress_end(&progress);
    return outcome;
}

static gboolean
run(BbCli *cli, const BbCliOptions *options, const char *file, GError **error)
{
    Format format = FORMAT_NONE;
    if (!parse_format(options, &format, error))
        return FALSE;
    g_autoptr(BbOutcome) outcome = simulate(cli, options, file, error);
    if (!outcome)
        return FALSE;
    if (!options->quiet)
        print_notes(outcome);
    if (format == FORMAT_NONE)
        return TRUE;
    g_autofree char *text = render(outcome, format);
    return bb_cli_print(text, error);
}

int
cmd_run(BbCli *cli, int argc, char **argv)
{
    g_auto(BbCliOptions) options;
    g_autoptr(GError) error = NULL;
    bb_cli_options_init(&options);
    if (!bb_cli_parse("[EXPERIMENT.ini]", "Runs one simulation and prints or stores its result.",
                      options.entries, NULL, &argc, &argv, &error))
        return bb_cli_fail(cli, error);
    if (argc > 2) {
        bb_error_set(&error, BB_ERROR_USAGE, "run: expected one experiment file, found \"%s\" too",
                     argv[2]);
        return bb_cli_fail(cli, error);
    }
    return run(cli, &options, argc > 1 ? argv[1] : NULL, &error) ? 0 : bb_cli_fail(cli, error);
}
