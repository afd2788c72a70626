/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header row against a table of columns. */
#include "sim/base/bb-csv-private.h"
#include "sim/base/bb-error.h"

#include <string.h>

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

static gboolean
read_header(BbCsv *csv, GError **error)
{
    BbReadResult result = bb_csv_next(csv, error);
    if (result == BB_READ_END)
        bb_error_input(error, bb_input_path(csv->input), 0, 0,
                       "expected a header row, found an empty file");
    return result == BB_READ_ROW;
}

gboolean
bb_csv_any_header(BbCsv *csv, GError **error)
{
    if (!read_header(csv, error) ||
        (g_str_has_prefix(bb_csv_field(csv, 0), "#TYPE") && !read_header(csv, error)))
        return FALSE;
    csv->n_header = bb_csv_n_fields(csv);
    return TRUE;
}

gboolean
bb_csv_header(BbCsv *csv, const BbCsvColumn *columns, const char *carried_prefix, gint *out_index,
              GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    if (!read_header(csv, error))
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
