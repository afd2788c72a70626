/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Users drawn anew with their jobs: the bootstrap of a trace, whose unit is the user (class), not
 * the job (Zakay & Feitelson, 2013). Daily and weekly cycles and the bursts of each user stay.
 *
 *   long-term user    submits in at least half of the weeks of the trace: drawn with replacement, moved
 *                     by a whole number of weeks, round the end of the trace
 *   short-term user   drawn with replacement, begins in some week at its own weekday and hour
 * There are as many of either as in the trace. Traces of less than a week and a half are not moved. A
 * user drawn again is another user: class, group, ids get "#2", "#3", ... Jobs that are moved round the
 * end, before one that they come `after`, do not wait for it; copies are nowhere at the start. */
#pragma once

#include "sim/lab/bb-rework.h"

#define BB_RESAMPLE_MIN_USERS 5

/* Draws are keyed by (seed, place among the drawn, number): policies meet the same users. */
typedef struct {
    guint64 seed;
    guint32 number; /* 1, 2, .. */
} BbResample;

/* Borrows the resample. Its change is BB_ERROR_USAGE with fewer than BB_RESAMPLE_MIN_USERS users. */
BbRework bb_resample_rework(const BbResample *resample);
