/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as instances of each format, and of the one that their content suggests: sizes within
 * their capacities, or one error of one line. Small ones are packed. */
#include "fuzz.h"
#include "sim/base/bb-error.h"
#include "sim/lab/pack/bb-pack.h"

#include <string.h>

#define PACKED_MAX 64

static void
check_instance(const BbPackInstance *instance)
{
    g_assert(instance->n_dims >= 1 && instance->n_dims <= BB_PACK_DIMS_MAX);
    for (gsize i = 0; i < instance->n_items * instance->n_dims; i++)
        g_assert(instance->items[i] >= 0 &&
                 instance->items[i] <= instance->capacity[i % instance->n_dims]);
}

static void
pack(const BbPackInstance *instance, guint number)
{
    BbPackOrder order = {BB_PACK_DECREASING, (BbPackBy)(number % 4)};
    g_autofree gsize *items = bb_pack_order_items(instance, order, 1, number);
    for (guint p = 0; bb_pack_placements[p].name; p++) {
        gsize n_bins;
        g_assert(bb_pack(&bb_pack_placements[p], instance, items, NULL, &n_bins, NULL, NULL));
        g_assert(n_bins <= instance->n_items);
    }
}

static void
read_as(const char *file, const guint8 *bytes, gsize n_bytes)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) instances = bb_pack_read_bytes(file, bytes, n_bytes, &error);
    g_assert((instances == NULL) == (error != NULL));
    for (guint i = 0; instances != NULL && i < instances->len; i++) {
        const BbPackInstance *instance = instances->pdata[i];
        check_instance(instance);
        if (instance->n_items <= PACKED_MAX)
            pack(instance, i);
    }
    if (error == NULL)
        return;
    g_assert(error->domain == BB_ERROR && error->code == BB_ERROR_INPUT);
    g_assert(g_str_has_prefix(error->message, "fuzz:"));
    g_assert(strchr(error->message, '\n') == NULL);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize n_bytes)
{
    read_as("fuzz", bytes, n_bytes);
    for (guint i = 0; bb_pack_formats[i] != NULL; i++) {
        g_autofree char *file = g_strconcat("fuzz:", bb_pack_formats[i]->name, NULL);
        read_as(file, bytes, n_bytes);
    }
    return 0;
}
