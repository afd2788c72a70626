/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2 over sorted sizes: as alpha grows, N3 loses its smallest and N2 its largest items, so that two
 * pointers and prefix sums do. Sums are of 128 bits. */
#include "sim/lab/stat/bb-pack-bound.h"

#include "sim/base/bb-error.h"

#include <stdlib.h>

#define ALL_STARTS_N 512
#define MAX_COMPARISONS 20000000

__extension__ typedef __int128 Wide;

static gboolean
check_sizes(const gint64 *sizes, gsize n, gint64 capacity, GError **error)
{
    for (gsize i = 0; i < n; i++)
        if (sizes[i] < 0 || sizes[i] > capacity)
            return bb_error_set(error, BB_ERROR_INPUT,
                                "item %" G_GSIZE_FORMAT " of size %" G_GINT64_FORMAT
                                " does not fit into a bin of %" G_GINT64_FORMAT,
                                i + 1, sizes[i], capacity);
    return TRUE;
}

/* Nothing needs no bin, so that a capacity of 0 divides nothing. */
static gint64
bins_for(Wide total, gint64 capacity)
{
    return total <= 0 ? 0 : (gint64)((total + capacity - 1) / capacity);
}

static gint64
volume(const gint64 *sizes, gsize n, gint64 capacity)
{
    Wide total = 0;

    for (gsize i = 0; i < n; i++)
        total += sizes[i];
    return bins_for(total, capacity);
}

gboolean
bb_pack_l1(const gint64 *sizes, gsize n, gint64 capacity, gint64 *out, GError **error)
{
    if (!check_sizes(sizes, n, capacity, error))
        return FALSE;
    *out = volume(sizes, n, capacity);
    return TRUE;
}

static int
compare_sizes(const void *a, const void *b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return (x > y) - (x < y);
}

static gint64 *
sorted_sizes(const gint64 *sizes, gsize n)
{
    gint64 *sorted = g_memdup2(sizes, n * sizeof *sizes);

    if (n > 1)
        qsort(sorted, n, sizeof *sorted, compare_sizes);
    return sorted;
}

gboolean
bb_pack_l2(const gint64 *sizes, gsize n, gint64 capacity, gint64 *out, GError **error)
{
    g_autofree gint64 *sorted = NULL;
    g_autofree Wide *sums = NULL; /* of the i smallest */
    gsize half = 0, last = n;     /* N3 = [first, half), N2 = [half, last), N1 = [last, n) */

    if (!check_sizes(sizes, n, capacity, error))
        return FALSE;
    sorted = sorted_sizes(sizes, n);
    sums = g_new0(Wide, n + 1);
    for (gsize i = 0; i < n; i++)
        sums[i + 1] = sums[i] + sorted[i];
    while (half < n && sorted[half] <= capacity - sorted[half])
        half++;
    *out = (gint64)(n - half) +
           bins_for(sums[n] - (Wide)(n - half) * capacity, capacity); /* alpha = 0 */
    for (gsize first = 0; first < half; first++) {
        Wide spare;

        while (last > half && sorted[last - 1] > capacity - sorted[first])
            last--;
        spare = (Wide)(last - half) * capacity - (sums[last] - sums[half]);
        *out = MAX(*out, (gint64)(n - half) + bins_for(sums[half] - sums[first] - spare, capacity));
    }
    return TRUE;
}

typedef struct {
    const gint64 *items, *capacity;
    gsize n, n_dims;
    guint64 comparisons;
} Items;

static gboolean
fit_together(Items *items, gsize i, gsize j)
{
    const gint64 *a = items->items + i * items->n_dims, *b = items->items + j * items->n_dims;

    items->comparisons++;
    for (gsize k = 0; k < items->n_dims; k++)
        if (a[k] > items->capacity[k] - b[k])
            return FALSE;
    return TRUE;
}

typedef struct {
    double key;
    gsize item;
} Ordered;

static int
compare_ordered(const void *a, const void *b)
{
    const Ordered *x = a, *y = b;

    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

/* The number of items that do not fit together with this one. */
static double
degree(Items *items, gsize i)
{
    double n = 0;

    for (gsize j = 0; j < items->n; j++)
        n += j != i && !fit_together(items, i, j);
    return n;
}

static gsize
greedy_clique(Items *items, const Ordered *order, gsize start, gsize *members)
{
    gsize size = 1;

    members[0] = order[start].item;
    items->comparisons = 0;
    for (gsize i = 0; i < items->n && items->comparisons < MAX_COMPARISONS; i++) {
        gboolean joins = i != start;

        /* The last to join are the smallest: they decide soonest. */
        for (gsize k = size; joins && k > 0; k--)
            joins = !fit_together(items, members[k - 1], order[i].item);
        if (joins)
            members[size++] = order[i].item;
    }
    return size;
}

/* From every item, in the order of degrees. */
static gsize
clique_by_degree(Items *items, Ordered *order, gsize *members)
{
    gsize best = 0;

    for (gsize i = 0; i < items->n; i++)
        order[i] = (Ordered){degree(items, i), i};
    if (items->n > 1)
        qsort(order, items->n, sizeof *order, compare_ordered);
    for (gsize start = 0; start < items->n; start++)
        best = MAX(best, greedy_clique(items, order, start, members));
    return best;
}

/* From the largest item of one dimension, in the order of sizes there. */
static gsize
clique_by_size(Items *items, Ordered *order, gsize *members, gsize dim)
{
    for (gsize i = 0; i < items->n; i++)
        order[i] = (Ordered){(double)items->items[i * items->n_dims + dim], i};
    qsort(order, items->n, sizeof *order, compare_ordered);
    return greedy_clique(items, order, 0, members);
}

static gint64
largest_clique(Items *items)
{
    g_autofree Ordered *order = g_new(Ordered, items->n);
    g_autofree gsize *members = g_new(gsize, items->n);
    gsize best = 0;

    if (items->n <= ALL_STARTS_N)
        return (gint64)clique_by_degree(items, order, members);
    for (gsize k = 0; k < items->n_dims; k++)
        best = MAX(best, clique_by_size(items, order, members, k));
    return (gint64)best;
}

gboolean
bb_pack_bounds(const gint64 *items, gsize n, gsize n_dims, const gint64 *capacity,
               BbPackBounds *out, GError **error)
{
    Items all = {items, capacity, n, n_dims, 0};
    g_autofree gint64 *sizes = g_new(gint64, n);
    BbPackBounds bounds = {0, 0, 0, 0};

    for (gsize k = 0; k < n_dims; k++) {
        gint64 l2;

        for (gsize i = 0; i < n; i++)
            sizes[i] = items[i * n_dims + k];
        if (!bb_pack_l2(sizes, n, capacity[k], &l2, error))
            return FALSE;
        bounds.l2 = MAX(bounds.l2, l2);
        bounds.volume = MAX(bounds.volume, volume(sizes, n, capacity[k]));
    }
    bounds.clique = largest_clique(&all);
    bounds.best = MAX(bounds.volume, MAX(bounds.l2, bounds.clique));
    *out = bounds;
    return TRUE;
}

gsize
bb_pack_volume_of_nodes(const gint64 *capacities, gsize n, gint64 total)
{
    g_autofree gint64 *sorted = sorted_sizes(capacities, n);
    Wide held = 0;
    gsize taken = 0;

    for (; held < total && taken < n; taken++)
        held += sorted[n - 1 - taken];
    return held < total ? n + 1 : taken;
}
