/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cycle of Slurm's sched/backfill: jobs in order of priority get a start, now or planned, that
 * none behind them may delay, within limits on how many and how far ahead.
 *
 * Source: SchedMD/slurm src/plugins/sched/backfill/backfill.c, doc/html/sched_config.shtml. */
#pragma once

#include "sim/base/bb-types.h"

typedef struct {
    guint32 max_job_test;   /* bf_max_job_test, 0: any number */
    BbTimeUs window_us;     /* bf_window: nothing is planned further ahead */
    BbTimeUs resolution_us; /* bf_resolution: runs are planned in multiples of it; 0: exactly */
} SlurmBackfillLimits;

/* The cluster, and what is planned on it. A job is whatever the caller makes of it. */
typedef struct {
    gconstpointer (*next)(gpointer data);                /* in order of priority, NULL: no more */
    BbTimeUs (*limit)(gpointer data, gconstpointer job); /* its time limit */
    /* The first time from which it can run that long; BB_TIME_NEVER: none. */
    BbTimeUs (*earliest)(gpointer data, gconstpointer job, BbTimeUs length_us);
    /* At the place and time just found. FALSE: another of its tasks is to be looked at. */
    gboolean (*start)(gpointer data, gconstpointer job);
    void (*plan)(gpointer data, gconstpointer job, BbTimeUs start_us, BbTimeUs length_us);
} SlurmBackfillOps;

/* Returns how many jobs were looked at. */
guint32 slurm_backfill(const SlurmBackfillLimits *limits, const SlurmBackfillOps *ops,
                       gpointer data, BbTimeUs now_us);
