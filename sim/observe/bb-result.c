/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, ownership and the ratios that more than one report shows. */
#include "sim/observe/bb-result.h"

#include <math.h>
#include <string.h>

const char *const bb_measure_names[BB_N_MEASURES] = {
    "wait", "queued_total", "startup", "turnaround", "slowdown", "bounded_slowdown",
};

const char *const bb_measure_keys[BB_N_MEASURES] = {
    "wait_s", "queued_total_s", "startup_s", "turnaround_s", "slowdown", "bounded_slowdown",
};

const char *const bb_bin_names[BB_N_BINS] = {
    "used", "allocated_idle", "overhead", "reserved", "blocked_idle",
    "free", "booting",        "draining", "failed",
};

void
bb_result_free(BbResult *result)
{
    if (result == NULL)
        return;
    g_clear_pointer(&result->load, g_array_unref);
    g_free(result->all.name);
    for (guint k = 0; k < BB_N_KINDS; k++)
        g_free(result->kinds[k].name);
    for (guint c = 0; c < result->n_classes; c++)
        g_free(result->classes[c].name);
    g_free(result->classes);
    g_free(result);
}

const BbPopulation *
bb_result_class(const BbResult *result, const char *name)
{
    for (guint c = 0; c < result->n_classes; c++) {
        if (strcmp(result->classes[c].name, name) == 0)
            return &result->classes[c];
    }
    return NULL;
}

double
bb_result_ratio(BbInt128 a, BbInt128 b)
{
    return b == 0 ? NAN : (double)a / (double)b;
}

gboolean
bb_result_nodes_change(const BbResult *result)
{
    const BbNodeChanges *changes = &result->changes;

    return changes->n_added + changes->n_removed + changes->n_failed + changes->n_repaired +
               changes->n_updated >
           0;
}

BbInt128
bb_result_allocated(const BbResult *result, BbResource r)
{
    const BbInt128 *bins = result->waterfall[r];
    return bins[BB_BIN_USED] + bins[BB_BIN_ALLOCATED_IDLE] + bins[BB_BIN_OVERHEAD];
}

double
bb_result_packing(const BbResult *result, BbResource r)
{
    return bb_result_ratio(bb_result_allocated(result, r), result->busy_capacity[r]);
}

BbResource
bb_result_main_resource(const BbResult *result)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (result->modelled & (1u << r))
            return r;
    }
    return BB_CPU;
}

double
bb_result_window_s(const BbResult *result)
{
    return (double)(result->window_end_us - result->window_start_us) / (double)BB_US_PER_S;
}

double
bb_result_makespan_s(const BbResult *result)
{
    if (result->last_finish_us < 0)
        return NAN;
    return (double)(result->last_finish_us - result->first_submit_us) / (double)BB_US_PER_S;
}

double
bb_result_jain_wait(const BbResult *result)
{
    double sum = 0, squares = 0;
    guint n = 0;
    for (guint c = 0; c < result->n_classes; c++) {
        const BbSummaryStat *wait = &result->classes[c].stats[BB_WAIT];
        if (wait->n == 0)
            continue;
        sum += wait->mean;
        squares += wait->mean * wait->mean;
        n++;
    }
    if (n == 0)
        return NAN;
    return squares > 0 ? sum * sum / (n * squares) : 1.0;
}
