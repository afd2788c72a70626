/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan in the hands of a queue: the same searches and holds as plan=rebuild, one at a time, for a
 * length that the queue may make longer than the job's. */
#include "sim/engine/bb-plan-private.h"

static gint64
need_of(const BbJob *job)
{
    return job->shape->need.v[BB_CPU] * bb_job_least_tasks(job);
}

const BbCluster *
bb_pass_cluster(const BbPass *pass)
{
    return pass->engine->cluster;
}

void
bb_pass_wake(BbPass *pass, BbTimeUs time_us)
{
    if (time_us > pass->engine->view.now_us && time_us != BB_TIME_NEVER)
        bb_event_queue_push(pass->engine->events, time_us, EVENT_WAKE, NULL);
}

void
bb_pass_plan_begin(BbPass *pass)
{
    bb_plan_start_over(pass->engine->plan);
}

BbTimeUs
bb_pass_plan_earliest(BbPass *pass, const BbJob *job, BbTimeUs length_us)
{
    BbPlan *plan = pass->engine->plan;

    if (bb_engine_is_interrupted(pass->engine))
        return BB_TIME_NEVER;
    length_us = MAX(length_us, 1);
    if (plan->profile)
        return bb_profile_earliest(plan->profile, need_of(job), length_us, BB_TIME_NEVER);
    return bb_forecast_earliest(plan->forecast, job, bb_job_least_tasks(job), length_us,
                                pass->engine->view.now_us, plan->placed);
}

gboolean
bb_pass_plan_start(BbPass *pass, const BbJob *job)
{
    BbLive *live = (BbLive *)(gsize)job;

    bb_plan_start(pass->engine->plan, live);
    return !live->queued;
}

void
bb_pass_plan_hold(BbPass *pass, const BbJob *job, BbTimeUs start_us, BbTimeUs length_us)
{
    BbPlan *plan = pass->engine->plan;
    BbTimeUs end_us = bb_time_add(start_us, MAX(length_us, 1));

    if (plan->profile)
        bb_profile_add(plan->profile, start_us, end_us, -need_of(job));
    else
        bb_forecast_hold(plan->forecast, job, job->shape,
                         (const BbPlaced *)(gconstpointer)plan->placed->data, plan->placed->len,
                         start_us, end_us);
}
