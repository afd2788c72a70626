/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk gate: did this change make scheduling worse? Exit 0 pass, 1 regression, 2 cannot judge. */
#include "bb-cli.h"
#include "sim/base/bb-output.h"
#include "sim/lab/bb-diff.h"
#include "sim/lab/bb-gate.h"

#include <stdio.h>

#define DIFF_ROWS 5

/* As the option parser leaves them. */
typedef struct {
    char **tolerances;
    char *baseline, *update, *junit, *format;
} Options;

static void
options_clear(Options *options)
{
    g_strfreev(options->tolerances);
    g_free(options->baseline);
    g_free(options->update);
    g_free(options->junit);
    g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
check_options(const Options *options, int argc, GError **error)
{
    static const char *const formats[] = {"text", "json", "markdown", NULL};
    if (options->format && !g_strv_contains(formats, options->format))
        return bb_cli_unknown("--format", options->format, formats, error);
    if (argc != 2)
        return bb_error_set(error, BB_ERROR_USAGE, "gate: expected one result, found %d", argc - 1);
    if (!options->baseline && !options->update)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "gate: expected --baseline RESULT|FILE.json, or --update-baseline FILE "
                            "to begin with one");
    return TRUE;
}

static gboolean
add_tolerances(GPtrArray *out, char *const *texts, GError **error)
{
    for (guint i = 0; texts && texts[i]; i++) {
        BbTolerance *tolerance = bb_tolerance_parse("--tolerance", texts[i], error);
        if (!tolerance)
            return FALSE;
        g_ptr_array_add(out, tolerance);
    }
    return TRUE;
}

/* What a red verdict is followed by; NULL where job tables are not there on both sides. */
static char *
diff_of(const BbGate *gate)
{
    if (gate->verdict == BB_GATE_PASS || !gate->folders[0])
        return NULL;
    g_autoptr(BbDiff) diff = bb_diff_new(gate->folders[0], gate->folders[1], NULL);
    return diff ? bb_diff_text(diff, DIFF_ROWS) : NULL;
}

static gboolean
print(const BbGate *gate, const Options *options, GError **error)
{
    g_autofree char *diff = diff_of(gate);
    g_autofree char *text = NULL;
    if (g_strcmp0(options->format, "json") == 0)
        text = bb_gate_json(gate);
    else if (g_strcmp0(options->format, "markdown") == 0)
        text = bb_gate_markdown(gate, diff);
    else
        text = bb_gate_text(gate, diff);
    if (options->junit) {
        g_autofree char *xml = bb_gate_junit(gate);
        if (!bb_output_write_path(options->junit, xml, error))
            return FALSE;
    }
    return bb_cli_print(text, error);
}

static gboolean
update(const BbGateSide *candidate, const char *path, const char *sensitivity, GError **error)
{
    g_autofree char *text = bb_gate_side_json(candidate, error);
    if (!text || !bb_output_write_path(path, text, error))
        return FALSE;
    fprintf(stderr, "breakbulk: note: %s: written from %s\n", path, candidate->path);
    if (sensitivity)
        fprintf(
            stderr,
            "breakbulk: note: with the noise between the two, these seeds show changes from: %s\n",
            sensitivity);
    return TRUE;
}

static gboolean
run(const Options *options, const char *result, int *out_status, GError **error)
{
    static const int statuses[] = {0, 1, 2}; /* pass, regression, unclear */
    g_autoptr(GPtrArray) tolerances =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_tolerance_free);
    if (!add_tolerances(tolerances, options->tolerances, error))
        return FALSE;
    g_autoptr(GPtrArray) metrics = bb_gate_metrics_new(tolerances);
    g_autoptr(BbGateSide) candidate = bb_gate_side_open(result, metrics, error);
    if (!candidate)
        return FALSE;
    g_autofree char *sensitivity = NULL;
    if (options->baseline) {
        g_autoptr(BbGateSide) baseline = bb_gate_side_open(options->baseline, metrics, error);
        g_autoptr(BbGate) gate =
            baseline ? bb_gate_new(baseline, candidate, tolerances, error) : NULL;
        if (!gate || !print(gate, options, error))
            return FALSE;
        *out_status = statuses[gate->verdict];
        sensitivity = bb_gate_sensitivity(gate);
    }
    return !options->update || update(candidate, options->update, sensitivity, error);
}

int
cmd_gate(BbCli *cli, int argc, char **argv)
{
    g_auto(Options) options = {0};
    g_autoptr(GError) error = NULL;
    int status = 0;
    const GOptionEntry entries[] = {
        {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &options.baseline,
         "a result, or a file of --update-baseline", "RESULT|FILE.json"},
        {"tolerance", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.tolerances,
         "judge this metric, and only those given", "METRIC=PCT[:ABS]"},
        {"update-baseline", 0, 0, G_OPTION_ARG_FILENAME, &options.update,
         "write what later gates need of RESULT", "FILE"},
        {"junit", 0, 0, G_OPTION_ARG_FILENAME, &options.junit, "write JUnit XML", "FILE"},
        {"format", 0, 0, G_OPTION_ARG_FILENAME, &options.format, "what is printed (text)",
         "text|json|markdown"},
        G_OPTION_ENTRY_NULL,
    };
    if (bb_cli_parse("RESULT --baseline RESULT|FILE.json",
                     "Judges a result against a baseline: exit 0 pass, 1 regression, 2 cannot "
                     "judge. A result is the folder of a run or of a sweep.",
                     entries, NULL, &argc, &argv, &error) &&
        check_options(&options, argc, &error) && run(&options, argv[1], &status, &error))
        return status;
    return bb_cli_fail(cli, error);
}
