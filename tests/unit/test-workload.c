/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#include "sim/lab/bb-workload.h"
#include "sim/model/bb-row-store.h"

#include <math.h>

#define JOBS "job_id,submit_s,runtime_s\n"
#define SWF_TAIL " -1 50 2 -1 -1 2 100 -1 1 7 1 -1 -1 1 -1 -1\n"

static const BbTraceTables tables = {bb_reader_classes, bb_generator_classes};

typedef struct {
    char *folder;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->folder = g_dir_make_tmp("bb-workload-XXXXXX", NULL);
    g_assert_nonnull(fixture->folder);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GDir) dir = g_dir_open(fixture->folder, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
        g_unlink(path);
    }
    g_rmdir(fixture->folder);
    g_free(fixture->folder);
}

/* "ID@SUBMIT " a row; an error ends it as "ERROR: message" with the folder's name left out. */
static char *
read_all(const char *folder, BbWorkload *workload, GError *error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) failed = error;
    BbReadResult result = BB_READ_ROW;
    BbJobRow row;
    while (workload != NULL &&
           (result = bb_workload_next(workload, &row, &failed)) == BB_READ_ROW) {
        g_string_append_printf(out, "%s@", row.id);
        bb_append_seconds(out, row.submit_us);
        g_string_append_c(out, ' ');
    }
    if (failed != NULL) {
        const char *inside = strstr(failed->message, folder);
        g_string_append_printf(out, "ERROR: %s",
                               inside != NULL ? inside + strlen(folder) + 1 : failed->message);
    }
    return g_strdup(out->str);
}

static const struct {
    const char *name, *text, *rows, *warning;
} cases[] = {
    {"native", JOBS "a,0,1\nb,0,1\nc,5,1\n", "a@0 b@0 c@5 ", NULL},
    {"unsorted native", JOBS "a,3.5,1\nb,1,1\n",
     "a@3.5 ERROR: t:3:3: column \"submit_s\": expected at least 3.5, as the row before, found 1; "
     "breakbulk "
     "trace convert --sort puts a trace in order",
     NULL},
    {"duplicate id", JOBS "7,0,1\n8,0,1\n7,1,1\n",
     "7@0 8@0 ERROR: t:4:1: expected an id that was not there before, found \"7\"", NULL},
    {"duplicate text", JOBS "a,0,1\nb,0,1\na,1,1\n",
     "a@0 b@0 ERROR: t:4:1: expected an id that was not there before, found \"a\"", NULL},
    {"after what is not there", "job_id,submit_s,after\na,0,\nb,0,a\nc,1,a; d\n",
     "a@0 b@0 ERROR: t:4:5: column \"after\": expected ids of jobs that stand before this one, "
     "found \"d\"",
     NULL},
    {"sorted log", "; MaxProcs: 4\n1 0" SWF_TAIL "2 5" SWF_TAIL "3 5" SWF_TAIL, "1@0 2@5 3@5 ",
     NULL},
    {"unsorted log", "1 9" SWF_TAIL "2 5" SWF_TAIL "4 5" SWF_TAIL "3 0" SWF_TAIL "5 9" SWF_TAIL,
     "3@0 2@5 4@5 1@9 5@9 ",
     "t: 2 of 5 jobs were submitted before the one above them, sorted by submit time"},
    {"duplicate in a log", "1 0" SWF_TAIL "2 5" SWF_TAIL "1 5" SWF_TAIL,
     "1@0 2@5 ERROR: t:3:1: expected an id that was not there before, found \"1\"", NULL},
    {"duplicate in an unsorted log", "1 9" SWF_TAIL "2 5" SWF_TAIL "1 5" SWF_TAIL,
     "ERROR: t:3:1: expected an id that was not there before, found \"1\"", NULL},
    {"bad line in a log", "1 9" SWF_TAIL "2 5 x\n",
     "ERROR: t:2:5: field 3: expected a number, found \"x\"", NULL},
    {"cut log", "1 9" SWF_TAIL "2 10 -1", "1@9 ",
     "t: the file ends within a line, after 3 of 18 fields: the log is not whole"},
    {"nodes", "node_id\nn1\n", "ERROR: t: expected a job trace, found a node list (nodes)", NULL},
    {"empty", "", NULL, NULL},
};

static void
test_traces(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = trace_file(fixture->folder, "t", cases[i].text);
        GError *error = NULL;
        g_autoptr(BbWorkload) workload = bb_workload_new_trace(&tables, path, NULL, &error);
        g_autofree char *rows = read_all(fixture->folder, workload, error);
        g_test_message("%s", cases[i].name);
        if (cases[i].rows != NULL)
            g_assert_cmpstr(rows, ==, cases[i].rows);
        else
            g_assert_true(g_str_has_prefix(rows, "ERROR: t: expected a trace ("));
        const char *warning = workload != NULL ? bb_workload_warning(workload) : NULL;
        if (cases[i].warning != NULL) {
            g_assert_nonnull(warning);
            g_assert_cmpstr(warning + strlen(fixture->folder) + 1, ==, cases[i].warning);
        } else {
            g_assert_null(warning);
        }
    }
}

static void
test_about(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *path = trace_file(fixture->folder, "a.swf", "1 0" SWF_TAIL);
    g_autofree char *bytes = NULL;
    gsize n;
    g_assert_true(g_file_get_contents(path, &bytes, &n, NULL));
    g_autofree char *sha256 =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, n);
    g_autoptr(BbWorkload) workload = bb_workload_new_trace(&tables, path, NULL, NULL);
    g_autofree char *rows = read_all(fixture->folder, workload, NULL);
    g_assert_cmpstr(rows, ==, "1@0 ");
    g_assert_cmpstr(bb_workload_name(workload), ==, "a.swf");
    g_assert_cmpstr(bb_workload_path(workload), ==, path);
    g_assert_cmpstr(bb_workload_format(workload), ==, "swf");
    g_assert_cmpstr(bb_workload_sha256(workload), ==, sha256);
    g_assert_cmpuint(bb_workload_n_jobs(workload), ==, 1);
    g_assert_nonnull(bb_workload_reader(workload));
}

/* submit' = first + (submit - first) / scale + shift, half up. */
static const struct {
    guint64 scale_ppm;
    BbTimeUs shift_us;
    const char *rows;
} changes[] = {
    {1000000, 0, "a@10 b@11 c@20.000001 "},
    {1000000, -10000000, "a@0 b@1 c@10.000001 "},
    {2000000, 0, "a@10 b@10.5 c@15.000001 "},
    {800000, 500000, "a@10.5 b@11.75 c@23.000001 "},
    {3, 0, "a@10 b@333343.333333 c@3333343.666667 "},
    {1000000, -10000001,
     "ERROR: t:2:3: expected a submit time within range once scaled and shifted"},
    {1, BB_TIME_MAX, "ERROR: t:2:3: expected a submit time within range once scaled and shifted"},
};

static void
test_changes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *path =
        trace_file(fixture->folder, "t", JOBS "a,10,1\nb,11,1\nc,20.000001,1\n");
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(BbWorkload) workload = bb_workload_new_trace(&tables, path, NULL, NULL);
        BbWorkloadChange change = {
            .kind = -1, .scale_ppm = changes[i].scale_ppm, .shift_us = changes[i].shift_us};
        bb_workload_change(workload, &change);
        g_autofree char *rows = read_all(fixture->folder, workload, NULL);
        g_test_message("scale %" G_GUINT64_FORMAT, changes[i].scale_ppm);
        g_assert_cmpstr(rows, ==, changes[i].rows);
    }
    BbJobRow row;
    g_autoptr(BbWorkload) workload = bb_workload_new_trace(&tables, path, NULL, NULL);
    bb_workload_change(
        workload, &(BbWorkloadChange){.kind = BB_VM, .class_name = "gold", .scale_ppm = 1000000});
    g_assert_cmpint(bb_workload_next(workload, &row, NULL), ==, BB_READ_ROW);
    g_assert_cmpint(row.kind, ==, BB_VM);
    g_assert_cmpstr(row.class_name, ==, "gold");
}

static void
test_generator(void)
{
    GError *error = NULL;
    g_autoptr(BbWorkload) workload =
        bb_workload_new_generator(&tables, "poisson,jobs=3,runtime=5s", 1, 0, NULL);
    BbJobRow row;
    g_assert_cmpint(bb_workload_next(workload, &row, NULL), ==, BB_READ_ROW);
    g_assert_false(bb_workload_error(workload, "tasks", &error, "expected less"));
    g_assert_cmpstr(error->message, ==, "poisson,jobs=3,runtime=5s: job 1: expected less");
    g_clear_error(&error);
    g_assert_cmpstr(bb_workload_format(workload), ==, "generator");
    g_assert_cmpstr(bb_workload_name(workload), ==, "poisson");
    g_assert_null(bb_workload_reader(workload));
    g_assert_null(bb_workload_new_generator(&tables, "poison", 1, 0, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_clear_error(&error);
}

/* By submit time; ties by the order of workloads, then of the trace. */
static void
test_merge(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const texts[] = {JOBS "a,1,1\nb,5,1\nc,5,1\nx,4,1\n", JOBS,
                                        JOBS "d,0,1\ne,5,1\nf,9,1\n"};
    g_autoptr(GPtrArray) workloads =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_workload_free);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL, placed = NULL;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = trace_file(fixture->folder, i == 0 ? "0" : "t", texts[i]);
        g_ptr_array_add(workloads, bb_workload_new_trace(&tables, path, NULL, NULL));
    }
    g_autoptr(BbMerge) merge = bb_merge_new(workloads);
    BbJobSource source = bb_merge_source(merge);
    BbJobRow row;
    guint32 workload;
    BbReadResult result;
    while ((result = source.next(source.data, &row, &workload, &error)) == BB_READ_ROW) {
        g_string_append_printf(out, "%s%u ", row.id, workload);
        if (placed == NULL &&
            !source.place_error(source.data, "runtime_s", &placed, "expected %d", 7))
            g_assert_true(g_str_has_suffix(placed->message, "t:2:5: expected 7"));
    }
    g_assert_cmpstr(out->str, ==, "d2 a0 b0 c0 ");
    g_assert_cmpint(result, ==, BB_READ_ERROR);
    g_assert_nonnull(strstr(error->message, "0:5:3: column \"submit_s\""));
}

/* Equal times keep their order, however many. */
static void
test_row_store(void)
{
    g_autoptr(BbRowStore) store = bb_row_store_new();
    for (guint i = 0; i < 1000; i++) {
        char id[16];
        BbJobRow row = BB_JOB_ROW_INIT;
        g_snprintf(id, sizeof id, "%u", i);
        row.id = id;
        row.submit_us = i * 7919 % 10;
        row.class_name = "c";
        bb_row_store_add(store, &row);
    }
    g_assert_cmpuint(bb_row_store_n_disordered(store), >, 0);
    bb_row_store_sort(store);
    for (guint i = 1; i < bb_row_store_n(store); i++) {
        const BbJobRow *a = bb_row_store_get(store, i - 1), *b = bb_row_store_get(store, i);
        g_assert_true(a->submit_us < b->submit_us ||
                      (a->submit_us == b->submit_us && atoi(a->id) < atoi(b->id)));
        g_assert_cmpstr(b->class_name, ==, "c");
        g_assert_null(b->group);
    }
}

#define N_THIN 4000

/* Job i of user i % 40; every second job of a user comes after the one before. */
static char *
write_users(const char *folder)
{
    g_autoptr(GString) text = g_string_new("job_id,submit_s,runtime_s,class,after\n");
    for (guint i = 0; i < N_THIN; i++) {
        g_string_append_printf(text, "j%u,%u,1,user%u,", i, i, i % 40);
        if (i / 40 % 2 == 1)
            g_string_append_printf(text, "j%u", i - 40);
        g_string_append_c(text, '\n');
    }
    return trace_file(folder, "t", text->str);
}

/* Which of the jobs stay, and how many. */
static guint
thin(const char *path, BbScaleBy by, guint64 keep_ppm, guint64 seed, gboolean *kept)
{
    g_autoptr(BbWorkload) workload = bb_workload_new_trace(&tables, path, NULL, NULL);
    bb_workload_change(workload, &(BbWorkloadChange){.kind = -1,
                                                     .scale_ppm = keep_ppm,
                                                     .scale_by = by,
                                                     .seed = seed,
                                                     .shift_us = BB_US_PER_S});
    memset(kept, 0, N_THIN * sizeof *kept);
    guint n = 0;
    BbJobRow row;
    while (bb_workload_next(workload, &row, NULL) == BB_READ_ROW) {
        guint i = (guint)g_ascii_strtoull(row.id + 1, NULL, 10);
        g_assert_cmpint(row.submit_us, ==, (gint64)(i + 1) * BB_US_PER_S);
        if (i / 40 % 2 == 1) {
            g_autofree char *before = g_strdup_printf("j%u", i - 40);
            g_assert_cmpstr(row.after, ==, kept[i - 40] ? before : "");
        }
        kept[i] = TRUE;
        n++;
    }
    g_assert_cmpuint(bb_workload_n_jobs(workload), ==, n);
    return n;
}

/* A smaller part is a part of the larger one; users stay whole; seeds differ. */
static void
test_thin(Fixture *fixture, gconstpointer data)
{
    BbScaleBy by = (BbScaleBy)GPOINTER_TO_INT(data);
    gboolean most[N_THIN], some[N_THIN], other[N_THIN], all[N_THIN];
    g_autofree char *path = write_users(fixture->folder);
    guint n_most = thin(path, by, 700000, 1, most), n_some = thin(path, by, 300000, 1, some);
    guint n_other = thin(path, by, 300000, 2, other), n_differ = 0;
    double slack = by == BB_SCALE_THIN ? 5 * sqrt(0.21 * N_THIN) : 3 * 100 * sqrt(0.21 * 40);
    g_assert_cmpuint(thin(path, by, 1000000, 1, all), ==, N_THIN);
    g_assert_cmpfloat(fabs(n_most - 0.7 * N_THIN), <, slack);
    g_assert_cmpfloat(fabs(n_some - 0.3 * N_THIN), <, slack);
    g_assert_cmpfloat(fabs(n_other - 0.3 * N_THIN), <, slack);
    for (guint i = 0; i < N_THIN; i++) {
        g_assert_true(most[i] || !some[i]);
        g_assert_true(by == BB_SCALE_THIN || most[i] == most[i % 40]);
        n_differ += some[i] != other[i];
    }
    g_assert_cmpuint(n_differ, >, 0);
}

/* A generator that draws from a file: its hash is that of the content. */
static void
test_generator_files(Fixture *fixture, gconstpointer data)
{
    (void)data;
    char *hashes[3] = {NULL};
    for (guint i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("t%u", i);
        g_autofree char *path = trace_file(fixture->folder, name,
                                           i < 2 ? JOBS "a,0,1\nb,9,1\n" : JOBS "a,0,1\nb,8,1\n");
        g_autofree char *text = g_strdup_printf("empirical,from=%s:jobs,block=8s", path);
        g_autoptr(BbWorkload) workload = bb_workload_new_generator(&tables, text, 1, 0, NULL);
        g_assert_nonnull(workload);
        hashes[i] = g_strdup(bb_workload_sha256(workload));
        BbJobRow row;
        g_assert_cmpint(bb_workload_next(workload, &row, NULL), ==, BB_READ_ROW);
    }
    g_assert_cmpstr(hashes[0], ==, hashes[1]);
    g_assert_cmpstr(hashes[0], !=, hashes[2]);
    for (guint i = 0; i < 3; i++)
        g_free(hashes[i]);
    g_autoptr(GError) error = NULL;
    g_assert_null(bb_workload_new_generator(&tables, "empirical,from=/none/t", 1, 0, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/workload/traces", Fixture, NULL, set_up, test_traces, tear_down);
    g_test_add("/workload/about", Fixture, NULL, set_up, test_about, tear_down);
    g_test_add("/workload/changes", Fixture, NULL, set_up, test_changes, tear_down);
    g_test_add("/workload/merge", Fixture, NULL, set_up, test_merge, tear_down);
    g_test_add("/workload/thin/jobs", Fixture, GINT_TO_POINTER(BB_SCALE_THIN), set_up, test_thin,
               tear_down);
    g_test_add("/workload/thin/users", Fixture, GINT_TO_POINTER(BB_SCALE_USERS), set_up, test_thin,
               tear_down);
    g_test_add("/workload/generator-files", Fixture, NULL, set_up, test_generator_files, tear_down);
    g_test_add_func("/workload/generator", test_generator);
    g_test_add_func("/workload/row-store", test_row_store);
    return g_test_run();
}
