/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What a trace or a node list holds, in one reading of it: `breakbulk trace info`.
 *
 * offered_load_frac = sum of (run time x tasks) / (processors x span), the span from the first submit to
 * the last end if no job waited. logged_utilization_frac = sum of (run time x allocated processors,
 * both > 0) / (processors x span), the span from the first submit to the last logged end of those same
 * records; logged_wait_mean_s is over them too. Processors are those the file names: MaxProcs, else
 * MaxNodes. What a file does not say is null. */
#pragma once

#include "sim/base/bb-json.h"
#include "sim/base/bb-stat.h"
#include "sim/lab/bb-workload.h"
#include "sim/model/bb-shape.h"

/* Demand is per task. */
typedef enum {
    BB_DEMAND_CPU,
    BB_DEMAND_MEMORY,
    BB_DEMAND_DISK,
    BB_DEMAND_GPU,
    BB_DEMAND_TASKS, /* of a job */
    BB_N_DEMANDS,
} BbDemandSeries;

/* Equal nodes. */
typedef struct {
    BbResources capacity;
    char *gpu_model; /* "" none */
    guint64 count;
} BbMachine;

typedef struct {
    char *path;
    BbReader *reader; /* at its end; format, meta, findings and skipped rows are in it */
    guint64 n_jobs;
    BbTimeUs first_submit_us, last_submit_us; /* BB_TIME_NEVER: no job */
    double offered_load_frac, logged_utilization_frac, logged_wait_mean_s; /* NaN: not known */
    guint64 n_of_kind[BB_N_KINDS];
    guint n_shapes;
    BbSummaryStat demand[BB_N_DEMANDS];
    BbSummaryStat runtime_s; /* services left out */
    guint64 n_nodes;
    GPtrArray *machines; /* of BbMachine, in order of first appearance; node lists only */
} BbTraceInfo;

/* Reads the file to its end. Ids are not checked: that is for lint and run. */
BbTraceInfo *bb_trace_info_new(const BbTraceTables *tables, const char *path, const char *format,
                               GError **error);
void bb_trace_info_free(BbTraceInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbTraceInfo, bb_trace_info_free)

void bb_trace_info_json(const BbTraceInfo *info, BbJson *json);
/* For people; ends in a newline. */
void bb_trace_info_table(const BbTraceInfo *info, GString *out);
