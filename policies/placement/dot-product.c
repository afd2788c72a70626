/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dot product: the node whose free amounts point most in the direction of the demand. Both are taken
 * as fractions of the node's capacity, d_r and f_r, and the greatest sum of w_r d_r f_r over the
 * resources wins. The weights are 1 unless given: the paper's (the average demand in each resource,
 * over all items) need the whole trace in advance. Fractions are integers of 22 bits, rounded down.
 *
 * Source: Panigrahy, Talwar, Uyeda, Wieder: Heuristics for vector bin packing, Microsoft Research
 * 2011 (DotProduct, bin-centric). */
#include "sim/contract/bb-placement.h"

#define ONE_BITS 22
#define WEIGHT_MAX 1000

typedef struct {
    gint64 weight[BB_N_RESOURCES];
    gint64 weight_sum;
} State;

static gboolean
init(BbPlacement *self, GError **error)
{
    (void)error;
    State *state = self->state;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        state->weight[r] = bb_params_int(self->params, bb_resource_names[r]);
        state->weight_sum += state->weight[r];
    }
    state->weight_sum = MAX(state->weight_sum, 1);
    return TRUE;
}

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    const State *state = self->state;
    const BbResources *need = &ask->shape->need;
    gint64 product = 0;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (need->v[r] == 0)
            continue;
        gint64 demand = (need->v[r] << ONE_BITS) / node->capacity.v[r];
        gint64 free = (node->free.v[r] << ONE_BITS) / node->capacity.v[r];
        product += state->weight[r] * demand * free;
    }
    /* At most 2^44, brought to 31 bits. */
    gint64 mean = (product / state->weight_sum) >> (2 * ONE_BITS - 31);
    return BB_COST_MAX - (guint32)MIN(mean, (gint64)BB_COST_MAX);
}

static void
block_costs(const BbPlacement *self, const BbAsk *ask, const BbBlock *block, gint32 *restrict costs)
{
    const State *state = self->state;
    gint64 product[BB_BLOCK] = {0};
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        gint32 need = (gint32)ask->shape->need.v[r];
        for (guint i = 0; need > 0 && i < BB_BLOCK; i++) {
            gint32 asked = MIN(need, block->capacity[r][i]);
            gint32 demand = bb_block_part(asked, 1 << ONE_BITS, block->inverse[r][i]);
            gint32 free = bb_block_part(block->free[r][i], 1 << ONE_BITS, block->inverse[r][i]);
            product[i] += state->weight[r] * demand * free;
        }
    }
    for (guint i = 0; i < BB_BLOCK; i++) {
        gint64 mean = (product[i] / state->weight_sum) >> (2 * ONE_BITS - 31);
        costs[i] = (gint32)(BB_COST_MAX - MIN(mean, (gint64)BB_COST_MAX));
    }
}

static const BbParam params[] = {
    {.name = "cpu",
     .type = BB_PARAM_INT,
     .fallback = "1",
     .summary = "weight of cpu",
     .max = WEIGHT_MAX},
    {.name = "memory",
     .type = BB_PARAM_INT,
     .fallback = "1",
     .summary = "weight of memory",
     .max = WEIGHT_MAX},
    {.name = "disk",
     .type = BB_PARAM_INT,
     .fallback = "1",
     .summary = "weight of disk",
     .max = WEIGHT_MAX},
    {.name = "gpu",
     .type = BB_PARAM_INT,
     .fallback = "1",
     .summary = "weight of gpu",
     .max = WEIGHT_MAX},
    {.name = NULL},
};

const BbPlacementClass bb_placement_dot_product = {
    .name = "dot-product",
    .summary = "the node whose free amounts point most in the direction of the demand",
    .source = "Panigrahy et al., Heuristics for vector bin packing, Microsoft Research 2011",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .cost = cost,
    .block_costs = block_costs,
};
