/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. allocations.csv: one row a task, in the order in which they end; what `verify` reads when it is
 * there. devices "0;3", blank when none; end completed|killed|evicted|failed|unfinished. */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/contract/bb-observer.h"

typedef struct _BbAllocationLog BbAllocationLog;

/* Writes into `file` as it goes; borrowed, the caller closes it after the simulation. */
BbAllocationLog *bb_allocation_log_new(const BbNames *names, const char *const *workload_names,
                                       BbOutputFile *file);
void bb_allocation_log_free(BbAllocationLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbAllocationLog, bb_allocation_log_free)

BbObserver bb_allocation_log_observer(BbAllocationLog *log);
