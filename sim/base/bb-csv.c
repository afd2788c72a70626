/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcsv is fed line by line, so that it stops at the end of each row and lines are counted exactly.
 * A row's fields lie one behind the other in one buffer; nothing is allocated per field. libcsv
 * knows no positions: the raw text of the current row is kept (in place, except where a row crosses
 * input chunks) and walked again only when an error needs a column. */
#include "sim/base/bb-csv.h"

#include "sim/base/bb-error.h"

#include <csv.h>
#include <string.h>

#define MAX_FIELD (64 * 1024)
#define MAX_ROW (1024 * 1024)

struct _BbCsv {
    BbInput *input;
    char delimiter;
    struct csv_parser parser;

    const char *at, *end;  /* what is left of the chunk taken from the input */
    const char *row_begin; /* of the current row, in the chunk */
    GString *carried;      /* of the current row, from earlier chunks */
    guint64 line;          /* of `at` */
    guint64 row_line;
    gboolean begun, ended;

    GString *fields;
    GArray *offsets; /* of guint32, into fields */
    guint n_header;

    /* Said by libcsv's callbacks. */
    gboolean row_done;
    gboolean row_returned; /* by a carriage return; its line feed is still to come */
    guint long_field;      /* 1 + the first field above the limit, 0: none */
};

BbCsv *
bb_csv_new(BbInput *input, char delimiter)
{
    BbCsv *csv = g_new0(BbCsv, 1);
    csv->input = input;
    csv->delimiter = delimiter;
    csv->carried = g_string_new(NULL);
    csv->fields = g_string_sized_new(1024);
    csv->offsets = g_array_new(FALSE, FALSE, sizeof(guint32));
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
    g_array_free(csv->offsets, TRUE);
    g_free(csv);
}

static void
on_field(void *text, size_t n, void *data)
{
    BbCsv *csv = data;
    guint32 offset = (guint32)csv->fields->len;

    g_array_append_val(csv->offsets, offset);
    if (n > MAX_FIELD && csv->long_field == 0)
        csv->long_field = csv->offsets->len;
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

static void
begin_row(BbCsv *csv)
{
    g_string_truncate(csv->fields, 0);
    g_string_truncate(csv->carried, 0);
    g_array_set_size(csv->offsets, 0);
    csv->row_begin = csv->at;
    csv->row_line = csv->line;
    csv->row_done = csv->row_returned = FALSE;
}

BbReadResult
bb_csv_next(BbCsv *csv, GError **error)
{
    begin_row(csv);
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
    return csv->offsets->len;
}

const char *
bb_csv_field(const BbCsv *csv, guint i)
{
    g_assert(i < csv->offsets->len);
    return csv->fields->str + g_array_index(csv->offsets, guint32, i);
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

static gboolean
fail_unknown(const BbCsv *csv, guint i, const BbCsvColumn *columns, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const BbCsvColumn *column = columns; column->name != NULL; column++)
        g_ptr_array_add(names, (gpointer)(guintptr)column->name);
    g_ptr_array_add(names, NULL);

    g_autofree char *found = bb_quote(bb_csv_field(csv, i));
    const char *nearest =
        bb_suggest(bb_csv_field(csv, i), (const char *const *)(gconstpointer)names->pdata);
    return bb_error_input(error, bb_input_path(csv->input), csv->row_line, bb_csv_column(csv, i),
                          "expected a known column, found %s%s%s%s", found,
                          nearest != NULL ? "; did you mean \"" : "",
                          nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static gboolean
match_column(const BbCsv *csv, guint i, const BbCsvColumn *columns, const char *carried_prefix,
             gint *out_index, GError **error)
{
    const char *name = bb_csv_field(csv, i);
    for (guint c = 0; columns[c].name != NULL; c++) {
        if (strcmp(columns[c].name, name) == 0) {
            out_index[c] = (gint)i;
            return TRUE;
        }
    }
    if (carried_prefix != NULL && g_str_has_prefix(name, carried_prefix))
        return TRUE;
    return fail_unknown(csv, i, columns, error);
}

static gboolean
check_required(const BbCsv *csv, const BbCsvColumn *columns, const gint *index, GError **error)
{
    for (guint c = 0; columns[c].name != NULL; c++)
        if (columns[c].required && index[c] < 0)
            return bb_error_input(error, bb_input_path(csv->input), csv->row_line, 0,
                                  "expected a column \"%s\", found none", columns[c].name);
    return TRUE;
}

gboolean
bb_csv_header(BbCsv *csv, const BbCsvColumn *columns, const char *carried_prefix, gint *out_index,
              GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    BbReadResult result = bb_csv_next(csv, error);

    if (result == BB_READ_END)
        bb_error_input(error, bb_input_path(csv->input), 0, 0,
                       "expected a header row, found an empty file");
    if (result != BB_READ_ROW)
        return FALSE;
    for (guint c = 0; columns[c].name != NULL; c++)
        out_index[c] = -1;
    csv->n_header = bb_csv_n_fields(csv);
    for (guint i = 0; i < csv->n_header; i++) {
        if (!g_hash_table_add(seen, (gpointer)(guintptr)bb_csv_field(csv, i)))
            return bb_csv_error(csv, i, NULL, "each column once", error);
        if (!match_column(csv, i, columns, carried_prefix, out_index, error))
            return FALSE;
    }
    return check_required(csv, columns, out_index, error);
}

gboolean
bb_csv_check_width(const BbCsv *csv, GError **error)
{
    guint n = bb_csv_n_fields(csv);
    if (n == csv->n_header)
        return TRUE;
    return bb_error_input(error, bb_input_path(csv->input), csv->row_line, 0,
                          "expected %u fields as in the header, found %u", csv->n_header, n);
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
