/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A score that the user writes, the node of the highest score wins:
 *
 *     --placement 'score: 0.6*free(cpu)/cap(cpu) + 0.4*dot(need,free)'
 *
 * The grammar: sim/base/bb-expression.h. Values of the node: free(R) cap(R) used(R) tasks devices speed
 * price; of the task: need(R); of its job: estimate priority size; wait, in seconds as estimate. R is
 * cpu (cores), memory, disk (MiB) or gpu (devices). dot(A,B) of two of need, free, cap, used: the sum
 * over the resources of their product, both as fractions of the node's capacity.
 *
 * Scores are compared as numbers of 23 significant bits, so that one that differs only by rounding is
 * a tie; what is not a number is worse than any. A score that reads the job or the time cannot be
 * indexed. */
#include "sim/base/bb-expression.h"
#include "sim/contract/bb-placement.h"

#include <math.h>
#include <string.h>

/* What a value is about; with a resource: AMOUNTS + kind * BB_N_RESOURCES + r; dot: DOTS + a * 4 + b. */
enum { FREE, CAP, USED, NEED, N_AMOUNTS };
enum { TASKS, DEVICES, SPEED, PRICE, ESTIMATE, PRIORITY, SIZE, WAIT, N_PLAIN };
enum { AMOUNTS = N_PLAIN, DOTS = AMOUNTS + N_AMOUNTS * BB_N_RESOURCES };

static const char *const plain_names[] = {"tasks",    "devices",  "speed", "price",
                                          "estimate", "priority", "size",  "wait"};
static const char *const amount_names[] = {"free", "cap", "used", "need"};
/* For suggestions. */
static const char *const known_names[] = {
    "free(cpu)",   "free(memory)",   "free(disk)", "free(gpu)",    "cap(cpu)",
    "cap(memory)", "cap(disk)",      "cap(gpu)",   "used(cpu)",    "used(memory)",
    "used(disk)",  "used(gpu)",      "need(cpu)",  "need(memory)", "need(disk)",
    "need(gpu)",   "dot(need,free)", "tasks",      "devices",      "speed",
    "price",       "estimate",       "priority",   "size",         "wait",
    NULL};

static gint
find(const char *const *names, guint n, const char *name)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(names[i], name))
            return (gint)i;
    return -1;
}

static gint
lookup(gpointer data, const char *name, char *const *args, guint n_args)
{
    gint plain = find(plain_names, N_PLAIN, name);
    gint amount = find(amount_names, N_AMOUNTS, name);

    (void)data;
    if (n_args == 0)
        return plain;
    if (n_args == 1 && amount >= 0) {
        gint r = find(bb_resource_names, BB_N_RESOURCES, args[0]);

        return r < 0 ? -1 : AMOUNTS + amount * BB_N_RESOURCES + r;
    }
    if (n_args == 2 && g_str_equal(name, "dot")) {
        gint a = find(amount_names, N_AMOUNTS, args[0]), b = find(amount_names, N_AMOUNTS, args[1]);

        return a < 0 || b < 0 ? -1 : DOTS + a * N_AMOUNTS + b;
    }
    return -1;
}

static gboolean
init(BbPlacement *self, GError **error)
{
    static const gint of_job[] = {ESTIMATE, PRIORITY, SIZE, WAIT};
    BbExpression *expression = bb_expression_parse(self->text, lookup, NULL, known_names, error);

    if (!expression)
        return FALSE;
    self->cache = expression;
    for (guint i = 0; i < G_N_ELEMENTS(of_job); i++)
        if (bb_expression_reads(expression, of_job[i]))
            self->flags |= BB_USES_JOB;
    if (bb_expression_reads(expression, WAIT))
        self->flags |= BB_USES_TIME;
    return TRUE;
}

static void
clear(BbPlacement *self)
{
    bb_expression_free(self->cache);
    self->cache = NULL;
}

/* ---- values ---- */

static gint64
amount(guint kind, const BbAsk *ask, const BbNode *node, guint r)
{
    switch (kind) {
    case FREE:
        return node->free.v[r];
    case CAP:
        return node->capacity.v[r];
    case USED:
        return node->capacity.v[r] - node->free.v[r];
    default:
        return ask->shape->need.v[r];
    }
}

static double
dot(guint a, guint b, const BbAsk *ask, const BbNode *node)
{
    double sum = 0;

    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        double cap = (double)node->capacity.v[r];

        if (cap > 0)
            sum += (double)amount(a, ask, node, r) / cap * ((double)amount(b, ask, node, r) / cap);
    }
    return sum;
}

static double
seconds(BbTimeUs time_us)
{
    return time_us == BB_TIME_NEVER ? (double)INFINITY : (double)time_us / G_USEC_PER_SEC;
}

static double
plain_value(gint value, const BbAsk *ask, const BbNode *node)
{
    switch (value) {
    case TASKS:
        return node->n_tasks;
    case DEVICES:
        return node->n_devices;
    case SPEED:
        return node->speed_milli / 1000.0;
    case PRICE:
        return (double)node->price_micro_per_h / 1e6;
    case ESTIMATE:
        return seconds(ask->job->estimate_us);
    case PRIORITY:
        return ask->job->priority;
    case SIZE:
        return ask->job->n_tasks;
    default:
        return seconds(ask->now_us - ask->job->submit_us);
    }
}

static double
value_of(gint value, const BbAsk *ask, const BbNode *node)
{
    if (value < AMOUNTS)
        return plain_value(value, ask, node);
    if (value < DOTS) {
        guint r = (guint)(value - AMOUNTS) % BB_N_RESOURCES;
        double exact = (double)amount((guint)(value - AMOUNTS) / BB_N_RESOURCES, ask, node, r);

        return r == BB_CPU || r == BB_GPU ? exact / 1000 : exact;
    }
    return dot((guint)(value - DOTS) / N_AMOUNTS, (guint)(value - DOTS) % N_AMOUNTS, ask, node);
}

/* ---- the cost ---- */

/* Order of numbers as order of integers: a float's bits, turned so that they compare as unsigned. */
static guint32
cost_of(double score)
{
    float rounded = (float)score;
    guint32 bits;

    if (isnan(rounded))
        return BB_COST_MAX;
    memcpy(&bits, &rounded, sizeof bits);
    bits = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return BB_COST_MAX - (bits >> 1);
}

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    double values[DOTS + N_AMOUNTS * N_AMOUNTS], score;
    const double *columns[G_N_ELEMENTS(values)];
    guint n;
    const gint *wanted = bb_expression_values(self->cache, &n);

    for (guint i = 0; i < n; i++) {
        values[i] = value_of(wanted[i], ask, node);
        columns[i] = &values[i];
    }
    bb_expression_eval(self->cache, columns, 1, &score);
    return cost_of(score);
}

const BbPlacementClass bb_placement_score = {
    .name = "score",
    .summary = "the node of the highest score, an expression: score: free(cpu)/cap(cpu)",
    .source = "policies/README.md",
    .text = "dot(need,free)",
    .init = init,
    .clear = clear,
    .cost = cost,
};
