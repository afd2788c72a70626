/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. Names of nodes in a row: a plain name, or a range "n[001-120].rack" of them. The numbers are
 * padded with zeros to the digits of the first. Names hold no blanks and none of ; * [ ] so that a
 * list "n1*2;n7" can be read back. */
#pragma once

#include <glib.h>

typedef struct {
    const char *prefix, *suffix; /* borrowed from the text */
    gsize n_prefix;
    guint first, last; /* first <= last; both 0 for a plain name */
    guint width;       /* least digits of the number; 0: a plain name */
} BbRange;

/* FALSE when malformed. Numbers have at most 9 digits. */
gboolean bb_range_parse(const char *text, BbRange *out);
static inline guint
bb_range_n(const BbRange *range)
{
    return range->last - range->first + 1;
}
/* The name with that number, first <= number <= last, written over the buffer. Borrowed from it. */
const char *bb_range_name(const BbRange *range, guint number, GString *buffer);
