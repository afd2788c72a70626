/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be said of one job without looking at the others, but for those it comes after. */
#include "sim/lab/bb-verify-private.h"

#include "sim/base/bb-units.h"

static char *
seconds(BbTimeUs time_us)
{
    GString *out = g_string_new(NULL);
    bb_append_seconds(out, time_us);
    return g_string_free(out, FALSE);
}

/* ---- jobs that never ran ---- */

static void
check_idle(BbReferee *referee, const BbClaim *job)
{
    if (job->finish_us >= 0 || job->n_held > 0)
        bb_referee_say_job(referee, job, MAX(job->finish_us, job->submit_us),
                           "%s, but it never started", job->finish_us >= 0 ? "ends" : "has nodes");
    if (job->state == BB_JOB_COMPLETED || job->state == BB_JOB_KILLED)
        bb_referee_say_job(referee, job, job->submit_us, "is %s, but it never started",
                           bb_job_state_names[job->state]);
}

/* ---- jobs that ran ---- */

static void
check_start(BbReferee *referee, const BbClaim *job)
{
    g_autofree char *submit = seconds(job->submit_us);
    if (job->state == BB_JOB_REJECTED)
        bb_referee_say_job(referee, job, job->start_us, "is rejected, but it started");
    if (job->start_us < job->submit_us)
        bb_referee_say_job(referee, job, job->start_us, "starts before it is submitted at %s s",
                           submit);
    if (*job->there && job->start_us > job->submit_us)
        bb_referee_say_job(referee, job, job->start_us,
                           "was already there at %s s by the trace, but starts later", submit);
}

/* Tasks are numbered from 0, each once. */
static gboolean
tasks_follow(const BbReferee *referee, const BbClaim *job, guint32 *out_n)
{
    *out_n = 0;
    for (guint i = 0; i < job->n_held; i++) {
        const BbHeld *held = bb_referee_held(referee, job->first_held + i);
        if (held->first_task != *out_n)
            return FALSE;
        *out_n += held->n_tasks;
    }
    return TRUE;
}

static void
check_tasks(BbReferee *referee, const BbClaim *job)
{
    guint32 n;
    gboolean partly = !job->gang && job->state == BB_JOB_UNFINISHED && job->n_held > 0;
    partly = partly || job->state == BB_JOB_FAILED ||
             (job->state == BB_JOB_UNFINISHED && job->n_evictions > 0);
    if (!tasks_follow(referee, job, &n))
        bb_referee_say_job(referee, job, job->start_us, "task %u is missing or there twice", n);
    else if (n != job->n_tasks && !(partly && n < job->n_tasks))
        bb_referee_say_job(referee, job, job->start_us, "%u of %u tasks have a place", n,
                           job->n_tasks);
}

/* ---- jobs.csv against allocations.csv, and against the trace ---- */

/* Adds up tasks by node, `sign` times. */
static void
add_tasks(GHashTable *n_tasks, const BbHeld *held, guint n, gint sign)
{
    for (guint i = 0; i < n; i++) {
        gpointer node = GUINT_TO_POINTER(held[i].node);
        gssize sum = (gssize)g_hash_table_lookup(n_tasks, node);
        g_hash_table_insert(n_tasks, node, (gpointer)(sum + sign * (gssize)held[i].n_tasks));
    }
}

/* Are the places the same, whatever their order? */
static gboolean
same_places(BbReferee *referee, const BbClaim *job, const char *nodes)
{
    g_autoptr(GArray) told = g_array_new(FALSE, FALSE, sizeof(BbHeld));
    g_autoptr(GHashTable) n_tasks = g_hash_table_new(NULL, NULL);
    const BbHeld *held = (const BbHeld *)(gpointer)referee->held->data + job->first_held;
    GHashTableIter iter;
    gpointer sum;
    bb_referee_add_places(referee, (guint32)(job - bb_referee_job(referee, 0)), nodes, told);
    add_tasks(n_tasks, held, job->n_held, 1);
    add_tasks(n_tasks, (const BbHeld *)(gpointer)told->data, told->len, -1);
    g_hash_table_iter_init(&iter, n_tasks);
    while (g_hash_table_iter_next(&iter, NULL, &sum))
        if (sum != NULL)
            return FALSE;
    return TRUE;
}

static void
check_against_allocations(BbReferee *referee, const BbClaim *job)
{
    BbTimeUs from_us = job->evicted_from_us, to_us = 0;
    for (guint i = 0; i < job->n_held; i++) {
        const BbHeld *held = bb_referee_held(referee, job->first_held + i);
        from_us = MIN(from_us, held->from_us);
        to_us = MAX(to_us, held->to_us);
    }
    if (job->n_held == 0)
        return;
    if (from_us != job->start_us)
        bb_referee_say_job(referee, job, job->start_us,
                           "starts at another time than in allocations.csv");
    if (to_us != (job->finish_us < 0 ? BB_TIME_NEVER : job->finish_us) &&
        job->state != BB_JOB_FAILED && (job->finish_us >= 0 || job->state != BB_JOB_UNFINISHED))
        bb_referee_say_job(referee, job, job->start_us,
                           "ends at another time than in allocations.csv");
    if (*job->nodes && !same_places(referee, job, job->nodes))
        bb_referee_say_job(referee, job, job->start_us,
                           "is on other nodes than in allocations.csv");
}

static void
check_there(BbReferee *referee, const BbClaim *job)
{
    if (*job->there && job->n_held > 0 && job->n_evictions == 0 &&
        !same_places(referee, job, job->there))
        bb_referee_say_job(referee, job, job->start_us, "was on %s by the trace, and is not",
                           job->there);
}

/* ---- what it comes after ---- */

static void
check_blocker(BbReferee *referee, const BbClaim *job, const BbClaim *blocker)
{
    if (blocker->n_listed == 0 || blocker->state == BB_JOB_REJECTED)
        return;
    if (blocker->finish_us < 0 || blocker->finish_us > job->start_us)
        bb_referee_say_job(referee, job, job->start_us, "starts before job %s, its after, is over",
                           blocker->id);
}

static void
check_after(BbReferee *referee, const BbClaim *job)
{
    g_auto(GStrv) ids = g_strsplit(job->after, ";", -1);
    const char *workload = referee->workload_names->pdata[job->workload];
    for (guint i = 0; ids[i] && !*job->there; i++) {
        const BbClaim *blocker = bb_referee_find(referee, workload, g_strstrip(ids[i]));
        if (blocker && blocker != job)
            check_blocker(referee, job, blocker);
    }
}

static void
check_job(BbReferee *referee, BbClaim *job)
{
    if (job->n_listed == 0) {
        bb_referee_say_job(referee, job, job->submit_us,
                           "is in the trace, but not in the schedule");
        return;
    }
    if (job->claimed_submit_us >= 0 && job->claimed_submit_us != job->submit_us)
        bb_referee_say_job(referee, job, job->claimed_submit_us,
                           "is submitted at another time than in the trace");
    if (job->start_us < 0) {
        check_idle(referee, job);
        return;
    }
    referee->verdict->n_started++;
    check_start(referee, job);
    check_tasks(referee, job);
    if (referee->from_allocations)
        check_against_allocations(referee, job);
    check_there(referee, job);
    if (*job->after)
        check_after(referee, job);
    bb_referee_check_runs(referee, job);
}

void
bb_referee_check_jobs(BbReferee *referee)
{
    for (guint i = 0; i < referee->jobs->len; i++)
        check_job(referee, bb_referee_job(referee, i));
}
