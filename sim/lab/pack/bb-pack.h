/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Packing items into as few equal bins as a rule needs. These rules open bins, which the
 * placements of a simulation never do: their nodes are there. A rule is a row of bb-pack.c, which
 * keeps the books of all of them. */
#pragma once

#include "sim/lab/pack/bb-pack-order.h"

typedef struct _BbPackBins BbPackBins;

typedef struct {
    const char *name, *summary, *source;
    /* By item, each in its turn: the bin that it goes to, n_bins for a new one. */
    gsize (*choose)(BbPackBins *bins, gsize item);
    /* By bin, each filled before the next is opened: of the items that fit, the one of the greatest
     * score comes next, of equal ones the first. One of choose and score is not NULL. */
    BbInt128 (*score)(const BbPackBins *bins, gsize item);
} BbPackPlacement;

/* Ended by name NULL. */
extern const BbPackPlacement bb_pack_placements[];

/* NULL with BB_ERROR_USAGE and a suggestion. */
const BbPackPlacement *bb_pack_placement_find(const char *name, GError **error);

/* Packs the items in the order of `items`, a permutation. Gives the number of bins, and in `bin_of`
 * (n_items of them, or NULL) the bin of each item. By item it costs n_items x bins x dimensions at
 * most, by bin n_items^2 x dimensions. FALSE with BB_ERROR_INTERRUPTED once *interrupted (may be
 * NULL) is not 0. */
gboolean bb_pack(const BbPackPlacement *placement, const BbPackInstance *instance,
                 const gsize *items, gint *interrupted, gsize *out_n_bins, gsize *bin_of,
                 GError **error);
