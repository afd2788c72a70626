/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. jobs.csv: one row a job in trace order. Jobs end in another order: rows are kept as text until
 * all before them are written, some 100 bytes for each job that overtook one that still runs. */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/contract/bb-observer.h"

typedef struct _BbJobLog BbJobLog;

/* Borrows names, workload_names (by BbJob.workload) and the file, which must outlive it. Writes the
 * header. Write errors: bb_output_file_close. */
BbJobLog *bb_job_log_new(const BbNames *names, const char *const *workload_names,
                         BbOutputFile *file);
void bb_job_log_free(BbJobLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbJobLog, bb_job_log_free)

BbObserver bb_job_log_observer(BbJobLog *log);
