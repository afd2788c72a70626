/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts by order of arrival. */
#include "bb-delays.h"

#include <math.h>

struct _BbDelays {
    const BbDelays *reference;
    BbTimeUs warmup_us, first_us;
    GArray *starts;  /* of BbTimeUs; BB_TIME_NEVER: never */
    GArray *submits; /* of BbTimeUs */
    guint64 n_counted, n_delayed;
    BbOffered offered;
};

BbDelays *
bb_delays_new(const BbDelays *reference, BbTimeUs warmup_us)
{
    BbDelays *delays = g_new0(BbDelays, 1);
    delays->reference = reference;
    delays->warmup_us = warmup_us;
    delays->first_us = -1;
    delays->starts = g_array_new(FALSE, FALSE, sizeof(BbTimeUs));
    delays->submits = g_array_new(FALSE, FALSE, sizeof(BbTimeUs));
    return delays;
}

void
bb_delays_free(BbDelays *delays)
{
    if (delays == NULL)
        return;
    g_array_unref(delays->starts);
    g_array_unref(delays->submits);
    g_free(delays);
}

static void
on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbDelays *delays = data;
    BbTimeUs never = BB_TIME_NEVER;
    (void)view;
    bb_offered_add(&delays->offered, record->job.submit_us, record->runtime_us, record->n_tasks,
                   &record->job.shape->need);
    if (delays->first_us < 0)
        delays->first_us = record->job.submit_us;
    while (delays->starts->len <= record->job.seq) {
        g_array_append_val(delays->starts, never);
        g_array_append_val(delays->submits, record->job.submit_us);
    }
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbDelays *delays = data;
    guint64 seq = record->job.seq;
    BbTimeUs start_us = record->start_us >= 0 ? record->start_us : BB_TIME_NEVER;
    (void)view;
    g_array_index(delays->starts, BbTimeUs, seq) = start_us;
    if (delays->reference == NULL || seq >= delays->reference->starts->len ||
        record->job.submit_us < delays->first_us + delays->warmup_us)
        return;
    delays->n_counted++;
    delays->n_delayed += start_us > g_array_index(delays->reference->starts, BbTimeUs, seq);
}

BbObserver
bb_delays_observer(BbDelays *delays)
{
    return (BbObserver){.data = delays, .on_submit = on_submit, .on_job_done = on_job_done};
}

double
bb_delays_frac(const BbDelays *delays)
{
    return delays->n_counted > 0 ? (double)delays->n_delayed / (double)delays->n_counted : NAN;
}

const BbOffered *
bb_delays_offered(const BbDelays *delays)
{
    return &delays->offered;
}

guint
bb_delays_n(const BbDelays *delays)
{
    return delays->starts->len;
}

BbTimeUs
bb_delays_submit_us(const BbDelays *delays, guint i)
{
    return g_array_index(delays->submits, BbTimeUs, i) - delays->first_us;
}

double
bb_delays_wait_s(const BbDelays *delays, guint i)
{
    BbTimeUs start_us = g_array_index(delays->starts, BbTimeUs, i);
    if (start_us == BB_TIME_NEVER)
        return NAN;
    return (double)(start_us - g_array_index(delays->submits, BbTimeUs, i)) / (double)BB_US_PER_S;
}
