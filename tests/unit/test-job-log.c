/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/observe/bb-job-log.h"

#include "sim/observe/bb-allocation-log.h"
#include "sim/observe/bb-node-log.h"
#include "sim/observe/bb-placements.h"
#include "tests/unit/logged.h"

static const char *const workload_names[] = {"day, one"};

static char *
play_job_log(const BbNodeRow *nodes, const StageJob *jobs, const StageStep *steps, guint n_steps)
{
    Stage stage;
    Logged logged;
    stage_init(&stage, nodes, 1);
    logged_open(&logged, "jobs.csv");
    g_autoptr(BbJobLog) log = bb_job_log_new(stage.names, workload_names, logged.file);
    BbObserver observer = bb_job_log_observer(log);
    stage_play(&stage, jobs, steps, n_steps, &observer, 1);
    stage_clear(&stage);
    return logged_close(&logged);
}

#define JOBS_HEADER                                                                                \
    "job_id,workload,kind,class,tasks,submit_s,start_s,ready_s,finish_s,wait_s,startup_s,state,"   \
    "evictions,nodes\n"

static void
test_jobs(void)
{
    g_autofree char *text =
        play_job_log(stage_nodes, stage_jobs, stage_steps, G_N_ELEMENTS(stage_steps));
    g_assert_cmpstr(text, ==,
                    JOBS_HEADER "a,\"day, one\",container,X,2,0,0,0,100,0,0,completed,0,n1*2\n"
                                "b,\"day, one\",process,Y,4,10,10,10,50,0,0,completed,0,n2*4\n"
                                "\"c,1\",\"day, one\",vm,X,1,20,50,50,70,30,0,killed,0,n2\n"
                                "d,\"day, one\",container,,1,30,30,30,,0,0,unfinished,0,n1\n"
                                "e,\"day, one\",bare-metal,Y,1,40,,,,,,unfinished,0,\n"
                                "f,\"day, one\",process,,1,60,,,,,,rejected,0,\n");
}

/* Nodes in order of index, each once, whatever the order of starting. */
static const StageJob spread_jobs[] = {
    {"web", BB_CONTAINER, NULL, 0, 10, 0, 4, 1000, 0, 0, 0, -1},
};
static const StageStep spread_steps[] = {
    {0, SUBMIT, 0, 0, 0, 0}, {1, START, 0, 1, 1, 0}, {2, START, 0, 0, 2, 0},
    {3, START, 0, 1, 1, 0},  {13, END, 0, 0, 0, 0},  {13, FINISH, 0, 0, 0, 0},
};

static void
test_tasks_one_by_one(void)
{
    g_autofree char *text =
        play_job_log(stage_nodes, spread_jobs, spread_steps, G_N_ELEMENTS(spread_steps));
    g_assert_cmpstr(
        text, ==, JOBS_HEADER "web,\"day, one\",container,,4,0,1,1,13,1,0,completed,0,n1*2;n2*2\n");
}

/* Whatever the order in which jobs end, theirs is that of submission. */
static void
test_order(void)
{
    enum { N = 1000 };
    static char ids[N][200];
    g_autofree StageJob *jobs = g_new0(StageJob, N);
    g_autofree StageStep *steps = g_new0(StageStep, 3 * N + 1);
    g_autoptr(GString) expected = g_string_new(JOBS_HEADER);
    for (guint i = 0; i < N; i++) {
        g_snprintf(ids[i], sizeof ids[i], "j%0*u", i % 7 == 0 ? 190 : 1, i);
        jobs[i] = (StageJob){ids[i], BB_CONTAINER, NULL, 0, 10, 0, 1, 4, 0, 0, 0, -1};
        steps[i] = (StageStep){0, SUBMIT, i, 0, 0, 0};
        steps[N + i] = (StageStep){0, START, i, 0, 1, 0};
        steps[2 * N + i] = (StageStep){10, END, i, 0, 0, 0};
        g_string_append_printf(
            expected, "%s,\"day, one\",container,,1,0,0,0,10,0,0,completed,0,n1\n", ids[i]);
    }
    for (guint i = N - 1; i > 0; i--) {
        guint other = (guint)g_test_rand_int_range(0, (gint)i + 1);
        StageStep step = steps[2 * N + i];
        steps[2 * N + i] = steps[2 * N + other];
        steps[2 * N + other] = step;
    }
    steps[3 * N] = (StageStep){10, FINISH, 0, 0, 0, 0};
    g_autofree char *text = play_job_log(stage_nodes, jobs, steps, 3 * N + 1);
    g_assert_cmpstr(text, ==, expected->str);
}

static char *
play_node_log(const StageJob *jobs, const StageStep *steps, guint n_steps,
              const BbMetricsOptions *options)
{
    Stage stage;
    stage_init(&stage, stage_nodes, 1);
    g_autoptr(BbNodeLog) log = bb_node_log_new(stage.cluster, options);
    BbObserver observer = bb_node_log_observer(log);
    stage_play(&stage, jobs, steps, n_steps, &observer, 1);

    Logged logged;
    logged_open(&logged, "nodes.csv");
    bb_node_log_write(log, logged.file);
    stage_clear(&stage);
    return logged_close(&logged);
}

#define NODES_HEADER                                                                               \
    "node_id,pool,cpu_milli,memory_mib,up_s,busy_s,jobs,cpu_allocated_frac,memory_allocated_"      \
    "frac\n"

/* n2: b 4000 x 40 s, c 4000 x 10 s of 4000 x 60 s; to the end c has 20 s. */
static const struct {
    const char *name;
    BbMetricsOptions options;
    const char *rows;
} node_logs[] = {
    {"submits",
     {0, FALSE},
     "n1,web,4000,100,60,60,2,0.5625,0.205\n"
     "n2,web,4000,100,60,50,2,0.8333333333333334,0.08333333333333333\n"},
    {"all",
     {0, TRUE},
     "n1,web,4000,100,100,100,2,0.5875,0.207\n"
     "n2,web,4000,100,100,60,2,0.6,0.1\n"},
    {"empty window",
     {70 * BB_US_PER_S, FALSE},
     "n1,web,4000,100,0,0,2,,\n"
     "n2,web,4000,100,0,0,2,,\n"},
};

static void
test_nodes(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text =
        play_node_log(stage_jobs, stage_steps, G_N_ELEMENTS(stage_steps), &node_logs[i].options);
    g_autofree char *expected = g_strconcat(NODES_HEADER, node_logs[i].rows, NULL);
    g_assert_cmpstr(text, ==, expected);
}

/* A job that comes to a node more than once is one job there. */
static void
test_nodes_one_by_one(void)
{
    BbMetricsOptions options = {0, TRUE};
    g_autofree char *text =
        play_node_log(spread_jobs, spread_steps, G_N_ELEMENTS(spread_steps), &options);
    g_assert_nonnull(g_strstr_len(text, -1, "\nn1,web,4000,100,13,11,1,"));
    g_assert_nonnull(g_strstr_len(text, -1, "\nn2,web,4000,100,13,12,1,"));
}

static void
test_no_jobs(void)
{
    static const StageStep steps[] = {{0, FINISH, 0, 0, 0, 0}};
    BbMetricsOptions options = {0, FALSE};
    g_autofree char *jobs = play_job_log(stage_nodes, NULL, steps, G_N_ELEMENTS(steps));
    g_autofree char *nodes = play_node_log(NULL, steps, G_N_ELEMENTS(steps), &options);
    g_assert_cmpstr(jobs, ==, JOBS_HEADER);
    g_assert_cmpstr(nodes, ==, NODES_HEADER "n1,web,4000,100,0,0,0,,\nn2,web,4000,100,0,0,0,,\n");
}

static char *
play_allocation_log(const BbNodeRow *nodes, const StageJob *jobs, const StageStep *steps,
                    guint n_steps)
{
    Stage stage;
    Logged logged;
    stage_init(&stage, nodes, 1);
    logged_open(&logged, "allocations.csv");
    g_autoptr(BbAllocationLog) log =
        bb_allocation_log_new(stage.names, workload_names, logged.file);
    BbObserver observer = bb_allocation_log_observer(log);
    stage_play(&stage, jobs, steps, n_steps, &observer, 1);
    stage_clear(&stage);
    return logged_close(&logged);
}

static void
test_allocations(void)
{
    g_autofree char *text =
        play_allocation_log(stage_nodes, stage_jobs, stage_steps, G_N_ELEMENTS(stage_steps));
    g_assert_cmpstr(text, ==,
                    "workload,job_id,task,node,devices,from_s,to_s,end\n"
                    "\"day, one\",b,0,n2,,10,50,completed\n"
                    "\"day, one\",b,1,n2,,10,50,completed\n"
                    "\"day, one\",b,2,n2,,10,50,completed\n"
                    "\"day, one\",b,3,n2,,10,50,completed\n"
                    "\"day, one\",\"c,1\",0,n2,,50,70,killed\n"
                    "\"day, one\",a,0,n1,,0,100,completed\n"
                    "\"day, one\",a,1,n1,,0,100,completed\n"
                    "\"day, one\",d,0,n1,,30,100,unfinished\n");
}

static void
test_devices(void)
{
    static const BbNodeRow node = {.id = "g",
                                   .capacity = {{8000, 0, 0, 4000}},
                                   .named = 1u << BB_CPU | 1u << BB_GPU,
                                   .runtimes = BB_ALL_KINDS,
                                   .speed_milli = 1000};
    static const StageJob jobs[] = {
        {"train", BB_CONTAINER, NULL, 0, 5, 0, 1, 1000, 0, 2000, 0, -1},
        {"share", BB_CONTAINER, NULL, 0, 5, 0, 2, 1000, 0, 500, 0, -1},
    };
    static const StageStep steps[] = {
        {0, SUBMIT, 0, 0, 0, 0},  {0, START, 0, 0, 1, 0x9}, {0, SUBMIT, 1, 0, 0, 0},
        {0, START, 1, 0, 1, 0x2}, {2, START, 1, 0, 1, 0x4}, {5, END, 0, 0, 0, 0},
        {7, END, 1, 0, 0, 0},     {7, FINISH, 0, 0, 0, 0},
    };
    g_autofree char *text = play_allocation_log(&node, jobs, steps, G_N_ELEMENTS(steps));
    g_assert_cmpstr(text, ==,
                    "workload,job_id,task,node,devices,from_s,to_s,end\n"
                    "\"day, one\",train,0,g,0;3,0,5,completed\n"
                    "\"day, one\",share,0,g,1,0,7,completed\n"
                    "\"day, one\",share,1,g,2,2,7,completed\n");
}

static void
test_placements_never(void)
{
    g_autoptr(BbPlacements) placements = bb_placements_new();
    guint n = 7;
    g_assert_null(bb_placements_take(placements, 3, &n));
    g_assert_cmpuint(n, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job-log/order", test_order);
    g_test_add_func("/job-log/jobs", test_jobs);
    g_test_add_func("/job-log/tasks-one-by-one", test_tasks_one_by_one);
    g_test_add_func("/job-log/no-jobs", test_no_jobs);
    for (guint i = 0; i < G_N_ELEMENTS(node_logs); i++) {
        g_autofree char *path = g_strdup_printf("/node-log/%s", node_logs[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_nodes);
    }
    g_test_add_func("/node-log/tasks-one-by-one", test_nodes_one_by_one);
    g_test_add_func("/allocation-log/allocations", test_allocations);
    g_test_add_func("/allocation-log/devices", test_devices);
    g_test_add_func("/placements/never", test_placements_never);
    return g_test_run();
}
