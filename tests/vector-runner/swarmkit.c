/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of SwarmKit. */
#include "vec.h"

#include "policies/profiles/swarmkit/swarmkit-filter.h"
#include "policies/profiles/swarmkit/swarmkit-group.h"

#include <string.h>

/* A vector's nodes, and how many tasks of the group each has got. */
typedef struct {
    JsonArray *array;
    JsonObject *reservation;
    guint n_nodes;
    GPtrArray *blocks; /* what the views point to */
    SwarmkitHost *hosts;
    SwarmkitNode *nodes;
    SwarmkitService service;
    gint64 *n_new;
} World;

static gpointer
alloc(World *world, gsize size, gsize n)
{
    gpointer block = g_malloc0_n(n + 1, size);

    g_ptr_array_add(world->blocks, block);
    return block;
}

static const SwarmkitLabel *
read_labels(World *world, JsonObject *object, guint *out_n)
{
    guint n = object ? json_object_get_size(object) : 0, i = 0;
    SwarmkitLabel *labels = alloc(world, sizeof(SwarmkitLabel), n);
    JsonObjectIter iter;
    const char *key;

    *out_n = n;
    if (object)
        json_object_iter_init(&iter, object);
    while (object && json_object_iter_next(&iter, &key, NULL))
        labels[i++] = (SwarmkitLabel){key, vec_text(object, key)};
    return labels;
}

static const SwarmkitGeneric *
read_generic(World *world, JsonObject *object, guint *out_n)
{
    guint n = object ? json_object_get_size(object) : 0, i = 0;
    SwarmkitGeneric *generic = alloc(world, sizeof(SwarmkitGeneric), n);
    JsonObjectIter iter;
    const char *key;

    *out_n = n;
    if (object)
        json_object_iter_init(&iter, object);
    while (object && json_object_iter_next(&iter, &key, NULL))
        generic[i++] = (SwarmkitGeneric){key, vec_int(object, key, 0)};
    return generic;
}

static void
read_host(World *world, JsonObject *object, SwarmkitHost *host)
{
    host->id = host->hostname = vec_text(object, "id");
    host->role = "worker";
    host->active = TRUE;
    host->labels = read_labels(world, vec_object(object, "labels"), &host->n_labels);
    host->generic = read_generic(world, vec_object(object, "ext"), &host->n_generic);
}

/* "az" stands for the preference node.labels.az. */
static const char *const *
read_branches(World *world, const SwarmkitHost *host, JsonArray *spread_over)
{
    const char **branches = alloc(world, sizeof(char *), vec_length(spread_over));

    for (guint i = 0; i < vec_length(spread_over); i++) {
        const char *text = vec_text_at(spread_over, i);
        char *preference =
            strchr(text, '.') ? g_strdup(text) : g_strconcat("node.labels.", text, NULL);

        g_ptr_array_add(world->blocks, preference);
        branches[i] = swarmkit_branch(host, preference);
        branches[i] = branches[i] ? branches[i] : "";
    }
    return branches;
}

static guint32
sum_tasks(JsonObject *by_service)
{
    JsonObjectIter iter;
    const char *service;
    gint64 sum = 0;

    if (by_service)
        json_object_iter_init(&iter, by_service);
    while (by_service && json_object_iter_next(&iter, &service, NULL))
        sum += vec_int(by_service, service, 0);
    return (guint32)sum;
}

static void
read_node(World *world, JsonObject *object, JsonObject *inputs, guint i)
{
    JsonObject *by_service = vec_object(object, "tasks_by_service");
    JsonObject *failures = vec_object(object, "failures_by_service");
    const char *service = vec_text(inputs, "service");

    read_host(world, object, &world->hosts[i]);
    world->nodes[i] =
        (SwarmkitNode){read_branches(world, &world->hosts[i], vec_array(inputs, "spread_over")),
                       (guint32)vec_int(by_service, service, 0), sum_tasks(by_service),
                       (guint32)vec_int(failures, service, 0)};
}

static void
world_init(World *world, JsonObject *inputs)
{
    world->array = vec_array(inputs, "nodes");
    world->reservation = vec_object(inputs, "reservation");
    world->n_nodes = vec_length(world->array);
    world->blocks = g_ptr_array_new_with_free_func(g_free);
    world->hosts = alloc(world, sizeof(SwarmkitHost), world->n_nodes);
    world->nodes = alloc(world, sizeof(SwarmkitNode), world->n_nodes);
    world->n_new = alloc(world, sizeof(gint64), world->n_nodes);
    world->service = (SwarmkitService){.name = vec_text(inputs, "service")};
    world->service.generic =
        read_generic(world, vec_object(world->reservation, "ext"), &world->service.n_generic);
    for (guint i = 0; i < world->n_nodes; i++)
        read_node(world, vec_object_at(world->array, i), inputs, i);
}

static gboolean
fits(gpointer data, guint node, guint32 n_new)
{
    static const char *const amounts[] = {"cpu_milli", "mem_bytes"};
    const World *world = data;
    JsonObject *object = vec_object_at(world->array, node);

    for (guint i = 0; i < G_N_ELEMENTS(amounts); i++)
        if (vec_int(world->reservation, amounts[i], 0) * (n_new + 1) >
            vec_int(object, amounts[i], 0))
            return FALSE;
    return swarmkit_admits(&world->hosts[node], &world->service) &&
           swarmkit_fits(&world->hosts[node], NULL, 0, &world->service, n_new);
}

static gint64
new_on(const World *world, const char *id)
{
    for (guint i = 0; i < world->n_nodes; i++)
        if (g_str_equal(world->hosts[i].id, id))
            return world->n_new[i];
    return -1;
}

static gint
by_count(gconstpointer a, gconstpointer b)
{
    return (*(const gint64 *)a > *(const gint64 *)b) - (*(const gint64 *)a < *(const gint64 *)b);
}

static gboolean
counts_are(GArray *counts, JsonArray *expected)
{
    g_array_sort(counts, by_count);
    if (counts->len != vec_length(expected))
        return FALSE;
    for (guint i = 0; i < counts->len; i++)
        if (g_array_index(counts, gint64, i) != json_array_get_int_element(expected, i))
            return FALSE;
    return TRUE;
}

/* The tasks of the service per node, over all nodes. */
static gboolean
check_final(const World *world, JsonArray *expected)
{
    g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (guint i = 0; i < world->n_nodes; i++) {
        gint64 count = world->nodes[i].n_service + world->n_new[i];

        g_array_append_val(counts, count);
    }
    return counts_are(counts, expected);
}

static gboolean
check_group(const World *world, JsonObject *group)
{
    g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(gint64));
    JsonArray *nodes = vec_array(group, "nodes");

    for (guint i = 0; i < vec_length(nodes); i++) {
        gint64 count = new_on(world, vec_text_at(nodes, i));

        g_array_append_val(counts, count);
    }
    return counts_are(counts, vec_array(group, "counts_sorted"));
}

/* Every listed node has that many new tasks, or at least so many. */
static gboolean
check_new_on(const World *world, JsonObject *expected, gboolean at_least)
{
    JsonObjectIter iter;
    const char *id;

    if (!expected)
        return TRUE;
    json_object_iter_init(&iter, expected);
    while (json_object_iter_next(&iter, &id, NULL)) {
        gint64 wanted = vec_int(expected, id, 0), got = new_on(world, id);

        if (at_least ? got < wanted : got != wanted)
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_any_of(const World *world, JsonArray *expected)
{
    for (guint i = 0; i < vec_length(expected); i++)
        if (new_on(world, vec_text_at(expected, i)) > 0)
            return TRUE;
    return FALSE;
}

static gboolean
check_sum(const World *world, JsonObject *expected)
{
    JsonArray *nodes = vec_array(expected, "nodes");
    gint64 sum = 0;

    for (guint i = 0; i < vec_length(nodes); i++)
        sum += new_on(world, vec_text_at(nodes, i));
    return sum == vec_int(expected, "count", -1);
}

static gboolean check_all(const World *world, JsonObject *expected);

static gboolean
check_one_of(const World *world, JsonArray *alternatives)
{
    for (guint i = 0; i < vec_length(alternatives); i++)
        if (check_all(world, vec_object_at(alternatives, i)))
            return TRUE;
    return FALSE;
}

static gboolean
check_all(const World *world, JsonObject *expected)
{
    JsonArray *groups = vec_array(expected, "groups");

    for (guint i = 0; i < vec_length(groups); i++)
        if (!check_group(world, vec_object_at(groups, i)))
            return FALSE;
    if (vec_has(expected, "any_of") && !check_any_of(world, vec_array(expected, "any_of")))
        return FALSE;
    if (vec_has(expected, "sum_new_on") && !check_sum(world, vec_object(expected, "sum_new_on")))
        return FALSE;
    if (vec_has(expected, "final_counts_sorted") &&
        !check_final(world, vec_array(expected, "final_counts_sorted")))
        return FALSE;
    if (vec_has(expected, "one_of") && !check_one_of(world, vec_array(expected, "one_of")))
        return FALSE;
    return check_new_on(world, vec_object(expected, "new_on"), FALSE) &&
           check_new_on(world, vec_object(expected, "at_least_new_on"), TRUE);
}

static gboolean
run_place(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    guint32 n = (guint32)vec_int(inputs, "tasks", 0), placed;
    g_autofree guint32 *out = g_new0(guint32, n + 1);
    World world;
    gboolean ok;

    world_init(&world, inputs);
    placed = swarmkit_place(world.nodes, world.n_nodes,
                            vec_length(vec_array(inputs, "spread_over")), n, fits, &world, out);
    for (guint32 i = 0; i < placed; i++)
        world.n_new[out[i]]++;
    ok = check_all(&world, vec_object(vector, "expected"));
    if (!ok)
        g_string_append(why, "found");
    for (guint i = 0; !ok && i < world.n_nodes; i++)
        g_string_append_printf(why, " %s:%" G_GINT64_FORMAT, world.hosts[i].id, world.n_new[i]);
    g_ptr_array_unref(world.blocks);
    return ok;
}

const VecKind vec_kinds_swarmkit[] = {
    {"swarmkit_place", run_place},
    {NULL, NULL},
};
