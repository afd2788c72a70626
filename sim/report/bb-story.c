/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences name their population and their caveat: a number that can be misread is not a headline. */
#include "sim/report/bb-story.h"

#include "sim/base/bb-units.h"
#include "sim/report/bb-prose.h"

static void add(GPtrArray *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add(GPtrArray *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(out, g_strdup_vprintf(format, args));
    va_end(args);
}

char *
bb_story_title(const BbSummaryInfo *info, const BbResult *result)
{
    g_autofree char *n_jobs = bb_format_count(result->n_submitted);
    return g_strdup_printf("%s: %s job%s on %s", info->name, n_jobs,
                           result->n_submitted == 1 ? "" : "s", info->cluster);
}

static char *
describe_window(const BbResult *result)
{
    g_autofree char *length = bb_format_duration(bb_result_window_s(result));
    g_autofree char *warmup = bb_format_duration(
        (double)(result->window_start_us - result->first_submit_us) / (double)BB_US_PER_S);
    gboolean warm = result->window_start_us > result->first_submit_us;
    return g_strdup_printf("%s, from %s%sthe first submission to the %s", length,
                           warm ? warmup : "", warm ? " after " : "",
                           result->window_all ? "end" : "last");
}

GPtrArray *
bb_story_setup(const BbSummaryInfo *info, const BbResult *result)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    gboolean perfect = g_strcmp0(info->estimate_source, "perfect") == 0;

    for (guint i = 0; i < info->n_traces; i++) {
        g_autofree char *n_jobs = bb_format_count(info->traces[i].n_jobs);
        add(out, "Trace");
        add(out, "%s (%s, %s jobs)", info->traces[i].path, info->traces[i].format, n_jobs);
    }
    add(out, "Policy");
    add(out, "queue %s, placement %s, %s, seed %" G_GUINT64_FORMAT, info->queue, info->placement,
        perfect ? "perfect estimates" : "the trace's estimates", info->seed);
    if (result->n_submitted > 0) {
        add(out, "Window");
        g_ptr_array_add(out, describe_window(result));
    }
    return out;
}

static void
add_waits(GPtrArray *out, const BbResult *result)
{
    const BbSummaryStat *wait = &result->all.stats[BB_WAIT];
    if (wait->n == 0)
        return;
    if (wait->max == 0 && !wait->max_at_least) {
        add(out, "No job had to wait.");
        return;
    }
    g_autofree char *mean = bb_format_duration(wait->mean), *p50 = bb_format_duration(wait->p50);
    g_autofree char *p95 = bb_format_duration(wait->p95), *p99 = bb_format_duration(wait->p99);
    g_autofree char *waited = bb_format_percent(
        bb_result_ratio((BbInt128)result->all.jobs.waited, (BbInt128)result->all.jobs.started));
    add(out, "The mean wait was %s%s; %s of the jobs that started had to wait.",
        wait->mean_at_least ? "at least " : "", mean, waited);
    /* Of a lower bound the same can be said, but for the half that waited less. */
    add(out,
        "Half of the jobs waited %slonger than %s, 1 in 20 longer than %s, 1 in 100 longer than "
        "%s.",
        wait->p50_at_least ? "" : "no ", p50, p95, p99);
}

static void
add_utilisation(GPtrArray *out, const BbResult *result)
{
    BbResource r = bb_result_main_resource(result);
    g_autofree char *allocated =
        bb_format_percent(bb_result_ratio(bb_result_allocated(result, r), result->bought[r]));
    g_autofree char *used =
        bb_format_percent(bb_result_ratio(result->waterfall[r][BB_BIN_USED], result->bought[r]));
    if (result->bought[r] == 0)
        return;
    add(out, "Of the %s that was bought, %s was allocated and %s was used.", bb_resource_names[r],
        allocated, used);
    if (result->n_nodes > 1) {
        g_autofree char *mean = bb_format_ratio(bb_result_ratio(
            result->busy_node_us, (BbInt128)result->window_end_us - result->window_start_us));
        add(out, "On average %s of %u nodes were busy, at most %u at one time.", mean,
            result->n_nodes, result->busy_peak);
    }
}

static void
add_counts(GPtrArray *out, const BbResult *result)
{
    const BbJobCounts *jobs = &result->all.jobs;
    g_autofree char *submitted = bb_format_count(jobs->submitted);
    g_autofree char *completed = bb_format_count(jobs->completed);
    g_autofree char *rejected = bb_format_count(jobs->rejected);
    g_autofree char *killed = bb_format_count(jobs->killed);
    g_autofree char *unfinished = bb_format_count(jobs->unfinished - jobs->censored);
    g_autofree char *censored = bb_format_count(jobs->censored);

    add(out,
        "Of %s jobs %s completed; %s killed at the estimate, %s rejected, %s still running at "
        "the end, %s never started.",
        submitted, completed, killed, rejected, unfinished, censored);
}

static void
add_makespan(GPtrArray *out, const BbResult *result)
{
    if (result->last_finish_us < 0)
        return;
    g_autofree char *makespan = bb_format_duration(bb_result_makespan_s(result));
    add(out, "The makespan was %s; in a replay it mostly shows when the last long job came.",
        makespan);
}

GPtrArray *
bb_story_headlines(const BbResult *result)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    if (result->all.jobs.submitted == 0) {
        add(out, "No job was submitted in the window.");
        return out;
    }
    add_utilisation(out, result);
    add_waits(out, result);
    add_counts(out, result);
    add_makespan(out, result);
    return out;
}

static void
add_makespan_bound(GPtrArray *out, const BbBounds *bounds)
{
    double above = bb_bounds_makespan_above(bounds);
    if (!(above >= 0))
        return;
    g_autofree char *percent = bb_format_percent(above);
    const char *of = bounds->makespan_area_us > bounds->makespan_longest_us ? "the work there is"
                                                                            : "the last long job";
    if (above == 0)
        add(out, "No policy could have a shorter makespan (%s).", of);
    else
        add(out, "The makespan is at most %s above the best possible (%s).", percent, of);
}

GPtrArray *
bb_story_bounds(const BbSummaryInfo *info, const BbResult *result)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    if (info->bounds == NULL || result->all.jobs.submitted == 0)
        return out;
    add_makespan_bound(out, info->bounds);
    if (info->bounds->nodes > 0) {
        g_autofree char *tasks = bb_format_count(info->bounds->n_standing);
        add(out, "The %s tasks that stay need at least %" G_GINT64_FORMAT " nodes.", tasks,
            info->bounds->nodes);
    }
    return out;
}

static GPtrArray *
grid_new(const char *headings)
{
    GPtrArray *grid = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_ptr_array_add(grid, g_strsplit(headings, "|", -1));
    return grid;
}

static void
add_stat_cell(GPtrArray *cells, BbMeasure measure, double value, gboolean at_least)
{
    g_autofree char *text =
        measure >= BB_SLOWDOWN ? bb_format_ratio(value) : bb_format_duration(value);
    g_ptr_array_add(cells, g_strconcat(text, at_least ? "+" : "", NULL));
}

static void
add_stat_row(GPtrArray *grid, const char *label, const BbPopulation *population, BbMeasure measure)
{
    const BbSummaryStat *s = &population->stats[measure];
    if (s->n == 0)
        return;
    GPtrArray *cells = g_ptr_array_new();
    g_ptr_array_add(cells, g_strdup(label));
    g_ptr_array_add(cells, bb_format_count(s->n));
    add_stat_cell(cells, measure, s->mean, s->mean_at_least);
    add_stat_cell(cells, measure, s->p50, s->p50_at_least);
    add_stat_cell(cells, measure, s->p95, s->p95_at_least);
    add_stat_cell(cells, measure, s->p99, s->p99_at_least);
    g_ptr_array_add(cells, NULL);
    g_ptr_array_add(grid, g_ptr_array_free(cells, FALSE));
}

static guint
n_kinds(const BbResult *result)
{
    guint n = 0;
    for (guint k = 0; k < BB_N_KINDS; k++)
        n += result->kinds[k].jobs.submitted > 0 ? 1 : 0;
    return n;
}

static void
add_measure(GPtrArray *grid, const char *label, const BbResult *result, BbMeasure measure)
{
    add_stat_row(grid, label, &result->all, measure);
    if (n_kinds(result) < 2)
        return;
    for (guint k = 0; k < BB_N_KINDS; k++) {
        g_autofree char *kind = g_strconcat("- ", bb_kind_names[k], NULL);
        add_stat_row(grid, kind, &result->kinds[k], measure);
    }
}

GPtrArray *
bb_story_times(const BbResult *result)
{
    GPtrArray *grid = grid_new("|jobs|mean|P50|P95|P99");
    add_measure(grid, "wait", result, BB_WAIT);
    if (result->all.stats[BB_STARTUP].max > 0)
        add_measure(grid, "start-up", result, BB_STARTUP);
    add_measure(grid, "turnaround", result, BB_TURNAROUND);
    add_measure(grid, "bounded slowdown", result, BB_BOUNDED_SLOWDOWN);
    return grid;
}

static void
add_resource_row(GPtrArray *grid, const char *label, BbInt128 allocated, BbInt128 used,
                 BbInt128 capacity, BbInt128 busy_capacity)
{
    GPtrArray *cells = g_ptr_array_new();
    g_ptr_array_add(cells, g_strdup(label));
    g_ptr_array_add(cells, bb_format_percent(bb_result_ratio(allocated, capacity)));
    g_ptr_array_add(cells,
                    used < 0 ? g_strdup("") : bb_format_percent(bb_result_ratio(used, capacity)));
    g_ptr_array_add(cells, used < 0 ? g_strdup("")
                                    : bb_format_percent(bb_result_ratio(allocated, busy_capacity)));
    g_ptr_array_add(cells, NULL);
    g_ptr_array_add(grid, g_ptr_array_free(cells, FALSE));
}

GPtrArray *
bb_story_resources(const BbResult *result)
{
    GPtrArray *grid = grid_new("of the bought|allocated|used|full where busy");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!(result->modelled & (1u << r)))
            continue;
        add_resource_row(grid, bb_resource_names[r], bb_result_allocated(result, r),
                         result->waterfall[r][BB_BIN_USED], result->bought[r],
                         result->busy_capacity[r]);
        for (guint k = 0; n_kinds(result) > 1 && k < BB_N_KINDS; k++) {
            g_autofree char *kind = g_strconcat("- ", bb_kind_names[k], NULL);
            if (result->kinds[k].allocated[r] > 0)
                add_resource_row(grid, kind, result->kinds[k].allocated[r], -1, result->bought[r],
                                 1);
        }
    }
    return grid;
}
