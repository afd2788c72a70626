/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Experiments run as users run them, for tests of known answers: built from settings, with or without
 * a result folder, whose files can be read back. */
#pragma once

#include "policies/bb-policies.h"
#include "sim/lab/bb-experiment-run.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <string.h>

static const BbTables experiment_tables = {
    {bb_reader_classes, bb_generator_classes}, bb_queue_classes, bb_placement_classes, NULL};

static inline void
experiment_set(BbExperiment *experiment, const char *target, const char *value)
{
    g_autoptr(GError) error = NULL;
    bb_experiment_set(experiment, "--set", target, value, &error);
    g_assert_no_error(error);
}

/* "queue", "easy", "pool.p.count", "3", .., NULL. */
static inline void
experiment_set_all(BbExperiment *experiment, const char *const *settings)
{
    for (; settings[0]; settings += 2)
        experiment_set(experiment, settings[0], settings[1]);
}

/* Of `trace` (NULL: from settings) on `cluster` (NULL: from settings). */
static inline BbExperiment *
experiment_of(const char *trace, const char *cluster, const char *const *settings)
{
    BbExperiment *experiment = bb_experiment_new(&experiment_tables);
    if (trace)
        bb_experiment_add_trace(experiment, trace);
    if (cluster)
        bb_experiment_add_cluster(experiment, cluster);
    experiment_set_all(experiment, settings);
    return experiment;
}

/* `output` NULL: no folder. */
static inline BbOutcome *
experiment_run(BbExperiment *experiment, const char *output)
{
    g_autoptr(GError) error = NULL;
    BbRunOptions options = {.output = output};
    BbOutcome *outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    g_assert_nonnull(outcome);
    return outcome;
}

/* A file of the shared folder; NULL, and the test is skipped, where there is none. */
static inline char *
experiment_shared(const char *name)
{
    const char *shared = g_getenv("BB_SHARED");
    if (shared)
        return g_build_filename(shared, name, NULL);
    g_test_skip("BB_SHARED is not set: its files are not here");
    return NULL;
}

/* A new folder for files of one test; experiment_remove_folder removes it and them. */
static inline char *
experiment_folder(void)
{
    g_autoptr(GError) error = NULL;
    char *path = g_dir_make_tmp("breakbulk-XXXXXX", &error);
    g_assert_no_error(error);
    return path;
}

static inline void
experiment_remove_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        if (g_file_test(inside, G_FILE_TEST_IS_DIR))
            experiment_remove_folder(inside);
        else
            g_unlink(inside);
    }
    g_rmdir(path);
}

/* Rows of a CSV file without quotes: each a GStrv, the header first. */
static inline GPtrArray *
experiment_csv(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_file_get_contents(path, &text, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(strchr(text, '"'));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] && *lines[i]; i++)
        g_ptr_array_add(rows, g_strsplit(lines[i], ",", -1));
    g_assert_cmpuint(rows->len, >, 0);
    return rows;
}

static inline guint
experiment_column(const GPtrArray *rows, const char *name)
{
    char **header = rows->pdata[0];
    guint i = 0;
    while (header[i] && strcmp(header[i], name) != 0)
        i++;
    g_assert_nonnull(header[i]);
    return i;
}
