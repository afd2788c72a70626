/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a node's change costs its place cannot be said without knowing the order of starts; that the node
 * changed then, and by how much too many had to go, can. */
#include "sim/lab/bb-verify-private.h"

/* The first change at or after the time. */
static guint
first_change(const BbNodeChange *changes, guint n, BbTimeUs time_us)
{
    guint low = 0, high = n;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (changes[middle].time_us < time_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static gboolean
changes_at(const BbReferee *referee, guint32 node, BbTimeUs time_us)
{
    guint n;
    const BbNodeChange *changes = bb_cluster_changes(referee->cluster, &n);
    for (guint i = first_change(changes, n, time_us); i < n && changes[i].time_us == time_us; i++)
        if (changes[i].node == node)
            return TRUE;
    return FALSE;
}

static gboolean
is_other_run(const BbHeld *a, const BbHeld *b)
{
    return a->job != b->job || a->from_us != b->from_us || a->to_us != b->to_us;
}

/* Tasks of a gang went together, for one of their nodes; every other task for its own. Their number. */
static guint
check_run(BbReferee *referee, const BbHeld *run, guint n)
{
    const BbClaim *job = bb_referee_job(referee, run->job);
    gboolean any = FALSE;
    guint k = 0;
    for (; k < n && (k == 0 || (job->gang && !is_other_run(run, &run[k]))); k++)
        any = any || changes_at(referee, run[k].node, run->to_us);
    if (!any)
        bb_referee_say_job(referee, job, run->to_us,
                           "is evicted from node %s, which did not change",
                           bb_referee_node_name(referee, run->node));
    if (run->from_us < job->submit_us)
        bb_referee_say_job(referee, job, run->from_us, "starts before it is submitted");
    return k;
}

static void
check_count(BbReferee *referee, const BbClaim *job)
{
    gint64 n = job->gang ? job->n_evicted / MAX(job->n_tasks, 1) : job->n_evicted;
    if (job->n_listed > 0 && n != job->n_evictions)
        bb_referee_say_job(referee, job, MAX(job->start_us, 0),
                           "was evicted %" G_GINT64_FORMAT
                           " times, in allocations.csv %" G_GINT64_FORMAT,
                           job->n_evictions, n);
}

static gint
by_job_and_time(gconstpointer a, gconstpointer b)
{
    const BbHeld *x = a, *y = b;
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    if (x->from_us != y->from_us)
        return x->from_us < y->from_us ? -1 : 1;
    return (x->to_us > y->to_us) - (x->to_us < y->to_us);
}

void
bb_referee_check_evicted(BbReferee *referee)
{
    GArray *evicted = referee->evicted;
    g_array_sort(evicted, by_job_and_time);
    for (guint i = 0; i < evicted->len;)
        i += check_run(referee, &g_array_index(evicted, BbHeld, i), evicted->len - i);
    for (guint i = 0; referee->from_allocations && i < referee->jobs->len; i++)
        check_count(referee, bb_referee_job(referee, i));
    g_array_append_vals(referee->held, evicted->data, evicted->len);
}
