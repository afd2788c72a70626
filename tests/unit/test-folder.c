/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of one process at a time, rid of what a killed one left. */
#include "sim/base/bb-folder.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-output.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {"runs", "runs.csv", NULL};

typedef struct {
    char *dir, *path;
} Fixture;

static void
fixture_setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    f->dir = g_dir_make_tmp("bb-folder-XXXXXX", NULL);
    g_assert_nonnull(f->dir);
    f->path = g_build_filename(f->dir, "sweep", NULL);
}

static void
fixture_teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    bb_output_remove(f->dir);
    g_free(f->path);
    g_free(f->dir);
}

static void
put(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_mkdir_with_parents(parent, 0777);
    g_assert_true(g_file_set_contents(path, "x", 1, NULL));
}

static gboolean
exists(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static BbFolder *
open_folder(const Fixture *f)
{
    g_autoptr(GError) error = NULL;
    BbFolder *folder = bb_folder_open(f->path, names, &error);
    g_assert_no_error(error);
    return folder;
}

/* What was made and stayed empty goes again, what is filled stays. */
static void
test_empty(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    for (guint filled = 0; filled < 2; filled++) {
        BbFolder *folder = open_folder(f);
        g_autofree char *runs = bb_folder_make(folder, "runs", NULL);
        g_assert_true(g_file_test(runs, G_FILE_TEST_IS_DIR));
        if (filled)
            put(runs, "a");
        bb_folder_free(folder);
        g_assert_cmpint(g_file_test(runs, G_FILE_TEST_EXISTS), ==, filled > 0);
        g_assert_cmpint(g_file_test(f->path, G_FILE_TEST_EXISTS), ==, filled > 0);
    }
}

/* An empty folder of the user's own is left to him. */
static void
test_not_made(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_mkdir(f->path, 0777);
    bb_folder_free(open_folder(f));
    g_assert_true(g_file_test(f->path, G_FILE_TEST_IS_DIR));
}

static void
test_left_overs(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    put(f->path, "runs/.tmp-a-1/jobs.csv");
    put(f->path, "runs/.tmp-a-1/deep/er");
    put(f->path, "runs/b/jobs.csv");
    put(f->path, ".tmp-runs.csv-1");
    BbFolder *folder = open_folder(f);
    g_autofree char *runs = bb_folder_make(folder, "runs", NULL);
    g_assert_false(exists(f->path, ".tmp-runs.csv-1"));
    g_assert_false(exists(runs, ".tmp-a-1"));
    put(runs, ".tmp-c-1/x");
    bb_folder_free(folder);
    g_assert_false(exists(runs, ".tmp-c-1"));
    g_assert_true(exists(runs, "b/jobs.csv"));
}

static void
refuse(const char *path, const char *part)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(bb_folder_open(path, names, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_OUTPUT);
    g_test_message("%s", error->message);
    g_assert_true(g_str_has_prefix(error->message, path));
    g_assert_nonnull(strstr(error->message, part));
}

static void
test_refused(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *far = g_build_filename(f->path, "no", "way", NULL);
    g_autofree char *file = g_build_filename(f->dir, "file", NULL);
    put(f->dir, "file");
    refuse(far, "cannot be made");
    refuse(file, "cannot be opened as a folder");
    put(f->path, "thesis.tex");
    put(f->path, ".tmp-x");
    refuse(f->path, "\"thesis.tex\"");
    g_assert_true(exists(f->path, ".tmp-x"));
}

/* The lock ends with the process that has it. */
static void
test_locked(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    BbFolder *folder = open_folder(f);
    put(f->path, "runs.csv");
    refuse(f->path, "another process");
    bb_folder_free(folder);
    pid_t child = fork();
    if (child == 0) {
        BbFolder *held = bb_folder_open(f->path, names, NULL);
        _exit(held ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    g_assert_cmpint(status, ==, 0);
    bb_folder_free(open_folder(f));
}

static void
add(const char *path, void (*func)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, fixture_setup, func, fixture_teardown);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/folder/empty", test_empty);
    add("/folder/not-made", test_not_made);
    add("/folder/left-overs", test_left_overs);
    add("/folder/refused", test_refused);
    add("/folder/locked", test_locked);
    return g_test_run();
}
