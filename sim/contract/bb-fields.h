/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. A line of numbers between blanks or tabs, taken apart in place: what formats like SWF share.
 * Nothing is allocated. Values are kept in millionths, since some writers put fractions where the
 * format has integers; what is beyond 4.6e12 (BB_TIME_MAX) is kept as that limit: most such fields are
 * numbers that nobody counts with. */
#pragma once

#include "sim/contract/bb-reader.h"

#define BB_FIELDS_MAX 32
#define BB_MICRO BB_US_PER_S

typedef struct {
    char *line;
    guint n;           /* numbers read; one more than was wanted when the line goes on */
    gboolean fraction; /* some number has a decimal point */
    gint64 micro[BB_FIELDS_MAX];
    char *text[BB_FIELDS_MAX], *end[BB_FIELDS_MAX]; /* within the line, not terminated */
    char *stop; /* where reading stopped: the end of the line, more fields, or what is no number */
} BbFields;

/* Reads up to `n_wanted` (< BB_FIELDS_MAX) numbers of the NUL-terminated line, which must live as long
 * as `fields` is used. FALSE: what stands at `stop` is no number; text[n] is set to it. */
gboolean bb_fields_split(BbFields *fields, char *line, guint n_wanted);
/* Ends field i's text with a NUL, in the line. Only once all fields are read. */
const char *bb_fields_terminate(BbFields *fields, guint i);
/* Byte column of field i, from 1. */
guint64 bb_fields_column(const BbFields *fields, guint i);
/* "FILE:LINE:COLUMN: field I+1: expected .., found ..", for the line that was read last. Returns
 * FALSE. */
gboolean bb_fields_error(const BbFields *fields, const BbInput *input, guint i,
                         const char *expected, GError **error);

static inline gboolean
bb_is_blank(char c)
{
    return c == ' ' || c == '\t';
}
static inline char *
bb_skip_blanks(char *text)
{
    while (bb_is_blank(*text))
        text++;
    return text;
}
