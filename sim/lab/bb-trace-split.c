/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every row finds its part by a key, a text or the number of its window; each part is a writer. */
#include "bb-trace-edit-private.h"

#include <string.h>

typedef struct {
    char *key;
    gint64 order; /* parts are given by this */
    BbTraceWriter writer;
} Part;

static void
free_part(gpointer data)
{
    Part *part = data;
    g_free(part->key);
    bb_trace_writer_clear(&part->writer);
    g_free(part);
}

static void
free_trace_part(gpointer data)
{
    BbTracePart *part = data;
    g_free(part->name);
    bb_trace_table_free(part->table);
    g_free(part);
}

static gint64
window_of(const BbSplit *split, BbTimeUs first_us, BbTimeUs submit_us)
{
    guint w = 0;
    if (split->every_us > 0)
        return (submit_us - first_us) / split->every_us;
    while (w < split->n_at && submit_us >= split->at_us[w])
        w++;
    return w;
}

/* The key of a row's part, and what the part is ordered by (-1: by its first job). */
static char *
part_key(const BbSplit *split, BbTimeUs first_us, const BbJobRow *row, gint64 *out_order)
{
    *out_order = -1;
    if (split->by == BB_SPLIT_CLASSES)
        return g_strdup(row->class_name != NULL ? row->class_name : "");
    if (split->by == BB_SPLIT_KINDS) {
        *out_order = row->kind;
        return g_strdup(bb_kind_names[row->kind]);
    }
    *out_order = window_of(split, first_us, row->submit_us);
    return g_strdup_printf("%03" G_GINT64_FORMAT, *out_order + 1);
}

static Part *
find_part(GPtrArray *parts, GHashTable *by_key, const char *key, gint64 order, const char *carried)
{
    Part *part = g_hash_table_lookup(by_key, key);
    if (part != NULL)
        return part;
    part = g_new0(Part, 1);
    part->key = g_strdup(key);
    part->order = order >= 0 ? order : parts->len;
    bb_trace_writer_init(&part->writer, carried);
    g_ptr_array_add(parts, part);
    g_hash_table_insert(by_key, part->key, part);
    return part;
}

static gint
by_order(gconstpointer a, gconstpointer b)
{
    const Part *x = *(Part *const *)a, *y = *(Part *const *)b;
    return (x->order > y->order) - (x->order < y->order);
}

/* Letters, digits, "-", "_", "." inside; what became equal is told apart by a number. */
static char *
file_name(GHashTable *used, const char *key)
{
    g_autofree char *name = g_strdup(*key != '\0' ? key : "none");
    for (char *c = name; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && strchr("-_.", *c) == NULL)
            *c = '_';
    if (*name == '.')
        *name = '_';
    g_autofree char *folded = g_ascii_strdown(name, 64);
    char *unique = g_strdup(folded);
    for (guint n = 2; !g_hash_table_add(used, g_strdup(unique)); n++) {
        g_free(unique);
        unique = g_strdup_printf("%s-%u", folded, n);
    }
    return unique;
}

static GPtrArray *
give_parts(GPtrArray *parts)
{
    GPtrArray *given = g_ptr_array_new_with_free_func(free_trace_part);
    g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_sort(parts, by_order);
    for (guint i = 0; i < parts->len; i++) {
        Part *part = parts->pdata[i];
        BbTracePart *one = g_new(BbTracePart, 1);
        one->name = file_name(used, part->key);
        one->table = g_steal_pointer(&part->writer.table);
        g_ptr_array_add(given, one);
    }
    return given;
}

GPtrArray *
bb_trace_split(BbTraceEdit *edit, const char *file, const BbSplit *split, GError **error)
{
    g_autofree char *carried = NULL;
    g_autoptr(BbRowStore) rows = bb_trace_edit_read(edit, file, &carried, error);
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(free_part);
    g_autoptr(GHashTable) by_key = g_hash_table_new(g_str_hash, g_str_equal);
    if (rows == NULL)
        return NULL;
    for (guint i = 0; i < bb_row_store_n(rows); i++) {
        const BbJobRow *row = bb_row_store_get(rows, i);
        gint64 order;
        g_autofree char *key = part_key(split, bb_row_store_get(rows, 0)->submit_us, row, &order);
        Part *part = find_part(parts, by_key, key, order, carried);
        if (parts->len > BB_SPLIT_MAX) {
            bb_error_input(error, file, row->line, 0, "expected at most %d parts, found more",
                           BB_SPLIT_MAX);
            return NULL;
        }
        bb_trace_writer_add(&part->writer, row);
    }
    return give_parts(parts);
}
