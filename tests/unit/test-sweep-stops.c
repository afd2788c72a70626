/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps that meet trouble: failures in their rows, and nothing lost by whatever stops them. */
#include "tests/unit/sweeps.h"

#define JOBS "job_id,submit_s,runtime_s,cpu_milli\n"

/* ---- failures ---- */

static const struct {
    const char *name, *content; /* NULL: no such file */
    const char *error;
} bad_traces[] = {
    {"missing.csv", NULL, "missing.csv: cannot be opened"},
    {"empty.csv", "", "empty.csv: "},
    {"row.csv", JOBS "a,0,10,1000\nb,1,ten,1000\n", "row.csv:3:5: "},
    {"unsorted.csv", JOBS "a,5,10,1000\nb,1,10,1000\n", "unsorted.csv:3:3: "},
};

/* Each stands in its row; the others are as they are alone. */
static void
test_failures(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GString) axis = g_string_new("trace=");
    put(f, "good.csv", JOBS "a,0,10,1000\n");
    g_string_append_printf(axis, "%s/good.csv", f->dir);
    for (guint i = 0; i < G_N_ELEMENTS(bad_traces); i++) {
        if (bad_traces[i].content)
            put(f, bad_traces[i].name, bad_traces[i].content);
        g_string_append_printf(axis, ",%s/%s", f->dir, bad_traces[i].name);
    }
    vary(f, axis->str);
    g_autoptr(BbSweepReport) report = sweep_well(f, "out");
    g_auto(GStrv) rows = g_strsplit(report->runs_csv, "\n", -1);
    g_assert_true(g_str_has_suffix(rows[1], ",10,"));
    for (guint i = 0; i < G_N_ELEMENTS(bad_traces); i++) {
        g_assert_nonnull(strstr(rows[i + 2], ",1,,,,,"));
        g_assert_nonnull(strstr(rows[i + 2], bad_traces[i].error));
    }
    g_assert_cmpuint(report->n_failed_cells, ==, G_N_ELEMENTS(bad_traces));
    g_assert_nonnull(strstr(report->first_error, bad_traces[0].error));
    g_assert_cmpuint(count_runs(f, "out"), ==, 1);
    g_assert_nonnull(strstr(report->sweep_json, "\"failed\": 4"));
}

/* Nothing is made where nothing could run; what was tried is told of. */
static void
test_no_run_left(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) before = NULL;
    g_autoptr(GError) after = NULL;
    vary(f, "pool.p.count=0");
    g_assert_null(sweep(f, "out", &before));
    g_assert_error(before, BB_ERROR, BB_ERROR_USAGE);
    g_assert_false(exists(f, "out"));
    put(f, "row.csv", JOBS "a,0,ten,1000\n");
    bb_axes_free(f->axes);
    f->options.axes = f->axes = bb_axes_new();
    bb_experiment_clear_workloads(f->experiment);
    g_autofree char *trace = path_of(f, "row.csv");
    bb_experiment_add_trace(f->experiment, trace);
    vary(f, "queue=fcfs,sjf");
    g_assert_null(sweep(f, "out", &after));
    g_assert_error(after, BB_ERROR, BB_ERROR_INPUT);
    g_assert_true(g_str_has_prefix(after->message, "no run is left of 2: "));
    g_assert_true(exists(f, "out/runs.csv"));
}

static void
check_no_output(Fixture *f, const char *name)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(sweep(f, name, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
}

/* A folder that is somebody else's, or cannot be. */
static void
test_no_output(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *mine = path_of(f, "mine");
    check_no_output(f, "no/way");
    g_mkdir(mine, 0777);
    put(f, "mine/thesis.tex", "x");
    check_no_output(f, "mine");
    g_assert_false(exists(f, "mine/runs"));
    put(f, "file", "x");
    check_no_output(f, "file");
}

/* ---- stops ---- */

typedef struct {
    Fixture *fixture;
    guint after; /* runs */
    guint n_told, n_failed;
    gint interrupted;
    const char *trace; /* rewritten after the first run */
} Stop;

static void
interrupt(gpointer data, const BbSweepProgress *progress)
{
    Stop *stop = data;
    g_assert_cmpuint(++stop->n_told, ==, progress->n_done);
    g_assert_cmpuint(progress->n_runs, ==, 6);
    if (progress->n_done >= stop->after)
        g_atomic_int_set(&stop->interrupted, 2);
}

static void
test_interrupted(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vary(f, "pool.p.count=1:6");
    sweep_into(f, "reference");
    g_autofree char *expected = tree(f, "reference");
    for (guint n_threads = 1; n_threads <= 3; n_threads += 2) {
        g_autoptr(GError) error = NULL;
        Stop stop = {.fixture = f, .after = 3};
        f->options.n_threads = n_threads;
        f->options.progress = interrupt;
        f->options.progress_data = &stop;
        f->options.interrupted = &stop.interrupted;
        remove_in(f, "out");
        g_assert_null(sweep(f, "out", &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_INTERRUPTED);
        g_assert_cmpuint(count_runs(f, "out"), >=, 3);
        g_assert_cmpuint(count_runs(f, "out"), <=, 5);
        g_assert_false(exists(f, "out/runs.csv"));
        f->options.progress = NULL;
        f->options.interrupted = NULL;
        g_autoptr(BbSweepReport) resumed = sweep_well(f, "out");
        g_autofree char *found = tree(f, "out");
        g_assert_cmpuint(resumed->n_found, >=, 3);
        g_assert_cmpstr(found, ==, expected);
    }
}

static void
move(const Fixture *f, const char *from, const char *to)
{
    g_autofree char *a = path_of(f, from);
    g_autofree char *b = path_of(f, to);
    g_assert_cmpint(g_rename(a, b), ==, 0);
}

static void
take_away(gpointer data, const BbSweepProgress *progress)
{
    Stop *stop = data;
    stop->n_told = progress->n_done;
    stop->n_failed = progress->n_failed;
    if (progress->n_done == stop->after)
        move(stop->fixture, "out/runs", "away");
}

/* When nothing can be written any more, no run begins any more. */
static void
test_lost_output(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    Stop stop = {.fixture = f, .after = 2};
    vary(f, "pool.p.count=1:6");
    f->options.progress = take_away;
    f->options.progress_data = &stop;
    g_assert_null(sweep(f, "out", &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    g_assert_cmpuint(stop.n_told, ==, 3);
    g_assert_cmpuint(stop.n_failed, ==, 1);
    g_assert_false(exists(f, "out/runs.csv"));
    if (!exists(f, "out")) {
        g_autofree char *out = path_of(f, "out");
        g_mkdir(out, 0777);
    }
    move(f, "away", "out/runs");
    f->options.progress = NULL;
    g_autoptr(BbSweepReport) resumed = sweep_well(f, "out");
    g_assert_cmpuint(resumed->n_found, ==, 2);
    g_assert_cmpuint(resumed->n_failed_cells, ==, 0);
}

static void
rewrite(gpointer data, const BbSweepProgress *progress)
{
    Stop *stop = data;
    if (progress->n_done == 1)
        put(stop->fixture, stop->trace, "gone");
}

/* All runs see the inputs as they were when the sweep began. */
static void
test_changed_input(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    Stop stop = {.fixture = f, .trace = "jobs.csv"};
    g_autofree char *trace = path_of(f, "jobs.csv");
    put(f, "jobs.csv", JOBS "a,0,10,6000\nb,1,10,6000\n");
    bb_experiment_clear_workloads(f->experiment);
    bb_experiment_add_trace(f->experiment, trace);
    vary(f, "pool.p.count=1:2");
    g_autoptr(BbSweepReport) reference = sweep_well(f, "reference");
    f->options.progress = rewrite;
    f->options.progress_data = &stop;
    g_autoptr(BbSweepReport) changed = sweep_well(f, "out");
    g_assert_cmpstr(changed->runs_csv, ==, reference->runs_csv);
    g_assert_cmpuint(changed->n_found, ==, 0);
}

/* Larger than what is kept, or read by somebody else: the run itself finds out. */
static void
test_expected_inputs(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *out = path_of(f, "out");
    BbRunOptions run = {.output = out, .sha256 = "another"};
    g_assert_null(bb_experiment_run(f->experiment, &run, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "found them changed"));
    g_assert_false(exists(f, "out"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    fixture_add("/sweep-stops/failures", test_failures);
    fixture_add("/sweep-stops/no-run-left", test_no_run_left);
    fixture_add("/sweep-stops/no-output", test_no_output);
    fixture_add("/sweep-stops/interrupted", test_interrupted);
    fixture_add("/sweep-stops/lost-output", test_lost_output);
    fixture_add("/sweep-stops/changed-input", test_changed_input);
    fixture_add("/sweep-stops/expected-inputs", test_expected_inputs);
    return g_test_run();
}
