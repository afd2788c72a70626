/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Fairness by jobs: who starts later than first come, first served, would have let it? Jobs are
 * matched by their order of arrival, which no policy changes. 8 bytes a job. */
#pragma once

#include "sim/contract/bb-observer.h"

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
