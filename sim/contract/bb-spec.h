/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. Reading the `spec` of a job or node: what a real system is told in its own words, one JSON
 * object per system, {"SYSTEM": {..}}. A member that is absent or null is as good as not given. What
 * is wrong goes to *error, the first time only; later calls then do nothing, so a reader looks at
 * *error once, at its end. Texts and arrays are borrowed from the JSON. */
#pragma once

#include "sim/base/bb-types.h"

#include <json-glib/json-glib.h>

/* The text as JSON; the whole of it must be an object. NULL with an error. */
JsonNode *bb_spec_parse(const char *text, GError **error);
/* The object of that system, NULL when it has none. */
JsonObject *bb_spec_system(JsonNode *spec, const char *system, GError **error);

/* Complains of a member that is not in `names`, which ends with NULL. */
void bb_spec_expect(JsonObject *object, const char *const *names, GError **error);
const char *bb_spec_text(JsonObject *object, const char *member, const char *fallback,
                         GError **error);
gint64 bb_spec_int(JsonObject *object, const char *member, gint64 fallback, GError **error);
double bb_spec_double(JsonObject *object, const char *member, double fallback, GError **error);
gboolean bb_spec_bool(JsonObject *object, const char *member, gboolean fallback, GError **error);
JsonObject *bb_spec_object(JsonObject *object, const char *member, GError **error);
JsonArray *bb_spec_array(JsonObject *object, const char *member, GError **error);
/* An array of texts, ended by NULL; NULL when it is not given. Free the vector with g_free, the texts
 * are borrowed. */
const char **bb_spec_texts(JsonObject *object, const char *member, GError **error);
/* The element as an object; what else it is, is wrong. NULL then. */
JsonObject *bb_spec_element(JsonArray *array, guint i, const char *member, GError **error);
