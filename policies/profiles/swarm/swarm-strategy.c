/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binpack takes the highest weight and then the most containers, spread the lowest and the fewest.
 * Swarm sorts all nodes; the first of the best is what a stable sort would put in front. */
#include "swarm.h"

#include "sim/base/bb-types.h"

#define HEALTH_FACTOR 10
#define RANDOM_TRIES 16

typedef struct {
    const SwarmContainer *asked;
    const SwarmNode *nodes;
    guint n_nodes;
    SwarmStrategy strategy;
    gboolean soft;
    SwarmAllows allows;
    gpointer data;
} Question;

gint64
swarm_overcommit(gint64 amount, gint64 percent)
{
    return amount + (gint64)((BbInt128)amount * percent / 100);
}

/* Per cent of the total that would be reserved; 100 when nothing is asked for. */
static gint64
score(gint64 used, gint64 asked, gint64 total)
{
    return asked > 0 ? (gint64)((BbInt128)(used + asked) * 100 / total) : 100;
}

gboolean
swarm_weigh(const SwarmContainer *asked, const SwarmNode *node, SwarmStrategy strategy,
            gint64 *out_weight)
{
    gint64 cpu, memory;

    if (node->total_memory < asked->memory || node->total_cpus < asked->cpus)
        return FALSE;
    cpu = score(node->used_cpus, asked->cpus, node->total_cpus);
    memory = score(node->used_memory, asked->memory, node->total_memory);
    if (cpu > 100 || memory > 100)
        return FALSE;
    *out_weight =
        cpu + memory + (strategy == SWARM_BINPACK ? HEALTH_FACTOR : -HEALTH_FACTOR) * node->health;
    return TRUE;
}

static gboolean
is_candidate(const Question *q, guint node)
{
    return (!q->allows || q->allows(q->data, node)) &&
           swarm_passes(q->asked, &q->nodes[node], q->soft);
}

/* The questions are asked only of a node that would be better than the best so far. */
static gint
pick_weighed(const Question *q)
{
    gint64 sign = q->strategy == SWARM_BINPACK ? -1 : 1, best_weight = 0, best_containers = 0;
    gint best = -1;

    for (guint i = 0; i < q->n_nodes; i++) {
        gint64 weight, containers = sign * (gint64)q->nodes[i].n_containers;

        if (!swarm_weigh(q->asked, &q->nodes[i], q->strategy, &weight))
            continue;
        weight *= sign;
        if (best >= 0 &&
            (weight > best_weight || (weight == best_weight && containers >= best_containers)))
            continue;
        if (is_candidate(q, i)) {
            best = (gint)i;
            best_weight = weight;
            best_containers = containers;
        }
    }
    return best;
}

/* The next of a sequence of draws (Knuth's linear congruential generator). */
static guint
next_draw(guint64 *state, guint n)
{
    *state =
        *state * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return (guint)((*state >> 32) % n);
}

/* Any candidate, each as likely: a few nodes are tried before all are asked. */
static gint
pick_random(const Question *q, guint64 draw)
{
    g_autofree guint *candidates = NULL;
    guint n = 0;

    for (guint i = 0; i < RANDOM_TRIES && q->n_nodes > 0; i++) {
        guint node = next_draw(&draw, q->n_nodes);

        if (is_candidate(q, node))
            return (gint)node;
    }
    candidates = g_new(guint, q->n_nodes + 1);
    for (guint i = 0; i < q->n_nodes; i++)
        if (is_candidate(q, i))
            candidates[n++] = i;
    return n ? (gint)candidates[next_draw(&draw, n)] : -1;
}

static gboolean
any_soft(const GArray *exprs)
{
    for (guint i = 0; exprs && i < exprs->len; i++)
        if (g_array_index(exprs, SwarmExpr, i).soft)
            return TRUE;
    return FALSE;
}

gint
swarm_place(const SwarmContainer *asked, const SwarmNode *nodes, guint n_nodes,
            SwarmStrategy strategy, guint64 draw, SwarmAllows allows, gpointer data)
{
    Question q = {asked, nodes, n_nodes, strategy, TRUE, allows, data};

    gboolean again =
        any_soft(asked->affinities) || any_soft(asked->constraints) || any_soft(asked->whitelist);

    for (;; q.soft = again = FALSE) {
        gint node = strategy == SWARM_RANDOM ? pick_random(&q, draw) : pick_weighed(&q);

        if (node >= 0 || !again)
            return node;
    }
}
