/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By hand: regular expressions would be the slowest part of reading a manifest. */
#include "policies/profiles/kube/kube-label-syntax.h"

#include <string.h>

static gboolean
is_name(const char *text, gsize n)
{
    if (n == 0 || n > 63 || !g_ascii_isalnum(text[0]) || !g_ascii_isalnum(text[n - 1]))
        return FALSE;
    for (gsize i = 0; i < n; i++)
        if (!g_ascii_isalnum(text[i]) && !strchr("-_.", text[i]))
            return FALSE;
    return TRUE;
}

/* Labels of lower-case letters, digits and '-' in the middle, joined by '.'. */
static gboolean
is_subdomain(const char *text, gsize n)
{
    gboolean at_start = TRUE, can_end = FALSE;

    if (n == 0 || n > 253)
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        gboolean inside = g_ascii_islower(text[i]) || g_ascii_isdigit(text[i]);

        if (text[i] == '.' ? !can_end : !inside && (at_start || text[i] != '-'))
            return FALSE;
        at_start = text[i] == '.';
        can_end = inside;
    }
    return can_end;
}

gboolean
kube_is_label_value(const char *text)
{
    return text[0] == '\0' || is_name(text, strlen(text));
}

gboolean
kube_is_qualified_name(const char *text)
{
    const char *slash = strchr(text, '/');

    if (!slash)
        return is_name(text, strlen(text));
    return is_subdomain(text, (gsize)(slash - text)) && is_name(slash + 1, strlen(slash + 1));
}
