/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. Typed fields of a CSV trace with a header, by column: what CSV readers share. A blank field, or
 * a column that the file does not have, leaves the value as it was. Every error names file, line,
 * byte column and the column's name, and says what was expected. */
#pragma once

#include "sim/base/bb-csv.h"
#include "sim/contract/bb-mapping.h"

#define BB_COLUMNS_MAX 32

typedef struct {
    BbCsv *csv;
    const BbCsvColumn *columns;
    gint field[BB_COLUMNS_MAX]; /* of each column, -1: not in this file */
    GString *carried_header;    /* names of the columns carried along, as CSV; NULL: none */
    GString *carried;
    GArray *carried_fields; /* of guint */
    const char *path;       /* of a file without a header, for errors */
    guint n_plain;          /* fields of each of its rows; 0: the file has a header */
    /* The row: field f begins at text + offsets[f]. */
    const char *text;
    const guint32 *offsets;
    /* Of a file whose columns have other names: what stands for each column; NULL: nothing. */
    const BbMappingItem *item[BB_COLUMNS_MAX];
    gboolean mapped;
    gint numbered;   /* the column that is the row's number, -1: none */
    char number[24]; /* of the last row */
    guint64 n_rows;
} BbColumns;

/* Reads the header. `columns` ends with name NULL, has at most BB_COLUMNS_MAX entries and must
 * outlive the rest. */
gboolean bb_columns_open(BbColumns *columns, BbInput *input, const BbCsvColumn *table,
                         const char *carried_prefix, GError **error);
/* The same of fields that something else than a comma parts. */
gboolean bb_columns_open_delimited(BbColumns *columns, BbInput *input, char delimiter,
                                   const BbCsvColumn *table, const char *carried_prefix,
                                   GError **error);
/* The same where `mapping` says what stands for which column; NULL: each for itself. Columns named in
 * neither are passed over. A required column whose name ends in "_id" is the row's number where
 * nothing stands for it. BB_ERROR_USAGE where the mapping names a column that the table does not have. */
gboolean bb_columns_open_mapped(BbColumns *columns, BbInput *input, const BbCsvColumn *table,
                                const char *carried_prefix, const BbMapping *mapping,
                                GError **error);
/* A file without a header: its columns are those of the table, in that order, every one. */
void bb_columns_open_plain(BbColumns *columns, BbInput *input, const BbCsvColumn *table);
void bb_columns_clear(BbColumns *columns);
/* The next row, with as many fields as the header or the table. */
BbReadResult bb_columns_next(BbColumns *columns, GError **error);

/* What the next two are in a file whose columns have other names. */
gboolean bb_columns_is_mapped(const BbColumns *columns, guint column);
const char *bb_columns_mapped_text(const BbColumns *columns, guint column);

static inline gboolean
bb_columns_has(const BbColumns *columns, guint column)
{
    return columns->field[column] >= 0 ||
           (columns->mapped && bb_columns_is_mapped(columns, column));
}

/* "" where blank or absent. Not checked. */
static inline const char *
bb_columns_raw(const BbColumns *columns, guint column)
{
    gint field = columns->field[column];
    if (G_UNLIKELY(columns->mapped))
        return bb_columns_mapped_text(columns, column);
    return field < 0 ? "" : columns->text + columns->offsets[field];
}

/* Is there no such column? Then the value stays, without a call: most traces have few of the columns. */
static inline gboolean
bb_columns_lacks(const BbColumns *columns, guint column)
{
    return columns->field[column] < 0 && !columns->mapped;
}

gboolean bb_columns_read_text(const BbColumns *columns, guint column, const char **out,
                              GError **error);
gboolean bb_columns_read_int(const BbColumns *columns, guint column, gint64 min, gint64 max,
                             gint64 *out, GError **error);
gboolean bb_columns_read_seconds(const BbColumns *columns, guint column, BbTimeUs *out,
                                 GError **error);
gboolean bb_columns_read_ppm(const BbColumns *columns, guint column, double min, double max,
                             gint64 *out, GError **error);
gboolean bb_columns_read_bool(const BbColumns *columns, guint column, gboolean *out,
                              GError **error);

/* Text that can be shown and written anywhere: valid UTF-8 without control characters; "" where blank
 * or absent. */
static inline gboolean
bb_columns_text(const BbColumns *columns, guint column, const char **out, GError **error)
{
    *out = "";
    return bb_columns_lacks(columns, column) || bb_columns_read_text(columns, column, out, error);
}

static inline gboolean
bb_columns_int(const BbColumns *columns, guint column, gint64 min, gint64 max, gint64 *out,
               GError **error)
{
    return bb_columns_lacks(columns, column) ||
           bb_columns_read_int(columns, column, min, max, out, error);
}

/* A decimal times `unit` (at most 10^9), rounded half up: 1.75 GB as MiB is 1792 with unit 1024. The
 * product lies in [0, max]. */
gboolean bb_columns_scaled(const BbColumns *columns, guint column, gint64 unit, gint64 max,
                           gint64 *out, GError **error);

/* Seconds, at least 0. */
static inline gboolean
bb_columns_seconds(const BbColumns *columns, guint column, BbTimeUs *out, GError **error)
{
    return bb_columns_lacks(columns, column) ||
           bb_columns_read_seconds(columns, column, out, error);
}

/* A decimal in [min, max] x 1000000, rounded. */
static inline gboolean
bb_columns_ppm(const BbColumns *columns, guint column, double min, double max, gint64 *out,
               GError **error)
{
    return bb_columns_lacks(columns, column) ||
           bb_columns_read_ppm(columns, column, min, max, out, error);
}

static inline gboolean
bb_columns_bool(const BbColumns *columns, guint column, gboolean *out, GError **error)
{
    return bb_columns_lacks(columns, column) || bb_columns_read_bool(columns, column, out, error);
}

/* Sets the error for that field of the row; returns FALSE. */
gboolean bb_columns_error(const BbColumns *columns, guint column, const char *expected,
                          GError **error);
/* Byte column of the named column in the row, 0 unknown. */
guint64 bb_columns_locate(const BbColumns *columns, const char *name);
/* The fields carried along, as CSV text; NULL when there are none. Borrowed until the next row. */
const char *bb_columns_carried(BbColumns *columns);

/* Does the first line of `start` hold every one of the comma-separated names in `names` ("a,b")? */
gboolean bb_columns_sniff(const char *start, gsize n, const char *names);
/* Does the first line of `start` look like a row of a file without a header? One letter a field, as
 * many as there are fields: 'n' a number, 'o' a number or nothing, 'b' a number that may have '>'
 * before it, 't' any text. */
gboolean bb_columns_sniff_plain(const char *start, gsize n, const char *letters);
