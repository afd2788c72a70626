/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk trace: looking at trace files and node lists, and making new ones. A subcommand is a row of
 * the table below. */
#include "bb-cli-trace.h"
#include "sim/base/bb-output.h"
#include "sim/lab/bb-trace-convert.h"
#include "sim/lab/bb-trace-info.h"
#include "sim/lab/bb-trace-lint.h"

#define MAX_OPTIONS 12

/* ---- What subcommands share ---- */

gboolean
bb_cli_trace_expect(const BbTraceCall *call, int min, int max, const char *what, GError **error)
{
    if (call->n_files == 0)
        return bb_error_set(error, BB_ERROR_USAGE, "%s: expected %s, found none", call->command,
                            what);
    if (call->n_files < min || call->n_files > max)
        return bb_error_set(error, BB_ERROR_USAGE, "%s: expected %s, found %d of them",
                            call->command, min > 1 ? "several files" : "one file", call->n_files);
    return TRUE;
}

gboolean
bb_cli_trace_wants_json(const BbTraceOptions *options, gboolean *out, GError **error)
{
    static const char *const formats[] = {"table", "json", NULL};
    *out = g_strcmp0(options->format, "json") == 0;
    if (options->format != NULL && !*out && g_strcmp0(options->format, "table") != 0)
        return bb_cli_unknown("--format", options->format, formats, error);
    return TRUE;
}

gboolean
bb_cli_trace_seed(const BbTraceOptions *options, guint64 *out, GError **error)
{
    gint64 seed = 1;
    if (options->seed != NULL && !bb_parse_int(options->seed, 0, G_MAXINT64, &seed, NULL)) {
        g_autofree char *found = bb_quote(options->seed);
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--seed: expected a whole number, at least 0, found %s", found);
    }
    *out = (guint64)seed;
    return TRUE;
}

gboolean
bb_cli_trace_choice(const char *option, const char *text, const char *const *names, guint *out,
                    GError **error)
{
    *out = 0;
    if (text == NULL)
        return TRUE;
    for (guint i = 0; names[i] != NULL; i++)
        if (g_str_equal(text, names[i])) {
            *out = i;
            return TRUE;
        }
    return bb_cli_unknown(option, text, names, error);
}

const char *
bb_cli_trace_option(const BbTraceCall *call, const BbTraceOption *option)
{
    gconstpointer member = (const char *)call->options + option->offset;
    if (option->arg == NULL)
        return *(const gboolean *)member ? "yes" : NULL;
    return *(char *const *)member;
}

/* ---- info, lint, convert ---- */

/* Shows one file as JSON (json not NULL) or as text. *status becomes the exit status where it is not
 * 0. */
typedef gboolean (*Show)(const BbTraceTables *tables, const char *path, const char *format,
                         BbJson *json, GString *text, int *status, GError **error);

static gboolean
show_info(const BbTraceTables *tables, const char *path, const char *format, BbJson *json,
          GString *text, int *status, GError **error)
{
    g_autoptr(BbTraceInfo) info = bb_trace_info_new(tables, path, format, error);
    (void)status;
    if (info == NULL)
        return FALSE;
    if (json != NULL)
        bb_trace_info_json(info, json);
    else
        bb_trace_info_table(info, text);
    return TRUE;
}

static gboolean
show_lint(const BbTraceTables *tables, const char *path, const char *format, BbJson *json,
          GString *text, int *status, GError **error)
{
    g_autoptr(BbTraceLint) lint = bb_trace_lint_new(tables, path, format, error);
    if (lint == NULL)
        return FALSE;
    if (lint->n_errors > 0)
        *status = 1;
    if (json != NULL)
        bb_trace_lint_json(lint, json);
    else
        bb_trace_lint_table(lint, text);
    return TRUE;
}

/* "FILE[:FORMAT]", or FILE with --columns. */
static gboolean
split(const BbTraceCall *call, const char *file, char **out_path, char **out_format, GError **error)
{
    const char *columns = call->options->columns;
    bb_reader_split(call->cli->tables.traces.readers, file, out_path, out_format);
    if (columns == NULL)
        return TRUE;
    if (*out_format != NULL)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--columns: expected a file without a format, found %s", file);
    *out_format = bb_reader_columns_format(columns, error);
    if (*out_format == NULL)
        g_prefix_error(error, "--");
    return *out_format != NULL;
}

/* Several files are one after the other as text, and an array as JSON. */
static gboolean
show_files(BbTraceCall *call, Show show, GError **error)
{
    const BbTraceTables *tables = &call->cli->tables.traces;
    gboolean as_json;
    if (!bb_cli_trace_expect(call, 1, G_MAXINT, "a file", error) ||
        !bb_cli_trace_wants_json(call->options, &as_json, error))
        return FALSE;
    g_autoptr(BbJson) json = as_json ? bb_json_new() : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    if (as_json && call->n_files > 1)
        bb_json_begin_array(json, NULL);
    for (int i = 0; i < call->n_files; i++) {
        g_autofree char *path = NULL, *format = NULL;
        if (!split(call, call->files[i], &path, &format, error))
            return FALSE;
        if (text->len > 0)
            g_string_append_c(text, '\n');
        if (!show(tables, path, format, json, text, call->status, error))
            return FALSE;
    }
    if (as_json && call->n_files > 1)
        bb_json_end(json);
    return bb_cli_print(as_json ? bb_json_str(json) : text->str, error);
}

static gboolean
info(BbTraceCall *call, GError **error)
{
    return show_files(call, show_info, error);
}

static gboolean
lint(BbTraceCall *call, GError **error)
{
    return show_files(call, show_lint, error);
}

static gboolean
convert(BbTraceCall *call, GError **error)
{
    const BbTraceOptions *options = call->options;
    const BbTraceTables *tables = &call->cli->tables.traces;
    g_autofree char *path = NULL, *format = NULL;
    g_autoptr(GString) csv = g_string_new(NULL);
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error) ||
        !split(call, call->files[0], &path, &format, error))
        return FALSE;
    if (!bb_trace_convert(tables, path, format, options->sort, csv, error))
        return FALSE;
    return options->output != NULL ? bb_output_write_path(options->output, csv->str, error)
                                   : bb_cli_print(csv->str, error);
}

/* ---- The table ---- */

#define OPTION(member, arg, summary)                                                               \
    {                                                                                              \
#member, G_STRUCT_OFFSET(BbTraceOptions, member), arg, summary                             \
    }
#define OUTPUT OPTION(output, "FILE", "write there, not to standard output")
#define OUTPUT_WITH_RECIPE                                                                         \
    OPTION(output, "FILE", "write there, and to FILE.recipe.ini how it was made")
#define SEED OPTION(seed, "N", "of the draws (default 1)")
#define COLUMNS                                                                                    \
    OPTION(columns, "SPEC",                                                                        \
           "names and units of any CSV's columns: submit_s=Created At:iso,cpu_milli=VCPUs:cores")
#define FORMAT OPTION(format, "NAME", "table (default) or json")
#define END                                                                                        \
    {                                                                                              \
        NULL, 0, NULL, NULL                                                                        \
    }

static const struct {
    const char *name, *full_name, *usage, *summary;
    gboolean (*run)(BbTraceCall *call, GError **error);
    BbTraceOption options[MAX_OPTIONS];
} subcommands[] = {
    {"info",
     "trace info",
     "FILE[:FORMAT]..",
     "Says what a trace or a node list holds: jobs, demand, load, what its log recorded.",
     info,
     {COLUMNS, FORMAT, END}},
    {"lint",
     "trace lint",
     "FILE[:FORMAT]..",
     "Names everything odd about a trace or a node list. Exit status 1 when there are errors.",
     lint,
     {COLUMNS, FORMAT, END}},
    {"convert",
     "trace convert",
     "FILE[:FORMAT]",
     "Writes any trace or node list that can be read as native CSV.",
     convert,
     {COLUMNS, OPTION(sort, NULL, "put jobs in order of submit time"), OUTPUT, END}},
    {"generate",
     "trace generate",
     "NAME,k=v..",
     "Writes the jobs of a generator (breakbulk list generators), or a trace by its recipe.",
     bb_cli_trace_generate,
     {SEED, OPTION(recipe, "FILE", "make again what FILE tells of, whatever the command; checked"),
      OUTPUT_WITH_RECIPE, END}},
    {"fit",
     "trace fit",
     "FILE[:FORMAT]",
     "Fits distributions to run times or gaps, and says how well they do.",
     bb_cli_trace_fit,
     {OPTION(of, "runtime|gap", "what to fit (default runtime)"),
      OPTION(by, "class|kind", "a fit for each; default: one for all jobs"), SEED, FORMAT, END}},
    {"inflate",
     "trace inflate",
     "FILE[:FORMAT]",
     "Fills a trace up with drawn copies, or cuts it down, to a part of a cluster's capacity.",
     bb_cli_trace_inflate,
     {OPTION(to, "PERCENT", "of the capacity, such as 130%"),
      OPTION(cluster, "CLUSTER", "FILE, flat:N or elastic:.."),
      OPTION(resource, "NAME", "gpu (default where the cluster has them), cpu, memory, disk"),
      OPTION(shuffle, NULL, "put the trace's own jobs in random order first"), SEED,
      OUTPUT_WITH_RECIPE, END}},
    {"scale",
     "trace scale",
     "FILE[:FORMAT]",
     "Changes the arrival rate of a trace.",
     bb_cli_trace_scale,
     {OPTION(factor, "F", "of the arrival rate"),
      OPTION(by, "gaps|thin|users",
             "shorter or longer gaps (default), or jobs or whole users left out by draws"),
      SEED, OUTPUT_WITH_RECIPE, END}},
    {"shift",
     "trace shift",
     "FILE[:FORMAT]",
     "Moves a trace in time.",
     bb_cli_trace_shift,
     {OPTION(by, "TIME", "later by this, earlier where it begins with a minus: --by=-1h"),
      OUTPUT_WITH_RECIPE, END}},
    {"merge",
     "trace merge",
     "FILE[:FORMAT] FILE[:FORMAT]..",
     "Puts traces together by submit time; job ID of the K-th file becomes K-ID.",
     bb_cli_trace_merge,
     {OUTPUT_WITH_RECIPE, END}},
    {"sample",
     "trace sample",
     "FILE[:FORMAT]",
     "Draws some of a trace's jobs or users.",
     bb_cli_trace_sample,
     {OPTION(keep, "PART|N", "part of them (10%, 0.1), or how many (500)"),
      OPTION(by, "jobs|users", "what is drawn (default jobs)"), SEED, OUTPUT_WITH_RECIPE, END}},
    {"split",
     "trace split",
     "FILE[:FORMAT]",
     "Takes a trace apart, one file a part.",
     bb_cli_trace_split,
     {OPTION(every, "TIME", "a part for each window of this length"),
      OPTION(at, "TIME,..", "a part up to each of these times, and one for the rest"),
      OPTION(by, "kind|class", "a part for each"),
      OPTION(output, "DIR", "folder for the parts and recipe.ini"), END}},
};

static void
fill_entries(const BbTraceOption *known, BbTraceOptions *options, GOptionEntry *out)
{
    for (; known->name != NULL; known++, out++) {
        gboolean is_file = g_str_equal(known->name, "output") || g_str_equal(known->name, "recipe");
        *out = (GOptionEntry){.long_name = known->name,
                              .short_name = g_str_equal(known->name, "output") ? 'o' : 0,
                              .arg = known->arg == NULL ? G_OPTION_ARG_NONE
                                     : is_file          ? G_OPTION_ARG_FILENAME
                                                        : G_OPTION_ARG_STRING,
                              .arg_data = (char *)options + known->offset,
                              .description = known->summary,
                              .arg_description = known->arg};
    }
    *out = (GOptionEntry){.long_name = NULL};
}

static void
clear_options(const BbTraceOption *known, BbTraceOptions *options)
{
    for (; known->name != NULL; known++)
        if (known->arg != NULL)
            g_free(*(char **)((char *)options + known->offset));
}

static int
run_subcommand(BbCli *cli, guint s, const BbRecipe *recipe, int argc, char **argv)
{
    BbTraceOptions options = {0};
    GOptionEntry entries[MAX_OPTIONS];
    int status = 0;
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup(subcommands[s].full_name);
    fill_entries(subcommands[s].options, &options, entries);
    argv[0] = name;
    gboolean fine = bb_cli_parse(subcommands[s].usage, subcommands[s].summary, entries, NULL, &argc,
                                 &argv, &error);
    BbTraceCall call = {.cli = cli,
                        .command = name,
                        .known = subcommands[s].options,
                        .options = &options,
                        .n_files = argc - 1,
                        .files = argv + 1,
                        .recipe = recipe,
                        .status = &status};
    fine = fine && subcommands[s].run(&call, &error);
    clear_options(subcommands[s].options, &options);
    return fine ? status : bb_cli_fail(cli, error);
}

static gboolean
print_help(GError **error)
{
    g_autoptr(GString) text =
        g_string_new("breakbulk trace: looking at traces, and making new ones\n\n");
    for (guint s = 0; s < G_N_ELEMENTS(subcommands); s++)
        g_string_append_printf(text, "  breakbulk %-15s %s\n", subcommands[s].full_name,
                               subcommands[s].summary);
    return bb_cli_print(text->str, error);
}

int
bb_cli_trace_run(BbCli *cli, const BbRecipe *recipe, int argc, char **argv)
{
    const char *names[G_N_ELEMENTS(subcommands) + 1] = {NULL};
    g_autoptr(GError) error = NULL;
    for (guint s = 0; s < G_N_ELEMENTS(subcommands); s++) {
        names[s] = subcommands[s].name;
        if (g_str_equal(argv[0], names[s]))
            return run_subcommand(cli, s, recipe, argc, argv);
    }
    bb_cli_unknown("trace", argv[0], names, &error);
    return bb_cli_fail(cli, error);
}

int
cmd_trace(BbCli *cli, int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    if (argc > 1 && g_str_equal(argv[1], "--help"))
        return print_help(&error) ? 0 : bb_cli_fail(cli, error);
    if (argc > 1)
        return bb_cli_trace_run(cli, NULL, argc - 1, argv + 1);
    bb_error_set(&error, BB_ERROR_USAGE,
                 "trace: expected a subcommand, found none; breakbulk trace --help lists them");
    return bb_cli_fail(cli, error);
}
