/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys are integers of 128 bits. A product of sizes keeps its exponent apart, so that none of 64
 * dimensions over- or underflows. */
#include "sim/lab/pack/bb-pack-order.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_MAX (G_GINT64_CONSTANT(1) << 40)
#define MANTISSA_BITS 53

static const char *const kind_names[] = {"given", "decreasing", "shuffled", NULL};

static const BbParam decreasing_params[] = {
    {.name = "by",
     .type = BB_PARAM_ENUM,
     .fallback = "sum",
     .summary = "the size of an item of several dimensions",
     .choices = "sum|avg|exp|product"},
    {.name = NULL},
};

static gint64
greatest_divisor(gint64 a, gint64 b)
{
    while (b != 0) {
        gint64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

gint64
bb_pack_unit(const BbPackInstance *instance)
{
    gint64 multiple = 1;
    for (guint k = 0; k < instance->n_dims; k++) {
        gint64 capacity = instance->capacity[k];
        gint64 factor = capacity / greatest_divisor(multiple, capacity);
        if (factor > UNIT_MAX / multiple)
            return UNIT_MAX;
        multiple *= factor;
    }
    return UNIT_MAX / multiple * multiple;
}

gint64
bb_pack_fraction(gint64 amount, gint64 unit, gint64 capacity)
{
    return (gint64)((BbInt128)amount * unit / capacity);
}

gint64 *
bb_pack_fractions(const BbPackInstance *instance, gint64 unit)
{
    gint64 *fractions = g_new(gint64, MAX(instance->n_items * instance->n_dims, 1));
    for (gsize i = 0; i < instance->n_items; i++) {
        for (guint k = 0; k < instance->n_dims; k++) {
            gsize at = i * instance->n_dims + k;
            fractions[at] = bb_pack_fraction(instance->items[at], unit, instance->capacity[k]);
        }
    }
    return fractions;
}

gint64 *
bb_pack_averages(const BbPackInstance *instance, const gint64 *fractions)
{
    gint64 *averages = g_new0(gint64, instance->n_dims);
    for (gsize i = 0; i < instance->n_items; i++)
        for (guint k = 0; k < instance->n_dims; k++)
            averages[k] += fractions[i * instance->n_dims + k];
    for (guint k = 0; k < instance->n_dims; k++)
        averages[k] /= (gint64)MAX(instance->n_items, 1);
    return averages;
}

gboolean
bb_pack_order_parse(const char *text, BbPackOrder *out, GError **error)
{
    g_autofree char *name = NULL, *rest = NULL, *owner = NULL;
    g_autoptr(BbParams) params = NULL;
    guint kind = 0;
    if (!bb_params_split(text, &name, &rest, error))
        return FALSE;
    while (kind_names[kind] && strcmp(kind_names[kind], name) != 0)
        kind++;
    if (kind_names[kind] == NULL) {
        g_autofree char *found = bb_quote(name);
        const char *near = bb_suggest(name, kind_names);
        return bb_error_set(error, BB_ERROR_USAGE,
                            "expected one of given, decreasing, shuffled, found %s%s%s%s", found,
                            near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    }
    owner = g_strconcat("order ", name, NULL);
    params =
        bb_params_parse(owner, kind == BB_PACK_DECREASING ? decreasing_params : NULL, rest, error);
    if (params == NULL)
        return FALSE;
    out->kind = (BbPackOrderKind)kind;
    out->by = kind == BB_PACK_DECREASING ? (BbPackBy)bb_params_int(params, "by") : BB_PACK_BY_SUM;
    return TRUE;
}

char *
bb_pack_order_name(BbPackOrder order)
{
    static const char *const names[] = {"sum", "avg", "exp", "product"};
    if (order.kind != BB_PACK_DECREASING)
        return g_strdup(kind_names[order.kind]);
    return g_strdup_printf("decreasing(by=%s)", names[order.by]);
}

static void
shuffle(gsize *items, gsize n, guint64 seed, guint number)
{
    guint32 stream = bb_rng_stream("pack-order");
    for (gsize i = n; i > 1; i--) {
        gsize j = (gsize)bb_rng_below(seed, stream, number, (guint32)i, i);
        gsize item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}

typedef struct {
    BbInt128 key;
    gsize item;
} Keyed;

static int
compare_keyed(const void *a, const void *b)
{
    const Keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

static BbInt128
product_of(const gint64 *sizes, guint n_dims)
{
    double mantissa = 0.5;
    gint64 exponent = 1;
    for (guint k = 0; k < n_dims; k++) {
        int moved;
        mantissa = frexp(mantissa * (double)sizes[k], &moved);
        exponent += moved;
        if (mantissa <= 0)
            return 0;
    }
    return ((BbInt128)exponent << MANTISSA_BITS) + (BbInt128)ldexp(mantissa, MANTISSA_BITS);
}

static BbInt128
weighted_sum(const gint64 *fractions, const gint64 *weights, guint n_dims)
{
    BbInt128 sum = 0;
    for (guint k = 0; k < n_dims; k++)
        sum += (BbInt128)weights[k] * fractions[k];
    return sum;
}

static gint64 *
weights_of(const BbPackInstance *instance, BbPackBy by, const gint64 *fractions, gint64 unit)
{
    gint64 *weights = bb_pack_averages(instance, fractions);
    for (guint k = 0; k < instance->n_dims; k++) {
        double average = (double)weights[k] / (double)unit;
        if (by == BB_PACK_BY_SUM)
            weights[k] = 1;
        else if (by == BB_PACK_BY_EXP)
            weights[k] = llround(exp(0.01 * average) * (double)UNIT_MAX);
    }
    return weights;
}

static void
sort_decreasing(gsize *items, const BbPackInstance *instance, BbPackBy by)
{
    gint64 unit = bb_pack_unit(instance);
    g_autofree gint64 *fractions = bb_pack_fractions(instance, unit);
    g_autofree gint64 *weights = weights_of(instance, by, fractions, unit);
    g_autofree Keyed *keyed = g_new(Keyed, instance->n_items + 1);
    for (gsize i = 0; i < instance->n_items; i++) {
        gsize row = i * instance->n_dims;
        keyed[i].item = i;
        keyed[i].key = by == BB_PACK_BY_PRODUCT
                           ? product_of(instance->items + row, instance->n_dims)
                           : weighted_sum(fractions + row, weights, instance->n_dims);
    }
    qsort(keyed, instance->n_items, sizeof *keyed, compare_keyed);
    for (gsize i = 0; i < instance->n_items; i++)
        items[i] = keyed[i].item;
}

gsize *
bb_pack_order_items(const BbPackInstance *instance, BbPackOrder order, guint64 seed, guint number)
{
    gsize *items = g_new(gsize, MAX(instance->n_items, 1));
    for (gsize i = 0; i < instance->n_items; i++)
        items[i] = i;
    if (order.kind == BB_PACK_DECREASING)
        sort_decreasing(items, instance, order.by);
    else if (order.kind == BB_PACK_SHUFFLED)
        shuffle(items, instance->n_items, seed, number);
    return items;
}
