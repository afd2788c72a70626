/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Room first: in a full cluster most blocks have none, and cost nothing more. */
#include "sim/engine/bb-marks.h"

#include <string.h>

gboolean
bb_marker_fits(const BbMarker *marker, guint node)
{
    return bb_facts_admit(marker->facts, node) &&
           bb_node_fits(&marker->nodes[node], marker->ask->shape);
}

/* Those lanes from `from` to `to` that may have room are asked by themselves. */
static void
mark_rooms(const BbMarker *marker, const BbLanes *lanes, guint from, guint to, gint32 *bad)
{
    for (guint i = from; i < to; i++)
        if (bad[i] >= 0 && (lanes->ids[i] == BB_NO_NODE || !bb_marker_fits(marker, lanes->ids[i])))
            bad[i] = -1;
}

static void
cost_each(const BbMarker *marker, const BbLanes *lanes, guint from, guint to, BbMarks *marks)
{
    const BbPlacement *placement = marker->placement;

    for (guint i = from; i < to; i++)
        if (marks->bad[i] >= 0 && lanes->ids[i] != BB_NO_NODE)
            marks->costs[i] = (gint32)placement->klass->cost(placement, marker->ask,
                                                             &marker->nodes[lanes->ids[i]]);
}

static void
mark_bad(const BbMarker *marker, const BbLanes *lanes, guint from, guint to, BbMarks *marks)
{
    const BbShape *shape = marker->ask->shape;

    marker->work->nodes_examined += to - from;
    if (marker->test)
        bb_fit_test_run(marker->test, lanes, marks->bad);
    else
        memset(marks->bad, 0, sizeof marks->bad);
    if (!marker->test || shape->group != 0 || shape->n_avoid > 0)
        mark_rooms(marker, lanes, from, to, marks->bad);
}

/* Costs of the lanes from `from` to `to` that are not bad. */
static void
mark_costs(const BbMarker *marker, const BbLanes *lanes, guint from, guint to, BbMarks *marks)
{
    const BbPlacement *placement = marker->placement;

    if (!placement->klass->cost) {
        memset(marks->costs, 0, sizeof marks->costs);
        return;
    }
    marker->work->costs_computed += to - from;
    if (marker->test && placement->klass->block_costs)
        placement->klass->block_costs(placement, marker->ask, &lanes->nodes, marks->costs);
    else
        cost_each(marker, lanes, from, to, marks);
}

void
bb_marks_fill(const BbMarker *marker, const BbLanes *lanes, guint from, guint to, BbMarks *marks)
{
    mark_bad(marker, lanes, from, to, marks);
    mark_costs(marker, lanes, from, to, marks);
}

/* ---- blocks ---- */

/* Bit i: lane i of the block admits the shape. */
static guint32
admitted(const BbMarker *marker, guint block)
{
    guint first = block * BB_BLOCK;

    return (guint32)(marker->facts->admits[first / 64] >> (first % 64));
}

static void
strike_out(BbMarks *marks, guint32 admits)
{
    static const gint32 none[16][4] = {
        {-1, -1, -1, -1}, {0, -1, -1, -1}, {-1, 0, -1, -1}, {0, 0, -1, -1},
        {-1, -1, 0, -1},  {0, -1, 0, -1},  {-1, 0, 0, -1},  {0, 0, 0, -1},
        {-1, -1, -1, 0},  {0, -1, -1, 0},  {-1, 0, -1, 0},  {0, 0, -1, 0},
        {-1, -1, 0, 0},   {0, -1, 0, 0},   {-1, 0, 0, 0},   {0, 0, 0, 0},
    };

    if (admits == G_MAXUINT32)
        return;
    for (guint i = 0; i < BB_BLOCK; i += 4, admits >>= 4)
        for (guint k = 0; k < 4; k++)
            marks->bad[i + k] |= none[admits % 16][k];
}

static gboolean
has_room(const BbMarks *marks)
{
    gint32 all_bad = -1;

    for (guint i = 0; i < BB_BLOCK; i++)
        all_bad &= marks->bad[i];
    return all_bad >= 0;
}

/* The lane of least cost with room, the first of them, or -1. */
static gint
least_lane(BbMarks *marks)
{
    gint32 least = G_MAXINT32;
    gint lane = 0;

    /* A sign mask, for compilers make a branch of a condition. */
    for (guint i = 0; i < BB_BLOCK; i++) {
        gint32 none = marks->bad[i] >> 31;

        marks->costs[i] = (marks->costs[i] & ~none) | (none & G_MAXINT32);
        least = MIN(least, marks->costs[i]);
    }
    while (lane < BB_BLOCK && (marks->costs[lane] != least || marks->bad[lane] < 0))
        lane++;
    return lane < BB_BLOCK ? lane : -1;
}

guint64
bb_marks_least(const BbMarker *marker, guint block)
{
    const BbLanes *lanes = &marker->blocks->blocks[block];
    guint32 admits = admitted(marker, block);
    BbMarks marks;
    gint lane;

    if (admits == 0)
        return BB_NO_ROOM;
    mark_bad(marker, lanes, 0, BB_BLOCK, &marks);
    strike_out(&marks, admits);
    if (!has_room(&marks))
        return BB_NO_ROOM;
    mark_costs(marker, lanes, 0, BB_BLOCK, &marks);
    lane = least_lane(&marks);
    return lane < 0 ? BB_NO_ROOM
                    : (guint64)marks.costs[lane] << 32 | (block * BB_BLOCK + (guint)lane);
}
