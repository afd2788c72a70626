/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steady states: the warm-up that all worlds share, and the batches of one long run. */
#include "bb-compare-private.h"
#include "sim/base/bb-units.h"
#include "sim/lab/stat/bb-batch-means.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-mser.h"

#include <math.h>
#include <string.h>

#define WORLDS_MIN 5

gboolean
bb_compare_is_stationary(const BbExperiment *experiment, const char **out_why)
{
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *workload = experiment->workloads->pdata[i];
        if (out_why != NULL)
            *out_why = workload->generator != NULL ? workload->generator : workload->trace;
        if (workload->generator == NULL)
            return FALSE;
        g_autoptr(BbGenerator) generator = bb_generator_new(experiment->tables->traces.generators,
                                                            workload->generator, 1, 0, NULL);
        if (generator == NULL || !generator->klass->stationary)
            return FALSE;
    }
    return TRUE;
}

gboolean
bb_compare_check_warmup(const BbCompareSpec *spec, guint n_worlds, GError **error)
{
    const char *why = NULL;
    for (guint v = 0; v < spec->variants->len; v++)
        if (!bb_compare_is_stationary(spec->variants->pdata[v], &why))
            return bb_error_set(
                error, BB_ERROR_USAGE,
                "--warmup auto: expected stationary generators, found %s: a trace or "
                "a daily cycle has no steady state to wait for; give a time, or none",
                why);
    if (n_worlds < WORLDS_MIN)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--warmup auto: expected --seeds %d or more, found %u: in a single run "
                            "the cut would follow its accidents",
                            WORLDS_MIN, n_worlds);
    return TRUE;
}

/* Owned by the caller. FALSE: a job never started. */
static gboolean
waits_of(const BbDelays *delays, double **out)
{
    guint n = bb_delays_n(delays);
    *out = g_new(double, n + 1);
    for (guint i = 0; i < n; i++) {
        (*out)[i] = bb_delays_wait_s(delays, i);
        if (isnan((*out)[i]))
            return FALSE;
    }
    return TRUE;
}

static gboolean
refuse(const char *label, const char *why, GError **error)
{
    return bb_error_set(error, BB_ERROR_USAGE, "--warmup auto: %s: %s", label, why);
}

#define NO_STEADY_STATE "no steady state found in these runs; make them at least twice as long"

/* Jobs to leave out, for one variant. */
static gboolean
cut_of(const char *label, BbDelays *const *pilots, guint n_worlds, gsize *out, GError **error)
{
    g_autoptr(GPtrArray) series = g_ptr_array_new_with_free_func(g_free);
    g_autofree gsize *lengths = g_new(gsize, n_worlds);
    BbMser mser;
    for (guint w = 0; w < n_worlds; w++) {
        double *waits;
        gboolean all = waits_of(pilots[w], &waits);
        g_ptr_array_add(series, waits);
        lengths[w] = bb_delays_n(pilots[w]);
        if (!all)
            return refuse(label, "some jobs never start: there is no steady state", error);
    }
    if (!bb_mser_common((const double *const *)series->pdata, lengths, n_worlds, BB_MSER_BATCH,
                        &mser, error))
        return FALSE;
    if (mser.minimum_in_second_half)
        return refuse(label, NO_STEADY_STATE, error);
    *out = mser.delete_observations;
    return TRUE;
}

/* By submit time, so that every variant counts the same jobs. */
gboolean
bb_compare_find_warmup(const BbCompareSpec *spec, BbDelays *const *pilots, guint n_worlds,
                       BbTimeUs *out_us, char **out_text, GError **error)
{
    gsize cut = 0;
    double sum_s = 0;
    for (guint v = 0; v < spec->variants->len; v++) {
        gsize own = 0;
        if (!cut_of(spec->labels->pdata[v], pilots + (gsize)v * n_worlds, n_worlds, &own, error))
            return FALSE;
        cut = MAX(cut, own);
    }
    for (guint w = 0; w < n_worlds; w++) {
        out_us[w] = bb_delays_submit_us(pilots[w], (guint)cut);
        sum_s += (double)out_us[w] / (double)BB_US_PER_S / n_worlds;
    }
    g_autofree char *length = bb_format_duration(sum_s);
    *out_text = g_strdup_printf("warm-up: first %" G_GSIZE_FORMAT
                                " jobs (%s) left out, found by MSER-5 on the mean of %u runs",
                                cut, length, n_worlds);
    return TRUE;
}

/* ---- one long run ---- */

static void
reject(BbComparison *comparison, char *reason)
{
    g_free(comparison->reason);
    comparison->reason = reason;
}

/* The larger cut of both; FALSE: no steady state. */
static gboolean
cut_pair(const double *a, const double *b, gsize n, gsize *out)
{
    BbMser one, other;
    if (!bb_mser(a, n, BB_MSER_BATCH, &one, NULL) || !bb_mser(b, n, BB_MSER_BATCH, &other, NULL))
        return FALSE;
    *out = MAX(one.delete_observations, other.delete_observations);
    return !one.minimum_in_second_half && !other.minimum_in_second_half;
}

static void
judge_batches(BbComparison *comparison, const double *a, const double *b, gsize n)
{
    BbBatchMeans means;
    g_autofree double *difference = g_new(double, n);
    for (gsize i = 0; i < n; i++)
        difference[i] = b[i] - a[i];
    if (!bb_batch_means(difference, n, BB_BATCH_COUNT, BB_COMPARE_LEVEL, &means, NULL))
        return;
    if (!means.independent) {
        reject(comparison,
               g_strdup_printf("the run is too short, about %.0f jobs would do", means.n_needed));
        return;
    }
    gsize length = means.batch_length, from = n - means.n_batches * length;
    g_autofree double *base = g_new(double, means.n_batches);
    g_autofree double *candidate = g_new(double, means.n_batches);
    for (gsize k = 0; k < means.n_batches; k++) {
        base[k] = bb_stat_mean(a + from + k * length, length);
        candidate[k] = bb_stat_mean(b + from + k * length, length);
    }
    BbMargin margin = comparison->effect.margin;
    comparison->effect = bb_effect_paired(base, candidate, means.n_batches, &margin);
    comparison->n_batches = (guint)means.n_batches;
    reject(comparison, NULL);
    bb_compare_set_interval(comparison);
}

void
bb_compare_use_batches(BbComparison *comparison, const BbDelays *base, const BbDelays *candidate)
{
    g_autofree double *a = NULL, *b = NULL;
    gsize n = bb_delays_n(base), cut = 0;
    gboolean all = waits_of(base, &a);
    all = waits_of(candidate, &b) && all;
    if (!all || bb_delays_n(candidate) != n)
        return;
    if (!cut_pair(a, b, n, &cut))
        reject(comparison, g_strdup("no steady state in this run; make it at least twice as long"));
    else
        judge_batches(comparison, a + cut, b + cut, n - cut);
}
