/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk trace info | lint | convert: looking at trace files and node lists. */
#include "bb-cli.h"
#include "sim/base/bb-output.h"
#include "sim/lab/bb-trace-convert.h"
#include "sim/lab/bb-trace-info.h"
#include "sim/lab/bb-trace-lint.h"

typedef struct {
    char *format;
    char *output;
    gboolean sort;
} Options;

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

static gboolean
wants_json(const Options *options, gboolean *out, GError **error)
{
    static const char *const formats[] = {"table", "json", NULL};
    *out = g_strcmp0(options->format, "json") == 0;
    if (options->format != NULL && !*out && g_strcmp0(options->format, "table") != 0)
        return bb_cli_unknown("--format", options->format, formats, error);
    return TRUE;
}

/* Several files are one after the other as text, and an array as JSON. */
static gboolean
show_files(BbCli *cli, Show show, const Options *options, int n_files, char **files, int *status,
           GError **error)
{
    const BbTraceTables *tables = &cli->tables.traces;
    gboolean as_json;
    if (!wants_json(options, &as_json, error))
        return FALSE;
    g_autoptr(BbJson) json = as_json ? bb_json_new() : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    if (as_json && n_files > 1)
        bb_json_begin_array(json, NULL);
    for (int i = 0; i < n_files; i++) {
        g_autofree char *path = NULL, *format = NULL;
        bb_reader_split(tables->readers, files[i], &path, &format);
        if (text->len > 0)
            g_string_append_c(text, '\n');
        if (!show(tables, path, format, json, text, status, error))
            return FALSE;
    }
    if (as_json && n_files > 1)
        bb_json_end(json);
    return bb_cli_print(as_json ? bb_json_str(json) : text->str, error);
}

static gboolean
info(BbCli *cli, const Options *options, int n_files, char **files, int *status, GError **error)
{
    return show_files(cli, show_info, options, n_files, files, status, error);
}

static gboolean
lint(BbCli *cli, const Options *options, int n_files, char **files, int *status, GError **error)
{
    return show_files(cli, show_lint, options, n_files, files, status, error);
}

static gboolean
convert(BbCli *cli, const Options *options, int n_files, char **files, int *status, GError **error)
{
    const BbTraceTables *tables = &cli->tables.traces;
    g_autofree char *path = NULL, *format = NULL;
    g_autoptr(GString) csv = g_string_new(NULL);
    (void)status;
    if (n_files > 1)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "trace convert: expected one file, found %d of them", n_files);
    bb_reader_split(tables->readers, files[0], &path, &format);
    if (!bb_trace_convert(tables, path, format, options->sort, csv, error))
        return FALSE;
    return options->output != NULL ? bb_output_write_path(options->output, csv->str, error)
                                   : bb_cli_print(csv->str, error);
}

static const struct {
    const char *name, *full_name, *usage, *summary;
    gboolean (*run)(BbCli *cli, const Options *options, int n_files, char **files, int *status,
                    GError **error);
    gboolean converts;
} subcommands[] = {
    {"info", "trace info", "FILE[:FORMAT]..",
     "Says what a trace or a node list holds: jobs, demand, load, what its log recorded.", info,
     FALSE},
    {"lint", "trace lint", "FILE[:FORMAT]..",
     "Names everything odd about a trace or a node list. Exit status 1 when there are errors.",
     lint, FALSE},
    {"convert", "trace convert", "FILE[:FORMAT]",
     "Writes any trace or node list that can be read as native CSV.", convert, TRUE},
};

static int
run_subcommand(BbCli *cli, guint s, int argc, char **argv)
{
    Options options = {0};
    int status = 0;
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup(subcommands[s].full_name);
    const GOptionEntry showing[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &options.format, "table (default) or json", "NAME"},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    const GOptionEntry converting[] = {
        {"sort", 0, 0, G_OPTION_ARG_NONE, &options.sort, "put jobs in order of submit time", NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
         "write there, not to standard output", "FILE"},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    argv[0] = name;
    gboolean fine =
        bb_cli_parse(subcommands[s].usage, subcommands[s].summary,
                     subcommands[s].converts ? converting : showing, NULL, &argc, &argv, &error);
    if (fine && argc < 2)
        fine = bb_error_set(&error, BB_ERROR_USAGE, "%s: expected a file, found none", name);
    fine = fine && subcommands[s].run(cli, &options, argc - 1, argv + 1, &status, &error);
    g_free(options.format);
    g_free(options.output);
    return fine ? status : bb_cli_fail(cli, error);
}

static gboolean
print_help(GError **error)
{
    g_autoptr(GString) text = g_string_new("breakbulk trace: looking at traces\n\n");
    for (guint s = 0; s < G_N_ELEMENTS(subcommands); s++)
        g_string_append_printf(text, "  breakbulk %-14s %s\n", subcommands[s].full_name,
                               subcommands[s].summary);
    return bb_cli_print(text->str, error);
}

int
cmd_trace(BbCli *cli, int argc, char **argv)
{
    const char *names[G_N_ELEMENTS(subcommands) + 1] = {NULL};
    g_autoptr(GError) error = NULL;
    gboolean fine = FALSE;
    for (guint s = 0; s < G_N_ELEMENTS(subcommands); s++) {
        names[s] = subcommands[s].name;
        if (argc > 1 && g_str_equal(argv[1], names[s]))
            return run_subcommand(cli, s, argc - 1, argv + 1);
    }
    if (argc < 2)
        bb_error_set(&error, BB_ERROR_USAGE, "trace: expected info, lint or convert, found none");
    else if (g_str_equal(argv[1], "--help"))
        fine = print_help(&error);
    else
        bb_cli_unknown("trace", argv[1], names, &error);
    return fine ? 0 : bb_cli_fail(cli, error);
}
