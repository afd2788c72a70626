/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. jobs.csv: one row a job in trace order. Jobs end in another order, so finished rows are kept as
 * text (some 100 bytes a job) until the end. */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/contract/bb-observer.h"

typedef struct _BbJobLog BbJobLog;

/* Borrows names and workload_names (by BbJob.workload). */
BbJobLog *bb_job_log_new(const BbNames *names, const char *const *workload_names);
void bb_job_log_free(BbJobLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbJobLog, bb_job_log_free)

BbObserver bb_job_log_observer(BbJobLog *log);
/* Header and all rows, once the simulation is over. Write errors: bb_output_file_close. */
void bb_job_log_write(BbJobLog *log, BbOutputFile *file);
