/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The order in which items are offered, and what makes sizes of several dimensions comparable:
 * fractions of the bin as integers, and weights of the dimensions.
 *
 *   sum      the fractions, added
 *   avg      each times the average fraction of its dimension over all items
 *   exp      each times exp(0.01 x that average)
 *   product  the sizes, multiplied
 * (Panigrahy, Talwar, Uyeda, Wieder: Heuristics for vector bin packing, Microsoft Research 2011:
 * FFDSum with three weights, FFDProd.) In one dimension all four are the same order. */
#pragma once

#include "sim/base/bb-params.h"
#include "sim/lab/pack/bb-pack-instance.h"

/* A whole bin. Fractions are exact where 2^40 or less is a multiple of every capacity, else rounded
 * down. */
gint64 bb_pack_unit(const BbPackInstance *instance);
/* amount x unit / capacity */
gint64 bb_pack_fraction(gint64 amount, gint64 unit, gint64 capacity);
/* n_items rows of n_dims fractions. Owned by the caller. */
gint64 *bb_pack_fractions(const BbPackInstance *instance, gint64 unit);
/* The average of each dimension's fractions, rounded down. Owned by the caller. */
gint64 *bb_pack_averages(const BbPackInstance *instance, const gint64 *fractions);

typedef enum {
    BB_PACK_GIVEN,
    BB_PACK_DECREASING,
    BB_PACK_SHUFFLED,
} BbPackOrderKind;

typedef enum {
    BB_PACK_BY_SUM,
    BB_PACK_BY_AVG,
    BB_PACK_BY_EXP,
    BB_PACK_BY_PRODUCT,
} BbPackBy;

typedef struct {
    BbPackOrderKind kind;
    BbPackBy by;
} BbPackOrder;

/* "given", "shuffled", "decreasing", "decreasing(by=avg)". BB_ERROR_USAGE with a suggestion. */
gboolean bb_pack_order_parse(const char *text, BbPackOrder *out, GError **error);
/* As bb_pack_order_parse reads it. Owned by the caller. */
char *bb_pack_order_name(BbPackOrder order);
/* The items, first to last; equal ones as given. `number` is that of the instance in its file: with
 * the seed it decides what shuffled is. Owned by the caller. */
gsize *bb_pack_order_items(const BbPackInstance *instance, BbPackOrder order, guint64 seed,
                           guint number);
