/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcsv is fed line by line, so that it stops at the end of each row and lines are counted exactly.
 * Rows without quotes, which is most, are cut at the delimiters past it, to the same fields.
 * A row's fields lie one behind the other in one buffer; nothing is allocated per field. libcsv
 * knows no positions: the raw text of the current row is kept (in place, except where a row crosses
 * input chunks) and walked again only when an error needs a column. */
#include "sim/base/bb-csv-private.h"
#include "sim/base/bb-error.h"

#include <string.h>

#define MAX_FIELD (64 * 1024)
#define MAX_ROW (1024 * 1024)

BbCsv *
bb_csv_new(BbInput *input, char delimiter)
{
    BbCsv *csv = g_new0(BbCsv, 1);
    csv->input = input;
    csv->delimiter = delimiter;
    csv->carried = g_string_new(NULL);
    csv->fields = g_string_sized_new(1024);
    csv->line = 1;
    csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_delim(&csv->parser, (guchar)delimiter);
    csv_set_blk_size(&csv->parser, 4096);
    return csv;
}

void
bb_csv_free(BbCsv *csv)
{
    if (csv == NULL)
        return;
    csv_free(&csv->parser);
    g_string_free(csv->carried, TRUE);
    g_string_free(csv->fields, TRUE);
    g_free(csv->offsets);
    g_free(csv);
}

static void
add_field(BbCsv *csv, gsize offset)
{
    if (csv->n_fields == csv->room) {
        csv->room = MAX(2 * csv->room, 32);
        csv->offsets = g_renew(guint32, csv->offsets, csv->room);
    }
    csv->offsets[csv->n_fields++] = (guint32)offset;
}

static void
on_field(void *text, size_t n, void *data)
{
    BbCsv *csv = data;

    add_field(csv, csv->fields->len);
    if (n > MAX_FIELD && csv->long_field == 0)
        csv->long_field = csv->n_fields;
    if (csv->long_field == 0)
        g_string_append_len(csv->fields, text, (gssize)n + 1);
}

static void
on_row(int terminator G_GNUC_UNUSED, void *data)
{
    BbCsv *csv = data;
    csv->row_done = TRUE;
}

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

static gsize
raw_length(const BbCsv *csv)
{
    return csv->carried->len + (gsize)(csv->at - csv->row_begin);
}

static char
raw_byte(const BbCsv *csv, gsize i)
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
        walk_byte(&walk, raw_byte(csv, i), csv->delimiter);
    for (; i < n && walk.field == stop; i++) {
        char byte = raw_byte(csv, i);
        if (byte == csv->delimiter || (byte != ' ' && byte != '\t'))
            break;
        walk_byte(&walk, byte, csv->delimiter);
    }
    return walk;
}

static gboolean
fail_at(BbCsv *csv, guint64 line, guint64 column, const char *message, GError **error)
{
    csv->ended = TRUE;
    return bb_error_input(error, bb_input_path(csv->input), line, column, "%s", message);
}

/* The byte after the walked ones is where libcsv stopped. */
static gboolean
fail_parse(BbCsv *csv, gsize n_good, GError **error)
{
    const char *stop = csv->at + n_good;

    csv->at = stop;
    Walk walk = walk_row(csv, raw_length(csv), G_MAXUINT);
    if (csv_error(&csv->parser) != CSV_EPARSE)
        return fail_at(csv, walk.line, walk.column, csv_strerror(csv_error(&csv->parser)), error);
    if (*stop == '"')
        return fail_at(csv, walk.line, walk.column,
                       "expected quotes round a whole field, found a quote inside one", error);
    char found[] = {*stop, '\0'};
    g_autofree char *quoted = bb_quote(found);
    g_autofree char *message =
        g_strdup_printf("expected a delimiter after the closing quote, found %s", quoted);
    return fail_at(csv, walk.line, walk.column, message, error);
}

static gboolean
fail_nul(BbCsv *csv, const char *nul, GError **error)
{
    csv->at = nul;
    Walk walk = walk_row(csv, raw_length(csv), G_MAXUINT);
    return fail_at(csv, walk.line, walk.column, "expected text, found a NUL byte", error);
}

static gboolean
fail_row_length(BbCsv *csv, GError **error)
{
    Walk walk = walk_row(csv, raw_length(csv), G_MAXUINT);
    if (walk.quoted)
        return fail_at(csv, walk.quote_line, walk.quote_column,
                       "expected a closing quote, found none within 1 MiB", error);
    return fail_at(csv, csv->row_line, 0, "expected a row of at most 1 MiB, found a longer one",
                   error);
}

static gboolean
fail_open_quote(BbCsv *csv, GError **error)
{
    Walk walk = walk_row(csv, raw_length(csv), G_MAXUINT);
    return fail_at(csv, walk.quote_line, walk.quote_column,
                   "expected a closing quote, found the end of the file", error);
}

static gboolean
fail_long_field(BbCsv *csv, GError **error)
{
    Walk walk = walk_row(csv, raw_length(csv), csv->long_field - 1);
    return fail_at(csv, walk.line, walk.column,
                   "expected a field of at most 64 KiB, found a longer one", error);
}

static gboolean
skip_byte_order_mark(BbCsv *csv, GError **error)
{
    gsize n = 0;
    const char *bytes = bb_input_peek(csv->input, 3, &n, error);

    if (bytes == NULL)
        return FALSE;
    gboolean marked = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    bytes = bb_input_take(csv->input, &n, error);
    if (bytes == NULL)
        return FALSE;
    csv->at = csv->row_begin = bytes + (marked ? 3 : 0);
    csv->end = bytes + n;
    csv->begun = TRUE;
    return TRUE;
}

/* The next chunk; the row's text so far is carried over. At the end of the input nothing is added. */
static gboolean
take_chunk(BbCsv *csv, GError **error)
{
    gsize n = 0;
    if (!csv->begun && !skip_byte_order_mark(csv, error))
        return FALSE;
    if (csv->at < csv->end)
        return TRUE;
    g_string_append_len(csv->carried, csv->row_begin, csv->at - csv->row_begin);
    csv->row_begin = csv->at = csv->end;
    const char *bytes = bb_input_take(csv->input, &n, error);
    if (bytes == NULL)
        return FALSE;
    csv->at = csv->row_begin = bytes;
    csv->end = bytes + n;
    return TRUE;
}

/* Feeds libcsv up to a line feed or carriage return, so with one row at most. */
static gboolean
parse_line(BbCsv *csv, GError **error)
{
    const char *feed = memchr(csv->at, '\n', (gsize)(csv->end - csv->at));
    gsize n = (gsize)((feed != NULL ? feed + 1 : csv->end) - csv->at);
    const char *nul = memchr(csv->at, '\0', n);
    const char *back = memchr(csv->at, '\r', n);

    if (nul != NULL)
        return fail_nul(csv, nul, error);
    if (back != NULL)
        n = (gsize)(back + 1 - csv->at);
    if (raw_length(csv) + n > MAX_ROW)
        return fail_row_length(csv, error);
    gsize n_good = csv_parse(&csv->parser, csv->at, n, on_field, on_row, csv);
    if (n_good != n)
        return fail_parse(csv, n_good, error);
    csv->at += n;
    csv->line += feed != NULL && back == NULL ? 1 : 0;
    csv->row_returned = csv->row_done && back != NULL;
    return TRUE;
}

/* The row has ended; so must its line have. */
static gboolean
end_line(BbCsv *csv, GError **error)
{
    if (csv->long_field > 0)
        return fail_long_field(csv, error);
    if (!csv->row_returned)
        return TRUE;
    if (!take_chunk(csv, error))
        return FALSE;
    if (csv->at == csv->end)
        return TRUE;
    if (*csv->at != '\n')
        return fail_at(csv, csv->row_line, 0,
                       "expected a line feed at the end of the row, found a lone carriage return",
                       error);
    csv->at++;
    csv->line++;
    return TRUE;
}

static gboolean
is_blank(const BbCsv *csv)
{
    gsize n = raw_length(csv);
    for (gsize i = 0; i < n; i++)
        if (strchr(" \t\r\n", raw_byte(csv, i)) == NULL)
            return FALSE;
    return TRUE;
}

/* Blanks round a field go; a tab that separates is none. */
static gboolean
is_blank_byte(const BbCsv *csv, char byte)
{
    return (byte == ' ' || byte == '\t') && byte != csv->delimiter;
}

static void
begin_row(BbCsv *csv)
{
    g_string_truncate(csv->fields, 0);
    g_string_truncate(csv->carried, 0);
    csv->n_fields = 0;
    csv->row_begin = csv->at;
    csv->row_line = csv->line;
    csv->row_done = csv->row_returned = FALSE;
}

/* Ends the field [begin, end) of the text and leaves out the blanks round it. */
static void
cut_field(BbCsv *csv, char *text, gsize begin, gsize end)
{
    while (begin < end && is_blank_byte(csv, text[begin]))
        begin++;
    while (end > begin && is_blank_byte(csv, text[end - 1]))
        end--;
    text[end] = '\0';
    add_field(csv, begin);
}

static gboolean
is_plain(const char *text, gsize n)
{
    return memchr(text, '"', n) == NULL && memchr(text, '\r', n) == NULL &&
           memchr(text, '\0', n) == NULL;
}

/* A row without quotes on one line that is there as a whole: most are, and need no state machine.
 * FALSE: it is not such a row, nothing is taken. */
static gboolean
take_plain_row(BbCsv *csv)
{
    gsize n_left = (gsize)(csv->end - csv->at);
    const char *feed = n_left > 0 ? memchr(csv->at, '\n', n_left) : NULL;
    gsize n = feed != NULL ? (gsize)(feed - csv->at) : 0, begin = 0;

    n -= n > 0 && csv->at[n - 1] == '\r';
    if (n == 0 || n > MAX_FIELD || !is_plain(csv->at, n))
        return FALSE;
    g_string_append_len(csv->fields, csv->at, (gssize)n + 1);
    char *text = csv->fields->str;
    for (gsize i = 0; i < n; i++) {
        if (text[i] == csv->delimiter) {
            cut_field(csv, text, begin, i);
            begin = i + 1;
        }
    }
    cut_field(csv, text, begin, n);
    if (csv->n_fields == 1 && text[csv->offsets[0]] == '\0') {
        begin_row(csv); /* a blank line */
        return FALSE;
    }
    csv->at = feed + 1;
    csv->line++;
    return TRUE;
}

BbReadResult
bb_csv_next(BbCsv *csv, GError **error)
{
    begin_row(csv);
    if (!csv->ended && take_plain_row(csv))
        return BB_READ_ROW;
    while (!csv->row_done && !csv->ended) {
        if (!take_chunk(csv, error))
            return BB_READ_ERROR;
        if (csv->at == csv->end) {
            csv->ended = TRUE;
            if (csv_fini(&csv->parser, on_field, on_row, csv) != 0) {
                fail_open_quote(csv, error);
                return BB_READ_ERROR;
            }
        } else if (!parse_line(csv, error)) {
            return BB_READ_ERROR;
        }
        if (!csv->row_done && csv->line == csv->row_line + 1 && is_blank(csv))
            begin_row(csv);
    }
    if (!csv->row_done)
        return BB_READ_END;
    return end_line(csv, error) ? BB_READ_ROW : BB_READ_ERROR;
}

guint
bb_csv_n_fields(const BbCsv *csv)
{
    return csv->n_fields;
}

const char *
bb_csv_field(const BbCsv *csv, guint i)
{
    g_assert(i < csv->n_fields);
    return csv->fields->str + csv->offsets[i];
}

guint64
bb_csv_line(const BbCsv *csv)
{
    return csv->row_line;
}

guint64
bb_csv_column(const BbCsv *csv, guint i)
{
    return walk_row(csv, raw_length(csv), i).column;
}

gboolean
bb_csv_error(const BbCsv *csv, guint i, const char *name, const char *expected, GError **error)
{
    Walk walk = walk_row(csv, raw_length(csv), i);
    const char *field = bb_csv_field(csv, i);
    g_autofree char *column = name != NULL ? g_strdup_printf("column \"%s\": ", name) : NULL;
    g_autofree char *found = *field != '\0' ? bb_quote(field) : g_strdup("nothing");

    return bb_error_input(error, bb_input_path(csv->input), walk.line, walk.column,
                          "%sexpected %s, found %s", column != NULL ? column : "", expected, found);
}

void
bb_csv_append_field(GString *out, const char *text)
{
    gsize n = strlen(text);
    gboolean blank_ends = n > 0 && (strchr(" \t", text[0]) || strchr(" \t", text[n - 1]));

    if (!blank_ends && text[strcspn(text, ",\"\r\n")] == '\0') {
        g_string_append_len(out, text, (gssize)n);
        return;
    }
    g_string_append_c(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *text);
    }
    g_string_append_c(out, '"');
}
