/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three figures, each with what it shows. */
#include "sim/report/bb-report-private.h"

#include "sim/base/bb-units.h"
#include "sim/report/bb-plot-data.h"
#include "sim/report/bb-plots.h"
#include "sim/report/bb-prose.h"

#include <math.h>

static void
append_figure(BbReport *report, const char *title, const char *svg, const char *caption)
{
    g_string_append(report->out, "<section>\n");
    bb_html_element(report->out, "h2", title);
    g_string_append_printf(report->out, "<figure>\n%s", svg);
    bb_html_element(report->out, "figcaption", caption);
    g_string_append(report->out, "</figure>\n</section>\n");
}

/* What there is to say instead of a figure. */
static void
append_gap(BbReport *report, const char *title, const char *text)
{
    g_string_append(report->out, "<section>\n");
    bb_html_element(report->out, "h2", title);
    bb_html_element(report->out, "p class=gap", text);
    g_string_append(report->out, "</section>\n");
}

static void
draw(BbReport *report, const char *script, const char *title, const char *settings,
     const char *data, const char *caption)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *svg = bb_plot_svg(report->gnuplot, script, title, settings, data, &error);
    if (svg) {
        append_figure(report, title, svg, caption);
        return;
    }
    if (!report->note)
        report->note =
            g_error_matches(error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                ? g_strdup("the figures need gnuplot, which is not installed (Debian, Ubuntu: apt "
                           "install gnuplot-nox); then run breakbulk report again")
                : g_strdup(error->message);
    append_gap(report, title, report->note);
}

static char *
names_of(guint bits, const char *const *names, guint n)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        if ((bits >> i & 1) != 0)
            g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", names[i]);
    }
    return g_string_free(out, FALSE);
}

static char *
number(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    return g_strdup(g_ascii_formatd(text, sizeof text, "%.9g", value));
}

/* The end of the window, where the drain after it is long enough to be seen. */
static double
window_end(const BbReport *report, const BbTimelineData *data)
{
    double end_s = bb_summary_number(report->summary, "time.last_submit_s");
    double end = (end_s - data->origin_s) / data->unit_s;
    return isfinite(end) && end > 0 && end < 0.98 * data->end ? end : -1;
}

static char *
timeline_settings(const BbReport *report, const BbTimelineData *data)
{
    g_autofree char *end = number(data->end), *mark = number(window_end(report, data));
    g_autofree char *resources = names_of(data->modelled, bb_resource_names, BB_N_RESOURCES);
    return g_strdup_printf("unit = \"%s\"\nend = %s\nwindow_end = %s\nbinned = %d\n"
                           "resources = \"%s\"\nshows_used = %d\n",
                           data->unit, end, mark, data->binned, resources, data->shows_used);
}

static void
draw_timeline(BbReport *report, const BbTimelineData *data)
{
    g_autofree char *settings = timeline_settings(report, data);
    g_autofree char *most = bb_format_count((guint64)data->queued_most);
    g_autofree char *stretch = bb_format_duration(data->end * data->unit_s / BB_PLOT_BINS);
    g_autofree char *bins =
        data->binned ? g_strdup_printf(" Each step is the mean of %s.", stretch) : g_strdup("");
    g_autofree char *peaks = data->binned ? g_strdup_printf(" Line: mean of %s; area: the most in "
                                                            "that time.",
                                                            stretch)
                                          : g_strdup("");
    g_autofree char *usage = g_strdup_printf("Allocated: what running jobs hold, over the capacity "
                                             "of all nodes.%s",
                                             bins);
    g_autofree char *queue =
        g_strdup_printf("Jobs submitted and not started yet, at most %s at one "
                        "time.%s",
                        most, peaks);
    draw(report, "utilisation.gp", "Utilisation over time", settings, data->csv, usage);
    if (data->queued_most > 0)
        draw(report, "queue.gp", "Queue over time", settings, data->csv, queue);
    else
        append_gap(report, "Queue over time", "No job ever waited.");
}

static gboolean
append_timeline(BbReport *report, GError **error)
{
    g_autofree char *path = g_build_filename(report->dir, "timeline.csv", NULL);
    g_auto(BbTimelineData) data = {.csv = NULL};
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        append_gap(report, "Utilisation and queue over time",
                   "The result has no timeline.csv: run with --record timeline.");
        return TRUE;
    }
    if (!bb_timeline_data_read(path, &data, error))
        return FALSE;
    if (data.csv)
        draw_timeline(report, &data);
    return TRUE;
}

static void
draw_waits(BbReport *report, const BbWaitsData *data)
{
    g_autofree char *least = number(data->least), *most = number(data->most);
    g_autofree char *kinds = names_of(data->kinds, bb_kind_names, BB_N_KINDS);
    g_autofree char *settings =
        g_strdup_printf("kinds = \"%s\"\nleast = %s\nmost = %s\n", kinds, least, most);
    draw(
        report, "waits.gp", "How long jobs waited", settings, data->csv,
        "Share of the jobs submitted in the window that had started after waiting at most so long. "
        "Where a curve begins above 0, so many started at once; where it ends below 100 %, the "
        "rest never started. Rejected jobs are left out.");
}

static gboolean
append_waits(BbReport *report, GError **error)
{
    g_autofree char *path = g_build_filename(report->dir, "jobs.csv", NULL);
    g_auto(BbWaitsData) data = {.csv = NULL};
    double from_s = bb_summary_number(report->summary, "time.window_start_s");
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        append_gap(report, "How long jobs waited",
                   "The result has no jobs.csv: run with --record jobs.");
        return TRUE;
    }
    if (!bb_waits_data_read(path, isfinite(from_s) ? (BbTimeUs)llround(from_s * 1e6) : 0, &data,
                            error))
        return FALSE;
    if (data.csv)
        draw_waits(report, &data);
    return TRUE;
}

gboolean
bb_report_figures(BbReport *report, GError **error)
{
    return append_timeline(report, error) && append_waits(report, error);
}
