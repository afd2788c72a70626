/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Priority with ageing. Jobs wait in order of priority + wait / ageing, highest first; a blocked job
 * is passed. All jobs age at one rate, so two jobs never change places while both wait:
 *     p_a + (now - s_a) / ageing > p_b + (now - s_b) / ageing
 * holds exactly when p_a ageing - s_a > p_b ageing - s_b, which is compared in 128-bit integers.
 *
 * Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/queuesort/priority_sort.go (priority,
 * then time); ageing as the age factor of Slurm's priority/multifactor, without its ceiling. */
#include "sim/contract/bb-queue.h"

typedef struct {
    gint64 ageing_us;
} State;

static gboolean
init(BbQueue *self, GError **error)
{
    (void)error;
    State *state = self->state;
    state->ageing_us = bb_params_int(self->params, "ageing");
    return TRUE;
}

static gint
compare(const BbQueue *self, const BbJob *a, const BbJob *b)
{
    const State *state = self->state;
    if (state->ageing_us == 0)
        return (a->priority < b->priority) - (a->priority > b->priority);
    BbInt128 key_a = (BbInt128)a->priority * state->ageing_us - a->submit_us;
    BbInt128 key_b = (BbInt128)b->priority * state->ageing_us - b->submit_us;
    return (key_a < key_b) - (key_a > key_b);
}

static void
schedule(BbQueue *self, BbPass *pass)
{
    bb_pass_in_order(pass, bb_params_int(self->params, "skip"));
}

static const BbParam params[] = {
    {.name = "ageing",
     .type = BB_PARAM_DURATION,
     .fallback = "0",
     .summary = "waiting time worth one point of priority, 0: none"},
    {.name = "skip",
     .type = BB_PARAM_INT,
     .fallback = "-1",
     .summary = "blocked jobs that later ones may pass, -1: any number",
     .min = -1,
     .max = G_MAXINT32},
    {.name = NULL},
};

const BbQueueClass bb_queue_priority = {
    .name = "priority",
    .summary = "highest priority first, waiting raises it by `ageing`; blocked jobs are passed",
    .source = "kubernetes/kubernetes pkg/scheduler/framework/plugins/queuesort/priority_sort.go",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .compare = compare,
    .schedule = schedule,
};
