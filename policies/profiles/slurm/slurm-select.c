/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every further node takes what is still missing, but leaves one cpu to each node that must follow. */
#include "slurm-select.h"

typedef struct {
    guint begin, end;
    guint64 cpus;
    guint32 n_nodes, weight;
    gboolean enough;
} Set;

typedef struct {
    const SlurmNode *nodes;
    guint n;
    gboolean *taken;
    guint64 cpus_left;
    guint32 nodes_left, room; /* nodes that must, and that may still come */
    SlurmPick *picks;
    guint n_picks;
} Selection;

static gboolean
is_usable(const Selection *s, guint i)
{
    return s->nodes[i].cpus > 0 && !s->taken[i];
}

/* The set that begins at the first usable node from `begin` on; empty when there is none. */
static Set
next_set(const Selection *s, guint begin)
{
    Set set = {0};

    while (begin < s->n && !is_usable(s, begin))
        begin++;
    set.begin = set.end = begin;
    set.weight = begin < s->n ? s->nodes[begin].weight : 0;
    for (; set.end < s->n && is_usable(s, set.end) && s->nodes[set.end].weight == set.weight;
         set.end++) {
        set.cpus += s->nodes[set.end].cpus;
        set.n_nodes++;
    }
    set.enough = set.cpus >= s->cpus_left && set.n_nodes >= s->nodes_left;
    return set;
}

static gboolean
is_better(const Set *set, const Set *best)
{
    if (best->n_nodes == 0 || set->weight != best->weight)
        return best->n_nodes == 0 || set->weight < best->weight;
    if (set->enough != best->enough)
        return set->enough;
    return set->enough ? set->cpus < best->cpus : set->cpus > best->cpus;
}

static Set
best_set(const Selection *s)
{
    Set best = {0}, set = next_set(s, 0);

    for (; set.n_nodes > 0; set = next_set(s, set.end))
        if (is_better(&set, &best))
            best = set;
    return best;
}

static void
take(Selection *s, guint node)
{
    guint64 spare = s->nodes_left > 1 ? s->nodes_left - 1 : 0;
    guint64 most = s->cpus_left > spare ? s->cpus_left - spare : 1;
    guint32 cpus = (guint32)MIN(s->nodes[node].cpus, most);

    s->picks[s->n_picks++] = (SlurmPick){node, cpus};
    s->taken[node] = TRUE;
    s->cpus_left -= MIN(s->cpus_left, cpus);
    s->nodes_left -= s->nodes_left > 0 ? 1 : 0;
    s->room--;
}

static gboolean
is_done(const Selection *s)
{
    return s->cpus_left == 0 && s->nodes_left == 0;
}

guint
slurm_select(const SlurmNode *nodes, guint n, guint32 cpus, guint32 min_nodes, guint32 max_nodes,
             SlurmPick *picks)
{
    g_autofree gboolean *taken = g_new0(gboolean, n + 1);
    Selection s = {nodes, n, taken, cpus, min_nodes, max_nodes ? max_nodes : G_MAXUINT32, picks, 0};

    while (!is_done(&s) && s.room > 0) {
        Set set = best_set(&s);

        if (set.n_nodes == 0)
            return 0;
        for (guint i = set.begin; i < set.end && !is_done(&s) && s.room > 0; i++)
            take(&s, i);
    }
    return is_done(&s) ? s.n_picks : 0;
}
