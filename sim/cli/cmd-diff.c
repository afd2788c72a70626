/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk diff: where two results begin to differ. */
#include "bb-cli.h"
#include "sim/lab/bb-diff.h"

static gboolean
print_diff(const char *a, const char *b, gboolean as_json, gint n_shown, GError **error)
{
    g_autoptr(BbDiff) diff = bb_diff_new(a, b, error);
    g_autofree char *text = NULL;

    if (!diff)
        return FALSE;
    text = as_json ? bb_diff_json(diff, (guint)n_shown) : bb_diff_text(diff, (guint)n_shown);
    return bb_cli_print(text, error);
}

static gboolean
check(int argc, const char *format, gint n_shown, GError **error)
{
    static const char *const formats[] = {"table", "json", NULL};

    if (format && !g_strv_contains(formats, format))
        return bb_cli_unknown("--format", format, formats, error);
    if (n_shown < 0)
        return bb_error_set(error, BB_ERROR_USAGE, "--rows: expected a number from 0, found %d",
                            n_shown);
    if (argc != 3)
        return bb_error_set(error, BB_ERROR_USAGE, "diff: expected two results, found %d",
                            argc - 1);
    return TRUE;
}

int
cmd_diff(BbCli *cli, int argc, char **argv)
{
    g_autofree char *format = NULL;
    g_autoptr(GError) error = NULL;
    gint n_shown = 10;
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "what is printed (table)", "table|json"},
        {"rows", 0, 0, G_OPTION_ARG_INT, &n_shown, "of each ranking (10)", "N"},
        G_OPTION_ENTRY_NULL,
    };

    if (bb_cli_parse("RESULT_A RESULT_B",
                     "The first decision in which two results differ, then jobs, classes and nodes "
                     "ranked by change. A result is a folder or its jobs.csv.",
                     entries, NULL, &argc, &argv, &error) &&
        check(argc, format, n_shown, &error) &&
        print_diff(argv[1], argv[2], g_strcmp0(format, "json") == 0, n_shown, &error))
        return 0;
    return bb_cli_fail(cli, error);
}
