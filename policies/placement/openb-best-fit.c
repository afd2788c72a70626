/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Best fit as the FGD paper compares with: the node on which the least cpu and devices are left over, both
 * counted, whatever the task asks for, as parts of the largest node's 128 cores and 8 devices. The score
 * is int(100 (1 - mean of both)).
 *
 * Source: hkust-adsl/kubernetes-scheduler-simulator pkg/simulator/plugin/best_fit_score.go; Weng et al.:
 * Beware of Fragmentation, USENIX ATC 2023. */
#include "sim/contract/bb-placement.h"

#define MOST_CPU 128000
#define MOST_GPU 8000

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    const BbResources *need = &ask->shape->need;
    (void)self;
    double left = 0.5 * (double)(node->free.v[BB_CPU] - need->v[BB_CPU]) / MOST_CPU;
    left += 0.5 * (double)(node->free.v[BB_GPU] - need->v[BB_GPU]) / MOST_GPU;
    return (guint32)MIN(100 - (gint64)(100 * (1 - left)), (gint64)BB_COST_MAX);
}

const BbPlacementClass bb_placement_openb_best_fit = {
    .name = "openb-best-fit",
    .summary = "the node on which the least cpu and devices are left over, in whole percent",
    .source = "Weng et al., Beware of fragmentation, USENIX ATC 2023 (BestFit)",
    .cost = cost,
};
