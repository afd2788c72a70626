/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One function per object of the schema, in its order. */
#include "sim/report/bb-summary.h"

#include "sim/base/bb-json.h"
#include "sim/observe/bb-load.h"

#include <math.h>

double
bb_bounds_makespan_above(const BbBounds *bounds)
{
    return bounds->makespan_us > 0
               ? (double)(bounds->reached_us - bounds->makespan_us) / (double)bounds->makespan_us
               : NAN;
}

static void
write_count(BbJson *json, const char *key, guint64 value)
{
    bb_json_int128(json, key, (BbInt128)value);
}

static void
write_trace(BbJson *json, const BbTraceInfo *trace)
{
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "path", trace->path);
    bb_json_text(json, "sha256", trace->sha256);
    bb_json_text(json, "format", trace->format);
    write_count(json, "jobs", trace->n_jobs);
    bb_json_end(json);
}

static void
write_experiment(BbJson *json, const BbSummaryInfo *info, const BbResult *result)
{
    bb_json_begin_object(json, "experiment");
    bb_json_text(json, "name", info->name);
    write_count(json, "seed", info->seed);
    bb_json_text(json, "sha256", info->sha256);
    bb_json_begin_array(json, "traces");
    for (guint i = 0; i < info->n_traces; i++)
        write_trace(json, &info->traces[i]);
    bb_json_end(json);
    bb_json_begin_object(json, "estimates");
    bb_json_text(json, "source", info->estimate_source);
    bb_json_double(
        json, "frac",
        bb_result_ratio((BbInt128)result->n_with_estimate, (BbInt128)result->n_submitted));
    bb_json_end(json);
    bb_json_end(json);
}

static void
write_jobs(BbJson *json, const BbJobCounts *jobs)
{
    bb_json_begin_object(json, "jobs");
    write_count(json, "submitted", jobs->submitted);
    write_count(json, "started", jobs->started);
    write_count(json, "completed", jobs->completed);
    write_count(json, "killed", jobs->killed);
    write_count(json, "failed", jobs->failed);
    write_count(json, "rejected", jobs->rejected);
    write_count(json, "unfinished", jobs->unfinished);
    write_count(json, "evictions", jobs->evictions);
    write_count(json, "censored", jobs->censored);
    write_count(json, "waited", jobs->waited);
    bb_json_end(json);
}

static void
write_seconds(BbJson *json, const char *key, gboolean known, BbTimeUs time_us)
{
    if (known)
        bb_json_seconds(json, key, time_us);
    else
        bb_json_null(json, key);
}

static void
write_time(BbJson *json, const BbResult *result)
{
    gboolean any = result->n_submitted > 0, finished = result->last_finish_us >= 0;

    bb_json_begin_object(json, "time");
    write_seconds(json, "first_submit_s", any, result->first_submit_us);
    write_seconds(json, "last_submit_s", any, result->last_submit_us);
    write_seconds(json, "last_finish_s", finished, result->last_finish_us);
    write_seconds(json, "makespan_s", finished, result->last_finish_us - result->first_submit_us);
    write_seconds(json, "window_start_s", any, result->window_start_us);
    write_seconds(json, "window_end_s", any, result->window_end_us);
    bb_json_end(json);
}

static gboolean
is_modelled(const BbResult *result, guint r)
{
    return (result->modelled & (1u << r)) != 0;
}

static void
write_resources(BbJson *json, const BbResult *result)
{
    bb_json_begin_object(json, "resources");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!is_modelled(result, r))
            continue;
        BbInt128 allocated = bb_result_allocated(result, r);
        bb_json_begin_object(json, bb_resource_names[r]);
        bb_json_double(json, "allocated_frac_bought",
                       bb_result_ratio(allocated, result->bought[r]));
        bb_json_double(json, "allocated_frac_up", bb_result_ratio(allocated, result->up[r]));
        bb_json_double(json, "used_frac",
                       bb_result_ratio(result->waterfall[r][BB_BIN_USED], result->bought[r]));
        bb_json_double(json, "packing_density_frac", bb_result_packing(result, r));
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_waterfall(BbJson *json, const BbResult *result)
{
    bb_json_begin_object(json, "waterfall");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!is_modelled(result, r))
            continue;
        bb_json_begin_object(json, bb_resource_names[r]);
        for (guint bin = 0; bin < BB_N_BINS; bin++)
            bb_json_int128(json, bb_bin_names[bin], result->waterfall[r][bin]);
        bb_json_int128(json, "capacity", result->bought[r]);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_waterfall_frac(BbJson *json, const BbResult *result)
{
    bb_json_begin_object(json, "waterfall_frac");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!is_modelled(result, r))
            continue;
        bb_json_begin_object(json, bb_resource_names[r]);
        for (guint bin = 0; bin < BB_N_BINS; bin++)
            bb_json_double(json, bb_bin_names[bin],
                           bb_result_ratio(result->waterfall[r][bin], result->bought[r]));
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_changes(BbJson *json, const BbNodeChanges *changes)
{
    bb_json_begin_object(json, "changes");
    write_count(json, "added", changes->n_added);
    write_count(json, "removed", changes->n_removed);
    write_count(json, "failed", changes->n_failed);
    write_count(json, "repaired", changes->n_repaired);
    write_count(json, "updated", changes->n_updated);
    bb_json_end(json);
}

static void
write_nodes(BbJson *json, const BbResult *result)
{
    BbInt128 window_us = (BbInt128)result->window_end_us - result->window_start_us;
    BbInt128 node_us = result->up_node_us;

    bb_json_begin_object(json, "nodes");
    write_count(json, "count", result->n_nodes);
    bb_json_double(json, "busy_mean", bb_result_ratio(result->busy_node_us, window_us));
    write_count(json, "busy_peak", result->busy_peak);
    bb_json_double(json, "empty_frac", bb_result_ratio(node_us - result->busy_node_us, node_us));
    bb_json_double(json, "packing_density_frac",
                   bb_result_packing(result, bb_result_main_resource(result)));
    if (bb_result_nodes_change(result))
        write_changes(json, &result->changes);
    bb_json_end(json);
}

/* What was done and thrown away: part of used and allocated_idle. */
static void
write_lost_work(BbJson *json, const BbResult *result)
{
    if (!bb_result_nodes_change(result))
        return;
    bb_json_begin_object(json, "lost_work");
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (is_modelled(result, r))
            bb_json_int128(json, bb_resource_names[r], result->lost[r]);
    bb_json_end(json);
}

static void
write_at_least(BbJson *json, const BbSummaryStat *stat)
{
    const struct {
        const char *name;
        gboolean at_least;
    } bounds[] = {
        {"mean", stat->mean_at_least}, {"p50", stat->p50_at_least}, {"p90", stat->p90_at_least},
        {"p95", stat->p95_at_least},   {"p99", stat->p99_at_least}, {"p999", stat->p999_at_least},
        {"max", stat->max_at_least},
    };

    bb_json_begin_array(json, "at_least");
    for (guint i = 0; i < G_N_ELEMENTS(bounds); i++) {
        if (bounds[i].at_least)
            bb_json_text(json, NULL, bounds[i].name);
    }
    bb_json_end(json);
}

static void
write_stat(BbJson *json, const BbPopulation *population, BbMeasure measure)
{
    const BbSummaryStat *stat = &population->stats[measure];

    bb_json_begin_object(json, bb_measure_keys[measure]);
    write_count(json, "n", stat->n);
    write_count(json, "censored", stat->n_censored);
    write_at_least(json, stat);
    bb_json_double(json, "mean", stat->mean);
    bb_json_double(json, "sd", stat->sd);
    bb_json_double(json, "min", stat->min);
    bb_json_double(json, "p50", stat->p50);
    bb_json_double(json, "p90", stat->p90);
    bb_json_double(json, "p95", stat->p95);
    bb_json_double(json, "p99", stat->p99);
    bb_json_double(json, "p999", stat->p999);
    bb_json_double(json, "max", stat->max);
    if (measure == BB_SLOWDOWN)
        write_count(json, "ideal_zero", population->jobs.ideal_zero);
    if (stat->sketch)
        bb_json_text(json, "sketch", "log-linear histogram, relative error at most 2^-11");
    bb_json_end(json);
}

static void
write_stats(BbJson *json, const BbPopulation *population)
{
    for (guint measure = 0; measure < BB_N_MEASURES; measure++)
        write_stat(json, population, measure);
}

static void
write_part(BbJson *json, const BbResult *result, const BbPopulation *part)
{
    bb_json_begin_object(json, part->name);
    write_jobs(json, &part->jobs);
    bb_json_begin_object(json, "resources");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!is_modelled(result, r))
            continue;
        bb_json_begin_object(json, bb_resource_names[r]);
        bb_json_double(json, "allocated_frac_bought",
                       bb_result_ratio(part->allocated[r], result->bought[r]));
        bb_json_end(json);
    }
    bb_json_end(json);
    write_stats(json, part);
    bb_json_end(json);
}

static void
write_parts(BbJson *json, const BbResult *result)
{
    bb_json_begin_object(json, "kinds");
    for (guint k = 0; k < BB_N_KINDS; k++) {
        if (result->kinds[k].jobs.submitted > 0)
            write_part(json, result, &result->kinds[k]);
    }
    bb_json_end(json);
    bb_json_begin_object(json, "classes");
    for (guint c = 0; c < result->n_classes; c++)
        write_part(json, result, &result->classes[c]);
    bb_json_end(json);
}

static void
write_fairness(BbJson *json, const BbResult *result)
{
    if (result->n_classes == 0)
        return;
    bb_json_begin_object(json, "fairness");
    bb_json_double(json, "jain_wait", bb_result_jain_wait(result));
    bb_json_begin_object(json, "classes");
    for (guint c = 0; c < result->n_classes; c++) {
        const BbPopulation *part = &result->classes[c];
        bb_json_begin_object(json, part->name);
        bb_json_double(json, "wait_mean_s", part->stats[BB_WAIT].mean);
        bb_json_begin_object(json, "share_frac");
        for (guint r = 0; r < BB_N_RESOURCES; r++) {
            if (is_modelled(result, r))
                bb_json_double(json, bb_resource_names[r],
                               bb_result_ratio(part->allocated[r], result->all.allocated[r]));
        }
        bb_json_end(json);
        bb_json_end(json);
    }
    bb_json_end(json);
    bb_json_end(json);
}

static void
write_known_seconds(BbJson *json, const char *key, BbTimeUs time_us)
{
    write_seconds(json, key, time_us >= 0, time_us);
}

static void
write_node_bounds(BbJson *json, const BbBounds *bounds, const BbResult *result)
{
    bb_json_begin_object(json, "nodes");
    write_count(json, "tasks", bounds->n_standing);
    bb_json_begin_object(json, "volume");
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (is_modelled(result, r) && bounds->nodes_volume[r] >= 0)
            bb_json_int(json, bb_resource_names[r], bounds->nodes_volume[r]);
    bb_json_end(json);
    if (bounds->nodes_l2 >= 0)
        bb_json_int(json, "l2", bounds->nodes_l2);
    else
        bb_json_null(json, "l2");
    bb_json_int(json, "best", bounds->nodes);
    bb_json_end(json);
}

static void
write_bounds(BbJson *json, const BbBounds *bounds, const BbResult *result)
{
    if (bounds == NULL)
        return;
    bb_json_begin_object(json, "bounds");
    bb_json_begin_object(json, "makespan");
    write_known_seconds(json, "area_s", bounds->makespan_area_us);
    write_known_seconds(json, "longest_s", bounds->makespan_longest_us);
    write_known_seconds(json, "best_s", bounds->makespan_us);
    bb_json_double(json, "above_frac", bb_bounds_makespan_above(bounds));
    bb_json_end(json);
    if (bounds->n_standing > 0)
        write_node_bounds(json, bounds, result);
    bb_json_end(json);
}

static void
write_work(BbJson *json, const BbWork *work)
{
    bb_json_begin_object(json, "work");
    write_count(json, "events", work->events);
    write_count(json, "passes", work->passes);
    write_count(json, "decisions", work->decisions);
    write_count(json, "nodes_examined", work->nodes_examined);
    write_count(json, "costs_computed", work->costs_computed);
    write_count(json, "passes_without_shadow", work->no_shadow);
    bb_json_end(json);
}

static void
write_threats(BbJson *json, const BbSummaryInfo *info, const BbResult *result)
{
    g_autoptr(GPtrArray) threats = bb_threats_new(info, result);
    bb_json_begin_array(json, "threats");
    for (guint i = 0; i < threats->len; i++)
        bb_json_text(json, NULL, g_ptr_array_index(threats, i));
    bb_json_end(json);
}

static void
write_curve(BbJson *json, const GArray *load, const char *key, gsize offset)
{
    bb_json_begin_array(json, key);
    for (guint at = 0; at < load->len; at++)
        bb_json_double(json, NULL,
                       G_STRUCT_MEMBER(double, &g_array_index(load, BbLoadPoint, at), offset));
    bb_json_end(json);
}

/* Point k of each curve: k percent of the devices were asked for. */
static void
write_fragmentation(BbJson *json, const GArray *load)
{
    if (load == NULL || load->len == 0)
        return;
    BbLoadPoint full = bb_load_at_full(load);
    gboolean measured = !isnan(g_array_index(load, BbLoadPoint, load->len - 1).of_idle_pct);
    bb_json_begin_object(json, "fragmentation");
    bb_json_double(json, "load100_gpu_allocated_frac", full.allocated_pct / 100);
    bb_json_double(json, "load100_gpu_fragmented_frac", full.of_idle_pct / 100);
    if (measured) {
        write_curve(json, load, "gpu_allocated_pct", G_STRUCT_OFFSET(BbLoadPoint, allocated_pct));
        write_curve(json, load, "frag_pct_of_capacity",
                    G_STRUCT_OFFSET(BbLoadPoint, fragmented_pct));
        write_curve(json, load, "frag_pct_of_idle", G_STRUCT_OFFSET(BbLoadPoint, of_idle_pct));
    }
    bb_json_end(json);
}

char *
bb_summary_json(const BbSummaryInfo *info, const BbResult *result)
{
    g_autoptr(BbJson) json = bb_json_new();

    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "breakbulk-summary/" G_STRINGIFY(BB_SUMMARY_SCHEMA));
    bb_json_text(json, "version", info->version);
    write_experiment(json, info, result);
    write_jobs(json, &result->all.jobs);
    write_time(json, result);
    write_resources(json, result);
    write_waterfall(json, result);
    write_waterfall_frac(json, result);
    write_lost_work(json, result);
    write_nodes(json, result);
    write_stats(json, &result->all);
    write_parts(json, result);
    write_fairness(json, result);
    write_fragmentation(json, result->load);
    write_bounds(json, info->bounds, result);
    write_work(json, &info->work);
    write_threats(json, info, result);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}
