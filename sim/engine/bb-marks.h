/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Room and cost of the lanes of a block, in vector loops where the policy has block_costs and the
 * amounts allow it; else each lane is asked by itself. */
#pragma once

#include "sim/engine/bb-blocks.h"
#include "sim/engine/bb-search.h"

/* What is asked, of whom. All borrowed. */
typedef struct {
    const BbNode *nodes;
    const BbBlocks *blocks;
    const BbPlacement *placement; /* cost NULL: all cost 0 */
    BbWork *work;
    const BbAsk *ask;
    const BbShapeFacts *facts;
    const BbFitTest *test; /* of the shape; NULL: the columns cannot tell */
} BbMarker;

typedef struct {
    gint32 costs[BB_BLOCK]; /* any where there is no room */
    gint32 bad[BB_BLOCK];   /* < 0: no room */
} BbMarks;

/* A key is cost << 32 | node. */
#define BB_NO_ROOM G_MAXUINT64

/* Is the node admitted, and has room? */
gboolean bb_marker_fits(const BbMarker *marker, guint node);
/* The lanes from `from` to `to`; who is admitted is not looked at. */
void bb_marks_fill(const BbMarker *marker, const BbLanes *lanes, guint from, guint to,
                   BbMarks *marks);
/* The least key of an admitted node of the block with room, or BB_NO_ROOM. */
guint64 bb_marks_least(const BbMarker *marker, guint block);
