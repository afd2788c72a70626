/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conservative backfilling. Every waiting job has a planned start, the earliest at which it fits
 * among the running jobs (until their estimated ends) and the plans before it; a job may start early
 * only where that moves none of those. `rebuild` plans afresh at each pass, in queue order;
 * `compress` keeps what was promised at submission and, when a run ends, only ever moves it earlier.
 *
 * Source: Mu'alem, Feitelson, IEEE Transactions on Parallel and Distributed Systems 12(6), 2001;
 * `compress` as in dinesh121991/pyss, src/schedulers/conservative_scheduler.py. */
#include "sim/contract/bb-queue.h"

enum { PLAN_REBUILD, PLAN_COMPRESS };

static void
schedule(BbQueue *self, BbPass *pass)
{
    if (bb_params_int(self->params, "plan") == PLAN_COMPRESS)
        bb_pass_plan_compress(pass);
    else
        bb_pass_plan_rebuild(pass);
}

static const BbParam params[] = {
    {.name = "plan",
     .type = BB_PARAM_ENUM,
     .fallback = "rebuild",
     .summary = "plan afresh at each pass, or keep and compress",
     .choices = "rebuild|compress"},
    {.name = NULL},
};

const BbQueueClass bb_queue_conservative = {
    .name = "conservative",
    .summary = "every waiting job has a planned start; later jobs fill gaps without delaying any",
    .source = "Mu'alem, Feitelson, IEEE TPDS 12(6), 2001",
    .params = params,
    .schedule = schedule,
    .projects = TRUE,
};
