/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Integrals over the window [first submit + warm-up, last submit]. Which submit is the last is
 * known only when it is over, so each integral remembers what it came to at the last submit it heard
 * of, and takes that up to date lazily: O(1) a change, however many integrals and submits there are. */
#pragma once

#include "sim/base/bb-types.h"

typedef struct {
    BbTimeUs warmup_us;
    BbTimeUs first_submit_us, last_submit_us; /* -1: none yet */
    BbTimeUs start_us;                        /* first submit + warm-up; BB_TIME_NEVER: none yet */
} BbWindow;

typedef struct {
    gint64 level, level_at_submit;
    BbTimeUs submit_us; /* the last submit that a change came after, or with */
    BbInt128 shift;     /* sum of change * time in the window */
    BbInt128 shift_at_submit;
} BbIntegral;

void bb_window_init(BbWindow *window, BbTimeUs warmup_us);
/* To be told of every submit before any integral changes at that time. */
void bb_window_submit(BbWindow *window, BbTimeUs now_us);
/* last submit, or with `all` the end of the simulation; never before the start. */
BbTimeUs bb_window_end(const BbWindow *window, gboolean all, BbTimeUs end_us);

/* Time since the window's start; 0 before it. */
static inline BbTimeUs
bb_window_time(const BbWindow *window, BbTimeUs time_us)
{
    return MAX(time_us, window->start_us) - window->start_us;
}

/* The level changes by so much now; zeroed memory is an integral of 0. */
static inline void
bb_integral_add(BbIntegral *x, const BbWindow *window, BbTimeUs now_us, gint64 change)
{
    if (change == 0)
        return;
    if (x->submit_us != window->last_submit_us) {
        x->level_at_submit = x->level;
        x->shift_at_submit = x->shift;
        x->submit_us = window->last_submit_us;
    }
    x->shift += (BbInt128)change * bb_window_time(window, now_us);
    x->level += change;
}
static inline void
bb_integral_set(BbIntegral *x, const BbWindow *window, BbTimeUs now_us, gint64 level)
{
    bb_integral_add(x, window, now_us, level - x->level);
}
/* Over the window; end_us is the end of the simulation. */
BbInt128 bb_integral_over(const BbIntegral *x, const BbWindow *window, gboolean all,
                          BbTimeUs end_us);
