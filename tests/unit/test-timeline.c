/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/observe/bb-timeline.h"

#include "tests/unit/logged.h"

static char *
play(const StageJob *jobs, const StageStep *steps, guint n_steps)
{
    Stage stage;
    Logged logged;
    stage_init(&stage, stage_nodes, 1);
    logged_open(&logged, "timeline.csv");
    g_autoptr(BbTimeline) timeline =
        bb_timeline_new(bb_cluster_modelled(stage.cluster), logged.file);
    BbObserver observer = bb_timeline_observer(timeline);
    stage_play(&stage, jobs, steps, n_steps, &observer, 1);
    stage_clear(&stage);
    return logged_close(&logged);
}

#define HEADER                                                                                     \
    "time_s,queued_jobs,running_jobs,cpu_capacity_milli,cpu_allocated_milli,cpu_used_milli,"       \
    "memory_capacity_mib,memory_allocated_mib,memory_used_mib\n"

/* f comes and is rejected at 60: nothing differs, no row. */
static void
test_estate(void)
{
    g_autofree char *text = play(stage_jobs, stage_steps, G_N_ELEMENTS(stage_steps));
    g_assert_cmpstr(text, ==,
                    HEADER "0,0,1,8000,2000,1000,200,20,20\n"
                           "10,0,2,8000,6000,5000,200,20,20\n"
                           "20,1,2,8000,6000,5000,200,20,20\n"
                           "30,1,3,8000,6500,5500,200,21,21\n"
                           "40,2,3,8000,6500,5500,200,21,21\n"
                           "50,1,3,8000,6500,5500,200,71,71\n"
                           "70,1,2,8000,2500,1500,200,21,21\n"
                           "100,1,1,8000,500,500,200,1,1\n");
}

static void
test_no_jobs(void)
{
    static const StageStep steps[] = {{0, FINISH, 0, 0, 0, 0}};
    g_autofree char *text = play(NULL, steps, G_N_ELEMENTS(steps));
    g_assert_cmpstr(text, ==, HEADER);
}

/* A run of 0 s at one instant is no row; a job with more tasks to come is running. */
static void
test_instants(void)
{
    static const StageJob jobs[] = {
        {"blip", BB_CONTAINER, NULL, 5, 1, 0, 1, 1000, 0, 0, 0, -1},
        {"web", BB_CONTAINER, NULL, 6, 1, 0, 2, 1000, 0, 0, 0, -1},
    };
    static const StageStep steps[] = {
        {5, SUBMIT, 0, 0, 0, 0}, {5, START, 0, 0, 1, 0},  {5, END, 0, 0, 0, 0},
        {6, SUBMIT, 1, 0, 0, 0}, {6, START, 1, 0, 1, 0},  {7, START, 1, 0, 1, 0},
        {8, END, 1, 0, 0, 0},    {8, FINISH, 0, 0, 0, 0},
    };
    g_autofree char *text = play(jobs, steps, G_N_ELEMENTS(steps));
    g_assert_cmpstr(text, ==,
                    HEADER "5,0,0,8000,0,0,200,0,0\n"
                           "6,0,1,8000,1000,1000,200,0,0\n"
                           "7,0,1,8000,2000,2000,200,0,0\n"
                           "8,0,0,8000,0,0,200,0,0\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/estate", test_estate);
    g_test_add_func("/timeline/no-jobs", test_no_jobs);
    g_test_add_func("/timeline/instants", test_instants);
    return g_test_run();
}
