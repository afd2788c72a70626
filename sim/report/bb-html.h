/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. HTML as text. Whatever comes from a file or a user goes through bb_html_text. */
#pragma once

#include <glib.h>

/* Appends the text with & < > " ' escaped; bytes that are no UTF-8 become U+FFFD. */
void bb_html_text(GString *out, const char *text);
/* Appends <TAG>text</TAG>, escaped; `tag` may carry attributes ("p class=lead"). */
void bb_html_element(GString *out, const char *tag, const char *text);
/* Appends a table: rows are GStrv, the first has the headings; the first column heads its row.
 * Nothing for a grid without rows. */
void bb_html_grid(GString *out, const GPtrArray *grid);
