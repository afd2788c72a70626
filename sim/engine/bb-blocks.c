/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lane is written where the node lives and copied to the end of the log. Columns of resources that the
 * cluster does not model stay 0 everywhere, so nobody writes them. */
#include "sim/engine/bb-blocks.h"

#define AMOUNT_MAX (1 << BB_AMOUNT_BITS)
#define UNASKED_MAX (1u << 21)

/* ---- lanes ---- */

static void
set_capacity(BbBlocks *blocks, BbBlock *block, guint r, guint lane, gint64 capacity)
{
    if (block->capacity[r][lane] == capacity)
        return;
    blocks->too_large = blocks->too_large || capacity > AMOUNT_MAX;
    block->capacity[r][lane] = (gint32)MIN(capacity, AMOUNT_MAX);
    block->inverse[r][lane] = capacity == 0 ? 0 : 1.0 / (double)capacity * (1 + 0x1p-50);
}

static gboolean
is_closed(const BbNode *node)
{
    const BbResources nothing = {{0}};

    return node->whole || !bb_resources_fit(&nothing, &node->free);
}

static void
set_devices(BbLanes *lanes, guint lane, const BbNode *node)
{
    gint32 most = 0, n_whole = 0;

    for (guint32 d = 0; d < node->n_devices; d++) {
        most = MAX(most, node->device_free[d]);
        n_whole += node->device_free[d] >= 1000;
    }
    lanes->most_share[lane] = most;
    lanes->n_whole[lane] = n_whole;
}

static void
set_lane(BbBlocks *blocks, BbLanes *lanes, guint lane, const BbNode *node)
{
    gboolean closed = is_closed(node);

    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!(blocks->modelled & (1u << r)))
            continue;
        set_capacity(blocks, &lanes->nodes, r, lane, node->capacity.v[r]);
        lanes->nodes.free[r][lane] = closed ? -1 : (gint32)MIN(node->free.v[r], AMOUNT_MAX);
        lanes->nodes.n_unasked[r][lane] = (gint32)MIN(node->n_unasked[r], UNASKED_MAX);
    }
    lanes->is_empty[lane] = !closed && node->n_tasks == 0;
    lanes->ids[lane] = node->index;
    if (node->n_devices > 0)
        set_devices(lanes, lane, node);
}

static void
copy_lane(const BbBlocks *blocks, BbLanes *to, guint to_lane, const BbLanes *from, guint lane)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!(blocks->modelled & (1u << r)))
            continue;
        to->nodes.free[r][to_lane] = from->nodes.free[r][lane];
        to->nodes.capacity[r][to_lane] = from->nodes.capacity[r][lane];
        to->nodes.n_unasked[r][to_lane] = from->nodes.n_unasked[r][lane];
        to->nodes.inverse[r][to_lane] = from->nodes.inverse[r][lane];
    }
    to->most_share[to_lane] = from->most_share[lane];
    to->n_whole[to_lane] = from->n_whole[lane];
    to->is_empty[to_lane] = from->is_empty[lane];
    to->ids[to_lane] = from->ids[lane];
}

static void
close_lane(BbLanes *lanes, guint lane)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        lanes->nodes.free[r][lane] = -1;
    lanes->ids[lane] = BB_NO_NODE;
}

/* ---- all of them ---- */

BbBlocks *
bb_blocks_new(const BbCluster *cluster, guint64 n_log)
{
    BbBlocks *blocks = g_new0(BbBlocks, 1);
    guint64 n_log_blocks = 2;

    blocks->nodes = bb_cluster_nodes(cluster);
    blocks->n_nodes = bb_cluster_n(cluster);
    blocks->n_blocks = (blocks->n_nodes + BB_BLOCK - 1) / BB_BLOCK;
    /* Without any, a column must say that a lane is closed. */
    blocks->modelled = bb_cluster_modelled(cluster) | 1u << BB_CPU;
    blocks->blocks = g_new0(BbLanes, blocks->n_blocks);
    for (guint i = 0; i < blocks->n_blocks * BB_BLOCK; i++) {
        BbLanes *lanes = &blocks->blocks[i / BB_BLOCK];

        if (i < blocks->n_nodes)
            set_lane(blocks, lanes, i % BB_BLOCK, &blocks->nodes[i]);
        else
            close_lane(lanes, i % BB_BLOCK);
    }
    /* The block that is being written holds entries of the round before. */
    while ((n_log_blocks - 1) * BB_BLOCK < n_log)
        n_log_blocks *= 2;
    blocks->log = g_new0(BbLanes, n_log_blocks);
    blocks->log_mask = n_log_blocks - 1;
    blocks->last_logged = g_new0(guint64, blocks->n_nodes);
    return blocks;
}

void
bb_blocks_free(BbBlocks *blocks)
{
    if (!blocks)
        return;
    g_free(blocks->blocks);
    g_free(blocks->log);
    g_free(blocks->last_logged);
    g_free(blocks);
}

void
bb_blocks_note(BbBlocks *blocks, guint node)
{
    BbLanes *home = &blocks->blocks[node / BB_BLOCK];
    guint64 *last = &blocks->last_logged[node];
    guint64 entry = blocks->n_logged++;

    if (*last > 0 && entry / BB_BLOCK - (*last - 1) / BB_BLOCK <= blocks->log_mask)
        blocks->log[((*last - 1) / BB_BLOCK) & blocks->log_mask].ids[(*last - 1) % BB_BLOCK] =
            BB_NO_NODE;
    *last = entry + 1;
    set_lane(blocks, home, node % BB_BLOCK, &blocks->nodes[node]);
    copy_lane(blocks, &blocks->log[(entry / BB_BLOCK) & blocks->log_mask], entry % BB_BLOCK, home,
              node % BB_BLOCK);
}

/* ---- who has room ---- */

static void
add_test(BbFitTest *test, gsize offset, gint64 least)
{
    test->tests[test->n].offset = offset;
    test->tests[test->n].least = (gint32)least;
    test->n++;
}

gboolean
bb_fit_test_init(BbFitTest *test, const BbShape *shape)
{
    gsize column = sizeof(gint32) * BB_BLOCK;

    test->n = 0;
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (shape->need.v[r] > AMOUNT_MAX)
            return FALSE;
        if (shape->need.v[r] > 0)
            add_test(test, G_STRUCT_OFFSET(BbLanes, nodes.free) + r * column, shape->need.v[r]);
    }
    if (shape->whole_node)
        add_test(test, G_STRUCT_OFFSET(BbLanes, is_empty), 1);
    else if (shape->gpu_share_milli > 0)
        add_test(test, G_STRUCT_OFFSET(BbLanes, most_share), shape->gpu_share_milli);
    else if (shape->n_gpus > 0)
        add_test(test, G_STRUCT_OFFSET(BbLanes, n_whole), shape->n_gpus);
    if (test->n == 0)
        add_test(test, G_STRUCT_OFFSET(BbLanes, nodes.free), 0);
    return TRUE;
}

static const gint32 *
column_of(const BbFitTest *test, guint t, const BbLanes *lanes)
{
    return (const gint32 *)(gconstpointer)((const char *)lanes + test->tests[t].offset);
}

void
bb_fit_test_run(const BbFitTest *test, const BbLanes *lanes, gint32 *restrict bad)
{
    const gint32 *first = column_of(test, 0, lanes);
    gint32 least = test->tests[0].least;

    for (guint i = 0; i < BB_BLOCK; i++)
        bad[i] = first[i] - least;
    for (guint t = 1; t < test->n; t++) {
        const gint32 *column = column_of(test, t, lanes);

        least = test->tests[t].least;
        for (guint i = 0; i < BB_BLOCK; i++)
            bad[i] |= column[i] - least;
    }
}
