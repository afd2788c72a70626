/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of test-vectors share. A kind of vector is one function: it puts the vector's inputs
 * through the code that the simulator runs and says what differs from `expected`. */
#pragma once

#include <json-glib/json-glib.h>

/* TRUE: as expected. FALSE: *why (empty before) says what was expected and what came out, on one
 * line. May read any member; must not change the vector. */
typedef gboolean (*VecRun)(JsonObject *vector, GString *why);

typedef struct {
    const char *kind;
    VecRun run;
} VecKind;

/* One list a system, each ended by kind NULL; main.c knows them all. */
extern const VecKind vec_kinds_kube[];
extern const VecKind vec_kinds_kube_core[];
extern const VecKind vec_kinds_kube_preempt[];
extern const VecKind vec_kinds_kube_queue[];
extern const VecKind vec_kinds_coscheduling[];
extern const VecKind vec_kinds_swarm[];
extern const VecKind vec_kinds_swarmkit[];
extern const VecKind vec_kinds_fleet[];
extern const VecKind vec_kinds_nova[];
extern const VecKind vec_kinds_slurm[];
extern const VecKind vec_kinds_slurm_backfill[];
extern const VecKind vec_kinds_autoscaler[];

/* Members that may be absent. NULL, the fallback, or empty then. */
JsonObject *vec_object(JsonObject *object, const char *member);
JsonArray *vec_array(JsonObject *object, const char *member);
const char *vec_text(JsonObject *object, const char *member);
gint64 vec_int(JsonObject *object, const char *member, gint64 fallback);
double vec_double(JsonObject *object, const char *member, double fallback);
gboolean vec_bool(JsonObject *object, const char *member, gboolean fallback);
/* Is the member there at all, null included? */
gboolean vec_has(JsonObject *object, const char *member);
guint vec_length(JsonArray *array); /* NULL: 0 */
/* The array's element as object or text; the index must be below the length. */
JsonObject *vec_object_at(JsonArray *array, guint i);
const char *vec_text_at(JsonArray *array, guint i);

/* "why" and FALSE, printf-like. */
gboolean vec_fail(GString *why, const char *format, ...) G_GNUC_PRINTF(2, 3);
