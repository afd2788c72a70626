/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was run, in a line and in full. */
#include "sim/report/bb-report-private.h"

#include "sim/base/bb-units.h"
#include "sim/report/bb-prose.h"

#include <math.h>
#include <string.h>

static char *
key(const BbReport *report, const char *group, const char *name)
{
    char *value = g_key_file_get_value(report->experiment, group, name, NULL);
    return value ? value : g_strdup("");
}

static void
append_pool(const BbReport *report, const char *group, GString *out)
{
    g_autofree char *nodes = key(report, group, "nodes"), *count = key(report, group, "count");
    g_string_append(out, out->len > 0 ? ", " : "");
    if (*nodes)
        g_string_append(out, nodes);
    else
        g_string_append_printf(out, "%s node%s of %s", count, strcmp(count, "1") == 0 ? "" : "s",
                               group + strlen("pool "));
}

static char *
describe_cluster(const BbReport *report)
{
    GString *out = g_string_new(NULL);
    g_auto(GStrv) groups = g_key_file_get_groups(report->experiment, NULL);
    for (guint i = 0; groups[i]; i++) {
        if (g_str_has_prefix(groups[i], "pool "))
            append_pool(report, groups[i], out);
    }
    return g_string_free(out, FALSE);
}

/* Nothing where there is no text. */
static void
append_strong(GString *out, const char *before, const char *text)
{
    if (!*text)
        return;
    g_string_append_printf(out, "%s<strong>", before);
    bb_html_text(out, text);
    g_string_append(out, "</strong>");
}

void
bb_report_head(BbReport *report)
{
    g_autofree char *cluster = describe_cluster(report);
    g_autofree char *queue = key(report, "scheduler", "queue");
    g_autofree char *placement = key(report, "scheduler", "placement");
    const char *name = bb_summary_text(report->summary, "experiment.name");
    double n = bb_summary_number(report->summary, "jobs.submitted");
    g_autofree char *n_jobs = bb_format_count(n >= 0 ? (guint64)n : 0);
    g_string_append(report->out, "<header>\n");
    bb_html_element(report->out, "p class=brand", "breakbulk");
    bb_html_element(report->out, "h1", name ? name : "One simulation");
    g_string_append(report->out, "<p class=\"lead\">");
    bb_html_text(report->out, n_jobs);
    g_string_append(report->out, n == 1 ? " job" : " jobs");
    append_strong(report->out, " on ", cluster);
    append_strong(report->out, ", queue ", queue);
    append_strong(report->out, ", placement ", placement);
    g_string_append(report->out, "</p>\n</header>\n");
}

static void
append_pair(GString *out, const char *term, const char *text)
{
    bb_html_element(out, "dt", term);
    bb_html_element(out, "dd", text);
}

static void
append_traces(BbReport *report)
{
    for (guint i = 0; i < bb_summary_length(report->summary, "experiment.traces"); i++) {
        JsonObject *trace = bb_summary_nth_object(report->summary, "experiment.traces", i);
        const char *path = bb_summary_text(trace, "path");
        const char *format = bb_summary_text(trace, "format");
        const char *sha256 = bb_summary_text(trace, "sha256");
        double n = bb_summary_number(trace, "jobs");
        g_autofree char *n_jobs = bb_format_count(n >= 0 ? (guint64)n : 0);
        g_autofree char *text =
            g_strdup_printf("%s (%s, %s jobs, sha256 %.12s\u2026)", path ? path : "?",
                            format ? format : "?", n_jobs, sha256 ? sha256 : "?");
        append_pair(report->out, "Trace", text);
    }
}

static void
append_window(BbReport *report)
{
    double start = bb_summary_number(report->summary, "time.window_start_s");
    double end = bb_summary_number(report->summary, "time.window_end_s");
    double first = bb_summary_number(report->summary, "time.first_submit_s");
    if (!isfinite(start) || !isfinite(end))
        return;
    g_autofree char *length = bb_format_duration(end - start);
    g_autofree char *warmup = bb_format_duration(start - first);
    g_autofree char *text = start > first
                                ? g_strdup_printf("%s, after a warm-up of %s", length, warmup)
                                : g_strdup_printf("%s, from the first submission on", length);
    append_pair(report->out, "Window", text);
}

static void
append_estimates(BbReport *report)
{
    const char *source = bb_summary_text(report->summary, "experiment.estimates.source");
    double frac = bb_summary_number(report->summary, "experiment.estimates.frac");
    if (!source)
        return;
    g_autofree char *share = bb_format_percent(frac);
    g_autofree char *text = g_strdup_printf("%s; %s of the jobs have one", source, share);
    append_pair(report->out, "Estimates", text);
}

void
bb_report_setup(BbReport *report)
{
    double seed = bb_summary_number(report->summary, "experiment.seed");
    g_autofree char *seed_text = g_strdup_printf("%.0f", isfinite(seed) ? seed : 0);
    const char *sha256 = bb_summary_text(report->summary, "experiment.sha256");
    const char *version = bb_summary_text(report->summary, "version");
    g_string_append(report->out, "<section>\n");
    bb_html_element(report->out, "h2", "The experiment");
    g_string_append(report->out, "<dl>\n");
    append_traces(report);
    append_window(report);
    append_estimates(report);
    append_pair(report->out, "Seed", seed_text);
    append_pair(report->out, "Identity", sha256 ? sha256 : "-");
    append_pair(report->out, "Program", version ? version : "-");
    g_string_append(report->out, "</dl>\n");
    if (report->experiment_text)
        bb_html_element(report->out, "pre", report->experiment_text);
    bb_report_note(report,
                   "The effective experiment: breakbulk run with this file gives the same "
                   "numbers. The identity is a hash of everything that can change a result.");
    g_string_append(report->out, "</section>\n");
}
