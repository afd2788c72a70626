/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every level (jobs waiting, resources held, nodes busy) is an integral that is touched only when it
 * changes; jobs that start at once never come to wait at the end of an instant. Allocated amounts are added up from the runs, free ones read from the cluster's books at
 * the end of each instant: that the two make up the capacity is the check of the waterfall. */
#include "sim/observe/bb-metrics.h"

#include "sim/observe/bb-busy.h"
#include "sim/observe/bb-tally.h"

#include <string.h>

struct _BbMetrics {
    const BbNames *names; /* borrowed */
    gboolean window_all;
    BbWindow window;
    BbWindow whole;                  /* without warm-up, for Little's law */
    BbTimeUs last_finish_us, end_us; /* -1: not yet */
    gboolean changed;                /* within this instant */
    guint64 n_submitted, n_done, n_with_estimate;

    gint64 n_queued;
    BbIntegral queue;
    BbIntegral queue_whole; /* only with a warm-up */
    BbInt128 waits_us;
    BbIntegral allocated[BB_N_RESOURCES], idle[BB_N_RESOURCES], free[BB_N_RESOURCES];
    BbIntegral bought[BB_N_RESOURCES], up[BB_N_RESOURCES], nodes_up;
    gint64 n_nodes_up;
    BbNodeChanges changes;
    BbInt128 lost[BB_N_RESOURCES], lost_at_submit[BB_N_RESOURCES]; /* held by what was evicted */
    BbBusy busy;
    guint n_nodes;
    guint32 modelled;
    BbResources capacity;

    BbTally all;
    BbTally kinds[BB_N_KINDS];
    gint holding_kind;   /* likewise, who holds what all hold */
    gint only_kind;      /* whose jobs are those of `all`; -1: none yet; BB_N_KINDS: no longer */
    GPtrArray *classes;  /* of BbTally, in order of first submission */
    GArray *class_names; /* of guint32, name ids of those */
    GArray *class_index; /* of guint32, by name id: 1 + place in classes, 0: none */
};

static void
tally_free(gpointer tally)
{
    bb_tally_clear(tally);
    g_free(tally);
}

BbMetrics *
bb_metrics_new(const BbNames *names, const BbMetricsOptions *options)
{
    BbMetrics *m = g_new0(BbMetrics, 1);
    m->names = names;
    m->window_all = options->window_all;
    m->last_finish_us = -1;
    m->end_us = -1;
    m->only_kind = m->holding_kind = -1;
    bb_window_init(&m->window, options->warmup_us);
    bb_window_init(&m->whole, 0);
    m->classes = g_ptr_array_new_with_free_func(tally_free);
    m->class_names = g_array_new(FALSE, FALSE, sizeof(guint32));
    m->class_index = g_array_new(FALSE, TRUE, sizeof(guint32));
    return m;
}

void
bb_metrics_free(BbMetrics *m)
{
    if (m == NULL)
        return;
    bb_busy_clear(&m->busy);
    bb_tally_clear(&m->all);
    for (guint k = 0; k < BB_N_KINDS; k++)
        bb_tally_clear(&m->kinds[k]);
    g_ptr_array_unref(m->classes);
    g_array_unref(m->class_names);
    g_array_unref(m->class_index);
    g_free(m);
}

static BbTally *
class_tally(BbMetrics *m, guint32 name)
{
    if (name == 0)
        return NULL;
    if (name >= m->class_index->len)
        g_array_set_size(m->class_index, name + 1);
    guint32 *place = &g_array_index(m->class_index, guint32, name);
    if (*place == 0) {
        g_ptr_array_add(m->classes, g_new0(BbTally, 1));
        g_array_append_val(m->class_names, name);
        *place = m->classes->len;
    }
    return g_ptr_array_index(m->classes, *place - 1);
}

/* Most traces know one kind: its jobs are counted apart only once there is another. */
static BbTally *
kind_tally(BbMetrics *m, BbKind kind)
{
    if (m->only_kind < 0)
        m->only_kind = (gint)kind;
    if (m->only_kind == (gint)kind)
        return NULL;
    if (m->only_kind < BB_N_KINDS)
        bb_tally_copy_jobs(&m->kinds[m->only_kind], &m->all);
    m->only_kind = BB_N_KINDS;
    return &m->kinds[kind];
}

/* The same of what they hold. */
static void
hold_kind(BbMetrics *m, BbTimeUs now_us, BbKind kind, const BbResources *allocated, gint sign)
{
    if (m->holding_kind < 0)
        m->holding_kind = (gint)kind;
    if (m->holding_kind == (gint)kind)
        return;
    if (m->holding_kind < BB_N_KINDS)
        memcpy(m->kinds[m->holding_kind].allocated, m->allocated, sizeof m->allocated);
    m->holding_kind = BB_N_KINDS;
    bb_tally_hold(&m->kinds[kind], &m->window, now_us, allocated, sign);
}

/* What there is, bought and up. */
static void
set_capacity(BbMetrics *m, const BbView *view)
{
    const BbResources *bought = bb_cluster_capacity(view->cluster);
    const BbResources *up = bb_cluster_up_sum(view->cluster);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        bb_integral_set(&m->bought[r], &m->window, view->now_us, bought->v[r]);
        bb_integral_set(&m->up[r], &m->window, view->now_us, up->v[r]);
    }
    bb_integral_set(&m->nodes_up, &m->window, view->now_us, m->n_nodes_up);
}

static void
begin(BbMetrics *m, const BbView *view)
{
    m->n_nodes_up = 0;
    for (guint i = 0; i < bb_cluster_n(view->cluster); i++)
        m->n_nodes_up += bb_cluster_node(view->cluster, i)->state == BB_NODE_UP;
    set_capacity(m, view);
}

static void
on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbMetrics *m = data;
    bb_window_submit(&m->window, view->now_us);
    if (m->n_submitted == 0)
        begin(m, view);
    if (m->changes.n_evicted > 0)
        memcpy(m->lost_at_submit, m->lost, sizeof m->lost);
    bb_window_submit(&m->whole, view->now_us);
    m->changed = TRUE;
    m->n_submitted++;
    m->n_with_estimate += record->job.estimate_us != BB_TIME_NEVER;
    class_tally(m, record->job.class_name);
    m->n_queued++;
}

static void
hold(BbMetrics *m, const BbView *view, const BbRun *run, gint sign)
{
    BbUsage usage = bb_usage_of_run(run, view->cluster);
    BbTally *klass = class_tally(m, run->record->job.class_name);

    hold_kind(m, view->now_us, run->record->job.shape->kind, &usage.allocated, sign);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        gint64 allocated = usage.allocated.v[r], idle = allocated - usage.used.v[r];
        bb_integral_add(&m->allocated[r], &m->window, view->now_us, sign * allocated);
        bb_integral_add(&m->idle[r], &m->window, view->now_us, sign * idle);
    }
    if (klass != NULL)
        bb_tally_hold(klass, &m->window, view->now_us, &usage.allocated, sign);
    m->changed = TRUE;
}

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    BbMetrics *m = data;
    if (run->ends_wait)
        m->n_queued--;
    hold(m, view, run, 1);
    bb_busy_start(&m->busy, &m->window, view, run);
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    BbMetrics *m = data;
    if (how == BB_END_UNFINISHED)
        return;
    hold(m, view, run, -1);
    bb_busy_end(&m->busy, &m->window, view, run);
}

static void
on_evict(gpointer data, const BbView *view, const BbRun *run)
{
    BbMetrics *m = data;
    BbUsage usage = bb_usage_of_run(run, view->cluster);
    BbTimeUs from_us = MAX(run->start_us, m->window.start_us);

    hold(m, view, run, -1);
    bb_busy_end(&m->busy, &m->window, view, run);
    m->changes.n_evicted++;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        m->lost[r] += (BbInt128)usage.allocated.v[r] * MAX(view->now_us - from_us, 0);
    if (run->record->waiting_since_us >= 0)
        m->n_queued++;
}

static void
count_change(BbNodeChanges *changes, BbNodeState was, BbNodeState is)
{
    if (was == is)
        changes->n_updated++;
    else if (was == BB_NODE_ABSENT)
        changes->n_added++;
    else if (is == BB_NODE_ABSENT)
        changes->n_removed++;
    else if (is == BB_NODE_DOWN)
        changes->n_failed++;
    else
        changes->n_repaired++;
}

static void
on_node(gpointer data, const BbView *view, guint32 node, BbNodeState was, const BbResources *had)
{
    BbMetrics *m = data;
    BbNodeState is = bb_cluster_node(view->cluster, node)->state;
    count_change(&m->changes, was, is);
    m->n_nodes_up += (is == BB_NODE_UP) - (was == BB_NODE_UP);
    bb_busy_change(&m->busy, &m->window, view, node, had);
    set_capacity(m, view);
    m->changed = TRUE;
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbMetrics *m = data;
    BbTimeUs submit_us = record->job.submit_us;
    gboolean waits = record->waiting_since_us >= 0;

    m->n_done++;
    m->waits_us += record->waited_us + (waits ? view->now_us - record->waiting_since_us : 0);
    if (waits && record->state != BB_JOB_UNFINISHED) {
        m->n_queued--;
        m->changed = TRUE;
    }
    if (record->state != BB_JOB_REJECTED && record->state != BB_JOB_UNFINISHED)
        m->last_finish_us = MAX(m->last_finish_us, record->finish_us);
    if (submit_us < m->window.start_us)
        return;

    BbMeasured measured = bb_measure_job(record, view->now_us);
    BbTally *kind = kind_tally(m, record->job.shape->kind);
    BbTally *klass = class_tally(m, record->job.class_name);
    bb_tally_job(&m->all, record, &measured);
    if (kind != NULL)
        bb_tally_job(kind, record, &measured);
    if (klass != NULL)
        bb_tally_job(klass, record, &measured);
}

static void
on_instant(gpointer data, const BbView *view)
{
    BbMetrics *m = data;
    if (!m->changed)
        return;
    const BbResources *free = bb_cluster_free_sum(view->cluster);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_integral_set(&m->free[r], &m->window, view->now_us, free->v[r]);
    bb_integral_set(&m->queue, &m->window, view->now_us, m->n_queued);
    if (m->window.warmup_us != 0)
        bb_integral_set(&m->queue_whole, &m->whole, view->now_us, m->n_queued);
    bb_busy_settle(&m->busy, &m->window, view->now_us);
    m->changed = FALSE;
}

static void
on_finish(gpointer data, const BbView *view)
{
    BbMetrics *m = data;
    m->end_us = view->now_us;
    m->n_nodes = bb_cluster_n(view->cluster);
    m->modelled = bb_cluster_modelled(view->cluster);
    m->capacity = *bb_cluster_capacity(view->cluster);
}

BbObserver
bb_metrics_observer(BbMetrics *m)
{
    return (BbObserver){
        .data = m,
        .on_submit = on_submit,
        .on_start = on_start,
        .on_end = on_end,
        .on_evict = on_evict,
        .on_node = on_node,
        .on_job_done = on_job_done,
        .on_instant = on_instant,
        .on_finish = on_finish,
    };
}

static BbInt128
over_window(const BbMetrics *m, const BbIntegral *x)
{
    return bb_integral_over(x, &m->window, m->window_all, m->end_us);
}

static void
fill_times(const BbMetrics *m, BbResult *out)
{
    out->window_all = m->window_all;
    out->first_submit_us = m->window.first_submit_us;
    out->last_submit_us = m->window.last_submit_us;
    out->last_finish_us = m->last_finish_us;
    out->window_start_us = out->window_end_us = -1;
    if (m->n_submitted > 0) {
        out->window_start_us = m->window.start_us;
        out->window_end_us = bb_window_end(&m->window, m->window_all, m->end_us);
    }
    out->end_us = m->end_us;
    out->n_submitted = m->n_submitted;
    out->n_with_estimate = m->n_with_estimate;
}

static void
fill_waterfall(const BbMetrics *m, BbResult *out, BbResource r)
{
    BbInt128 *bins = out->waterfall[r];
    BbInt128 allocated = over_window(m, &m->allocated[r]);
    BbInt128 sum = 0;

    out->bought[r] = over_window(m, &m->bought[r]);
    out->up[r] = over_window(m, &m->up[r]);
    out->lost[r] = m->window_all ? m->lost[r] : m->lost_at_submit[r];
    out->busy_capacity[r] = over_window(m, &m->busy.capacity[r]);
    bins[BB_BIN_ALLOCATED_IDLE] = over_window(m, &m->idle[r]);
    bins[BB_BIN_USED] = allocated - bins[BB_BIN_ALLOCATED_IDLE];
    bins[BB_BIN_FREE] = over_window(m, &m->free[r]);
    bins[BB_BIN_FAILED] = out->bought[r] - out->up[r];
    for (guint bin = 0; bin < BB_N_BINS; bin++) {
        g_assert(bins[bin] >= 0);
        sum += bins[bin];
    }
    g_assert(sum == out->bought[r]);
}

static void
fill_populations(BbMetrics *m, BbResult *out)
{
    if (m->only_kind >= 0 && m->only_kind < BB_N_KINDS)
        m->kinds[m->only_kind].jobs = m->all.jobs;
    bb_tally_finish(&m->all, NULL, g_strdup("all"), &out->all);
    for (guint k = 0; k < BB_N_KINDS; k++)
        bb_tally_finish(&m->kinds[k], &out->all, g_strdup(bb_kind_names[k]), &out->kinds[k]);
    out->n_classes = m->classes->len;
    out->classes = g_new0(BbPopulation, out->n_classes);
    for (guint c = 0; c < out->n_classes; c++) {
        const char *name = bb_names_text(m->names, g_array_index(m->class_names, guint32, c));
        bb_tally_finish(g_ptr_array_index(m->classes, c), &out->all, g_strdup(name),
                        &out->classes[c]);
    }
}

static void
fill_allocated(const BbMetrics *m, BbResult *out, BbResource r)
{
    out->all.allocated[r] = over_window(m, &m->allocated[r]);
    for (guint k = 0; k < BB_N_KINDS; k++)
        out->kinds[k].allocated[r] = over_window(m, &m->kinds[k].allocated[r]);
    for (guint c = 0; c < out->n_classes; c++) {
        const BbTally *klass = g_ptr_array_index(m->classes, c);
        out->classes[c].allocated[r] = over_window(m, &klass->allocated[r]);
    }
}

BbResult *
bb_metrics_result(BbMetrics *m)
{
    BbResult *out = g_new0(BbResult, 1);
    g_assert(m->end_us >= 0 && m->n_done == m->n_submitted);

    if (m->holding_kind >= 0 && m->holding_kind < BB_N_KINDS)
        memcpy(m->kinds[m->holding_kind].allocated, m->allocated, sizeof m->allocated);
    fill_times(m, out);
    fill_populations(m, out);
    out->modelled = m->modelled;
    out->capacity = m->capacity;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        fill_waterfall(m, out, r);
        fill_allocated(m, out, r);
    }
    out->n_nodes = m->n_nodes;
    out->up_node_us = over_window(m, &m->nodes_up);
    out->changes = m->changes;
    out->busy_node_us = over_window(m, &m->busy.nodes);
    out->busy_peak = (guint)(m->window_all ? m->busy.peak : m->busy.peak_at_submit);
    out->queue_us = over_window(m, &m->queue);
    out->queue_all_us = bb_integral_over(m->window.warmup_us == 0 ? &m->queue : &m->queue_whole,
                                         &m->whole, TRUE, m->end_us);
    out->waits_all_us = m->waits_us;
    return out;
}
