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

typedef enum {
    BB_USES_JOB = 1 << 0, /* cost looks at ask->job or ask->task: not a function of (shape, node) */
    BB_USES_TIME = 1 << 1,     /* cost looks at ask->now_us */
    BB_PICK_RANDOM = 1 << 2,   /* uniform among the feasible nodes of least cost, by keyed draws */
    BB_COST_CONSTANT = 1 << 3, /* cost is NULL: every node is as good; the search may stop early */
} BbPlacementFlags;

struct _BbPlacementClass {
    const char *name;      /* "best-fit", also the file's name */
    const char *summary;   /* one line for `breakbulk list placements` */
    const char *source;    /* paper, or repository and file */
    const BbParam *params; /* ended by name NULL; NULL: none */
    BbPlacementFlags flags;
    gsize state_size; /* zeroed bytes at self->state, without pointers (the engine may copy it) */
    gboolean (*init)(BbPlacement *self, GError **error); /* optional */
    /* Least wins; in [0, BB_COST_MAX]. Called for nodes on which the task fits, pure in (state, ask,
     * node). Integers only, or floats that end in one. NULL only with BB_COST_CONSTANT. */
    guint32 (*cost)(const BbPlacement *self, const BbAsk *ask, const BbNode *node);
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
    BbParams *params; /* owned */
    gpointer state;
    guint64 seed;     /* of the experiment, for keyed draws */
    guint32 modelled; /* bit r: the cluster models resource r */
};

/* "best-fit", "name,k=v". BB_ERROR_USAGE for an unknown name or parameter, with a suggestion.
 * `modelled` and `seed` are filled in by the engine. */
BbPlacement *bb_placement_new(const BbPlacementClass *const *classes, const char *text,
                              GError **error);
void bb_placement_free(BbPlacement *placement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbPlacement, bb_placement_free)
