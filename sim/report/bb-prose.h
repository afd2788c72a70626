/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Numbers and lines as people read them. Owned by the caller. */
#pragma once

#include "sim/base/bb-types.h"

/* "28,481". */
char *bb_format_count(guint64 value);
/* "69.0 %", "0.02 %"; "-" for NaN. */
char *bb_format_percent(double frac);
/* Three significant digits or all before the point: "92.6", "1.02", "15696"; "-" for NaN. */
char *bb_format_ratio(double value);
/* Appends `text` broken at blanks so that no line is longer than `width` characters (a longer word
 * has its own); `first` begins the first line, as many blanks the others. Ends in a newline. */
void bb_append_wrapped(GString *out, const char *first, const char *text, guint width);
