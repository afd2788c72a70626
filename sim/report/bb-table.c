/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets the sentences and grids of bb-story; the CSV goes over all metric names instead. */
#include "sim/report/bb-table.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"
#include "sim/observe/bb-metric-name.h"
#include "sim/report/bb-prose.h"
#include "sim/report/bb-story.h"

#include <math.h>

#define WIDTH 80
#define LABEL_WIDTH 18
#define FIRST_WIDTH 10
#define MAX_COLUMN_WIDTH 16

static void
append_grid_text(GString *out, const GPtrArray *grid)
{
    guint n_columns = g_strv_length(g_ptr_array_index(grid, 0));
    guint width = MIN((WIDTH - LABEL_WIDTH - FIRST_WIDTH) / (n_columns - 2), MAX_COLUMN_WIDTH);

    for (guint i = 0; i < grid->len; i++) {
        char **cells = g_ptr_array_index(grid, i);
        gsize from = out->len;
        g_string_append_printf(out, "%-*s", LABEL_WIDTH, cells[0]);
        for (guint c = 1; c < n_columns; c++)
            g_string_append_printf(out, "%*s", c == 1 ? FIRST_WIDTH : (int)width, cells[c]);
        while (out->len > from && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
}

static void
append_list(GString *out, const GPtrArray *texts, const char *first)
{
    for (guint i = 0; i < texts->len; i++)
        bb_append_wrapped(out, first, g_ptr_array_index(texts, i), WIDTH);
}

static void
append_setup(GString *out, const BbSummaryInfo *info, const BbResult *result)
{
    g_autoptr(GPtrArray) setup = bb_story_setup(info, result);
    for (guint i = 0; i + 1 < setup->len; i += 2) {
        g_autofree char *label = g_strdup_printf("%-8s", (const char *)g_ptr_array_index(setup, i));
        bb_append_wrapped(out, label, g_ptr_array_index(setup, i + 1), WIDTH);
    }
}

static gboolean
any_at_least(const BbResult *result)
{
    return result->all.stats[BB_WAIT].n_censored > 0 ||
           result->all.stats[BB_TURNAROUND].n_censored > 0;
}

char *
bb_table_text(const BbSummaryInfo *info, const BbResult *result)
{
    GString *out = g_string_new(NULL);
    g_autofree char *title = bb_story_title(info, result);
    g_autoptr(GPtrArray) headlines = bb_story_headlines(result);
    g_autoptr(GPtrArray) bounds = bb_story_bounds(info, result);
    g_autoptr(GPtrArray) times = bb_story_times(result);
    g_autoptr(GPtrArray) resources = bb_story_resources(result);
    g_autoptr(GPtrArray) threats = bb_threats_new(info, result);

    bb_append_wrapped(out, "", title, WIDTH);
    append_setup(out, info, result);
    g_string_append_c(out, '\n');
    append_list(out, headlines, "");
    append_list(out, bounds, "");
    g_string_append_c(out, '\n');
    append_grid_text(out, times);
    if (any_at_least(result))
        g_string_append(out, "+ at least: the simulation ended first.\n");
    g_string_append_c(out, '\n');
    append_grid_text(out, resources);
    g_string_append(out, "\nWhat this run does not show:\n");
    append_list(out, threats, "- ");
    return g_string_free(out, FALSE);
}

static void
append_metrics(GString *out, const BbResult *result, const char *prefix)
{
    g_autoptr(GPtrArray) names = bb_metric_names_new(*prefix != '\0');
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *name = g_strconcat(prefix, g_ptr_array_index(names, i), NULL);
        BbMetric metric;
        if (!bb_metric_get(result, name, &metric, NULL) || !isfinite(metric.value))
            continue;
        bb_csv_append_field(out, name);
        g_string_append_c(out, ',');
        bb_append_double(out, metric.value);
        g_string_append_printf(out, ",%s,%d\n", metric.unit, metric.at_least ? 1 : 0);
    }
}

char *
bb_table_csv(const BbResult *result)
{
    GString *out = g_string_new("metric,value,unit,at_least\n");

    append_metrics(out, result, "");
    for (guint k = 0; k < BB_N_KINDS; k++) {
        g_autofree char *prefix = g_strdup_printf("kind.%s.", bb_kind_names[k]);
        if (result->kinds[k].jobs.submitted > 0)
            append_metrics(out, result, prefix);
    }
    for (guint c = 0; c < result->n_classes; c++) {
        g_autofree char *prefix = g_strdup_printf("class.%s.", result->classes[c].name);
        append_metrics(out, result, prefix);
    }
    return g_string_free(out, FALSE);
}

/* Names come from files: what would end a cell is escaped. */
static void
append_cell(GString *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|' || *text == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *text);
    }
}

static void
append_grid_markdown(GString *out, const GPtrArray *grid)
{
    for (guint i = 0; i < grid->len; i++) {
        char **cells = g_ptr_array_index(grid, i);
        guint n = g_strv_length(cells);
        g_string_append_c(out, '|');
        for (guint c = 0; c < n; c++) {
            g_string_append_c(out, ' ');
            append_cell(out, cells[c]);
            g_string_append(out, " |");
        }
        g_string_append_c(out, '\n');
        for (guint c = 0; i == 0 && c < n; c++)
            g_string_append(out, c == 0 ? "|---|" : "---:|");
        if (i == 0)
            g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '\n');
}

char *
bb_table_markdown(const BbSummaryInfo *info, const BbResult *result)
{
    GString *out = g_string_new(NULL);
    g_autofree char *title = bb_story_title(info, result);
    g_autoptr(GPtrArray) setup = bb_story_setup(info, result);
    g_autoptr(GPtrArray) headlines = bb_story_headlines(result);
    g_autoptr(GPtrArray) bounds = bb_story_bounds(info, result);
    g_autoptr(GPtrArray) times = bb_story_times(result);
    g_autoptr(GPtrArray) resources = bb_story_resources(result);
    g_autoptr(GPtrArray) threats = bb_threats_new(info, result);

    g_string_append_printf(out, "## %s\n\n", title);
    for (guint i = 0; i + 1 < setup->len; i += 2)
        g_string_append_printf(out, "- %s: %s\n", (const char *)g_ptr_array_index(setup, i),
                               (const char *)g_ptr_array_index(setup, i + 1));
    g_string_append_c(out, '\n');
    for (guint i = 0; i < headlines->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(headlines, i));
    for (guint i = 0; i < bounds->len; i++)
        g_string_append_printf(out, "%s\n", (const char *)g_ptr_array_index(bounds, i));
    g_string_append_c(out, '\n');
    append_grid_markdown(out, times);
    append_grid_markdown(out, resources);
    g_string_append(out, "What this run does not show:\n\n");
    for (guint i = 0; i < threats->len; i++)
        g_string_append_printf(out, "- %s\n", (const char *)g_ptr_array_index(threats, i));
    return g_string_free(out, FALSE);
}
