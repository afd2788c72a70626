/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GPU packing: devices in use first, then free devices of nodes in use, then empty nodes. A node whose
 * devices are all free scores max(33 - its devices, its devices); one on which the task would take free
 * devices max(50 - their number, 33); else the fuller the devices it would take, fullest first, the more:
 * max(100 - percent left on them / 10, 50). A task without devices likes all nodes the same.
 *
 * Source: hkust-adsl/kubernetes-scheduler-simulator pkg/simulator/plugin/gpu_packing_score.go, after Xiao
 * et al.: AntMan, OSDI 2020; the numbers are those that USENIX ATC 2023 (FGD) compares with. */
#include "sim/contract/bb-placement.h"

/* What the devices that the task would take have left. */
typedef struct {
    gint64 sum;
    guint n_free;
} Taken;

/* The fullest devices that have room. */
static Taken
fullest(const BbNode *node, gint32 milli, guint n)
{
    guint64 used = 0;
    Taken taken = {0};
    for (; n > 0; n--) {
        gint best = -1;
        for (guint d = 0; d < node->n_devices; d++)
            if ((used >> d & 1) == 0 && node->device_free[d] >= milli &&
                (best < 0 || node->device_free[d] < node->device_free[best]))
                best = (gint)d;
        g_assert(best >= 0);
        used |= G_GUINT64_CONSTANT(1) << best;
        taken.sum += node->device_free[best];
        taken.n_free += node->device_free[best] == 1000;
    }
    return taken;
}

static gint64
score(const BbShape *shape, const BbNode *node)
{
    gint64 n = node->n_devices;
    gboolean share = shape->gpu_share_milli > 0;
    if (shape->need.v[BB_GPU] == 0)
        return 0;
    if (node->free.v[BB_GPU] == 1000 * n)
        return MAX(33 - n, n);
    Taken taken =
        fullest(node, share ? (gint32)shape->gpu_share_milli : 1000, share ? 1 : shape->n_gpus);
    if (taken.n_free > 0)
        return MAX(50 - (gint64)taken.n_free, 33);
    return MAX(100 - taken.sum * 100 / 1000 / 10, 50);
}

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)self;
    return (guint32)(100 - score(ask->shape, node));
}

const BbPlacementClass bb_placement_gpu_packing = {
    .name = "gpu-packing",
    .summary = "devices in use first, then free ones of nodes in use, then empty nodes",
    .source = "Weng et al., Beware of fragmentation, USENIX ATC 2023 (GpuPacking)",
    .cost = cost,
};
