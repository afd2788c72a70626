/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The waterfall as one bar a resource, and the same as numbers. */
#include "sim/report/bb-report-private.h"

#include "sim/report/bb-prose.h"

#include <math.h>

static const struct {
    const char *bin, *label;
} bins[] = {
    {"used", "used"},
    {"allocated_idle", "allocated, idle"},
    {"overhead", "overhead"},
    {"reserved", "reserved"},
    {"blocked_idle", "blocked"},
    {"free", "free"},
    {"booting", "booting"},
    {"draining", "draining"},
    {"failed", "failed"},
};

static void
append_share(GString *out, guint bin, double frac)
{
    char width[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(width, sizeof width, "%.3f", frac * 100);
    g_string_append_printf(out, "<span class=\"b%u\" style=\"width:%s%%\"></span>", bin, width);
}

static void
append_bar(GString *out, JsonObject *waterfall, const char *resource)
{
    JsonObject *part = bb_summary_object(waterfall, resource);
    g_string_append(out, "<div class=\"bar\" role=\"presentation\">");
    bb_html_element(out, "b", resource);
    g_string_append(out, "<div>");
    for (guint b = 0; b < G_N_ELEMENTS(bins); b++) {
        double frac = bb_summary_number(part, bins[b].bin);
        if (frac > 0 && frac <= 1)
            append_share(out, b, frac);
    }
    g_string_append(out, "</div></div>\n");
}

static gboolean
is_anywhere(JsonObject *waterfall, GList *resources, const char *bin)
{
    for (GList *at = resources; at; at = at->next) {
        if (bb_summary_number(bb_summary_object(waterfall, at->data), bin) > 0)
            return TRUE;
    }
    return FALSE;
}

/* "allocated", "used" and "full where busy" beside the bins that are anywhere. */
static GStrv
make_row(JsonObject *summary, GList *resources, const char *resource)
{
    JsonObject *waterfall = bb_summary_object(summary, "waterfall_frac");
    JsonObject *shares = bb_summary_object(bb_summary_object(summary, "resources"), resource);
    JsonObject *part = bb_summary_object(waterfall, resource);
    GPtrArray *cells = g_ptr_array_new();
    g_ptr_array_add(cells, g_strdup(resource));
    g_ptr_array_add(cells, bb_format_percent(bb_summary_number(shares, "allocated_frac_bought")));
    g_ptr_array_add(cells, bb_format_percent(bb_summary_number(shares, "packing_density_frac")));
    for (guint b = 0; b < G_N_ELEMENTS(bins); b++) {
        if (is_anywhere(waterfall, resources, bins[b].bin))
            g_ptr_array_add(cells, bb_format_percent(bb_summary_number(part, bins[b].bin)));
    }
    g_ptr_array_add(cells, NULL);
    return (GStrv)g_ptr_array_free(cells, FALSE);
}

static GStrv
make_headings(JsonObject *waterfall, GList *resources)
{
    GPtrArray *cells = g_ptr_array_new();
    g_ptr_array_add(cells, g_strdup(""));
    g_ptr_array_add(cells, g_strdup("allocated"));
    g_ptr_array_add(cells, g_strdup("full where busy"));
    for (guint b = 0; b < G_N_ELEMENTS(bins); b++) {
        if (is_anywhere(waterfall, resources, bins[b].bin))
            g_ptr_array_add(cells, g_strdup(bins[b].label));
    }
    g_ptr_array_add(cells, NULL);
    return (GStrv)g_ptr_array_free(cells, FALSE);
}

static void
append_legend(GString *out, JsonObject *waterfall, GList *resources)
{
    g_string_append(out, "<p class=\"legend\">");
    for (guint b = 0; b < G_N_ELEMENTS(bins); b++) {
        if (!is_anywhere(waterfall, resources, bins[b].bin))
            continue;
        g_string_append_printf(out, "<span class=\"key b%u\"></span>", b);
        bb_html_element(out, "span", bins[b].label);
    }
    g_string_append(out, "</p>\n");
}

void
bb_report_capacity(BbReport *report)
{
    JsonObject *waterfall = bb_summary_object(report->summary, "waterfall_frac");
    GList *resources = bb_summary_names(waterfall);
    g_autoptr(GPtrArray) grid = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    if (!resources)
        return;
    g_string_append(report->out, "<section>\n");
    bb_html_element(report->out, "h2", "Where the bought capacity went");
    append_legend(report->out, waterfall, resources);
    g_ptr_array_add(grid, make_headings(waterfall, resources));
    for (GList *at = resources; at; at = at->next) {
        append_bar(report->out, waterfall, at->data);
        g_ptr_array_add(grid, make_row(report->summary, resources, at->data));
    }
    bb_html_grid(report->out, grid);
    bb_report_note(
        report, "Shares of capacity times the length of the window; each row of the bins sums to "
                "100 %. Used: the request times the used fraction of the trace, all of it where "
                "the trace has none. Full where busy: allocated over the capacity of the nodes "
                "that were not empty.");
    g_string_append(report->out, "</section>\n");
    g_list_free(resources);
}
