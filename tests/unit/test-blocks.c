/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks against nodes asked one by one: the division without a division at the corners of its range,
 * and on random clusters, after many changes, who has room and what every placement's block_costs say.
 * Amounts are small, large, and at the limit. */
#include "policies/bb-policies.h"
#include "sim/engine/bb-blocks.h"

#define N_WORLDS 40
#define N_SHAPES 24
#define N_STEPS 400

typedef struct {
    guint64 seed;
    BbNames *names;
    BbCluster *cluster;
    BbBlocks *blocks;
    BbShapes *shapes;
} World;

static guint64
draw(const World *world, const char *stream, guint64 entity, guint64 n)
{
    return bb_rng_below(world->seed, bb_rng_stream(stream), entity, 0, n);
}

static void
test_part(void)
{
    for (gint64 capacity = 1; capacity <= 1 << BB_AMOUNT_BITS; capacity += 1 + capacity / 7) {
        double inverse = 1.0 / (double)capacity * (1 + 0x1p-50);
        for (gint64 amount = 0; amount <= capacity; amount += 1 + capacity / 61) {
            gint32 near[] = {(gint32)amount, (gint32)(capacity - amount)};
            for (guint i = 0; i < 2; i++) {
                g_assert_cmpint(bb_block_part(near[i], 100, inverse), ==,
                                (gint64)near[i] * 100 / capacity);
                g_assert_cmpint(bb_block_part(near[i], 1 << 22, inverse), ==,
                                ((gint64)near[i] << 22) / capacity);
            }
        }
        g_assert_cmpint(bb_block_part(-1, 100, inverse), ==, 0);
    }
}

/* Where amount * 2^22 is a multiple of the capacity, or just misses it. */
static void
test_exact_parts(void)
{
    for (guint i = 0; i < 2000000; i++) {
        gint64 capacity = 1 + (gint64)bb_rng_below(7, bb_rng_stream("c"), i, 0, 1 << 27);
        gint64 k = 1 + (gint64)bb_rng_below(7, bb_rng_stream("k"), i, 0, 1 << 22);
        gint64 amount = MIN((k * capacity + (1 << 22) - 1) >> 22, capacity);
        double inverse = 1.0 / (double)capacity * (1 + 0x1p-50);
        for (gint64 a = MAX(amount - 1, 0); a <= amount; a++)
            g_assert_cmpint(bb_block_part((gint32)a, 1 << 22, inverse), ==, (a << 22) / capacity);
    }
}

/* ---- random clusters ---- */

static gint64
capacity_of(const World *world, const char *stream, guint node)
{
    switch (draw(world, stream, node / 3, 6)) {
    case 0:
        return 0;
    case 1:
        return 1 + (gint64)draw(world, stream, 1000 + node, 9);
    case 2:
        return 1 << BB_AMOUNT_BITS;
    default:
        return 1000 * (1 + (gint64)draw(world, stream, 1000 + node, 128));
    }
}

static World
new_world(guint64 seed)
{
    World world = {.seed = seed, .names = bb_names_new()};
    world.cluster = bb_cluster_new(world.names);
    world.shapes = bb_shapes_new(world.names);
    guint n = 1 + (guint)draw(&world, "n", 0, 100);
    for (guint i = 0; i < n; i++) {
        g_autofree char *id = g_strdup_printf("n%u", i);
        BbNodeRow row = BB_NODE_ROW_INIT;
        row.id = id;
        row.capacity.v[BB_CPU] = capacity_of(&world, "cpu", i);
        row.capacity.v[BB_MEMORY] = capacity_of(&world, "memory", i);
        row.capacity.v[BB_DISK] = capacity_of(&world, "disk", i);
        row.capacity.v[BB_GPU] = 1000 * (gint64)draw(&world, "gpu", i, 5);
        row.named = 1u << BB_CPU | 1u << BB_MEMORY | 1u << BB_DISK | 1u << BB_GPU;
        g_assert_true(bb_cluster_add(world.cluster, &row, NULL));
    }
    world.blocks = bb_blocks_new(world.cluster, 64);
    return world;
}

static void
free_world(World *world)
{
    bb_blocks_free(world->blocks);
    bb_shapes_free(world->shapes);
    bb_cluster_free(world->cluster);
    bb_names_free(world->names);
}

static gint64
need_of(const World *world, const char *stream, guint shape)
{
    static const gint64 needs[] = {0, 0, 1, 3, 500, 1000, 16000, 1 << 25, 1 << BB_AMOUNT_BITS};
    return needs[draw(world, stream, shape, G_N_ELEMENTS(needs))];
}

static const BbShape *
shape_at(const World *world, guint shape)
{
    static const gint64 gpus[] = {0, 0, 0, 0, 250, 700, 1000, 2000};
    BbJobRow row = BB_JOB_ROW_INIT;
    row.need.v[BB_CPU] = need_of(world, "need-cpu", shape);
    row.need.v[BB_MEMORY] = need_of(world, "need-memory", shape);
    row.need.v[BB_DISK] = need_of(world, "need-disk", shape);
    row.need.v[BB_GPU] = gpus[draw(world, "need-gpu", shape, G_N_ELEMENTS(gpus))];
    row.kind = draw(world, "bare", shape, 8) == 0 ? BB_BARE_METAL : BB_CONTAINER;
    return bb_shapes_intern(world->shapes, &row, 15);
}

/* Room by the columns; the group rules are not theirs. */
static void
check_lanes(const World *world, const BbShape *shape, const BbLanes *lanes, guint n)
{
    BbFitTest test;
    gint32 bad[BB_BLOCK];
    g_assert_true(bb_fit_test_init(&test, shape));
    bb_fit_test_run(&test, lanes, bad);
    for (guint i = 0; i < n; i++) {
        if (lanes->ids[i] == BB_NO_NODE)
            continue;
        const BbNode *node = bb_cluster_node(world->cluster, lanes->ids[i]);
        g_assert_cmpint(bad[i] >= 0, ==, bb_node_fits(node, shape));
    }
}

static void
check_costs(const World *world, const BbPlacement *placement, const BbShape *shape,
            const BbLanes *lanes)
{
    BbAsk ask = {.shape = shape};
    gint32 costs[BB_BLOCK];
    placement->klass->block_costs(placement, &ask, &lanes->nodes, costs);
    for (guint i = 0; i < BB_BLOCK; i++) {
        if (lanes->ids[i] == BB_NO_NODE)
            continue;
        const BbNode *node = bb_cluster_node(world->cluster, lanes->ids[i]);
        if (bb_node_fits(node, shape))
            g_assert_cmpint(costs[i], ==, placement->klass->cost(placement, &ask, node));
    }
}

/* Some tasks come, some of them go. */
static void
shuffle(World *world)
{
    g_autoptr(GArray) held = g_array_new(FALSE, FALSE, sizeof(BbPlaced));
    g_autoptr(GPtrArray) shapes = g_ptr_array_new();
    for (guint step = 0; step < N_STEPS; step++) {
        const BbShape *shape = shape_at(world, (guint)draw(world, "shape", step, N_SHAPES));
        guint node = (guint)draw(world, "node", step, bb_cluster_n(world->cluster));
        const BbNode *there = bb_cluster_node(world->cluster, node);
        if (held->len > 0 && draw(world, "go", step, 3) == 0) {
            guint i = (guint)draw(world, "which", step, held->len);
            BbPlaced gone = g_array_index(held, BbPlaced, i);
            bb_cluster_give(world->cluster, shapes->pdata[i], &gone);
            bb_blocks_note(world->blocks, gone.node);
            g_array_remove_index(held, i);
            g_ptr_array_remove_index(shapes, i);
        } else if (bb_node_admits(there, shape) && bb_node_fits(there, shape)) {
            BbPlaced placed = {node, 1, 0};
            if (shape->need.v[BB_GPU] > 0 && !shape->whole_node)
                placed.devices = bb_node_default_devices(there, shape);
            bb_cluster_take(world->cluster, shape, &placed);
            bb_blocks_note(world->blocks, node);
            g_array_append_val(held, placed);
            g_ptr_array_add(shapes, (gpointer)(gsize)shape);
        }
    }
}

static void
test_room(void)
{
    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        World world = new_world(seed);
        const BbBlocks *blocks = world.blocks;
        shuffle(&world);
        g_assert_false(blocks->too_large);
        for (guint s = 0; s < N_SHAPES; s++) {
            guint64 first = blocks->n_logged > 64 ? blocks->n_logged - 64 : 0;
            for (guint b = 0; b < blocks->n_blocks; b++)
                check_lanes(&world, shape_at(&world, s), &blocks->blocks[b], BB_BLOCK);
            for (guint64 k = first - first % BB_BLOCK; k < blocks->n_logged; k += BB_BLOCK)
                check_lanes(&world, shape_at(&world, s), bb_blocks_log_at(blocks, k),
                            (guint)MIN(BB_BLOCK, blocks->n_logged - k));
        }
        free_world(&world);
    }
}

static void
test_costs(gconstpointer data)
{
    const BbPlacementClass *klass = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BbPlacement) placement = bb_placement_new(bb_placement_classes, klass->name, &error);
    g_assert_no_error(error);
    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        World world = new_world(seed);
        shuffle(&world);
        for (guint s = 0; s < N_SHAPES; s++)
            for (guint b = 0; b < world.blocks->n_blocks; b++)
                check_costs(&world, placement, shape_at(&world, s), &world.blocks->blocks[b]);
        free_world(&world);
    }
}

/* What does not fit in a column says so. */
static void
test_too_large(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbNodeRow row = BB_NODE_ROW_INIT;
    BbShape shape = {.need = {{(1 << BB_AMOUNT_BITS) + 1}}};
    BbFitTest test;
    row.id = "n1";
    row.named = 1;
    row.capacity.v[BB_CPU] = (1 << BB_AMOUNT_BITS) + 1;
    g_assert_true(bb_cluster_add(cluster, &row, NULL));
    BbBlocks *blocks = bb_blocks_new(cluster, 1);
    g_assert_true(blocks->too_large);
    g_assert_false(bb_fit_test_init(&test, &shape));
    bb_blocks_free(blocks);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/blocks/part", test_part);
    g_test_add_func("/blocks/exact-parts", test_exact_parts);
    g_test_add_func("/blocks/room", test_room);
    g_test_add_func("/blocks/too-large", test_too_large);
    for (guint i = 0; bb_placement_classes[i]; i++) {
        if (!bb_placement_classes[i]->block_costs)
            continue;
        g_autofree char *path = g_strdup_printf("/blocks/costs/%s", bb_placement_classes[i]->name);
        g_test_add_data_func(path, bb_placement_classes[i], test_costs);
    }
    return g_test_run();
}
