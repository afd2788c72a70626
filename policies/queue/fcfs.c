/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First come, first served. Jobs start in the order of submission; the first that has no room blocks
 * all behind it, unless `skip` lets some pass.
 *
 * Source: Feitelson, Rudolph, Schwiegelshohn, Sevcik, Wong: Theory and practice in parallel job
 * scheduling, JSSPP 1997. `skip` is the look-ahead that batch systems call depth. */
#include "sim/contract/bb-queue.h"

static void
schedule(BbQueue *self, BbPass *pass)
{
    bb_pass_in_order(pass, bb_params_int(self->params, "skip"));
}

static const BbParam params[] = {
    {.name = "skip",
     .type = BB_PARAM_INT,
     .fallback = "0",
     .summary = "blocked jobs that later ones may pass, -1: any number",
     .min = -1,
     .max = G_MAXINT32},
    {.name = NULL},
};

const BbQueueClass bb_queue_fcfs = {
    .name = "fcfs",
    .summary = "in order of submission; a blocked job blocks all behind it, but for `skip`",
    .source = "Feitelson et al., Theory and practice in parallel job scheduling, JSSPP 1997",
    .params = params,
    .schedule = schedule,
};
