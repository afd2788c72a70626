/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. What is taken on one node. For bb-cluster.c alone, which keeps the sums: everybody else takes
 * and gives through the cluster. */
#pragma once

#include "bb-cluster.h"

/* Nothing taken; device_free is made. The other fields must be set. */
void bb_books_init(BbNode *node);
void bb_books_clear(BbNode *node);
/* The books, state and capacity of `to`, a copy of the same node, become those of `from`. */
void bb_books_copy(BbNode *to, const BbNode *from);

/* Both assert what they can: a wrong call is the engine's mistake, never the data's. */
void bb_books_take(BbNode *node, const BbShape *shape, const BbPlaced *placed);
void bb_books_give(BbNode *node, const BbShape *shape, const BbPlaced *placed);

/* As bb_cluster_change. */
void bb_books_change(BbNode *node, BbNodeState state, const BbResources *capacity);
/* n_tasks more of the shape, or fewer when negative, among the residents. */
void bb_books_count_resident(BbNode *node, const BbShape *shape, gint64 n_tasks);

/* Leaves on `to` only the room that it and `other`, the same node, both have. */
void bb_books_narrow(BbNode *to, const BbNode *other);
