/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk verify: does a schedule keep its trace and its cluster? */
#include "bb-cli.h"
#include "sim/base/bb-json.h"
#include "sim/base/bb-units.h"
#include "sim/lab/bb-verify.h"
#include "sim/report/bb-prose.h"

#include <string.h>

#define N_SHOWN 10

typedef struct {
    char **traces;
    char *cluster, *kill, *against, *format;
} Options;

static void
options_clear(Options *options)
{
    g_strfreev(options->traces);
    g_free(options->cluster);
    g_free(options->kill);
    g_free(options->against);
    g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* ---- inputs ---- */

/* What stands in the result folder of jobs.csv: NULL when it is not there. */
static char *
beside(const char *jobs, const char *name)
{
    g_autofree char *folder = g_path_get_dirname(jobs);
    g_autofree char *base = g_path_get_basename(jobs);
    char *path = g_build_filename(folder, name, NULL);
    if (strcmp(base, "jobs.csv") == 0 && g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return path;
    g_free(path);
    return NULL;
}

static gboolean
apply(BbExperiment *experiment, const Options *options, GError **error)
{
    if (options->traces)
        bb_experiment_clear_workloads(experiment);
    for (guint i = 0; options->traces && options->traces[i]; i++)
        bb_experiment_add_trace(experiment, options->traces[i]);
    if (options->cluster) {
        bb_experiment_clear_pools(experiment);
        bb_experiment_add_cluster(experiment, options->cluster);
    }
    return !options->kill || bb_experiment_set(experiment, "--kill-at-estimate",
                                               "experiment.kill_at_estimate", options->kill, error);
}

/* The paths in a result's experiment.ini are those that the run was given: seen from the folder
 * that it ran in. */
static BbExperiment *
make_experiment(const BbCli *cli, const Options *options, const char *jobs, GError **error)
{
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&cli->tables);
    g_autofree char *file = beside(jobs, "experiment.ini");
    if ((file && !bb_experiment_load(experiment, file, ".", error)) ||
        !apply(experiment, options, error))
        return NULL;
    return g_steal_pointer(&experiment);
}

static BbVerdict *
judge(const BbCli *cli, const Options *options, const char *target, GError **error)
{
    g_autofree char *jobs = g_file_test(target, G_FILE_TEST_IS_DIR)
                                ? g_build_filename(target, "jobs.csv", NULL)
                                : g_strdup(target);
    g_autofree char *allocations = beside(jobs, "allocations.csv");
    BbVerifyFiles files = {jobs, allocations, options->against};
    g_autoptr(BbExperiment) experiment = make_experiment(cli, options, jobs, error);
    return experiment ? bb_verify(experiment, &files, error) : NULL;
}

/* ---- the verdict as text ---- */

static void
append_good(GString *out, const BbVerdict *verdict)
{
    g_autofree char *n_jobs = bb_format_count(verdict->n_jobs);
    g_autofree char *n_started = bb_format_count(verdict->n_started);
    g_autofree char *n_instants = bb_format_count(verdict->n_instants);
    g_string_append_printf(out,
                           "good: %s jobs, %s started, %u node%s, %s instants: each job once, "
                           "times and ends as the trace has them, gangs whole, constraints kept, "
                           "capacity never exceeded",
                           n_jobs, n_started, verdict->n_nodes, verdict->n_nodes == 1 ? "" : "s",
                           n_instants);
    if (!verdict->knows_devices)
        g_string_append(out, "; not checked: single devices (no allocations.csv)");
    if (verdict->n_untimed > 0) {
        g_autofree char *n = bb_format_count(verdict->n_untimed);
        g_string_append_printf(out,
                               "; not checked: what %s jobs hold whose tasks start one by one (no "
                               "allocations.csv)",
                               n);
    }
    g_string_append_c(out, '\n');
}

static void
append_violations(GString *out, const BbVerdict *verdict)
{
    guint n = verdict->violations->len;
    for (guint i = 0; i < MIN(n, N_SHOWN); i++) {
        const BbViolation *violation = verdict->violations->pdata[i];
        g_string_append(out, "t=");
        bb_append_seconds(out, violation->time_us);
        g_string_append_printf(out, " s %s\n", violation->text);
    }
    if (n > N_SHOWN) {
        g_autofree char *rest = bb_format_count(n - N_SHOWN);
        g_string_append_printf(out, "and %s more\n", rest);
    }
}

static void
append_comparison(GString *out, const BbVerdict *verdict, const char *against)
{
    g_autofree char *n = bb_format_count(verdict->n_compared);
    g_autofree char *n_differing = bb_format_count(verdict->n_differing);
    if (!verdict->compared)
        return;
    if (verdict->n_differing == 0)
        g_string_append_printf(out, "the same as %s: all %s jobs\n", against, n);
    else
        g_string_append_printf(out, "unlike %s: %s of %s jobs differ, first %s\n", against,
                               n_differing, n, verdict->first_difference);
}

static char *
render_text(const BbVerdict *verdict, const char *against)
{
    GString *out = g_string_new(NULL);
    append_violations(out, verdict);
    if (verdict->violations->len == 0)
        append_good(out, verdict);
    append_comparison(out, verdict, against);
    return g_string_free(out, FALSE);
}

/* ---- as JSON ---- */

static void
write_violations(BbJson *json, const BbVerdict *verdict)
{
    bb_json_int(json, "n_violations", verdict->violations->len);
    bb_json_begin_array(json, "violations");
    for (guint i = 0; i < MIN(verdict->violations->len, N_SHOWN); i++) {
        const BbViolation *violation = verdict->violations->pdata[i];
        bb_json_begin_object(json, NULL);
        bb_json_seconds(json, "time_s", violation->time_us);
        bb_json_text(json, "message", violation->text);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_comparison(BbJson *json, const BbVerdict *verdict, const char *against)
{
    if (!verdict->compared) {
        bb_json_null(json, "against");
        return;
    }
    bb_json_begin_object(json, "against");
    bb_json_text(json, "path", against);
    bb_json_int(json, "jobs", (gint64)verdict->n_compared);
    bb_json_int(json, "differing", (gint64)verdict->n_differing);
    bb_json_text(json, "first", verdict->first_difference);
    bb_json_end(json);
}

static char *
render_json(const BbVerdict *verdict, const char *against)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "verdict", bb_verdict_is_good(verdict) ? "good" : "bad");
    bb_json_int(json, "jobs", (gint64)verdict->n_jobs);
    bb_json_int(json, "started", (gint64)verdict->n_started);
    bb_json_int(json, "nodes", verdict->n_nodes);
    bb_json_int(json, "instants", (gint64)verdict->n_instants);
    bb_json_bool(json, "devices_checked", verdict->knows_devices);
    bb_json_int(json, "jobs_without_task_times", (gint64)verdict->n_untimed);
    write_violations(json, verdict);
    write_comparison(json, verdict, against);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}

/* ---- the command ---- */

static gboolean
verify(const BbCli *cli, const Options *options, const char *target, gboolean *out_good,
       GError **error)
{
    static const char *const formats[] = {"table", "json", NULL};
    if (options->format && !g_strv_contains(formats, options->format))
        return bb_cli_unknown("--format", options->format, formats, error);
    g_autoptr(BbVerdict) verdict = judge(cli, options, target, error);
    if (!verdict)
        return FALSE;
    g_autofree char *text = g_strcmp0(options->format, "json") == 0
                                ? render_json(verdict, options->against)
                                : render_text(verdict, options->against);
    *out_good = bb_verdict_is_good(verdict);
    return bb_cli_print(text, error);
}

int
cmd_verify(BbCli *cli, int argc, char **argv)
{
    g_auto(Options) options = {.traces = NULL};
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"trace", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.traces,
         "the jobs that were to run; may be given again", "FILE[:FORMAT]"},
        {"cluster", 0, 0, G_OPTION_ARG_FILENAME, &options.cluster, "where they ran: FILE or flat:N",
         "CLUSTER"},
        {"kill-at-estimate", 0, 0, G_OPTION_ARG_FILENAME, &options.kill,
         "runs end at their estimate (yes)", "yes|no"},
        {"against", 0, 0, G_OPTION_ARG_FILENAME, &options.against,
         "compare with another schedule (job_id, start[, finish])", "FILE"},
        {"format", 0, 0, G_OPTION_ARG_FILENAME, &options.format, "what is printed", "table|json"},
        G_OPTION_ENTRY_NULL,
    };
    gboolean good = FALSE;
    if (!bb_cli_parse("JOBS.csv|RESULT",
                      "Judges a schedule by its trace and its cluster. Beside a result's jobs.csv, "
                      "allocations.csv and experiment.ini are read too; options win.",
                      entries, NULL, &argc, &argv, &error))
        return bb_cli_fail(cli, error);
    if (argc != 2)
        bb_error_set(&error, BB_ERROR_USAGE,
                     "verify: expected one JOBS.csv or result folder, "
                     "found %s",
                     argc < 2 ? "none" : "several");
    else if (verify(cli, &options, argv[1], &good, &error))
        return good ? 0 : 1;
    return bb_cli_fail(cli, error);
}
