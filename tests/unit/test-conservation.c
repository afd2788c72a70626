/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds of every run whatever the policy, exactly: Little's law (the integral of the queue is the
 * sum of the waits), the waterfall sums to what was bought, busy integrals are the sums over the jobs,
 * each from files, metrics and an observer of the test's own. And the same bytes come out again, by
 * either search, and beside other runs. */
#include "sim/base/bb-units.h"
#include "sim/lab/bb-verify.h"
#include "tests/unit/experiments.h"

#define RECORD "[experiment]\nwindow=all\nrecord=jobs,timeline,nodes,allocations\n"

static const struct {
    const char *name, *text, *events; /* what happens to nodes; NULL: nothing */
} worlds[] = {
    {"kinds",
     RECORD
     "[pool big]\ncount=3\ncpu=16\nmemory=64Gi\ngpu=4\ngpu_model=A\nlabels=zone=a\n"
     "[pool small]\ncount=5\ncpu=8\nmemory=16Gi\nlabels=zone=b\nspeed=0.5\n"
     "[workload web]\ngenerator=poisson,jobs=60,rate=0.02,runtime=exp(10m),"
     "cpu=choice(1:0.6|4:0.4),memory=2Gi,class=web\n"
     "[workload vm]\ngenerator=poisson,jobs=20,rate=0.005,runtime=lognormal(mean=1h,cv=1),"
     "estimate=exp(2h),cpu=2,memory=8Gi,kind=vm\n"
     "[workload gang]\ngenerator=poisson,jobs=20,rate=0.006,runtime=exp(20m),estimate=exp(25m),"
     "cpu=2,tasks=choice(1:0.5|8:0.3|20:0.1|500:0.1),gang=yes,kind=process\n"
     "[workload array]\ngenerator=poisson,jobs=10,rate=0.003,runtime=exp(20m),cpu=3,tasks=6\n"
     "[workload train]\ngenerator=poisson,jobs=20,rate=0.006,runtime=exp(20m),cpu=1,"
     "gpu=choice(1:0.7|2:0.3)\n"
     "[workload infer]\ngenerator=poisson,jobs=20,rate=0.006,runtime=exp(20m),cpu=1,gpu=300m\n"
     "[workload metal]\ngenerator=poisson,jobs=6,rate=0.001,runtime=exp(20m),cpu=1,"
     "kind=bare-metal\n",
     NULL},
    {"flat",
     RECORD "[pool p]\nnodes=flat:32\n"
            "[workload w]\ngenerator=poisson,jobs=400,rate=0.05,runtime=exp(80s),"
            "estimate=exp(120s),tasks=choice(1:0.4|4:0.3|16:0.2|32:0.1),gang=yes\n",
     NULL},
    {"event",
     RECORD "[scheduler]\npass=event\n[pool p]\ncount=4\ncpu=8\n"
            "[workload w]\ngenerator=poisson,jobs=300,rate=0.05,runtime=exp(80s),"
            "estimate=exp(100s),tasks=choice(1:0.4|4:0.3|16:0.3),gang=yes\n",
     NULL},
    {"reject",
     RECORD "unplaced=reject\n[pool p]\ncount=4\ncpu=8\nmemory=8Gi\n"
            "[workload w]\ngenerator=poisson,jobs=300,rate=1,runtime=exp(60s),"
            "cpu=choice(1:0.5|4:0.3|9:0.2),memory=1Gi\n",
     NULL},
    {"cut",
     RECORD "until=6000\n[pool p]\ncount=4\ncpu=8\n"
            "[workload w]\ngenerator=poisson,jobs=300,rate=0.05,runtime=exp(20m),"
            "tasks=choice(1:0.5|8:0.5)\n",
     NULL},
    {"estate",
     RECORD "[pool p]\ncount=20\ncpu=32\nmemory=128Gi\n"
            "[workload w]\ngenerator=estate,days=1,scale=0.3\n",
     NULL},
    {"changing",
     RECORD "[pool n]\ncount=4\ncpu=8\nmemory=16Gi\ngpu=2\n"
            "[pool late]\ncount=2\ncpu=16\nmemory=8Gi\nspeed=2\n"
            "[workload web]\ngenerator=poisson,jobs=60,rate=0.02,runtime=exp(10m),cpu=2,"
            "memory=1Gi,tasks=choice(1:0.5|3:0.5)\n"
            "[workload gang]\ngenerator=poisson,jobs=20,rate=0.006,runtime=exp(20m),"
            "estimate=exp(25m),cpu=2,tasks=choice(1:0.5|8:0.5),gang=yes,kind=process\n"
            "[workload train]\ngenerator=poisson,jobs=20,rate=0.006,runtime=exp(20m),"
            "cpu=1,gpu=choice(1:0.7|2:0.3)\n"
            "[workload metal]\ngenerator=poisson,jobs=6,rate=0.001,runtime=exp(20m),"
            "cpu=1,kind=bare-metal\n",
     "time_s,node_id,event,cpu_milli,memory_mib\n0,n-4,down,,\n500,late-[1-2],add,,\n"
     "800,n-[1-2],down,,\n900,n-[1-2],up,,\n1000,n-4,up,4000,\n1500,n-3,update,3000,4000\n"
     "1700,late-1,remove,,\n1800,n-3,update,8000,16384\n2000,n-3,down,,\n2000,n-4,down,,\n"
     "2400,n-3,up,,\n2500,late-1,add,32000,\n2600,n-4,up,8000,\n3000,n-1,remove,,\n"
     "3500,n-1,add,,\n"},
    {"changing-flat",
     RECORD "[pool p]\nnodes=flat:32\n"
            "[workload w]\ngenerator=poisson,jobs=400,rate=0.05,runtime=exp(80s),"
            "estimate=exp(120s),tasks=choice(1:0.4|4:0.3|16:0.2|32:0.1),gang=yes\n",
     "time_s,node_id,event,cpu_milli\n900,flat,update,20000\n2000,flat,down,\n"
     "2100,flat,up,32000\n5000,flat,update,8000\n7000,flat,update,64000\n"},
};

static const char *const queues[] = {
    "fcfs",
    "fcfs,skip=2",
    "sjf",
    "ljf",
    "priority,ageing=60",
    "easy",
    "easy,backfill-order=sjbf,reserve=count",
    "easy,reserve=nodes,no-shadow=hold",
    "conservative",
    "conservative,plan=compress",
};

static const char *const placements[] = {"first-fit", "best-fit", "random", "dot-product",
                                         "round-robin"};

/* One run in a folder of its own. */
typedef struct {
    char *folder, *output;
    BbOutcome *outcome;
    guint64 n_unstarted, n_evictions;
    gboolean changes;              /* nodes do */
    BbInt128 held[BB_N_RESOURCES]; /* by what ran */
    BbInt128 waited_us;            /* by what arrived and started or not */
} Ran;

/* ---- the run ---- */

/* What one task holds of its node. */
static BbResources
held_by(const BbCluster *cluster, const BbRun *run, const BbPlaced *placed)
{
    const BbShape *shape = run->record->job.shape;
    return shape->whole_node ? bb_cluster_node(cluster, placed->node)->capacity : shape->need;
}

static void
on_evict(gpointer data, const BbView *view, const BbRun *run)
{
    Ran *ran = data;
    for (guint i = 0; i < run->n_placed; i++) {
        BbResources held = held_by(view->cluster, run, &run->placed[i]);
        for (guint r = 0; r < BB_N_RESOURCES; r++)
            ran->held[r] +=
                (BbInt128)held.v[r] * run->placed[i].n_tasks * (view->now_us - run->start_us);
    }
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    (void)how;
    on_evict(data, view, run);
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    Ran *ran = data;
    BbTimeUs until = record->start_us >= 0 ? record->start_us : view->now_us;
    ran->n_evictions += record->n_evictions;
    if (record->n_evictions > 0)
        ran->waited_us +=
            record->waited_us +
            (record->waiting_since_us < 0 ? 0 : view->now_us - record->waiting_since_us);
    else
        ran->waited_us += until - record->job.submit_us;
    ran->n_unstarted += record->start_us < 0;
}

static BbExperiment *
load(guint world, const char *queue, const char *placement, const char *search)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = experiment_folder();
    g_autofree char *path = g_build_filename(folder, "x.ini", NULL);
    const char *const settings[] = {"scheduler.queue",
                                    queue,
                                    "scheduler.placement",
                                    placement,
                                    "experiment.search",
                                    search,
                                    NULL};
    BbExperiment *experiment = bb_experiment_new(&experiment_tables);
    g_file_set_contents(path, worlds[world].text, -1, &error);
    g_assert_no_error(error);
    bb_experiment_load(experiment, path, NULL, &error);
    g_assert_no_error(error);
    experiment_set_all(experiment, settings);
    experiment_remove_folder(folder);
    return experiment;
}

/* The referee has nothing against it. */
static void
judge(BbExperiment *experiment, const char *output)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *jobs = g_build_filename(output, "jobs.csv", NULL);
    g_autofree char *allocations = g_build_filename(output, "allocations.csv", NULL);
    const BbVerifyFiles referred[] = {{jobs, NULL, NULL}, {jobs, allocations, NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(referred); i++) {
        g_autoptr(BbVerdict) verdict = bb_verify(experiment, &referred[i], &error);
        g_assert_no_error(error);
        for (guint v = 0; v < verdict->violations->len; v++)
            g_test_message("%s", ((BbViolation *)verdict->violations->pdata[v])->text);
        g_assert_true(bb_verdict_is_good(verdict));
    }
}

static void
set_events(BbExperiment *experiment, Ran *ran, const char *events)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(ran->folder, "events.csv", NULL);
    g_file_set_contents(path, events, -1, &error);
    g_assert_no_error(error);
    bb_experiment_set(experiment, "--set", "failures.trace", path, &error);
    g_assert_no_error(error);
    ran->changes = TRUE;
}

static Ran *
run(guint world, const char *queue, const char *placement, const char *search)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbExperiment) experiment = load(world, queue, placement, search);
    Ran *ran = g_new0(Ran, 1);
    BbObserver observer = {
        .data = ran, .on_end = on_end, .on_evict = on_evict, .on_job_done = on_job_done};
    ran->folder = experiment_folder();
    ran->output = g_build_filename(ran->folder, "out", NULL);
    if (worlds[world].events)
        set_events(experiment, ran, worlds[world].events);
    BbRunOptions options = {.output = ran->output, .observer = &observer};
    ran->outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    if (worlds[world].events)
        judge(experiment, ran->output);
    return ran;
}

static void
ran_free(Ran *ran)
{
    experiment_remove_folder(ran->folder);
    bb_outcome_free(ran->outcome);
    g_free(ran->folder);
    g_free(ran->output);
    g_free(ran);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ran, ran_free)

/* ---- sums ---- */

static void
check_same(const char *what, BbInt128 a, BbInt128 b)
{
    g_autoptr(GString) text = g_string_new(what);
    g_string_append(text, ": ");
    bb_append_int128(text, a);
    g_string_append(text, " and ");
    bb_append_int128(text, b);
    if (a != b)
        g_error("%s", text->str);
}

static BbTimeUs
time_us(const char *text)
{
    BbTimeUs value = 0;
    g_assert_true(bb_parse_seconds(text, FALSE, &value, NULL));
    return value;
}

/* The integral of a column of timeline.csv up to the end. */
static BbInt128
integral(const Ran *ran, const char *column)
{
    g_autoptr(GPtrArray) rows = experiment_csv(ran->output, "timeline.csv");
    guint at = experiment_column(rows, column);
    BbInt128 sum = 0;
    for (guint i = 1; i < rows->len; i++) {
        char **row = rows->pdata[i], **next = i + 1 < rows->len ? rows->pdata[i + 1] : NULL;
        BbTimeUs to = next ? time_us(next[0]) : ran->outcome->result->end_us;
        sum += (BbInt128)g_ascii_strtoll(row[at], NULL, 10) * (to - time_us(row[0]));
    }
    return sum;
}

/* The waits of jobs.csv; those that never started waited to the end, rejected ones not at all. */
static BbInt128
sum_of_waits(const Ran *ran)
{
    g_autoptr(GPtrArray) rows = experiment_csv(ran->output, "jobs.csv");
    guint wait = experiment_column(rows, "wait_s"), submit = experiment_column(rows, "submit_s");
    guint state = experiment_column(rows, "state");
    BbInt128 sum = 0;
    for (guint i = 1; i < rows->len; i++) {
        char **row = rows->pdata[i];
        if (*row[wait])
            sum += time_us(row[wait]);
        else if (strcmp(row[state], "unfinished") == 0)
            sum += ran->outcome->result->end_us - time_us(row[submit]);
        else
            g_assert_cmpstr(row[state], ==, "rejected");
    }
    return sum;
}

static void
check_little(const Ran *ran)
{
    const BbResult *result = ran->outcome->result;
    check_same("queue and waits of the metrics", result->queue_all_us, result->waits_all_us);
    check_same("queue of the metrics and of the timeline", result->queue_all_us,
               integral(ran, "queued_jobs"));
    if (!ran->changes) /* jobs.csv has the first wait only */
        check_same("waits of the metrics and of the jobs", result->waits_all_us, sum_of_waits(ran));
    check_same("waits of the metrics and as observed", result->waits_all_us, ran->waited_us);
}

static void
check_resource(const Ran *ran, BbResource r)
{
    const BbResult *result = ran->outcome->result;
    g_autofree char *allocated =
        g_strdup_printf("%s_allocated_%s", bb_resource_names[r], bb_resource_units[r]);
    g_autofree char *capacity =
        g_strdup_printf("%s_capacity_%s", bb_resource_names[r], bb_resource_units[r]);
    BbInt128 bins = 0, kinds = 0;
    for (guint b = 0; b < BB_N_BINS; b++) {
        g_assert_true(result->waterfall[r][b] >= 0);
        bins += result->waterfall[r][b];
    }
    for (guint k = 0; k < BB_N_KINDS; k++)
        kinds += result->kinds[k].allocated[r];
    check_same("bins and bought", bins, result->bought[r]);
    if (!ran->changes)
        check_same("bought and capacity", result->bought[r],
                   (BbInt128)result->capacity.v[r] *
                       (result->window_end_us - result->window_start_us));
    check_same("up and timeline", result->up[r], integral(ran, capacity));
    check_same("bought and up", result->bought[r],
               result->up[r] + result->waterfall[r][BB_BIN_FAILED]);
    check_same("allocated and all", bb_result_allocated(result, r), result->all.allocated[r]);
    check_same("allocated and kinds", bb_result_allocated(result, r), kinds);
    check_same("allocated and as observed", bb_result_allocated(result, r), ran->held[r]);
    check_same("allocated and timeline", bb_result_allocated(result, r), integral(ran, allocated));
}

static void
check_sums(const Ran *ran)
{
    const BbResult *result = ran->outcome->result;
    check_little(ran);
    g_assert_true(result->all.allocated[BB_CPU] > 0);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if ((result->modelled >> r & 1) != 0)
            check_resource(ran, r);
}

/* ---- bytes ---- */

static const char *const files[] = {"jobs.csv", "timeline.csv", "nodes.csv", "allocations.csv",
                                    "summary.json"};

/* A file, without the counters of the search itself where `bare`. */
static char *
contents(const Ran *ran, const char *name, gboolean bare)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(ran->output, name, NULL);
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    char *work = bare ? strstr(text, "\"work\": {") : NULL;
    if (work) {
        char *end = strchr(work, '}');
        memmove(work, end, strlen(end) + 1);
    }
    return text;
}

static void
check_bytes(const Ran *a, const Ran *b, gboolean bare)
{
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *one = contents(a, files[i], bare);
        g_autofree char *two = contents(b, files[i], bare);
        if (strcmp(one, two) != 0)
            g_error("%s differs", files[i]);
    }
}

/* ---- tests ---- */

/* Returns how many jobs never started. */
static guint64
check_pair(guint world, const char *queue, const char *placement)
{
    g_test_message("%s x %s", queue, placement);
    g_autoptr(Ran) scan = run(world, queue, placement, "scan");
    g_autoptr(Ran) again = run(world, queue, placement, "scan");
    g_autoptr(Ran) index = run(world, queue, placement, "index");
    check_sums(scan);
    g_assert_true(scan->changes || scan->n_evictions == 0);
    g_assert_true(!scan->changes || strcmp(queue, "fcfs") != 0 || scan->n_evictions > 0);
    check_bytes(scan, again, FALSE);
    check_bytes(scan, index, TRUE);
    return scan->n_unstarted;
}

/* Every queue with three of the placements, each placement with six of the queues. */
static void
test_world(gconstpointer data)
{
    guint world = GPOINTER_TO_UINT(data);
    guint64 n_unstarted = 0;
    for (guint q = 0; q < G_N_ELEMENTS(queues); q++)
        for (guint p = 0; p < 3; p++)
            n_unstarted +=
                check_pair(world, queues[q], placements[(q + p) % G_N_ELEMENTS(placements)]);
    /* The worlds that are there for it have jobs that never start. */
    gboolean leaves =
        g_strv_contains((const char *const[]){"kinds", "reject", "cut", NULL}, worlds[world].name);
    g_assert_cmpint(n_unstarted > 0, ==, leaves);
}

/* As a sweep would run them. */
static gpointer
run_beside(gpointer data)
{
    return run(0, data, "random", "auto");
}

static void
test_threads(void)
{
    static const char *const chosen[] = {"easy", "conservative", "sjf", "fcfs,skip=2"};
    const guint n = G_N_ELEMENTS(chosen);
    Ran *alone[G_N_ELEMENTS(chosen)];
    GThread *threads[2 * G_N_ELEMENTS(chosen)];
    for (guint i = 0; i < n; i++)
        alone[i] = run_beside((gpointer)(gsize)chosen[i]);
    for (guint i = 0; i < 2 * n; i++)
        threads[i] = g_thread_new("run", run_beside, (gpointer)(gsize)chosen[i % n]);
    for (guint i = 0; i < 2 * n; i++) {
        g_autoptr(Ran) beside = g_thread_join(threads[i]);
        check_bytes(alone[i % n], beside, FALSE);
    }
    for (guint i = 0; i < n; i++)
        ran_free(alone[i]);
}

/* Another seed and another policy are other bytes: the comparison can fail. */
static void
test_difference(void)
{
    g_autoptr(Ran) easy = run(0, "easy", "random", "scan");
    g_autoptr(Ran) fcfs = run(0, "fcfs", "random", "scan");
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *one = contents(easy, files[i], TRUE);
        g_autofree char *two = contents(fcfs, files[i], TRUE);
        g_assert_cmpstr(one, !=, two);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(worlds); i++) {
        g_autofree char *path = g_strconcat("/conservation/", worlds[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_world);
    }
    g_test_add_func("/conservation/threads", test_threads);
    g_test_add_func("/conservation/difference", test_difference);
    return g_test_run();
}
