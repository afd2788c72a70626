/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What jobs ask for, noted as they pass by on their way to the engine: enough to say afterwards
 * what of it the cluster does not know. O(1) memory. */
#pragma once

#include "sim/engine/bb-engine.h"

typedef struct {
    BbJobSource source;       /* where jobs come from */
    guint32 resources, kinds; /* bits of what any of them named */
    guint64 n_jobs;
    guint64 n_without_estimate; /* that end, and whose user did not say when */
} BbDemand;

/* The same jobs, noted in `demand`, which must outlive it and starts as {.source = ..}. */
BbJobSource bb_demand_source(BbDemand *demand);
/* Appends what the user should know to `notes` (of char *): resources that no node names, pools that
 * no kind of job may use. `uses_estimates`: the queue policy looks at them. */
void bb_demand_notes(const BbDemand *demand, const BbCluster *cluster, gboolean uses_estimates,
                     GPtrArray *notes);
