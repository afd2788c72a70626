/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shortest job first. Jobs wait in order of estimated run time, shortest first; a blocked job is
 * passed. A job without an estimate counts as running to the end, and so waits last.
 *
 * Source: W. E. Smith: Various optimizers for single-stage production, Naval Research Logistics
 * Quarterly 3, 1956 (the rule of the shortest processing time). */
#include "sim/contract/bb-queue.h"

static gint
compare(const BbQueue *self, const BbJob *a, const BbJob *b)
{
    (void)self;
    return (a->estimate_us > b->estimate_us) - (a->estimate_us < b->estimate_us);
}

static void
schedule(BbQueue *self, BbPass *pass)
{
    bb_pass_in_order(pass, bb_params_int(self->params, "skip"));
}

static const BbParam params[] = {
    {.name = "skip",
     .type = BB_PARAM_INT,
     .fallback = "-1",
     .summary = "blocked jobs that later ones may pass, -1: any number",
     .min = -1,
     .max = G_MAXINT32},
    {.name = NULL},
};

const BbQueueClass bb_queue_sjf = {
    .name = "sjf",
    .summary = "shortest estimate first; blocked jobs are passed",
    .source = "Smith, Various optimizers for single-stage production, NRLQ 3, 1956",
    .params = params,
    .compare = compare,
    .schedule = schedule,
};
