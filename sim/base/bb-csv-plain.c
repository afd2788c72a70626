/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows without quotes, cut past libcsv to the same fields. Eight bytes at a time are copied and asked
 * for bytes that may mean something: all that do, but for some delimiters, lie below '-', digits and
 * letters above. The fields are ended in the copy. */
#include "sim/base/bb-csv-private.h"

#include <string.h>

#define EACH(byte) (G_GUINT64_CONSTANT(0x0101010101010101) * (guint64)(byte))
#define HIGH EACH(0x80)
#define WORD sizeof(guint64)

G_STATIC_ASSERT(WORD <= BB_INPUT_PADDING);

/* The high bit of each byte that is below the limit (at most 128). */
static inline guint64
find_below(guint64 word, guint limit)
{
    return ~(((word & ~HIGH) + EACH(0x80 - limit)) | word) & HIGH;
}

static inline guint64
find_special(guint64 word, char delimiter)
{
    guint64 special = find_below(word, '-');
    if (delimiter >= '-' || delimiter < 0)
        special |= find_below(word ^ EACH((guchar)delimiter), 1);
    return special;
}

/* Ends the field [begin, end) of the row and leaves out the blanks round it; a tab that separates is
 * none. */
static inline void
cut_field(BbCsv *csv, gsize begin, gsize end, gboolean blanks)
{
    char *text = csv->fields->str;
    while (blanks && begin < end && (text[begin] == ' ' || text[begin] == '\t'))
        begin++;
    while (blanks && end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        end--;
    text[end] = '\0';
    bb_csv_add_field(csv, begin);
}

/* The row ends before the line feed at `feed`. */
static gboolean
end_row(BbCsv *csv, gsize begin, gsize feed, gboolean blanks)
{
    gsize end = feed;
    if (end > begin && csv->at[end - 1] == '\r')
        end--;
    cut_field(csv, begin, end, blanks);
    if (csv->n_fields == 1 && csv->fields->str[csv->offsets[0]] == '\0')
        return FALSE; /* a blank line */
    csv->at += feed + 1;
    csv->line++;
    return TRUE;
}

gboolean
bb_csv_take_plain_row(BbCsv *csv)
{
    const char *row = csv->at;
    char delimiter = csv->delimiter;
    gsize n = MIN((gsize)(csv->end - row), BB_CSV_MAX_FIELD), begin = 0;
    gboolean blanks = FALSE;

    for (gsize i = 0; i < n; i += WORD) {
        guint64 word, special;
        memcpy(&word, row + i, WORD);
        memcpy(csv->fields->str + i, &word, WORD);
        special = find_special(GUINT64_FROM_LE(word), delimiter);
        for (; special != 0; special &= special - 1) {
            gsize at = i + (guint)__builtin_ctzll(special) / 8;
            if (row[at] == delimiter) {
                cut_field(csv, begin, at, blanks);
                begin = at + 1;
            } else if (row[at] == '\n') {
                return at < n && end_row(csv, begin, at, blanks);
            } else if (row[at] == ' ' || row[at] == '\t') {
                blanks = TRUE;
            } else if (row[at] == '"' || row[at] == '\0' ||
                       (row[at] == '\r' && (at + 1 >= n || row[at + 1] != '\n'))) {
                return FALSE;
            }
        }
    }
    return FALSE;
}
