/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Starts of jobs, to be set against those of another run: who starts later than first come, first
 * served, would have let it? Jobs are matched by their order of arrival, which no policy changes. 16
 * bytes a job. */
#pragma once

#include "sim/contract/bb-observer.h"
#include "sim/lab/bb-offered.h"

typedef struct _BbDelays BbDelays;

/* `reference`: the starts to measure against, NULL to note them only. Borrowed. Jobs submitted less than
 * warmup_us after the first one are not counted. */
BbDelays *bb_delays_new(const BbDelays *reference, BbTimeUs warmup_us);
void bb_delays_free(BbDelays *delays);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbDelays, bb_delays_free)
BbObserver bb_delays_observer(BbDelays *delays);
/* Jobs that started later than in the reference, or not at all where it started them, over all. NaN
 * without a reference or jobs. After the run. */
double bb_delays_frac(const BbDelays *delays);

/* The load of all jobs. */
const BbOffered *bb_delays_offered(const BbDelays *delays);

/* The jobs by arrival: how many, when each was submitted (from the first one on), how long it waited in
 * seconds; NaN: it never started. */
guint bb_delays_n(const BbDelays *delays);
BbTimeUs bb_delays_submit_us(const BbDelays *delays, guint i);
double bb_delays_wait_s(const BbDelays *delays, guint i);
