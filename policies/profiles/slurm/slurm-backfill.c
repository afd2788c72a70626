/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job whose start would lie beyond the window is left without one, and in nobody's way. */
#include "slurm-backfill.h"

static BbTimeUs
round_up(BbTimeUs length_us, BbTimeUs resolution_us)
{
    BbTimeUs beyond = resolution_us > 0 ? length_us % resolution_us : 0;

    if (beyond == 0 || length_us >= BB_TIME_NEVER - resolution_us)
        return length_us;
    return length_us + resolution_us - beyond;
}

static void
look_at(const SlurmBackfillLimits *limits, const SlurmBackfillOps *ops, gpointer data,
        gconstpointer job, BbTimeUs now_us)
{
    BbTimeUs length = round_up(ops->limit(data, job), limits->resolution_us), start;

    do {
        start = ops->earliest(data, job, length);
        if (start > now_us) {
            if (start - now_us <= limits->window_us)
                ops->plan(data, job, start, length);
            return;
        }
    } while (!ops->start(data, job));
}

guint32
slurm_backfill(const SlurmBackfillLimits *limits, const SlurmBackfillOps *ops, gpointer data,
               BbTimeUs now_us)
{
    gconstpointer job;
    guint32 n = 0;

    while ((limits->max_job_test == 0 || n < limits->max_job_test) && (job = ops->next(data))) {
        look_at(limits, ops, data, job, now_us);
        n++;
    }
    return n;
}
