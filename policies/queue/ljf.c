/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Longest job first. Jobs wait in order of estimated run time, longest first; a blocked job is
 * passed. A job without an estimate counts as running to the end, and so goes first.
 *
 * Source: R. L. Graham: Bounds on multiprocessing timing anomalies, SIAM Journal on Applied
 * Mathematics 17, 1969 (the rule of the longest processing time). */
#include "sim/contract/bb-queue.h"

static gint
compare(const BbQueue *self, const BbJob *a, const BbJob *b)
{
    (void)self;
    return (a->estimate_us < b->estimate_us) - (a->estimate_us > b->estimate_us);
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

const BbQueueClass bb_queue_ljf = {
    .name = "ljf",
    .summary = "longest estimate first; blocked jobs are passed",
    .source = "Graham, Bounds on multiprocessing timing anomalies, SIAM J. Appl. Math. 17, 1969",
    .params = params,
    .compare = compare,
    .schedule = schedule,
};
