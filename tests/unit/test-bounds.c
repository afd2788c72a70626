/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/bb-policies.h"
#include "sim/lab/bb-experiment-run.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <gsl/gsl_errno.h>
#include <string.h>

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

#define HEAD "job_id,submit_s,runtime_s,cpu_milli,memory_mib,tasks,gang\n"
#define S BB_US_PER_S

static BbOutcome *
run(BbExperiment *experiment)
{
    g_autoptr(GError) error = NULL;
    BbRunOptions options = {0};
    BbOutcome *outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    return outcome;
}

static void
set(BbExperiment *experiment, const char *target, const char *value)
{
    g_autoptr(GError) error = NULL;
    bb_experiment_set(experiment, "--set", target, value, &error);
    g_assert_no_error(error);
}

static BbOutcome *
run_jobs(const char *jobs, const char *count, const char *cpu, const char *memory)
{
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    g_close(g_file_open_tmp("bounds-XXXXXX.csv", &path, &error), NULL);
    g_file_set_contents(path, jobs, -1, &error);
    g_assert_no_error(error);
    bb_experiment_add_trace(experiment, path);
    set(experiment, "pool.p.count", count);
    set(experiment, "pool.p.cpu", cpu);
    set(experiment, "pool.p.memory", memory);
    BbOutcome *outcome = run(experiment);
    g_unlink(path);
    return outcome;
}

/* Bounds by hand. Nodes: -2 where there is nothing that stays. */
static const struct {
    const char *name, *jobs, *count, *cpu, *memory;
    gint64 area_s, longest_s, reached_s, l2, nodes;
} cases[] = {
    {"three in a row", HEAD "a,10,5,1000,1,1,0\nb,10,5,1000,1,1,0\nc,10,5,1000,1,1,0\n", "1", "1",
     "1Gi", 15, 5, 15, -2, 0},
    {"the last one is late", HEAD "a,0,5,1000,1,1,0\nb,100,5,1000,1,1,0\n", "1", "1", "1Gi", 105,
     105, 105, -2, 0},
    {"work that comes late", HEAD "a,0,5,1000,1,1,0\nb,100,5,1000,1,4,0\n", "2", "1", "1Gi", 110,
     105, 110, -2, 0},
    {"memory is short", HEAD "a,0,10,1,1024,1,0\nb,0,10,1,1024,1,0\n", "1", "8", "1Gi", 20, 10, 20,
     -2, 0},
    {"rejected work is none", HEAD "a,0,10,1000,1,1,0\nb,50,99,9000,1,1,0\n", "1", "1", "1Gi", 10,
     10, 10, -2, 0},
    {"larger than half", HEAD "a,0,,600,1,5,0\n", "9", "1", "1Gi", -1, -1, -1, 5, 5},
    {"half of a node", HEAD "a,0,,500,1,5,0\n", "9", "1", "1Gi", -1, -1, -1, 3, 3},
    {"by memory", HEAD "a,0,,1,512,6,0\n", "9", "1", "1Gi", -1, -1, -1, 3, 3},
};

static BbTimeUs
seconds(gint64 value)
{
    return value < 0 ? -1 : value * S;
}

static void
test_cases(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbOutcome) outcome =
            run_jobs(cases[i].jobs, cases[i].count, cases[i].cpu, cases[i].memory);
        const BbBounds *bounds = &outcome->bounds;
        g_test_message("%s", cases[i].name);
        g_assert_cmpint(bounds->makespan_area_us, ==, seconds(cases[i].area_s));
        g_assert_cmpint(bounds->makespan_longest_us, ==, seconds(cases[i].longest_s));
        g_assert_cmpint(bounds->reached_us, ==, seconds(cases[i].reached_s));
        g_assert_cmpint(bounds->nodes_l2, ==, cases[i].l2 == -2 ? -1 : cases[i].l2);
        g_assert_cmpint(bounds->nodes, ==, cases[i].nodes);
        g_assert_nonnull(strstr(outcome->summary_json, "\"bounds\": {"));
    }
}

/* No policy beats them, in worlds of all kinds. */
static void
test_never_beaten(void)
{
    static const char *const queues[] = {"fcfs", "sjf", "easy", "conservative"};
    static const char *const worlds[] = {
        "poisson,jobs=300,rate=1,runtime=exp(20s),estimate=exp(20s)",
        "poisson,jobs=300,rate=100,runtime=exp(20s),cpu=uniform(1,4),memory=uniform(1,900)",
        "poisson,jobs=300,rate=0.2,runtime=lognormal(20s,3),tasks=uniform(1,5),gang=yes",
        "estate,days=1,part=hpc",
    };
    for (guint w = 0; w < G_N_ELEMENTS(worlds); w++) {
        for (guint q = 0; q < G_N_ELEMENTS(queues); q++) {
            g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
            set(experiment, "workload.w.generator", worlds[w]);
            set(experiment, "pool.p.count", "10");
            set(experiment, "pool.p.cpu", "32");
            set(experiment, "pool.p.memory", "64Gi");
            set(experiment, "pool.p.speed", "1.5");
            set(experiment, "pool.q.count", "5");
            set(experiment, "pool.q.cpu", "16");
            set(experiment, "pool.q.memory", "128Gi");
            set(experiment, "scheduler.queue", queues[q]);
            g_autoptr(BbOutcome) outcome = run(experiment);
            const BbBounds *bounds = &outcome->bounds;
            g_assert_cmpint(bounds->makespan_us, >, 0);
            g_assert_cmpint(bounds->makespan_us, <=, bounds->reached_us);
            g_assert_cmpint(bounds->nodes, <=, outcome->result->busy_peak);
            g_assert_cmpfloat(bb_bounds_makespan_above(bounds), >=, 0);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/bounds/cases", test_cases);
    g_test_add_func("/bounds/never-beaten", test_never_beaten);
    return g_test_run();
}
