/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes and gives through the cluster, against counts made anew from the list of what is placed. */
#include "sim/model/bb-books.h"

#define ALL ((1u << BB_N_RESOURCES) - 1)

typedef struct {
    const BbShape *shape;
    BbPlaced placed;
} Held;

typedef struct {
    BbNames *names;
    BbShapes *shapes;
    BbCluster *cluster;
    GArray *held; /* of Held */
    guint32 random;
} World;

static void
world_init(World *world)
{
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "n[1-3]";
    row.capacity = (BbResources){{16000, 64, 100, 4000}};
    world->names = bb_names_new();
    world->shapes = bb_shapes_new(world->names);
    world->cluster = bb_cluster_new(world->names);
    world->held = g_array_new(FALSE, FALSE, sizeof(Held));
    world->random = 1;
    g_assert_true(bb_cluster_add(world->cluster, &row, NULL));
}

static void
world_clear(World *world)
{
    bb_cluster_free(world->cluster);
    bb_shapes_free(world->shapes);
    bb_names_free(world->names);
    g_array_unref(world->held);
}

/* Numerical Recipes' generator: the same walk on every machine. */
static guint32
draw(World *world, guint32 n)
{
    world->random = world->random * 1664525u + 1013904223u;
    return (world->random >> 16) % n;
}

static const BbShape *
shape(World *world, BbKind kind, gint64 cpu, gint64 gpu, const char *group, const char *avoid)
{
    BbJobRow row = BB_JOB_ROW_INIT;
    row.kind = kind;
    row.need = (BbResources){{cpu, 1, 0, gpu}};
    row.group = group;
    row.avoid = avoid;
    return bb_shapes_intern(world->shapes, &row, ALL);
}

static void
take(World *world, const BbShape *of, guint node, guint n_tasks)
{
    Held held = {.shape = of, .placed = {.node = node, .n_tasks = n_tasks}};
    held.placed.devices = bb_node_default_devices(bb_cluster_node(world->cluster, node), of);
    bb_cluster_take(world->cluster, of, &held.placed);
    g_array_append_val(world->held, held);
}

static void
give(World *world, guint i)
{
    Held held = g_array_index(world->held, Held, i);
    bb_cluster_give(world->cluster, held.shape, &held.placed);
    g_array_remove_index(world->held, i);
}

static void
expect_held(const Held *held, BbNode *node, gint64 device_free[], guint32 tasks_of[],
            guint32 avoiders_of[])
{
    const BbShape *of = held->shape;
    guint32 n = held->placed.n_tasks;
    node->n_tasks += n;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        node->n_unasked[r] += of->need.v[r] == 0 ? n : 0;
    if (of->whole_node)
        node->whole = TRUE;
    bb_resources_add(&node->free, of->whole_node ? &node->capacity : &of->need, -(gint64)n);
    for (guint d = 0; d < node->n_devices; d++)
        if (of->whole_node)
            device_free[d] = 0;
        else if (held->placed.devices >> d & 1)
            device_free[d] -= of->gpu_share_milli > 0 ? of->gpu_share_milli : 1000;
    if (of->group != 0)
        tasks_of[of->group] += n;
    for (guint i = 0; i < of->n_avoid; i++)
        avoiders_of[of->avoid[i]] += n;
}

static void
check_groups(const BbNode *node, const guint32 tasks_of[], const guint32 avoiders_of[], guint n)
{
    guint n_groups = 0;
    for (guint g = 1; g < n; g++) {
        n_groups += tasks_of[g] > 0 || avoiders_of[g] > 0;
        g_assert_cmpuint(bb_node_group_tasks(node, g), ==, tasks_of[g]);
    }
    g_assert_cmpuint(node->n_groups, ==, n_groups);
    for (guint i = 0; i < node->n_groups; i++)
        g_assert_cmpuint(node->groups[i].n_avoiders, ==, avoiders_of[node->groups[i].group]);
}

static void
check_node(const World *world, guint index)
{
    enum { N_NAMES = 16 };
    const BbNode *node = bb_cluster_node(world->cluster, index);
    BbNode expected = {.n_devices = node->n_devices, .capacity = node->capacity};
    gint64 device_free[] = {1000, 1000, 1000, 1000};
    guint32 tasks_of[N_NAMES] = {0}, avoiders_of[N_NAMES] = {0};
    expected.free = node->capacity;
    for (guint i = 0; i < world->held->len; i++) {
        const Held *held = &g_array_index(world->held, Held, i);
        if (held->placed.node == index)
            expect_held(held, &expected, device_free, tasks_of, avoiders_of);
    }
    g_assert_cmpuint(node->n_tasks, ==, expected.n_tasks);
    g_assert_cmpint(node->whole, ==, expected.whole);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        g_assert_cmpint(node->free.v[r], ==, expected.free.v[r]);
        g_assert_cmpuint(node->n_unasked[r], ==, expected.n_unasked[r]);
    }
    for (guint d = 0; d < node->n_devices; d++)
        g_assert_cmpint(node->device_free[d], ==, device_free[d]);
    check_groups(node, tasks_of, avoiders_of, N_NAMES);
}

static void
check(const World *world)
{
    BbResources sum = {{0}};
    for (guint i = 0; i < bb_cluster_n(world->cluster); i++) {
        check_node(world, i);
        bb_resources_add(&sum, &bb_cluster_node(world->cluster, i)->free, 1);
    }
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        g_assert_cmpint(bb_cluster_free_sum(world->cluster)->v[r], ==, sum.v[r]);
}

static void
test_whole(void)
{
    World world;
    world_init(&world);
    const BbShape *metal = shape(&world, BB_BARE_METAL, 1000, 1000, "hpc", NULL);
    const BbNode *node = bb_cluster_node(world.cluster, 1);
    take(&world, metal, 1, 1);
    check(&world);
    g_assert_true(node->whole);
    g_assert_cmpint(node->free.v[BB_DISK], ==, 0);
    g_assert_cmpint(node->device_free[3], ==, 0);
    give(&world, 0);
    check(&world);
    g_assert_false(node->whole);
    g_assert_cmpint(node->free.v[BB_DISK], ==, 100);
    g_assert_cmpuint(node->n_groups, ==, 0);
    world_clear(&world);
}

static void
test_many_tasks(void)
{
    World world;
    world_init(&world);
    const BbShape *web = shape(&world, BB_CONTAINER, 500, 0, "web", "db");
    take(&world, web, 0, 20);
    take(&world, web, 0, 12);
    check(&world);
    g_assert_cmpint(bb_cluster_node(world.cluster, 0)->free.v[BB_CPU], ==, 0);
    give(&world, 0);
    check(&world);
    world_clear(&world);
}

static void
test_walk(void)
{
    static const char *const groups[] = {NULL, "a", "b", "c", "d", "e", "f"};
    static const char *const avoids[] = {NULL, NULL, NULL, "a", "g;h", "b;c;i"};
    static const gint64 gpus[] = {0, 0, 250, 500, 333, 1000, 2000, 3000};
    World world;
    world_init(&world);
    guint n_taken = 0;
    for (guint step = 0; step < 4000; step++) {
        BbKind kind = draw(&world, 8) == 0 ? BB_BARE_METAL : BB_CONTAINER;
        const BbShape *of = shape(
            &world, kind, draw(&world, 4) * 1000, gpus[draw(&world, G_N_ELEMENTS(gpus))],
            groups[draw(&world, G_N_ELEMENTS(groups))], avoids[draw(&world, G_N_ELEMENTS(avoids))]);
        guint node = draw(&world, 3);
        if (draw(&world, 100) < 55 && bb_node_fits(bb_cluster_node(world.cluster, node), of)) {
            take(&world, of, node, 1);
            n_taken++;
        } else if (world.held->len > 0) {
            give(&world, draw(&world, world.held->len));
        }
        check(&world);
    }
    g_assert_cmpuint(n_taken, >, 500);
    while (world.held->len > 0)
        give(&world, 0);
    check(&world);
    world_clear(&world);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/books/whole", test_whole);
    g_test_add_func("/books/many-tasks", test_many_tasks);
    g_test_add_func("/books/walk", test_walk);
    return g_test_run();
}
