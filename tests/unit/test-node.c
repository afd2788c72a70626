/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model/bb-cluster.h"

#define ALL ((1u << BB_N_RESOURCES) - 1)
#define TASKS_HERE 4

/* A demand, and the node it asks about: 16 cores, 64 MiB, 100 MiB of disk, 4 devices of model A100. */
typedef struct {
    BbKind kind;
    gint64 need[BB_N_RESOURCES];
    const char *models, *group, *require, *tolerate, *avoid;
} Demand;

typedef struct {
    BbNames *names;
    BbShapes *shapes;
    BbCluster *cluster;
} World;

static void
world_init(World *world, const char *labels, const char *taints, guint32 runtimes)
{
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "n";
    row.capacity = (BbResources){{16000, 64, 100, 4000}};
    row.gpu_model = "A100";
    row.labels = labels;
    row.taints = taints;
    row.runtimes = runtimes;
    world->names = bb_names_new();
    world->shapes = bb_shapes_new(world->names);
    world->cluster = bb_cluster_new(world->names);
    g_assert_true(bb_cluster_add(world->cluster, &row, NULL));
}

static void
world_clear(World *world)
{
    bb_cluster_free(world->cluster);
    bb_shapes_free(world->shapes);
    bb_names_free(world->names);
}

static const BbShape *
intern(World *world, const Demand *demand)
{
    BbJobRow row = BB_JOB_ROW_INIT;
    row.kind = demand->kind;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        row.need.v[r] = demand->need[r];
    row.gpu_model = demand->models;
    row.group = demand->group;
    row.require = demand->require;
    row.tolerate = demand->tolerate;
    row.avoid = demand->avoid;
    return bb_shapes_intern(world->shapes, &row, ALL);
}

static void
take(World *world, const BbShape *shape, guint64 devices)
{
    BbPlaced placed = {.n_tasks = 1, .devices = devices};
    bb_cluster_take(world->cluster, shape, &placed);
}

static void
test_admits(void)
{
    static const struct {
        const char *labels, *taints;
        Demand demand;
        gboolean admits;
    } cases[] = {
        {NULL, NULL, {.kind = BB_CONTAINER}, TRUE},
        {NULL, NULL, {.kind = BB_VM}, FALSE},
        {NULL, NULL, {.kind = BB_PROCESS}, TRUE},
        {NULL, NULL, {.kind = BB_BARE_METAL}, FALSE},
        {NULL, NULL, {.need = {16000, 64, 100, 4000}}, TRUE},
        {NULL, NULL, {.need = {16001, 0, 0, 0}}, FALSE},
        {NULL, NULL, {.need = {0, 65, 0, 0}}, FALSE},
        {NULL, NULL, {.need = {0, 0, 101, 0}}, FALSE},
        {NULL, NULL, {.need = {0, 0, 0, 5000}}, FALSE},
        {NULL, NULL, {.need = {0, 0, 0, 999}}, TRUE},
        {NULL, NULL, {.models = "A100"}, TRUE},
        {NULL, NULL, {.models = "V100|A100"}, TRUE},
        {NULL, NULL, {.models = "V100"}, FALSE},
        {"zone=a", NULL, {.require = "zone=a"}, TRUE},
        {"zone=a", NULL, {.require = "zone=b|a"}, TRUE},
        {"zone=a", NULL, {.require = "zone=b"}, FALSE},
        {"zone=a", NULL, {.require = "rack=a"}, FALSE},
        {"zone=a", NULL, {.require = "zone=a;rack=1"}, FALSE},
        {"zone=a;rack=1", NULL, {.require = "rack=1;zone=a"}, TRUE},
        {NULL, NULL, {.require = "zone=a"}, FALSE},
        {NULL, NULL, {.require = "ssd="}, FALSE},
        {"ssd", NULL, {.require = "ssd="}, TRUE},
        {NULL, "spot=yes", {.kind = BB_CONTAINER}, FALSE},
        {NULL, "spot=yes", {.tolerate = "spot=yes"}, TRUE},
        {NULL, "spot=yes", {.tolerate = "spot"}, FALSE},
        {NULL, "spot=yes;gpu", {.tolerate = "spot=yes"}, FALSE},
        {NULL, "spot=yes;gpu", {.tolerate = "gpu;spot=yes;x=1"}, TRUE},
        {NULL, NULL, {.tolerate = "spot=yes"}, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        World world;
        g_test_message("case %" G_GSIZE_FORMAT, i);
        world_init(&world, cases[i].labels, cases[i].taints, 1u << BB_CONTAINER | 1u << BB_PROCESS);
        const BbShape *shape = intern(&world, &cases[i].demand);
        g_assert_cmpint(bb_node_admits(bb_cluster_node(world.cluster, 0), shape), ==,
                        cases[i].admits);
        world_clear(&world);
    }
}

/* Tasks are put on the node with the devices given; then the asker looks for room. */
typedef struct {
    const char *name;
    struct {
        Demand demand;
        guint64 devices;
    } here[TASKS_HERE];
    guint n_here;
    Demand asker;
    gint64 slots;
    guint64 default_devices; /* looked at when there is room */
} RoomCase;

static const RoomCase room_cases[] = {
    {"empty node, nothing asked", {{{0}, 0}}, 0, {.need = {0}}, G_MAXINT32, 0},
    {"empty node", {{{0}, 0}}, 0, {.need = {3000, 0, 0, 0}}, 5, 0},
    {"least of the resources", {{{0}, 0}}, 0, {.need = {1000, 20, 1, 0}}, 3, 0},
    {"cpu taken", {{{.need = {15000}}, 0}}, 1, {.need = {1000}}, 1, 0},
    {"cpu short", {{{.need = {15001}}, 0}}, 1, {.need = {1000}}, 0, 0},
    {"zero need beside a full node", {{{.need = {16000}}, 0}}, 1, {.need = {0, 1}}, 64, 0},
    {"shares of four devices", {{{0}, 0}}, 0, {.need = {0, 0, 0, 400}}, 8, 1},
    {"fullest device first",
     {{{.need = {0, 0, 0, 300}}, 1}, {{.need = {0, 0, 0, 500}}, 4}},
     2,
     {.need = {0, 0, 0, 400}},
     6,
     4},
    {"lowest of equally full",
     {{{.need = {0, 0, 0, 500}}, 8}, {{.need = {0, 0, 0, 500}}, 2}},
     2,
     {.need = {0, 0, 0, 500}},
     6,
     2},
    {"whole devices", {{{0}, 0}}, 0, {.need = {0, 0, 0, 1000}}, 4, 1},
    {"pairs of devices", {{{0}, 0}}, 0, {.need = {0, 0, 0, 2000}}, 2, 3},
    {"three of four", {{{0}, 0}}, 0, {.need = {0, 0, 0, 3000}}, 1, 7},
    {"a broken device is not whole",
     {{{.need = {0, 0, 0, 1}}, 2}},
     1,
     {.need = {0, 0, 0, 2000}},
     1,
     5},
    {"two broken of four",
     {{{.need = {0, 0, 0, 1}}, 1}, {{.need = {0, 0, 0, 1}}, 8}},
     2,
     {.need = {0, 0, 0, 3000}},
     0,
     0},
    {"amount enough, devices not",
     {{{.need = {0, 0, 0, 300}}, 1},
      {{.need = {0, 0, 0, 300}}, 2},
      {{.need = {0, 0, 0, 300}}, 4},
      {{.need = {0, 0, 0, 300}}, 8}},
     4,
     {.need = {0, 0, 0, 1000}},
     0,
     0},
    {"share enough in sum only",
     {{{.need = {0, 0, 0, 600}}, 1},
      {{.need = {0, 0, 0, 600}}, 2},
      {{.need = {0, 0, 0, 600}}, 4},
      {{.need = {0, 0, 0, 600}}, 8}},
     4,
     {.need = {0, 0, 0, 500}},
     0,
     0},
    {"bare metal on an empty node", {{{0}, 0}}, 0, {.kind = BB_BARE_METAL}, 1, 0},
    {"bare metal with devices",
     {{{0}, 0}},
     0,
     {.kind = BB_BARE_METAL, .need = {1, 1, 1, 2000}},
     1,
     3},
    {"bare metal beside a task of nothing", {{{.need = {0}}, 0}}, 1, {.kind = BB_BARE_METAL}, 0, 0},
    {"nothing beside bare metal", {{{.kind = BB_BARE_METAL}, 0}}, 1, {.need = {0}}, 0, 0},
    {"bare metal beside bare metal",
     {{{.kind = BB_BARE_METAL}, 0}},
     1,
     {.kind = BB_BARE_METAL},
     0,
     0},
    {"avoided group is here", {{{.group = "db"}, 0}}, 1, {.need = {1000}, .avoid = "x;db"}, 0, 0},
    {"another group is here", {{{.group = "web"}, 0}}, 1, {.need = {1000}, .avoid = "x;db"}, 16, 0},
    {"here is who avoids the asker",
     {{{.avoid = "db"}, 0}},
     1,
     {.need = {1000}, .group = "db"},
     0,
     0},
    {"here is who avoids another",
     {{{.avoid = "db"}, 0}},
     1,
     {.need = {1000}, .group = "web"},
     16,
     0},
    {"two who avoid the same", {{{.avoid = "db"}, 0}}, 1, {.need = {1000}, .avoid = "db"}, 16, 0},
    {"own group without avoiding",
     {{{.group = "db"}, 0}},
     1,
     {.need = {1000}, .group = "db"},
     16,
     0},
    {"own group avoided, none here", {{{0}, 0}}, 0, {.group = "db", .avoid = "db"}, 1, 0},
    {"own group avoided, one here",
     {{{.group = "db", .avoid = "db"}, 0}},
     1,
     {.group = "db", .avoid = "db"},
     0,
     0},
};

static void
check_room(const BbNode *node, const BbShape *shape, const RoomCase *c)
{
    g_assert_cmpint(bb_node_fits(node, shape), ==, c->slots > 0);
    g_assert_cmpint(bb_node_slots(node, shape), ==, c->slots);
    if (c->slots == 0)
        return;
    g_assert_cmphex(bb_node_default_devices(node, shape), ==, c->default_devices);
    g_assert_true(bb_node_devices_fit(node, shape, c->default_devices));
}

static void
test_room(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(room_cases); i++) {
        const RoomCase *c = &room_cases[i];
        World world;
        g_test_message("%s", c->name);
        world_init(&world, NULL, NULL, BB_ALL_KINDS);
        for (guint t = 0; t < c->n_here; t++)
            take(&world, intern(&world, &c->here[t].demand), c->here[t].devices);
        check_room(bb_cluster_node(world.cluster, 0), intern(&world, &c->asker), c);
        world_clear(&world);
    }
}

static void
test_devices_fit(void)
{
    /* Device 0 has 400 left, device 1 none, devices 2 and 3 are free. */
    static const struct {
        gint64 gpu;
        guint64 devices;
        gboolean fits;
    } cases[] = {
        {0, 0, TRUE},
        {0, 4, FALSE},
        {400, 1, TRUE},
        {401, 1, FALSE},
        {400, 2, FALSE},
        {400, 8, TRUE},
        {400, 12, FALSE},
        {400, 0, FALSE},
        {1000, 4, TRUE},
        {1000, 1, FALSE},
        {1000, 12, FALSE},
        {2000, 12, TRUE},
        {2000, 4, FALSE},
        {2000, 5, FALSE},
        {1000, 16, FALSE},
        {400, 16, FALSE},
        {1000, G_GUINT64_CONSTANT(1) << 63, FALSE},
    };
    World world;
    world_init(&world, NULL, NULL, BB_ALL_KINDS);
    take(&world, intern(&world, &(Demand){.need = {0, 0, 0, 600}}), 1);
    take(&world, intern(&world, &(Demand){.need = {0, 0, 0, 1000}}), 2);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const BbShape *shape = intern(&world, &(Demand){.need = {0, 0, 0, cases[i].gpu}});
        g_test_message("gpu %" G_GINT64_FORMAT " on %" G_GUINT64_FORMAT, cases[i].gpu,
                       cases[i].devices);
        g_assert_cmpint(
            bb_node_devices_fit(bb_cluster_node(world.cluster, 0), shape, cases[i].devices), ==,
            cases[i].fits);
    }
    world_clear(&world);
}

/* Slots say exactly how many tasks go in one after the other. */
static void
fill(World *world, const BbShape *shape)
{
    const BbNode *node = bb_cluster_node(world->cluster, 0);
    for (gint64 slots = bb_node_slots(node, shape); slots > 0; slots--) {
        g_assert_true(bb_node_fits(node, shape));
        g_assert_cmpint(bb_node_slots(node, shape), ==, slots);
        take(world, shape, bb_node_default_devices(node, shape));
    }
    g_assert_false(bb_node_fits(node, shape));
    g_assert_cmpint(bb_node_slots(node, shape), ==, 0);
}

static void
test_slots_fill(void)
{
    static const gint64 gpus[] = {0, 150, 333, 500, 700, 1000, 2000, 3000, 4000};
    static const gint64 cpus[] = {100, 1500, 5000};
    for (guint a = 0; a < G_N_ELEMENTS(gpus); a++)
        for (guint b = 0; b < G_N_ELEMENTS(gpus); b++)
            for (guint c = 0; c < G_N_ELEMENTS(cpus); c++) {
                World world;
                world_init(&world, NULL, NULL, BB_ALL_KINDS);
                const BbShape *first = intern(&world, &(Demand){.need = {100, 0, 0, gpus[a]}});
                take(&world, first,
                     bb_node_default_devices(bb_cluster_node(world.cluster, 0), first));
                fill(&world, intern(&world, &(Demand){.need = {cpus[c], 0, 0, gpus[b]}}));
                world_clear(&world);
            }
}

static void
test_lookups(void)
{
    World world;
    world_init(&world, "zone=a;ssd", NULL, BB_ALL_KINDS);
    const BbNode *node = bb_cluster_node(world.cluster, 0);
    guint32 db = bb_names_intern(world.names, "db"), web = bb_names_intern(world.names, "web");
    take(&world, intern(&world, &(Demand){.group = "db", .avoid = "web"}), 0);
    take(&world, intern(&world, &(Demand){.group = "db"}), 0);
    g_assert_cmpuint(bb_node_group_tasks(node, db), ==, 2);
    g_assert_cmpuint(bb_node_group_tasks(node, web), ==, 0);
    g_assert_cmpuint(bb_node_label(node, bb_names_find(world.names, "zone")), ==,
                     bb_names_find(world.names, "a"));
    g_assert_cmpuint(bb_node_label(node, bb_names_find(world.names, "ssd")), ==, 0);
    g_assert_cmpuint(bb_node_label(node, db), ==, 0);
    world_clear(&world);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/node/admits", test_admits);
    g_test_add_func("/node/room", test_room);
    g_test_add_func("/node/devices-fit", test_devices_fit);
    g_test_add_func("/node/slots-fill", test_slots_fill);
    g_test_add_func("/node/lookups", test_lookups);
    return g_test_run();
}
