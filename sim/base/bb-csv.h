/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Rows of a delimited file, pulled one at a time; libcsv parses what has quotes (strictly), a
 * faster scanner the rest, this adds exact places. A field is at most 64 KiB, a row 1 MiB. NUL bytes
 * and lone carriage returns are refused. Blank lines are skipped but counted. Cost: one pass over the
 * bytes; columns are located only for errors. */
#pragma once

#include "bb-input.h"

typedef struct _BbCsv BbCsv;

/* Borrows the input, which must outlive it. */
BbCsv *bb_csv_new(BbInput *input, char delimiter);
void bb_csv_free(BbCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbCsv, bb_csv_free)

/* ROW: the fields below are valid until the next call. Errors: unterminated quote, stray quote, NUL,
 * field or row too long, broken stream; each with file:line:column. */
BbReadResult bb_csv_next(BbCsv *csv, GError **error);

guint bb_csv_n_fields(const BbCsv *csv);
/* The i-th field, NUL-terminated, blanks round unquoted text trimmed. */
const char *bb_csv_field(const BbCsv *csv, guint i);
/* All of them, for who reads many: field i begins at the returned text + (*out_offsets)[i]. */
const char *bb_csv_fields(const BbCsv *csv, const guint32 **out_offsets);
/* Line on which the row begins, from 1. */
guint64 bb_csv_line(const BbCsv *csv);
/* Byte column at which the i-th field begins, from 1. O(row): for errors. */
guint64 bb_csv_column(const BbCsv *csv, guint i);
/* Sets "FILE:LINE:COLUMN: column "NAME": expected EXPECTED, found "FIELD"" for field i (the line
 * is the one on which that field begins); returns FALSE.
 * `name` is the column's name, may be NULL. */
gboolean bb_csv_error(const BbCsv *csv, guint i, const char *name, const char *expected,
                      GError **error);

/* A column that a format knows. The header row is matched against a table of these. */
typedef struct {
    const char *name;
    gboolean required;
} BbCsvColumn;

/* Reads the header row and finds each of `columns` (ended by name NULL): out_index[c] = field index
 * or -1. Unknown columns are an error with a suggestion, unless they start with `carried_prefix`
 * (may be NULL). Errors too: empty file, missing required column, a column twice. */
gboolean bb_csv_header(BbCsv *csv, const BbCsvColumn *columns, const char *carried_prefix,
                       gint *out_index, GError **error);
/* Reads a header row of whatever names, past a first line "#TYPE .." as PowerShell writes it. */
gboolean bb_csv_any_header(BbCsv *csv, GError **error);
/* TRUE when the row has as many fields as the header, else an error that says both. */
gboolean bb_csv_check_width(const BbCsv *csv, GError **error);

/* Appends one field to a CSV line, quoted only where it must be. */
void bb_csv_append_field(GString *out, const char *text);
