/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cost of every placement on small clusters, computed by hand, and the scores that
 * kube-scheduler's own tests expect (tests/vectors). */
#include "policies/bb-policies.h"

#include <json-glib/json-glib.h>

#define N_NODES 3
#define ONE (1u << 22)
#define MOST BB_COST_MAX

typedef struct {
    gint64 cpu, memory, gpu;
} Amounts;

typedef struct {
    const char *placement;
    const char *what;
    Amounts capacity[N_NODES];
    Amounts used[N_NODES]; /* by one task, if anything */
    Amounts need;
    guint32 cost[N_NODES];
} Case;

/* Left over of 4000: 3000, 2000, 0 after a task of 1000. */
#define ONE_RESOURCE                                                                               \
    {{4000, 0, 0}, {4000, 0, 0}, {4000, 0, 0}}, {{0, 0, 0}, {1000, 0, 0}, {3000, 0, 0}},           \
    {                                                                                              \
        1000, 0, 0                                                                                 \
    }

static const Case cases[] = {
    {"best-fit", "one resource", ONE_RESOURCE, {ONE / 4 * 3, ONE / 2, 0}},
    {"worst-fit",
     "one resource",
     ONE_RESOURCE,
     {4 * ONE - ONE / 4 * 3, 4 * ONE - ONE / 2, 4 * ONE}},
    {"best-fit",
     "fractions of unequal nodes add up",
     {{2000, 1024, 0}, {4000, 4096, 0}, {8000, 1024, 0}},
     {{0}},
     {1000, 512, 0},
     {ONE / 2 + ONE / 2, ONE / 4 * 3 + ONE / 8 * 7, ONE / 8 * 7 + ONE / 2}},
    {"best-fit",
     "a resource not asked for does not count",
     {{4000, 1024, 0}, {4000, 8192, 0}, {4000, 0, 0}},
     {{0}},
     {1000, 0, 0},
     {ONE / 4 * 3, ONE / 4 * 3, ONE / 4 * 3}},
    {"best-fit",
     "devices",
     {{4000, 0, 4000}, {4000, 0, 2000}, {4000, 0, 1000}},
     {{0}},
     {0, 0, 500},
     {ONE / 8 * 7, ONE / 4 * 3, ONE / 2}},
    /* 2^31 - 1 - floor(d f 2^31 / 4): d = 1/4; f = 1, 3/4, 1/4. */
    {"dot-product",
     "one resource",
     ONE_RESOURCE,
     {MOST - (1u << 27), MOST - 3 * (1u << 25), MOST - (1u << 25)}},
    {"dot-product,memory=3",
     "weights",
     {{4000, 4096, 0}, {4000, 4096, 0}, {4000, 4096, 0}},
     {{0}, {2000, 0, 0}, {0, 2048, 0}},
     {2000, 2048, 0},
     /* d = 1/2, 1/2; sums of w d f, over 6: (1 + 3)/12, (1/2 + 3)/12, (1 + 3/2)/12. */
     {MOST - 715827882, MOST - 626349397, MOST - 447392426}},
    /* (3000/4000 + 8000/10000) / 2 = (75 + 80) / 2 = 77, and so on, rounded down at each step. */
    /* An empty node of four: max(33 - 4, 4). Four of which one is taken, a free one must be: max(50 - 1,
     * 33). One device, 300 left: max(100 - 30 / 10, 50). */
    {"gpu-packing",
     "shares",
     {{4000, 0, 4000}, {4000, 0, 4000}, {4000, 0, 1000}},
     {{0}, {0, 0, 1000}, {0, 0, 700}},
     {0, 0, 300},
     {100 - 29, 100 - 49, 100 - 97}},
    /* max(33 - 8, 8); two free ones of nodes in use: max(50 - 2, 33). */
    {"gpu-packing",
     "whole devices",
     {{4000, 0, 8000}, {4000, 0, 4000}, {4000, 0, 4000}},
     {{0}, {0, 0, 2000}, {0, 0, 500}},
     {0, 0, 2000},
     {100 - 25, 100 - 48, 100 - 48}},
    {"gpu-packing",
     "no device",
     {{4000, 0, 8000}, {4000, 0, 0}, {4000, 0, 4000}},
     {{0}},
     {1000, 0, 0},
     {100, 100, 100}},
    /* Left of 128 cores and 8 devices: (63/128 + 7/8) / 2 = 0.684; 0; (64/128 + 4/8) / 2. */
    {"openb-best-fit",
     "cpu and devices",
     {{64000, 0, 8000}, {1000, 0, 1000}, {65000, 0, 8000}},
     {{0}, {0}, {0, 0, 3000}},
     {1000, 0, 1000},
     {100 - 31, 0, 100 - 50}},
    /* Free times need: (64 x 1 / 128^2 + 8 x 1 / 8^2) / 2 = 0.0645; (1 / 128^2 + 1 / 64) / 2 = 0.0078;
     * (65 / 128^2 + 5 / 64) / 2 = 0.0410. */
    {"openb-dot-product",
     "cpu and devices",
     {{64000, 0, 8000}, {1000, 0, 1000}, {65000, 0, 8000}},
     {{0}, {0}, {0, 0, 3000}},
     {1000, 0, 1000},
     {100 - 93, 100 - 99, 100 - 95}},
    {"least-allocated",
     "mean of two",
     {{4000, 10000, 0}, {3000, 10000, 0}, {1000, 2000, 0}},
     {{0}},
     {1000, 2000, 0},
     {100 - 77, 100 - 73, 100}},
    {"most-allocated",
     "mean of two",
     {{4000, 10000, 0}, {3000, 10000, 0}, {1000, 2000, 0}},
     {{0}},
     {1000, 2000, 0},
     {100 - 22, 100 - 26, 0}},
    {"least-allocated",
     "a node without the resource leaves it out",
     {{4000, 0, 0}, {4000, 1000, 0}, {0, 1000, 0}},
     {{0}},
     {1000, 0, 0},
     {25, 100 - 77, 20}},
    {"least-allocated",
     "what runs without a request counts as the default request",
     {{1000, 1000, 0}, {1000, 1000, 0}, {1000, 1000, 0}},
     {{0}, {300, 0, 0}, {0, 300, 0}},
     {100, 100, 0},
     /* (90 + 90) / 2; (60 + 70) / 2; (80 + 60) / 2. */
     {10, 35, 30}},
    {"most-allocated",
     "default requests beyond the capacity",
     {{50, 100, 0}, {1000, 1000, 0}, {4000, 1000, 0}},
     {{0}},
     {0, 0, 0},
     {0, 100 - 15, 100 - 11}},
};

static BbJobRow
row_of(const Amounts *need)
{
    BbJobRow row = BB_JOB_ROW_INIT;
    row.need = (BbResources){{need->cpu, need->memory, 0, need->gpu}};
    return row;
}

static void
add_node(BbCluster *cluster, guint index, const Amounts *capacity)
{
    g_autofree char *id = g_strdup_printf("n%u", index);
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = id;
    row.capacity = (BbResources){{capacity->cpu, capacity->memory, 0, capacity->gpu}};
    row.named = 1u << BB_CPU | 1u << BB_MEMORY | 1u << BB_GPU;
    const char *expected = NULL;
    g_assert_true(bb_cluster_add(cluster, &row, &expected));
}

static void
use_node(BbCluster *cluster, BbShapes *shapes, guint index, const Amounts *used)
{
    if (used->cpu == 0 && used->memory == 0 && used->gpu == 0)
        return;
    BbJobRow row = row_of(used);
    const BbShape *shape = bb_shapes_intern(shapes, &row, bb_cluster_modelled(cluster));
    BbPlaced placed = {.node = index, .n_tasks = 1};
    if (used->gpu > 0)
        placed.devices = bb_node_default_devices(bb_cluster_node(cluster, index), shape);
    bb_cluster_take(cluster, shape, &placed);
}

static void
test_costs(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_autoptr(BbShapes) shapes = bb_shapes_new(names);
    for (guint i = 0; i < N_NODES; i++)
        add_node(cluster, i, &c->capacity[i]);
    for (guint i = 0; i < N_NODES; i++)
        use_node(cluster, shapes, i, &c->used[i]);

    g_autoptr(GError) error = NULL;
    g_autoptr(BbPlacement) self = bb_placement_new(bb_placement_classes, c->placement, &error);
    g_assert_no_error(error);
    BbJobRow row = row_of(&c->need);
    BbAsk ask = {.shape = bb_shapes_intern(shapes, &row, bb_cluster_modelled(cluster))};
    for (guint i = 0; i < N_NODES; i++)
        g_assert_cmpuint(self->klass->cost(self, &ask, bb_cluster_node(cluster, i)), ==,
                         c->cost[i]);
}

/* With one resource and equal nodes best fit and worst fit are the classic rules to the last milli,
 * and dot product prefers the most free, as worst fit does, to its resolution. */
static void
test_order(void)
{
    g_autoptr(BbPlacement) best = bb_placement_new(bb_placement_classes, "best-fit", NULL);
    g_autoptr(BbPlacement) worst = bb_placement_new(bb_placement_classes, "worst-fit", NULL);
    g_autoptr(BbPlacement) dot = bb_placement_new(bb_placement_classes, "dot-product", NULL);
    BbShape shape = {.need = {{100}}};
    BbAsk ask = {.shape = &shape};
    for (gint64 free = 100; free < 256000; free++) {
        BbNode less = {.capacity = {{256000}}, .free = {{free}}};
        BbNode more = {.capacity = {{256000}}, .free = {{free + 1}}};
        g_assert_cmpuint(best->klass->cost(best, &ask, &less), <,
                         best->klass->cost(best, &ask, &more));
        g_assert_cmpuint(worst->klass->cost(worst, &ask, &less), >,
                         worst->klass->cost(worst, &ask, &more));
        g_assert_cmpuint(dot->klass->cost(dot, &ask, &less), >=,
                         dot->klass->cost(dot, &ask, &more));
    }
}

/* The largest amounts that a reader accepts stay in range. */
static void
test_extremes(void)
{
    gint32 device = 1000;
    BbNode node = {.index = 0, .n_tasks = 1, .n_devices = 1, .device_free = &device};
    BbShape shape = {.n_gpus = 1};
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        node.capacity.v[r] = node.free.v[r] = BB_AMOUNT_MAX;
        node.n_unasked[r] = BB_TASKS_MAX;
        shape.need.v[r] = BB_AMOUNT_MAX;
    }
    BbAsk ask = {.shape = &shape};
    for (guint round = 0; round < 2; round++) {
        for (gsize i = 0; bb_placement_classes[i] != NULL; i++) {
            const BbPlacementClass *klass = bb_placement_classes[i];
            g_autoptr(BbPlacement) self = bb_placement_new(bb_placement_classes, klass->name, NULL);
            if (klass->cost != NULL && klass->begin == NULL)
                g_assert_cmpuint(klass->cost(self, &ask, &node), <=, BB_COST_MAX);
        }
        for (guint r = 0; r < BB_N_RESOURCES; r++)
            shape.need.v[r] = 1;
    }
}

static void
test_start(void)
{
    static const struct {
        const char *placement;
        guint before, after; /* start of 5 nodes before and after a placement on node 4 */
    } starts[] = {{"next-fit", 0, 4}, {"round-robin", 0, 0}};
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        g_autoptr(BbPlacement) self =
            bb_placement_new(bb_placement_classes, starts[i].placement, NULL);
        BbAsk ask = {.shape = NULL};
        BbNode node = {.index = 2};
        g_assert_cmpuint(self->klass->start(self, 5), ==, starts[i].before);
        self->klass->placed(self, &ask, &node);
        g_assert_cmpuint(self->klass->start(self, 5), ==, 2 + i);
        node.index = 4;
        self->klass->placed(self, &ask, &node);
        g_assert_cmpuint(self->klass->start(self, 5), ==, starts[i].after);
    }
}

/* ---- Vectors: requests per resource as kube-scheduler's scoring counts them, in bytes ---- */

static const char *const kube_names[] = {"cpu_milli", "mem_bytes"};
static const gint64 kube_defaults[] = {100, 200 * 1024 * 1024};

static gint64
container_request(JsonObject *container, guint r)
{
    if (!json_object_has_member(container, "requests"))
        return kube_defaults[r];
    JsonObject *requests = json_object_get_object_member(container, "requests");
    return json_object_get_int_member_with_default(requests, kube_names[r], kube_defaults[r]);
}

static gint64
pod_request(JsonObject *pod, guint r)
{
    gint64 sum = 0, most = 0;
    JsonArray *containers = json_object_get_array_member(pod, "containers");
    for (guint i = 0; i < json_array_get_length(containers); i++)
        sum += container_request(json_array_get_object_element(containers, i), r);
    if (json_object_has_member(pod, "init_containers")) {
        JsonArray *inits = json_object_get_array_member(pod, "init_containers");
        for (guint i = 0; i < json_array_get_length(inits); i++)
            most = MAX(most, container_request(json_array_get_object_element(inits, i), r));
    }
    sum = MAX(sum, most);
    if (json_object_has_member(pod, "overhead"))
        sum += json_object_get_int_member_with_default(
            json_object_get_object_member(pod, "overhead"), kube_names[r], 0);
    return sum;
}

static BbNode
kube_node(JsonObject *inputs, JsonObject *spec)
{
    const char *name = json_object_get_string_member(spec, "name");
    JsonObject *allocatable = json_object_get_object_member(spec, "allocatable");
    JsonArray *pods = json_object_get_array_member(inputs, "pods");
    BbNode node = {.index = 0};
    for (guint r = BB_CPU; r <= BB_MEMORY; r++) {
        node.capacity.v[r] = json_object_get_int_member(allocatable, kube_names[r]);
        node.free.v[r] = node.capacity.v[r];
        for (guint i = 0; i < json_array_get_length(pods); i++) {
            JsonObject *pod = json_array_get_object_element(pods, i);
            if (g_str_equal(json_object_get_string_member_with_default(pod, "node", ""), name))
                node.free.v[r] -= pod_request(pod, r);
        }
    }
    return node;
}

/* The policies have the strategy's default weights, and no explicit request of nothing. */
static const char *
policy_for(JsonObject *vector)
{
    if (!json_object_has_member(vector, "inputs") || !json_object_has_member(vector, "args"))
        return NULL;
    JsonObject *args = json_object_get_object_member(vector, "args");
    JsonObject *inputs = json_object_get_object_member(vector, "inputs");
    if (!json_object_has_member(args, "strategy") || !json_object_has_member(inputs, "pod"))
        return NULL;
    JsonArray *resources = json_object_get_array_member(args, "resources");
    if (json_array_get_length(resources) != 2)
        return NULL;
    for (guint i = 0; i < 2; i++) {
        JsonObject *resource = json_array_get_object_element(resources, i);
        if (json_object_get_int_member(resource, "weight") != 1)
            return NULL;
    }
    for (guint r = BB_CPU; r <= BB_MEMORY; r++)
        if (pod_request(json_object_get_object_member(inputs, "pod"), r) == 0)
            return NULL;
    const char *strategy = json_object_get_string_member(args, "strategy");
    if (g_str_equal(strategy, "LeastAllocated"))
        return "least-allocated";
    return g_str_equal(strategy, "MostAllocated") ? "most-allocated" : NULL;
}

static void
check_vector(JsonObject *vector, const char *policy)
{
    JsonObject *inputs = json_object_get_object_member(vector, "inputs");
    JsonObject *expected = json_object_get_object_member(vector, "expected");
    const char *key = json_object_has_member(expected, "scores") ? "scores" : "fit_scores";
    JsonObject *scores = json_object_get_object_member(expected, key);
    JsonObject *pod = json_object_get_object_member(inputs, "pod");
    g_autoptr(BbPlacement) self = bb_placement_new(bb_placement_classes, policy, NULL);
    BbShape shape = {.need = {{pod_request(pod, BB_CPU), pod_request(pod, BB_MEMORY)}}};
    BbAsk ask = {.shape = &shape};

    JsonArray *nodes = json_object_get_array_member(inputs, "nodes");
    for (guint i = 0; i < json_array_get_length(nodes); i++) {
        JsonObject *spec = json_array_get_object_element(nodes, i);
        BbNode node = kube_node(inputs, spec);
        gint64 score =
            json_object_get_int_member(scores, json_object_get_string_member(spec, "name"));
        g_test_message("%s node %u", json_object_get_string_member(vector, "id"), i);
        g_assert_cmpint(100 - (gint64)self->klass->cost(self, &ask, &node), ==, score);
    }
}

static void
test_vectors(gconstpointer data)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "tests", "vectors", data, NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_file(parser, path, &error);
    g_assert_no_error(error);
    JsonArray *vectors = json_node_get_array(json_parser_get_root(parser));
    guint n_checked = 0;
    for (guint i = 0; i < json_array_get_length(vectors); i++) {
        JsonObject *vector = json_array_get_object_element(vectors, i);
        const char *policy = policy_for(vector);
        if (policy == NULL)
            continue;
        check_vector(vector, policy);
        n_checked++;
    }
    g_assert_cmpuint(n_checked, ==, 3);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path =
            g_strdup_printf("/placement-costs/%s/%s", cases[i].placement, cases[i].what);
        g_test_add_data_func(path, &cases[i], test_costs);
    }
    g_test_add_func("/placement-costs/order", test_order);
    g_test_add_func("/placement-costs/extremes", test_extremes);
    g_test_add_func("/placement-costs/start", test_start);
    g_test_add_data_func("/placement-costs/kube/unit", "kube_fit_score.json", test_vectors);
    g_test_add_data_func("/placement-costs/kube/oracle", "kube_oracle.json", test_vectors);
    return g_test_run();
}
