/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs that arrive independently of each other: exponential gaps, and everything else drawn by itself.
 * With one core a job and runtime exp(..) on flat:c this is the queue M/M/c. Each quantity of job i is
 * drawn by its own key, so that changing one distribution leaves the others as they were. */
#include "sim/base/bb-units.h"
#include "sim/contract/bb-generator.h"

#include <math.h>

static const BbParam params[] = {
    {.name = "jobs",
     .type = BB_PARAM_INT,
     .fallback = "1000",
     .summary = "number of jobs",
     .min = 1,
     .max = G_MAXINT64},
    {.name = "rate", .type = BB_PARAM_DOUBLE, .fallback = "1", .summary = "arrivals per second"},
    {.name = "runtime",
     .type = BB_PARAM_TEXT,
     .fallback = "exp(60s)",
     .summary = "distribution of run times"},
    {.name = "estimate",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "distribution of estimates; blank: none"},
    {.name = "cpu",
     .type = BB_PARAM_TEXT,
     .fallback = "1",
     .summary = "cores per task: an amount (2, 500m), or a distribution of whole cores"},
    {.name = "memory",
     .type = BB_PARAM_TEXT,
     .fallback = "0",
     .summary = "memory per task: an amount (4Gi), or a distribution of MiB"},
    {.name = "gpu",
     .type = BB_PARAM_TEXT,
     .fallback = "0",
     .summary = "devices per task: an amount (2, 500m), or a distribution of whole devices"},
    {.name = "disk",
     .type = BB_PARAM_TEXT,
     .fallback = "0",
     .summary = "disk per task: an amount (10Gi), or a distribution of MiB"},
    {.name = "tasks",
     .type = BB_PARAM_TEXT,
     .fallback = "1",
     .summary = "tasks per job: a number or a distribution"},
    {.name = "gang",
     .type = BB_PARAM_BOOL,
     .fallback = "no",
     .summary = "all tasks of a job start at once"},
    {.name = "kind",
     .type = BB_PARAM_ENUM,
     .fallback = "container",
     .summary = "kind of the jobs",
     .choices = "container|vm|process|bare-metal"},
    {.name = "class", .type = BB_PARAM_TEXT, .fallback = "", .summary = "class of the jobs"},
    {.name = NULL},
};

typedef gboolean (*ParseAmount)(const char *text, gint64 *out, const char **out_expected);

/* An amount, or a distribution times `unit`. */
typedef struct {
    BbDist *dist; /* NULL: constant */
    gint64 constant, unit;
    guint32 stream;
} Quantity;

typedef struct {
    gint64 n_jobs;
    double rate;
    BbTimeUs now_us;
    guint32 gaps;
    Quantity runtime, estimate, tasks;
    Quantity need[BB_N_RESOURCES];
    BbKind kind;
    gboolean gang;
    const char *class_name;
    char id[24];
} State;

static gboolean
parse_dist(BbGenerator *self, const char *name, BbDistUnit unit, gint64 scale, Quantity *out,
           GError **error)
{
    out->unit = scale;
    out->stream = bb_generator_stream(self, name);
    out->dist = bb_dist_parse(bb_params_text(self->params, name), unit, error);
    if (out->dist == NULL)
        g_prefix_error(error, "generator poisson: %s: ", name);
    return out->dist != NULL;
}

static gboolean
parse_amount(BbGenerator *self, const char *name, ParseAmount parse, gint64 scale, Quantity *out,
             GError **error)
{
    if (parse(bb_params_text(self->params, name), &out->constant, NULL))
        return TRUE;
    return parse_dist(self, name, BB_DIST_NUMBER, scale, out, error);
}

static gboolean
check_gpu(const Quantity *gpu, GError **error)
{
    if (gpu->dist == NULL && gpu->constant > 1000 && gpu->constant % 1000 != 0)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator poisson: gpu: expected a share below 1 or whole devices");
    return TRUE;
}

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    Quantity *need = state->need;
    state->n_jobs = bb_params_int(self->params, "jobs");
    state->rate = bb_params_double(self->params, "rate");
    state->kind = (BbKind)bb_params_int(self->params, "kind");
    state->gang = (gboolean)bb_params_int(self->params, "gang");
    state->class_name = bb_params_text(self->params, "class");
    state->gaps = bb_generator_stream(self, "gap");
    if (state->rate <= 0)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator poisson: rate: expected a number above 0");
    if (*bb_params_text(self->params, "estimate") != '\0' &&
        !parse_dist(self, "estimate", BB_DIST_DURATION, 1, &state->estimate, error))
        return FALSE;
    return parse_dist(self, "runtime", BB_DIST_DURATION, 1, &state->runtime, error) &&
           parse_dist(self, "tasks", BB_DIST_NUMBER, 1, &state->tasks, error) &&
           parse_amount(self, "cpu", bb_parse_cpu, 1000, &need[BB_CPU], error) &&
           parse_amount(self, "memory", bb_parse_mib, 1, &need[BB_MEMORY], error) &&
           parse_amount(self, "disk", bb_parse_mib, 1, &need[BB_DISK], error) &&
           parse_amount(self, "gpu", bb_parse_cpu, 1000, &need[BB_GPU], error) &&
           check_gpu(&need[BB_GPU], error);
}

static void
clear(BbGenerator *self)
{
    State *state = self->state;
    bb_dist_free(state->runtime.dist);
    bb_dist_free(state->estimate.dist);
    bb_dist_free(state->tasks.dist);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_dist_free(state->need[r].dist);
}

static gint64
draw(const BbGenerator *self, const Quantity *quantity, gint64 max)
{
    if (quantity->dist == NULL)
        return MIN(quantity->constant, max);
    double u = bb_rng_uniform(self->seed, quantity->stream, self->n_given, 0);
    gint64 value = bb_dist_draw(quantity->dist, u);
    return MIN(value, max / quantity->unit) * quantity->unit;
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

static void
fill_row(BbGenerator *self, BbJobRow *out)
{
    State *state = self->state;
    g_snprintf(state->id, sizeof state->id, "%" G_GUINT64_FORMAT, self->n_given + 1);
    out->id = state->id;
    out->submit_us = state->now_us;
    out->runtime_us = draw(self, &state->runtime, BB_TIME_MAX);
    if (state->estimate.dist != NULL)
        out->estimate_us = draw(self, &state->estimate, BB_TIME_MAX);
    out->kind = state->kind;
    out->gang = state->gang;
    out->class_name = state->class_name;
    out->n_tasks = MAX(1, draw(self, &state->tasks, BB_TASKS_MAX));
    gint64 most = MIN(BB_AMOUNT_MAX, G_MAXINT64 / 4 / out->n_tasks);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        out->need.v[r] = draw(self, &state->need[r], most);
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    if (self->n_given >= (guint64)((State *)self->state)->n_jobs)
        return BB_READ_END;
    if (!advance(self)) {
        bb_error_set(error, BB_ERROR_INPUT,
                     "generator poisson: job %" G_GUINT64_FORMAT
                     " arrives beyond the end of time, give a higher rate",
                     self->n_given + 1);
        return BB_READ_ERROR;
    }
    fill_row(self, out);
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_poisson = {
    .name = "poisson",
    .summary = "independent arrivals at one rate, every quantity drawn by itself",
    .source = "Kendall, Stochastic processes occurring in the theory of queues, 1953",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .next = next,
};
