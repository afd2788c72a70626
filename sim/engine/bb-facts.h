/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What is known of a shape on a cluster, found once: O(nodes) a shape. Of nodes that change, all
 * that they are or will be counts: what the facts rule out is certain. */
#pragma once

#include "sim/engine/bb-search.h"

typedef struct _BbFacts BbFacts;

/* Borrows the cluster, which must be empty of tasks now. */
BbFacts *bb_facts_new(const BbCluster *cluster);
void bb_facts_free(BbFacts *facts);
/* Books on which nothing is taken, for trials that leave them so: nodes as they are now. */
BbCluster *bb_facts_empty(const BbFacts *facts);
/* As bb_search_change. O(shapes). */
gboolean bb_facts_change(BbFacts *facts, const BbNode *now, const BbResources *most);
BbShapeFacts *bb_facts_get(BbFacts *facts, const BbShape *shape);
