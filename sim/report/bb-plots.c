/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Script and data are gnuplot's standard input: an unnamed temporary file, not a pipe, since
 * writing into a pipe that a broken gnuplot has closed would end the program. */
#include "sim/report/bb-plots.h"

#include "sim/report/bb-html.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

char *
bb_plot_script(const char *name)
{
    const BbPlotScript *script = bb_plot_scripts;
    GString *out = g_string_new(NULL);
    while (script->name && strcmp(script->name, name) != 0)
        script++;
    g_assert(script->name);
    for (guint i = 0; script->lines[i]; i++)
        g_string_append(out, script->lines[i]);
    return g_string_free(out, FALSE);
}

/* -1 when there is no room for it. */
static int
open_input(const char *text)
{
    FILE *file = tmpfile();
    gboolean ok =
        file && fputs(text, file) >= 0 && fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0;
    int fd = ok ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;
    if (file)
        fclose(file);
    return fd;
}

/* A user's start-up file must not change a report (-d), nor must the language. */
static GSubprocess *
spawn(const char *gnuplot, const char *input, GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    int fd = open_input(input);
    if (fd < 0) {
        bb_error_set(error, BB_ERROR_OUTPUT, "gnuplot: no temporary file: %s", g_strerror(errno));
        return NULL;
    }
    g_subprocess_launcher_take_stdin_fd(launcher, fd);
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    return g_subprocess_launcher_spawn(launcher, error, gnuplot, "-d", "-", NULL);
}

static gboolean
refused(const char *script, const char *said, GError **error)
{
    g_autofree char *line = g_strstrip(g_strdelimit(g_strdup(said), "\r\n", ' '));
    g_autofree char *short_line = g_strndup(line, 200);
    return bb_error_set(error, BB_ERROR_OUTPUT, "gnuplot: %s: %s", script, short_line);
}

/* Takes away what gnuplot writes for viewers of single files: definitions that lines do not use,
 * titles, ids, name spaces, empty groups. */
static char *
strip(const char *svg)
{
    static const struct {
        const char *pattern, *with;
    } steps[] = {
        {"<(defs|title|desc)>.*?</\\1>", ""},
        {"\\s+(id|xmlns|xmlns:xlink)=\"[^\"]*\"", ""},
        {"<g\\s[^>]*>\\s*</g>", ""},
        {"\\s*\\n\\s*", "\n"},
    };
    char *text = g_strdup(svg);
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(GRegex) regex = g_regex_new(steps[i].pattern, G_REGEX_DOTALL, 0, NULL);
        char *next = g_regex_replace_literal(regex, text, -1, 0, steps[i].with, 0, NULL);
        if (!next)
            continue;
        g_free(text);
        text = next;
    }
    return text;
}

static char *
for_page(const char *svg, const char *label)
{
    const char *start = strstr(svg, "<svg");
    if (!start)
        return NULL;
    g_autofree char *stripped = strip(start + strlen("<svg"));
    g_autoptr(GString) out = g_string_new("<svg role=\"img\" aria-label=\"");
    bb_html_text(out, label);
    g_string_append_printf(out, "\"%s", stripped);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
bb_plot_svg(const char *gnuplot, const char *script, const char *label, const char *settings,
            const char *data, GError **error)
{
    g_autofree char *style = bb_plot_script("style.gp"), *plot = bb_plot_script(script);
    g_autofree char *input =
        g_strconcat("name = \"p\"\nheight = 310\n", settings, "$data << END_OF_DATA\n", data,
                    "END_OF_DATA\n", style, plot, NULL);
    g_autofree char *svg = NULL, *said = NULL;
    g_autoptr(GSubprocess) process = spawn(gnuplot, input, error);
    if (!process || !g_subprocess_communicate_utf8(process, NULL, NULL, &svg, &said, error))
        return NULL;
    char *page = g_subprocess_get_successful(process) ? for_page(svg, label) : NULL;
    if (!page)
        refused(script, said, error);
    return page;
}
