/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L5. One line on a terminal that says how far a run is, drawn over itself. */
#pragma once

#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-sweep.h"

typedef struct {
    gboolean on; /* standard error is a terminal, and nobody asked for quiet */
    gint64 began_us, drawn_us;
} BbCliProgress;

void bb_cli_progress_init(BbCliProgress *progress, gboolean quiet);
/* The callback of BbRunOptions; `data` is the BbCliProgress. Draws at most five times a second. */
void bb_cli_progress_tell(gpointer data, const BbProgress *now);
/* The callback of BbSweepOptions, the same way. */
void bb_cli_progress_tell_runs(gpointer data, const BbSweepProgress *now);
/* Wipes the line. */
void bb_cli_progress_end(BbCliProgress *progress);
