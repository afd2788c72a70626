/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text only; what the names mean is the caller's business. */
#include "sim/contract/bb-policy-text.h"

#include "sim/base/bb-error.h"

#include <string.h>

void
bb_policy_text_split(const char *text, char **out_head, char **out_tail)
{
    guint depth = 0;
    const char *at = text;

    for (; *at && (*at != ':' || depth > 0); at++) {
        depth += *at == '(';
        depth -= *at == ')' && depth > 0;
    }
    *out_head = g_strndup(text, (gsize)(at - text));
    *out_tail = *at ? g_strstrip(g_strdup(at + 1)) : NULL;
}

gboolean
bb_policy_unknown(const char *kind, const char *name, const char *const *names, GError **error)
{
    const char *nearest = bb_suggest(name, names);
    g_autofree char *quoted = bb_quote(name);

    if (nearest)
        return bb_error_set(error, BB_ERROR_USAGE, "unknown %s %s, did you mean \"%s\"?", kind,
                            quoted, nearest);
    return bb_error_set(error, BB_ERROR_USAGE, "unknown %s %s, see breakbulk list %ss", kind,
                        quoted, kind);
}

gboolean
bb_policy_take_text(const char *kind, const char *name, const char *fallback, const char *tail,
                    char **out_text, GError **error)
{
    if (tail && !fallback)
        return bb_error_set(error, BB_ERROR_USAGE, "%s %s takes no text after a colon", kind, name);
    *out_text = g_strdup(tail ? tail : fallback);
    return TRUE;
}
