/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Lower bounds on the end of the last of rigid parallel jobs on P processors, counted from time 0
 * (the makespan of a report takes the first submit off). No bound holds for waits. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 submit, runtime; /* one unit of time, >= 0 */
    gint64 size;            /* processors, 0..P */
} BbBoundJob;

typedef struct {
    gint64 area;    /* max over submits r of r + ceil(work submitted at or after r / P) */
    gint64 longest; /* max of submit + runtime */
    gint64
        wide; /* max over r of r + run times, from r on, of jobs wider than P/2: no two overlap */
    gint64 best;
} BbMakespanBounds;

/* O(n log n). All 0 for n = 0; a bound beyond 64 bits is cut at G_MAXINT64, so it stays one. */
BbMakespanBounds bb_makespan_bounds(const BbBoundJob *jobs, gsize n, gint64 processors);
