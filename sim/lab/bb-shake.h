/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Shaking: the same trace with every run time and submission moved a little (Tsafrir, Ouaknine,
 * Feitelson, 2007). An effect that is there in every shake is one of the trace, not of one accident of
 * its order; of other months shakes say nothing.
 *
 *   run time   x U(0.99, 1.01), rounded to the trace's unit, at least one; 0 and services stay
 *   submission + U(-30 s, 30 s), not before the first one of the trace
 *   estimate   at least the new run time where it was at least the old one
 * A job is not moved before those that it comes `after`; jobs that are there at the start stay. */
#pragma once

#include "sim/lab/bb-rework.h"

#define BB_SHAKE_RUNTIME 0.01
#define BB_SHAKE_SUBMIT_US (30 * BB_US_PER_S)

/* Draws are keyed by (seed, job, number): policies meet the same shake. */
typedef struct {
    guint64 seed;
    guint32 number; /* 1, 2, .. */
} BbShake;

/* Borrows the shake. */
BbRework bb_shake_rework(const BbShake *shake);
