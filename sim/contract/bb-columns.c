/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Most fields of most traces are short unsigned integers: those take a short way past the exact
 * decimal parsers, which stay the judges of everything else. */
#include "sim/contract/bb-columns.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-units.h"

#include <math.h>
#include <string.h>

static gboolean
check_plain_width(const BbColumns *columns, GError **error)
{
    guint n = bb_csv_n_fields(columns->csv);
    return n == columns->n_plain ||
           bb_error_input(error, columns->path, bb_csv_line(columns->csv), 0,
                          "expected %u fields, found %u", columns->n_plain, n);
}

BbReadResult
bb_columns_next(BbColumns *columns, GError **error)
{
    BbReadResult result = bb_csv_next(columns->csv, error);
    if (result != BB_READ_ROW)
        return result;
    if (columns->numbered >= 0)
        g_snprintf(columns->number, sizeof columns->number, "%" G_GUINT64_FORMAT,
                   ++columns->n_rows);
    columns->text = bb_csv_fields(columns->csv, &columns->offsets);
    gboolean fine = columns->n_plain > 0 ? check_plain_width(columns, error)
                                         : bb_csv_check_width(columns->csv, error);
    return fine ? BB_READ_ROW : BB_READ_ERROR;
}

gboolean
bb_columns_error(const BbColumns *columns, guint column, const char *expected, GError **error)
{
    const BbMappingItem *item = columns->item[column];
    if (item != NULL && item->column == NULL) {
        g_autofree char *found = bb_quote(item->value);
        return bb_mapping_error(item, error, "expected %s for %s, found %s", expected, item->native,
                                found);
    }
    if (item == NULL)
        return bb_csv_error(columns->csv, (guint)columns->field[column],
                            columns->columns[column].name, expected, error);
    g_autofree char *name = bb_quote(item->column);
    name[strlen(name) - 1] = '\0';
    return bb_csv_error(columns->csv, (guint)columns->field[column], name + 1, expected, error);
}

/* The field has a unit of its own: then it is converted by that, into [min, max]. */
static gboolean
has_unit(const BbColumns *columns, guint column)
{
    return columns->item[column] != NULL && columns->item[column]->unit != NULL;
}

static gboolean
convert(const BbColumns *columns, guint column, gint64 min, gint64 max, gint64 *out, GError **error)
{
    const char *expected = NULL;
    gint64 value;
    if (!bb_unit_convert(columns->item[column]->unit, bb_columns_raw(columns, column), &value,
                         &expected))
        return bb_columns_error(columns, column, expected, error);
    if (value < min || value > max)
        return bb_columns_error(columns, column,
                                value > max ? "a smaller number" : "a larger number", error);
    *out = value;
    return TRUE;
}

static gboolean
is_showable(const char *text)
{
    while (*text >= 0x20 && *text < 0x7f)
        text++;
    if (*text == '\0')
        return TRUE;
    if (!g_utf8_validate(text, -1, NULL))
        return FALSE;
    for (; *text != '\0'; text += g_utf8_skip[(guchar)*text])
        if (g_unichar_iscntrl(g_utf8_get_char(text)))
            return FALSE;
    return TRUE;
}

gboolean
bb_columns_read_text(const BbColumns *columns, guint column, const char **out, GError **error)
{
    const char *text = bb_columns_raw(columns, column);
    if (!is_showable(text))
        return bb_columns_error(columns, column, "printable UTF-8 text", error);
    *out = text;
    return TRUE;
}

#define MAX_DIGITS 12

/* Wraps round beyond 19 digits. */
static inline const char *
scan_digits(const char *text, guint64 *value)
{
    for (guint digit; (digit = (guint)(*text - '0')) < 10; text++)
        *value = *value * 10 + digit;
    return text;
}

/* Up to 12 digits and nothing else: fits every unit conversion. */
static inline gboolean
quick_int(const char *text, gint64 *out)
{
    guint64 value = 0;
    const char *end = scan_digits(text, &value);
    if (*end != '\0' || end == text || end - text > MAX_DIGITS)
        return FALSE;
    *out = (gint64)value;
    return TRUE;
}

/* Up to 12 digits, and up to six more behind a point. */
static inline gboolean
quick_seconds(const char *text, BbTimeUs *out)
{
    static const guint32 us[] = {1000000, 100000, 10000, 1000, 100, 10, 1};
    guint64 value = 0;
    const char *point = scan_digits(text, &value);
    if (point == text || point - text > MAX_DIGITS)
        return FALSE;
    const char *end = *point == '.' ? scan_digits(point + 1, &value) : point;
    gsize n = end > point ? (gsize)(end - point) - 1 : 0;
    if (*end != '\0' || n >= G_N_ELEMENTS(us) || (n == 0 && end > point))
        return FALSE;
    *out = (BbTimeUs)(value * us[n]);
    return TRUE;
}

gboolean
bb_columns_read_int(const BbColumns *columns, guint column, gint64 min, gint64 max, gint64 *out,
                    GError **error)
{
    const char *text = bb_columns_raw(columns, column), *expected = NULL;
    gint64 value;
    if (*text == '\0')
        return TRUE;
    if (has_unit(columns, column))
        return convert(columns, column, min, max, out, error);
    if (quick_int(text, &value) && value >= min && value <= max) {
        *out = value;
        return TRUE;
    }
    if (!bb_parse_int(text, min, max, out, &expected))
        return bb_columns_error(columns, column, expected, error);
    return TRUE;
}

gboolean
bb_columns_scaled(const BbColumns *columns, guint column, gint64 unit, gint64 max, gint64 *out,
                  GError **error)
{
    const char *text = bb_columns_raw(columns, column), *expected = NULL;
    double value;
    if (*text == '\0')
        return TRUE;
    if (!bb_parse_double(text, 0, (double)max / (double)unit, &value, &expected))
        return bb_columns_error(columns, column, expected, error);
    *out = MIN((gint64)floor(value * (double)unit + 0.5), max);
    return TRUE;
}

gboolean
bb_columns_read_seconds(const BbColumns *columns, guint column, BbTimeUs *out, GError **error)
{
    const char *text = bb_columns_raw(columns, column), *expected = NULL;
    if (*text == '\0')
        return TRUE;
    if (has_unit(columns, column))
        return convert(columns, column, 0, BB_TIME_MAX, out, error);
    if (!quick_seconds(text, out) && !bb_parse_seconds(text, FALSE, out, &expected))
        return bb_columns_error(columns, column, expected, error);
    return TRUE;
}

gboolean
bb_columns_read_ppm(const BbColumns *columns, guint column, double min, double max, gint64 *out,
                    GError **error)
{
    const char *text = bb_columns_raw(columns, column), *expected = NULL;
    double value;
    if (*text == '\0')
        return TRUE;
    if (has_unit(columns, column))
        return convert(columns, column, (gint64)(min * 1e6), (gint64)(max * 1e6), out, error);
    if (!bb_parse_double(text, min, max, &value, &expected))
        return bb_columns_error(columns, column, expected, error);
    *out = (gint64)floor(value * 1e6 + 0.5);
    return TRUE;
}

gboolean
bb_columns_read_bool(const BbColumns *columns, guint column, gboolean *out, GError **error)
{
    const char *text = bb_columns_raw(columns, column), *expected = NULL;
    if (*text != '\0' && !bb_parse_bool(text, out, &expected))
        return bb_columns_error(columns, column, expected, error);
    return TRUE;
}

guint64
bb_columns_locate(const BbColumns *columns, const char *name)
{
    for (guint c = 0; columns->columns[c].name != NULL; c++)
        if (g_str_equal(columns->columns[c].name, name) && columns->field[c] >= 0)
            return bb_csv_column(columns->csv, (guint)columns->field[c]);
    return 0;
}

const char *
bb_columns_carried(BbColumns *columns)
{
    if (columns->carried_fields == NULL)
        return NULL;
    g_string_truncate(columns->carried, 0);
    for (guint i = 0; i < columns->carried_fields->len; i++) {
        if (i > 0)
            g_string_append_c(columns->carried, ',');
        bb_csv_append_field(
            columns->carried,
            bb_csv_field(columns->csv, g_array_index(columns->carried_fields, guint, i)));
    }
    return columns->carried->str;
}

/* The next field of a header line at *at, bare or in quotes; FALSE at its end. */
static gboolean
next_name(const char **at, const char *end, const char **out_name, gsize *out_n)
{
    const char *p = *at;
    if (p >= end)
        return FALSE;
    const char *comma = memchr(p, ',', (gsize)(end - p));
    const char *stop = comma != NULL ? comma : end;
    *at = comma != NULL ? comma + 1 : end;
    while (p < stop && (g_ascii_isspace(*p) || *p == '"'))
        p++;
    while (stop > p && (g_ascii_isspace(stop[-1]) || stop[-1] == '"'))
        stop--;
    *out_name = p;
    *out_n = (gsize)(stop - p);
    return TRUE;
}

static gboolean
line_has(const char *line, const char *end, const char *name, gsize n)
{
    const char *found;
    gsize n_found;
    while (next_name(&line, end, &found, &n_found))
        if (n_found == n && memcmp(found, name, n) == 0)
            return TRUE;
    return FALSE;
}

gboolean
bb_columns_sniff(const char *start, gsize n, const char *names)
{
    const char *end = start + n, *name, *names_end = names + strlen(names);
    gsize n_name;
    if (n >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
        start += 3;
    while (start < end && (*start == '\n' || *start == '\r'))
        start++;
    const char *line_end = memchr(start, '\n', (gsize)(end - start));
    while (next_name(&names, names_end, &name, &n_name))
        if (!line_has(start, line_end != NULL ? line_end : end, name, n_name))
            return FALSE;
    return TRUE;
}

static gboolean
is_number(const char *text, gsize n)
{
    char copy[64];
    double value;
    if (n >= sizeof copy)
        return FALSE;
    memcpy(copy, text, n);
    copy[n] = '\0';
    return bb_parse_double(copy, -G_MAXDOUBLE, G_MAXDOUBLE, &value, NULL);
}

static gboolean
suits(char letter, const char *text, gsize n)
{
    if (letter == 't' || (letter == 'o' && n == 0))
        return TRUE;
    gsize skip = letter == 'b' && n > 0 && *text == '>';
    return is_number(text + skip, n - skip);
}

gboolean
bb_columns_sniff_plain(const char *start, gsize n, const char *letters)
{
    const char *line_end = memchr(start, '\n', n), *field;
    const char *end = line_end != NULL ? line_end : start + n;
    gsize n_field, n_commas = strlen(letters) - 1;
    for (const char *p = start; p < end; p++)
        n_commas -= *p == ',';
    if (n_commas != 0)
        return FALSE;
    for (; *letters != '\0'; letters++) {
        /* Behind the last comma there may be nothing, which is a field as well. */
        if (!next_name(&start, end, &field, &n_field))
            n_field = 0;
        if (!suits(*letters, field, n_field))
            return FALSE;
    }
    return TRUE;
}
