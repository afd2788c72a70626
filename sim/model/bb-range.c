/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A range is parsed once and its names are written one at a time, so ten million cost no list. */
#include "sim/model/bb-range.h"

#include <string.h>

#define DIGITS_MAX 9

/* Digits up to `end`, at least one and few enough for a guint. */
static gboolean
parse_number(const char **at, char end, guint *out)
{
    const char *start = *at;
    *out = 0;
    for (; g_ascii_isdigit(**at) && *at - start < DIGITS_MAX; (*at)++)
        *out = *out * 10 + (guint)g_ascii_digit_value(**at);
    return *at > start && **at == end;
}

static gboolean
parse_brackets(const char *open, BbRange *out)
{
    const char *at = open + 1;
    if (!parse_number(&at, '-', &out->first))
        return FALSE;
    out->width = (guint)(at - open - 1);
    at++;
    if (!parse_number(&at, ']', &out->last))
        return FALSE;
    out->suffix = at + 1;
    return out->first <= out->last;
}

static gboolean
is_name(const char *text, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (g_ascii_isspace(text[i]) || g_ascii_iscntrl(text[i]) || strchr(";*[]", text[i]) != NULL)
            return FALSE;
    return TRUE;
}

gboolean
bb_range_parse(const char *text, BbRange *out)
{
    if (text == NULL || text[0] == '\0')
        return FALSE;
    *out = (BbRange){.prefix = text, .suffix = "", .n_prefix = strcspn(text, "[")};
    if (text[out->n_prefix] == '[' && !parse_brackets(text + out->n_prefix, out))
        return FALSE;
    return is_name(out->prefix, out->n_prefix) && is_name(out->suffix, strlen(out->suffix));
}

const char *
bb_range_name(const BbRange *range, guint number, GString *buffer)
{
    g_string_truncate(buffer, 0);
    g_string_append_len(buffer, range->prefix, (gssize)range->n_prefix);
    if (range->width > 0)
        g_string_append_printf(buffer, "%0*u", (int)range->width, number);
    g_string_append(buffer, range->suffix);
    return buffer->str;
}
