/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suggestions use the optimal string alignment distance (Levenshtein plus swapped neighbours), in
 * three rows of a fixed width: names are short, and longer text is never a misspelt name. */
#include "sim/base/bb-error.h"

#include <stdarg.h>
#include <string.h>

#define MAX_NAME 63
#define MAX_QUOTED 40

GQuark
bb_error_quark(void)
{
    return g_quark_from_static_string("bb-error-quark");
}

static void
append_place(GString *out, const char *file, guint64 line, guint64 column)
{
    g_string_append(out, file);
    if (line > 0)
        g_string_append_printf(out, ":%" G_GUINT64_FORMAT, line);
    if (line > 0 && column > 0)
        g_string_append_printf(out, ":%" G_GUINT64_FORMAT, column);
    g_string_append(out, ": ");
}

gboolean
bb_error_input(GError **error, const char *file, guint64 line, guint64 column, const char *format,
               ...)
{
    g_autoptr(GString) message = g_string_new(NULL);
    va_list args;
    append_place(message, file, line, column);
    va_start(args, format);
    g_string_append_vprintf(message, format, args);
    va_end(args);
    g_set_error_literal(error, BB_ERROR, BB_ERROR_INPUT, message->str);
    return FALSE;
}

gboolean
bb_error_set(GError **error, BbError code, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;
    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, BB_ERROR, (gint)code, message);
    return FALSE;
}

int
bb_error_exit_status(const GError *error)
{
    g_return_val_if_fail(error != NULL, 3);
    if (error->domain != BB_ERROR)
        return 3;
    switch ((BbError)error->code) {
    case BB_ERROR_VERDICT:
        return 1;
    case BB_ERROR_USAGE:
    case BB_ERROR_INPUT:
        return 2;
    case BB_ERROR_INTERRUPTED:
        return 130;
    case BB_ERROR_POLICY:
    case BB_ERROR_OUTPUT:
        return 3;
    }
    return 3;
}

static guint
edit_distance(const char *a, gsize n_a, const char *b, gsize n_b)
{
    guint rows[3][MAX_NAME + 1];
    guint *before = rows[0], *last = rows[1], *now = rows[2];

    for (guint j = 0; j <= n_b; j++)
        last[j] = j;
    for (guint i = 1; i <= n_a; i++) {
        now[0] = i;
        for (guint j = 1; j <= n_b; j++) {
            guint changed = last[j - 1] + (a[i - 1] != b[j - 1]);
            now[j] = MIN(changed, MIN(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = MIN(now[j], before[j - 2] + 1);
        }
        guint *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[n_b];
}

const char *
bb_suggest(const char *text, const char *const *names)
{
    const char *nearest = NULL;
    guint least = G_MAXUINT;
    gsize n_text = strlen(text);

    for (; n_text <= MAX_NAME && *names != NULL; names++) {
        gsize n_name = strlen(*names);
        if (n_name > MAX_NAME)
            continue;
        guint distance = edit_distance(text, n_text, *names, n_name);
        if (distance < least && distance <= MAX(n_text, n_name) / 3) {
            least = distance;
            nearest = *names;
        }
    }
    return nearest;
}

/* These two count as printable. */
static gboolean
breaks_line(gunichar c)
{
    return c == 0x2028 || c == 0x2029;
}

/* Appends the character at `at`, made visible; returns the number of bytes it took. */
static gsize
append_visible(GString *out, const char *at)
{
    gunichar c = g_utf8_get_char_validated(at, -1);
    gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
    gsize n = valid ? (gsize)g_unichar_to_utf8(c, NULL) : 1;

    if (valid && g_unichar_isprint(c) && !breaks_line(c)) {
        g_string_append_len(out, at, (gssize)n);
        return n;
    }
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(out, "\\x%02x", (guint)(guchar)at[i]);
    return n;
}

char *
bb_quote(const char *text)
{
    GString *out = g_string_new("\"");
    guint n_shown = 0;

    while (*text != '\0' && n_shown++ < MAX_QUOTED)
        text += append_visible(out, text);
    g_string_append(out, *text != '\0' ? "...\"" : "\"");
    return g_string_free(out, FALSE);
}
