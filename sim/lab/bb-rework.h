/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Jobs changed between the workloads and the engine: another source is read to its end, its rows are
 * rewritten as a whole, put in order of submission and given on. About 300 bytes a job. */
#pragma once

#include "sim/engine/bb-engine.h"

typedef struct {
    BbJobRow row;
    guint32 workload;
} BbReworkRow;

/* All jobs as they came. New texts of rows go to `texts`. */
typedef struct {
    GArray *rows; /* of BbReworkRow */
    GStringChunk *texts;
} BbReworkJobs;

/* One way to change them: rows may be altered, added and taken away, in any order of submission; equal
 * times keep the order of the rows. */
typedef struct {
    gconstpointer data;
    gboolean (*change)(gconstpointer data, BbReworkJobs *jobs, GError **error);
} BbRework;

typedef struct _BbReworked BbReworked;

/* Borrows the reworks, which are applied one after another. The source is read at the first row. */
BbReworked *bb_reworked_new(BbJobSource source, const BbRework *reworks, guint n_reworks);
void bb_reworked_free(BbReworked *reworked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbReworked, bb_reworked_free)
BbJobSource bb_reworked_source(BbReworked *reworked);
