/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass with one place to come back to: after a "*" that fails, the last "*" takes one sign more. */
#include "fleet-glob.h"

static const char *
after(const char *text)
{
    return text + g_utf8_skip[*(const guchar *)text];
}

/* One sign of a class, after a backslash perhaps; 0: malformed. Moves *pattern behind it. */
static gunichar
class_sign(const char **pattern)
{
    gunichar sign = g_utf8_get_char(*pattern);

    if (sign == '\\') {
        *pattern = after(*pattern);
        sign = g_utf8_get_char(*pattern);
    } else if (sign == '-' || sign == ']') {
        return 0;
    }
    if (sign)
        *pattern = after(*pattern);
    return sign;
}

/* *pattern is behind the "["; moves it behind the "]". FALSE: malformed. */
static gboolean
read_class(const char **pattern, gunichar sign, gboolean *out_match)
{
    gboolean negated = **pattern == '^', match = FALSE;
    guint n_ranges = 0;

    *pattern += negated;
    while (**pattern != ']' || n_ranges == 0) {
        gunichar low = class_sign(pattern), high = low;

        if (low && **pattern == '-') {
            ++*pattern;
            high = class_sign(pattern);
        }
        if (!low || !high)
            return FALSE;
        match = match || (low <= sign && sign <= high);
        n_ranges++;
    }
    ++*pattern;
    *out_match = match != negated;
    return TRUE;
}

/* Does one element of the pattern, which is no "*", match the sign? Moves *pattern behind it. */
static gboolean
match_one(const char **pattern, gunichar sign)
{
    gunichar first = g_utf8_get_char(*pattern);
    gboolean match = FALSE;

    if (first == '[') {
        ++*pattern;
        return read_class(pattern, sign, &match) && match;
    }
    if (first == '\\') {
        ++*pattern;
        first = g_utf8_get_char(*pattern);
        match = first == sign;
    } else {
        match = first == '?' ? sign != '/' : first == sign;
    }
    *pattern = first ? after(*pattern) : *pattern;
    return match;
}

gboolean
fleet_glob(const char *pattern, const char *text)
{
    const char *star = NULL, *star_text = NULL;

    while (*text) {
        const char *next = pattern;

        if (*pattern == '*') {
            star = ++pattern;
            star_text = text;
        } else if (*pattern && match_one(&next, g_utf8_get_char(text))) {
            pattern = next;
            text = after(text);
        } else if (star && *star_text != '/') {
            pattern = star;
            text = star_text = after(star_text);
        } else {
            return FALSE;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}
