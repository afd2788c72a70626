/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OR-Library: the number of instances; for each its name, then "capacity items best", then the sizes.
 * Best is the least number of bins that was known when the file was made. */
#include "sim/lab/pack/bb-pack-formats.h"
#include "sim/lab/pack/bb-pack-text.h"

static gboolean
sniff(const gint n_words[4])
{
    return n_words[0] == 1 && n_words[1] == 1 && n_words[2] == 3;
}

static gboolean
read_sizes(BbPackText *text, BbPackInstance *instance, GError **error)
{
    gint64 n;
    if (!bb_pack_text_capacity(text, instance, error) ||
        !bb_pack_text_int(text, "a number of items", 1, BB_PACK_ITEMS_MAX, &n, error) ||
        !bb_pack_text_int(text, "the best known number of bins", 1, n, &instance->best_known,
                          error) ||
        !bb_pack_text_reserve(text, instance, n, error))
        return FALSE;
    for (gint64 i = 0; i < n; i++)
        if (!bb_pack_text_item(text, instance, error))
            return FALSE;
    bb_pack_text_finish(instance);
    return TRUE;
}

static gboolean
read_instances(BbPackText *text, GPtrArray *out, GError **error)
{
    gint64 n;
    if (!bb_pack_text_int(text, "a number of instances", 1, BB_PACK_ITEMS_MAX, &n, error))
        return FALSE;
    for (gint64 i = 0; i < n; i++) {
        const char *name = bb_pack_text_word(text, "the name of an instance", error);
        if (name == NULL)
            return FALSE;
        BbPackInstance *instance = bb_pack_text_begin(g_strdup(name), 1);
        g_ptr_array_add(out, instance);
        if (!read_sizes(text, instance, error))
            return FALSE;
    }
    return TRUE;
}

const BbPackFormat bb_pack_format_orlib = {
    .name = "orlib",
    .summary = "OR-Library, binpackN.txt: many instances, with the best known bins",
    .source = "Beasley, OR-Library: distributing test problems by electronic mail, J. Oper. Res. "
              "Soc. 41, 1990",
    .sniff = sniff,
    .read = read_instances,
};
