/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Submissions come in order, so the work before r is known at r: the largest of r x capacity - work
 * before r is kept, and the whole work added at the end. */
#include "bb-bounds.h"

#include "sim/lab/stat/bb-pack-bound.h"

#include <string.h>

typedef struct {
    BbInt128 before; /* work submitted so far, amount x us */
    BbInt128 lead;   /* max of r x capacity - before(r) */
    BbInt128 lost;   /* of jobs that did not end */
} Area;

struct _BbBoundsFinder {
    const BbCluster *cluster;
    BbResources capacity;                   /* the most there ever is */
    BbTimeUs first_us, longest_us, last_us; /* -1: none */
    guint64 n_jobs, n_lost;
    Area areas[BB_N_RESOURCES];
    GArray *standing; /* of BbResources, a row a task that never ends */
};

static BbResources
most_capacity(const BbCluster *cluster)
{
    guint n = bb_cluster_n(cluster);
    g_autofree gboolean *ever_up = g_new(gboolean, n);
    g_autofree BbResources *most = bb_cluster_most(cluster, ever_up);
    BbResources sum = {{0}};
    for (guint i = 0; i < n; i++)
        bb_resources_add(&sum, &most[i], 1);
    return sum;
}

BbBoundsFinder *
bb_bounds_finder_new(const BbCluster *cluster)
{
    BbBoundsFinder *finder = g_new0(BbBoundsFinder, 1);
    finder->cluster = cluster;
    finder->capacity = most_capacity(cluster);
    finder->first_us = finder->longest_us = finder->last_us = -1;
    finder->standing = g_array_new(FALSE, FALSE, sizeof(BbResources));
    return finder;
}

void
bb_bounds_finder_free(BbBoundsFinder *finder)
{
    if (finder == NULL)
        return;
    g_array_unref(finder->standing);
    g_free(finder);
}

static BbInt128
work_of(const BbJobRecord *record, guint r)
{
    return (BbInt128)record->ideal_us * record->job.shape->need.v[r] * record->n_tasks;
}

static void
on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbBoundsFinder *finder = data;
    const BbResources *capacity = &finder->capacity;
    (void)view;
    if (finder->first_us < 0)
        finder->first_us = record->job.submit_us;
    if (record->ideal_us == BB_TIME_NEVER)
        return;
    gboolean first = finder->n_jobs++ == 0;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        Area *area = &finder->areas[r];
        BbInt128 lead = (BbInt128)record->job.submit_us * capacity->v[r] - area->before;
        if (first || lead > area->lead)
            area->lead = lead;
        area->before += work_of(record, r);
    }
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbBoundsFinder *finder = data;
    (void)view;
    if (record->ideal_us == BB_TIME_NEVER)
        return;
    if (record->state == BB_JOB_COMPLETED || record->state == BB_JOB_KILLED) {
        finder->longest_us = MAX(finder->longest_us, record->job.submit_us + record->ideal_us);
        finder->last_us = MAX(finder->last_us, record->finish_us);
        return;
    }
    finder->n_lost++;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        finder->areas[r].lost += work_of(record, r);
}

/* At the end of the simulation all of them stand at once. */
static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    BbBoundsFinder *finder = data;
    (void)view;
    if (how != BB_END_UNFINISHED || run->record->runtime_us != BB_TIME_NEVER)
        return;
    for (guint t = 0; t < run->n_tasks; t++)
        g_array_append_val(finder->standing, run->record->job.shape->need);
}

BbObserver
bb_bounds_finder_observer(BbBoundsFinder *finder)
{
    return (BbObserver){
        .data = finder, .on_submit = on_submit, .on_job_done = on_job_done, .on_end = on_end};
}

/* ---- the makespan ---- */

static gboolean
is_modelled(const BbBoundsFinder *finder, guint r)
{
    return (bb_cluster_modelled(finder->cluster) >> r & 1) != 0 && finder->capacity.v[r] > 0;
}

static BbTimeUs
area_of(const BbBoundsFinder *finder, guint r)
{
    const Area *area = &finder->areas[r];
    BbInt128 capacity = finder->capacity.v[r];
    BbInt128 lead = finder->n_lost > 0 ? finder->first_us * capacity : area->lead;
    BbInt128 end = (lead + area->before - area->lost + capacity - 1) / capacity;
    return end > BB_TIME_MAX ? BB_TIME_MAX : (BbTimeUs)end;
}

static void
find_makespan(const BbBoundsFinder *finder, BbBounds *out)
{
    out->makespan_area_us = out->makespan_longest_us = out->makespan_us = out->reached_us = -1;
    if (finder->last_us < 0)
        return;
    BbTimeUs area_us = finder->first_us;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (is_modelled(finder, r))
            area_us = MAX(area_us, area_of(finder, r));
    out->makespan_area_us = area_us - finder->first_us;
    out->makespan_longest_us = finder->longest_us - finder->first_us;
    out->makespan_us = MAX(out->makespan_area_us, out->makespan_longest_us);
    out->reached_us = finder->last_us - finder->first_us;
}

/* ---- nodes ---- */

static gint64 *
column_of(const BbBoundsFinder *finder, guint r)
{
    gint64 *sizes = g_new(gint64, finder->standing->len);
    for (guint i = 0; i < finder->standing->len; i++)
        sizes[i] = g_array_index(finder->standing, BbResources, i).v[r];
    return sizes;
}

static gboolean
are_nodes_equal(const BbCluster *cluster)
{
    const BbNode *first = bb_cluster_node(cluster, 0);
    for (guint i = 1; i < bb_cluster_n(cluster); i++)
        if (memcmp(&bb_cluster_node(cluster, i)->capacity, &first->capacity,
                   sizeof first->capacity) != 0)
            return FALSE;
    return TRUE;
}

static gint64
volume_of(const BbBoundsFinder *finder, guint r, const gint64 *sizes)
{
    guint n = bb_cluster_n(finder->cluster);
    g_autofree gint64 *capacities = g_new(gint64, n);
    gint64 total = 0;
    for (guint i = 0; i < n; i++)
        capacities[i] = bb_cluster_node(finder->cluster, i)->capacity.v[r];
    for (guint i = 0; i < finder->standing->len; i++)
        total += sizes[i];
    return (gint64)bb_pack_volume_of_nodes(capacities, n, total);
}

static void
find_nodes(const BbBoundsFinder *finder, BbBounds *out)
{
    guint n = finder->standing->len;
    out->n_standing = n;
    out->nodes_l2 = -1;
    out->nodes = 0;
    gboolean equal = n > 0 && are_nodes_equal(finder->cluster);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        out->nodes_volume[r] = -1;
        if (n == 0 || !is_modelled(finder, r))
            continue;
        g_autofree gint64 *sizes = column_of(finder, r);
        gint64 l2;
        out->nodes_volume[r] = volume_of(finder, r, sizes);
        out->nodes = MAX(out->nodes, out->nodes_volume[r]);
        if (equal &&
            bb_pack_l2(sizes, n, bb_cluster_node(finder->cluster, 0)->capacity.v[r], &l2, NULL))
            out->nodes_l2 = MAX(out->nodes_l2, l2);
    }
    out->nodes = MAX(out->nodes, out->nodes_l2);
}

BbBounds
bb_bounds_finder_get(const BbBoundsFinder *finder)
{
    BbBounds bounds = {0};
    find_makespan(finder, &bounds);
    find_nodes(finder, &bounds);
    return bounds;
}
