/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Lower bounds on the number of equal bins (nodes) that items (jobs) need.
 *
 *   L1 = ceil(sum w / c)
 *   L2 = max over alpha in {0} and the sizes <= c/2 of
 *        |N1| + |N2| + max(0, ceil((sum N3 - (|N2| c - sum N2)) / c)),
 *        N1: w > c - alpha, N2: c/2 < w <= c - alpha, N3: alpha <= w <= c/2
 * (Martello & Toth, Knapsack Problems, 1990, chapter 8). L1 <= L2 <= optimum, L2 >= 2/3 optimum.
 * In several dimensions: the largest over the dimensions, and a clique of items of which no two fit
 * together. */
#pragma once

#include <glib.h>

/* Sizes >= 0. FALSE with BB_ERROR_INPUT where one is negative or larger than the bin: no number of
 * bins would do. bb_pack_l1 is O(n), bb_pack_l2 O(n log n). */
gboolean bb_pack_l1(const gint64 *sizes, gsize n, gint64 capacity, gint64 *out, GError **error);
gboolean bb_pack_l2(const gint64 *sizes, gsize n, gint64 capacity, gint64 *out, GError **error);

typedef struct {
    gint64 volume; /* largest L1 of a dimension */
    gint64 l2;     /* largest L2 of a dimension */
    gint64 clique; /* the largest clique found: any one is a bound */
    gint64 best;
} BbPackBounds;

/* n items of n_dims sizes each, row by row. The clique is found greedily by degree from every item
 * (n <= 512), beyond that from the largest item of each dimension in at most 2 * 10^7 comparisons of
 * two items each. */
gboolean bb_pack_bounds(const gint64 *items, gsize n, gsize n_dims, const gint64 *capacity,
                        BbPackBounds *out, GError **error);

/* Unequal nodes, one dimension: the fewest nodes, largest first, that hold the total. 0 where the
 * total is 0, n + 1 where all of them do not. O(n log n). */
gsize bb_pack_volume_of_nodes(const gint64 *capacities, gsize n, gint64 total);
