/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libcsv is fed line by line, so that it stops at the end of each row and lines are counted exactly.
 * Rows without quotes, which is most, go past it (bb-csv-plain.c). A row's fields lie one behind the
 * other in one buffer; nothing is allocated per field. The raw text of the current row is kept, in
 * place, except where a row crosses input chunks (bb-csv-fail.c walks it). */
#include "sim/base/bb-csv-private.h"
#include "sim/base/bb-error.h"

#include <string.h>

#define MAX_ROW (1024 * 1024)

BbCsv *
bb_csv_new(BbInput *input, char delimiter)
{
    BbCsv *csv = g_new0(BbCsv, 1);
    csv->input = input;
    csv->delimiter = delimiter;
    csv->carried = g_string_new(NULL);
    csv->fields = g_string_sized_new(BB_CSV_MAX_FIELD + BB_INPUT_PADDING);
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
on_field(void *text, size_t n, void *data)
{
    BbCsv *csv = data;

    bb_csv_add_field(csv, csv->fields->len);
    if (n > BB_CSV_MAX_FIELD && csv->long_field == 0)
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
        return bb_csv_fail_nul(csv, nul, error);
    if (back != NULL)
        n = (gsize)(back + 1 - csv->at);
    if (bb_csv_raw_length(csv) + n > MAX_ROW)
        return bb_csv_fail_row_length(csv, error);
    gsize n_good = csv_parse(&csv->parser, csv->at, n, on_field, on_row, csv);
    if (n_good != n)
        return bb_csv_fail_parse(csv, n_good, error);
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
        return bb_csv_fail_long_field(csv, error);
    if (!csv->row_returned)
        return TRUE;
    if (!take_chunk(csv, error))
        return FALSE;
    if (csv->at == csv->end)
        return TRUE;
    if (*csv->at != '\n')
        return bb_csv_fail_at(
            csv, csv->row_line, 0,
            "expected a line feed at the end of the row, found a lone carriage return", error);
    csv->at++;
    csv->line++;
    return TRUE;
}

static gboolean
is_blank(const BbCsv *csv)
{
    gsize n = bb_csv_raw_length(csv);
    for (gsize i = 0; i < n; i++)
        if (strchr(" \t\r\n", bb_csv_raw_byte(csv, i)) == NULL)
            return FALSE;
    return TRUE;
}

static void
begin_row(BbCsv *csv)
{
    csv->fields->len = csv->carried->len = 0;
    csv->n_fields = 0;
    csv->row_begin = csv->at;
    csv->row_line = csv->line;
    csv->row_done = csv->row_returned = FALSE;
}

BbReadResult
bb_csv_next(BbCsv *csv, GError **error)
{
    begin_row(csv);
    if (csv->at < csv->end && !csv->ended) {
        if (bb_csv_take_plain_row(csv))
            return BB_READ_ROW;
        csv->n_fields = 0;
    }
    while (!csv->row_done && !csv->ended) {
        if (!take_chunk(csv, error))
            return BB_READ_ERROR;
        if (csv->at == csv->end) {
            csv->ended = TRUE;
            if (csv_fini(&csv->parser, on_field, on_row, csv) != 0) {
                bb_csv_fail_open_quote(csv, error);
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

const char *
bb_csv_fields(const BbCsv *csv, const guint32 **out_offsets)
{
    *out_offsets = csv->offsets;
    return csv->fields->str;
}

guint64
bb_csv_line(const BbCsv *csv)
{
    return csv->row_line;
}
