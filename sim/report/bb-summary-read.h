/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. summary.json read back, as far as it goes: what is missing or of another type is NULL or NaN,
 * so that results of older and newer versions can be shown. A path is "wait_s.mean"; names of
 * classes, which may have dots, are not for paths. Everything is borrowed from the parser. */
#pragma once

#include "sim/base/bb-error.h"

#include <json-glib/json-glib.h>

/* BB_ERROR_INPUT when the file cannot be read, is no JSON, no summary of a run, or one of a schema newer
 * than BB_SUMMARY_SCHEMA. */
JsonParser *bb_summary_open(const char *path, GError **error);
/* That of a run's folder. BB_ERROR_INPUT also for the folder of a sweep, or of a run that did not finish. */
JsonParser *bb_summary_open_folder(const char *folder, GError **error);
/* "breakbulk-NAME/N": FALSE with BB_ERROR_INPUT for another name, or N above `newest`. */
gboolean bb_summary_check_schema(const char *path, const char *schema, const char *name,
                                 guint newest, GError **error);
JsonObject *bb_summary_root(JsonParser *parser);

JsonObject *bb_summary_object(JsonObject *object, const char *path);
double bb_summary_number(JsonObject *object, const char *path);
const char *bb_summary_text(JsonObject *object, const char *path);
/* Elements of an array, 0 when there is none. */
guint bb_summary_length(JsonObject *object, const char *path);
const char *bb_summary_nth_text(JsonObject *object, const char *path, guint i);
JsonObject *bb_summary_nth_object(JsonObject *object, const char *path, guint i);
/* Names of the members in their order. Free the list, not the names. */
GList *bb_summary_names(JsonObject *object);
