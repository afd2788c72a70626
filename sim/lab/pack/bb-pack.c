/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The free amounts of every open bin as they are, and as fractions for the scores. */
#include "sim/lab/pack/bb-pack.h"

#include "sim/base/bb-error.h"

#include <string.h>

/* Harmonic's classes: (1/2, 1], (1/3, 1/2], .., and all that is smaller. */
#define N_CLASSES 20

struct _BbPackBins {
    const BbPackInstance *instance;
    gint64 unit;
    gint64 *fractions; /* of the items */
    gint64 *weights;   /* of the dimensions */
    gsize n_bins;
    GArray *free;                /* n_bins rows of n_dims amounts */
    GArray *free_sums;           /* of their fractions, a bin each */
    gint64 *last_fractions;      /* those of the last bin */
    gsize of_class[N_CLASSES];   /* the class's open bin + 1, 0: none */
    gsize n_in_class[N_CLASSES]; /* items in it */
};

static gint64 *
free_of(const BbPackBins *bins, gsize bin)
{
    return &g_array_index(bins->free, gint64, bin * bins->instance->n_dims);
}

static gboolean
fits(const BbPackBins *bins, gsize item, gsize bin)
{
    guint n_dims = bins->instance->n_dims;
    const gint64 *sizes = bins->instance->items + item * n_dims, *left = free_of(bins, bin);
    for (guint k = 0; k < n_dims; k++)
        if (sizes[k] > left[k])
            return FALSE;
    return TRUE;
}

static gsize
first_fit(BbPackBins *bins, gsize item)
{
    for (gsize bin = 0; bin < bins->n_bins; bin++)
        if (fits(bins, item, bin))
            return bin;
    return bins->n_bins;
}

static gsize
next_fit(BbPackBins *bins, gsize item)
{
    gsize last = bins->n_bins - 1;
    return bins->n_bins > 0 && fits(bins, item, last) ? last : bins->n_bins;
}

/* The first of the bins with the least (sign 1) or most (sign -1) free. */
static gsize
extreme_fit(const BbPackBins *bins, gsize item, gint64 sign)
{
    gsize best = bins->n_bins;
    gint64 least = G_MAXINT64;
    for (gsize bin = 0; bin < bins->n_bins; bin++) {
        gint64 sum = sign * g_array_index(bins->free_sums, gint64, bin);
        if (sum < least && fits(bins, item, bin)) {
            best = bin;
            least = sum;
        }
    }
    return best;
}

static gsize
best_fit(BbPackBins *bins, gsize item)
{
    return extreme_fit(bins, item, 1);
}

static gsize
worst_fit(BbPackBins *bins, gsize item)
{
    return extreme_fit(bins, item, -1);
}

/* How many items as large as this one in its largest dimension fill a bin. */
static guint
class_of(const BbPackInstance *instance, gsize item)
{
    const gint64 *sizes = instance->items + item * instance->n_dims;
    gint64 n = N_CLASSES;
    for (guint k = 0; k < instance->n_dims; k++)
        if (sizes[k] > 0)
            n = MIN(n, instance->capacity[k] / sizes[k]);
    return (guint)n;
}

/* A bin of class k < N_CLASSES takes k items, that of the smallest what fits. */
static gsize
harmonic(BbPackBins *bins, gsize item)
{
    guint k = class_of(bins->instance, item), at = k - 1;
    gsize bin = bins->of_class[at];
    gboolean room =
        bin > 0 && (k < N_CLASSES ? bins->n_in_class[at] < k : fits(bins, item, bin - 1));
    if (!room) {
        bins->of_class[at] = bins->n_bins + 1;
        bins->n_in_class[at] = 0;
    }
    bins->n_in_class[at]++;
    return bins->of_class[at] - 1;
}

static BbInt128
dot_product(const BbPackBins *bins, gsize item)
{
    guint n_dims = bins->instance->n_dims;
    const gint64 *need = bins->fractions + item * n_dims;
    BbInt128 sum = 0;
    for (guint k = 0; k < n_dims; k++)
        sum += (BbInt128)bins->weights[k] * need[k] * bins->last_fractions[k];
    return sum;
}

static BbInt128
l2(const BbPackBins *bins, gsize item)
{
    guint n_dims = bins->instance->n_dims;
    const gint64 *need = bins->fractions + item * n_dims;
    BbInt128 sum = 0;
    for (guint k = 0; k < n_dims; k++) {
        gint64 difference = bins->last_fractions[k] - need[k];
        sum -= (BbInt128)bins->weights[k] * difference * difference;
    }
    return sum;
}

#define ANY_FIT "Johnson, Near-optimal bin packing algorithms, thesis, MIT 1973"
#define PANIGRAHY "Panigrahy et al., Heuristics for vector bin packing, Microsoft Research 2011"

const BbPackPlacement bb_pack_placements[] = {
    {"first-fit", "the first bin that has room", ANY_FIT, first_fit, NULL},
    {"next-fit", "the bin opened last, or a new one", ANY_FIT, next_fit, NULL},
    {"best-fit", "the least is left over, all dimensions added", ANY_FIT, best_fit, NULL},
    {"worst-fit", "the most is left over, all dimensions added", ANY_FIT, worst_fit, NULL},
    {"dot-product", "bin by bin: the item that points most in the direction of what is left",
     PANIGRAHY, NULL, dot_product},
    {"l2", "bin by bin: the item nearest to what is left", PANIGRAHY, NULL, l2},
    {"harmonic", "k items in (1/(k+1), 1/k] to a bin, by the largest dimension; 20 classes",
     "Lee, Lee, A simple on-line bin-packing algorithm, J. ACM 32, 1985", harmonic, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

const BbPackPlacement *
bb_pack_placement_find(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(bb_pack_placements)] = {NULL};
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; bb_pack_placements[i].name; i++) {
        names[i] = bb_pack_placements[i].name;
        if (strcmp(names[i], name) == 0)
            return &bb_pack_placements[i];
        g_string_append_printf(list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    g_autofree char *found = bb_quote(name);
    const char *near = bb_suggest(name, names);
    bb_error_set(error, BB_ERROR_USAGE, "expected one of %s, found %s%s%s%s", list->str, found,
                 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return NULL;
}

static void
bins_init(BbPackBins *bins, const BbPackInstance *instance)
{
    bins->instance = instance;
    bins->unit = bb_pack_unit(instance);
    bins->fractions = bb_pack_fractions(instance, bins->unit);
    bins->weights = bb_pack_averages(instance, bins->fractions);
    bins->free = g_array_new(FALSE, FALSE, sizeof(gint64));
    bins->free_sums = g_array_new(FALSE, FALSE, sizeof(gint64));
    bins->last_fractions = g_new0(gint64, instance->n_dims);
}

static void
bins_clear(BbPackBins *bins)
{
    g_free(bins->fractions);
    g_free(bins->weights);
    g_array_unref(bins->free);
    g_array_unref(bins->free_sums);
    g_free(bins->last_fractions);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbPackBins, bins_clear)

static void
count_free(BbPackBins *bins, gsize bin)
{
    const gint64 *left = free_of(bins, bin);
    gint64 sum = 0;
    for (guint k = 0; k < bins->instance->n_dims; k++) {
        gint64 fraction = bb_pack_fraction(left[k], bins->unit, bins->instance->capacity[k]);
        sum += fraction;
        if (bin + 1 == bins->n_bins)
            bins->last_fractions[k] = fraction;
    }
    g_array_index(bins->free_sums, gint64, bin) = sum;
}

static void
open_bin(BbPackBins *bins)
{
    gint64 sum = 0;
    g_array_append_vals(bins->free, bins->instance->capacity, bins->instance->n_dims);
    g_array_append_val(bins->free_sums, sum);
    bins->n_bins++;
    count_free(bins, bins->n_bins - 1);
}

static void
put(BbPackBins *bins, gsize item, gsize bin, gsize *bin_of)
{
    guint n_dims = bins->instance->n_dims;
    gint64 *left = free_of(bins, bin);
    g_assert(fits(bins, item, bin));
    for (guint k = 0; k < n_dims; k++)
        left[k] -= bins->instance->items[item * n_dims + k];
    count_free(bins, bin);
    if (bin_of)
        bin_of[item] = bin;
}

static gboolean
stopped(gint *interrupted, GError **error)
{
    return interrupted && g_atomic_int_get(interrupted) != 0 &&
           !bb_error_set(error, BB_ERROR_INTERRUPTED, "interrupted while packing");
}

static gboolean
pack_by_item(const BbPackPlacement *placement, BbPackBins *bins, const gsize *items,
             gint *interrupted, gsize *bin_of, GError **error)
{
    for (gsize i = 0; i < bins->instance->n_items; i++) {
        if (stopped(interrupted, error))
            return FALSE;
        gsize bin = placement->choose(bins, items[i]);
        if (bin == bins->n_bins)
            open_bin(bins);
        put(bins, items[i], bin, bin_of);
    }
    return TRUE;
}

/* The place in `left` of the item that goes to the last bin next; n_left: none fits. */
static gsize
best_item(const BbPackPlacement *placement, const BbPackBins *bins, const gsize *left, gsize n_left)
{
    gsize best = n_left;
    BbInt128 most = 0;
    for (gsize i = 0; i < n_left; i++) {
        if (!fits(bins, left[i], bins->n_bins - 1))
            continue;
        BbInt128 score = placement->score(bins, left[i]);
        if (best == n_left || score > most) {
            best = i;
            most = score;
        }
    }
    return best;
}

static gboolean
pack_by_bin(const BbPackPlacement *placement, BbPackBins *bins, const gsize *items,
            gint *interrupted, gsize *bin_of, GError **error)
{
    gsize n_left = bins->instance->n_items;
    g_autofree gsize *left = g_memdup2(items, n_left * sizeof *items);
    while (n_left > 0) {
        if (stopped(interrupted, error))
            return FALSE;
        gsize at = bins->n_bins > 0 ? best_item(placement, bins, left, n_left) : n_left;
        if (at == n_left) {
            open_bin(bins);
            continue;
        }
        put(bins, left[at], bins->n_bins - 1, bin_of);
        n_left--;
        memmove(left + at, left + at + 1, (n_left - at) * sizeof *left);
    }
    return TRUE;
}

gboolean
bb_pack(const BbPackPlacement *placement, const BbPackInstance *instance, const gsize *items,
        gint *interrupted, gsize *out_n_bins, gsize *bin_of, GError **error)
{
    g_auto(BbPackBins) bins = {0};
    gboolean fine;
    bins_init(&bins, instance);
    fine = placement->choose ? pack_by_item(placement, &bins, items, interrupted, bin_of, error)
                             : pack_by_bin(placement, &bins, items, interrupted, bin_of, error);
    *out_n_bins = bins.n_bins;
    return fine;
}
