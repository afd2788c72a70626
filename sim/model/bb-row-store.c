/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows stay where they were put; sorting moves their indices. Texts that repeat from job to job are
 * stored once. */
#include "sim/model/bb-row-store.h"

struct _BbRowStore {
    GArray *rows;  /* of BbJobRow, in the order of adding */
    GArray *order; /* of guint */
    GStringChunk *texts;
    BbTimeUs last_us;
    guint64 n_disordered;
};

BbRowStore *
bb_row_store_new(void)
{
    BbRowStore *store = g_new0(BbRowStore, 1);
    store->rows = g_array_new(FALSE, FALSE, sizeof(BbJobRow));
    store->order = g_array_new(FALSE, FALSE, sizeof(guint));
    store->texts = g_string_chunk_new(64 * 1024);
    store->last_us = G_MININT64;
    return store;
}

void
bb_row_store_free(BbRowStore *store)
{
    if (store == NULL)
        return;
    g_array_unref(store->rows);
    g_array_unref(store->order);
    g_string_chunk_free(store->texts);
    g_free(store);
}

static const char *
keep(BbRowStore *store, const char *text)
{
    return text == NULL || *text == '\0' ? NULL : g_string_chunk_insert_const(store->texts, text);
}

void
bb_row_store_add(BbRowStore *store, const BbJobRow *row)
{
    BbJobRow kept = *row;
    guint i = store->rows->len;
    const char **repeated[] = {&kept.gpu_model, &kept.class_name, &kept.group,   &kept.after,
                               &kept.image,     &kept.volumes,    &kept.require, &kept.prefer,
                               &kept.tolerate,  &kept.spread,     &kept.avoid,   &kept.node,
                               &kept.extra,     &kept.spec};
    kept.id = g_string_chunk_insert(store->texts, row->id);
    for (guint t = 0; t < G_N_ELEMENTS(repeated); t++)
        *repeated[t] = keep(store, *repeated[t]);
    g_array_append_val(store->rows, kept);
    g_array_append_val(store->order, i);
    store->n_disordered += row->submit_us < store->last_us;
    store->last_us = row->submit_us;
}

guint
bb_row_store_n(const BbRowStore *store)
{
    return store->rows->len;
}

guint64
bb_row_store_n_disordered(const BbRowStore *store)
{
    return store->n_disordered;
}

static gint
by_submit(gconstpointer a, gconstpointer b, gpointer data)
{
    const GArray *rows = data;
    guint i = *(const guint *)a, j = *(const guint *)b;
    BbTimeUs s = g_array_index(rows, BbJobRow, i).submit_us;
    BbTimeUs t = g_array_index(rows, BbJobRow, j).submit_us;
    if (s != t)
        return s < t ? -1 : 1;
    return i < j ? -1 : i > j;
}

void
bb_row_store_sort(BbRowStore *store)
{
    if (store->n_disordered > 0)
        g_array_sort_with_data(store->order, by_submit, store->rows);
}

const BbJobRow *
bb_row_store_get(const BbRowStore *store, guint i)
{
    return &g_array_index(store->rows, BbJobRow, g_array_index(store->order, guint, i));
}
