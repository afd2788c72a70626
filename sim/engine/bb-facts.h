/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What never changes about a shape on a cluster, found once: O(nodes) a shape. */
#pragma once

#include "sim/engine/bb-search.h"

typedef struct _BbFacts BbFacts;

/* Borrows the cluster, which must be empty of tasks now. */
BbFacts *bb_facts_new(const BbCluster *cluster);
void bb_facts_free(BbFacts *facts);
/* Books on which nothing is taken, for trials that leave them so. */
BbCluster *bb_facts_empty(const BbFacts *facts);
BbShapeFacts *bb_facts_get(BbFacts *facts, const BbShape *shape);
