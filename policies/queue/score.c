/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score that the user writes, the job of the highest score goes first:
 *
 *     --queue 'score: wait^3/estimate^3*procs'                          WFP3
 *
 * The grammar: sim/base/bb-expression.h. Values: wait, estimate (seconds), submit (seconds since the
 * trace's beginning), procs (cores of all tasks), tasks, priority, need(R) of one task. Equal scores:
 * submit time, then trace order; what is not a number comes last. One-liners of the literature:
 * policies/README.md.
 *
 * A score without wait never changes while a job waits: the engine keeps the order. With it the
 * waiting jobs are sorted at every pass, O(n log n).
 *
 * Source: WFP3, UNICEF: Tang, Lan, Desai, Buettner, CLUSTER 2009; F1 to F4: Carastan-Santos, de Camargo,
 * SC'17; SAF, LXF: Carastan-Santos et al., CCGRID 2019; Chiang, Arpaci-Dusseau, Vernon, JSSPP 2002. */
#include "sim/base/bb-expression.h"
#include "sim/contract/bb-queue.h"

#include <math.h>

enum { WAIT, ESTIMATE, SUBMIT, PROCS, TASKS, PRIORITY, NEED, N_VALUES = NEED + BB_N_RESOURCES };

static const char *const plain_names[] = {"wait",  "estimate", "submit",
                                          "procs", "tasks",    "priority"};
static const char *const known_names[] = {"wait",       "estimate",  "submit",    "procs",
                                          "tasks",      "priority",  "need(cpu)", "need(memory)",
                                          "need(disk)", "need(gpu)", NULL};

typedef struct {
    BbExpression *expression;
    gboolean uses_wait;
} State;

static gint
lookup(gpointer data, const char *name, char *const *args, guint n_args)
{
    (void)data;
    for (gint i = 0; n_args == 0 && i < NEED; i++)
        if (g_str_equal(plain_names[i], name))
            return i;
    for (gint r = 0; n_args == 1 && g_str_equal(name, "need") && r < BB_N_RESOURCES; r++)
        if (g_str_equal(bb_resource_names[r], args[0]))
            return NEED + r;
    return -1;
}

static gboolean
init(BbQueue *self, GError **error)
{
    State *state = self->state;

    state->expression = bb_expression_parse(self->text, lookup, NULL, known_names, error);
    state->uses_wait = state->expression && bb_expression_reads(state->expression, WAIT);
    return state->expression != NULL;
}

static void
clear(BbQueue *self)
{
    bb_expression_free(((State *)self->state)->expression);
}

static double
seconds(BbTimeUs time_us)
{
    return time_us == BB_TIME_NEVER ? (double)INFINITY : (double)time_us / G_USEC_PER_SEC;
}

static double
value_of(gint value, const BbJob *job, BbTimeUs now_us)
{
    const gint64 *need = job->shape->need.v;

    switch (value) {
    case WAIT:
        return seconds(now_us - job->submit_us);
    case ESTIMATE:
        return seconds(job->estimate_us);
    case SUBMIT:
        return seconds(job->submit_us);
    case PROCS:
        return (double)need[BB_CPU] / 1000 * job->n_tasks;
    case TASKS:
        return job->n_tasks;
    case PRIORITY:
        return job->priority;
    default:
        return value == NEED + BB_CPU || value == NEED + BB_GPU ? (double)need[value - NEED] / 1000
                                                                : (double)need[value - NEED];
    }
}

/* Never NaN, which has no order: below all instead. */
static double
score_of(const State *state, const BbJob *job, BbTimeUs now_us)
{
    double values[N_VALUES], score;
    const double *columns[N_VALUES];
    guint n;
    const gint *wanted = bb_expression_values(state->expression, &n);

    for (guint i = 0; i < n; i++) {
        values[i] = value_of(wanted[i], job, now_us);
        columns[i] = &values[i];
    }
    bb_expression_eval(state->expression, columns, 1, &score);
    return isnan(score) ? (double)-INFINITY : score;
}

static gint
compare(const BbQueue *self, const BbJob *a, const BbJob *b)
{
    const State *state = self->state;
    double x, y;

    if (state->uses_wait)
        return 0;
    x = score_of(state, a, a->submit_us);
    y = score_of(state, b, b->submit_us);
    return (x < y) - (x > y);
}

/* ---- a pass ---- */

typedef struct {
    double score;
    const BbJob *job;
} Scored;

static gint
by_score(gconstpointer a, gconstpointer b)
{
    const Scored *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->job->submit_us != y->job->submit_us)
        return x->job->submit_us < y->job->submit_us ? -1 : 1;
    return (x->job->seq > y->job->seq) - (x->job->seq < y->job->seq);
}

/* The waiting jobs, first to go first. */
static GArray *
in_order(const BbQueue *self, BbPass *pass)
{
    const State *state = self->state;
    GArray *jobs = g_array_new(FALSE, FALSE, sizeof(Scored));
    BbTimeUs now_us = bb_pass_now(pass);
    BbWalk walk = BB_WALK_INIT;
    const BbJob *job;

    while ((job = bb_pass_next(pass, &walk))) {
        Scored scored = {state->uses_wait ? score_of(state, job, now_us) : 0, job};

        g_array_append_val(jobs, scored);
    }
    if (state->uses_wait)
        g_array_sort(jobs, by_score);
    return jobs;
}

static void
schedule(BbQueue *self, BbPass *pass)
{
    const State *state = self->state;
    gboolean backfills = bb_params_int(self->params, "backfill") != 0;
    gint64 skip = bb_params_int(self->params, "skip"), n_passed = 0;
    g_autoptr(GArray) jobs = NULL;
    guint i = 0;

    if (!backfills && !state->uses_wait) {
        bb_pass_in_order(pass, skip);
        return;
    }
    jobs = in_order(self, pass);
    for (; i < jobs->len; i++)
        if (bb_pass_try(pass, g_array_index(jobs, Scored, i).job) != BB_STARTED &&
            (backfills || (skip >= 0 && ++n_passed > skip)))
            break;
    if (!backfills || i == jobs->len)
        return;
    if (bb_pass_reserve(pass, g_array_index(jobs, Scored, i).job, BB_RESERVE_RETEST) ==
        BB_TIME_NEVER)
        bb_pass_count_no_shadow(pass);
    while (++i < jobs->len)
        bb_pass_try(pass, g_array_index(jobs, Scored, i).job);
}

static const BbParam params[] = {
    {.name = "backfill",
     .type = BB_PARAM_ENUM,
     .fallback = "none",
     .summary = "easy: the first blocked job gets a reservation, later ones may fill gaps",
     .choices = "none|easy"},
    {.name = "skip",
     .type = BB_PARAM_INT,
     .fallback = "0",
     .summary = "without backfill: blocked jobs that later ones may pass, -1: any number",
     .min = -1,
     .max = G_MAXINT32},
    {.name = NULL},
};

const BbQueueClass bb_queue_score = {
    .name = "score",
    .summary = "the job of the highest score first, an expression: score: wait^3/estimate^3*procs",
    .source = "Tang et al., CLUSTER 2009; Carastan-Santos, de Camargo, SC'17",
    .params = params,
    .text = "wait^3/estimate^3*procs",
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .compare = compare,
    .schedule = schedule,
    .projects = TRUE,
};
