/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in a file a field or a mistake is: libcsv knows no positions, so the raw text of the row is
 * walked again, and only when an error needs a column. */
#include "sim/base/bb-csv-private.h"
#include "sim/base/bb-error.h"

/* A walk over the raw text of a row, as far as errors need it. */
typedef struct {
    guint64 line, column;
    guint field;
    gboolean quoted, after_quote;
    guint64 quote_line, quote_column; /* where the last quoted field began */
} Walk;

static void
walk_byte(Walk *walk, char byte, char delimiter)
{
    if (byte == '"') {
        if (!walk->quoted && !walk->after_quote) {
            walk->quote_line = walk->line;
            walk->quote_column = walk->column;
        }
        walk->quoted = !walk->quoted;
    } else if (byte == delimiter && !walk->quoted) {
        walk->field++;
    }
    walk->after_quote = byte == '"' && !walk->quoted;
    walk->column++;
    if (byte == '\n') {
        walk->line++;
        walk->column = 1;
    }
}

gsize
bb_csv_raw_length(const BbCsv *csv)
{
    return csv->carried->len + (gsize)(csv->at - csv->row_begin);
}

char
bb_csv_raw_byte(const BbCsv *csv, gsize i)
{
    return i < csv->carried->len ? csv->carried->str[i] : csv->row_begin[i - csv->carried->len];
}

/* To byte n of the row, or to where field `stop` begins. */
static Walk
walk_row(const BbCsv *csv, gsize n, guint stop)
{
    Walk walk = {.line = csv->row_line, .column = 1};
    gsize i = 0;

    for (; i < n && walk.field < stop; i++)
        walk_byte(&walk, bb_csv_raw_byte(csv, i), csv->delimiter);
    for (; i < n && walk.field == stop; i++) {
        char byte = bb_csv_raw_byte(csv, i);
        if (byte == csv->delimiter || (byte != ' ' && byte != '\t'))
            break;
        walk_byte(&walk, byte, csv->delimiter);
    }
    return walk;
}

gboolean
bb_csv_fail_at(BbCsv *csv, guint64 line, guint64 column, const char *message, GError **error)
{
    csv->ended = TRUE;
    return bb_error_input(error, bb_input_path(csv->input), line, column, "%s", message);
}

/* The byte after the walked ones is where libcsv stopped. */
gboolean
bb_csv_fail_parse(BbCsv *csv, gsize n_good, GError **error)
{
    const char *stop = csv->at + n_good;

    csv->at = stop;
    Walk walk = walk_row(csv, bb_csv_raw_length(csv), G_MAXUINT);
    if (csv_error(&csv->parser) != CSV_EPARSE)
        return bb_csv_fail_at(csv, walk.line, walk.column, csv_strerror(csv_error(&csv->parser)),
                              error);
    if (*stop == '"')
        return bb_csv_fail_at(csv, walk.line, walk.column,
                              "expected quotes round a whole field, found a quote inside one",
                              error);
    char found[] = {*stop, '\0'};
    g_autofree char *quoted = bb_quote(found);
    g_autofree char *message =
        g_strdup_printf("expected a delimiter after the closing quote, found %s", quoted);
    return bb_csv_fail_at(csv, walk.line, walk.column, message, error);
}

gboolean
bb_csv_fail_nul(BbCsv *csv, const char *nul, GError **error)
{
    csv->at = nul;
    Walk walk = walk_row(csv, bb_csv_raw_length(csv), G_MAXUINT);
    return bb_csv_fail_at(csv, walk.line, walk.column, "expected text, found a NUL byte", error);
}

gboolean
bb_csv_fail_row_length(BbCsv *csv, GError **error)
{
    Walk walk = walk_row(csv, bb_csv_raw_length(csv), G_MAXUINT);
    if (walk.quoted)
        return bb_csv_fail_at(csv, walk.quote_line, walk.quote_column,
                              "expected a closing quote, found none within 1 MiB", error);
    return bb_csv_fail_at(csv, csv->row_line, 0,
                          "expected a row of at most 1 MiB, found a longer one", error);
}

gboolean
bb_csv_fail_open_quote(BbCsv *csv, GError **error)
{
    Walk walk = walk_row(csv, bb_csv_raw_length(csv), G_MAXUINT);
    return bb_csv_fail_at(csv, walk.quote_line, walk.quote_column,
                          "expected a closing quote, found the end of the file", error);
}

gboolean
bb_csv_fail_long_field(BbCsv *csv, GError **error)
{
    Walk walk = walk_row(csv, bb_csv_raw_length(csv), csv->long_field - 1);
    return bb_csv_fail_at(csv, walk.line, walk.column,
                          "expected a field of at most 64 KiB, found a longer one", error);
}

guint64
bb_csv_column(const BbCsv *csv, guint i)
{
    return walk_row(csv, bb_csv_raw_length(csv), i).column;
}

gboolean
bb_csv_error(const BbCsv *csv, guint i, const char *name, const char *expected, GError **error)
{
    Walk walk = walk_row(csv, bb_csv_raw_length(csv), i);
    const char *field = bb_csv_field(csv, i);
    g_autofree char *column = name != NULL ? g_strdup_printf("column \"%s\": ", name) : NULL;
    g_autofree char *found = *field != '\0' ? bb_quote(field) : g_strdup("nothing");

    return bb_error_input(error, bb_input_path(csv->input), walk.line, walk.column,
                          "%sexpected %s, found %s", column != NULL ? column : "", expected, found);
}
