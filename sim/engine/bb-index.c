/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key is cost << 32 | node, so that the least key is the least cost at the lowest node; NO_ROOM is
 * above all keys. `keys` holds one per block of nodes, `tops` one per 64 blocks. */
#include "sim/engine/bb-index.h"

#define BLOCK 16 /* nodes */
#define TOP 64   /* blocks */
#define NO_ROOM G_MAXUINT64
/* Nodes that taking in one change examines, on average: itself, and now and then a block. */
#define REPLAY 3
/* Constant costs: scans may cost so many times what the index would before it is asked, so that having
 * tried costs at most 1.25 scans. */
#define TRY 4
/* A node farther than that is found for less by the index. */
#define FAR 192

typedef struct {
    guint64 seen;  /* how much of the log it has taken in */
    guint64 *keys; /* by block */
    guint64 *tops; /* by 64 blocks */
    guint64 spent; /* constant costs: nodes that scans examined since */
    gboolean far;  /* .. and the last answer was far away */
} Table;

struct _BbIndex {
    const BbNode *nodes;
    guint n_nodes, n_blocks, n_tops;
    const BbPlacement *placement;
    BbWork *work;
    GPtrArray *tables;      /* of Table by shape index, owned; NULL: not asked yet */
    guint32 *log;           /* ring of changed nodes */
    guint64 n_logged, ring; /* ring: its size, a power of two */
};

/* One question. */
typedef struct {
    const BbIndex *index;
    const BbAsk *ask;
    const BbShapeFacts *facts;
    Table *table;
} Look;

gboolean
bb_index_can_serve(const BbPlacementClass *klass)
{
    if (klass->choose || klass->flags & (BB_USES_JOB | BB_USES_TIME | BB_PICK_RANDOM))
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
    index->n_blocks = (index->n_nodes + BLOCK - 1) / BLOCK;
    index->n_tops = (index->n_blocks + TOP - 1) / TOP;
    index->placement = placement;
    index->work = work;
    index->tables = g_ptr_array_new_with_free_func(free_table);
    for (index->ring = 64; index->ring < index->n_nodes / REPLAY; index->ring *= 2)
        ;
    index->log = g_new(guint32, index->ring);
    return index;
}

void
bb_index_free(BbIndex *index)
{
    if (!index)
        return;
    g_ptr_array_unref(index->tables);
    g_free(index->log);
    g_free(index);
}

void
bb_index_note(BbIndex *index, guint node)
{
    index->log[index->n_logged++ & (index->ring - 1)] = node;
}

/* ---- keys ---- */

static guint64
key_of(const Look *look, guint node)
{
    const BbIndex *index = look->index;
    const BbPlacementClass *klass = index->placement->klass;
    guint32 cost = 0;

    if (!bb_facts_admit(look->facts, node))
        return NO_ROOM;
    index->work->nodes_examined++;
    if (!bb_node_fits(&index->nodes[node], look->ask->shape))
        return NO_ROOM;
    if (klass->cost) {
        index->work->costs_computed++;
        cost = klass->cost(index->placement, look->ask, &index->nodes[node]);
    }
    return (guint64)cost << 32 | node;
}

static guint64
least_of_block(const Look *look, guint block)
{
    guint end = MIN((block + 1) * BLOCK, look->index->n_nodes);
    guint64 least = NO_ROOM;

    for (guint node = block * BLOCK; node < end; node++)
        least = MIN(least, key_of(look, node));
    return least;
}

static guint64
least_of_top(const Look *look, guint top)
{
    guint end = MIN((top + 1) * TOP, look->index->n_blocks);
    guint64 least = NO_ROOM;

    for (guint block = top * TOP; block < end; block++)
        least = MIN(least, look->table->keys[block]);
    return least;
}

/* ---- bringing up to date ---- */

static void
set_key(const Look *look, guint block, guint64 key)
{
    Table *table = look->table;
    guint64 before = table->keys[block];
    guint64 *top = &table->tops[block / TOP];

    table->keys[block] = key;
    if (key < *top)
        *top = key;
    else if (*top == before && key != before)
        *top = least_of_top(look, block / TOP);
}

static void
take_in(const Look *look, guint node)
{
    guint block = node / BLOCK;
    guint64 best = look->table->keys[block];
    guint64 key = key_of(look, node);

    if (key <= best)
        set_key(look, block, key);
    else if (best != NO_ROOM && (guint32)best == node)
        set_key(look, block, least_of_block(look, block));
}

static void
make_anew(const Look *look)
{
    for (guint block = 0; block < look->index->n_blocks; block++)
        look->table->keys[block] = least_of_block(look, block);
    for (guint top = 0; top < look->index->n_tops; top++)
        look->table->tops[top] = least_of_top(look, top);
}

static Table *
table_of(BbIndex *index, guint shape)
{
    Table *table;

    if (index->tables->len <= shape)
        g_ptr_array_set_size(index->tables, (gint)shape + 1);
    if (index->tables->pdata[shape])
        return index->tables->pdata[shape];
    table = g_new0(Table, 1);
    table->keys = g_new(guint64, index->n_blocks);
    table->tops = g_new(guint64, index->n_tops);
    table->seen = G_MAXUINT64;
    index->tables->pdata[shape] = table;
    return table;
}

/* About how many nodes must be examined to bring the table up to date. */
static guint64
price(const Look *look)
{
    const BbIndex *index = look->index;
    guint64 n_new = index->n_logged - look->table->seen;

    if (look->table->seen == G_MAXUINT64 || n_new > index->ring)
        return index->n_nodes;
    return MIN(n_new * REPLAY, index->n_nodes);
}

static void
bring_up_to_date(const Look *look)
{
    const BbIndex *index = look->index;
    Table *table = look->table;

    if (price(look) >= index->n_nodes)
        make_anew(look);
    else
        for (guint64 i = table->seen; i < index->n_logged; i++)
            take_in(look, index->log[i & (index->ring - 1)]);
    table->seen = index->n_logged;
}

/* ---- answers ---- */

static gint
least(const Look *look)
{
    guint64 key = NO_ROOM;

    for (guint top = 0; top < look->index->n_tops; top++)
        key = MIN(key, look->table->tops[top]);
    return key == NO_ROOM ? -1 : (gint)(guint32)key;
}

/* The first node with room in [from, to), `from` at the beginning of a block; -1: none. */
static gint
first_in_blocks(const Look *look, guint from, guint to)
{
    for (guint block = from / BLOCK; block * BLOCK < to; block++) {
        guint64 key = look->table->keys[block];

        if (block % TOP == 0 && look->table->tops[block / TOP] == NO_ROOM)
            block += TOP - 1;
        else if (key != NO_ROOM)
            return (guint32)key < to ? (gint)(guint32)key : -1;
    }
    return -1;
}

/* A scan of at most `limit` nodes; *node is where it stopped. TRUE: there is room. */
static gboolean
scan_near(const Look *look, guint64 limit, guint *node)
{
    guint n = look->index->n_nodes;

    for (guint64 k = 0; k < limit || (*node % BLOCK != 0 && k < n); k++) {
        if (key_of(look, *node) != NO_ROOM)
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
first_from(const Look *look, guint begin)
{
    Table *table = look->table;
    guint n = look->index->n_nodes, node = begin;
    guint64 worth = TRY * price(look), limit = 0;
    gint found;

    if (!table->far && table->spent < worth)
        limit = MIN(worth - table->spent, n);
    if (scan_near(look, limit, &node))
        return (gint)node;
    if (limit == n)
        return -1;
    bring_up_to_date(look);
    table->spent = 0;
    found = first_round(look, node, begin);
    table->far = found < 0 || ((guint)found + n - begin) % n > FAR;
    return found;
}

gint
bb_index_find(BbIndex *index, const BbAsk *ask, const BbShapeFacts *facts, guint begin)
{
    Look look = {index, ask, facts, table_of(index, ask->shape->index)};

    if (!index->placement->klass->cost)
        return first_from(&look, begin);
    bring_up_to_date(&look);
    return least(&look);
}
