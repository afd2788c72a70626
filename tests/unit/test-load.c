/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a cluster fills up, row by row and as a curve, by hand: one node of two devices, where half a device
 * and a whole one are as usual. */
#include "sim/observe/bb-load.h"
#include "tests/unit/experiments.h"

#include <math.h>

#define HEADER                                                                                     \
    "seq,job_id,placed,node,arrived_gpu_milli,allocated_gpu_milli,fragmented_gpu_milli,"           \
    "arrived_cpu_milli,allocated_cpu_milli\n"
#define CURVE_HEADER "arrived_pct,gpu_allocated_pct,frag_pct_of_capacity,frag_pct_of_idle\n"
#define TARGET "job_id,submit_s,cpu_milli,gpu_milli\nh,0,1000,500\nw,0,1000,1000\n"
#define NODES "node_id,cpu_milli,gpu\nn1,8000,2\n"

/* After a: 500 and 1000 free, the whole one cannot use 500. After b: 500 and 300, of which the half one can
 * use 500, the whole one nothing. c finds no room. d, without a device, takes the cpu that all need: nothing that is free is of
 * use. */
static const char jobs_rejected[] = "job_id,submit_s,cpu_milli,gpu_milli\n"
                                    "a,0,1000,500\nb,0,1000,700\nc,2,1000,1000\nd,3,6000,0\n";
static const char rows_rejected[] = HEADER "1,a,1,n1,500,500,250,1000,1000\n"
                                           "2,b,1,n1,1200,1200,550,2000,2000\n"
                                           "3,c,0,,2200,1200,550,3000,2000\n"
                                           "4,d,1,n1,2200,1200,800,9000,8000\n";

/* b waits for a: its row and that of c come in order of arrival, each as things stood at its decision. */
static const char jobs_waiting[] = "job_id,submit_s,runtime_s,cpu_milli,gpu_milli\n"
                                   "a,0,10,1000,2000\nb,1,,1000,1000\nc,2,5,1000,1000\n";
static const char rows_waiting[] = HEADER "1,a,1,n1,2000,2000,0,1000,1000\n"
                                          "2,b,1,n1,3000,1000,0,2000,1000\n"
                                          "3,c,1,n1,4000,2000,0,3000,2000\n";

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *
read_file(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static BbOutcome *
run(const char *folder, const char *jobs, const char *unplaced)
{
    g_autofree char *trace = g_build_filename(folder, "jobs.csv", NULL);
    g_autofree char *cluster = g_build_filename(folder, "nodes.csv", NULL);
    g_autofree char *target = g_build_filename(folder, "target.csv", NULL);
    g_autofree char *output = g_build_filename(folder, "out", NULL);
    const char *const settings[] = {"experiment.unplaced",
                                    unplaced,
                                    "experiment.record",
                                    "none,arrivals",
                                    "experiment.fragmentation_target",
                                    target,
                                    NULL};
    write_file(folder, "jobs.csv", jobs);
    write_file(folder, "nodes.csv", NODES);
    write_file(folder, "target.csv", TARGET);
    g_autoptr(BbExperiment) experiment = experiment_of(trace, cluster, settings);
    return experiment_run(experiment, output);
}

static void
test_rows(void)
{
    static const struct {
        const char *jobs, *unplaced, *rows;
    } cases[] = {
        {jobs_rejected, "reject", rows_rejected},
        {jobs_waiting, "queue", rows_waiting},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = experiment_folder();
        bb_outcome_free(run(folder, cases[i].jobs, cases[i].unplaced));
        g_autofree char *rows = read_file(folder, "out/arrivals.csv");
        g_assert_cmpstr(rows, ==, cases[i].rows);
        experiment_remove_folder(folder);
    }
}

/* Of 2000: 25, 60, 110 percent arrived, the last twice; points beside them say the same. */
static void
test_curve(void)
{
    g_autofree char *folder = experiment_folder();
    g_autoptr(BbOutcome) outcome = run(folder, jobs_rejected, "reject");
    const GArray *curve = outcome->result->load;
    g_autofree char *text = read_file(folder, "out/load.csv");
    g_assert_cmpuint(curve->len, ==, 111);
    for (guint at = 0; at < curve->len; at++) {
        const BbLoadPoint *point = &g_array_index(curve, BbLoadPoint, at);
        gboolean early = at >= 24 && at <= 26, late = (at >= 59 && at <= 61) || at >= 109;
        g_assert_cmpint(point->known, ==, early || late);
        if (point->known)
            g_assert_cmpfloat(point->allocated_pct, ==, early ? 25 : 60);
    }
    const BbLoadPoint *last = &g_array_index(curve, BbLoadPoint, 110);
    g_assert_cmpfloat_with_epsilon(last->fragmented_pct, (27.5 + 40) / 2, 1e-9);
    g_assert_cmpfloat_with_epsilon(last->of_idle_pct, (68.75 + 100) / 2, 1e-9);
    g_assert_true(g_str_has_prefix(text, CURVE_HEADER "0,,,\n"));
    g_assert_nonnull(strstr(text, "\n25,25,12.5,16.666666666666668\n"));
    experiment_remove_folder(folder);
}

/* As many devices were asked for as there are: the numbers that compare and sweep show. */
static void
test_full(void)
{
    g_autofree char *folder = experiment_folder();
    g_autoptr(BbOutcome) outcome = run(folder, jobs_waiting, "reject");
    BbLoadPoint full = bb_load_at_full(outcome->result->load);
    g_assert_true(full.known);
    g_assert_cmpfloat(full.allocated_pct, ==, 100);
    g_assert_cmpfloat(full.of_idle_pct, ==, 0);
    g_assert_false(bb_load_at_full(NULL).known);
    experiment_remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/load/rows", test_rows);
    g_test_add_func("/load/curve", test_curve);
    g_test_add_func("/load/full", test_full);
    return g_test_run();
}
