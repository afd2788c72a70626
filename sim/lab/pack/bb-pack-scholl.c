/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scholl's sets and BPPLIB: the number of items, the capacity, the sizes, each on a line. */
#include "sim/lab/pack/bb-pack-formats.h"
#include "sim/lab/pack/bb-pack-text.h"

static gboolean
sniff(const gint n_words[4])
{
    return n_words[0] == 1 && n_words[1] == 1 && n_words[2] == 1 &&
           (n_words[3] == 1 || n_words[3] == -1);
}

static gboolean
read_instance(BbPackText *text, GPtrArray *out, GError **error)
{
    BbPackInstance *instance = bb_pack_text_begin(bb_pack_text_name(text), 1);
    gint64 n;
    g_ptr_array_add(out, instance);
    if (!bb_pack_text_int(text, "a number of items", 1, BB_PACK_ITEMS_MAX, &n, error) ||
        !bb_pack_text_capacity(text, instance, error) ||
        !bb_pack_text_reserve(text, instance, n, error))
        return FALSE;
    for (gint64 i = 0; i < n; i++)
        if (!bb_pack_text_item(text, instance, error))
            return FALSE;
    bb_pack_text_finish(instance);
    return TRUE;
}

const BbPackFormat bb_pack_format_scholl = {
    .name = "scholl",
    .summary = "Scholl's sets and BPPLIB (.BPP, .txt): one instance, a number a line",
    .source = "Scholl, Klein, Juergens: BISON, Computers & OR 24, 1997; Delorme, Iori, Martello: "
              "BPPLIB, Optimization Letters 12, 2018",
    .sniff = sniff,
    .read = read_instance,
};
