/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model/bb-cluster.h"

#define CPU (1u << BB_CPU)
#define ALL ((1u << BB_N_RESOURCES) - 1)

static void
add(BbCluster *cluster, const BbNodeRow *row)
{
    const char *expected = NULL;
    gboolean ok = bb_cluster_add(cluster, row, &expected);
    g_assert_cmpstr(expected, ==, NULL);
    g_assert_true(ok);
}

static void
assert_amounts(const BbResources *is, gint64 cpu, gint64 memory, gint64 disk, gint64 gpu)
{
    const gint64 expected[BB_N_RESOURCES] = {cpu, memory, disk, gpu};
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        g_assert_cmpint(is->v[r], ==, expected[r]);
}

static void
test_add(void)
{
    static const BbNodeRow rows[] = {
        {.id = "big",
         .capacity = {{64000, 1024, 0, 2000}},
         .named = CPU | 1u << BB_GPU,
         .gpu_model = "A100",
         .runtimes = 5,
         .speed_milli = 1500,
         .price_micro_per_h = 7},
        {.id = "n[01-03]",
         .pool = "small",
         .capacity = {{4000, 16, 0, 0}},
         .named = 1u << BB_MEMORY,
         .labels = "zone=a; ssd",
         .taints = "spot=yes",
         .runtimes = BB_ALL_KINDS},
    };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_assert_cmpuint(bb_cluster_n(cluster), ==, 0);
    add(cluster, &rows[0]);
    add(cluster, &rows[1]);
    g_assert_cmpuint(bb_cluster_n(cluster), ==, 4);
    g_assert_cmpuint(bb_cluster_modelled(cluster), ==, CPU | 1u << BB_MEMORY | 1u << BB_GPU);
    assert_amounts(bb_cluster_capacity(cluster), 76000, 1072, 0, 2000);
    assert_amounts(bb_cluster_free_sum(cluster), 76000, 1072, 0, 2000);
    g_assert_true(bb_cluster_names(cluster) == names);

    const BbNode *big = bb_cluster_node(cluster, 0);
    g_assert_cmpstr(bb_names_text(names, big->gpu_model), ==, "A100");
    g_assert_cmpuint(big->pool, ==, 0);
    g_assert_cmpuint(big->runtimes, ==, 5);
    g_assert_cmpuint(big->speed_milli, ==, 1500);
    g_assert_cmpint(big->price_micro_per_h, ==, 7);
    g_assert_cmpuint(big->n_devices, ==, 2);
    g_assert_cmpint(big->device_free[0], ==, 1000);
    g_assert_cmpint(big->device_free[1], ==, 1000);
    assert_amounts(&big->free, 64000, 1024, 0, 2000);

    const BbNode *last = &bb_cluster_nodes(cluster)[3];
    g_assert_cmpuint(last->index, ==, 3);
    g_assert_cmpstr(bb_names_text(names, last->name), ==, "n03");
    g_assert_cmpstr(bb_names_text(names, last->pool), ==, "small");
    g_assert_cmpuint(last->n_labels, ==, 2);
    g_assert_cmpuint(last->n_taints, ==, 1);
    g_assert_cmpstr(bb_names_text(names, last->taints->value), ==, "yes");
    g_assert_cmpuint(bb_node_label(last, bb_names_find(names, "zone")), ==,
                     bb_names_find(names, "a"));
}

static void
test_find(void)
{
    static const struct {
        const char *name;
        gint index;
    } cases[] = {
        {"n08", 0},    {"n10", 2}, {"m", 3},   {"n8", -1},      {"n11", -1},
        {"later", -1}, {"", -1},   {NULL, -1}, {"a label", -1},
    };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbNodeRow range = BB_NODE_ROW_INIT, single = BB_NODE_ROW_INIT;
    range.id = "n[08-10]";
    single.id = "m";
    g_assert_cmpint(bb_cluster_find(cluster, "m"), ==, -1);
    bb_names_intern(names, "a label");
    add(cluster, &range);
    add(cluster, &single);
    bb_names_intern(names, "later");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(bb_cluster_find(cluster, cases[i].name), ==, cases[i].index);
}

/* What is refused says what was expected and leaves the cluster as it was. */
static void
test_refused(void)
{
    static const struct {
        BbNodeRow row;
        const char *expected;
    } cases[] = {
        {{.id = NULL}, "a name, or a range *"},
        {{.id = "n[3-1]"}, "a name, or a range *"},
        {{.id = "a b"}, "a name, or a range *"},
        {{.id = "n2"}, "each node once"},
        {{.id = "n[3-9]"}, "each node once"},
        {{.id = "x[1-9999998]"}, "at most 10000000 nodes"},
        {{.id = "x[0-999999999]"}, "at most 10000000 nodes"},
        {{.id = "x", .labels = "a=b=c"}, "key=value; key=value"},
        {{.id = "x", .taints = "=b"}, "key=value; key=value"},
        {{.id = "x", .labels = "a=1;b=2;a=3"}, "each label key once"},
        {{.id = "x", .capacity = {{0, 0, 0, 65000}}}, "at most 64 *"},
        {{.id = "x", .capacity = {{0, 0, 0, 1500}}}, "at most 64 *"},
        {{.id = "x[1-9000000]", .capacity = {{0, BB_AMOUNT_MAX, 0, 0}}}, "*stays below*"},
        {{.id = "x", .capacity = {{-1, 0, 0, 0}}}, "*stays below*"},
    };
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "n[1-3]";
    add(cluster, &row);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *expected = NULL;
        g_test_message("%s", cases[i].row.id);
        g_assert_false(bb_cluster_add(cluster, &cases[i].row, &expected));
        g_assert_nonnull(expected);
        g_assert_true(g_pattern_match_simple(cases[i].expected, expected));
        g_assert_false(bb_cluster_add(cluster, &cases[i].row, NULL));
        g_assert_cmpuint(bb_cluster_n(cluster), ==, 3);
        g_assert_cmpint(bb_cluster_find(cluster, "x"), ==, -1);
        assert_amounts(bb_cluster_capacity(cluster), 0, 0, 0, 0);
    }
    row.id = "x";
    add(cluster, &row);
}

static void
test_flat(void)
{
    static const struct {
        const char *labels, *taints;
        guint32 named;
        gboolean flat;
    } cases[] = {
        {NULL, NULL, CPU, TRUE}, {"a=1", NULL, CPU, FALSE}, {NULL, "a=1", CPU, FALSE},
        {NULL, NULL, 0, FALSE},  {NULL, NULL, ALL, FALSE},  {NULL, NULL, 1u << BB_MEMORY, FALSE},
    };
    g_autoptr(BbNames) names = bb_names_new();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbCluster) cluster = bb_cluster_new(names);
        BbNodeRow row = BB_NODE_ROW_INIT;
        row.id = "n";
        row.labels = cases[i].labels;
        row.taints = cases[i].taints;
        row.named = cases[i].named;
        g_assert_false(bb_cluster_is_flat(cluster));
        add(cluster, &row);
        g_assert_cmpint(bb_cluster_is_flat(cluster), ==, cases[i].flat);
        row.id = "m";
        add(cluster, &row);
        g_assert_false(bb_cluster_is_flat(cluster));
    }
}

static void
test_add_flat(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    bb_cluster_add_flat(cluster, 100);
    const BbNode *node = bb_cluster_node(cluster, 0);
    g_assert_true(bb_cluster_is_flat(cluster));
    g_assert_cmpuint(bb_cluster_modelled(cluster), ==, CPU);
    g_assert_cmpuint(node->runtimes, ==, BB_ALL_KINDS);
    g_assert_cmpuint(node->speed_milli, ==, 1000);
    assert_amounts(&node->free, 100000, 0, 0, 0);
}

/* A copy shares what is fixed and owns its books; copying books back undoes what was tried. */
static void
test_copy(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "n[1-2]";
    row.labels = "zone=a";
    row.capacity = (BbResources){{8000, 0, 0, 2000}};
    add(cluster, &row);
    BbJobRow job = BB_JOB_ROW_INIT;
    job.need = (BbResources){{1000, 0, 0, 500}};
    job.group = "web";
    const BbShape *shape = bb_shapes_intern(shapes, &job, ALL);
    const BbPlaced first = {.node = 0, .n_tasks = 1, .devices = 1};
    const BbPlaced second = {.node = 1, .n_tasks = 1, .devices = 2};
    bb_cluster_take(cluster, shape, &first);

    g_autoptr(BbCluster) copy = bb_cluster_copy(cluster);
    const BbNode *there = bb_cluster_node(copy, 0), *here = bb_cluster_node(cluster, 0);
    g_assert_true(there->labels == here->labels && there->device_free != here->device_free);
    g_assert_cmpint(bb_cluster_find(copy, "n2"), ==, 1);
    assert_amounts(bb_cluster_free_sum(copy), 15000, 0, 0, 3500);
    bb_cluster_take(copy, shape, &first);
    bb_cluster_take(copy, shape, &second);
    g_assert_cmpint(there->device_free[0], ==, 0);
    g_assert_cmpint(here->device_free[0], ==, 500);
    g_assert_cmpuint(bb_node_group_tasks(there, shape->group), ==, 2);
    g_assert_cmpuint(bb_node_group_tasks(here, shape->group), ==, 1);
    assert_amounts(bb_cluster_free_sum(copy), 13000, 0, 0, 2500);
    assert_amounts(bb_cluster_free_sum(cluster), 15000, 0, 0, 3500);

    bb_cluster_copy_node(copy, cluster, 1);
    assert_amounts(bb_cluster_free_sum(copy), 14000, 0, 0, 3000);
    g_assert_cmpuint(bb_cluster_node(copy, 1)->n_groups, ==, 0);
    bb_cluster_copy_books(copy, cluster);
    assert_amounts(bb_cluster_free_sum(copy), 15000, 0, 0, 3500);
    assert_amounts(&there->free, 7000, 0, 0, 1500);
    g_assert_cmpint(there->device_free[0], ==, 500);
    g_assert_cmpuint(bb_node_group_tasks(there, shape->group), ==, 1);
}

static void
test_copy_whole(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbJobRow job = BB_JOB_ROW_INIT;
    const BbPlaced placed = {.node = 0, .n_tasks = 1};
    bb_cluster_add_flat(cluster, 4);
    job.kind = BB_BARE_METAL;
    const BbShape *shape = bb_shapes_intern(shapes, &job, CPU);
    g_autoptr(BbCluster) before = bb_cluster_copy(cluster);
    bb_cluster_take(cluster, shape, &placed);
    g_autoptr(BbCluster) after = bb_cluster_copy(cluster);
    g_assert_true(bb_cluster_node(after, 0)->whole);
    bb_cluster_copy_node(after, before, 0);
    g_assert_false(bb_cluster_node(after, 0)->whole);
    g_assert_cmpuint(bb_cluster_node(after, 0)->n_tasks, ==, 0);
    assert_amounts(bb_cluster_free_sum(after), 4000, 0, 0, 0);
}

/* Nodes change places with all that they have, and are found where they are. */
static void
test_reorder(void)
{
    static const guint order[] = {2, 0, 1};
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    static const char *const ids[] = {"a", "b", "c"};
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        BbNodeRow row = BB_NODE_ROW_INIT;
        row.id = ids[i];
        row.named = 1u << BB_CPU | 1u << BB_GPU;
        row.capacity = (BbResources){{1000 * (gint64)(i + 1), 0, 0, 1000 * (gint64)i}};
        g_assert_true(bb_cluster_add(cluster, &row, NULL));
    }
    bb_cluster_reorder(cluster, order);
    for (guint i = 0; i < G_N_ELEMENTS(order); i++) {
        const BbNode *node = bb_cluster_node(cluster, i);
        g_assert_cmpstr(bb_names_text(names, node->name), ==, ids[order[i]]);
        g_assert_cmpint(bb_cluster_find(cluster, ids[order[i]]), ==, (gint)i);
        g_assert_cmpuint(node->index, ==, i);
        g_assert_cmpint(node->capacity.v[BB_CPU], ==, 1000 * (gint64)(order[i] + 1));
        g_assert_cmpuint(node->n_devices, ==, order[i]);
    }
}

/* What changed since the last look is told whole, or everything is; also where the ring wraps around. */
static void
test_changed_since(void)
{
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    BbNodeRow nodes = BB_NODE_ROW_INIT;
    BbJobRow job = BB_JOB_ROW_INIT;
    const BbShape *shape;
    guint64 seen = 0;
    guint n_told = 0, n;

    nodes.id = "n[1-7]";
    nodes.capacity.v[BB_CPU] = 1 << 20;
    nodes.named = 1u << BB_CPU;
    job.need.v[BB_CPU] = 1;
    g_assert_true(bb_cluster_add(cluster, &nodes, NULL));
    bb_cluster_keep_residents(cluster);
    shape = bb_shapes_intern(shapes, &job, 1);
    g_assert_null(bb_cluster_changed_since(cluster, &seen, &n));
    g_assert_cmpuint(n, ==, 7);
    for (guint i = 0; i < 20000; i++) {
        const guint32 expected[] = {i % 7, i * 3 % 7, i * 5 % 7};
        guint n_changes = i % 4;
        const guint32 *told;

        for (guint c = 0; c < n_changes; c++)
            bb_cluster_take(cluster, shape, &(BbPlaced){expected[c], 1, 0});
        told = bb_cluster_changed_since(cluster, &seen, &n);
        if (told || n == 0) {
            g_assert_cmpuint(n, ==, n_changes);
            for (guint c = 0; c < n; c++)
                g_assert_cmpuint(told[c], ==, expected[c]);
            n_told++;
        } else {
            g_assert_cmpuint(n, ==, 7);
        }
    }
    g_assert_cmpuint(n_told, >, 19900);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cluster/add", test_add);
    g_test_add_func("/cluster/find", test_find);
    g_test_add_func("/cluster/refused", test_refused);
    g_test_add_func("/cluster/flat", test_flat);
    g_test_add_func("/cluster/add-flat", test_add_flat);
    g_test_add_func("/cluster/copy", test_copy);
    g_test_add_func("/cluster/reorder", test_reorder);
    g_test_add_func("/cluster/copy-whole", test_copy_whole);
    g_test_add_func("/cluster/changed-since", test_changed_since);
    return g_test_run();
}
