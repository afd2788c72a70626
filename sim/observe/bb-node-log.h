/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. nodes.csv: one row a node, in order of index, over the same window as the summary. Columns
 * node_id,pool, capacities (cpu_milli, memory_mib, disk_mib, gpu_milli as modelled; of a node that changed
 * the last), up_s, busy_s (not empty), jobs (that were ever on it), then cpu_allocated_frac and so on: of
 * what it had while it was up. */
#pragma once

#include "bb-metrics.h"
#include "sim/base/bb-output.h"

typedef struct _BbNodeLog BbNodeLog;

/* Borrows the cluster. */
BbNodeLog *bb_node_log_new(const BbCluster *cluster, const BbMetricsOptions *options);
void bb_node_log_free(BbNodeLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbNodeLog, bb_node_log_free)

BbObserver bb_node_log_observer(BbNodeLog *log);
/* Header and all rows, once the simulation is over. */
void bb_node_log_write(BbNodeLog *log, BbOutputFile *file);
