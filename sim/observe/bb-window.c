/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time before the window counts as no time: every time is first moved to the window's start if it is
 * earlier. */
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
area_between(const BbWindow *window, gint64 level, BbTimeUs from_us, BbTimeUs to_us)
{
    return (BbInt128)level * (MAX(to_us, window->start_us) - MAX(from_us, window->start_us));
}

static BbInt128
area_at_submit(const BbIntegral *x, const BbWindow *window)
{
    if (x->submit_us == window->last_submit_us)
        return x->area_at_submit;
    return x->area + area_between(window, x->level, x->since_us, window->last_submit_us);
}

void
bb_integral_set(BbIntegral *x, const BbWindow *window, BbTimeUs now_us, gint64 level)
{
    x->area_at_submit = area_at_submit(x, window);
    x->submit_us = window->last_submit_us;
    x->area += area_between(window, x->level, x->since_us, now_us);
    x->since_us = now_us;
    x->level = level;
}

BbInt128
bb_integral_over(const BbIntegral *x, const BbWindow *window, gboolean all, BbTimeUs end_us)
{
    if (!all)
        return area_at_submit(x, window);
    return x->area + area_between(window, x->level, x->since_us, end_us);
}
