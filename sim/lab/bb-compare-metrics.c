/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which metrics a comparison judges, and how a run's number is read. */
#include "bb-compare-private.h"

#include "sim/observe/bb-load.h"

#include <math.h>
#include <string.h>

static const char *const of_run[] = {
    "wait_mean",     "wait_p95",  "wait_p99",      "bounded_slowdown_mean", "waited_frac",
    BB_DELAYED_FRAC, "jain_wait", "rejected_frac", "censored_frac"};
static const char *const of_kind[] = {"wait_mean", "wait_p95", "bounded_slowdown_mean", NULL};
static const char *const of_class[] = {"wait_mean", "bounded_slowdown_mean", NULL};

gboolean
bb_compare_metric(const char *name, BbMetric *out, GError **error)
{
    if (strcmp(name, BB_DELAYED_FRAC) != 0)
        return bb_tolerance_metric(name, out, error);
    *out = (BbMetric){.value = NAN, .unit = "frac", .direction = BB_LOWER_IS_BETTER};
    return TRUE;
}

static void
add_part(GPtrArray *metrics, const char *prefix, const char *part, const char *const *names)
{
    for (guint i = 0; names[i] != NULL; i++)
        g_ptr_array_add(metrics, g_strdup_printf("%s.%s.%s", prefix, part, names[i]));
}

/* The most jobs first, then the first seen. */
static gint
by_jobs(gconstpointer a, gconstpointer b)
{
    const BbPopulation *x = *(const BbPopulation *const *)a, *y = *(const BbPopulation *const *)b;
    if (x->jobs.submitted != y->jobs.submitted)
        return x->jobs.submitted > y->jobs.submitted ? -1 : 1;
    return (x > y) - (x < y);
}

static void
add_classes(GPtrArray *metrics, const BbResult *result)
{
    g_autoptr(GPtrArray) largest = g_ptr_array_new();
    for (guint c = 0; result->n_classes > 1 && c < result->n_classes; c++)
        g_ptr_array_add(largest, &result->classes[c]);
    g_ptr_array_sort(largest, by_jobs);
    for (guint c = 0; c < MIN(largest->len, BB_COMPARE_CLASSES); c++)
        add_part(metrics, "class", ((const BbPopulation *)largest->pdata[c])->name, of_class);
}

static void
add_kinds(GPtrArray *metrics, const BbResult *result)
{
    guint n_kinds = 0;
    for (guint k = 0; k < BB_N_KINDS; k++)
        n_kinds += result->kinds[k].jobs.submitted > 0;
    for (guint k = 0; n_kinds > 1 && k < BB_N_KINDS; k++)
        if (result->kinds[k].jobs.submitted > 0)
            add_part(metrics, "kind", bb_kind_names[k], of_kind);
}

GPtrArray *
bb_compare_metrics_new(const BbResult *result, const BbCompareSpec *spec)
{
    GPtrArray *metrics = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < G_N_ELEMENTS(of_run); i++)
        g_ptr_array_add(metrics, g_strdup(of_run[i]));
    g_ptr_array_add(metrics, g_strconcat(bb_resource_names[bb_result_main_resource(result)],
                                         "_allocated_frac_bought", NULL));
    if (bb_load_at_full(result->load).known)
        g_ptr_array_add(metrics, g_strdup("load100_gpu_allocated_frac"));
    add_kinds(metrics, result);
    if (spec->n_resamples == 0)
        add_classes(metrics, result);
    const GPtrArray *tolerances = spec->tolerances;
    for (guint i = 0; tolerances != NULL && i < tolerances->len; i++) {
        const BbTolerance *tolerance = tolerances->pdata[i];
        if (!g_ptr_array_find_with_equal_func(metrics, tolerance->metric, g_str_equal, NULL))
            g_ptr_array_add(metrics, g_strdup(tolerance->metric));
    }
    return metrics;
}

/* q of "wait_p99"; 0 where the name is of no percentile. */
static double
quantile_of(const char *name)
{
    static const struct {
        const char *suffix;
        double q;
    } known[] = {{"_p50", .5}, {"_p90", .9}, {"_p95", .95}, {"_p99", .99}, {"_p999", .999}};
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (g_str_has_suffix(name, known[i].suffix))
            return known[i].q;
    return 0;
}

static double
jobs_beyond(const BbPopulation *population, const char *name)
{
    double q = quantile_of(name);
    return q > 0 && population != NULL ? (double)population->jobs.started * (1 - q) : INFINITY;
}

static void
take_censoring(const BbPopulation *population, BbCompareCell *cell)
{
    BbInt128 submitted = population != NULL ? (BbInt128)population->jobs.submitted : 0;
    if (submitted == 0)
        return;
    cell->censored = bb_result_ratio((BbInt128)population->jobs.censored, submitted);
    cell->rejected = bb_result_ratio((BbInt128)population->jobs.rejected, submitted);
}

BbCompareCell
bb_compare_measure(const BbOutcome *outcome, const char *name, double delayed)
{
    BbCompareCell cell = {.value = NAN, .n_beyond = INFINITY};
    BbMetric metric;
    if (strcmp(name, BB_DELAYED_FRAC) == 0) {
        cell.value = delayed;
    } else if (g_str_has_prefix(name, BB_WORK_PREFIX)) {
        cell.value = (double)bb_tolerance_work(&outcome->info.work, name);
    } else if (bb_metric_get(outcome->result, name, &metric, NULL)) {
        cell.value = metric.value;
        cell.n_beyond = jobs_beyond(metric.population, name);
        take_censoring(metric.population, &cell);
    }
    return cell;
}
