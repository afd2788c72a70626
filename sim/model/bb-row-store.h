/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. Job rows kept in memory, texts included, to be sorted: for traces that are not in order. About
 * 300 bytes a row. */
#pragma once

#include "sim/model/bb-rows.h"

typedef struct _BbRowStore BbRowStore;

BbRowStore *bb_row_store_new(void);
void bb_row_store_free(BbRowStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbRowStore, bb_row_store_free)

/* Copies the row and its texts. */
void bb_row_store_add(BbRowStore *store, const BbJobRow *row);
guint bb_row_store_n(const BbRowStore *store);
/* How many rows were submitted before the row just above them. */
guint64 bb_row_store_n_disordered(const BbRowStore *store);
/* By submit time; equal times keep their order. */
void bb_row_store_sort(BbRowStore *store);
const BbJobRow *bb_row_store_get(const BbRowStore *store, guint i);
