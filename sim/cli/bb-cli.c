/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options, errors and output of every command. */
#include "bb-cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Messages are one line. The one exception are lines set in by two blanks, which show a place in what
 * the user wrote. */
static char *
one_line(const char *message)
{
    char *line = g_strdup(message);

    for (char *at = line; *at; at++)
        if (*at == '\r' || (*at == '\n' && !g_str_has_prefix(at + 1, "  ")))
            *at = ' ';
    return line;
}

int
bb_cli_fail(const BbCli *cli, const GError *error)
{
    g_autofree char *line = one_line(error->message);
    fprintf(stderr, "breakbulk: %s\n", line);
    if (g_error_matches(error, BB_ERROR, BB_ERROR_INTERRUPTED) && *cli->interrupted)
        return 128 + *cli->interrupted;
    return bb_error_exit_status(error);
}

static gboolean
is_known(const char *name, const GOptionEntry *entries)
{
    for (const GOptionEntry *entry = entries; entry && entry->long_name; entry++) {
        if (strcmp(entry->long_name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_names(GPtrArray *names, const GOptionEntry *entries)
{
    for (const GOptionEntry *entry = entries; entry && entry->long_name; entry++)
        g_ptr_array_add(names, g_strconcat("--", entry->long_name, NULL));
}

/* GLib names the option but knows no neighbour of it. */
static void
unknown_option(const GOptionEntry *entries, const GOptionEntry *extra, int argc, char **argv,
               const GError *cause, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    add_names(names, entries);
    add_names(names, extra);
    g_ptr_array_add(names, NULL);
    for (int i = 1; i < argc; i++) {
        g_autofree char *option = g_strndup(argv[i], strcspn(argv[i], "="));
        if (!g_str_has_prefix(option, "--") || is_known(option + 2, entries) ||
            is_known(option + 2, extra))
            continue;
        const char *near = bb_suggest(option, (const char *const *)names->pdata);
        g_autofree char *found = bb_quote(option);
        bb_error_set(error, BB_ERROR_USAGE, "expected a known option, found %s%s%s%s", found,
                     near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        return;
    }
    bb_error_set(error, BB_ERROR_USAGE, "%s", cause->message);
}

gboolean
bb_cli_parse(const char *usage, const char *summary, const GOptionEntry *entries,
             const GOptionEntry *extra, int *argc, char ***argv, GError **error)
{
    g_autofree char *program = g_strconcat("breakbulk ", (*argv)[0], NULL);
    g_autoptr(GOptionContext) context = g_option_context_new(usage);
    g_autoptr(GError) cause = NULL;
    g_set_prgname(program);
    g_option_context_set_summary(context, summary);
    g_option_context_add_main_entries(context, entries, NULL);
    if (extra)
        g_option_context_add_main_entries(context, extra, NULL);
    if (g_option_context_parse(context, argc, argv, &cause)) {
        if (*argc > 1 && strcmp((*argv)[1], "--") == 0) {
            memmove(*argv + 1, *argv + 2, (gsize)(*argc - 1) * sizeof **argv);
            (*argc)--;
        }
        return TRUE;
    }
    if (g_error_matches(cause, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        unknown_option(entries, extra, *argc, *argv, cause, error);
    else
        bb_error_set(error, BB_ERROR_USAGE, "%s", cause->message);
    return FALSE;
}

gboolean
bb_cli_print(const char *text, GError **error)
{
    gsize n = strlen(text);
    if (fwrite(text, 1, n, stdout) == n && fflush(stdout) == 0)
        return TRUE;
    return bb_error_set(error, BB_ERROR_OUTPUT, "standard output: %s", g_strerror(errno));
}

gboolean
bb_cli_unknown(const char *what, const char *found, const char *const *names, GError **error)
{
    g_autoptr(GString) list = g_string_new(names[0]);
    for (guint i = 1; names[i]; i++)
        g_string_append_printf(list, ", %s", names[i]);
    g_autofree char *quoted = bb_quote(found);
    const char *near = bb_suggest(found, names);
    return bb_error_set(error, BB_ERROR_USAGE, "%s: expected one of %s, found %s%s%s%s", what,
                        list->str, quoted, near ? "; did you mean \"" : "", near ? near : "",
                        near ? "\"?" : "");
}
