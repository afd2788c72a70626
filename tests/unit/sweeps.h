/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sweeps of a small experiment into a folder of their own, for tests. */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/lab/bb-sweep.h"
#include "tests/unit/experiments.h"

typedef struct {
    char *dir;
    BbExperiment *experiment;
    BbAxes *axes;
    BbSweepOptions options;
} Fixture;

static inline void
fixture_setup(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const settings[] = {"pool.p.count",
                                           "4",
                                           "pool.p.cpu",
                                           "8",
                                           "workload.w.generator",
                                           "poisson,jobs=200,rate=1,runtime=exp(60s),cpu=2",
                                           "workload.w.class",
                                           "x",
                                           NULL};
    f->dir = experiment_folder();
    f->experiment = experiment_of(NULL, NULL, settings);
    f->axes = bb_axes_new();
    f->options = (BbSweepOptions){
        .experiment = f->experiment, .axes = f->axes, .build = "1", .n_threads = 1};
}

static inline void
fixture_teardown(Fixture *f, gconstpointer data G_GNUC_UNUSED)
{
    bb_axes_free(f->axes);
    bb_experiment_free(f->experiment);
    experiment_remove_folder(f->dir);
    g_free(f->dir);
}

static inline void
vary(Fixture *f, const char *text)
{
    g_autoptr(GError) error = NULL;
    bb_axes_add(f->axes, f->experiment, text, &error);
    g_assert_no_error(error);
}

static inline char *
path_of(const Fixture *f, const char *name)
{
    return g_build_filename(f->dir, name, NULL);
}

static inline void
put(const Fixture *f, const char *name, const char *text)
{
    g_autofree char *path = path_of(f, name);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline BbSweepReport *
sweep(Fixture *f, const char *name, GError **error)
{
    g_autofree char *path = path_of(f, name);
    f->options.output = path;
    return bb_sweep_run(&f->options, error);
}

static inline BbSweepReport *
sweep_well(Fixture *f, const char *name)
{
    g_autoptr(GError) error = NULL;
    BbSweepReport *report = sweep(f, name, &error);
    g_assert_no_error(error);
    return report;
}

/* For its folder alone. */
static inline void
sweep_into(Fixture *f, const char *name)
{
    bb_sweep_report_free(sweep_well(f, name));
}

static inline gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every file below the folder with its content. */
static inline void
append_tree(GString *out, const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *inside = g_build_filename(path, names->pdata[i], NULL);
        g_autofree char *text = NULL;
        g_string_append_printf(out, "== %s\n", (char *)names->pdata[i]);
        if (g_file_get_contents(inside, &text, NULL, NULL))
            g_string_append(out, text);
        else
            append_tree(out, inside);
    }
}

static inline char *
tree(const Fixture *f, const char *name)
{
    g_autofree char *path = path_of(f, name);
    GString *out = g_string_new(NULL);
    append_tree(out, path);
    return g_string_free(out, FALSE);
}

static inline void
remove_in(const Fixture *f, const char *name)
{
    g_autofree char *path = path_of(f, name);
    bb_output_remove(path);
}

static inline guint
count_runs(const Fixture *f, const char *name)
{
    g_autofree char *path = g_build_filename(f->dir, name, "runs", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;
    while (dir && g_dir_read_name(dir))
        n++;
    return n;
}

static inline gboolean
exists(const Fixture *f, const char *name)
{
    g_autofree char *path = path_of(f, name);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static inline void
fixture_add(const char *path, void (*func)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, fixture_setup, func, fixture_teardown);
}
