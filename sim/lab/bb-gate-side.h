/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. One side of a gate: the numbers of a run's folder, of a sweep's, or of a baseline file, and the
 * inputs that they come from. */
#pragma once

#include "sim/base/bb-error.h"

typedef struct {
    gint64 seed;
    char *folder;         /* NULL: of a baseline file */
    double *values;       /* by metric; NaN: none */
    double last_submit_s; /* tells when the same seed no longer gives the same jobs; NaN: unknown */
    double longest_s;     /* of submission + run time: the same where run times are; NaN: unknown */
} BbGateRun;

/* All runs that differ in their seed alone. */
typedef struct {
    char *label;      /* what the sweep varied: "queue=easy", "" */
    GHashTable *keys; /* "pool.web.count" -> value, of the experiment without its seed and names; of
                        * workloads "workload 1.scale", without paths */
    GPtrArray *traces; /* of char *: "swf SHA256" */
    GPtrArray *runs;   /* of BbGateRun, in their order */
} BbGateCell;

typedef struct {
    char *path, *version;
    GPtrArray *metrics; /* of char * */
    GPtrArray *cells;   /* of BbGateCell */
} BbGateSide;

#define BB_GATE_FILE_MAX 100000 /* bytes of a baseline file */

/* A folder, or with a file's path a baseline file. `metrics` (of char *) are read; a baseline file has
 * those that it was written with. BB_ERROR_INPUT: nothing finished is there, a newer schema, a run that
 * failed, a seed twice, a file cut short. */
BbGateSide *bb_gate_side_open(const char *path, const GPtrArray *metrics, GError **error);
void bb_gate_side_free(BbGateSide *side);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbGateSide, bb_gate_side_free)

/* Index of the metric; -1: none. */
gint bb_gate_side_find(const BbGateSide *side, const char *metric);
const BbGateRun *bb_gate_cell_run(const BbGateCell *cell, gint64 seed); /* NULL: none */

/* The side as a baseline file, schema "breakbulk-baseline/1". NULL: BB_ERROR_USAGE when it would be
 * larger than BB_GATE_FILE_MAX. */
char *bb_gate_side_json(const BbGateSide *side, GError **error);

/* Private to the two files that read sides. */
BbGateSide *bb_gate_side_new(const char *path);
BbGateCell *bb_gate_cell_new(BbGateSide *side, const char *label);
BbGateRun *bb_gate_run_new(BbGateCell *cell, gint64 seed, guint n_metrics);
BbGateSide *bb_gate_side_read_file(const char *path, GError **error);
