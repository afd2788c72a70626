/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file in a result folder of its own, read back and removed. */
#pragma once

#include "sim/base/bb-output.h"

#include <glib/gstdio.h>

#include "tests/unit/stage.h"

typedef struct {
    char *parent, *path;
    const char *name;
    BbOutputDir *dir;
    BbOutputFile *file;
} Logged;

static inline void
logged_open(Logged *logged, const char *name)
{
    GError *error = NULL;
    logged->parent = g_dir_make_tmp("bb-test-XXXXXX", &error);
    g_assert_no_error(error);
    logged->path = g_build_filename(logged->parent, "result", NULL);
    logged->name = name;
    logged->dir = bb_output_dir_new(logged->path, &error);
    g_assert_no_error(error);
    logged->file = bb_output_file_new(logged->dir, name, &error);
    g_assert_no_error(error);
}

/* What was written. */
static inline char *
logged_close(Logged *logged)
{
    GError *error = NULL;
    char *text = NULL;
    g_autofree char *file = g_build_filename(logged->path, logged->name, NULL);

    bb_output_file_close(logged->file, &error);
    g_assert_no_error(error);
    bb_output_dir_commit(logged->dir, &error);
    g_assert_no_error(error);
    bb_output_dir_free(logged->dir);
    g_file_get_contents(file, &text, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_unlink(file), ==, 0);
    g_assert_cmpint(g_rmdir(logged->path), ==, 0);
    g_assert_cmpint(g_rmdir(logged->parent), ==, 0);
    g_free(logged->path);
    g_free(logged->parent);
    return text;
}
