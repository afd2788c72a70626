/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One definition per measure; what has not happened by the end is "at least" the time so far. */
#include "sim/observe/bb-measured.h"

static void
set(BbMeasured *measured, BbMeasure measure, double value, gboolean exact)
{
    measured->value[measure] = value;
    measured->how[measure] = exact ? BB_MEASURED_EXACT : BB_MEASURED_AT_LEAST;
}

static void
set_time(BbMeasured *measured, BbMeasure measure, BbTimeUs from_us, BbTimeUs to_us, BbTimeUs now_us)
{
    double seconds = (double)((to_us >= 0 ? to_us : now_us) - from_us) / (double)BB_US_PER_S;
    set(measured, measure, seconds, to_us >= 0);
}

/* What is still being waited for at the end counts as "at least". */
static void
set_queued_total(BbMeasured *measured, const BbJobRecord *record, BbTimeUs now_us)
{
    gboolean waits = record->waiting_since_us >= 0;
    BbTimeUs total = record->waited_us + (waits ? now_us - record->waiting_since_us : 0);

    set(measured, BB_QUEUED_TOTAL, (double)total / (double)BB_US_PER_S, !waits);
}

static void
set_slowdowns(BbMeasured *measured, const BbJobRecord *record, BbTimeUs turnaround_us,
              gboolean exact)
{
    double turnaround = (double)turnaround_us;
    double bounded = turnaround / (double)MAX(record->ideal_us, BB_TAU_US);

    set(measured, BB_BOUNDED_SLOWDOWN, MAX(bounded, 1.0), exact);
    measured->ideal_zero = record->ideal_us == 0;
    if (!measured->ideal_zero)
        set(measured, BB_SLOWDOWN, turnaround / (double)record->ideal_us, exact);
}

BbMeasured
bb_measure_job(const BbJobRecord *record, BbTimeUs now_us)
{
    BbMeasured measured = {.ideal_zero = FALSE};
    BbTimeUs submit_us = record->job.submit_us;
    if (record->state == BB_JOB_REJECTED)
        return measured;

    set_time(&measured, BB_WAIT, submit_us, record->start_us, now_us);
    set_queued_total(&measured, record, now_us);
    if (record->start_us >= 0)
        set_time(&measured, BB_STARTUP, record->start_us, record->ready_us, now_us);

    if (record->runtime_us != BB_TIME_NEVER) {
        gboolean exact = record->state != BB_JOB_UNFINISHED && record->state != BB_JOB_FAILED;
        BbTimeUs finish_us = exact ? record->finish_us : -1;
        set_time(&measured, BB_TURNAROUND, submit_us, finish_us, now_us);
        set_slowdowns(&measured, record, (exact ? finish_us : now_us) - submit_us, exact);
    }
    return measured;
}
