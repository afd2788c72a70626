/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queued_total has no series of its own until the first job was evicted: it is the wait until then. */
#include "sim/observe/bb-tally.h"

void
bb_tally_clear(BbTally *tally)
{
    for (guint m = 0; m < BB_N_MEASURES; m++)
        g_clear_pointer(&tally->series[m], bb_series_free);
}

static void
count_state(BbJobCounts *jobs, const BbJobRecord *record)
{
    switch (record->state) {
    case BB_JOB_COMPLETED:
        jobs->completed++;
        break;
    case BB_JOB_KILLED:
        jobs->killed++;
        break;
    case BB_JOB_FAILED:
        jobs->failed++;
        break;
    case BB_JOB_REJECTED:
        jobs->rejected++;
        break;
    case BB_JOB_WAITING:
    case BB_JOB_RUNNING:
    case BB_JOB_UNFINISHED:
    case BB_N_JOB_STATES:
        jobs->unfinished++;
        jobs->censored += record->start_us < 0;
        break;
    }
}

static void
add_value(BbTally *tally, BbMeasure measure, const BbMeasured *measured)
{
    if (measured->how[measure] == BB_MEASURED_ABSENT)
        return;
    if (tally->series[measure] == NULL)
        tally->series[measure] = bb_series_new();
    if (measured->how[measure] == BB_MEASURED_EXACT)
        bb_series_add(tally->series[measure], measured->value[measure]);
    else
        bb_series_add_censored(tally->series[measure], measured->value[measure]);
}

static void
begin_queued_total(BbTally *tally)
{
    const BbSeries *wait = tally->series[BB_WAIT];

    tally->series[BB_QUEUED_TOTAL] = wait != NULL ? bb_series_copy(wait) : bb_series_new();
}

void
bb_tally_job(BbTally *tally, const BbJobRecord *record, const BbMeasured *measured)
{
    BbJobCounts *jobs = &tally->jobs;
    jobs->submitted++;
    jobs->evictions += record->n_evictions;
    jobs->ideal_zero += measured->ideal_zero ? 1 : 0;
    if (record->start_us >= 0) {
        jobs->started++;
        jobs->waited += record->start_us > record->job.submit_us;
    }
    count_state(jobs, record);
    if (record->n_evictions > 0 && tally->series[BB_QUEUED_TOTAL] == NULL)
        begin_queued_total(tally);
    for (guint m = 0; m < BB_N_MEASURES; m++)
        if (m != BB_QUEUED_TOTAL || tally->series[m] != NULL)
            add_value(tally, m, measured);
}

void
bb_tally_copy_jobs(BbTally *to, const BbTally *from)
{
    g_assert(to->jobs.submitted == 0);
    to->jobs = from->jobs;
    for (guint m = 0; m < BB_N_MEASURES; m++)
        if (from->series[m] != NULL)
            to->series[m] = bb_series_copy(from->series[m]);
}

void
bb_tally_hold(BbTally *tally, const BbWindow *window, BbTimeUs now_us, const BbResources *allocated,
              gint sign)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_integral_add(&tally->allocated[r], window, now_us, sign * allocated->v[r]);
}

static BbSummaryStat
summarize(BbSeries *series)
{
    if (series != NULL)
        return bb_series_summary(series);
    g_autoptr(BbSeries) empty = bb_series_new();
    return bb_series_summary(empty);
}

void
bb_tally_finish(BbTally *tally, const BbPopulation *all, char *name, BbPopulation *out)
{
    *out = (BbPopulation){.name = name, .jobs = tally->jobs};
    for (guint m = 0; m < BB_N_MEASURES; m++) {
        if (all != NULL && all->jobs.submitted == tally->jobs.submitted)
            out->stats[m] = all->stats[m];
        else
            out->stats[m] = summarize(tally->series[m]);
    }
    if (tally->series[BB_QUEUED_TOTAL] == NULL && tally->jobs.evictions == 0)
        out->stats[BB_QUEUED_TOTAL] = out->stats[BB_WAIT];
}
