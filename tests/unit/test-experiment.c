/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key file <-> experiment, what wins over what, the canonical text, and runs side by side. What is
 * refused is tested at the command line (test-cli.c). */
#include "policies/bb-policies.h"
#include "sim/lab/bb-axes.h"
#include "sim/lab/bb-demand.h"
#include "sim/lab/bb-experiment-run.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

static BbExperiment *
load_text(const char *text, const char *base)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    gint fd = g_file_open_tmp("experiment-XXXXXX.ini", &path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
    g_close(fd, NULL);
    BbExperiment *experiment = bb_experiment_new(&tables);
    bb_experiment_load(experiment, path, base, &error);
    g_assert_no_error(error);
    g_unlink(path);
    return experiment;
}

static void
set(BbExperiment *experiment, const char *target, const char *value)
{
    g_autoptr(GError) error = NULL;
    bb_experiment_set(experiment, "--set", target, value, &error);
    g_assert_no_error(error);
}

#define DEFAULTS                                                                                   \
    "[experiment]\nseed=1\nwarmup=0\nwindow=submits\nunplaced=queue\nkill_at_estimate=yes\n"       \
    "estimate=trace\nsearch=auto\nrecord=jobs,timeline,nodes\n"
#define SCHEDULER "\n[scheduler]\nqueue=fcfs\nplacement=first-fit\npass=instant\nties=lowest\n"

static const struct {
    const char *name, *text, *canonical;
} texts[] = {
    {"empty", "", DEFAULTS SCHEDULER},
    {"order-and-blanks",
     "# a comment\n\n[scheduler]\n queue = easy,reserve=count \n[experiment]\nseed= 7\n",
     "[experiment]\nseed=7\nwarmup=0\nwindow=submits\nunplaced=queue\nkill_at_estimate=yes\n"
     "estimate=trace\nsearch=auto\nrecord=jobs,timeline,nodes\n\n[scheduler]\n"
     "queue=easy,reserve=count\nplacement=first-fit\npass=instant\nties=lowest\n"},
    {"units",
     "[pool web]\ncount=3\ncpu=1.5\nmemory=2Gi\ngpu=2\nspeed=0.5\nprice=1.25\n"
     "runtimes=vm, container\n[pool big]\ncount=1\ncpu=500m\nruntimes=bare-metal\n",
     DEFAULTS
     "\n[pool web]\ncount=3\ncpu=1500m\nmemory=2048Mi\ngpu=2\nruntimes=container,vm\n"
     "speed=0.5\nprice=1.25\n\n[pool big]\ncount=1\ncpu=500m\nruntimes=bare-metal\n" SCHEDULER},
    {"times",
     "[experiment]\nwarmup=1h\nuntil=2d\n[workload w]\ntrace=a.csv\nscale=0.8\nshift=90s\nkind=vm\n"
     "class=night\n",
     "[experiment]\nseed=1\nwarmup=3600\nuntil=172800\nwindow=submits\nunplaced=queue\n"
     "kill_at_estimate=yes\nestimate=trace\nsearch=auto\nrecord=jobs,timeline,nodes\n"
     "\n[workload w]\ntrace=a.csv\nkind=vm\nclass=night\nscale=0.8\nscale_by=gaps\n"
     "shift=90\n" SCHEDULER},
    {"record-adds", "[experiment]\nrecord=allocations\n",
     "[experiment]\nseed=1\nwarmup=0\nwindow=submits\nunplaced=queue\nkill_at_estimate=yes\n"
     "estimate=trace\nsearch=auto\nrecord=jobs,timeline,nodes,allocations\n" SCHEDULER},
    {"record-some", "[experiment]\nrecord=jobs,none\n",
     "[experiment]\nseed=1\nwarmup=0\nwindow=submits\nunplaced=queue\nkill_at_estimate=yes\n"
     "estimate=trace\nsearch=auto\nrecord=none,jobs\n" SCHEDULER},
    {"last-wins", "[scheduler]\nqueue=sjf\nqueue=ljf\n[scheduler]\npass=event\n",
     DEFAULTS "\n[scheduler]\nqueue=ljf\nplacement=first-fit\npass=event\nties=lowest\n"},
    {"emptied", "[workload w]\ntrace=a.csv\nclass=\n",
     DEFAULTS "\n[workload w]\ntrace=a.csv\nscale=1\nscale_by=gaps\nshift=0\n" SCHEDULER},
};

/* The canonical text is as expected, and reads back as itself. */
static void
test_text(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(BbExperiment) experiment = load_text(texts[i].text, ".");
    g_autofree char *canonical = bb_experiment_to_text(experiment);
    g_assert_cmpstr(canonical, ==, texts[i].canonical);
    g_autoptr(BbExperiment) again = load_text(canonical, ".");
    g_autofree char *same = bb_experiment_to_text(again);
    g_assert_cmpstr(same, ==, canonical);
}

/* Paths in a file are seen from the file, unless a base is given or they name no file. */
static void
test_paths(void)
{
    static const char text[] = "[pool a]\nnodes=n.csv\n[pool b]\nnodes=flat:3\n[pool c]\n"
                               "nodes=elastic\n[workload v]\ntrace=/abs/x.swf:swf\n"
                               "[workload w]\ntrace=-\n[workload x]\ntrace=sub/y.csv:jobs\n";
    g_autofree char *tmp = g_strdup(g_get_tmp_dir());
    static const char *const bases[] = {NULL, "there"};
    for (guint i = 0; i < G_N_ELEMENTS(bases); i++) {
        const char *base = bases[i] ? bases[i] : tmp;
        g_autofree char *nodes = g_build_filename(base, "n.csv", NULL);
        g_autofree char *trace = g_build_filename(base, "sub/y.csv:jobs", NULL);
        g_autoptr(BbExperiment) experiment = load_text(text, bases[i]);
        const BbPool *const *pools = (const BbPool *const *)experiment->pools->pdata;
        const BbWorkloadSpec *const *workloads =
            (const BbWorkloadSpec *const *)experiment->workloads->pdata;
        g_assert_cmpstr(pools[0]->nodes, ==, nodes);
        g_assert_cmpstr(pools[1]->nodes, ==, "flat:3");
        g_assert_cmpstr(pools[2]->nodes, ==, "elastic");
        g_assert_cmpstr(workloads[0]->trace, ==, "/abs/x.swf:swf");
        g_assert_cmpstr(workloads[1]->trace, ==, "-");
        g_assert_cmpstr(workloads[2]->trace, ==, trace);
    }
}

static void
test_set(void)
{
    g_autoptr(BbExperiment) experiment =
        load_text("[pool a.b]\ncount=1\n[scheduler]\nqueue=sjf\n", ".");
    set(experiment, "seed", "5");
    set(experiment, "pool.a.b.count", "3");
    set(experiment, "pool.new.cpu", "2");
    set(experiment, "scheduler.queue", "easy(reserve=nodes)");
    g_assert_cmpint(experiment->seed, ==, 5);
    g_assert_cmpuint(experiment->pools->len, ==, 2);
    g_assert_cmpint(((BbPool *)experiment->pools->pdata[0])->count, ==, 3);
    g_assert_cmpint(((BbPool *)experiment->pools->pdata[1])->cpu_milli, ==, 2000);
    g_assert_cmpstr(experiment->queue, ==, "easy(reserve=nodes)");
}

/* Traces of the command line are called after their files, each by a name of its own. */
static void
test_add_trace(void)
{
    g_autoptr(BbExperiment) experiment = load_text("[workload old]\ntrace=x\n", ".");
    bb_experiment_clear_workloads(experiment);
    bb_experiment_add_trace(experiment, "a/b.swf.gz");
    bb_experiment_add_trace(experiment, "c/b.swf.gz:swf");
    bb_experiment_add_trace(experiment, "my log [1].csv");
    bb_experiment_add_trace(experiment, "-:jobs");
    static const char *const names[] = {"b.swf.gz", "b.swf.gz-2", "my_log__1_.csv", "stdin"};
    g_assert_cmpuint(experiment->workloads->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpstr(((BbWorkloadSpec *)experiment->workloads->pdata[i])->name, ==, names[i]);
}

/* ---- clusters ---- */

static void
test_cluster(void)
{
    static const char text[] =
        "[pool web]\ncount=12\ncpu=4\nmemory=8Gi\nlabels=zone=a\nspeed=2\n[pool gpu]\ncount=1\n"
        "cpu=2\ngpu=2\ngpu_model=T4\nruntimes=container\n[pool any]\nnodes=elastic:cpu=3,gpu=1\n";
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = load_text(text, ".");
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(GPtrArray) sha256 = NULL;
    g_autoptr(BbCluster) cluster = bb_experiment_build_cluster(experiment, names, &sha256, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(bb_cluster_n(cluster), ==, 14);
    g_assert_cmpuint(sha256->len, ==, 3);
    g_assert_null(sha256->pdata[0]);
    g_assert_cmpint(bb_cluster_find(cluster, "web-01"), ==, 0);
    g_assert_cmpint(bb_cluster_find(cluster, "web-12"), ==, 11);
    const BbNode *web = bb_cluster_node(cluster, 0);
    g_assert_cmpint(web->capacity.v[BB_MEMORY], ==, 8192);
    g_assert_cmpuint(web->speed_milli, ==, 2000);
    g_assert_cmpuint(web->runtimes, ==, BB_ALL_KINDS);
    const BbNode *gpu = bb_cluster_node(cluster, (guint)bb_cluster_find(cluster, "gpu-1"));
    g_assert_cmpuint(gpu->n_devices, ==, 2);
    g_assert_cmpuint(gpu->runtimes, ==, 1u << BB_CONTAINER);
    g_assert_cmpuint(gpu->speed_milli, ==, 1000);
    const BbNode *any = bb_cluster_node(cluster, 13);
    g_assert_cmpint(any->capacity.v[BB_CPU], ==, 3000);
    g_assert_cmpuint(any->n_devices, ==, 1);
    g_autofree char *described = bb_experiment_describe_cluster(experiment);
    g_assert_cmpstr(described, ==, "12 nodes of web, 1 node of gpu, elastic:cpu=3,gpu=1");
}

/* ---- notes ---- */

typedef struct {
    BbJobRow rows[3];
    guint n, next;
} Rows;

static BbReadResult
next_row(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    Rows *rows = data;
    (void)error;
    if (rows->next == rows->n)
        return BB_READ_END;
    *out = rows->rows[rows->next++];
    *out_workload = 0;
    return BB_READ_ROW;
}

static gboolean place_error(gpointer data, const char *column, GError **error, const char *format,
                            ...) G_GNUC_PRINTF(4, 5);
static gboolean
place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    (void)data;
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return bb_error_set(error, BB_ERROR_INPUT, "at %s: %s", column, message);
}

static void
test_demand(void)
{
    Rows rows = {.rows = {BB_JOB_ROW_INIT, BB_JOB_ROW_INIT, BB_JOB_ROW_INIT}, .n = 3};
    BbDemand demand = {.source = {&rows, next_row, place_error}};
    BbJobSource source = bb_demand_source(&demand);
    g_autoptr(GError) error = NULL;
    rows.rows[0].need.v[BB_CPU] = 1;
    rows.rows[0].runtime_us = 5;
    rows.rows[1].need.v[BB_MEMORY] = 1;
    rows.rows[1].runtime_us = rows.rows[1].estimate_us = 5;
    BbJobRow row;
    guint32 workload;
    while (source.next(source.data, &row, &workload, NULL) == BB_READ_ROW)
        ;
    g_assert_false(source.place_error(source.data, "after", &error, "bad %d", 3));
    g_assert_cmpstr(error->message, ==, "at after: bad 3");

    /* Of pool b one node is of use, of v none. */
    static const char strewn[] = "node_id,pool,cpu_milli,runtimes\nv1,v,1,vm\nb1,b,1,vm\n"
                                 "v2,v,1,vm\nb2,b,1,container\n";
    g_autofree char *folder = g_dir_make_tmp("breakbulk-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "strewn.csv", NULL);
    g_assert_true(g_file_set_contents(path, strewn, -1, NULL));
    static const char *const expected[] = {
        "jobs ask for memory, which no node of the cluster names: it is not modelled",
        "pool v: no job is of a kind that its nodes allow",
        "1 of 3 jobs have no estimate: the queue takes them to run to the end",
    };
    g_autoptr(BbExperiment) experiment =
        load_text("[pool a]\ncount=2\ncpu=1\n[pool f]\nnodes=strewn.csv\n", folder);
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(GPtrArray) sha256 = NULL;
    g_autoptr(BbCluster) cluster = bb_experiment_build_cluster(experiment, names, &sha256, NULL);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    bb_demand_notes(&demand, cluster, TRUE, notes);
    g_assert_cmpuint(notes->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < notes->len; i++)
        g_assert_cmpstr(notes->pdata[i], ==, expected[i]);
    g_ptr_array_set_size(notes, 0);
    bb_demand_notes(&demand, cluster, FALSE, notes);
    g_assert_cmpuint(notes->len, ==, 2);
    g_unlink(path);
    g_rmdir(folder);
}

/* ---- side by side ---- */

static const char *const variants[] = {"fcfs", "sjf", "easy", "conservative"};

static gpointer
run_variant(gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    const BbRunOptions options = {0};
    set(experiment, "pool.n.count", "8");
    set(experiment, "pool.n.cpu", "8");
    set(experiment, "workload.w.generator",
        "poisson,jobs=2000,rate=1,runtime=exp(20s),estimate=exp(40s),cpu=choice(1:0.5|4:0.5)");
    set(experiment, "scheduler.queue", data);
    set(experiment, "scheduler.placement", "random");
    g_autoptr(BbOutcome) outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    return g_strdup(outcome->summary_json);
}

static void
test_threads(void)
{
    char *alone[G_N_ELEMENTS(variants)];
    GThread *threads[2 * G_N_ELEMENTS(variants)];
    for (guint i = 0; i < G_N_ELEMENTS(variants); i++)
        alone[i] = run_variant((gpointer)(gsize)variants[i]);
    g_assert_cmpstr(alone[0], !=, alone[1]);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] =
            g_thread_new("run", run_variant, (gpointer)(gsize)variants[i % G_N_ELEMENTS(variants)]);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_autofree char *together = g_thread_join(threads[i]);
        g_assert_cmpstr(together, ==, alone[i % G_N_ELEMENTS(variants)]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(variants); i++)
        g_free(alone[i]);
}

/* So are those that say what is usually asked for. */
static void
test_target_paths(void)
{
    g_autoptr(BbExperiment) experiment =
        load_text("[experiment]\nfragmentation_target=sub/t.csv\n"
                  "[scheduler]\nplacement=fgd,score=float,target=sub/t.csv\n",
                  "there");
    const char *none[] = {NULL}, *one[] = {"1111", "fgd(target=1111)"};
    const char *two[] = {"2222", one[1]}, *three[] = {one[0], "fgd(target=2222)"};
    g_assert_cmpstr(experiment->fragmentation_target, ==, "there/sub/t.csv");
    g_assert_cmpstr(experiment->placement, ==, "fgd(target=there/sub/t.csv,score=float)");
    g_autofree char *first = bb_experiment_sha256(experiment, none, none, one);
    g_autofree char *second = bb_experiment_sha256(experiment, none, none, two);
    g_autofree char *third = bb_experiment_sha256(experiment, none, none, three);
    set(experiment, "experiment.fragmentation_target", "other.csv");
    g_autofree char *moved = bb_experiment_sha256(experiment, none, none, one);
    g_assert_cmpstr(first, !=, second);
    g_assert_cmpstr(first, !=, third);
    g_assert_cmpstr(first, ==, moved);
    g_autoptr(BbExperiment) here =
        load_text("[scheduler]\nplacement=fgd,score=float,target=t.csv\n", ".");
    g_assert_cmpstr(here->placement, ==, "fgd,score=float,target=t.csv");
}

/* The file of a generator is seen from the experiment's too, and counts by its content. */
static void
test_generator_paths(void)
{
    g_autoptr(BbExperiment) experiment =
        load_text("[workload w]\ngenerator=empirical,by=job,from=sub/t.csv\n", "there");
    const BbWorkloadSpec *workload = experiment->workloads->pdata[0];
    const char *one[] = {"1111", NULL}, *two[] = {"2222", NULL}, *none[] = {NULL};
    g_assert_cmpstr(workload->generator, ==, "empirical,from=there/sub/t.csv,by=job");
    g_autofree char *first = bb_experiment_sha256(experiment, one, none, NULL);
    g_autofree char *second = bb_experiment_sha256(experiment, two, none, NULL);
    set(experiment, "workload.w.generator", "empirical,by=job,from=other.csv");
    g_autofree char *moved = bb_experiment_sha256(experiment, one, none, NULL);
    g_assert_cmpstr(first, !=, second);
    g_assert_cmpstr(first, ==, moved);
}

/* Seeds change what is drawn: generators, and jobs or users left out. */
static void
test_draws(void)
{
    g_autoptr(BbExperiment) experiment = load_text("[workload w]\ntrace=t.csv\nscale=0.5\n", NULL);
    g_assert_false(bb_experiment_draws(experiment));
    set(experiment, "workload.w.scale_by", "users");
    g_assert_true(bb_experiment_draws(experiment));
    set(experiment, "workload.w.scale_by", "thin");
    g_assert_true(bb_experiment_draws(experiment));
    set(experiment, "workload.w.scale_by", "gaps");
    set(experiment, "workload.w.censored", "residual");
    g_assert_true(bb_experiment_draws(experiment));
    set(experiment, "workload.w.scale_by", "thin");
    set(experiment, "workload.w.scale", "1.5");
    set(experiment, "pool.p.count", "1");
    g_autoptr(GError) error = NULL;
    g_assert_false(bb_experiment_check(experiment, &error));
    g_assert_nonnull(strstr(error->message, "scale: expected at most 1 where jobs or users"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = g_strconcat("/experiment/text/", texts[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_text);
    }
    g_test_add_func("/experiment/paths", test_paths);
    g_test_add_func("/experiment/generator-paths", test_generator_paths);
    g_test_add_func("/experiment/target-paths", test_target_paths);
    g_test_add_func("/experiment/draws", test_draws);
    g_test_add_func("/experiment/set", test_set);
    g_test_add_func("/experiment/add-trace", test_add_trace);
    g_test_add_func("/experiment/cluster", test_cluster);
    g_test_add_func("/experiment/demand", test_demand);
    g_test_add_func("/experiment/threads", test_threads);
    return g_test_run();
}
