/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The demo against brute force: every size from one machine on is run, and the sizes that the bisection
 * found must be the first ones that begin three good sizes in a row. */
#include "policies/bb-policies.h"
#include "sim/lab/bb-demo.h"
#include "traces/bb-traces.h"

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

static const BbDemoPart parts[] = {
    {BB_CONTAINER, "estate,days=1,part=containers", 120 * BB_US_PER_S},
    {BB_PROCESS, "estate,days=1,part=hpc", 2 * 3600 * BB_US_PER_S},
};

/* VMs are in no silo: they are part of the mix in all runs of it. */
static const BbDemoSpec spec = {
    .tables = &tables,
    .parts = parts,
    .n_parts = G_N_ELEMENTS(parts),
    .generator = "estate,days=1",
    .queue = "fcfs,skip=100",
    .placement = "best-fit",
    .cpu = "32",
    .memory = "256GiB",
};

static BbOutcome *
run_once(const char *generator, guint n_machines)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *count = g_strdup_printf("%u", n_machines);
    const char *const settings[][2] = {
        {"pool.any.count", count},        {"pool.any.cpu", spec.cpu},
        {"pool.any.memory", spec.memory}, {"workload.any.generator", generator},
        {"scheduler.queue", spec.queue},  {"scheduler.placement", spec.placement},
    };
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    BbRunOptions options = {0};
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
        bb_experiment_set(experiment, "test", settings[i][0], settings[i][1], &error);
    BbOutcome *outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    return outcome;
}

static gboolean
is_within(const BbOutcome *outcome, BbKind kind, double wait_s)
{
    const BbPopulation *jobs = &outcome->result->kinds[kind];
    return jobs->stats[BB_WAIT].p99 <= wait_s && !jobs->stats[BB_WAIT].p99_at_least &&
           jobs->jobs.rejected == 0 && jobs->jobs.censored == 0;
}

/* The first of three sizes in a row that are good for all parts, by the waits given. */
static guint
first_row(const char *generator, const BbDemoPart *first, guint n_parts, const double *wait_s)
{
    guint in_row = 0, n = 0;
    while (in_row < 3) {
        g_autoptr(BbOutcome) outcome = run_once(generator, ++n);
        gboolean good = TRUE;
        for (guint p = 0; p < n_parts; p++)
            good = good && is_within(outcome, first[p].kind, wait_s[p]);
        in_row = good ? in_row + 1 : 0;
    }
    return n - 2;
}

static void
test_sizes(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbDemo) demo = bb_demo_run(&spec, &error);
    double own[G_N_ELEMENTS(parts)];
    guint sum = 0;

    g_assert_no_error(error);
    for (guint p = 0; p < spec.n_parts; p++) {
        double promise = (double)parts[p].most_wait_p99_us / BB_US_PER_S;
        const BbDemoPool *silo = &demo->silos[p];
        g_assert_cmpuint(silo->n_machines, ==,
                         first_row(parts[p].generator, &parts[p], 1, &promise));
        own[p] = silo->outcome->result->kinds[parts[p].kind].stats[BB_WAIT].p99;
        sum += silo->n_machines;
    }
    g_assert_cmpuint(demo->n_machines, ==, sum);
    g_assert_cmpuint(demo->mixed.n_machines, ==, sum);
    g_assert_cmpuint(demo->mixed.outcome->result->n_nodes, ==, sum);
    g_assert_cmpuint(demo->smallest.n_machines, ==,
                     first_row(spec.generator, parts, spec.n_parts, own));
}

static void
test_below(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbDemo) demo = bb_demo_run(&spec, &error);
    gboolean all = TRUE;

    g_assert_no_error(error);
    g_assert_cmpuint(demo->below.n_machines, ==, demo->smallest.n_machines - 1);
    for (guint p = 0; p < spec.n_parts; p++) {
        g_assert_true(bb_demo_is_well_off(&spec, demo, p, &demo->silos[p]));
        g_assert_true(bb_demo_is_well_off(&spec, demo, p, &demo->smallest));
        all = all && bb_demo_is_well_off(&spec, demo, p, &demo->below);
    }
    g_assert_false(all);
}

/* Alone or in the mix, a part has the very same jobs. */
static void
test_same_jobs(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbDemo) demo = bb_demo_run(&spec, &error);

    g_assert_no_error(error);
    for (guint p = 0; p < spec.n_parts; p++) {
        const BbPopulation *alone = &demo->silos[p].outcome->result->kinds[parts[p].kind];
        const BbPopulation *mixed = &demo->mixed.outcome->result->kinds[parts[p].kind];
        g_assert_cmpuint(alone->jobs.submitted, >, 0);
        g_assert_cmpuint(alone->jobs.submitted, ==, mixed->jobs.submitted);
    }
}

static void
test_errors(void)
{
    BbDemoSpec bad = spec;
    gint signal = 15;
    g_autoptr(GError) unknown = NULL, stopped = NULL;

    bad.queue = "esay";
    g_assert_null(bb_demo_run(&bad, &unknown));
    g_assert_error(unknown, BB_ERROR, BB_ERROR_USAGE);
    bad = spec;
    bad.interrupted = &signal;
    g_assert_null(bb_demo_run(&bad, &stopped));
    g_assert_error(stopped, BB_ERROR, BB_ERROR_INTERRUPTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/demo/sizes", test_sizes);
    g_test_add_func("/demo/below", test_below);
    g_test_add_func("/demo/same-jobs", test_same_jobs);
    g_test_add_func("/demo/errors", test_errors);
    return g_test_run();
}
