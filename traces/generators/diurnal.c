/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Poisson arrivals that follow the day and the week: rate x (1 + amplitude cos(time of day - peak)) x
 * the weekday's weight, over steps of five minutes, each with its exact mean. The i-th arrival is where
 * the cumulated rate reaches the sum of i exponential draws (bb-cycle.h): another rate, peak or weekend
 * moves the same arrivals. Time 0 is a Monday's midnight. */
#include "sim/base/bb-cycle.h"
#include "sim/contract/bb-body.h"

#include <math.h>

#define STEP_S 300
#define STEPS_A_DAY (86400 / STEP_S)
#define DAYS 7

static const BbParam params[] = {
    BB_BODY_JOBS_PARAM,
    {.name = "rate",
     .type = BB_PARAM_DOUBLE,
     .fallback = "0.1",
     .summary = "arrivals per second, on average over a week"},
    {.name = "amplitude",
     .type = BB_PARAM_DOUBLE,
     .fallback = "0.6",
     .summary = "how far the day goes up and down, 0 to 1"},
    {.name = "peak",
     .type = BB_PARAM_DURATION,
     .fallback = "15h",
     .summary = "time of day of the highest rate"},
    {.name = "weekdays",
     .type = BB_PARAM_TEXT,
     .fallback = "1|1|1|1|1|0.5|0.4",
     .summary = "weights of Monday to Sunday, or one for all"},
    BB_BODY_WORK_PARAMS,
    BB_BODY_PARAMS("no", "container"),
    {.name = NULL},
};

typedef struct {
    BbBody body;
    BbCycle *cycle;
    double rate;
    guint32 stream;
    guint64 target; /* sum of the draws */
} State;

static gboolean
fail(const char *name, const char *expected, GError **error)
{
    return bb_error_set(error, BB_ERROR_USAGE, "generator diurnal: %s: expected %s", name,
                        expected);
}

static gboolean
parse_weekdays(const BbGenerator *self, double *days, GError **error)
{
    g_auto(GStrv) texts = g_strsplit(bb_params_text(self->params, "weekdays"), "|", -1);
    guint n = g_strv_length(texts);
    double sum = 0;
    if (n != 1 && n != DAYS)
        return fail("weekdays", "7 weights, Monday first, or one for all", error);
    for (guint day = 0; day < DAYS; day++) {
        if (!bb_parse_double(texts[day % n], 0, 1e6, &days[day], NULL))
            return fail("weekdays", "weights from 0 to 1e6", error);
        sum += days[day];
    }
    return sum > 0 || fail("weekdays", "one weight above 0", error);
}

/* The mean of 1 + a cos(x) from x to x + width. */
static double
mean_rate(double amplitude, double x, double width)
{
    return 1 + amplitude * (sin(x + width) - sin(x)) / width;
}

static gboolean
make_cycle(const BbGenerator *self, State *state, GError **error)
{
    double days[DAYS], weights[DAYS * STEPS_A_DAY], width = 2 * G_PI / STEPS_A_DAY;
    double amplitude = bb_params_double(self->params, "amplitude");
    double peak = (double)bb_params_int(self->params, "peak") / (double)BB_US_PER_S / STEP_S;
    if (amplitude < 0 || amplitude > 1)
        return fail("amplitude", "a number from 0 to 1", error);
    if (peak >= STEPS_A_DAY)
        return fail("peak", "a time of day below 24h", error);
    if (!parse_weekdays(self, days, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(weights); i++)
        weights[i] =
            days[i / STEPS_A_DAY] * mean_rate(amplitude, width * (i % STEPS_A_DAY - peak), width);
    state->cycle = bb_cycle_new(weights, G_N_ELEMENTS(weights), STEP_S * BB_US_PER_S);
    return TRUE;
}

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    state->rate = bb_params_double(self->params, "rate");
    state->stream = bb_generator_stream(self, "gap");
    if (state->rate <= 0)
        return fail("rate", "a number above 0", error);
    return make_cycle(self, state, error) && bb_body_init(&state->body, self, TRUE, error);
}

static void
clear(BbGenerator *self)
{
    State *state = self->state;
    bb_cycle_free(state->cycle);
    bb_body_clear(&state->body);
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    if (bb_body_is_done(&state->body, self))
        return BB_READ_END;
    state->target +=
        bb_exponential_units(bb_rng_uniform(self->seed, state->stream, self->n_given, 0));
    double steps = (double)state->target * BB_EXPONENTIAL_UNIT / (state->rate * STEP_S);
    if (!bb_cycle_time(state->cycle, steps, &out->submit_us))
        return bb_generator_too_late(self, error);
    bb_body_fill(&state->body, self, out);
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_diurnal = {
    .name = "diurnal",
    .summary = "Poisson arrivals that follow the time of day and the day of the week",
    .source = "inversion of the cumulated rate: Cinlar, Introduction to stochastic processes, 1975",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .next = next,
};
