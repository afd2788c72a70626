/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The steps by which an experiment's inputs are opened, for all that read them. */
#pragma once

#include "bb-experiment.h"

/* The experiment's workloads, opened and changed as it says (GPtrArray of BbWorkload, in its order). */
GPtrArray *bb_experiment_open_workloads(const BbExperiment *experiment, GError **error);
/* Without any pool: the machine that the logs' headers name becomes one flat pool. BB_ERROR_USAGE
 * where they name none. */
gboolean bb_experiment_complete_cluster(BbExperiment *experiment, const GPtrArray *workloads,
                                        GError **error);
