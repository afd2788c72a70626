/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time before the window counts as no time: every time is first moved to the window's start if it is
 * earlier. Up to time t an integral is level * t less the sum of all changes, each times its time: one
 * product a change. */
#include "sim/observe/bb-window.h"

void
bb_window_init(BbWindow *window, BbTimeUs warmup_us)
{
    *window = (BbWindow){.warmup_us = warmup_us,
                         .first_submit_us = -1,
                         .last_submit_us = -1,
                         .start_us = BB_TIME_NEVER};
}

void
bb_window_submit(BbWindow *window, BbTimeUs now_us)
{
    if (window->start_us == BB_TIME_NEVER) {
        window->first_submit_us = now_us;
        window->start_us = now_us + window->warmup_us;
    }
    window->last_submit_us = now_us;
}

BbTimeUs
bb_window_end(const BbWindow *window, gboolean all, BbTimeUs end_us)
{
    return MAX(all ? end_us : window->last_submit_us, window->start_us);
}

static BbInt128
area_until(const BbWindow *window, gint64 level, BbInt128 shift, BbTimeUs time_us)
{
    return (BbInt128)level * bb_window_time(window, time_us) - shift;
}

BbInt128
bb_integral_over(const BbIntegral *x, const BbWindow *window, gboolean all, BbTimeUs end_us)
{
    if (!all && x->submit_us == window->last_submit_us)
        return area_until(window, x->level_at_submit, x->shift_at_submit, x->submit_us);
    return area_until(window, x->level, x->shift, all ? end_us : window->last_submit_us);
}
