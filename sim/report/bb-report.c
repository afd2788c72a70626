/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page from top to bottom. */
#include "sim/report/bb-report.h"

#include "sim/report/bb-plots.h"
#include "sim/report/bb-report-private.h"

void
bb_report_note(BbReport *report, const char *text)
{
    bb_html_element(report->out, "p class=note", text);
}

/* Nothing may be fetched, and nothing can run. */
static void
append_start(BbReport *report)
{
    const char *name = bb_summary_text(report->summary, "experiment.name");
    g_autofree char *css = bb_plot_script("page.css");
    g_string_append(report->out,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'; img-src data:\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<link rel=\"icon\" href=\"data:,\">\n<title>");
    bb_html_text(report->out, name ? name : "result");
    g_string_append_printf(report->out,
                           " - breakbulk</title>\n<style>\n%s</style>\n</head>\n"
                           "<body>\n<main>\n",
                           css);
}

static void
append_threats(BbReport *report)
{
    guint n = bb_summary_length(report->summary, "threats");
    if (n == 0)
        return;
    g_string_append(report->out, "<section>\n");
    bb_html_element(report->out, "h2", "What this run does not model");
    g_string_append(report->out, "<ul>\n");
    for (guint i = 0; i < n; i++) {
        const char *text = bb_summary_nth_text(report->summary, "threats", i);
        bb_html_element(report->out, "li", text ? text : "");
    }
    g_string_append(report->out, "</ul>\n</section>\n");
}

/* An experiment.ini that is not there, or is none, is only not shown. */
static void
read_experiment(BbReport *report)
{
    g_autofree char *path = g_build_filename(report->dir, "experiment.ini", NULL);
    report->experiment = g_key_file_new();
    if (g_file_get_contents(path, &report->experiment_text, NULL, NULL))
        g_key_file_load_from_data(report->experiment, report->experiment_text, (gsize)-1,
                                  G_KEY_FILE_NONE, NULL);
}

static gboolean
append_body(BbReport *report, GError **error)
{
    append_start(report);
    bb_report_head(report);
    bb_report_cards(report);
    if (!bb_report_figures(report, error))
        return FALSE;
    bb_report_capacity(report);
    bb_report_tables(report);
    append_threats(report);
    bb_report_setup(report);
    g_string_append(report->out, "</main>\n</body>\n</html>\n");
    return TRUE;
}

char *
bb_report_page(const char *dir, const char *gnuplot, char **out_note, GError **error)
{
    g_autoptr(JsonParser) parser = bb_summary_open_folder(dir, error);
    if (!parser)
        return NULL;
    BbReport report = {.dir = dir, .gnuplot = gnuplot, .summary = bb_summary_root(parser)};
    report.out = g_string_new(NULL);
    read_experiment(&report);
    gboolean ok = append_body(&report, error);
    g_key_file_unref(report.experiment);
    g_free(report.experiment_text);
    if (ok)
        *out_note = report.note;
    else
        g_free(report.note);
    return g_string_free(report.out, !ok);
}
