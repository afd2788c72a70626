/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ESICUP (.BPP): one instance after another; each is its name in single quotes, the number of sizes,
 * the capacity, then each size and how many items of it there are. */
#include "sim/lab/pack/bb-pack-formats.h"
#include "sim/lab/pack/bb-pack-text.h"

#include <string.h>

static gboolean
sniff(const gint n_words[4])
{
    return n_words[0] == BB_PACK_QUOTED && n_words[1] == 1 && n_words[2] == 1 && n_words[3] == 2;
}

/* The items of one size. */
static gboolean
read_size(BbPackText *text, BbPackInstance *instance, GError **error)
{
    gint64 n, *first;
    if (!bb_pack_text_reserve(text, instance, 1, error) ||
        !bb_pack_text_item(text, instance, error) ||
        !bb_pack_text_int(text, "a number of items", 0, BB_PACK_ITEMS_MAX, &n, error))
        return FALSE;
    instance->n_items--;
    if (!bb_pack_text_reserve(text, instance, MAX(n, 1), error))
        return FALSE;
    first = instance->items + instance->n_items;
    for (gint64 i = 1; i < n; i++)
        first[i] = *first;
    instance->n_items += (gsize)n;
    return TRUE;
}

static char *
unquote(const char *word)
{
    gsize n = strlen(word);
    char *name = n >= 2 && word[0] == '\'' && word[n - 1] == '\'' ? g_strndup(word + 1, n - 2)
                                                                  : g_strdup(word);
    return g_strstrip(name);
}

/* A few bytes can ask for a million items: those of all instances are limited together. */
static gboolean
check_total(BbPackText *text, const GPtrArray *instances, GError **error)
{
    gsize n = 0;
    for (guint i = 0; i < instances->len; i++)
        n += ((const BbPackInstance *)instances->pdata[i])->n_items;
    return n <= BB_PACK_SIZES_MAX ||
           bb_pack_text_error(text, "at most 16777216 items in a file", error);
}

static gboolean
read_instance(BbPackText *text, const char *name, GPtrArray *out, GError **error)
{
    gint64 n_sizes;
    BbPackInstance *instance = bb_pack_text_begin(unquote(name), 1);
    g_ptr_array_add(out, instance);
    if (!bb_pack_text_int(text, "a number of sizes", 1, BB_PACK_ITEMS_MAX, &n_sizes, error) ||
        !bb_pack_text_capacity(text, instance, error))
        return FALSE;
    for (gint64 i = 0; i < n_sizes; i++)
        if (!read_size(text, instance, error))
            return FALSE;
    bb_pack_text_finish(instance);
    return check_total(text, out, error);
}

static gboolean
read_instances(BbPackText *text, GPtrArray *out, GError **error)
{
    const char *name = bb_pack_text_word(text, "the name of an instance", error);
    while (name != NULL) {
        if (!read_instance(text, name, out, error))
            return FALSE;
        if (bb_pack_text_ended(text))
            return TRUE;
        name = bb_pack_text_word(text, "the name of an instance", error);
    }
    return FALSE;
}

const BbPackFormat bb_pack_format_esicup = {
    .name = "esicup",
    .summary = "ESICUP (.BPP): many instances, each size with its number of items",
    .source = "EURO special interest group on cutting and packing, 1D bin packing data sets",
    .sniff = sniff,
    .read = read_instances,
};
