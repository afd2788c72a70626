/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs every *.scn beside this file (README.md says what they look like) through the library and
 * compares jobs.csv and the reasons of rejections with what is expected. The referee judges each. */
#include "policies/bb-policies.h"
#include "sim/base/bb-csv.h"
#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-verify.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <string.h>

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

/* One "--- NAME" with its lines. */
typedef struct {
    char *name, *text;
} Section;

static void
section_clear(gpointer data)
{
    Section *section = data;
    g_free(section->name);
    g_free(section->text);
}

static GArray *
split_sections(const char *path)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    GArray *sections = g_array_new(FALSE, FALSE, sizeof(Section));
    g_array_set_clear_func(sections, section_clear);
    g_auto(GStrv) parts = g_strsplit(text, "\n--- ", -1);
    for (guint i = 1; parts[i]; i++) {
        gsize n = strcspn(parts[i], "\n");
        Section section = {g_strndup(parts[i], n), g_strconcat(parts[i] + n + 1, "\n", NULL)};
        g_array_append_val(sections, section);
    }
    return sections;
}

static gboolean
is_run(const Section *section)
{
    return g_str_has_prefix(section->name, "expect") || g_str_has_prefix(section->name, "error");
}

static char *
write_files(const GArray *sections)
{
    g_autoptr(GError) error = NULL;
    char *dir = g_dir_make_tmp("scenario-XXXXXX", &error);
    g_assert_no_error(error);
    for (guint i = 0; i < sections->len; i++) {
        const Section *section = &g_array_index(sections, Section, i);
        if (is_run(section))
            continue;
        g_autofree char *path = g_build_filename(dir, section->name, NULL);
        g_file_set_contents(path, section->text, -1, &error);
        g_assert_no_error(error);
    }
    return dir;
}

static void
remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            remove_folder(child);
        else
            g_unlink(child);
    }
    g_rmdir(path);
}

/* ---- One run ---- */

static void
keep_reason(gpointer data, const BbView *view, const BbJobRecord *record)
{
    (void)view;
    g_hash_table_insert(data, g_strdup(record->id), g_strdup(record->reason));
}

/* Rows of a CSV text: GPtrArray of GStrv, the header first. */
static GPtrArray *
read_rows(const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_new_from_bytes(name, text, strlen(text));
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    while (bb_csv_next(csv, &error) == BB_READ_ROW) {
        char **row = g_new0(char *, bb_csv_n_fields(csv) + 1);
        for (guint i = 0; i < bb_csv_n_fields(csv); i++)
            row[i] = g_strdup(bb_csv_field(csv, i));
        g_ptr_array_add(rows, row);
    }
    g_assert_no_error(error);
    return rows;
}

static gint
column_of(char **header, const char *name)
{
    for (gint i = 0; header[i]; i++) {
        if (strcmp(header[i], name) == 0)
            return i;
    }
    return -1;
}

/* The row whose column job_id is `id`. */
static char **
find_row(const GPtrArray *rows, const char *id)
{
    gint column = column_of(rows->pdata[0], "job_id");
    g_assert_cmpint(column, >=, 0);
    for (guint i = 1; i < rows->len; i++) {
        char **row = rows->pdata[i];
        if (strcmp(row[column], id) == 0)
            return row;
    }
    return NULL;
}

static void
check_field(const char *run, const char *id, const char *column, const char *expected,
            const char *found)
{
    gboolean part = strcmp(column, "reason") == 0 && expected[0];
    if (part ? strstr(found, expected) != NULL : strcmp(expected, found) == 0)
        return;
    g_test_message("%s: job %s: %s: expected \"%s\", found \"%s\"", run, id, column, expected,
                   found);
    g_test_fail();
}

static void
compare(const Section *section, const char *jobs_csv, GHashTable *reasons)
{
    g_autoptr(GPtrArray) expected = read_rows(section->name, section->text);
    g_autoptr(GPtrArray) found = read_rows("jobs.csv", jobs_csv);
    char **header = expected->pdata[0];
    g_assert_cmpuint(expected->len, >, 1);
    g_assert_cmpstr(header[0], ==, "job_id");
    for (guint i = 1; i < expected->len; i++) {
        char **want = expected->pdata[i];
        char **have = find_row(found, want[0]);
        g_assert_nonnull(have);
        g_assert_cmpuint(g_strv_length(want), ==, g_strv_length(header));
        for (guint c = 1; header[c]; c++) {
            const char *reason = g_hash_table_lookup(reasons, want[0]);
            gint column = column_of(found->pdata[0], header[c]);
            gboolean is_reason = strcmp(header[c], "reason") == 0;
            g_assert_true(is_reason || column >= 0);
            check_field(section->name, want[0], header[c], want[c],
                        is_reason ? (reason ? reason : "") : have[column]);
        }
    }
}

/* Files are those of the scenario. */
static gboolean
set_from(BbExperiment *experiment, const char *dir, const char *target, const char *value,
         GError **error)
{
    g_autofree char *path = g_build_filename(dir, value, NULL);
    gboolean is_file = g_str_has_suffix(value, ".csv");
    return bb_experiment_set(experiment, "--set", target, is_file ? path : value, error);
}

static BbExperiment *
load(const char *dir, const Section *section, const char *search, GError **error)
{
    g_autofree char *path = g_build_filename(dir, "experiment.ini", NULL);
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    g_auto(GStrv) words = g_strsplit(section->name, " ", -1);
    if (!bb_experiment_load(experiment, path, NULL, error))
        return NULL;
    for (guint i = 1; words[i]; i++) {
        char *equals = strchr(words[i], '=');
        g_assert_nonnull(equals);
        *equals = '\0';
        if (!set_from(experiment, dir, words[i], equals + 1, error))
            return NULL;
    }
    if (!bb_experiment_set(experiment, "--set", "experiment.search", search, error))
        return NULL;
    return g_steal_pointer(&experiment);
}

/* The referee must find nothing, with the places as jobs.csv or as allocations.csv tells them. */
static void
judge(BbExperiment *experiment, const char *out)
{
    g_autofree char *jobs = g_build_filename(out, "jobs.csv", NULL);
    g_autofree char *allocations = g_build_filename(out, "allocations.csv", NULL);
    const BbVerifyFiles files[] = {{jobs, NULL, NULL}, {jobs, allocations, NULL}};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbVerdict) verdict = bb_verify(experiment, &files[i], &error);
        g_assert_no_error(error);
        for (guint v = 0; v < verdict->violations->len; v++)
            g_test_message("%s", ((BbViolation *)verdict->violations->pdata[v])->text);
        g_assert_true(bb_verdict_is_good(verdict));
    }
}

static gboolean
simulate(const char *dir, const char *out, const Section *section, const char *search,
         GHashTable *reasons, GError **error)
{
    BbObserver observer = {.data = reasons, .on_reject = keep_reason};
    BbRunOptions options = {.output = out, .observer = &observer};
    g_autoptr(BbExperiment) experiment = load(dir, section, search, error);
    if (!experiment)
        return FALSE;
    experiment->record |= BB_RECORD_ALLOCATIONS;
    g_autoptr(BbOutcome) outcome = bb_experiment_run(experiment, &options, error);
    if (outcome)
        judge(experiment, out);
    return outcome != NULL;
}

static void
run_section(const char *dir, const Section *section, const char *search)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GHashTable) reasons = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *out = g_build_filename(dir, "out", NULL);
    g_autofree char *jobs = g_build_filename(out, "jobs.csv", NULL);
    g_autofree char *text = NULL;
    gboolean ok = simulate(dir, out, section, search, reasons, &error);
    if (g_str_has_prefix(section->name, "error")) {
        g_autofree char *wanted = g_strstrip(g_strdup(section->text));
        g_assert_false(ok);
        g_assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
        if (!strstr(error->message, wanted)) {
            g_test_message("%s: expected \"%s\", found \"%s\"", section->name, wanted,
                           error->message);
            g_test_fail();
        }
        return;
    }
    g_assert_no_error(error);
    g_file_get_contents(jobs, &text, NULL, &error);
    g_assert_no_error(error);
    compare(section, text, reasons);
    remove_folder(out);
}

static void
test_scenario(gconstpointer data)
{
    static const char *const searches[] = {"scan", "index"};
    g_autoptr(GArray) sections = split_sections(data);
    g_autofree char *dir = write_files(sections);
    guint n_runs = 0;
    for (guint i = 0; i < sections->len; i++) {
        const Section *section = &g_array_index(sections, Section, i);
        if (!is_run(section))
            continue;
        n_runs++;
        for (guint s = 0; s < G_N_ELEMENTS(searches); s++)
            run_section(dir, section, searches[s]);
    }
    g_assert_cmpuint(n_runs, >, 0);
    remove_folder(dir);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_scenarios(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".scn"))
            g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_sort(names, compare_names);
    g_assert_cmpuint(names->len, >, 0);
    for (guint i = 0; i < names->len; i++) {
        const char *file = names->pdata[i];
        g_autofree char *test = g_strdup_printf("/scenarios/%.*s", (int)(strlen(file) - 4), file);
        g_test_add_data_func_full(test, g_build_filename(folder, file, NULL), test_scenario,
                                  g_free);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *folder = g_test_build_filename(G_TEST_DIST, "tests", "scenarios", NULL);
    add_scenarios(folder);
    return g_test_run();
}
