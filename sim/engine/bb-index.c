/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key is cost << 32 | node, so that the least key is the least cost at the lowest node; BB_NO_ROOM is
 * above all keys. `keys` holds one per block of nodes, `tops` one per `per_top` blocks.
 *
 * Blocks, and the log of changes, are worked through lane by lane in vector loops where the policy has
 * block_costs; else each lane is asked by itself. A block that is looked at anew may be ahead of the
 * log, for it sees all changes: entries of the log that a later one supersedes are void, so that both
 * say the same in the end. */
#include "sim/engine/bb-index.h"

#include "sim/engine/bb-marks.h"

/* All keys together; shapes that come later are scanned for. */
#define MOST_KEYS (G_GUINT64_CONSTANT(8) << 20)
/* Constant costs: scans may cost so many times what the index would before it is asked, so that having
 * tried costs at most 1.25 scans. */
#define TRY 4
/* A node farther than that is found for less by the index. */
#define FAR 192
/* A node of a block costs such a part of a node looked at by itself. */
#define LANE_PART 4
/* So many changes per block may be taken in one by one, as long as they make no more than one block in
 * so many be looked at anew; where they did, the next so many questions look at all blocks at once. */
#define CHANGES_PER_BLOCK 4
#define DEAR_PART 2
#define N_CAUTIOUS 16

typedef struct {
    gboolean by_column; /* the test serves */
    BbFitTest test;
    guint64 seen;  /* how much of the log it has taken in */
    guint64 *keys; /* by block; NULL: not asked often enough */
    guint64 *tops;
    guint64 spent; /* constant costs: nodes that scans examined since */
    gboolean far;  /* .. and the last answer was far away */
    guint n_cautious;
    gboolean asked;
} Table;

struct _BbIndex {
    const BbNode *nodes;
    guint n_nodes, n_blocks, n_tops;
    guint per_top;
    guint64 n_keys; /* of all tables */
    const BbPlacement *placement;
    BbWork *work;
    BbBlocks *blocks;
    GPtrArray *tables; /* of Table by shape index, owned; NULL: not asked yet */
};

/* One question. */
typedef struct {
    const BbIndex *index;
    BbMarker marker;
    Table *table;
    guint n_renewed; /* blocks looked at anew on the way */
} Look;

gboolean
bb_index_can_serve(const BbPlacement *placement)
{
    const BbPlacementClass *klass = placement->klass;

    if (klass->choose || placement->flags & (BB_USES_JOB | BB_USES_TIME | BB_PICK_RANDOM))
        return FALSE;
    /* A policy that remembers has costs of its memory too, and a start of its own ties by it. */
    return !klass->cost || (!klass->placed && !klass->start);
}

static void
free_table(gpointer data)
{
    Table *table = data;

    if (!table)
        return;
    g_free(table->keys);
    g_free(table->tops);
    g_free(table);
}

BbIndex *
bb_index_new(const BbCluster *cluster, const BbPlacement *placement, BbWork *work)
{
    BbIndex *index = g_new0(BbIndex, 1);

    index->nodes = bb_cluster_nodes(cluster);
    index->n_nodes = bb_cluster_n(cluster);
    index->n_blocks = (index->n_nodes + BB_BLOCK - 1) / BB_BLOCK;
    for (index->per_top = 8; index->per_top * index->per_top < index->n_blocks;)
        index->per_top *= 2;
    index->n_tops = (index->n_blocks + index->per_top - 1) / index->per_top;
    index->placement = placement;
    index->work = work;
    index->blocks = bb_blocks_new(cluster, (guint64)index->n_blocks * CHANGES_PER_BLOCK);
    index->tables = g_ptr_array_new_with_free_func(free_table);
    return index;
}

void
bb_index_free(BbIndex *index)
{
    if (!index)
        return;
    g_ptr_array_unref(index->tables);
    bb_blocks_free(index->blocks);
    g_free(index);
}

void
bb_index_note(BbIndex *index, guint node)
{
    bb_blocks_note(index->blocks, node);
}

/* ---- keys ---- */

static guint64
least_of_top(const Look *look, guint top)
{
    guint end = MIN((top + 1) * look->index->per_top, look->index->n_blocks);
    guint64 least = BB_NO_ROOM;

    for (guint block = top * look->index->per_top; block < end; block++)
        least = MIN(least, look->table->keys[block]);
    return least;
}

/* ---- bringing up to date ---- */

static void
set_key(const Look *look, guint block, guint64 key)
{
    Table *table = look->table;
    guint64 before = table->keys[block];
    guint64 *top = &table->tops[block / look->index->per_top];

    table->keys[block] = key;
    if (key < *top)
        *top = key;
    else if (*top == before && key != before)
        *top = least_of_top(look, block / look->index->per_top);
}

static void
take_in(Look *look, guint node, gint32 bad, gint32 cost)
{
    guint block = node / BB_BLOCK;
    guint64 best = look->table->keys[block];
    guint64 key = bad < 0 ? BB_NO_ROOM : (guint64)cost << 32 | node;

    if (key < best) {
        set_key(look, block, key);
    } else if ((guint32)best == node && key != best) {
        set_key(look, block, bb_marks_least(&look->marker, block));
        look->n_renewed++;
    }
}

/* The changes in one block of the log from the one that was not seen yet. */
static void
take_in_block(Look *look, const BbLanes *lanes)
{
    Table *table = look->table;
    guint from = (guint)(table->seen % BB_BLOCK);
    guint to = (guint)MIN(BB_BLOCK, from + (look->index->blocks->n_logged - table->seen));
    BbMarks marks;

    bb_marks_fill(&look->marker, lanes, from, to, &marks);
    for (guint i = from; i < to; i++)
        if (lanes->ids[i] != BB_NO_NODE && bb_facts_admit(look->marker.facts, lanes->ids[i]))
            take_in(look, lanes->ids[i], marks.bad[i], marks.costs[i]);
    table->seen += to - from;
}

/* FALSE: it became dear, and is not done. */
static gboolean
replay(Look *look)
{
    const BbBlocks *blocks = look->index->blocks;
    guint limit = look->index->n_blocks / DEAR_PART;

    while (look->table->seen < blocks->n_logged) {
        if (look->n_renewed > limit && look->table->n_cautious == 0) {
            look->table->n_cautious = N_CAUTIOUS;
            return FALSE;
        }
        take_in_block(look, bb_blocks_log_at(blocks, look->table->seen));
    }
    return TRUE;
}

static void
make_anew(const Look *look)
{
    for (guint block = 0; block < look->index->n_blocks; block++)
        look->table->keys[block] = bb_marks_least(&look->marker, block);
    for (guint top = 0; top < look->index->n_tops; top++)
        look->table->tops[top] = least_of_top(look, top);
}

static Table *
table_of(BbIndex *index, const BbShape *shape)
{
    Table *table;

    if (index->tables->len <= shape->index)
        g_ptr_array_set_size(index->tables, (gint)shape->index + 1);
    if (index->tables->pdata[shape->index])
        return index->tables->pdata[shape->index];
    table = g_new0(Table, 1);
    table->by_column = bb_fit_test_init(&table->test, shape);
    table->seen = G_MAXUINT64;
    index->tables->pdata[shape->index] = table;
    return table;
}

/* Are there too many changes to take them in one by one? One costs one block at most, so that as many
 * as blocks are never too many. */
static gboolean
fell_behind(const Look *look)
{
    const BbIndex *index = look->index;
    guint64 n_new = index->blocks->n_logged - look->table->seen;

    if (look->table->seen == G_MAXUINT64)
        return TRUE;
    return n_new > (look->table->n_cautious > 0 ? index->n_blocks / DEAR_PART
                                                : index->n_blocks * CHANGES_PER_BLOCK);
}

/* FALSE: no table is to be kept. */
static gboolean
bring_up_to_date(BbIndex *index, Look *look)
{
    Table *table = look->table;

    if (!table->keys) {
        if (index->n_keys + index->n_blocks > MOST_KEYS)
            return FALSE;
        index->n_keys += index->n_blocks;
        table->keys = g_new(guint64, index->n_blocks);
        table->tops = g_new(guint64, index->n_tops);
    }
    if (fell_behind(look) || !replay(look))
        make_anew(look);
    table->n_cautious -= table->n_cautious > 0;
    table->seen = index->blocks->n_logged;
    return TRUE;
}

/* ---- answers ---- */

static gint
node_of(guint64 key)
{
    return key == BB_NO_ROOM ? -1 : (gint)(guint32)key;
}

static gint
least(const Look *look)
{
    guint64 key = BB_NO_ROOM;

    for (guint top = 0; top < look->index->n_tops; top++)
        key = MIN(key, look->table->tops[top]);
    return node_of(key);
}

/* Without a table. */
static gint
scan(const Look *look)
{
    guint64 key = BB_NO_ROOM;

    for (guint block = 0; block < look->index->n_blocks; block++)
        key = MIN(key, bb_marks_least(&look->marker, block));
    return node_of(key);
}

/* The first node with room in [from, to), `from` at the beginning of a block; -1: none. */
static gint
first_in_blocks(const Look *look, guint from, guint to)
{
    guint per_top = look->index->per_top;

    for (guint block = from / BB_BLOCK; block * BB_BLOCK < to; block++) {
        guint64 key = look->table->keys[block];

        if (block % per_top == 0 && look->table->tops[block / per_top] == BB_NO_ROOM)
            block += per_top - 1;
        else if (key != BB_NO_ROOM)
            return (guint32)key < to ? (gint)(guint32)key : -1;
    }
    return -1;
}

/* A scan of at most `limit` nodes; *node is where it stopped. TRUE: there is room. */
static gboolean
scan_near(const Look *look, guint64 limit, guint *node)
{
    guint n = look->index->n_nodes;

    for (guint64 k = 0; k < limit || (*node % BB_BLOCK != 0 && k < n); k++) {
        look->index->work->nodes_examined++;
        if (bb_marker_fits(&look->marker, *node))
            return TRUE;
        *node = *node + 1 == n ? 0 : *node + 1;
        look->table->spent++;
    }
    return FALSE;
}

/* The first node with room in the blocks from `node` round to `begin`. */
static gint
first_round(const Look *look, guint node, guint begin)
{
    gint found;

    if (node < begin)
        return first_in_blocks(look, node, begin);
    found = first_in_blocks(look, node, look->index->n_nodes);
    return found >= 0 ? found : first_in_blocks(look, 0, begin);
}

/* Constant costs: the first with room from `begin` on. Often it is near, and a short scan finds it for
 * less than it costs to bring the table up to date. */
static gint
first_from(BbIndex *index, Look *look, guint begin)
{
    Table *table = look->table;
    guint n = index->n_nodes, node = begin;
    guint64 behind = fell_behind(look) ? n : index->blocks->n_logged - table->seen;
    guint64 worth = TRY * MIN(behind, n / LANE_PART), limit = 0;
    gint found;

    if (!table->far && table->spent < worth)
        limit = MIN(worth - table->spent, n);
    if (scan_near(look, limit, &node))
        return (gint)node;
    if (limit == n)
        return -1;
    if (!bring_up_to_date(index, look))
        return scan_near(look, n - limit, &node) ? (gint)node : -1;
    table->spent = 0;
    found = first_round(look, node, begin);
    table->far = found < 0 || ((guint)found + n - begin) % n > FAR;
    return found;
}

gint
bb_index_find(BbIndex *index, const BbAsk *ask, const BbShapeFacts *facts, guint begin)
{
    Table *table = table_of(index, ask->shape);
    gboolean by_column = table->by_column && !index->blocks->too_large;
    Look look = {index,
                 {index->nodes, index->blocks, index->placement, index->work, ask, facts,
                  by_column ? &table->test : NULL},
                 table,
                 0};
    gboolean again = table->asked;

    if (!index->placement->klass->cost)
        return first_from(index, &look, begin);
    /* What is asked for once needs no table. */
    look.table->asked = TRUE;
    return again && bring_up_to_date(index, &look) ? least(&look) : scan(&look);
}
