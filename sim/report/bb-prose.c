/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locale-free: the decimal point is a point, thousands are set apart by commas. */
#include "sim/report/bb-prose.h"

#include <math.h>
#include <string.h>

char *
bb_format_count(guint64 value)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, value);
    GString *out = g_string_new(NULL);
    gsize n = strlen(digits);
    for (gsize i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

static char *
format_number(double value, const char *format, const char *unit)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    if (!isfinite(value))
        return g_strdup("-");
    return g_strconcat(g_ascii_formatd(number, sizeof number, format, value), unit, NULL);
}

char *
bb_format_percent(double frac)
{
    double percent = frac * 100;
    gboolean small = percent > 0 && percent < 0.95;
    return format_number(percent, small ? "%.2g" : "%.1f", " %");
}

char *
bb_format_ratio(double value)
{
    return format_number(value, fabs(value) >= 999.5 ? "%.0f" : "%.3g", "");
}

void
bb_append_wrapped(GString *out, const char *first, const char *text, guint width)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    glong indent = g_utf8_strlen(first, -1), at = indent;

    g_string_append(out, first);
    for (guint i = 0; words[i] != NULL; i++) {
        glong length = g_utf8_strlen(words[i], -1);
        if (i > 0 && at + 1 + length > (glong)width) {
            g_string_append_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (i > 0) {
            g_string_append_c(out, ' ');
            at++;
        }
        g_string_append(out, words[i]);
        at += length;
    }
    g_string_append_c(out, '\n');
}
