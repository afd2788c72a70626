/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrivals whose rate is set by a Markov chain that goes round a few states: calm and storm. The chain is
 * drawn first, stay by stay; the i-th arrival is where its cumulated rate reaches the sum of i exponential
 * draws. So other rates leave the stays as they were, and other stays the draws of arrivals. */
#include "sim/contract/bb-body.h"

#include <string.h>

#define MAX_STATES 16

static const BbParam params[] = {
    BB_BODY_JOBS_PARAM,
    {.name = "rates",
     .type = BB_PARAM_TEXT,
     .fallback = "5|0.5",
     .summary = "arrivals per second in each state, A|B|.."},
    {.name = "stays",
     .type = BB_PARAM_TEXT,
     .fallback = "1m|9m",
     .summary = "mean time in each state, exponential, A|B|.."},
    BB_BODY_WORK_PARAMS,
    BB_BODY_PARAMS("no", "container"),
    {.name = NULL},
};

typedef struct {
    BbBody body;
    guint n_states;
    double rates[MAX_STATES]; /* arrivals per second */
    double stays[MAX_STATES]; /* microseconds */
    guint32 gap_stream, stay_stream;
    guint64 target; /* sum of the draws of arrivals, in their unit */
    guint64 n_stays;
    guint at;                /* state */
    double begin_us, end_us; /* of the stay */
    double reached;          /* arrivals expected before it began */
} State;

static gboolean
fail(const char *name, const char *expected, GError **error)
{
    return bb_error_set(error, BB_ERROR_USAGE, "generator mmpp: %s: expected %s", name, expected);
}

static gboolean
parse_states(const BbGenerator *self, State *state, GError **error)
{
    g_auto(GStrv) rates = g_strsplit(bb_params_text(self->params, "rates"), "|", -1);
    g_auto(GStrv) stays = g_strsplit(bb_params_text(self->params, "stays"), "|", -1);
    double sum = 0;
    state->n_states = g_strv_length(rates);
    if (state->n_states < 2 || state->n_states > MAX_STATES)
        return fail("rates", "2 to 16 rates, A|B|..", error);
    if (g_strv_length(stays) != state->n_states)
        return fail("stays", "as many times as there are rates", error);
    for (guint i = 0; i < state->n_states; i++) {
        BbTimeUs stay_us = 0;
        if (!bb_parse_double(rates[i], 0, 1e9, &state->rates[i], NULL))
            return fail("rates", "numbers of arrivals per second, at least 0", error);
        if (!bb_parse_duration(stays[i], &stay_us, NULL) || stay_us <= 0)
            return fail("stays", "durations above 0", error);
        state->stays[i] = (double)stay_us;
        sum += state->rates[i];
    }
    return sum > 0 || fail("rates", "one rate above 0", error);
}

/* What is left of a stay is as long as a whole one: exponentials do not age. */
static void
begin_stay(const BbGenerator *self, State *state)
{
    double u = bb_rng_uniform(self->seed, state->stay_stream, state->n_stays++, 0);
    state->end_us = state->begin_us +
                    (double)bb_exponential_units(u) * BB_EXPONENTIAL_UNIT * state->stays[state->at];
}

/* In the state that time 0 falls into. */
static void
begin(const BbGenerator *self, State *state)
{
    double sum = 0;
    for (guint i = 0; i < state->n_states; i++)
        sum += state->stays[i];
    double rest = bb_rng_uniform(self->seed, state->stay_stream, 0, 1) * sum;
    while (state->at + 1 < state->n_states && rest >= state->stays[state->at])
        rest -= state->stays[state->at++];
    begin_stay(self, state);
}

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    state->gap_stream = bb_generator_stream(self, "gap");
    state->stay_stream = bb_generator_stream(self, "stay");
    if (!parse_states(self, state, error))
        return FALSE;
    begin(self, state);
    return bb_body_init(&state->body, self, TRUE, error);
}

static void
clear(BbGenerator *self)
{
    bb_body_clear(&((State *)self->state)->body);
}

/* FALSE beyond the end of time. */
static gboolean
advance(const BbGenerator *self, State *state, BbTimeUs *out_us)
{
    double u = bb_rng_uniform(self->seed, state->gap_stream, self->n_given, 0);
    state->target += bb_exponential_units(u);
    double target = (double)state->target * BB_EXPONENTIAL_UNIT;
    while (state->begin_us < (double)BB_TIME_MAX) {
        double per_us = state->rates[state->at] / (double)BB_US_PER_S;
        double expected = (state->end_us - state->begin_us) * per_us;
        if (target < state->reached + expected) {
            double us = state->begin_us + (target - state->reached) / per_us;
            *out_us = (BbTimeUs)(MIN(us, state->end_us) + 0.5);
            return us < (double)BB_TIME_MAX;
        }
        state->reached += expected;
        state->begin_us = state->end_us;
        state->at = (state->at + 1) % state->n_states;
        begin_stay(self, state);
    }
    return FALSE;
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    if (bb_body_is_done(&state->body, self))
        return BB_READ_END;
    if (!advance(self, state, &out->submit_us))
        return bb_generator_too_late(self, error);
    bb_body_fill(&state->body, self, out);
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_mmpp = {
    .name = "mmpp",
    .summary = "bursts: Poisson arrivals whose rate changes with a Markov chain",
    .source =
        "Fischer and Meier-Hellstern, The Markov-modulated Poisson process (MMPP) cookbook, 1993",
    .params = params,
    .state_size = sizeof(State),
    .stationary = TRUE,
    .init = init,
    .clear = clear,
    .next = next,
};
