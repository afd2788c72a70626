/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The hard spread constraint (kube: topologySpreadConstraints, DoNotSchedule): on a node whose
 * label has value v, count(v) + 1 - min over values of count <= max_skew. Counts are tasks of the
 * shape's group; values are those of nodes that admit the shape and are bought, up or down. */
#pragma once

#include "sim/model/bb-cluster.h"

typedef struct _BbSpread BbSpread;

/* Counts on the books. `admits` as in BbShapeFacts. Cost O(nodes x terms). */
BbSpread *bb_spread_new(const BbCluster *books, const BbShape *shape, const guint64 *admits);
void bb_spread_free(BbSpread *spread);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbSpread, bb_spread_free)

gboolean bb_spread_allows(const BbSpread *spread, const BbNode *node);
/* One more task of the group is on the node now. O(values). */
void bb_spread_add(BbSpread *spread, const BbNode *node);
