/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. The texts of constraint columns, checked and taken apart.
 *   labels, taints, tolerate   key=value; key=value       (a bare key is key=)
 *   require                    key=a|b; key2=c            every term must hold, any value of it
 *                                                         (key= asks for the label of a bare key)
 *   spread                     key:max_skew; ..           max_skew >= 1
 *   avoid                      group; group               no node that has a task of that group
 *   gpu_model                  A|B
 *   spec                       a JSON object
 * Blanks around separators are ignored. Names may hold anything but ; = | : and blanks inside
 * (`require` and label values may hold ':'). */
#pragma once

#include "bb-names.h"

typedef struct {
    guint32 key, value;
} BbLabel;

typedef struct {
    guint32 key;
    guint32 n_values;
    guint32 *values; /* owned */
} BbRequireTerm;

typedef struct {
    guint32 key, max_skew;
} BbSpreadTerm;

/* Each appends to `out` (GArray of the type named; may be NULL to check only, names then unused) and
 * returns FALSE with *out_expected (a static text; may be NULL) when the text is malformed; nothing
 * is appended or interned then. NULL or "" is fine. */
gboolean bb_parse_labels(BbNames *names, const char *text, GArray *out /* of BbLabel */,
                         const char **out_expected);
gboolean bb_parse_require(BbNames *names, const char *text, GArray *out /* of BbRequireTerm */,
                          const char **out_expected);
gboolean bb_parse_spread(BbNames *names, const char *text, GArray *out /* of BbSpreadTerm */,
                         const char **out_expected);
/* `separator` is ';' (avoid, after) or '|' (gpu_model). */
gboolean bb_parse_list(BbNames *names, const char *text, char separator,
                       GArray *out /* of guint32 */, const char **out_expected);
/* Is the text a JSON object? */
gboolean bb_is_spec(const char *text, const char **out_expected);
