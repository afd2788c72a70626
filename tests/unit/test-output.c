/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each test works in a folder of its own; what is left there afterwards is part of the test. */
#include "sim/base/bb-error.h"
#include "sim/base/bb-output.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUMMARY "{\n  \"schema\": \"breakbulk-summary/1\"\n}\n"

typedef struct {
    char *root;
    char *target;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->root = g_dir_make_tmp("bb-output-XXXXXX", NULL);
    g_assert_nonnull(f->root);
    f->target = g_build_filename(f->root, "result", NULL);
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted, one space after each. */
static char *
list(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GString *all = g_string_new(NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(all, "%s ", (char *)names->pdata[i]);
    return g_string_free(all, FALSE);
}

static void
assert_list(const char *folder, const char *expected)
{
    g_autofree char *found = list(folder);
    g_assert_cmpstr(found, ==, expected);
}

static void
assert_content(const char *folder, const char *name, const char *expected)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *found = NULL;
    g_assert_true(g_file_get_contents(path, &found, NULL, NULL));
    g_assert_cmpstr(found, ==, expected);
}

static void
put(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_mkdir(folder, 0777);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        remove_all(child);
    }
    g_remove(path);
}

static void
tear_down(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    remove_all(f->root);
    g_free(f->target);
    g_free(f->root);
}

static void
commit_one(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbOutputDir) dir = bb_output_dir_new(path, &error);
    g_assert_no_error(error);
    g_assert_true(bb_output_write(dir, "summary.json", SUMMARY, &error));
    g_assert_true(bb_output_dir_commit(dir, &error));
    g_assert_no_error(error);
}

static void
test_new(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbOutputDir) dir = bb_output_dir_new(f->target, &error);
    BbOutputFile *file = bb_output_file_new(dir, "jobs.csv", &error);
    g_assert_no_error(error);
    for (guint i = 0; i < 100000; i++)
        bb_output_file_append(file, "0123456789", 10);
    bb_output_file_append(file, "", 0);
    g_assert_true(bb_output_file_close(file, &error));
    g_assert_true(bb_output_write(dir, "summary.json", SUMMARY, &error));
    g_assert_false(g_file_test(f->target, G_FILE_TEST_EXISTS));
    g_assert_true(bb_output_dir_commit(dir, &error));
    assert_list(f->target, "jobs.csv summary.json ");
    assert_list(f->root, "result ");
    g_autofree char *jobs = g_build_filename(f->target, "jobs.csv", NULL);
    g_autofree char *content = NULL;
    gsize n = 0;
    g_assert_true(g_file_get_contents(jobs, &content, &n, NULL));
    g_assert_cmpuint(n, ==, 1000000);
}

static void
test_uncommitted(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    BbOutputDir *dir = bb_output_dir_new(f->target, NULL);
    g_assert_true(bb_output_write(dir, "summary.json", SUMMARY, NULL));
    BbOutputFile *open = bb_output_file_new(dir, "jobs.csv", NULL);
    bb_output_file_append(open, "x", 1);
    bb_output_file_free(open);
    bb_output_file_free(NULL);
    bb_output_dir_free(dir);
    bb_output_dir_free(NULL);
    assert_list(f->root, "");
}

static void
test_replaced(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f->target, "summary.json", "{\"schema\":\"breakbulk-summary/1\"}");
    put(f->target, "old.csv", "x");
    commit_one(f->target);
    assert_list(f->target, "summary.json ");
    assert_content(f->target, "summary.json", SUMMARY);
    assert_list(f->root, "result ");
}

static void
test_sweep_is_replaced(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *runs = g_build_filename(f->target, "runs", NULL);
    put(f->target, "sweep.json", "{\"schema\":\"breakbulk-sweep/0\"}");
    put(runs, "a.csv", "x");
    commit_one(f->target);
    assert_list(f->target, "summary.json ");
    assert_list(f->root, "result ");
}

static void
test_old_result_stays(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f->target, "summary.json", SUMMARY);
    put(f->target, "jobs.csv", "old");
    BbOutputDir *dir = bb_output_dir_new(f->target, NULL);
    g_assert_true(bb_output_write(dir, "jobs.csv", "new", NULL));
    assert_content(f->target, "jobs.csv", "old");
    bb_output_dir_free(dir);
    assert_content(f->target, "jobs.csv", "old");
    assert_list(f->root, "result ");
}

static void
test_empty_folder(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *with_slash = g_strconcat(f->target, "/", NULL);
    g_mkdir(f->target, 0777);
    commit_one(with_slash);
    assert_list(f->target, "summary.json ");
    assert_list(f->root, "result ");
}

static void
test_link(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *link_path = g_build_filename(f->root, "link", NULL);
    g_mkdir(f->target, 0777);
    g_assert_cmpint(symlink("result", link_path), ==, 0);
    commit_one(link_path);
    assert_list(f->target, "summary.json ");
    assert_list(f->root, "link result ");
}

static void
assert_refused(const char *path, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *whole = g_strdup_printf("%s: %s", path, message);
    g_assert_null(bb_output_dir_new(path, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    g_assert_cmpstr(error->message, ==, whole);
}

static void
test_foreign_folder(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const names[] = {"notes.txt", "summary.json"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        put(f->target, names[i], "{\"schema\":\"of another program\"}");
        assert_refused(f->target, "expected an empty folder or an earlier result, found a folder "
                                  "with other files");
    }
    assert_list(f->target, "notes.txt summary.json ");
    assert_list(f->root, "result ");
}

/* It became foreign while the result was written. */
static void
test_foreign_at_commit(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    BbOutputDir *dir = bb_output_dir_new(f->target, NULL);
    put(f->target, "notes.txt", "mine");
    g_assert_false(bb_output_dir_commit(dir, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    bb_output_dir_free(dir);
    assert_content(f->target, "notes.txt", "mine");
    assert_list(f->root, "result ");
}

static void
test_file_in_the_way(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f->root, "result", "a file");
    assert_refused(f->target, "expected a new folder or an earlier result, found a file");
}

static void
test_no_parent(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(f->root, "missing", "result", NULL);
    assert_refused(path, "cannot be made: No such file or directory");
}

static void
test_unwritable_parent(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = NULL;
    if (geteuid() == 0) {
        /* Root writes everywhere but here. */
        path = g_strdup("/proc/breakbulk-result");
    } else {
        g_chmod(f->root, 0500);
        path = g_strdup(f->target);
    }
    g_autoptr(GError) error = NULL;
    g_assert_null(bb_output_dir_new(path, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    g_clear_error(&error);
    g_assert_false(bb_output_write_path(path, "x", &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    g_chmod(f->root, 0700);
}

/* A full disk shows at the write or at the close; both are reported by close. */
static void
test_disk_full(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    static const gsize sizes[] = {1, 1000000};
    g_autofree char *name = g_strdup_printf(".tmp-result-%ld", (long)getpid());
    g_autofree char *full = g_build_filename(f->root, name, "jobs.csv", NULL);
    g_autofree char *expected =
        g_build_filename(f->target, "jobs.csv: cannot be written: No space left on device", NULL);
    g_autofree char *text = g_strnfill(1000000, 'x');

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbOutputDir) dir = bb_output_dir_new(f->target, NULL);
        g_assert_cmpint(symlink("/dev/full", full), ==, 0);
        BbOutputFile *file = bb_output_file_new(dir, "jobs.csv", NULL);
        bb_output_file_append(file, text, sizes[i]);
        bb_output_file_append(file, text, sizes[i]);
        g_assert_false(bb_output_file_close(file, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
        g_assert_cmpstr(error->message, ==, expected);
    }
    assert_list(f->root, "");
}

static void
test_stale_temporary(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *name = g_strdup_printf(".tmp-result-%ld", (long)getpid());
    g_autofree char *stale = g_build_filename(f->root, name, NULL);
    put(stale, "jobs.csv", "stale");
    commit_one(f->target);
    assert_list(f->target, "summary.json ");
    assert_list(f->root, "result ");
}

static void
test_write_path(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(bb_output_write_path(f->target, "one", &error));
    g_assert_true(bb_output_write_path(f->target, "two", &error));
    assert_content(f->root, "result", "two");
    assert_list(f->root, "result ");
    g_assert_false(bb_output_write_path("/dev/full", "x", &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    g_assert_cmpstr(error->message, ==, "/dev/full: cannot be written: No space left on device");
    g_clear_error(&error);
    g_assert_true(bb_output_write_path("/dev/null", "x", &error));
    g_assert_false(bb_output_write_path(f->root, "x", &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/output/new", test_new);
    add("/output/uncommitted", test_uncommitted);
    add("/output/replaced", test_replaced);
    add("/output/sweep-is-replaced", test_sweep_is_replaced);
    add("/output/old-result-stays", test_old_result_stays);
    add("/output/empty-folder", test_empty_folder);
    add("/output/link", test_link);
    add("/output/foreign-folder", test_foreign_folder);
    add("/output/foreign-at-commit", test_foreign_at_commit);
    add("/output/file-in-the-way", test_file_in_the_way);
    add("/output/no-parent", test_no_parent);
    add("/output/unwritable-parent", test_unwritable_parent);
    add("/output/disk-full", test_disk_full);
    add("/output/stale-temporary", test_stale_temporary);
    add("/output/write-path", test_write_path);
    return g_test_run();
}
