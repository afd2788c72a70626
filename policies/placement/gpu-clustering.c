/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GPU clustering: tasks that want the same number of devices together, shares being a number of their
 * own. A node scores 75 where only such tasks hold devices, 50 where such tasks are among others, 25
 * where nobody holds one, else 0, and up to 25 more the fuller its devices are (of eight). A task
 * without devices likes all nodes the same.
 *
 * Source: hkust-adsl/kubernetes-scheduler-simulator pkg/simulator/plugin/gpu_clustering_score.go, after
 * Xiao et al.: Gandiva, OSDI 2018; the numbers are those that USENIX ATC 2023 (FGD) compares with. */
#include "sim/contract/bb-placement.h"

#define MOST_MILLI 8000

static gboolean
are_alike(const BbShape *a, const BbShape *b)
{
    return (a->gpu_share_milli > 0) == (b->gpu_share_milli > 0) && a->n_gpus == b->n_gpus;
}

static gint64
score(const BbShape *shape, const BbNode *node)
{
    gint64 full = 25 * (MOST_MILLI - node->free.v[BB_GPU]) / MOST_MILLI;
    gboolean alike = FALSE, others = FALSE;
    if (shape->need.v[BB_GPU] == 0)
        return 0;
    for (guint32 i = 0; i < node->n_residents; i++) {
        const BbShape *resident = node->residents[i].shape;
        if (resident->need.v[BB_GPU] == 0)
            continue;
        if (are_alike(resident, shape))
            alike = TRUE;
        else
            others = TRUE;
    }
    if (alike)
        return full + (others ? 50 : 75);
    return full + (others ? 0 : 25);
}

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    (void)self;
    return (guint32)MIN(100 - score(ask->shape, node), (gint64)BB_COST_MAX);
}

const BbPlacementClass bb_placement_gpu_clustering = {
    .name = "gpu-clustering",
    .summary = "tasks that want the same number of devices together",
    .source = "Weng et al., Beware of fragmentation, USENIX ATC 2023 (GpuClustering)",
    .flags = BB_NEEDS_RESIDENTS,
    .cost = cost,
};
