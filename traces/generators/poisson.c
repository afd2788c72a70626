/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs that arrive independently of each other: exponential gaps, and everything else drawn by itself.
 * With one core a job and runtime exp(..) on flat:c this is the queue M/M/c. Each quantity of job i is
 * drawn by its own key, so that changing one distribution leaves the others as they were. */
#include "sim/contract/bb-body.h"

#include <math.h>

static const BbParam params[] = {
    BB_BODY_JOBS_PARAM,
    {.name = "rate", .type = BB_PARAM_DOUBLE, .fallback = "1", .summary = "arrivals per second"},
    BB_BODY_WORK_PARAMS,
    BB_BODY_PARAMS("no", "container"),
    {.name = NULL},
};

typedef struct {
    BbBody body;
    double rate;
    BbTimeUs now_us;
    guint32 gaps;
} State;

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    state->rate = bb_params_double(self->params, "rate");
    state->gaps = bb_generator_stream(self, "gap");
    if (state->rate <= 0)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator poisson: rate: expected a number above 0");
    return bb_body_init(&state->body, self, TRUE, error);
}

static void
clear(BbGenerator *self)
{
    bb_body_clear(&((State *)self->state)->body);
}

/* Moves on to the next arrival; FALSE beyond the end of time. */
static gboolean
advance(BbGenerator *self)
{
    State *state = self->state;
    double u = bb_rng_uniform(self->seed, state->gaps, self->n_given, 0);
    double gap_us = -log(u) / state->rate * (double)BB_US_PER_S;
    if (gap_us > (double)(BB_TIME_MAX - state->now_us) / 2)
        return FALSE;
    state->now_us += (BbTimeUs)(gap_us + 0.5);
    return TRUE;
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    if (bb_body_is_done(&state->body, self))
        return BB_READ_END;
    if (!advance(self))
        return bb_generator_too_late(self, error);
    bb_body_fill(&state->body, self, out);
    out->submit_us = state->now_us;
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_poisson = {
    .name = "poisson",
    .summary = "independent arrivals at one rate, every quantity drawn by itself",
    .source = "Kendall, Stochastic processes occurring in the theory of queues, 1953",
    .params = params,
    .state_size = sizeof(State),
    .stationary = TRUE,
    .init = init,
    .clear = clear,
    .next = next,
};
