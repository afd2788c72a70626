/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk compare: every variant in the same worlds. */
#include "bb-cli-options.h"
#include "sim/lab/bb-axes.h"
#include "sim/lab/bb-compare.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define VARIANTS_MAX 100

/* As the option parser leaves them. */
typedef struct {
    char **vary, **tolerances;
    gboolean warmup_auto;
    gint n_seeds, n_shakes, n_resamples, n_threads;
} Options;

static void
options_clear(Options *options)
{
    g_strfreev(options->vary);
    g_strfreev(options->tolerances);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
check_number(const char *name, gint value, gint least, GError **error)
{
    if (value >= least && value <= 100000)
        return TRUE;
    return bb_error_set(error, BB_ERROR_USAGE, "%s: expected a number from %d to 100000, found %d",
                        name, least, value);
}

static gboolean
check_options(const Options *options, const BbCliOptions *common, GError **error)
{
    static const char *const formats[] = {"table", "json", "csv", "markdown", NULL};
    if (common->format && !g_strv_contains(formats, common->format))
        return bb_cli_unknown("--format", common->format, formats, error);
    if (!options->vary)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "compare: expected --vary KEY=A,B, found nothing to compare");
    return check_number("--seeds", options->n_seeds, 0, error) &&
           check_number("--shake", options->n_shakes, 0, error) &&
           check_number("--resample", options->n_resamples, 0, error) &&
           check_number("--jobs", options->n_threads, 1, error);
}

static BbAxes *
parse_axes(const BbExperiment *experiment, char *const *vary, GError **error)
{
    g_autoptr(BbAxes) axes = bb_axes_new();
    for (guint i = 0; vary[i]; i++)
        if (!bb_axes_add(axes, experiment, vary[i], error))
            return NULL;
    if (bb_axes_n_cells(axes) > VARIANTS_MAX) {
        bb_error_set(error, BB_ERROR_USAGE, "--vary: expected at most %d variants, found %u",
                     VARIANTS_MAX, bb_axes_n_cells(axes));
        return NULL;
    }
    return g_steal_pointer(&axes);
}

/* "queue=easy placement=best-fit". */
static char *
label_of(const BbAxes *axes, guint cell)
{
    g_autoptr(GString) label = g_string_new(NULL);
    for (guint a = 0; a < axes->axes->len; a++) {
        const BbAxis *axis = axes->axes->pdata[a];
        g_string_append_printf(label, "%s%s=%s", a > 0 ? " " : "", axis->key,
                               bb_axes_value(axes, a, cell));
    }
    return g_string_free(g_steal_pointer(&label), FALSE);
}

static void
add_variants(BbCompareSpec *spec, const BbAxes *axes, const BbExperiment *experiment)
{
    for (guint cell = 0; cell < bb_axes_n_cells(axes); cell++) {
        g_ptr_array_add(spec->variants, bb_axes_experiment(axes, experiment, cell));
        g_ptr_array_add(spec->labels, label_of(axes, cell));
    }
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

static void
tell_progress(gpointer data, guint n_done, guint n_worlds)
{
    (void)data;
    fprintf(stderr, n_done < n_worlds ? "\r%u of %u worlds" : "\r\033[K", n_done, n_worlds);
    fflush(stderr);
}

static BbCompare *
compare(BbCli *cli, const Options *options, const BbCliOptions *common, const char *file,
        GError **error)
{
    g_autoptr(BbExperiment) experiment =
        bb_cli_options_experiment(common, &cli->tables, file, error);
    g_autoptr(BbAxes) axes = experiment ? parse_axes(experiment, options->vary, error) : NULL;
    g_autoptr(GPtrArray) variants =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_experiment_free);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) tolerances =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_tolerance_free);
    if (!axes || !add_tolerances(tolerances, options->tolerances, error))
        return NULL;
    BbCompareSpec spec = {.variants = variants,
                          .labels = labels,
                          .tolerances = tolerances,
                          .n_seeds = (guint)options->n_seeds,
                          .n_shakes = (guint)options->n_shakes,
                          .n_resamples = (guint)options->n_resamples,
                          .warmup_auto = options->warmup_auto,
                          .n_threads = (guint)options->n_threads,
                          .interrupted = cli->interrupted};
    if (!common->quiet && isatty(STDERR_FILENO))
        spec.progress = tell_progress;
    add_variants(&spec, axes, experiment);
    return bb_compare_run(&spec, error);
}

static char *
render(const BbCompare *compare, const char *format)
{
    if (g_strcmp0(format, "json") == 0)
        return bb_compare_json(compare);
    if (g_strcmp0(format, "csv") == 0)
        return bb_compare_csv(compare);
    return g_strcmp0(format, "markdown") == 0 ? bb_compare_markdown(compare)
                                              : bb_compare_text(compare);
}

static gboolean
run(BbCli *cli, const Options *options, const BbCliOptions *common, int argc, char **argv,
    GError **error)
{
    if (argc > 2)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "compare: expected one experiment file, found \"%s\" too", argv[2]);
    if (!check_options(options, common, error))
        return FALSE;
    g_autoptr(BbOutputDir) dir = common->output ? bb_output_dir_new(common->output, error) : NULL;
    if (common->output && !dir)
        return FALSE;
    g_autoptr(BbCompare) answer = compare(cli, options, common, argc > 1 ? argv[1] : NULL, error);
    if (!answer ||
        (dir && !(bb_compare_write(answer, dir, error) && bb_output_dir_commit(dir, error))))
        return FALSE;
    for (guint i = 0; !common->quiet && i < answer->notes->len; i++)
        fprintf(stderr, "breakbulk: note: %s\n", (const char *)answer->notes->pdata[i]);
    if ((common->quiet || dir) && !common->format)
        return TRUE;
    g_autofree char *text = render(answer, common->format);
    return bb_cli_print(text, error);
}

static gboolean
take_warmup(Options *options, BbCliOptions *common)
{
    options->warmup_auto = bb_cli_options_take_auto_warmup(common);
    return TRUE;
}

int
cmd_compare(BbCli *cli, int argc, char **argv)
{
    g_auto(Options) options = {.n_threads = (gint)g_get_num_processors()};
    g_auto(BbCliOptions) common;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"vary", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.vary,
         "what is compared, the first value is the reference; again: every combination",
         "KEY=A,B.."},
        {"seeds", 0, 0, G_OPTION_ARG_INT, &options.n_seeds, "worlds of N seeds", "N"},
        {"shake", 0, 0, G_OPTION_ARG_INT, &options.n_shakes,
         "worlds with submissions and run times moved a little", "N"},
        {"resample", 0, 0, G_OPTION_ARG_INT, &options.n_resamples,
         "worlds with users (classes) drawn anew", "N"},
        {"tolerance", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.tolerances,
         "another margin of \"same\", for any metric", "METRIC=PCT[:ABS]"},
        {"jobs", 'j', 0, G_OPTION_ARG_INT, &options.n_threads, "worlds at a time", "N"},
        G_OPTION_ENTRY_NULL,
    };
    bb_cli_options_init(&common);
    if (bb_cli_parse("[EXPERIMENT.ini] --vary KEY=A,B..",
                     "Runs every variant in the same worlds and says which is better, by how much, "
                     "and how sure that is.",
                     common.entries, entries, &argc, &argv, &error) &&
        take_warmup(&options, &common) && run(cli, &options, &common, argc, argv, &error))
        return 0;
    return bb_cli_fail(cli, error);
}
