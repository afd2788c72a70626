/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts are per task times tasks; a bare-metal task's are those of its node. */
#include "sim/observe/bb-usage.h"

#define PPM 1000000

static gint64
used_part(gint64 amount, gint32 ppm)
{
    return ppm == PPM ? amount : (gint64)(((BbInt128)amount * ppm + PPM / 2) / PPM);
}

static void
add_used(BbResources *used, const BbResources *request, const BbJobRecord *record, gint64 n_tasks)
{
    used->v[BB_CPU] += used_part(request->v[BB_CPU], record->cpu_used_ppm) * n_tasks;
    used->v[BB_MEMORY] += used_part(request->v[BB_MEMORY], record->memory_used_ppm) * n_tasks;
    used->v[BB_DISK] += request->v[BB_DISK] * n_tasks;
    used->v[BB_GPU] += request->v[BB_GPU] * n_tasks;
}

static gboolean
is_zero(const BbResources *amount)
{
    const BbResources nothing = {{0}};
    return bb_resources_fit(amount, &nothing);
}

static void
add_whole_nodes(BbUsage *usage, const BbRun *run, const BbCluster *cluster)
{
    const BbResources *need = &run->record->job.shape->need;
    for (guint i = 0; i < run->n_placed; i++) {
        const BbNode *node = bb_cluster_node(cluster, run->placed[i].node);
        bb_resources_add(&usage->allocated, &node->capacity, 1);
        add_used(&usage->used, is_zero(need) ? &node->capacity : need, run->record, 1);
    }
}

BbUsage
bb_usage_of_run(const BbRun *run, const BbCluster *cluster)
{
    BbUsage usage = {{{0}}, {{0}}};
    const BbShape *shape = run->record->job.shape;
    if (shape->whole_node) {
        add_whole_nodes(&usage, run, cluster);
    } else {
        bb_resources_add(&usage.allocated, &shape->need, run->n_tasks);
        add_used(&usage.used, &shape->need, run->record, run->n_tasks);
    }
    return usage;
}
