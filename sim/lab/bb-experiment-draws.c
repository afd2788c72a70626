/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every draw is keyed by the seed of the experiment; what draws none is the same for every seed. */
#include "bb-experiment.h"

gboolean
bb_experiment_draws_jobs(const BbExperiment *experiment)
{
    for (guint i = 0; i < experiment->workloads->len; i++) {
        const BbWorkloadSpec *workload = experiment->workloads->pdata[i];
        if (workload->generator || workload->scale_by != BB_SCALE_GAPS ||
            workload->censored == BB_CENSORED_RESIDUAL)
            return TRUE;
    }
    return FALSE;
}

gboolean
bb_experiment_draws_places(const BbExperiment *experiment)
{
    g_autoptr(BbPlacement) placement =
        bb_placement_new(experiment->tables->placements, experiment->placement, NULL);
    return experiment->ties_random || experiment->node_order == 1 ||
           (placement && (placement->flags & BB_PICK_RANDOM));
}

gboolean
bb_experiment_draws(const BbExperiment *experiment)
{
    return bb_experiment_draws_jobs(experiment) || bb_experiment_draws_places(experiment);
}
