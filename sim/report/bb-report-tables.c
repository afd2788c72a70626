/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers: four to look at first, then by kind and by class. "+" behind a number: at least. */
#include "sim/report/bb-report-private.h"

#include "sim/base/bb-units.h"
#include "sim/report/bb-prose.h"

#include <math.h>
#include <string.h>

#define N_CLASSES_SHOWN 12

/* ---- numbers as text ---- */

static char *
count_text(JsonObject *part, const char *path)
{
    double value = bb_summary_number(part, path);
    return isfinite(value) && value >= 0 ? bb_format_count((guint64)value) : g_strdup("-");
}

static gboolean
is_at_least(JsonObject *series, const char *stat)
{
    for (guint i = 0; i < bb_summary_length(series, "at_least"); i++) {
        if (g_strcmp0(bb_summary_nth_text(series, "at_least", i), stat) == 0)
            return TRUE;
    }
    return FALSE;
}

static char *
stat_text(JsonObject *part, const char *measure, const char *stat)
{
    JsonObject *series = bb_summary_object(part, measure);
    double value = bb_summary_number(series, stat);
    g_autofree char *text = !isfinite(value)                  ? g_strdup("-")
                            : g_str_has_suffix(measure, "_s") ? bb_format_duration(value)
                                                              : bb_format_ratio(value);
    return g_strconcat(text, is_at_least(series, stat) ? "+" : "", NULL);
}

/* ---- cards ---- */

static void
append_card(BbReport *report, const char *label, const char *number, const char *detail)
{
    g_string_append(report->out, "<div class=\"card\">");
    bb_html_element(report->out, "p class=label", label);
    bb_html_element(report->out, "p class=number", number);
    bb_html_element(report->out, "p class=detail", detail);
    g_string_append(report->out, "</div>\n");
}

static void
append_allocated(BbReport *report)
{
    GList *names = bb_summary_names(bb_summary_object(report->summary, "resources"));
    if (names) {
        const char *resource = names->data;
        g_autofree char *path = g_strdup_printf("resources.%s", resource);
        JsonObject *part = bb_summary_object(report->summary, path);
        g_autofree char *allocated =
            bb_format_percent(bb_summary_number(part, "allocated_frac_bought"));
        g_autofree char *used = bb_format_percent(bb_summary_number(part, "used_frac"));
        g_autofree char *detail = g_strdup_printf("of the %s bought; %s was used", resource, used);
        append_card(report, "Allocated", allocated, detail);
    }
    g_list_free(names);
}

static void
append_waits(BbReport *report)
{
    g_autofree char *mean = stat_text(report->summary, "wait_s", "mean");
    g_autofree char *p50 = stat_text(report->summary, "wait_s", "p50");
    g_autofree char *p99 = stat_text(report->summary, "wait_s", "p99");
    g_autofree char *waited = bb_format_percent(bb_summary_number(report->summary, "jobs.waited") /
                                                bb_summary_number(report->summary, "jobs.started"));
    g_autofree char *mean_detail = g_strdup_printf("%s of the jobs that started waited", waited);
    g_autofree char *p99_detail =
        bb_summary_number(report->summary, "wait_s.p50") > 0
            ? g_strdup_printf("1 job in 100 waits longer; half wait at most %s", p50)
            : g_strdup("1 job in 100 waits longer; half do not wait");
    append_card(report, "Mean wait", mean, mean_detail);
    append_card(report, "P99 wait", p99, p99_detail);
}

void
bb_report_cards(BbReport *report)
{
    g_autofree char *completed = count_text(report->summary, "jobs.completed");
    g_autofree char *submitted = count_text(report->summary, "jobs.submitted");
    g_autofree char *killed = count_text(report->summary, "jobs.killed");
    g_autofree char *rejected = count_text(report->summary, "jobs.rejected");
    g_autofree char *censored = count_text(report->summary, "jobs.censored");
    g_autofree char *detail = g_strdup_printf("of %s; %s killed, %s rejected, %s never started",
                                              submitted, killed, rejected, censored);
    g_string_append(report->out, "<section class=\"cards\" aria-label=\"Main results\">\n");
    append_allocated(report);
    append_waits(report);
    append_card(report, "Completed", completed, detail);
    g_string_append(report->out, "</section>\n");
}

/* ---- grids ---- */

static GPtrArray *
grid_new(const char *headings)
{
    GPtrArray *grid = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_ptr_array_add(grid, g_strsplit(headings, "|", -1));
    return grid;
}

static void
add_times(GPtrArray *grid, const char *label, JsonObject *part, const char *measure)
{
    static const char *const stats[] = {"mean", "p50", "p95", "p99", "max"};
    g_autofree char *n_path = g_strconcat(measure, ".n", NULL);
    GPtrArray *cells = g_ptr_array_new();
    g_ptr_array_add(cells, g_strdup(label));
    g_ptr_array_add(cells, count_text(part, n_path));
    for (guint i = 0; i < G_N_ELEMENTS(stats); i++)
        g_ptr_array_add(cells, stat_text(part, measure, stats[i]));
    g_ptr_array_add(cells, NULL);
    g_ptr_array_add(grid, g_ptr_array_free(cells, FALSE));
}

/* All jobs, then each kind where there are several. */
static void
add_by_kind(GPtrArray *grid, JsonObject *summary, const char *measure, const char *title)
{
    JsonObject *kinds = bb_summary_object(summary, "kinds");
    GList *names = bb_summary_names(kinds);
    g_autofree char *n_path = g_strconcat(measure, ".n", NULL);
    if (bb_summary_number(summary, n_path) > 0)
        add_times(grid, title, summary, measure);
    for (GList *at = names; names && names->next && at; at = at->next) {
        JsonObject *part = bb_summary_object(kinds, at->data);
        g_autofree char *label = g_strconcat("\u2003", (const char *)at->data, NULL);
        if (bb_summary_number(part, n_path) > 0)
            add_times(grid, label, part, measure);
    }
    g_list_free(names);
}

static void
append_times(BbReport *report)
{
    g_autoptr(GPtrArray) grid = grid_new("|jobs|mean|P50|P95|P99|max");
    bb_html_element(report->out, "h2", "Times");
    add_by_kind(grid, report->summary, "wait_s", "wait");
    if (bb_summary_number(report->summary, "startup_s.max") > 0)
        add_by_kind(grid, report->summary, "startup_s", "start-up");
    add_by_kind(grid, report->summary, "turnaround_s", "turnaround");
    add_by_kind(grid, report->summary, "bounded_slowdown", "bounded slowdown");
    bb_html_grid(report->out, grid);
    bb_report_note(
        report, "Jobs submitted in the window, rejected ones left out. Wait: from submission to "
                "the first start. Turnaround: from submission to the end. Bounded slowdown: "
                "turnaround over the time alone on the fastest node, that time taken as at least "
                "10 s. P99: 99 in 100 jobs have at most this (nearest rank). "
                "\u201c+\u201d: at least, for jobs had not started by the end.");
}

static void
add_counts(GPtrArray *grid, const char *label, JsonObject *part)
{
    static const char *const counts[] = {"jobs.submitted", "jobs.started",  "jobs.completed",
                                         "jobs.killed",    "jobs.rejected", "jobs.unfinished",
                                         "jobs.censored"};
    GPtrArray *cells = g_ptr_array_new();
    g_ptr_array_add(cells, g_strdup(label));
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        g_ptr_array_add(cells, count_text(part, counts[i]));
    g_ptr_array_add(cells, bb_format_percent(bb_summary_number(part, "jobs.waited") /
                                             bb_summary_number(part, "jobs.started")));
    g_ptr_array_add(cells, NULL);
    g_ptr_array_add(grid, g_ptr_array_free(cells, FALSE));
}

static void
append_counts(BbReport *report)
{
    g_autoptr(GPtrArray) grid = grid_new(
        "|submitted|started|completed|killed|rejected|unfinished|of these never started|waited");
    JsonObject *kinds = bb_summary_object(report->summary, "kinds");
    GList *names = bb_summary_names(kinds);
    bb_html_element(report->out, "h2", "Jobs");
    for (GList *at = names; at; at = at->next)
        add_counts(grid, at->data, bb_summary_object(kinds, at->data));
    if (!names || names->next)
        add_counts(grid, "all", report->summary);
    g_list_free(names);
    bb_html_grid(report->out, grid);
    bb_report_note(report,
                   "Jobs submitted in the window. Killed: at the estimate. Rejected: could never "
                   "run, or did not start at once where that was asked for. Unfinished: running or "
                   "waiting at the end, services included. Waited: of those that started, with a "
                   "wait above 0.");
}

/* ---- classes ---- */

static gint
by_submitted(gconstpointer a, gconstpointer b, gpointer classes)
{
    double x = bb_summary_number(json_object_get_object_member(classes, *(const char *const *)a),
                                 "jobs.submitted");
    double y = bb_summary_number(json_object_get_object_member(classes, *(const char *const *)b),
                                 "jobs.submitted");
    return (x < y) - (x > y);
}

/* Names of members that are objects, the largest first. */
static GPtrArray *
list_classes(JsonObject *classes)
{
    GPtrArray *out = g_ptr_array_new();
    GList *names = bb_summary_names(classes);
    for (GList *at = names; at; at = at->next) {
        if (JSON_NODE_HOLDS_OBJECT(json_object_get_member(classes, at->data)))
            g_ptr_array_add(out, at->data);
    }
    g_list_free(names);
    g_ptr_array_sort_with_data(out, by_submitted, classes);
    return out;
}

static void
append_classes(BbReport *report)
{
    JsonObject *classes = bb_summary_object(report->summary, "classes");
    g_autoptr(GPtrArray) names = list_classes(classes);
    g_autoptr(GPtrArray) grid = grid_new("class|jobs|mean|P50|P95|P99|max");
    if (names->len == 0)
        return;
    for (guint i = 0; i < MIN(names->len, N_CLASSES_SHOWN); i++)
        add_times(grid, names->pdata[i], json_object_get_object_member(classes, names->pdata[i]),
                  "wait_s");
    bb_html_element(report->out, "h2", "Wait by class");
    bb_html_grid(report->out, grid);
    g_autofree char *jain =
        bb_format_ratio(bb_summary_number(report->summary, "fairness.jain_wait"));
    g_autofree char *more =
        names->len > N_CLASSES_SHOWN
            ? g_strdup_printf(" The %u classes with most jobs of %u; all are in summary.json.",
                              N_CLASSES_SHOWN, names->len)
            : g_strdup("");
    g_autofree char *note =
        g_strdup_printf("Classes are the trace's tenants or users.%s Jain's index of their mean "
                        "waits is %s: 1 when "
                        "all wait as long, 1 over their number when only one waits.",
                        more, jain);
    bb_report_note(report, note);
}

void
bb_report_tables(BbReport *report)
{
    g_string_append(report->out, "<section>\n");
    append_times(report);
    g_string_append(report->out, "</section>\n<section>\n");
    append_counts(report);
    g_string_append(report->out, "</section>\n<section>\n");
    append_classes(report);
    g_string_append(report->out, "</section>\n");
}
