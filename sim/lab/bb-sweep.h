/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Many runs of an experiment, one for each cell of its axes, in threads, into one folder:
 *
 *     DIR/runs/HASH/   a result folder for each run, named by all that it depends on
 *     DIR/runs.csv     a row for each cell, in the order of the axes
 *     DIR/sweep.json   what was asked for
 *
 * A finished run is found again and never run twice; whatever stops the sweep, the same call goes on.
 * runs.csv and sweep.json are written at the end. Every file has the same bytes for any number of
 * threads, and however often the sweep was stopped. */
#pragma once

#include "bb-axes.h"

typedef struct {
    guint n_runs; /* different ones */
    guint n_done, n_failed;
} BbSweepProgress;

/* All borrowed. */
typedef struct {
    const BbExperiment *experiment;
    const BbAxes *axes;
    const char *output;
    const char *build; /* of the program: another one runs again */
    guint n_threads;
    gint *interrupted; /* may be NULL */
    /* Told after each run, from any thread, one at a time; may be NULL. */
    void (*progress)(gpointer data, const BbSweepProgress *progress);
    gpointer progress_data;
} BbSweepOptions;

typedef struct {
    guint n_runs;  /* different ones that were possible */
    guint n_found; /* of them: finished earlier */
    guint n_failed_cells;
    char *first_error; /* of a cell; NULL: none */
    GPtrArray *notes;  /* of char *: what new runs had to say, each once, sorted */
    char *runs_csv, *sweep_json;
} BbSweepReport;

/* A run that fails is a row of runs.csv with its error, and stops nobody. NULL: no run is left (the first
 * error, with its code), nothing can be written any more (BB_ERROR_OUTPUT), or BB_ERROR_INTERRUPTED:
 * every finished run stays, and runs.csv as it was. */
BbSweepReport *bb_sweep_run(const BbSweepOptions *options, GError **error);
void bb_sweep_report_free(BbSweepReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbSweepReport, bb_sweep_report_free)
