/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rigid jobs of a parallel machine, by the model of Lublin and Feitelson with the constants of their
 * program lublin99.c. Sizes: serial, or 2^x with x from two uniform stages, most of them rounded to powers
 * of two. Run times: exp of a hyper-gamma whose mixing depends on the size. Arrivals: gaps weigh exp of a
 * gamma, and the half hours of the day weigh what they are worth, so that a time is the inverse of the
 * cumulated gaps. What is too long is drawn again, by further ordinals of the same key.
 *
 * Unlike the program, times are not cut to whole seconds at each arrival (which made its gaps half a
 * second shorter), and two kinds of jobs are two workloads (set=batch and set=interactive). */
#include "sim/base/bb-cycle.h"
#include "sim/contract/bb-body.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define BUCKET_S 1800
#define N_BUCKETS 48
#define FIRST_BUCKET 11 /* the half hour at which the cycle's gamma begins */
#define MAX_LOG_RUNTIME 12
#define MAX_LOG_GAP 13

static const BbParam params[] = {
    BB_BODY_JOBS_PARAM,
    {.name = "set",
     .type = BB_PARAM_ENUM,
     .fallback = "all",
     .summary = "published parameters: of all jobs, of batch or of interactive ones",
     .choices = "all|batch|interactive"},
    {.name = "processors",
     .type = BB_PARAM_INT,
     .fallback = "0",
     .summary = "largest job; 0: as published, 128 (interactive: 45)",
     .max = BB_TASKS_MAX},
    {.name = "scale",
     .type = BB_PARAM_DOUBLE,
     .fallback = "1",
     .summary = "times as many arrivals, the day as long as it is"},
    BB_BODY_PARAMS("yes", "process"),
    {.name = NULL},
};

typedef struct {
    double shape, scale;
} Gamma;

/* As they are named in the paper. */
typedef struct {
    double serial, pow2, ulow, umed, uhi, uprob;
    Gamma one, two; /* of ln(run time) */
    double pa, pb;
    Gamma gap, day; /* aarr with barr, anum with bnum */
    double arar;
} Model;

static const Model models[] = {
    {.serial = .244,
     .pow2 = .576,
     .ulow = .8,
     .umed = 4.5,
     .uhi = 7,
     .uprob = .86,
     .one = {4.2, .94},
     .two = {312, .03},
     .pa = -.0054,
     .pb = .78,
     .gap = {10.2303, .4871},
     .day = {8.1737, 3.9631},
     .arar = 1.0225},
    {.serial = .2927,
     .pow2 = .6686,
     .ulow = 1.2,
     .umed = 5,
     .uhi = 7,
     .uprob = .875,
     .one = {6.57, .823},
     .two = {639.1, .0156},
     .pa = -.003,
     .pb = .6986,
     .gap = {6.0415, .8531},
     .day = {6.1271, 5.2740},
     .arar = 1.0519},
    {.serial = .1541,
     .pow2 = .625,
     .ulow = 1,
     .umed = 3,
     .uhi = 5.5,
     .uprob = .705,
     .one = {3.8351, .6605},
     .two = {7.073, .6856},
     .pa = -.0118,
     .pb = .9156,
     .gap = {6.5510, .6621},
     .day = {8.9186, 3.6680},
     .arar = .9797},
};

typedef struct {
    BbBody body;
    Model model;
    gint64 max_size;
    double scale;
    BbCycle *cycle;
    guint32 size_stream, runtime_stream, gap_stream;
    guint64 points; /* sum of gaps, in BB_EXPONENTIAL_UNIT of a half hour */
} State;

enum { SERIAL, STAGE, LOG_SIZE }; /* ordinals of a size */

static gboolean
fit_machine(Model *model, gint64 n_processors, GError **error)
{
    if (n_processors == 0)
        return TRUE;
    model->uhi = log2((double)n_processors);
    model->umed = model->uhi - 2.5;
    if (model->umed <= model->ulow)
        return bb_error_set(
            error, BB_ERROR_USAGE,
            "generator lublin: processors: expected at least %.0f, found %" G_GINT64_FORMAT,
            ceil(exp2(model->ulow + 2.5)) + 1, n_processors);
    return TRUE;
}

/* The cycle's gamma has its last hours on the next day. */
static BbCycle *
make_cycle(const Gamma *day)
{
    double weights[N_BUCKETS];
    for (guint i = FIRST_BUCKET; i < FIRST_BUCKET + N_BUCKETS; i++)
        weights[(i - 1) % N_BUCKETS] = gsl_cdf_gamma_P(i + .5, day->shape, day->scale) -
                                       gsl_cdf_gamma_P(i - .5, day->shape, day->scale);
    return bb_cycle_new(weights, N_BUCKETS, BUCKET_S * BB_US_PER_S);
}

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    gint64 n_processors = bb_params_int(self->params, "processors");
    state->model = models[bb_params_int(self->params, "set")];
    state->scale = bb_params_double(self->params, "scale");
    state->size_stream = bb_generator_stream(self, "size");
    state->runtime_stream = bb_generator_stream(self, "runtime");
    state->gap_stream = bb_generator_stream(self, "gap");
    if (state->scale <= 0 || state->scale > 1e9)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator lublin: scale: expected a number above 0, at most 1e9");
    if (!fit_machine(&state->model, n_processors, error))
        return FALSE;
    state->max_size = n_processors > 0 ? n_processors : BB_TASKS_MAX;
    state->cycle = make_cycle(&state->model.day);
    return bb_body_init(&state->body, self, FALSE, error);
}

static void
clear(BbGenerator *self)
{
    State *state = self->state;
    bb_cycle_free(state->cycle);
    bb_body_clear(&state->body);
}

static double
uniform(const BbGenerator *self, guint32 stream, guint32 ordinal)
{
    return bb_rng_uniform(self->seed, stream, self->n_given, ordinal);
}

static gint64
draw_size(const BbGenerator *self, const State *state)
{
    const Model *model = &state->model;
    double kind = uniform(self, state->size_stream, SERIAL);
    double u = uniform(self, state->size_stream, LOG_SIZE);
    gboolean low = uniform(self, state->size_stream, STAGE) <= model->uprob;
    double from = low ? model->ulow : model->umed, to = low ? model->umed : model->uhi;
    double log_size = from + u * (to - from);
    if (kind <= model->serial)
        return 1;
    if (kind <= model->serial + model->pow2)
        log_size = MIN(floor(log_size + .5), floor(model->uhi));
    return MIN((gint64)floor(bb_keep_bits(exp2(log_size)) + .5), state->max_size);
}

/* Draw k: which gamma by ordinal 2k, its value by 2k + 1. */
static BbTimeUs
draw_runtime(const BbGenerator *self, const State *state, gint64 size)
{
    const Model *model = &state->model;
    double p = CLAMP(model->pa * (double)size + model->pb, 0, 1), log_runtime;
    guint32 ordinal = 0;
    do {
        const Gamma *gamma =
            uniform(self, state->runtime_stream, ordinal) <= p ? &model->one : &model->two;
        double u = uniform(self, state->runtime_stream, ordinal + 1);
        log_runtime = bb_keep_bits(bb_gamma_quantile(u, gamma->shape) * gamma->scale);
        ordinal += 2;
    } while (log_runtime > MAX_LOG_RUNTIME);
    return (BbTimeUs)floor(exp(log_runtime)) * BB_US_PER_S;
}

static guint64
draw_gap(const BbGenerator *self, const State *state)
{
    const Gamma *gap = &state->model.gap;
    double log_gap;
    guint32 ordinal = 0;
    do {
        double u = uniform(self, state->gap_stream, ordinal++);
        log_gap = bb_gamma_quantile(u, gap->shape * state->model.arar) * gap->scale;
    } while (log_gap > MAX_LOG_GAP);
    return (guint64)floor(bb_keep_bits(exp(log_gap)) / BUCKET_S / BB_EXPONENTIAL_UNIT + .5);
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    if (bb_body_is_done(&state->body, self))
        return BB_READ_END;
    state->points += draw_gap(self, state);
    double points = (double)state->points * BB_EXPONENTIAL_UNIT / state->scale;
    if (!bb_cycle_time(state->cycle, points, &out->submit_us))
        return bb_generator_too_late(self, error);
    out->n_tasks = draw_size(self, state);
    out->runtime_us = draw_runtime(self, state, out->n_tasks);
    bb_body_fill(&state->body, self, out);
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_lublin = {
    .name = "lublin",
    .summary = "rigid parallel jobs as on supercomputers: sizes, run times, daily cycle",
    .source = "Lublin and Feitelson, The workload on parallel supercomputers, JPDC 63(11), 2003",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .next = next,
};
