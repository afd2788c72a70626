/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakbulk rerun: a result again, byte by byte. */
#include "bb-cli.h"
#include "sim/base/bb-output.h"
#include "sim/lab/bb-rerun.h"

#include <string.h>

static void
append_line(GString *out, const char *label, const char *line)
{
    g_string_append_printf(out, "  %s  %s\n", label, line ? line : "(the file ends)");
}

static char *
render(const BbRerun *rerun, const char *path)
{
    GString *out = g_string_new(NULL);
    if (!rerun->file)
        g_string_append_printf(out, "%s: same bytes in all %u files\n", path, rerun->n_files);
    else if (rerun->line == 0)
        g_string_append_printf(out, "%s/%s: only one of the two results has it\n", path,
                               rerun->file);
    else
        g_string_append_printf(out, "%s/%s:%" G_GUINT64_FORMAT ": first difference\n", path,
                               rerun->file, rerun->line);
    if (rerun->line > 0) {
        append_line(out, "then", rerun->then);
        append_line(out, "now ", rerun->now);
    }
    for (guint i = 0; i < rerun->reasons->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)rerun->reasons->pdata[i]);
    return g_string_free(out, FALSE);
}

static gboolean
rerun(BbCli *cli, const char *path, const char *scratch, gboolean *out_same, GError **error)
{
    BbRerunSpec spec = {&cli->tables, path, scratch, cli->interrupted};
    g_autoptr(BbRerun) rerun = bb_rerun(&spec, error);
    if (!rerun)
        return FALSE;
    g_autofree char *text = render(rerun, path);
    *out_same = !rerun->file;
    return bb_cli_print(text, error);
}

static gboolean
run(BbCli *cli, const char *path, gboolean *out_same, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *folder = g_dir_make_tmp("breakbulk-rerun-XXXXXX", &cause);
    if (!folder)
        return bb_error_set(error, BB_ERROR_OUTPUT, "rerun: %s", cause->message);
    g_autofree char *scratch = g_build_filename(folder, "run", NULL);
    gboolean ok = rerun(cli, path, scratch, out_same, error);
    bb_output_remove(folder);
    return ok;
}

int
cmd_rerun(BbCli *cli, int argc, char **argv)
{
    const GOptionEntry entries[] = {G_OPTION_ENTRY_NULL};
    g_autoptr(GError) error = NULL;
    gboolean same = FALSE;
    if (!bb_cli_parse(
            "DIR",
            "Runs a result again, from its experiment.ini and from the folder that it was "
            "made in: the same bytes (exit 0), or the first difference (exit 1).",
            entries, NULL, &argc, &argv, &error))
        return bb_cli_fail(cli, error);
    if (argc != 2)
        bb_error_set(&error, BB_ERROR_USAGE, "rerun: expected one result folder, found %s",
                     argc < 2 ? "none" : "several");
    else if (run(cli, argv[1], &same, &error))
        return same ? 0 : 1;
    return bb_cli_fail(cli, error);
}
