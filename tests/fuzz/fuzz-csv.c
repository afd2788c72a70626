/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as CSV: rows with places, or one error of one line. A row that was read is written and
 * read again as the same fields. */
#include "fuzz.h"
#include "sim/base/bb-csv.h"
#include "sim/base/bb-error.h"

#include <string.h>

static void
check_row(const BbCsv *csv)
{
    guint n = bb_csv_n_fields(csv);
    g_assert(n > 0);
    for (guint i = 0; i < n; i += 1 + i / 8) {
        g_autoptr(GError) error = NULL;
        g_assert(bb_csv_column(csv, i) >= 1);
        g_assert(!bb_csv_error(csv, i, "name", "anything else", &error));
        g_assert(strchr(error->message, '\n') == NULL);
    }
}

static void
check_written(const BbCsv *csv)
{
    guint n = bb_csv_n_fields(csv);
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(line, ',');
        bb_csv_append_field(line, bb_csv_field(csv, i));
    }
    /* One empty field alone would be a blank line; quoting may pass the limit of a row. */
    if (line->len == 0 || line->len > 1000000)
        return;
    g_autoptr(BbInput) input = bb_input_new_from_bytes("again", line->str, line->len);
    g_autoptr(BbCsv) again = bb_csv_new(input, ',');
    /* A first field that begins with a byte order mark or a magic number is read as such. */
    if ((guchar)line->str[0] >= 0x80 || line->str[0] == 0x1f || line->str[0] == '(' ||
        (line->str[0] & 0xf0) == 0x50)
        return;
    g_assert(bb_csv_next(again, NULL) == BB_READ_ROW);
    g_assert(bb_csv_n_fields(again) == n);
    for (guint i = 0; i < n; i++)
        g_assert(strcmp(bb_csv_field(csv, i), bb_csv_field(again, i)) == 0);
    g_assert(bb_csv_next(again, NULL) == BB_READ_END);
}

static void
read_rows(const guint8 *bytes, gsize n_bytes, char delimiter)
{
    g_autoptr(BbInput) input = bb_input_new_from_bytes("fuzz.csv", bytes, n_bytes);
    g_autoptr(BbCsv) csv = bb_csv_new(input, delimiter);
    g_autoptr(GError) error = NULL;
    BbReadResult result;
    guint64 line = 0;

    while ((result = bb_csv_next(csv, &error)) == BB_READ_ROW) {
        g_assert(bb_csv_line(csv) > line);
        line = bb_csv_line(csv);
        check_row(csv);
        check_written(csv);
    }
    g_assert((result == BB_READ_ERROR) == (error != NULL));
    if (error != NULL) {
        g_assert(error->domain == BB_ERROR && error->code == BB_ERROR_INPUT);
        g_assert(g_str_has_prefix(error->message, "fuzz.csv:"));
        g_assert(strchr(error->message, '\n') == NULL);
    }
}

static void
read_header(const guint8 *bytes, gsize n_bytes)
{
    static const BbCsvColumn columns[] = {{"a", TRUE}, {"runtime_s", FALSE}, {NULL, FALSE}};
    g_autoptr(BbInput) input = bb_input_new_from_bytes("fuzz.csv", bytes, n_bytes);
    g_autoptr(BbCsv) csv = bb_csv_new(input, ',');
    g_autoptr(GError) error = NULL;
    gint index[2] = {-7, -7};
    if (!bb_csv_header(csv, columns, "x_", index, &error))
        g_assert(error != NULL);
    else
        g_assert(strcmp(bb_csv_field(csv, (guint)index[0]), "a") == 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    read_rows(bytes, n_bytes, ',');
    read_rows(bytes, n_bytes, '\t');
    read_header(bytes, n_bytes);
    return 0;
}
