/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results run again: the same bytes, or the first difference and why. */
#include "sim/lab/bb-rerun.h"

#include "sim/base/bb-output.h"
#include "tests/unit/experiments.h"

#define JOBS "job_id,submit_s,runtime_s,cpu_milli\na,0,10,3000\nb,1,10,3000\n"
#define NODES "node_id,cpu_milli\nn1,4000\n"

typedef struct {
    char *dir;
} Fixture;

static char *
path_of(const Fixture *f, const char *name)
{
    return g_build_filename(f->dir, name, NULL);
}

static void
put(const Fixture *f, const char *name, const char *text)
{
    g_autofree char *path = path_of(f, name);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A result of two jobs on one node. */
static void
fixture_setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const none[] = {NULL};
    f->dir = experiment_folder();
    put(f, "jobs.csv", JOBS);
    put(f, "nodes.csv", NODES);
    g_autofree char *trace = path_of(f, "jobs.csv");
    g_autofree char *nodes = path_of(f, "nodes.csv");
    g_autofree char *result = path_of(f, "result");
    g_autoptr(BbExperiment) experiment = experiment_of(trace, nodes, none);
    bb_outcome_free(experiment_run(experiment, result));
}

static void
fixture_teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    experiment_remove_folder(f->dir);
    g_free(f->dir);
}

static BbRerun *
rerun(const Fixture *f, const char *name, GError **error)
{
    g_autofree char *path = path_of(f, name);
    g_autofree char *scratch = path_of(f, "scratch");
    BbRerunSpec spec = {&experiment_tables, path, scratch, NULL};
    return bb_rerun(&spec, error);
}

static BbRerun *
rerun_well(const Fixture *f)
{
    g_autoptr(GError) error = NULL;
    BbRerun *answer = rerun(f, "result", &error);
    g_assert_no_error(error);
    return answer;
}

/* Replaces the first `from` in a file of the result. */
static void
edit(const Fixture *f, const char *name, const char *from, const char *to)
{
    g_autofree char *inside = g_build_filename("result", name, NULL);
    g_autofree char *path = path_of(f, inside);
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    const char *at = strstr(text, from);
    g_assert_nonnull(at);
    g_autofree char *edited =
        g_strdup_printf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    put(f, inside, edited);
}

static void
test_same(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *timing = path_of(f, "result/timing.json");
    g_assert_true(g_file_set_contents(timing, "{}", -1, NULL));
    g_autoptr(BbRerun) answer = rerun_well(f);
    g_assert_null(answer->file);
    g_assert_cmpuint(answer->n_files, ==, 5);
    g_assert_cmpuint(answer->reasons->len, ==, 0);
}

static const struct {
    const char *name, *file, *from, *to;
    guint64 line;
    const char *then, *now; /* parts; NULL: the file ends */
} edits[] = {
    {"byte", "jobs.csv", "\nb,jobs.csv,container,,1,1,10,10,20,9",
     "\nb,jobs.csv,container,,1,1,10,10,20,8", 3, ",20,8,", ",20,9,"},
    {"first-line", "jobs.csv", "job_id", "job-id", 1, "job-id,", "job_id,"},
    {"shorter", "jobs.csv", "\nb,jobs.csv,container,,1,1,10,10,20,9,0,completed,0,n1\n", "\n", 3,
     NULL, "b,jobs.csv"},
    {"longer", "jobs.csv", "completed,0,n1\nb,", "completed,0,n1\nc\nb,", 3, "c", "b,jobs.csv"},
    {"line-ends", "nodes.csv", "\n", "\r\n", 1, "\r", "node_id"},
    {"summary", "summary.json", "\"name\": \"jobs.csv\"", "\"name\": \"x\"", 5, "\"x\"",
     "\"jobs.csv\""},
};

static void
check_part(const char *line, const char *part)
{
    g_test_message("%s", line ? line : "-");
    g_assert_cmpint(line != NULL, ==, part != NULL);
    g_assert_true(!part || strstr(line, part));
}

static void
test_edit(Fixture *f, gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    edit(f, edits[i].file, edits[i].from, edits[i].to);
    g_autoptr(BbRerun) answer = rerun_well(f);
    g_assert_cmpstr(answer->file, ==, edits[i].file);
    g_assert_cmpuint(answer->line, ==, edits[i].line);
    check_part(answer->then, edits[i].then);
    check_part(answer->now, edits[i].now);
    g_assert_cmpuint(answer->reasons->len, ==, 0);
}

static void
test_missing_file(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = path_of(f, "result/timeline.csv");
    g_unlink(path);
    g_autoptr(BbRerun) answer = rerun_well(f);
    g_assert_cmpstr(answer->file, ==, "timeline.csv");
    g_assert_cmpuint(answer->line, ==, 0);
}

/* A file that this experiment does not record. */
static void
test_added_file(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f, "result/allocations.csv", "x\n");
    g_autoptr(BbRerun) answer = rerun_well(f);
    g_assert_cmpstr(answer->file, ==, "allocations.csv");
    g_assert_cmpuint(answer->line, ==, 0);
}

static void
check_reason(const Fixture *f, const char *part)
{
    g_autoptr(BbRerun) answer = rerun_well(f);
    g_assert_nonnull(answer->file);
    g_assert_cmpuint(answer->reasons->len, ==, 1);
    g_test_message("%s", (char *)answer->reasons->pdata[0]);
    g_assert_nonnull(strstr(answer->reasons->pdata[0], part));
}

static void
test_trace_changed(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f, "jobs.csv", JOBS "c,1,10,3000\n");
    check_reason(f, "jobs.csv has changed: its sha256 was ");
}

static void
test_nodes_changed(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f, "nodes.csv", NODES "n2,4000\n");
    check_reason(f, "a file of nodes or a key of the experiment has changed");
}

static void
test_version_changed(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    edit(f, "summary.json", "\"version\": \"", "\"version\": \"9.");
    check_reason(f, "breakbulk 9.");
}

static const struct {
    const char *name, *file, *text; /* put into the folder; NULL: nothing */
    const char *message;
} bad[] = {
    {"no-folder", NULL, NULL, "expected the folder of a run, found no such folder"},
    {"half-written", "jobs.csv", "job_id\n", "found no summary.json"},
    {"cut-short", "summary.json", "{\"schema\": \"breakb", "summary.json: expected the summary"},
    {"newer", "summary.json", "{\"schema\":\"breakbulk-summary/2\"}",
     "expected schema breakbulk-summary/1 or older, found \"breakbulk-summary/2\""},
    {"sweep", "sweep.json", "{}", "expected the folder of a run, found a sweep"},
    {"no-experiment", "summary.json", "{\"schema\":\"breakbulk-summary/1\"}",
     "experiment.ini: cannot be opened"},
};

static void
test_bad(Fixture *f, gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = path_of(f, "bad");
    if (bad[i].file) {
        g_autofree char *inside = g_build_filename("bad", bad[i].file, NULL);
        g_mkdir(folder, 0777);
        put(f, inside, bad[i].text);
    }
    g_assert_null(rerun(f, "bad", &error));
    g_assert_nonnull(error);
    g_test_message("%s", error->message);
    g_assert_cmpint(bb_error_exit_status(error), ==, 2);
    g_assert_nonnull(strstr(error->message, bad[i].message));
}

static void
test_standard_input(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    put(f, "result/experiment.ini", "[pool p]\nnodes=flat:4\n[workload w]\ntrace=-\n");
    g_assert_null(rerun(f, "result", &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "standard input"));
}

static void
add(const char *name, void (*func)(Fixture *, gconstpointer), guint i)
{
    g_autofree char *path = g_strconcat("/rerun/", name, NULL);
    g_test_add(path, Fixture, GUINT_TO_POINTER(i), fixture_setup, func, fixture_teardown);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("same", test_same, 0);
    for (guint i = 0; i < G_N_ELEMENTS(edits); i++)
        add(edits[i].name, test_edit, i);
    add("missing-file", test_missing_file, 0);
    add("added-file", test_added_file, 0);
    add("trace-changed", test_trace_changed, 0);
    add("nodes-changed", test_nodes_changed, 0);
    add("version-changed", test_version_changed, 0);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        add(bad[i].name, test_bad, i);
    add("standard-input", test_standard_input, 0);
    return g_test_run();
}
