/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dot product as the FGD paper compares with: the node for which demand times free amount, summed over cpu
 * and devices, is least, both as parts of the largest node's 128 cores and 8 devices. The score is
 * int(100 (1 - half that sum)). (Panigrahy et al., whose name it has, want the greatest: dot-product.)
 *
 * Source: hkust-adsl/kubernetes-scheduler-simulator pkg/simulator/plugin/dot_product_score.go; Weng et
 * al.: Beware of Fragmentation, USENIX ATC 2023. */
#include "sim/contract/bb-placement.h"

#define MOST_CPU 128000.0
#define MOST_GPU 8000.0

static guint32
cost(const BbPlacement *self, const BbAsk *ask, const BbNode *node)
{
    const BbResources *need = &ask->shape->need;
    (void)self;
    double cpu = ((double)node->free.v[BB_CPU] / MOST_CPU) * ((double)need->v[BB_CPU] / MOST_CPU);
    double gpu = ((double)node->free.v[BB_GPU] / MOST_GPU) * ((double)need->v[BB_GPU] / MOST_GPU);
    return (guint32)MIN(100 - (gint64)(100 * (1 - (cpu + gpu) / 2)), (gint64)BB_COST_MAX);
}

const BbPlacementClass bb_placement_openb_dot_product = {
    .name = "openb-dot-product",
    .summary = "the node for which demand times free amount is least, in whole percent",
    .source = "Weng et al., Beware of fragmentation, USENIX ATC 2023 (DotProd)",
    .cost = cost,
};
