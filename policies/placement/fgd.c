/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fragmentation gradient descent: the node, and of it the device, on which the task makes the least more
 * of the free devices useless to what is usually asked for (sim/model/bb-fragmentation.h). With F the
 * node's fragment in thousandths of a device, the score is int(100 / (1 + exp(-(F before - F after) /
 * 1000))): an integer, so many nodes tie, and the order of the nodes decides. score=float keeps the
 * fraction, as an integer of 30 bits.
 *
 * What is usual comes from `target`, a trace, or else from the experiment. Shares go to the device with
 * the best score, first index at ties; whole devices are the lowest free.
 *
 * Source: Weng et al.: Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation
 * Gradient Descent, USENIX ATC 2023; hkust-adsl/kubernetes-scheduler-simulator
 * pkg/simulator/plugin/fgd_score.go. */
#include "sim/contract/bb-placement.h"
#include "sim/model/bb-fragmentation.h"

#include <math.h>
#include <string.h>

#define FLOAT_ONE (1 << 30)
#define MEMOS_MAX (G_GUINT64_CONSTANT(1) << 24) /* of 8 bytes */
#define STATES_MAX (1u << 20)

/* All that a node is to the score. Nodes are often in the same state, and a node comes back to one. */
typedef struct {
    double before; /* F */
    gint64 cpu;
    guint32 gpu_model, n_devices, index;
    gint32 left[];
} NodeState;

/* The cost of a shape on nodes of a state. */
typedef struct {
    guint32 cost;
    gint32 device; /* of a share, else -1 */
} Memo;

#define UNKNOWN G_MAXUINT32 /* all bytes 255, as of a new memo */

/* Of one shape, by state index. */
typedef struct {
    Memo *at;
    guint n;
} Memos;

typedef struct {
    BbFragmentation *fragmentation;
    GHashTable *states; /* of NodeState, to itself */
    struct {
        guint64 seen; /* its version + 1 when `state` was true */
        const NodeState *state;
    } * nodes;
    guint n_nodes;
    guint n_states;
    GArray *memos; /* of Memos, by shape index */
    guint64 n_memos;
} Cache;

typedef struct {
    double one; /* the score of the best node */
} State;

/* ---- States of nodes ---- */

static guint
state_hash(gconstpointer data)
{
    const NodeState *state = data;
    guint64 hash = (guint64)state->cpu * 0x9e3779b97f4a7c15u + state->gpu_model;
    for (guint d = 0; d < state->n_devices; d++)
        hash = (hash ^ (guint64)state->left[d]) * 0x100000001b3u + (hash >> 29);
    return (guint)(hash ^ hash >> 32);
}

static gboolean
state_equal(gconstpointer a, gconstpointer b)
{
    const NodeState *x = a, *y = b;
    return x->cpu == y->cpu && x->gpu_model == y->gpu_model && x->n_devices == y->n_devices &&
           memcmp(x->left, y->left, x->n_devices * sizeof *x->left) == 0;
}

static const NodeState *
find_state(Cache *cache, const BbNode *node)
{
    gsize n_left = node->n_devices * sizeof(gint32);
    NodeState *state = g_malloc0(sizeof *state + n_left);
    state->cpu = node->free.v[BB_CPU];
    state->gpu_model = node->gpu_model;
    state->n_devices = node->n_devices;
    if (n_left > 0)
        memcpy(state->left, node->device_free, n_left);
    const NodeState *known = g_hash_table_lookup(cache->states, state);
    if (known) {
        g_free(state);
        return known;
    }
    bb_fragmentation_load(cache->fragmentation, node);
    state->before = bb_fragmentation_now(cache->fragmentation);
    state->index = cache->n_states++;
    g_hash_table_add(cache->states, state);
    return state;
}

/* Equal versions of a node, equal books. */
static const NodeState *
state_of(Cache *cache, const BbNode *node)
{
    if (cache->nodes[node->index].seen != node->version + 1) {
        cache->nodes[node->index].seen = node->version + 1;
        cache->nodes[node->index].state = find_state(cache, node);
    }
    return cache->nodes[node->index].state;
}

static void
clear_memos(gpointer data)
{
    g_free(((Memos *)data)->at);
}

/* Everything can be worked out again. */
static void
forget_all(Cache *cache)
{
    memset(cache->nodes, 0, cache->n_nodes * sizeof *cache->nodes);
    g_hash_table_remove_all(cache->states);
    g_array_set_size(cache->memos, 0);
    cache->n_states = 0;
    cache->n_memos = 0;
}

static void
grow(Cache *cache, Memos *memos)
{
    guint n = cache->n_states + cache->n_states / 4;
    memos->at = g_renew(Memo, memos->at, n);
    memset(memos->at + memos->n, 255, (n - memos->n) * sizeof *memos->at);
    cache->n_memos += n - memos->n;
    memos->n = n;
}

static Memo *
memo_of(Cache *cache, guint shape, guint state)
{
    if (cache->memos->len <= shape)
        g_array_set_size(cache->memos, shape + 1);
    Memos *memos = &g_array_index(cache->memos, Memos, shape);
    if (memos->n <= state)
        grow(cache, memos);
    return &memos->at[state];
}

static gboolean
begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    State *state = self->state;
    Cache *cache = g_new0(Cache, 1);
    g_autoptr(BbMix) none = bb_mix_new();
    (void)error;
    state->one = bb_params_int(self->params, "score") == 0 ? 100 : FLOAT_ONE;
    cache->fragmentation = bb_fragmentation_new(self->mix ? self->mix : none, cluster);
    cache->states = g_hash_table_new_full(state_hash, state_equal, NULL, g_free);
    cache->n_nodes = bb_cluster_n(cluster);
    cache->nodes = g_malloc0_n(cache->n_nodes, sizeof *cache->nodes);
    cache->memos = g_array_new(FALSE, TRUE, sizeof(Memos));
    g_array_set_clear_func(cache->memos, clear_memos);
    self->cache = cache;
    return TRUE;
}

static void
clear(BbPlacement *self)
{
    Cache *cache = self->cache;
    if (!cache)
        return;
    bb_fragmentation_free(cache->fragmentation);
    g_hash_table_unref(cache->states);
    g_free(cache->nodes);
    g_array_unref(cache->memos);
    g_free(cache);
}

/* ---- Scores ---- */

static guint32
score(const State *state, double before, double after)
{
    return (guint32)(state->one * (1 / (1 + exp(-((before - after) / 1000)))));
}

/* Equal devices make equal nodes: only the first of them can win. */
static gboolean
is_twin(const BbNode *node, guint device)
{
    for (guint d = 0; d < device; d++)
        if (node->device_free[d] == node->device_free[device])
            return TRUE;
    return FALSE;
}

static guint32
best_share(const State *state, BbFragmentation *fragmentation, const BbShape *shape,
           const BbNode *node, double before, gint32 *out_device)
{
    gint32 milli = (gint32)shape->gpu_share_milli;
    guint32 best = 0;
    *out_device = -1;
    for (guint d = 0; d < node->n_devices; d++) {
        if (node->device_free[d] < milli || is_twin(node, d))
            continue;
        double after = bb_fragmentation_if(fragmentation, shape->need.v[BB_CPU],
                                           G_GUINT64_CONSTANT(1) << d, milli);
        guint32 found = score(state, before, after);
        if (*out_device >= 0 && found <= best)
            continue;
        best = found;
        *out_device = (gint32)d;
    }
    return best;
}

static Memo
work_out(const BbPlacement *self, const BbShape *shape, const BbNode *node, double before)
{
    const State *state = self->state;
    BbFragmentation *fragmentation = ((Cache *)self->cache)->fragmentation;
    Memo memo = {.device = -1};
    guint32 best;

    bb_fragmentation_load(fragmentation, node);
    if (shape->whole_node) {
        best = score(state, before, 0);
    } else if (shape->gpu_share_milli > 0) {
        best = best_share(state, fragmentation, shape, node, before, &memo.device);
    } else {
        guint64 devices = shape->n_gpus > 0 ? bb_node_default_devices(node, shape) : 0;
        best = score(state, before,
                     bb_fragmentation_if(fragmentation, shape->need.v[BB_CPU], devices, 1000));
    }
    memo.cost = (guint32)state->one - best;
    return memo;
}

static Memo
look_up(const BbPlacement *self, const BbShape *shape, const BbNode *node)
{
    Cache *cache = self->cache;
    if (cache->n_memos > MEMOS_MAX || cache->n_states > STATES_MAX)
        forget_all(cache);
    const NodeState *state = state_of(cache, node);
    Memo *memo = memo_of(cache, shape->index, state->index);
    if (memo->cost == UNKNOWN)
        *memo = work_out(self, shape, node, state->before);
    return *memo;
}

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    return look_up(self, ask->shape, node).cost;
}

static guint64
choose_devices(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    if (ask->shape->gpu_share_milli == 0 || ask->shape->whole_node)
        return bb_node_default_devices(node, ask->shape);
    return G_GUINT64_CONSTANT(1) << look_up(self, ask->shape, node).device;
}

static const BbParam params[] = {
    {.name = "target",
     .type = BB_PARAM_FILE,
     .fallback = "",
     .summary = "the trace that says what is usually asked for, FILE[:FORMAT]; none: the "
                "experiment's"},
    {.name = "score",
     .type = BB_PARAM_ENUM,
     .fallback = "integer",
     .summary = "integer: 0 to 100, as published; float: not cut",
     .choices = "integer|float"},
    {.name = NULL},
};

const BbPlacementClass bb_placement_fgd = {
    .name = "fgd",
    .summary = "the node and device where the least becomes useless to the usual demands",
    .source = "Weng et al., Beware of fragmentation, USENIX ATC 2023",
    .params = params,
    .flags = BB_NEEDS_RESIDENTS | BB_NEEDS_MIX,
    .state_size = sizeof(State),
    .begin = begin,
    .clear = clear,
    .cost = cost,
    .choose_devices = choose_devices,
};
