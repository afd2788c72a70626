/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First what no run of this version models, then what this result gives reason to say. */
#include "sim/report/bb-summary.h"

/* Place of what is no threat where nodes change. */
#define NODES_STAY 2

static const char *const of_this_version[] = {
    "Tasks on one node do not slow each other down: no contention for caches, disks, networks.",
    "Users do not react: the same jobs come at the same times however long they wait.",
    "Nodes never fail, boot or drain, and nobody is evicted.",
    "Starting is free: no image pulls, volumes, booting of machines, overhead of runtimes.",
    "Deciding takes no time.",
    "Capacity that a reservation or the mix of waiting jobs blocks is counted as free.",
    "Used is the request times the used fraction of the trace; without one, all of it.",
};

static void add(GPtrArray *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add(GPtrArray *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_ptr_array_add(out, g_strdup_vprintf(format, args));
    va_end(args);
}

static void
add_of_result(GPtrArray *out, const BbSummaryInfo *info, const BbResult *result)
{
    const BbJobCounts *jobs = &result->all.jobs;
    guint64 n_blind = result->n_submitted - result->n_with_estimate;

    if (g_strcmp0(info->estimate_source, "perfect") == 0)
        add(out, "Policies see perfect estimates; users give none such.");
    if (n_blind > 0)
        add(out,
            "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
            " jobs have no estimate: policies take them to run to the end.",
            n_blind, result->n_submitted);
    if (info->work.no_shadow > 0)
        add(out,
            "In %" G_GUINT64_FORMAT " passes EASY found no time to reserve: running jobs without "
            "an estimate were in the way.",
            info->work.no_shadow);
    if (jobs->censored > 0)
        add(out,
            "Jobs not started by the end: %" G_GUINT64_FORMAT
            ". Mean waits are lower bounds, and so are the numbers marked \"at least\".",
            jobs->censored);
    if (jobs->rejected > 0)
        add(out, "Jobs rejected: %" G_GUINT64_FORMAT ". They are in no time series.",
            jobs->rejected);
}

GPtrArray *
bb_threats_new(const BbSummaryInfo *info, const BbResult *result)
{
    GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < G_N_ELEMENTS(of_this_version); i++)
        if (i != NODES_STAY || !bb_result_nodes_change(result))
            g_ptr_array_add(out, g_strdup(of_this_version[i]));
    if (bb_result_nodes_change(result))
        add(out,
            "Nodes come and go in no time, without warning; what is evicted loses all its work.");
    add_of_result(out, info, result);
    for (guint i = 0; info->threats != NULL && info->threats[i] != NULL; i++)
        g_ptr_array_add(out, g_strdup(info->threats[i]));
    return out;
}
