/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No tree, no templates: pages are short and written from top to bottom. */
#include "sim/report/bb-html.h"

#include <string.h>

void
bb_html_text(GString *out, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *p = valid; *p; p++) {
        switch (*p) {
        case '&':
            g_string_append(out, "&amp;");
            break;
        case '<':
            g_string_append(out, "&lt;");
            break;
        case '>':
            g_string_append(out, "&gt;");
            break;
        case '"':
            g_string_append(out, "&quot;");
            break;
        case '\'':
            g_string_append(out, "&#39;");
            break;
        default:
            g_string_append_c(out, *p);
        }
    }
}

void
bb_html_element(GString *out, const char *tag, const char *text)
{
    g_string_append_printf(out, "<%s>", tag);
    bb_html_text(out, text);
    g_string_append_printf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
}

static void
append_row(GString *out, char **cells, gboolean heading)
{
    g_string_append(out, "<tr>");
    for (guint i = 0; cells[i]; i++) {
        g_string_append(out, heading  ? "<th scope=\"col\">"
                             : i == 0 ? "<th scope=\"row\">"
                                      : "<td>");
        bb_html_text(out, cells[i]);
        g_string_append(out, heading || i == 0 ? "</th>" : "</td>");
    }
    g_string_append(out, "</tr>\n");
}

void
bb_html_grid(GString *out, const GPtrArray *grid)
{
    if (grid->len < 2)
        return;
    g_string_append(out, "<div class=\"wide\"><table>\n<thead>");
    append_row(out, grid->pdata[0], TRUE);
    g_string_append(out, "</thead>\n<tbody>\n");
    for (guint i = 1; i < grid->len; i++)
        append_row(out, grid->pdata[i], FALSE);
    g_string_append(out, "</tbody></table></div>\n");
}
