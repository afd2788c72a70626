/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Which nodes are not empty: how many, what they could hold, and the most at one time. Books of
 * its own, so that the cluster's are checked and not copied. */
#pragma once

#include "bb-window.h"
#include "sim/contract/bb-observer.h"

typedef struct {
    guint32 *n_tasks; /* by node; NULL until the first start */
    BbIntegral nodes;
    BbIntegral capacity[BB_N_RESOURCES];
    gint64 settled;              /* nodes at the end of the instant before */
    gint64 peak, peak_at_submit; /* within the window up to now, up to the last submit */
} BbBusy;

void bb_busy_clear(BbBusy *busy);
/* O(placed) both. */
void bb_busy_start(BbBusy *busy, const BbWindow *window, const BbView *view, const BbRun *run);
void bb_busy_end(BbBusy *busy, const BbWindow *window, const BbView *view, const BbRun *run);
/* A node had that capacity until now. */
void bb_busy_change(BbBusy *busy, const BbWindow *window, const BbView *view, guint32 node,
                    const BbResources *had);
/* Everything of this instant has happened: what is half-way within it is no peak. */
void bb_busy_settle(BbBusy *busy, const BbWindow *window, BbTimeUs now_us);
