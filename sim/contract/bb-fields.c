/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short integers are read digit by digit; everything else is cut out of the line for a moment and left
 * to the exact decimal parser. */
#include "sim/contract/bb-fields.h"

#include <string.h>

#define MAX_DIGITS 12

static gboolean
read_exactly(BbFields *fields, char *text, char *end, gint64 *out)
{
    char kept = *end;
    double value;
    *end = '\0';
    gboolean fine = bb_parse_seconds(text, TRUE, out, NULL);
    if (!fine && bb_parse_double(text, -G_MAXDOUBLE, G_MAXDOUBLE, &value, NULL)) {
        *out = value < 0 ? -BB_TIME_MAX : BB_TIME_MAX;
        fine = TRUE;
    }
    fields->fraction |= fine && strchr(text, '.') != NULL;
    *end = kept;
    return fine;
}

static inline gboolean
read_number(BbFields *fields, char *text, char **out_end, gint64 *out)
{
    gboolean negative = *text == '-';
    char *digits = text + negative, *p = digits;
    guint64 value = 0;
    for (guint digit; (digit = (guint)(*p - '0')) < 10; p++)
        value = value * 10 + digit;
    if (p > digits && p - digits <= MAX_DIGITS && (bb_is_blank(*p) || *p == '\0')) {
        *out_end = p;
        *out = (negative ? -(gint64)value : (gint64)value) * BB_MICRO;
        return TRUE;
    }
    p += strcspn(p, " \t");
    *out_end = p;
    return read_exactly(fields, text, p, out);
}

gboolean
bb_fields_split(BbFields *fields, char *line, guint n_wanted)
{
    char *p = bb_skip_blanks(line);
    guint i = 0;
    g_assert(n_wanted < BB_FIELDS_MAX);
    fields->line = line;
    fields->fraction = FALSE;
    for (; *p != '\0' && i < n_wanted; i++) {
        char *end;
        fields->text[i] = p;
        if (!read_number(fields, p, &end, &fields->micro[i])) {
            fields->n = i;
            fields->stop = p;
            return FALSE;
        }
        fields->end[i] = end;
        p = bb_skip_blanks(end);
    }
    fields->n = i + (*p != '\0');
    fields->stop = p;
    return TRUE;
}

const char *
bb_fields_terminate(BbFields *fields, guint i)
{
    *fields->end[i] = '\0';
    return fields->text[i];
}

guint64
bb_fields_column(const BbFields *fields, guint i)
{
    return (guint64)(fields->text[i] - fields->line) + 1;
}

gboolean
bb_fields_error(const BbFields *fields, const BbInput *input, guint i, const char *expected,
                GError **error)
{
    const char *text = fields->text[i];
    g_autofree char *field = g_strndup(text, strcspn(text, " \t"));
    g_autofree char *quoted = bb_quote(field);
    return bb_error_input(error, bb_input_path(input), bb_input_line_number(input),
                          bb_fields_column(fields, i), "field %u: expected %s, found %s", i + 1,
                          expected, quoted);
}
