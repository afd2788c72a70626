/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. A result run again, from its experiment.ini: the same bytes, or the first that differ. */
#pragma once

#include "bb-experiment.h"

/* All borrowed. */
typedef struct {
    const BbTables *tables;
    const char *path;    /* the result folder; relative paths in its experiment start at the
                          * current one, as when it was made */
    const char *scratch; /* where the new result goes, and stays */
    gint *interrupted;   /* may be NULL */
} BbRerunSpec;

typedef struct {
    guint n_files;      /* that are the same */
    char *file;         /* the first that differs ("jobs.csv"); NULL: none */
    guint64 line;       /* of it; 0: one of the two has no such file */
    char *then, *now;   /* that line, without its end; NULL: the file ends before it */
    GPtrArray *reasons; /* of char *: inputs and programs that are not what they were */
} BbRerun;

/* NULL: no result of a run, one that was read from standard input, or as bb_experiment_run. */
BbRerun *bb_rerun(const BbRerunSpec *spec, GError **error);
void bb_rerun_free(BbRerun *rerun);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbRerun, bb_rerun_free)
