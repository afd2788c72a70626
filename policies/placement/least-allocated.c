/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least allocated: NodeResourcesFit of kube-scheduler with the strategy LeastAllocated and its default
 * weights, cpu 1 and memory 1. The score of a resource is the part of the capacity that stays unrequested,
 * in whole percent; that of a node the mean over those of the two that it has; the highest wins. A
 * task that asks for no cpu counts as 100 milli, for no memory as 200 MiB, there already or not.
 *
 * Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/least_allocated.go
 * and resource_allocation.go; the default requests: pkg/scheduler/util/pod_resources.go. */
#include "sim/contract/bb-placement.h"

static const gint64 default_request[] = {[BB_CPU] = 100, [BB_MEMORY] = 200};

/* What would be requested on the node with the task there. */
static gint64
requested(const BbShape *shape, const BbNode *node, guint r)
{
    gint64 need = shape->need.v[r] > 0 ? shape->need.v[r] : default_request[r];
    gint64 used = node->capacity.v[r] - node->free.v[r];
    return used + node->n_unasked[r] * default_request[r] + need;
}

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)self;
    gint64 sum = 0;
    guint n = 0;
    for (guint r = BB_CPU; r <= BB_MEMORY; r++) {
        gint64 capacity = node->capacity.v[r];
        if (capacity == 0)
            continue;
        gint64 total = MIN(requested(ask->shape, node, r), capacity);
        sum += (capacity - total) * 100 / capacity;
        n++;
    }
    return n == 0 ? 100 : (guint32)(100 - sum / n);
}

static gint32
block_need(const BbAsk *ask, guint r)
{
    gint64 need = ask->shape->need.v[r];
    return (gint32)(need > 0 ? need : default_request[r]);
}

/* What would be left unrequested of the resource, in percent, added to the sums. */
static void
add_parts(const BbBlock *block, guint r, gint32 need, gint32 *restrict sums)
{
    gint32 unasked = (gint32)default_request[r];
    for (guint i = 0; i < BB_BLOCK; i++) {
        gint32 left = block->free[r][i] - block->n_unasked[r][i] * unasked - need;
        sums[i] += bb_block_part(left, 100, block->inverse[r][i]);
    }
}

static void
block_costs(const BbPlacement *self, const BbAsk *ask, const BbBlock *block, gint32 *restrict costs)
{
    (void)self;
    for (guint i = 0; i < BB_BLOCK; i++)
        costs[i] = 0;
    for (guint r = BB_CPU; r <= BB_MEMORY; r++)
        add_parts(block, r, block_need(ask, r), costs);
    for (guint i = 0; i < BB_BLOCK; i++) {
        /* The mean: half of the sum, but where the node has one of the two alone. */
        gint32 both = -((block->capacity[BB_CPU][i] > 0) & (block->capacity[BB_MEMORY][i] > 0));
        costs[i] = 100 - costs[i] + (((costs[i] + 1) >> 1) & both);
    }
}

const BbPlacementClass bb_placement_least_allocated = {
    .name = "least-allocated",
    .summary = "the node with the least requested, by kube-scheduler's score",
    .source =
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/least_allocated.go",
    .cost = cost,
    .block_costs = block_costs,
};
