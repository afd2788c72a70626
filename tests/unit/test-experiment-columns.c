/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys `columns` and `censored` of an experiment: what they read, what they are hashed by, what is
 * refused and where. */
#include "experiments.h"
#include "traces.h"

#include "sim/lab/bb-experiment-inputs.h"

#define VMS                                                                                        \
    "uuid,created_at,deleted_at,vcpus,ram\na,1970-01-01 00:00:10,1970-01-01 00:01:40,2,4\n"        \
    "b,1970-01-01 00:00:05,NULL,4,8\n"
#define HOSTS "Host;Cores\nh1;3\nh2;4\n"
#define VM_COLUMNS                                                                                 \
    "job_id=uuid,submit_s=created_at,end_s=deleted_at,cpu_milli=vcpus:cores,memory_mib=ram:gib"
#define HOST_COLUMNS "node_id=Host,cpu_milli=Cores:cores,delimiter:=semicolon"
#define NONE                                                                                       \
    (const char *const[])                                                                          \
    {                                                                                              \
        NULL                                                                                       \
    }

typedef struct {
    char *folder, *vms, *hosts;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->folder = experiment_folder();
    fixture->vms = trace_file(fixture->folder, "vms.csv", VMS);
    fixture->hosts = trace_file(fixture->folder, "hosts.csv", HOSTS);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    experiment_remove_folder(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->vms);
    g_free(fixture->hosts);
}

static BbExperiment *
of_columns(const Fixture *fixture, const char *vms, const char *hosts)
{
    BbExperiment *experiment = experiment_of(fixture->vms, fixture->hosts, NONE);
    if (vms)
        experiment_set(experiment, "workload.vms.csv.columns", vms);
    if (hosts)
        experiment_set(experiment, "pool.cluster.columns", hosts);
    return experiment;
}

static void
test_run(Fixture *fixture, gconstpointer data)
{
    g_autoptr(BbExperiment) experiment = of_columns(fixture, VM_COLUMNS, HOST_COLUMNS);
    g_autofree char *output = g_build_filename(fixture->folder, "out", NULL);
    g_autofree char *jobs = g_build_filename(output, "jobs.csv", NULL);
    g_autofree char *text = NULL;
    BbOutcome *outcome = experiment_run(experiment, output);
    (void)data;
    bb_outcome_free(outcome);
    g_assert_true(g_file_get_contents(jobs, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "\nb,vms.csv,container,,1,5,5,5,,0,0,unfinished,0,h2\n"));
    g_assert_nonnull(strstr(text, "\na,vms.csv,container,,1,10,10,10,100,0,0,completed,0,h1\n"));
}

static char *
hash(BbExperiment *taken)
{
    g_autoptr(BbExperiment) experiment = taken;
    g_autoptr(BbInputCache) cache = bb_input_cache_new(1 << 20);
    g_autoptr(GError) error = NULL;
    char *sha256 = bb_experiment_hash_inputs(experiment, cache, &error);
    g_assert_no_error(error);
    return sha256;
}

static char *
hash_of_name(const Fixture *fixture, const char *columns)
{
    g_autofree char *file = g_strdup_printf("%s:jobs(%s)", fixture->vms, columns);
    return hash(experiment_of(file, "flat:9", NONE));
}

/* Other columns, another result; the file's own name does not count. */
static void
test_hash(Fixture *fixture, gconstpointer data)
{
    g_autofree char *one = hash(of_columns(fixture, VM_COLUMNS, HOST_COLUMNS));
    g_autofree char *again = hash(of_columns(fixture, VM_COLUMNS, HOST_COLUMNS));
    g_autofree char *other = hash(of_columns(fixture, VM_COLUMNS ",tasks:=2", HOST_COLUMNS));
    g_autofree char *nodes = hash(of_columns(fixture, VM_COLUMNS, HOST_COLUMNS ",speed:=2"));
    g_autofree char *named = hash_of_name(fixture, VM_COLUMNS);
    g_autofree char *renamed = hash_of_name(fixture, VM_COLUMNS ",tasks:=2");
    BbExperiment *cut = of_columns(fixture, VM_COLUMNS, HOST_COLUMNS);
    experiment_set(cut, "workload.vms.csv.censored", "residual");
    g_assert_true(bb_experiment_draws_jobs(cut));
    g_autofree char *censored = hash(cut);
    (void)data;
    g_assert_cmpstr(one, ==, again);
    g_assert_cmpstr(one, !=, other);
    g_assert_cmpstr(one, !=, nodes);
    g_assert_cmpstr(one, !=, censored);
    g_assert_cmpstr(named, !=, renamed);
}

static const struct {
    const char *name, *text, *error;
} refused[] = {
    {"unit", "[workload w]\ntrace=t.csv\ncolumns=submit_s=t,cpu_milli=c:core\n",
     ":3:9: columns: character 12: expected a unit of cpu_milli (milli, cores, percent), found "
     "\"core\"; did you mean \"cores\"?"},
    {"nodes for jobs", "[workload w]\ntrace=t.csv\ncolumns=node_id=t\n",
     ":3:9: columns: expected no node_id for jobs"},
    {"jobs for nodes", "[pool p]\nnodes=t.csv\ncolumns=submit_s=t\n",
     ":3:9: columns: expected what stands for node_id"},
    {"censored", "[workload w]\ntrace=t.csv\ncensored=residuals\n",
     ":3:10: censored: expected one of stay, end, residual, found \"residuals\"; did you mean "
     "\"residual\"?"},
};

static void
test_refused(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = trace_file(fixture->folder, "x.ini", refused[i].text);
        g_autofree char *expected = g_strconcat(path, refused[i].error, NULL);
        g_autoptr(BbExperiment) experiment = bb_experiment_new(&experiment_tables);
        g_autoptr(GError) error = NULL;
        g_test_message("%s", refused[i].name);
        g_assert_false(bb_experiment_load(experiment, path, NULL, &error));
        g_assert_cmpstr(error->message, ==, expected);
    }
}

static const struct {
    const char *name;
    const char *settings[8];
    const char *error;
} unfit[] = {
    {"generator",
     {"workload.w.generator", "poisson,jobs=1", "workload.w.columns", "submit_s=t", NULL},
     "[workload w]: columns: expected a trace=FILE, found a generator"},
    {"counted",
     {"workload.w.trace", "t", "pool.p.count", "3", "pool.p.columns", "node_id=n", NULL},
     "[pool p]: columns: expected nodes=FILE, found none"},
    {"flat",
     {"workload.w.trace", "t", "pool.p.nodes", "flat:3", "pool.p.columns", "node_id=n", NULL},
     "[pool p]: columns: expected nodes=FILE, found none"},
};

static void
test_unfit(Fixture *fixture, gconstpointer data)
{
    (void)fixture;
    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(unfit); i++) {
        g_autoptr(BbExperiment) experiment = experiment_of(NULL, NULL, unfit[i].settings);
        g_autoptr(GError) error = NULL;
        g_test_message("%s", unfit[i].name);
        g_assert_false(bb_experiment_check(experiment, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, unfit[i].error);
    }
}

/* A format and columns as well. */
static void
test_both(Fixture *fixture, gconstpointer data)
{
    g_autofree char *file = g_strconcat(fixture->vms, ":jobs", NULL);
    g_autofree char *expected =
        g_strdup_printf("columns: expected a file without a format, found %s", file);
    g_autoptr(BbExperiment) experiment = experiment_of(file, "flat:9", NONE);
    g_autoptr(GError) error = NULL;
    (void)data;
    for (guint i = 0; i < experiment->workloads->len; i++) {
        BbWorkloadSpec *spec = experiment->workloads->pdata[i];
        spec->columns = g_strdup(VM_COLUMNS);
    }
    g_assert_null(bb_experiment_open_workloads(experiment, &error));
    g_assert_cmpstr(error->message, ==, expected);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*run)(Fixture *fixture, gconstpointer data);
    } tests[] = {{"/experiment-columns/run", test_run},
                 {"/experiment-columns/hash", test_hash},
                 {"/experiment-columns/refused", test_refused},
                 {"/experiment-columns/unfit", test_unfit},
                 {"/experiment-columns/both", test_both}};
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
    return g_test_run();
}
