/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk report: a result folder as one page. */
#include "bb-cli.h"
#include "sim/base/bb-output.h"
#include "sim/report/bb-report.h"

#include <stdio.h>

static gboolean
report(const char *dir, const char *gnuplot, GError **error)
{
    g_autofree char *note = NULL;
    g_autofree char *page = bb_report_page(dir, gnuplot, &note, error);
    g_autofree char *path = g_build_filename(dir, "report.html", NULL);
    if (!page || !bb_output_write_path(path, page, error))
        return FALSE;
    if (note)
        fprintf(stderr, "breakbulk: note: %s\n", note);
    g_autofree char *line = g_strconcat(path, "\n", NULL);
    return bb_cli_print(line, error);
}

int
cmd_report(BbCli *cli, int argc, char **argv)
{
    g_autofree char *gnuplot = NULL;
    g_autoptr(GError) error = NULL;
    const GOptionEntry entries[] = {
        {"gnuplot", 0, 0, G_OPTION_ARG_FILENAME, &gnuplot, "the program that draws (gnuplot)",
         "PROGRAM"},
        G_OPTION_ENTRY_NULL,
    };
    if (!bb_cli_parse("RESULT",
                      "Writes RESULT/report.html, one page that needs nothing else, and prints its "
                      "path.",
                      entries, NULL, &argc, &argv, &error))
        return bb_cli_fail(cli, error);
    if (argc != 2)
        bb_error_set(&error, BB_ERROR_USAGE, "report: expected one result folder, found %s",
                     argc < 2 ? "none" : "several");
    else if (report(argv[1], gnuplot ? gnuplot : "gnuplot", &error))
        return 0;
    return bb_cli_fail(cli, error);
}
