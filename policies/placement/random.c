/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random: each node on which the task has room is as likely, and for a share of a device each device of
 * it that has room. Draws are keyed by the seed, the job and the task, so another policy's decisions do
 * not shift them.
 *
 * Source: docker-archive/classicswarm scheduler/strategy/random.go, which shuffles all nodes; the devices:
 * hkust-adsl/kubernetes-scheduler-simulator pkg/simulator/plugin/random_score.go. */
#include "sim/contract/bb-placement.h"

static guint64
choose_devices(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    gint32 milli = (gint32)ask->shape->gpu_share_milli;
    guint64 n = 0;
    guint32 d = 0;
    if (milli == 0)
        return bb_node_default_devices(node, ask->shape);
    for (guint32 i = 0; i < node->n_devices; i++)
        n += node->device_free[i] >= milli;
    guint64 k =
        bb_rng_below(self->seed, bb_rng_stream("random/device"), ask->job->seq, ask->task, n);
    while (node->device_free[d] < milli || k-- > 0)
        d++;
    return G_GUINT64_CONSTANT(1) << d;
}

const BbPlacementClass bb_placement_random = {
    .name = "random",
    .summary = "any node that has room, each as likely; of its devices likewise",
    .source = "docker-archive/classicswarm scheduler/strategy/random.go",
    .flags = BB_COST_CONSTANT | BB_PICK_RANDOM,
    .choose_devices = choose_devices,
};
