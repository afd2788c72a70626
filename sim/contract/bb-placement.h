/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What the author of a placement policy reads. One file in policies/placement/ = one policy.
 *
 * A placement answers one question: how much would it cost to put one task of this shape on this
 * node? The engine looks at every node on which the task fits, takes the least cost, breaks ties by
 * the lowest node index, and keeps all books; so a policy is one function of some ten lines:
 *
 *     static guint32
 *     cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
 *     {
 *         return (guint32)(node->capacity.v[BB_CPU] - node->free.v[BB_CPU]) ...;
 *     }
 *
 * Tasks of one job are placed one after another, the books updated between; a gang that does not fit
 * whole is rolled back. */
#pragma once

#include "sim/base/bb-params.h"
#include "sim/base/bb-rng.h"
#include "sim/model/bb-cluster.h"
#include "sim/model/bb-job.h"
#include "sim/model/bb-mix.h"

typedef struct _BbPlacement BbPlacement;
typedef struct _BbPlacementClass BbPlacementClass;

/* One task that wants a node. */
typedef struct {
    const BbShape *shape;
    const BbJob *job;
    BbTimeUs now_us;
    guint32 task; /* index within the job, for draws */
} BbAsk;

#define BB_COST_MAX 0x7fffffffu

/* ---- optional: many nodes at once ---- */

#define BB_BLOCK 32
#define BB_AMOUNT_BITS 27 /* of capacities and needs in a block */

/* Some nodes, turned so that one loop of BB_BLOCK rounds over a column is a few vector instructions: no
 * call, no division and no branch in it. A lane without a node, or whose node takes nothing now, has
 * free amounts below 0. */
typedef struct {
    gint32 free[BB_N_RESOURCES][BB_BLOCK];
    gint32 capacity[BB_N_RESOURCES][BB_BLOCK];
    gint32 n_unasked[BB_N_RESOURCES][BB_BLOCK]; /* 2^21 stands for more, too */
    double inverse[BB_N_RESOURCES][BB_BLOCK];   /* of the capacity, for bb_block_part; 0 of 0 */
} BbBlock;

/* amount * one / capacity, rounded down: exactly the integer division when 0 <= amount <= capacity and
 * one <= 2^22; 0 for amounts below 0. The inverse is 2^-50 too large: that outweighs three roundings of
 * 2^-53, and adds less than 1 / capacity to the quotient. No sum of floats: nothing to fuse. */
static inline gint32
bb_block_part(gint32 amount, gint32 one, double inverse)
{
    amount &= ~(amount >> 31);
    return (gint32)((double)amount * one * inverse);
}

/* One question to a policy that chooses by itself; valid during `choose`. */
typedef struct _BbChoice BbChoice;
const BbCluster *bb_choice_cluster(const BbChoice *choice);
/* Would the engine let the task go there: admitted, room, spread, no reservation in the way. */
gboolean bb_choice_allows(const BbChoice *choice, guint node);
/* A keyed draw in [0, n), n > 0, for this task; `ordinal` tells several of one task apart. */
guint64 bb_choice_draw(const BbChoice *choice, guint32 ordinal, guint64 n);

typedef enum {
    BB_USES_JOB = 1 << 0, /* cost looks at ask->job or ask->task: not a function of (shape, node) */
    BB_USES_TIME = 1 << 1,     /* cost looks at ask->now_us */
    BB_PICK_RANDOM = 1 << 2,   /* uniform among the feasible nodes of least cost, by keyed draws */
    BB_COST_CONSTANT = 1 << 3, /* cost is NULL: every node is as good; the search may stop early */
    BB_NEEDS_RESIDENTS = 1 << 4, /* reads residents or versions of nodes */
    BB_ROOM_MAY_GROW =
        1 << 5, /* `choose`: a task that starts can make room for another (affinity) */
    BB_NEEDS_MIX =
        1 << 6, /* reads `mix`: of its parameter `target`, a trace, where that is given */
} BbPlacementFlags;

struct _BbPlacementClass {
    const char *name;      /* "best-fit", also the file's name */
    const char *summary;   /* one line for `breakbulk list placements` */
    const char *source;    /* paper, or repository and file */
    const BbParam *params; /* ended by name NULL; NULL: none */
    const char *text;      /* takes "NAME: TEXT"; this one when none is given. NULL: takes none */
    BbPlacementFlags flags;
    gsize state_size; /* zeroed bytes at self->state, without pointers (the engine may copy it) */
    gboolean (*init)(BbPlacement *self, GError **error); /* optional */
    /* The cluster is there, as it is before anything runs. Optional. */
    gboolean (*begin)(BbPlacement *self, const BbCluster *cluster, GError **error);
    void (*clear)(BbPlacement *self); /* frees `cache`. Optional */
    /* Least wins; in [0, BB_COST_MAX]. Called for nodes on which the task fits, pure in (state, ask,
     * node). Integers only, or floats that end in one. NULL only with BB_COST_CONSTANT. */
    guint32 (*cost)(const BbPlacement *self, const BbAsk *ask, const BbNode *node);
    /* Optional, for speed alone: the same numbers for all lanes of a block. Where the task does not
     * fit they may be any. Pure as `cost`; the time and the job are not to be looked at. */
    void (*block_costs)(const BbPlacement *self, const BbAsk *ask, const BbBlock *block,
                        gint32 *restrict costs);
    /* Instead of cost, for policies that weigh nodes against each other (spread, affinity, sampling):
     * an allowed node for one task, or -1. A function of (state, ask, nodes); the engine checks the
     * answer. Every node is looked at as often as the policy likes: at least O(nodes) a task. */
    gint (*choose)(BbPlacement *self, const BbAsk *ask, const BbChoice *choice);
    /* Beside choose, for policies that place a group as one decision: nodes for ask->task and the
     * n - 1 after it into `nodes`; returns for how many. The engine takes them in that order, as long
     * as each has room. Optional: task by task. */
    guint32 (*choose_group)(BbPlacement *self, const BbAsk *ask, guint32 n, const BbChoice *choice,
                            guint32 *nodes);
    /* The node from which ties and first fits are counted, in [0, n). Optional: 0. */
    guint (*start)(const BbPlacement *self, guint n_nodes);
    /* The task went there. Optional: for policies that remember (next-fit, round-robin). A gang that
     * is rolled back restores the state to what it was before its first task. */
    void (*placed)(BbPlacement *self, const BbAsk *ask, const BbNode *node);
    /* Which devices of the node the task gets. Optional: bb_node_default_devices. */
    guint64 (*choose_devices)(const BbPlacement *self, const BbAsk *ask, const BbNode *node);
};

struct _BbPlacement {
    const BbPlacementClass *klass;
    BbParams *params;       /* owned */
    char *text;             /* owned; NULL: the class takes none */
    BbPlacementFlags flags; /* the class's; init may add to them */
    gpointer state;
    gpointer cache;   /* what can be worked out again: owned by the policy, never copied */
    GError *failure;  /* set by a policy that cannot go on: the run ends with it */
    guint64 seed;     /* of the experiment, for keyed draws */
    const BbMix *mix; /* what is usually asked for; NULL: not known. Set before `begin`, borrowed */
    guint32 modelled; /* bit r: the cluster models resource r */
};

/* "best-fit", "name,k=v". BB_ERROR_USAGE for an unknown name or parameter, with a suggestion.
 * `modelled` and `seed` are filled in by the engine. */
BbPlacement *bb_placement_new(const BbPlacementClass *const *classes, const char *text,
                              GError **error);
/* The text with the value of each BB_PARAM_FILE put through `change`, as bb_generator_map_files. */
char *bb_placement_map_files(const BbPlacementClass *const *classes, const char *text,
                             char *(*change)(gpointer data, const char *path, GError **error),
                             gpointer data, GError **error);
void bb_placement_free(BbPlacement *placement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbPlacement, bb_placement_free)
