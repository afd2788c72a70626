/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/observe/bb-metrics.h"

#include "tests/unit/stage.h"

#include <math.h>
#include <string.h>

#define MILLI_S ((BbInt128)BB_US_PER_S)

static BbResult *
play(const BbMetricsOptions *options, const BbNodeRow *nodes, const StageJob *jobs,
     const StageStep *steps, guint n_steps)
{
    Stage stage;
    stage_init(&stage, nodes, 1);
    g_autoptr(BbMetrics) metrics = bb_metrics_new(stage.names, options);
    BbObserver observer = bb_metrics_observer(metrics);
    stage_play(&stage, jobs, steps, n_steps, &observer, 1);
    BbResult *result = bb_metrics_result(metrics);
    stage_clear(&stage);
    return result;
}

static BbResult *
play_estate(BbTimeUs warmup_s, gboolean window_all)
{
    BbMetricsOptions options = {warmup_s * BB_US_PER_S, window_all};
    return play(&options, stage_nodes, stage_jobs, stage_steps, G_N_ELEMENTS(stage_steps));
}

/* cpu in milli-seconds, nodes and jobs in seconds. */
static const struct {
    const char *name;
    gint64 warmup_s;
    gboolean all;
    gint64 start_s, end_s, bought, allocated, used, busy, queue;
    guint64 submitted, censored, rejected, waited;
    guint peak;
} windows[] = {
    {"submits", 0, FALSE, 0, 60, 480000, 335000, 275000, 110, 50, 6, 1, 1, 1, 2},
    {"all", 0, TRUE, 0, 100, 800000, 475000, 375000, 160, 90, 6, 1, 1, 1, 2},
    {"warm-up", 20, FALSE, 20, 60, 320000, 255000, 215000, 80, 50, 4, 1, 1, 1, 2},
    {"warm-up between events", 55, TRUE, 55, 100, 360000, 172500, 127500, 60, 45, 1, 0, 1, 0, 2},
    {"warm-up to the last submit", 60, FALSE, 60, 60, 0, 0, 0, 0, 0, 1, 0, 1, 0, 2},
    {"warm-up beyond the last submit", 70, FALSE, 70, 70, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {"warm-up beyond the end", 200, TRUE, 200, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
};

static void
test_window(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(BbResult) r = play_estate(windows[i].warmup_s, windows[i].all);
    const BbInt128 *bins = r->waterfall[BB_CPU];

    g_assert_cmpint(r->window_start_us, ==, windows[i].start_s * BB_US_PER_S);
    g_assert_cmpint(r->window_end_us, ==, windows[i].end_s * BB_US_PER_S);
    g_assert_true(r->bought[BB_CPU] == windows[i].bought * MILLI_S);
    g_assert_true(bb_result_allocated(r, BB_CPU) == windows[i].allocated * MILLI_S);
    g_assert_true(r->all.allocated[BB_CPU] == windows[i].allocated * MILLI_S);
    g_assert_true(bins[BB_BIN_USED] == windows[i].used * MILLI_S);
    g_assert_true(bins[BB_BIN_FREE] == (windows[i].bought - windows[i].allocated) * MILLI_S);
    g_assert_true(r->busy_node_us == windows[i].busy * MILLI_S);
    g_assert_true(r->queue_us == windows[i].queue * MILLI_S);
    g_assert_cmpuint(r->busy_peak, ==, windows[i].peak);
    g_assert_cmpuint(r->all.jobs.submitted, ==, windows[i].submitted);
    g_assert_cmpuint(r->all.jobs.censored, ==, windows[i].censored);
    g_assert_cmpuint(r->all.jobs.rejected, ==, windows[i].rejected);
    g_assert_cmpuint(r->all.jobs.waited, ==, windows[i].waited);
    /* Little's law, whatever the window. */
    g_assert_true(r->queue_all_us == 90 * MILLI_S);
    g_assert_true(r->waits_all_us == r->queue_all_us);
}

static void
test_jobs(void)
{
    g_autoptr(BbResult) r = play_estate(0, FALSE);
    const BbJobCounts *jobs = &r->all.jobs;
    g_assert_cmpuint(jobs->submitted, ==, 6);
    g_assert_cmpuint(jobs->started, ==, 4);
    g_assert_cmpuint(jobs->completed, ==, 2);
    g_assert_cmpuint(jobs->killed, ==, 1);
    g_assert_cmpuint(jobs->rejected, ==, 1);
    g_assert_cmpuint(jobs->unfinished, ==, 2);
    g_assert_cmpuint(jobs->failed, ==, 0);
    g_assert_cmpuint(r->n_submitted, ==, 6);
    g_assert_cmpuint(r->n_with_estimate, ==, 2);
    g_assert_cmpint(r->last_submit_us, ==, 60 * BB_US_PER_S);
    g_assert_cmpint(r->last_finish_us, ==, 100 * BB_US_PER_S);
    g_assert_cmpfloat(bb_result_makespan_s(r), ==, 100.0);
    g_assert_cmpuint(r->n_nodes, ==, 2);
}

static const struct {
    BbMeasure measure;
    guint64 n, n_censored;
    double mean, p50, max;
    gboolean mean_at_least, p50_at_least;
} series[] = {
    {BB_WAIT, 5, 1, 18, 0, 60, TRUE, FALSE},
    {BB_QUEUED_TOTAL, 5, 1, 18, 0, 60, TRUE, FALSE},
    {BB_STARTUP, 4, 0, 0, 0, 0, FALSE, FALSE},
    {BB_TURNAROUND, 4, 1, 62.5, 50, 100, TRUE, FALSE},
    {BB_SLOWDOWN, 4, 1, 2.625, 1, 6, TRUE, FALSE},
    {BB_BOUNDED_SLOWDOWN, 4, 1, 2.625, 1, 6, TRUE, FALSE},
};

static void
test_series(void)
{
    g_autoptr(BbResult) r = play_estate(0, TRUE);
    for (guint i = 0; i < G_N_ELEMENTS(series); i++) {
        const BbSummaryStat *s = &r->all.stats[series[i].measure];
        g_test_message("%s", bb_measure_names[series[i].measure]);
        g_assert_cmpuint(s->n, ==, series[i].n);
        g_assert_cmpuint(s->n_censored, ==, series[i].n_censored);
        g_assert_cmpfloat(s->mean, ==, series[i].mean);
        g_assert_cmpfloat(s->p50, ==, series[i].p50);
        g_assert_cmpfloat(s->max, ==, series[i].max);
        g_assert_true(s->mean_at_least == series[i].mean_at_least);
        g_assert_true(s->p50_at_least == series[i].p50_at_least);
        g_assert_true(s->max_at_least == (series[i].n_censored > 0));
    }
}

static void
test_parts(void)
{
    g_autoptr(BbResult) r = play_estate(0, FALSE);
    const BbPopulation *container = &r->kinds[BB_CONTAINER], *metal = &r->kinds[BB_BARE_METAL];

    g_assert_cmpstr(container->name, ==, "container");
    g_assert_cmpuint(container->jobs.submitted, ==, 2);
    g_assert_true(container->allocated[BB_CPU] == 135000 * MILLI_S);
    g_assert_cmpuint(container->stats[BB_TURNAROUND].n, ==, 1);
    g_assert_cmpuint(metal->jobs.censored, ==, 1);
    g_assert_cmpuint(r->kinds[BB_PROCESS].stats[BB_WAIT].n, ==, 1);
    g_assert_cmpfloat(r->kinds[BB_VM].stats[BB_WAIT].mean, ==, 30.0);

    g_assert_cmpuint(r->n_classes, ==, 2);
    g_assert_cmpstr(r->classes[0].name, ==, "X");
    g_assert_cmpstr(r->classes[1].name, ==, "Y");
    g_assert_true(bb_result_class(r, "Y") == &r->classes[1]);
    g_assert_null(bb_result_class(r, "Z"));
    g_assert_cmpfloat(r->classes[0].stats[BB_WAIT].mean, ==, 15.0);
    g_assert_cmpfloat(r->classes[1].stats[BB_WAIT].mean, ==, 30.0);
    g_assert_true(r->classes[0].allocated[BB_CPU] == 160000 * MILLI_S);
    g_assert_cmpfloat(bb_result_jain_wait(r), ==, 0.9);
}

/* Memory has its own books; packing looks at nodes that are not empty. */
static void
test_resources(void)
{
    g_autoptr(BbResult) r = play_estate(0, FALSE);
    g_assert_cmpuint(r->modelled, ==, 1u << BB_CPU | 1u << BB_MEMORY);
    g_assert_true(bb_result_allocated(r, BB_MEMORY) == (20 * 60 + 50 * 10 + 30) * MILLI_S);
    g_assert_true(r->busy_capacity[BB_CPU] == 4000 * 110 * MILLI_S);
    g_assert_cmpfloat(bb_result_packing(r, BB_CPU), ==, 335.0 / 440.0);
    g_assert_true(bb_result_main_resource(r) == BB_CPU);
    g_assert_true(r->bought[BB_GPU] == 0 && r->up[BB_CPU] == r->bought[BB_CPU]);
}

/* A bare-metal task holds its node; what it asks for is what it uses, all of it if it asks nothing. */
static void
test_bare_metal(void)
{
    static const StageJob jobs[] = {
        {"asks", BB_BARE_METAL, NULL, 0, 10, 0, 1, 1000, 0, 0, 500000, -1},
        {"asks nothing", BB_BARE_METAL, NULL, 0, 10, 0, 1, 0, 0, 0, 250000, -1},
    };
    static const StageStep steps[] = {
        {0, SUBMIT, 0, 0, 0, 0},  {0, START, 0, 0, 1, 0}, {0, SUBMIT, 1, 0, 0, 0},
        {0, START, 1, 1, 1, 0},   {10, END, 0, 0, 0, 0},  {10, END, 1, 0, 0, 0},
        {10, FINISH, 0, 0, 0, 0},
    };
    BbMetricsOptions options = {0, TRUE};
    g_autoptr(BbResult) r = play(&options, stage_nodes, jobs, steps, G_N_ELEMENTS(steps));
    g_assert_true(r->waterfall[BB_CPU][BB_BIN_USED] == (500 + 1000) * 10 * MILLI_S);
    g_assert_true(bb_result_allocated(r, BB_CPU) == 8000 * 10 * MILLI_S);
    g_assert_true(r->waterfall[BB_CPU][BB_BIN_FREE] == 0);
    g_assert_true(r->waterfall[BB_MEMORY][BB_BIN_USED] == 100 * 10 * MILLI_S);
    g_assert_cmpuint(r->busy_peak, ==, 2);
}

/* Tasks that start one by one are one wait and one busy node each, and the job's ideal may be 0. */
static void
test_tasks_one_by_one(void)
{
    static const StageJob jobs[] = {
        {"slow", BB_CONTAINER, NULL, 0, 10, 0, 3, 2000, 0, 0, 0, 0},
        {"blip", BB_CONTAINER, NULL, 6, 1, 0, 1, 1, 0, 0, 333333, 1000000},
    };
    static const StageStep steps[] = {
        {0, SUBMIT, 0, 0, 0, 0}, {2, START, 0, 0, 2, 0},   {4, START, 0, 1, 1, 0},
        {6, SUBMIT, 1, 0, 0, 0}, {6, START, 1, 1, 1, 0},   {7, END, 1, 0, 0, 0},
        {14, END, 0, 0, 0, 0},   {14, FINISH, 0, 0, 0, 0},
    };
    BbMetricsOptions options = {0, TRUE};
    g_autoptr(BbResult) r = play(&options, stage_nodes, jobs, steps, G_N_ELEMENTS(steps));
    g_assert_true(r->waits_all_us == 2 * MILLI_S && r->queue_all_us == 2 * MILLI_S);
    g_assert_cmpuint(r->all.jobs.waited, ==, 1);
    g_assert_cmpuint(r->all.jobs.ideal_zero, ==, 1);
    g_assert_cmpuint(r->all.stats[BB_SLOWDOWN].n, ==, 1);
    g_assert_cmpuint(r->all.stats[BB_BOUNDED_SLOWDOWN].n, ==, 2);
    g_assert_cmpfloat(r->all.stats[BB_BOUNDED_SLOWDOWN].max, ==, 1.4);
    g_assert_true(r->busy_node_us == (12 + 10) * MILLI_S);
    /* A third of one milli is rounded to none; all of the other job's is used. */
    g_assert_true(r->waterfall[BB_CPU][BB_BIN_USED] == (4000 * 12 + 2000 * 10) * MILLI_S);
    g_assert_true(bb_result_allocated(r, BB_CPU) == (4000 * 12 + 2000 * 10 + 1) * MILLI_S);
    g_assert_cmpuint(r->n_classes, ==, 0);
    g_assert_true(isnan(bb_result_jain_wait(r)));
}

static void
test_no_jobs(void)
{
    static const StageStep steps[] = {{0, FINISH, 0, 0, 0, 0}};
    BbMetricsOptions options = {0, FALSE};
    g_autoptr(BbResult) r = play(&options, stage_nodes, NULL, steps, G_N_ELEMENTS(steps));
    g_assert_cmpuint(r->all.jobs.submitted, ==, 0);
    g_assert_cmpint(r->first_submit_us, ==, -1);
    g_assert_true(r->bought[BB_CPU] == 0);
    g_assert_true(isnan(bb_result_makespan_s(r)));
    g_assert_true(isnan(r->all.stats[BB_WAIT].mean));
}

/* Integers stay exact where 64 bits would not do: 10^9 cores for a century. */
static void
test_large(void)
{
    static const BbNodeRow node = {.id = "n",
                                   .capacity = {{1000000000000, 0, 0, 0}},
                                   .named = 1u << BB_CPU,
                                   .runtimes = BB_ALL_KINDS,
                                   .speed_milli = 1000};
    static const StageJob jobs[] = {
        {"all", BB_PROCESS, NULL, 0, 3155760000, 0, 1, 999999999999, 0, 0, 0, -1},
    };
    static const StageStep steps[] = {
        {0, SUBMIT, 0, 0, 0, 0},
        {0, START, 0, 0, 1, 0},
        {3155760000, END, 0, 0, 0, 0},
        {3155760000, FINISH, 0, 0, 0, 0},
    };
    BbMetricsOptions options = {0, TRUE};
    g_autoptr(BbResult) r = play(&options, &node, jobs, steps, G_N_ELEMENTS(steps));
    g_assert_true(r->bought[BB_CPU] == (BbInt128)1000000000000 * 3155760000 * BB_US_PER_S);
    g_assert_true(r->waterfall[BB_CPU][BB_BIN_FREE] == (BbInt128)3155760000 * BB_US_PER_S);
}

static void
check_part(const BbPopulation *part, const gint64 *waits_s, guint n)
{
    g_autoptr(BbSeries) alone = bb_series_new();
    for (guint i = 0; i < n; i++)
        bb_series_add(alone, (double)waits_s[i]);
    BbSummaryStat expected = bb_series_summary(alone);
    const BbSummaryStat *s = &part->stats[BB_WAIT];

    g_assert_cmpuint(part->jobs.completed, ==, n);
    g_assert_cmpuint(s->n, ==, n);
    if (n > 0)
        g_assert_true(memcmp(s, &expected, sizeof expected) == 0);
}

/* Jobs one after the other, of one kind up to some job, then of any: each kind's numbers are those of
 * its jobs alone. */
static void
test_kinds(gconstpointer data)
{
    enum { N = 60 };
    static const BbMetricsOptions options = {0, TRUE};
    guint first_other = GPOINTER_TO_UINT(data);
    StageJob jobs[N];
    StageStep steps[3 * N + 1];
    gint64 waits_s[BB_N_KINDS][N];
    guint n[BB_N_KINDS] = {0};

    for (guint i = 0; i < N; i++) {
        BbKind kind = i < first_other ? BB_VM : (BbKind)g_test_rand_int_range(0, BB_BARE_METAL);
        gint64 at = 100 * i, wait = g_test_rand_int_range(0, 50);
        jobs[i] = (StageJob){"j", kind, NULL, at, 9, 0, 1, 1000, 0, 0, 0, -1};
        waits_s[kind][n[kind]++] = wait;
        steps[3 * i] = (StageStep){at, SUBMIT, i, 0, 0, 0};
        steps[3 * i + 1] = (StageStep){at + wait, START, i, 0, 1, 0};
        steps[3 * i + 2] = (StageStep){at + wait + 9, END, i, 0, 0, 0};
    }
    steps[3 * N] = (StageStep){100 * N, FINISH, 0, 0, 0, 0};
    g_autoptr(BbResult) r = play(&options, stage_nodes, jobs, steps, G_N_ELEMENTS(steps));
    for (guint k = 0; k < BB_N_KINDS; k++)
        check_part(&r->kinds[k], waits_s[k], n[k]);
    g_assert_cmpuint(r->all.jobs.completed, ==, N);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_autofree char *path = g_strdup_printf("/metrics/window/%s", windows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_window);
    }
    g_test_add_func("/metrics/jobs", test_jobs);
    g_test_add_func("/metrics/series", test_series);
    g_test_add_func("/metrics/parts", test_parts);
    g_test_add_func("/metrics/resources", test_resources);
    g_test_add_func("/metrics/bare-metal", test_bare_metal);
    g_test_add_func("/metrics/tasks-one-by-one", test_tasks_one_by_one);
    g_test_add_func("/metrics/no-jobs", test_no_jobs);
    g_test_add_func("/metrics/large", test_large);
    g_test_add_data_func("/metrics/kinds/from-the-first", GUINT_TO_POINTER(0), test_kinds);
    g_test_add_data_func("/metrics/kinds/from-the-second", GUINT_TO_POINTER(1), test_kinds);
    g_test_add_data_func("/metrics/kinds/from-the-middle", GUINT_TO_POINTER(30), test_kinds);
    g_test_add_data_func("/metrics/kinds/one-only", GUINT_TO_POINTER(60), test_kinds);
    return g_test_run();
}
