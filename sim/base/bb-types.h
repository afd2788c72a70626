/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Time, 128-bit integrals and the three-state read result: what every layer shares.
 *
 * Time is a 64-bit integer of microseconds since the trace's zero (`_us`). Amounts are integers too:
 * `_milli` (cpu, gpu; 1000 = one core, one device), `_mib` (memory, disk), counts `n_`.
 * Text and decimals exist only in readers and writers. */
#pragma once

#include <glib.h>

typedef gint64 BbTimeUs;

#define BB_US_PER_S G_GINT64_CONSTANT(1000000)

/* Later than everything that can happen; as an end: never (a service), as an estimate: none. */
#define BB_TIME_NEVER G_MAXINT64
/* The largest time or duration a reader accepts (about 140,000 years): sums of two stay in range. */
#define BB_TIME_MAX (G_MAXINT64 / 2)

/* The largest amount a reader accepts (10^9 cores, 1 EB): a million of them stay in range. */
#define BB_AMOUNT_MAX G_GINT64_CONSTANT(1000000000000)

/* Sum of amount x microseconds. Exact: a 64-bit amount times a 64-bit time always fits. */
__extension__ typedef __int128 BbInt128;

/* What a pull reader says. ERROR <=> the GError is set. */
typedef enum {
    BB_READ_ROW,
    BB_READ_END,
    BB_READ_ERROR,
} BbReadResult;
