/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gang is one run, and the slowest of its nodes decides how long it takes; every other task is a
 * run of its own, but tasks that start together may go at the pace of the slowest. jobs.csv tells
 * only the first start and the last end of a job that is no gang: where these leave no room for
 * another start, all its tasks ran between them, else their times are unknown. */
#include "sim/lab/bb-verify-private.h"

#include "sim/base/bb-units.h"

/* ---- how long ---- */

/* Uncut; NEVER: a service. Rounded up. */
static BbTimeUs
full_length(const BbClaim *job, guint32 speed_milli)
{
    if (job->runtime_us == BB_TIME_NEVER)
        return BB_TIME_NEVER;
    BbInt128 scaled = ((BbInt128)job->runtime_us * 1000 + speed_milli - 1) / speed_milli;
    return scaled > BB_TIME_MAX ? BB_TIME_MAX : (BbTimeUs)scaled;
}

static void
find_speeds(const BbReferee *referee, const BbHeld *held, guint n, guint32 *out_slowest,
            guint32 *out_fastest)
{
    *out_slowest = G_MAXUINT32;
    *out_fastest = 0;
    for (guint i = 0; i < n; i++) {
        guint32 speed = bb_cluster_node(referee->cluster, held[i].node)->speed_milli;
        *out_slowest = MIN(*out_slowest, speed);
        *out_fastest = MAX(*out_fastest, speed);
    }
}

static char *
describe_length(BbTimeUs length_us, BbTimeUs limit_us)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (length_us == BB_TIME_NEVER)
        return g_strdup("to the end");
    bb_append_seconds(out, length_us);
    return g_strconcat(out->str, " s", length_us == limit_us ? ", its estimate" : "", NULL);
}

static gboolean
outlives_simulation(const BbReferee *referee, BbTimeUs from_us, BbTimeUs length_us)
{
    gint64 until_us = referee->experiment->until_us;
    return length_us == BB_TIME_NEVER ||
           (until_us >= 0 && bb_time_add(from_us, length_us) > until_us);
}

static void
check_length(BbReferee *referee, const BbClaim *job, const BbHeld *run, BbTimeUs length_us)
{
    BbTimeUs claimed_us = run->to_us == BB_TIME_NEVER ? BB_TIME_NEVER : run->to_us - run->from_us;
    if (claimed_us == length_us ||
        (claimed_us == BB_TIME_NEVER && outlives_simulation(referee, run->from_us, length_us)))
        return;
    g_autofree char *claimed = describe_length(claimed_us, -1);
    g_autofree char *length = describe_length(length_us, job->limit_us);
    bb_referee_say_job(referee, job, run->from_us, "runs %s, expected %s", claimed, length);
}

/* ---- how it ended ---- */

static void
check_end(BbReferee *referee, const BbClaim *job, BbTimeUs time_us, gint claimed,
          BbJobState expected)
{
    if (claimed >= 0 && claimed != (gint)expected && job->state != BB_JOB_REJECTED)
        bb_referee_say_job(referee, job, time_us, "is %s, expected %s", bb_job_state_names[claimed],
                           bb_job_state_names[expected]);
}

/* Of the whole job. What it needed may be gone for good where nodes come and go. */
static void
check_state(BbReferee *referee, const BbClaim *job, BbJobState expected)
{
    guint n_changes;
    bb_cluster_changes(referee->cluster, &n_changes);
    if (job->state != BB_JOB_FAILED || n_changes == 0)
        check_end(referee, job, job->start_us, job->state, expected);
}

static BbJobState
end_of(const BbClaim *job, const BbHeld *run, BbTimeUs full_us)
{
    if (run->to_us == BB_TIME_NEVER)
        return BB_JOB_UNFINISHED;
    return full_us > job->limit_us ? BB_JOB_KILLED : BB_JOB_COMPLETED;
}

static BbJobState
check_run(BbReferee *referee, const BbClaim *job, const BbHeld *run, guint n, guint32 speed_milli)
{
    BbTimeUs full_us = full_length(job, speed_milli);
    BbJobState end = end_of(job, run, full_us);
    check_length(referee, job, run, MIN(full_us, job->limit_us));
    for (guint i = 0; i < n && referee->from_allocations; i++)
        check_end(referee, job, run->from_us, run[i].end, end);
    return end;
}

static guint32
own_pace(const BbReferee *referee, const BbHeld *held)
{
    return bb_cluster_node(referee->cluster, held->node)->speed_milli;
}

static BbJobState
check_gang(BbReferee *referee, const BbClaim *job, const BbHeld *held)
{
    guint32 slowest, fastest;
    find_speeds(referee, held, job->n_held, &slowest, &fastest);
    return check_run(referee, job, held, job->n_held, slowest);
}

static gboolean
is_torn(const BbClaim *job, const BbHeld *held)
{
    for (guint i = 1; i < job->n_held; i++) {
        if (held[i].from_us != held->from_us || held[i].to_us != held->to_us)
            return TRUE;
    }
    return FALSE;
}

static void
check_timed(BbReferee *referee, const BbClaim *job, const BbHeld *held)
{
    gboolean killed = FALSE, unfinished = FALSE;
    guint64 n_tasks = 0;
    if (job->gang && is_torn(job, held)) {
        bb_referee_say_job(referee, job, job->start_us,
                           "is a gang, but not all of it starts and ends at once");
        return;
    }
    for (guint i = 0; i < (job->gang ? 1 : job->n_held); i++) {
        BbJobState end = job->gang
                             ? check_gang(referee, job, held)
                             : check_run(referee, job, held + i, 1, own_pace(referee, held + i));
        killed = killed || end == BB_JOB_KILLED;
        unfinished = unfinished || end == BB_JOB_UNFINISHED;
    }
    for (guint i = 0; i < job->n_held; i++)
        n_tasks += held[i].n_tasks;
    unfinished = unfinished || n_tasks < job->n_tasks;
    check_state(referee, job,
                unfinished ? BB_JOB_UNFINISHED
                : killed   ? BB_JOB_KILLED
                           : BB_JOB_COMPLETED);
}

/* ---- tasks whose times nobody tells ---- */

static gboolean
is_untimed(const BbReferee *referee, const BbClaim *job, const BbHeld *held)
{
    guint32 slowest, fastest;
    if (referee->from_allocations)
        return FALSE;
    if (job->n_evictions > 0)
        return TRUE;
    if (job->gang)
        return FALSE;
    find_speeds(referee, held, job->n_held, &slowest, &fastest);
    return slowest != fastest || job->finish_us < 0 ||
           job->finish_us - job->start_us != MIN(full_length(job, slowest), job->limit_us);
}

static void
check_untimed(BbReferee *referee, BbClaim *job, const BbHeld *held)
{
    guint32 slowest, fastest;
    find_speeds(referee, held, job->n_held, &slowest, &fastest);
    BbTimeUs full_us = full_length(job, slowest), length_us = MIN(full_us, job->limit_us);
    job->untimed = TRUE;
    referee->verdict->n_untimed++;
    if (job->finish_us < 0) {
        check_state(referee, job, BB_JOB_UNFINISHED);
        return;
    }
    g_autofree char *length = describe_length(length_us, job->limit_us);
    if (job->finish_us - job->start_us < length_us)
        bb_referee_say_job(referee, job, job->start_us, "ends too soon: a task of it runs %s",
                           length);
    check_state(referee, job, full_us > job->limit_us ? BB_JOB_KILLED : BB_JOB_COMPLETED);
}

/* ---- where ---- */

static void
check_places(BbReferee *referee, const BbClaim *job, const BbHeld *held)
{
    for (guint i = 0; i < job->n_held; i++) {
        const BbNode *node = bb_cluster_node(referee->cluster, held[i].node);
        if (bb_referee_admits(node, job->shape))
            continue;
        g_autofree char *reason = bb_referee_why_not(referee, node, job->shape);
        g_autofree char *label = bb_referee_label(referee, job);
        bb_referee_say(referee, held[i].from_us, "node %s: %s, as %s starts",
                       bb_referee_node_name(referee, held[i].node), reason, label);
    }
}

void
bb_referee_check_runs(BbReferee *referee, BbClaim *job)
{
    const BbHeld *held;

    if (job->n_held == 0)
        return;
    held = (const BbHeld *)(gpointer)referee->held->data + job->first_held;
    check_places(referee, job, held);
    if (is_untimed(referee, job, held))
        check_untimed(referee, job, held);
    else
        check_timed(referee, job, held);
}
