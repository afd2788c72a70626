/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/bb-policies.h"
#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-gate.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

#define MM20 "poisson,jobs=10000,rate=0.9,runtime=exp(20s)"

static char *top; /* a folder for all results */

static void
put(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static char *
get(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    return text;
}

static void
run_one(const char *path, const char *generator, const char *cluster, const char *set, guint seed)
{
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    g_autoptr(GError) error = NULL;
    BbRunOptions options = {.output = path};
    bb_experiment_add_cluster(experiment, cluster);
    bb_experiment_set(experiment, "--set", "workload.w.generator", generator, &error);
    g_assert_no_error(error);
    if (set != NULL) {
        g_auto(GStrv) pair = g_strsplit(set, "=", 2);
        bb_experiment_set(experiment, "--set", pair[0], pair[1], &error);
        g_assert_no_error(error);
    }
    experiment->seed = seed;
    experiment->record = BB_RECORD_JOBS;
    g_autoptr(BbOutcome) outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    g_assert_nonnull(outcome);
}

/* A sweep over seeds [from, from + n), as far as a gate reads it. Owned by the caller. */
static char *
sweep(const char *name, const char *generator, const char *cluster, const char *set, guint from,
      guint n)
{
    char *dir = g_build_filename(top, name, NULL);
    g_autofree char *runs = g_build_filename(dir, "runs", NULL);
    g_autoptr(GString) table = g_string_new("seed,folder,wait_mean,error\n");
    g_mkdir_with_parents(runs, 0755);
    for (guint seed = from; seed < from + n; seed++) {
        g_autofree char *path = g_strdup_printf("%s/s%u", runs, seed);
        run_one(path, generator, cluster, set, seed);
        g_string_append_printf(table, "%u,runs/s%u,1,\n", seed, seed);
    }
    put(dir, "runs.csv", table->str);
    put(dir, "sweep.json", "{\"schema\": \"breakbulk-sweep/1\"}\n");
    return dir;
}

static BbGateSide *
open_side(const char *path, const GPtrArray *tolerances)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) metrics = bb_gate_metrics_new(tolerances);
    BbGateSide *side = bb_gate_side_open(path, metrics, &error);
    g_assert_no_error(error);
    return side;
}

typedef struct {
    BbGateSide *sides[2];
    GPtrArray *tolerances;
    BbGate *gate;
    GError *error;
} Case;

/* `tolerance`: one, or NULL. */
static Case
judge(const char *baseline, const char *candidate, const char *tolerance)
{
    Case c = {.tolerances = g_ptr_array_new_with_free_func((GDestroyNotify)bb_tolerance_free)};
    if (tolerance != NULL)
        g_ptr_array_add(c.tolerances, bb_tolerance_parse("--tolerance", tolerance, NULL));
    c.sides[0] = open_side(baseline, c.tolerances);
    c.sides[1] = open_side(candidate, c.tolerances);
    c.gate = bb_gate_new(c.sides[0], c.sides[1], c.tolerances, &c.error);
    return c;
}

static void
case_clear(Case *c)
{
    bb_gate_free(c->gate);
    bb_gate_side_free(c->sides[0]);
    bb_gate_side_free(c->sides[1]);
    g_ptr_array_unref(c->tolerances);
    g_clear_error(&c->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static const BbGateRow *
find(const BbGate *gate, const char *metric)
{
    for (guint i = 0; i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        if (strcmp(row->metric, metric) == 0)
            return row;
    }
    return NULL;
}

static void
test_verdicts(void)
{
    g_autofree char *good = sweep("good", MM20, "flat:20", NULL, 1, 8);
    g_autofree char *lost = sweep("lost", MM20, "flat:19", NULL, 1, 8);
    g_auto(Case) same = judge(good, good, NULL), worse = judge(good, lost, NULL);
    g_auto(Case) better = judge(lost, good, NULL);
    g_assert_cmpint(same.gate->verdict, ==, BB_GATE_PASS);
    g_assert_true(same.gate->identical);
    g_assert_cmpuint(same.gate->rows->len, ==, 6);
    g_assert_cmpint(worse.gate->verdict, ==, BB_GATE_REGRESSION);
    g_assert_cmpint(worse.gate->design, ==, BB_GATE_R8);
    g_assert_cmpuint(worse.gate->changed->len, ==, 1);
    g_assert_cmpstr(worse.gate->changed->pdata[0], ==, "pool.cluster.nodes: flat:20 -> flat:19");
    const BbGateRow *wait = find(worse.gate, "wait_mean");
    g_assert_cmpint(wait->verdict, ==, BB_CHECK_WORSE);
    g_assert_cmpuint(wait->check.n_beyond, ==, 8);
    g_assert_cmpfloat(wait->lower, >, 0.05);
    g_assert_cmpint(better.gate->verdict, ==, BB_GATE_PASS);
    g_assert_false(better.gate->identical);
    g_assert_true(g_str_has_suffix(worse.gate->folders[1], "runs/s1"));
    g_autofree char *headline = bb_gate_headline(worse.gate);
    g_assert_true(g_str_has_prefix(headline, "regression: wait_mean +"));
    g_autofree char *xml = bb_gate_junit(worse.gate);
    g_assert_nonnull(strstr(xml, "<failure message=\"wait_mean +"));
}

/* Identical results pass for any number of seeds; others need eight. */
static void
test_single_runs(void)
{
    g_autofree char *good = g_build_filename(top, "good/runs/s1", NULL);
    g_autofree char *lost = g_build_filename(top, "lost/runs/s1", NULL);
    g_auto(Case) same = judge(good, good, NULL), other = judge(good, lost, NULL);
    g_assert_cmpint(same.gate->verdict, ==, BB_GATE_PASS);
    g_assert_cmpint(other.gate->verdict, ==, BB_GATE_UNCLEAR);
    g_assert_cmpuint(other.gate->notes->len, ==, 1);
    g_assert_nonnull(strstr(other.gate->notes->pdata[0], "at least 8"));
}

static void
test_designs(void)
{
    g_autofree char *good = g_build_filename(top, "good", NULL);
    g_autofree char *lost = sweep("lost-16", MM20, "flat:19", NULL, 1, 16);
    g_autofree char *many = sweep("good-16", MM20, "flat:20", NULL, 1, 16);
    g_autofree char *others = sweep("others", MM20, "flat:16", NULL, 101, 8);
    g_auto(Case) rcn = judge(many, lost, NULL), r8 = judge(good, lost, NULL);
    g_auto(Case) welch = judge(good, others, NULL);
    g_assert_cmpint(rcn.gate->design, ==, BB_GATE_RCN);
    g_assert_cmpint(rcn.gate->verdict, ==, BB_GATE_REGRESSION);
    g_assert_cmpfloat(find(rcn.gate, "waited_frac")->check.confirmation, <, 0.0032);
    g_assert_cmpint(r8.gate->design, ==, BB_GATE_R8);
    g_assert_cmpuint(r8.gate->n_seeds, ==, 8);
    g_assert_cmpint(welch.gate->design, ==, BB_GATE_WELCH);
    g_assert_cmpint(welch.gate->verdict, ==, BB_GATE_REGRESSION);
    g_assert_false(find(welch.gate, "wait_mean")->check.effect.paired);
}

/* A baseline file gives the verdict of its folder; 64 seeds are less than 100 kB. */
static void
test_baseline_file(void)
{
    g_autofree char *good = g_build_filename(top, "good-16", NULL);
    g_autofree char *lost = g_build_filename(top, "lost-16", NULL);
    g_autofree char *file = g_build_filename(top, "base.json", NULL);
    g_auto(Case) folder = judge(good, lost, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = bb_gate_side_json(folder.sides[0], &error);
    g_assert_no_error(error);
    put(top, "base.json", text);
    g_assert_cmpuint(4 * strlen(text), <, BB_GATE_FILE_MAX);
    g_auto(Case) from_file = judge(file, lost, NULL);
    g_autofree char *a = bb_gate_json(folder.gate), *b = bb_gate_json(from_file.gate);
    g_assert_cmpstr(a, ==, b);
    g_autofree char *again = bb_gate_side_json(from_file.sides[0], &error);
    g_assert_cmpstr(text, ==, again);
    g_assert_null(from_file.gate->folders[0]);
    g_auto(Case) unknown = judge(file, lost, "turnaround_sd=5");
    g_assert_error(unknown.error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(unknown.error->message, "turnaround_sd"));
    /* A file cut anywhere is refused, never half-read. */
    for (gsize n = 0; n + 2 < strlen(text); n += 97) {
        g_autofree char *part = g_strndup(text, n);
        g_autoptr(GError) cut = NULL;
        g_autoptr(GPtrArray) metrics = bb_gate_metrics_new(from_file.tolerances);
        put(top, "cut.json", part);
        g_autofree char *path = g_build_filename(top, "cut.json", NULL);
        g_assert_null(bb_gate_side_open(path, metrics, &cut));
        g_assert_error(cut, BB_ERROR, BB_ERROR_INPUT);
    }
}

static void
test_tolerances(void)
{
    g_autofree char *good = g_build_filename(top, "good", NULL);
    g_autofree char *lost = g_build_filename(top, "lost", NULL);
    g_auto(Case) wide = judge(good, lost, "wait_mean=100000"),
                 work = judge(good, lost, "work.decisions=0");
    g_assert_cmpuint(wide.gate->rows->len, ==, 1);
    g_assert_cmpint(wide.gate->verdict, ==, BB_GATE_PASS);
    g_assert_cmpuint(work.gate->rows->len, ==, 1);
    g_assert_cmpfloat(find(work.gate, "work.decisions")->baseline, >, 10000);
    g_auto(Case) none = judge(good, good, "kind.vm.wait_mean=5");
    g_assert_error(none.error, BB_ERROR, BB_ERROR_INPUT);
}

/* Rejecting what would wait makes waits nought: no pass, and the rejections are the regression. */
static void
test_rejections(void)
{
    g_autofree char *good = g_build_filename(top, "good", NULL);
    g_autofree char *rejecting =
        sweep("reject", MM20, "flat:20", "experiment.unplaced=reject", 1, 8);
    g_auto(Case) c = judge(good, rejecting, NULL), waits = judge(good, rejecting, "wait_mean=5");
    g_assert_cmpint(c.gate->verdict, ==, BB_GATE_REGRESSION);
    g_assert_cmpint(find(c.gate, "rejected_frac")->verdict, ==, BB_CHECK_WORSE);
    g_assert_cmpint(find(c.gate, "wait_mean")->verdict, ==, BB_CHECK_UNCLEAR);
    g_assert_nonnull(strstr(find(c.gate, "wait_mean")->reason, "were rejected"));
    g_assert_cmpint(waits.gate->verdict, ==, BB_GATE_UNCLEAR);
}

static const struct {
    const char *name, *generator, *set, *expected;
} others[] = {
    {"rate", "poisson,jobs=10000,rate=0.8,runtime=exp(20s)", NULL, "workload 1.generator is"},
    {"scale", MM20, "workload.w.scale=0.9", "workload 1.scale is 1 there, found 0.9"},
    {"warmup", MM20, "experiment.warmup=60", "experiment.warmup"},
};

static void
test_other_workload(void)
{
    g_autofree char *good = g_build_filename(top, "good/runs/s1", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *path = g_build_filename(top, others[i].name, NULL);
        run_one(path, others[i].generator, "flat:20", others[i].set, 1);
        g_auto(Case) c = judge(good, path, NULL);
        g_assert_error(c.error, BB_ERROR, BB_ERROR_INPUT);
        g_test_message("%s", c.error->message);
        g_assert_nonnull(strstr(c.error->message, others[i].expected));
    }
}

static void
expect_bad(const char *path, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) metrics = bb_gate_metrics_new(none);
    g_assert_null(bb_gate_side_open(path, metrics, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, expected));
}

static void
test_bad_folders(void)
{
    g_autofree char *run = g_build_filename(top, "newer", NULL);
    g_autofree char *half = g_build_filename(top, "half", NULL);
    g_autofree char *going = g_build_filename(top, "going", NULL);
    g_autofree char *going_runs = g_build_filename(going, "runs", NULL);
    g_autofree char *nowhere = g_build_filename(top, "nowhere", NULL);
    run_one(run, MM20, "flat:20", NULL, 1);
    g_autofree char *summary = get(run, "summary.json");
    g_auto(GStrv) parts = g_strsplit(summary, "breakbulk-summary/", 2);
    g_autofree char *newer = g_strjoinv("breakbulk-summary/9", parts);
    put(run, "summary.json", newer);
    expect_bad(run, "a newer breakbulk wrote it");
    g_mkdir(half, 0755);
    put(half, "jobs.csv", "job_id\n");
    expect_bad(half, "did not finish");
    g_mkdir_with_parents(going_runs, 0755);
    expect_bad(going, "expected a finished sweep");
    put(going, "sweep.json", "{\"schema\": \"breakbulk-sweep/1\"}");
    put(going, "runs.csv", "seed,folder,error\n");
    expect_bad(going, "without any");
    put(going, "runs.csv", "seed,folder,error\n1,,boom\n");
    expect_bad(going, "expected a run that did not fail, found \"boom\"");
    put(going, "runs.csv", "seed,error\n1,boom\n");
    expect_bad(going, "columns seed, folder and error");
    put(going, "sweep.json", "{\"schema\": \"breakbulk-sweep/2\"}");
    expect_bad(going, "newer");
    put(half, "b.json", "{\"schema\": \"breakbulk-baseline/1\", \"cells\": []}");
    g_autofree char *empty = g_build_filename(half, "b.json", NULL);
    expect_bad(empty, "numbers missing");
    expect_bad(nowhere, "no such file");
}

/* Several cells of a sweep are matched by what was varied. */
static void
test_cells(void)
{
    g_autofree char *dir = g_build_filename(top, "cells", NULL);
    g_autoptr(GString) table = g_string_new("cluster,seed,folder,error\n");
    g_mkdir(dir, 0755);
    for (guint seed = 1; seed <= 8; seed++) {
        g_string_append_printf(table, "flat:20,%u,../good/runs/s%u,\n", seed, seed);
        g_string_append_printf(table, "flat:19,%u,../lost/runs/s%u,\n", seed, seed);
    }
    put(dir, "runs.csv", table->str);
    put(dir, "sweep.json", "{\"schema\": \"breakbulk-sweep/1\"}");
    g_auto(Case) c = judge(dir, dir, NULL);
    g_assert_cmpint(c.gate->verdict, ==, BB_GATE_PASS);
    g_assert_cmpuint(c.gate->rows->len, ==, 12);
    g_assert_cmpstr(((BbGateRow *)c.gate->rows->pdata[6])->label, ==, "cluster=flat:19");
    g_autofree char *good = g_build_filename(top, "good", NULL);
    g_auto(Case) missing = judge(dir, good, NULL);
    g_assert_error(missing.error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(missing.error->message, "expected the runs of cluster=flat:20"));
}

static void
remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            remove_folder(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

static gboolean
doubts_inputs(const BbGate *gate)
{
    for (guint i = 0; i < gate->notes->len; i++)
        if (strstr(gate->notes->pdata[i], "random inputs") != NULL)
            return TRUE;
    return FALSE;
}

/* Numbers that follow nobody's seeds are no sign of other inputs where jobs end as they did. */
static void
test_inputs(void)
{
    const char *generator = "poisson,jobs=300,rate=0.5,runtime=exp(20s)";
    static const double values[2][8] = {{10, 11, 10, 11, 10, 11, 10, 11},
                                        {14, 8, 8, 14, 13, 9, 9, 12}};
    g_autofree char *results = sweep("few", generator, "flat:12", NULL, 1, 8);
    g_auto(Case) same = judge(results, results, "wait_sd=5");
    g_autoptr(GError) error = NULL;
    for (guint side = 0; side < 2; side++) {
        const BbGateCell *runs = same.sides[side]->cells->pdata[0];
        gint m = bb_gate_side_find(same.sides[side], "wait_sd");
        for (guint i = 0; i < 8; i++)
            ((BbGateRun *)runs->runs->pdata[i])->values[m] = values[side][i];
    }
    bb_gate_free(same.gate);
    same.gate = bb_gate_new(same.sides[0], same.sides[1], same.tolerances, &error);
    g_assert_no_error(error);
    g_assert_cmpint(find(same.gate, "wait_sd")->verdict, ==, BB_CHECK_UNCLEAR);
    g_assert_false(doubts_inputs(same.gate));
    BbGateCell *cell = same.sides[1]->cells->pdata[0];
    ((BbGateRun *)cell->runs->pdata[3])->longest_s += 1;
    g_autoptr(BbGate) other = bb_gate_new(same.sides[0], same.sides[1], same.tolerances, &error);
    g_assert_no_error(error);
    g_assert_true(doubts_inputs(other));
    ((BbGateRun *)cell->runs->pdata[3])->last_submit_s += 1;
    g_autoptr(BbGate) submits = bb_gate_new(same.sides[0], same.sides[1], same.tolerances, &error);
    g_assert_true(doubts_inputs(submits));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    top = g_dir_make_tmp("gate-XXXXXX", NULL);
    g_test_add_func("/gate/verdicts", test_verdicts);
    g_test_add_func("/gate/single-runs", test_single_runs);
    g_test_add_func("/gate/designs", test_designs);
    g_test_add_func("/gate/baseline-file", test_baseline_file);
    g_test_add_func("/gate/tolerances", test_tolerances);
    g_test_add_func("/gate/rejections", test_rejections);
    g_test_add_func("/gate/other-workload", test_other_workload);
    g_test_add_func("/gate/bad-folders", test_bad_folders);
    g_test_add_func("/gate/cells", test_cells);
    g_test_add_func("/gate/inputs", test_inputs);
    int status = g_test_run();
    remove_folder(top);
    g_free(top);
    return status;
}
