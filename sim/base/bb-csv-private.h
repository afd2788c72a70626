/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. What the files of bb-csv share. Nobody else includes this. */
#pragma once

#include "sim/base/bb-csv.h"

#include <csv.h>

#define BB_CSV_MAX_FIELD (64 * 1024)

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

    GString *fields;  /* with room for a plain row */
    guint32 *offsets; /* of each field, into fields */
    guint n_fields, room;
    guint n_header;

    /* Said by libcsv's callbacks. */
    gboolean row_done;
    gboolean row_returned; /* by a carriage return; its line feed is still to come */
    guint long_field;      /* 1 + the first field above the limit, 0: none */
};

static inline void
bb_csv_add_field(BbCsv *csv, gsize offset)
{
    if (G_UNLIKELY(csv->n_fields == csv->room)) {
        csv->room = MAX(2 * csv->room, 32);
        csv->offsets = g_renew(guint32, csv->offsets, csv->room);
    }
    csv->offsets[csv->n_fields++] = (guint32)offset;
}

/* Takes a row without quotes on one line that is there as a whole: most are, and need no state machine.
 * FALSE: it is not such a row; nothing is taken but n_fields is lost. */
gboolean bb_csv_take_plain_row(BbCsv *csv);

/* The raw text of the current row, and how much of it was taken. */
gsize bb_csv_raw_length(const BbCsv *csv);
char bb_csv_raw_byte(const BbCsv *csv, gsize i);

/* Each sets an error and returns FALSE. */
gboolean bb_csv_fail_at(BbCsv *csv, guint64 line, guint64 column, const char *message,
                        GError **error);
/* The byte after the good ones is where libcsv stopped. */
gboolean bb_csv_fail_parse(BbCsv *csv, gsize n_good, GError **error);
gboolean bb_csv_fail_nul(BbCsv *csv, const char *nul, GError **error);
gboolean bb_csv_fail_row_length(BbCsv *csv, GError **error);
gboolean bb_csv_fail_open_quote(BbCsv *csv, GError **error);
gboolean bb_csv_fail_long_field(BbCsv *csv, GError **error);
