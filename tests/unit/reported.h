/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of the stage's estate, and what a runner would say about the run. */
#pragma once

#include "sim/observe/bb-metrics.h"
#include "sim/report/bb-summary.h"
#include "tests/unit/stage.h"

static inline BbResult *
reported_result(const BbMetricsOptions *options, const StageJob *jobs, const StageStep *steps,
                guint n_steps)
{
    Stage stage;
    stage_init(&stage, stage_nodes, 1);
    BbMetrics *metrics = bb_metrics_new(stage.names, options);
    BbObserver observer = bb_metrics_observer(metrics);
    stage_play(&stage, jobs, steps, n_steps, &observer, 1);
    BbResult *result = bb_metrics_result(metrics);
    bb_metrics_free(metrics);
    stage_clear(&stage);
    return result;
}

static inline BbResult *
reported_estate(void)
{
    BbMetricsOptions options = {0, FALSE};
    return reported_result(&options, stage_jobs, stage_steps, G_N_ELEMENTS(stage_steps));
}

static inline BbResult *
reported_nothing(void)
{
    static const StageStep steps[] = {{0, FINISH, 0, 0, 0, 0}};
    BbMetricsOptions options = {0, FALSE};
    return reported_result(&options, NULL, steps, G_N_ELEMENTS(steps));
}

static const BbTraceInfo reported_traces[] = {{"logs/day \"1\".csv", "abc", "jobs", 6}};
static const char *const reported_threats[] = {"A \"threat\" of this run.", NULL};

static const BbSummaryInfo reported_info = {
    .version = "0.1.0",
    .name = "day|1",
    .seed = G_MAXUINT64,
    .sha256 = "def",
    .traces = reported_traces,
    .n_traces = 1,
    .estimate_source = "trace",
    .cluster = "2 nodes of nodes.csv",
    .queue = "easy",
    .placement = "first-fit",
    .work = {.events = 12, .passes = 7, .no_shadow = 3},
    .threats = reported_threats,
};
