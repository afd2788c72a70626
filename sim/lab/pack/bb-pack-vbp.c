/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VBP, of VPSolver and Vectorpack: the number of dimensions, the capacities, the number of kinds of
 * items; for each kind its sizes and how many items of it there are. */
#include "sim/lab/pack/bb-pack-formats.h"
#include "sim/lab/pack/bb-pack-text.h"

#include <string.h>

static gboolean
sniff(const gint n_words[4])
{
    return n_words[0] == 1 && n_words[1] >= 1 && n_words[2] == 1 && n_words[3] == n_words[1] + 1;
}

/* The kind's one item is read before its number is known. */
static gboolean
read_kind(BbPackText *text, BbPackInstance *instance, GError **error)
{
    gsize n_dims = instance->n_dims;
    gint64 n, *first;
    if (!bb_pack_text_reserve(text, instance, 1, error) ||
        !bb_pack_text_item(text, instance, error) ||
        !bb_pack_text_int(text, "a number of items", 0, BB_PACK_ITEMS_MAX, &n, error))
        return FALSE;
    instance->n_items--;
    if (!bb_pack_text_reserve(text, instance, MAX(n, 1), error))
        return FALSE;
    first = instance->items + instance->n_items * n_dims;
    for (gsize i = 1; i < (gsize)n; i++)
        memcpy(first + i * n_dims, first, n_dims * sizeof *first);
    instance->n_items += (gsize)n;
    return TRUE;
}

static gboolean
read_instance(BbPackText *text, GPtrArray *out, GError **error)
{
    gint64 n_dims, n_kinds;
    if (!bb_pack_text_int(text, "a number of dimensions", 1, BB_PACK_DIMS_MAX, &n_dims, error))
        return FALSE;
    BbPackInstance *instance = bb_pack_text_begin(bb_pack_text_name(text), n_dims);
    g_ptr_array_add(out, instance);
    if (!bb_pack_text_capacity(text, instance, error) ||
        !bb_pack_text_int(text, "a number of kinds of items", 1, BB_PACK_ITEMS_MAX, &n_kinds,
                          error))
        return FALSE;
    for (gint64 i = 0; i < n_kinds; i++)
        if (!read_kind(text, instance, error))
            return FALSE;
    bb_pack_text_finish(instance);
    return TRUE;
}

const BbPackFormat bb_pack_format_vbp = {
    .name = "vbp",
    .summary = "vector packing (.vbp): one instance of several dimensions, with demands",
    .source = "Brandao, Pedroso: VPSolver, an arc-flow method; used by Vectorpack",
    .sniff = sniff,
    .read = read_instance,
};
