/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps by the library: the same bytes for any threads, nothing run twice, and numbers that are those of
 * the runs. */
#include "sim/observe/bb-metric-name.h"
#include "tests/unit/sweeps.h"

#include <math.h>

/* ---- what is in the folder ---- */

static const char *
field(const GPtrArray *rows, guint row, const char *column)
{
    return ((char **)rows->pdata[row])[experiment_column(rows, column)];
}

static void
check_numbers(char **header, char **row, const BbResult *result, guint first)
{
    for (guint c = first; strcmp(header[c], "error") != 0; c++) {
        g_autoptr(GError) error = NULL;
        BbMetric metric;
        bb_metric_get(result, header[c], &metric, &error);
        g_assert_no_error(error);
        if (isfinite(metric.value))
            g_assert_cmpfloat(g_ascii_strtod(row[c], NULL), ==, metric.value);
        else
            g_assert_cmpstr(row[c], ==, "");
    }
}

/* The columns are metrics by their contract names, and their values those of the runs. */
static void
test_rows(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    vary(f, "queue=fcfs,sjf");
    vary(f, "pool.p.count=2:3");
    bb_axes_add_seeds(f->axes, f->experiment, 2, &error);
    g_assert_no_error(error);
    sweep_into(f, "out");
    g_autofree char *out = path_of(f, "out");
    g_autoptr(GPtrArray) rows = experiment_csv(out, "runs.csv");
    static const char *const expected[] = {"fcfs 2 1", "fcfs 2 2", "fcfs 3 1", "fcfs 3 2",
                                           "sjf 2 1",  "sjf 2 2",  "sjf 3 1",  "sjf 3 2"};
    g_assert_cmpuint(rows->len, ==, 9);
    for (guint i = 0; i < 8; i++) {
        char **row = rows->pdata[i + 1];
        g_autofree char *values = g_strjoin(" ", row[0], row[1], row[2], NULL);
        g_autofree char *folder = g_build_filename(out, field(rows, i + 1, "folder"), NULL);
        g_autoptr(BbExperiment) cell = bb_axes_experiment(f->axes, f->experiment, i);
        g_autoptr(BbOutcome) outcome = experiment_run(cell, NULL);
        g_assert_cmpstr(values, ==, expected[i]);
        g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
        g_assert_cmpstr(field(rows, i + 1, "error"), ==, "");
        check_numbers(rows->pdata[0], row, outcome->result, 4);
    }
    g_assert_cmpuint(count_runs(f, "out"), ==, 8);
    g_assert_false(exists(f, "out/timing.json"));
}

static void
test_json(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vary(f, "queue=fcfs,easy(reserve=count,backfill-order=sjbf)");
    vary(f, "seed=4,5");
    g_autoptr(BbSweepReport) report = sweep_well(f, "out");
    g_autofree char *path = path_of(f, "out/sweep.json");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, report->sweep_json);
    g_assert_nonnull(strstr(text, "{\n  \"schema\": \"breakbulk-sweep/1\",\n  \"version\": \""));
    g_assert_nonnull(strstr(text, "\"key\": \"queue\",\n"));
    g_assert_nonnull(strstr(text, "\"easy(reserve=count,backfill-order=sjbf)\"\n"));
    g_assert_nonnull(strstr(text, "\"seeds\": [\n    4,\n    5\n  ]"));
    g_assert_nonnull(strstr(text, "\"count\": 4,\n    \"failed\": 0\n"));
    g_assert_nonnull(strstr(text, "[pool p]\\ncount=4\\n"));
    g_assert_null(strstr(text, "\"key\": \"seed\""));
    g_assert_nonnull(strstr(report->runs_csv, "\n\"easy(reserve=count,backfill-order=sjbf)\",4,"));
}

/* Two cells that mean the same are one run. */
static void
test_same_run(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vary(f, "pool.p.cpu=8,8000m");
    g_autoptr(BbSweepReport) report = sweep_well(f, "out");
    g_autofree char *out = path_of(f, "out");
    g_autoptr(GPtrArray) rows = experiment_csv(out, "runs.csv");
    g_assert_cmpuint(report->n_runs, ==, 1);
    g_assert_cmpuint(rows->len, ==, 3);
    g_assert_cmpstr(field(rows, 1, "folder"), ==, field(rows, 2, "folder"));
    g_assert_cmpstr(field(rows, 1, "wait_mean"), ==, field(rows, 2, "wait_mean"));
}

static void
test_no_axes(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(BbSweepReport) report = sweep_well(f, "out");
    g_assert_true(g_str_has_prefix(report->runs_csv, "seed,folder,submitted,"));
    g_assert_cmpuint(report->n_runs, ==, 1);
}

/* ---- the same bytes ---- */

static void
test_threads(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vary(f, "queue=fcfs,easy");
    vary(f, "pool.p.count=0:5");
    g_autoptr(BbSweepReport) one = sweep_well(f, "one");
    g_autofree char *expected = tree(f, "one");
    f->options.n_threads = 8;
    g_autoptr(BbSweepReport) eight = sweep_well(f, "eight");
    g_autofree char *found = tree(f, "eight");
    g_assert_cmpstr(found, ==, expected);
    g_assert_cmpuint(one->n_failed_cells, ==, 2);
    g_assert_cmpuint(eight->n_found, ==, 0);
}

static char *
nth_run(const Fixture *f, const char *name, guint row)
{
    g_autofree char *out = path_of(f, name);
    g_autoptr(GPtrArray) rows = experiment_csv(out, "runs.csv");
    return g_build_filename(out, field(rows, row, "folder"), NULL);
}

static void
put_in(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static guint64
inode_of(const char *folder)
{
    GStatBuf info;
    g_assert_cmpint(g_stat(folder, &info), ==, 0);
    return info.st_ino;
}

/* Whatever a finished run has lost, it is run again; what is whole is not touched. */
static void
test_resume(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vary(f, "pool.p.count=1:6");
    sweep_into(f, "out");
    g_autofree char *expected = tree(f, "out");
    g_autofree char *gone = nth_run(f, "out", 1);
    g_autofree char *half = nth_run(f, "out", 2);
    g_autofree char *cut = nth_run(f, "out", 3);
    g_autofree char *other = nth_run(f, "out", 4);
    g_autofree char *whole = nth_run(f, "out", 5);
    g_autofree char *jobs = g_build_filename(half, "jobs.csv", NULL);
    g_autofree char *summary = g_build_filename(whole, "summary.json", NULL);
    g_autofree char *text = NULL;
    guint64 inode = inode_of(whole);
    bb_output_remove(gone);
    g_unlink(jobs);
    put_in(cut, "summary.json", "{\n  \"schema\": \"breakbulk-summ");
    g_assert_true(g_file_get_contents(summary, &text, NULL, NULL));
    put_in(other, "summary.json", text);
    remove_in(f, "out/runs.csv");
    g_autoptr(BbSweepReport) second = sweep_well(f, "out");
    g_autofree char *found = tree(f, "out");
    g_assert_cmpuint(second->n_found, ==, 2);
    g_assert_cmpstr(found, ==, expected);
    g_assert_cmpuint(inode_of(whole), ==, inode);
}

/* More seeds or values go on with what is there. */
static void
test_extend(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    vary(f, "pool.p.count=1:2");
    sweep_into(f, "out");
    bb_axes_free(f->axes);
    f->options.axes = f->axes = bb_axes_new();
    vary(f, "pool.p.count=1:4");
    g_autoptr(BbSweepReport) second = sweep_well(f, "out");
    g_autoptr(BbSweepReport) fresh = sweep_well(f, "fresh");
    g_assert_cmpuint(second->n_found, ==, 2);
    g_assert_cmpuint(fresh->n_found, ==, 0);
    g_assert_cmpstr(second->runs_csv, ==, fresh->runs_csv);
}

/* A folder counts when it has what is asked for now. */
static void
test_record(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    experiment_set(f->experiment, "experiment.record", "none");
    g_autoptr(BbSweepReport) bare = sweep_well(f, "out");
    experiment_set(f->experiment, "experiment.record", "jobs,allocations");
    g_autoptr(BbSweepReport) full = sweep_well(f, "out");
    g_autoptr(BbSweepReport) again = sweep_well(f, "out");
    g_assert_cmpuint(full->n_found, ==, 0);
    g_assert_cmpuint(again->n_found, ==, 1);
    g_assert_cmpuint(count_runs(f, "out"), ==, 1);
    g_assert_cmpstr(full->runs_csv, ==, bare->runs_csv);
}

/* Another program may decide otherwise. */
static void
test_build(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    sweep_into(f, "out");
    f->options.build = "2";
    g_autoptr(BbSweepReport) second = sweep_well(f, "out");
    g_assert_cmpuint(second->n_found, ==, 0);
    g_assert_cmpuint(count_runs(f, "out"), ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    fixture_add("/sweep/rows", test_rows);
    fixture_add("/sweep/json", test_json);
    fixture_add("/sweep/same-run", test_same_run);
    fixture_add("/sweep/no-axes", test_no_axes);
    fixture_add("/sweep/threads", test_threads);
    fixture_add("/sweep/resume", test_resume);
    fixture_add("/sweep/extend", test_extend);
    fixture_add("/sweep/record", test_record);
    fixture_add("/sweep/build", test_build);
    return g_test_run();
}
