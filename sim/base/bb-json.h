/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. A JSON writer that keeps the order of calls, indents by two, and writes integers of any length
 * (json-glib's gint64 cannot) and doubles in their shortest exact form (null where not finite).
 * Reading is json-glib's. `key` is NULL inside arrays. */
#pragma once

#include "bb-types.h"

typedef struct _BbJson BbJson;

BbJson *bb_json_new(void);
void bb_json_free(BbJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbJson, bb_json_free)

void bb_json_begin_object(BbJson *json, const char *key);
void bb_json_begin_array(BbJson *json, const char *key);
/* An array in one line, of numbers and texts. */
void bb_json_begin_row(BbJson *json, const char *key);
void bb_json_end(BbJson *json);
void bb_json_text(BbJson *json, const char *key, const char *value); /* NULL: null */
void bb_json_int(BbJson *json, const char *key, gint64 value);
void bb_json_int128(BbJson *json, const char *key, BbInt128 value);
void bb_json_double(BbJson *json, const char *key, double value);
/* Microseconds as decimal seconds, exact; BB_TIME_NEVER: null. */
void bb_json_seconds(BbJson *json, const char *key, BbTimeUs value_us);
void bb_json_bool(BbJson *json, const char *key, gboolean value);
void bb_json_null(BbJson *json, const char *key);
/* The whole text, ending in a newline, once every object and array is ended. Borrowed. */
const char *bb_json_str(const BbJson *json);
