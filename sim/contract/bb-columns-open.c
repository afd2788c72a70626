/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which field of a file stands for which column: by the names of its header, by what a mapping says of
 * them, or by their order. */
#include "sim/contract/bb-columns.h"

#include "sim/base/bb-error.h"

#include <string.h>

static void
carry(BbColumns *columns, const char *name, guint field)
{
    if (columns->carried_fields == NULL) {
        columns->carried_fields = g_array_new(FALSE, FALSE, sizeof(guint));
        columns->carried_header = g_string_new(NULL);
        columns->carried = g_string_new(NULL);
    } else {
        g_string_append_c(columns->carried_header, ',');
    }
    g_array_append_val(columns->carried_fields, field);
    bb_csv_append_field(columns->carried_header, name);
}

static void
find_carried(BbColumns *columns, const char *prefix)
{
    for (guint i = 0; prefix != NULL && i < bb_csv_n_fields(columns->csv); i++) {
        const char *name = bb_csv_field(columns->csv, i);
        if (g_str_has_prefix(name, prefix))
            carry(columns, name, i);
    }
}

static void
init(BbColumns *columns, const BbCsvColumn *table, BbInput *input, char delimiter)
{
    *columns = (BbColumns){.columns = table, .path = bb_input_path(input), .numbered = -1};
    for (guint c = 0; c < BB_COLUMNS_MAX; c++)
        columns->field[c] = -1;
    columns->csv = bb_csv_new(input, delimiter);
}

gboolean
bb_columns_open(BbColumns *columns, BbInput *input, const BbCsvColumn *table,
                const char *carried_prefix, GError **error)
{
    return bb_columns_open_delimited(columns, input, ',', table, carried_prefix, error);
}

gboolean
bb_columns_open_delimited(BbColumns *columns, BbInput *input, char delimiter,
                          const BbCsvColumn *table, const char *carried_prefix, GError **error)
{
    init(columns, table, input, delimiter);
    if (!bb_csv_header(columns->csv, table, carried_prefix, columns->field, error))
        return FALSE;
    find_carried(columns, carried_prefix);
    return TRUE;
}

/* ---- Other names ---- */

static gboolean
unknown_native(const BbColumns *columns, const BbMappingItem *item, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const BbCsvColumn *column = columns->columns; column->name != NULL; column++)
        g_ptr_array_add(names, (gpointer)(guintptr)column->name);
    g_ptr_array_add(names, NULL);
    g_autofree char *found = bb_quote(item->native);
    const char *near = bb_suggest(item->native, (const char *const *)(gconstpointer)names->pdata);
    return bb_mapping_error(item, error,
                            "expected a native column (traces/README.md), found %s%s%s%s", found,
                            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static gboolean
unknown_field(const BbColumns *columns, const BbMappingItem *item, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < bb_csv_n_fields(columns->csv); i++)
        g_ptr_array_add(names, (gpointer)(guintptr)bb_csv_field(columns->csv, i));
    g_ptr_array_add(names, NULL);
    g_autofree char *wanted = bb_quote(item->column);
    const char *near = bb_suggest(item->column, (const char *const *)(gconstpointer)names->pdata);
    g_autofree char *meant = near != NULL ? bb_quote(near) : g_strdup("");
    return bb_error_input(error, columns->path, bb_csv_line(columns->csv), 0,
                          "expected a column %s, for %s, found none%s%s%s", wanted, item->native,
                          near ? "; did you mean " : "", meant, near ? "?" : "");
}

/* The field of that name; -1 with an error where there is none, or two. */
static gint
find_field(const BbColumns *columns, const BbMappingItem *item, GError **error)
{
    gint found = -1;
    for (guint i = 0; i < bb_csv_n_fields(columns->csv); i++) {
        if (strcmp(bb_csv_field(columns->csv, i), item->column) != 0)
            continue;
        if (found >= 0) {
            bb_csv_error(columns->csv, i, NULL, "this column once", error);
            return -1;
        }
        found = (gint)i;
    }
    if (found < 0)
        unknown_field(columns, item, error);
    return found;
}

static gboolean
map_item(BbColumns *columns, const BbMappingItem *item, const char *carried_prefix, GError **error)
{
    gint field = item->column != NULL ? find_field(columns, item, error) : -1;
    if (item->column != NULL && field < 0)
        return FALSE;
    for (guint c = 0; columns->columns[c].name != NULL; c++)
        if (strcmp(columns->columns[c].name, item->native) == 0) {
            columns->item[c] = item;
            columns->field[c] = field;
            return TRUE;
        }
    if (field < 0 || carried_prefix == NULL || !g_str_has_prefix(item->native, carried_prefix))
        return unknown_native(columns, item, error);
    carry(columns, item->native, (guint)field);
    return TRUE;
}

static gboolean
check_mapped(BbColumns *columns, GError **error)
{
    for (guint c = 0; columns->columns[c].name != NULL; c++) {
        const BbCsvColumn *column = &columns->columns[c];
        if (!column->required || columns->item[c] != NULL)
            continue;
        if (!g_str_has_suffix(column->name, "_id"))
            return bb_error_set(error, BB_ERROR_USAGE,
                                "columns: expected what stands for %s, found nothing",
                                column->name);
        columns->numbered = (gint)c;
    }
    return TRUE;
}

gboolean
bb_columns_open_mapped(BbColumns *columns, BbInput *input, const BbCsvColumn *table,
                       const char *carried_prefix, const BbMapping *mapping, GError **error)
{
    if (mapping == NULL)
        return bb_columns_open(columns, input, table, carried_prefix, error);
    init(columns, table, input, mapping->delimiter);
    columns->mapped = TRUE;
    if (!bb_csv_any_header(columns->csv, error))
        return FALSE;
    for (guint i = 0; i < mapping->items->len; i++)
        if (!map_item(columns, mapping->items->pdata[i], carried_prefix, error))
            return FALSE;
    return check_mapped(columns, error);
}

gboolean
bb_columns_is_mapped(const BbColumns *columns, guint column)
{
    return columns->item[column] != NULL || columns->numbered == (gint)column;
}

const char *
bb_columns_mapped_text(const BbColumns *columns, guint column)
{
    const BbMappingItem *item = columns->item[column];
    if (item == NULL)
        return columns->numbered == (gint)column ? columns->number : "";
    if (item->column == NULL)
        return item->value;
    const char *text = bb_csv_field(columns->csv, (guint)columns->field[column]);
    return bb_mapping_is_blank(text) ? "" : text;
}

void
bb_columns_open_plain(BbColumns *columns, BbInput *input, const BbCsvColumn *table)
{
    init(columns, table, input, ',');
    for (; table[columns->n_plain].name != NULL; columns->n_plain++)
        columns->field[columns->n_plain] = (gint)columns->n_plain;
}

void
bb_columns_clear(BbColumns *columns)
{
    g_clear_pointer(&columns->csv, bb_csv_free);
    if (columns->carried_fields != NULL) {
        g_array_unref(columns->carried_fields);
        g_string_free(columns->carried_header, TRUE);
        g_string_free(columns->carried, TRUE);
    }
    *columns = (BbColumns){0};
}
