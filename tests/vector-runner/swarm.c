/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of Docker Swarm (standalone). */
#include "vec.h"

#include "policies/profiles/swarm/swarm-json.h"

#include <string.h>

/* A vector's nodes as views, and what they point to. */
typedef struct {
    SwarmArena arena;
    SwarmNode *nodes;
    guint n_nodes;
    GError *error;
} World;

static void
world_clear(World *world)
{
    swarm_arena_clear(&world->arena);
    g_clear_error(&world->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

/* An id, or an object with what the vector is about. */
static void
read_container(World *world, JsonNode *element, SwarmContainer *out)
{
    JsonObject *object;

    *out = (SwarmContainer){0};
    if (!JSON_NODE_HOLDS_OBJECT(element)) {
        out->id = json_node_get_string(element);
        return;
    }
    object = json_node_get_object(element);
    out->id = vec_text(object, "id");
    out->name = vec_text(object, "name");
    out->memory = vec_int(object, "mem_bytes", 0);
    out->cpus = vec_int(object, "cpu_shares", 0);
    out->labels = swarm_read_labels(&world->arena, vec_object(object, "labels"), &out->n_labels,
                                    &world->error);
}

static const SwarmHeld *
read_held(World *world, JsonArray *array, guint n)
{
    SwarmHeld *held = swarm_arena_alloc(&world->arena, sizeof(SwarmHeld), n);
    SwarmContainer *containers = swarm_arena_alloc(&world->arena, sizeof(SwarmContainer), n);

    for (guint i = 0; i < n; i++) {
        read_container(world, json_array_get_element(array, i), &containers[i]);
        held[i] = (SwarmHeld){&containers[i], 1};
    }
    return held;
}

/* "bound": ports that some container has on the node. */
static const SwarmHeld *
read_bound(World *world, JsonArray *array)
{
    SwarmHeld *held = swarm_arena_alloc(&world->arena, sizeof(SwarmHeld), 1);
    SwarmContainer *container = swarm_arena_alloc(&world->arena, sizeof(SwarmContainer), 1);
    guint n = vec_length(array);
    SwarmPort *ports = swarm_arena_alloc(&world->arena, sizeof(SwarmPort), n);

    for (guint i = 0; i < n; i++) {
        const char *ip = vec_text(vec_object_at(array, i), "host_ip");
        const char *port = vec_text(vec_object_at(array, i), "host_port");

        ports[i] = (SwarmPort){ip ? ip : "", port ? port : ""};
    }
    container->ports = ports;
    container->n_ports = n;
    *held = (SwarmHeld){container, 1};
    return held;
}

static void
read_node(World *world, JsonObject *object, SwarmNode *out)
{
    JsonArray *containers = vec_array(object, "containers"), *bound = vec_array(object, "bound");
    g_autoptr(JsonObject) spec = json_object_new();

    if (vec_array(object, "images"))
        json_object_set_array_member(spec, "images", json_array_ref(vec_array(object, "images")));
    if (vec_has(object, "health"))
        json_object_set_int_member(spec, "health", vec_int(object, "health", 0));
    swarm_read_node(&world->arena, spec, out, &world->error);
    out->id = vec_text(object, "id");
    out->name = vec_text(object, "name");
    out->labels = swarm_read_labels(&world->arena, vec_object(object, "labels"), &out->n_labels,
                                    &world->error);
    out->total_memory = vec_int(object, "mem_bytes", 0);
    out->total_cpus = vec_int(object, "cpus", 0);
    out->n_held = bound ? 1 : vec_length(containers);
    out->held = bound ? read_bound(world, bound) : read_held(world, containers, out->n_held);
    out->n_containers = out->n_held ? out->n_held : (guint)vec_int(object, "containers", 0);
    for (guint i = 0; i < out->n_held; i++) {
        out->used_memory += out->held[i].container->memory;
        out->used_cpus += out->held[i].container->cpus;
    }
}

static void
world_init(World *world, JsonObject *inputs)
{
    JsonArray *nodes = vec_array(inputs, "nodes");

    swarm_arena_init(&world->arena);
    world->error = NULL;
    world->n_nodes = vec_length(nodes);
    world->nodes = swarm_arena_alloc(&world->arena, sizeof(SwarmNode), world->n_nodes);
    for (guint i = 0; i < world->n_nodes; i++)
        read_node(world, vec_object_at(nodes, i), &world->nodes[i]);
}

static const char *
node_name(const SwarmNode *node)
{
    return node->id ? node->id : node->name;
}

/* ---- filters ---- */

typedef gboolean (*Passes)(const SwarmContainer *asked, const SwarmNode *node, gboolean soft);

static gboolean
healthy(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    (void)asked;
    (void)soft;
    return swarm_healthy(node);
}

static gboolean
ports_free(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    (void)soft;
    return swarm_ports_free(asked, node);
}

static gboolean
slot_free(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    (void)asked;
    (void)soft;
    return swarm_slot_free(node);
}

static gboolean
dependencies_there(const SwarmContainer *asked, const SwarmNode *node, gboolean soft)
{
    (void)soft;
    return swarm_dependencies_there(asked, node);
}

/* The survivors, "a b c"; empty when there are none or the request is malformed. */
static char *
survivors(World *world, const SwarmContainer *asked, gboolean soft, Passes passes)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < world->n_nodes && !world->error; i++)
        if (passes(asked, &world->nodes[i], soft))
            g_string_append_printf(names, "%s%s", names->len ? " " : "",
                                   node_name(&world->nodes[i]));
    return g_string_free(g_steal_pointer(&names), FALSE);
}

static char *
join_texts(JsonArray *array)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < vec_length(array); i++)
        g_string_append_printf(names, "%s%s", i ? " " : "", vec_text_at(array, i));
    return g_string_free(g_steal_pointer(&names), FALSE);
}

/* What is asked for: the vector's members under the names that a spec has. */
static void
read_asked(World *world, JsonObject *inputs, SwarmContainer *out)
{
    static const struct {
        const char *vector, *spec;
    } members[] = {
        {"constraints", "constraints"},
        {"affinities", "affinities"},
        {"whitelist", "whitelist"},
        {"request", "ports"},
        {"exposed", "exposed"},
        {"network_mode", "network_mode"},
        {"links", "links"},
        {"volumes_from", "volumes_from"},
    };
    g_autoptr(JsonObject) spec = json_object_new();

    for (guint i = 0; i < G_N_ELEMENTS(members); i++)
        if (vec_has(inputs, members[i].vector))
            json_object_set_member(spec, members[i].spec,
                                   json_object_dup_member(inputs, members[i].vector));
    swarm_read_container(&world->arena, spec, out, &world->error);
}

static gboolean
run_filter(JsonObject *vector, GString *why, Passes passes)
{
    JsonObject *inputs = vec_object(vector, "inputs"), *expected = vec_object(vector, "expected");
    g_auto(World) world;
    SwarmContainer asked;
    g_autofree char *got = NULL, *wanted = join_texts(vec_array(expected, "accepted"));

    world_init(&world, inputs);
    read_asked(&world, inputs, &asked);
    got = survivors(&world, &asked, vec_bool(inputs, "soft_pass", TRUE), passes);
    return g_str_equal(got, wanted) ||
           vec_fail(why, "accepted: expected [%s], found [%s]", wanted, got);
}

static gboolean
run_constraint(JsonObject *vector, GString *why)
{
    return run_filter(vector, why, swarm_constraints_hold);
}

static gboolean
run_affinity(JsonObject *vector, GString *why)
{
    return run_filter(vector, why, swarm_affinities_hold);
}

static gboolean
run_port(JsonObject *vector, GString *why)
{
    return run_filter(vector, why, ports_free);
}

static gboolean
run_slots(JsonObject *vector, GString *why)
{
    return run_filter(vector, why, slot_free);
}

static gboolean
run_health(JsonObject *vector, GString *why)
{
    return run_filter(vector, why, healthy);
}

static gboolean
run_dependency(JsonObject *vector, GString *why)
{
    return run_filter(vector, why, dependencies_there);
}

/* ---- expressions ---- */

static gboolean
run_expr_parse(JsonObject *vector, GString *why)
{
    JsonObject *expected = vec_object(vector, "expected");
    const char *key = vec_text(expected, "key"), *value = vec_text(expected, "value");
    g_auto(SwarmExpr) expr = {0};

    if (!swarm_expr_parse(&expr, vec_text(vec_object(vector, "inputs"), "expr"), NULL))
        return vec_bool(expected, "error", FALSE) || vec_fail(why, "it was refused");
    if (vec_bool(expected, "error", FALSE))
        return vec_fail(why, "it was not refused");
    if ((key && !g_str_equal(key, expr.key)) || (value && !g_str_equal(value, expr.value)))
        return vec_fail(why, "found key %s, value %s", expr.key, expr.value);
    if (vec_has(expected, "soft") && vec_bool(expected, "soft", FALSE) != expr.soft)
        return vec_fail(why, "found soft %d", expr.soft);
    return TRUE;
}

static gboolean
run_expr_match(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *array = vec_array(inputs, "candidates");
    guint n = vec_length(array);
    g_autofree const char **candidates = g_new0(const char *, n + 1);
    g_auto(SwarmExpr) expr = {0};
    gboolean holds;

    for (guint i = 0; i < n; i++)
        candidates[i] = vec_text_at(array, i);
    swarm_expr_init(&expr, "key", g_str_equal(vec_text(inputs, "op"), "!="),
                    vec_text(inputs, "value"));
    holds = swarm_expr_holds(&expr, candidates, n);
    return holds == vec_bool(vec_object(vector, "expected"), "match", FALSE) ||
           vec_fail(why, "found match %d", holds);
}

/* ---- strategies ---- */

/* One step's container: where it went, and what it holds. */
typedef struct {
    const char *label;
    gint node;
    gint64 memory, cpus;
} Step;

typedef struct {
    World world;
    SwarmStrategy strategy;
    GArray *steps; /* of Step */
} Script;

static void
put(Script *script, const Step *step)
{
    SwarmNode *node;

    if (step->node < 0)
        return;
    node = &script->world.nodes[step->node];
    node->used_memory += step->memory;
    node->used_cpus += step->cpus;
    node->n_containers++;
}

static gint
find_node(const World *world, const char *name)
{
    for (guint i = 0; i < world->n_nodes; i++)
        if (g_strcmp0(node_name(&world->nodes[i]), name) == 0)
            return (gint)i;
    return -1;
}

static gint
node_of_label(const Script *script, const char *label)
{
    for (guint i = 0; i < script->steps->len; i++) {
        const Step *step = &g_array_index(script->steps, Step, i);

        if (g_strcmp0(step->label, label) == 0)
            return step->node;
    }
    return -1;
}

static gboolean
check_step(const Script *script, JsonObject *expect, const Step *step, GString *why)
{
    const char *node = vec_text(expect, "node"), *same = vec_text(expect, "same_as");
    JsonArray *different = vec_array(expect, "different_from");

    if (vec_bool(expect, "error", FALSE))
        return step->node < 0 || vec_fail(why, "a node was found");
    if (step->node < 0)
        return vec_fail(why, "no node was found");
    if (node && step->node != find_node(&script->world, node))
        return vec_fail(why, "expected %s, found %s", node,
                        node_name(&script->world.nodes[step->node]));
    if (same && step->node != node_of_label(script, same))
        return vec_fail(why, "not the node of %s", same);
    for (guint i = 0; i < vec_length(different); i++)
        if (step->node == node_of_label(script, vec_text_at(different, i)))
            return vec_fail(why, "the node of %s", vec_text_at(different, i));
    return TRUE;
}

/* Everything on that node goes away. */
static void
clear_node(Script *script, gint node)
{
    SwarmNode *view = node < 0 ? NULL : &script->world.nodes[node];

    for (guint i = 0; view && i < script->steps->len; i++) {
        Step *step = &g_array_index(script->steps, Step, i);

        step->node = step->node == node ? -1 : step->node;
    }
    if (view)
        view->used_memory = view->used_cpus = view->n_containers = view->n_held = 0;
}

static gboolean
run_step(Script *script, JsonObject *object, GString *why)
{
    JsonObject *force = vec_object(object, "force"), *place = vec_object(object, "place");
    JsonObject *asked = force ? force : place, *expect = vec_object(object, "expect");
    SwarmContainer container = {.memory = vec_int(asked, "mem_bytes", 0),
                                .cpus = vec_int(asked, "cpu_shares", 0)};
    Step step = {vec_text(expect, "label"), -1, container.memory, container.cpus};

    if (vec_has(object, "clear_node_of"))
        clear_node(script, node_of_label(script, vec_text(object, "clear_node_of")));
    if (!asked)
        return vec_has(object, "clear_node_of") || vec_fail(why, "unknown step");
    step.node = force ? find_node(&script->world, vec_text(force, "node"))
                      : swarm_place(&container, script->world.nodes, script->world.n_nodes,
                                    script->strategy, script->steps->len, NULL, NULL);
    if (place && !check_step(script, expect, &step, why))
        return FALSE;
    if (!vec_bool(object, "dry", FALSE)) {
        put(script, &step);
        g_array_append_val(script->steps, step);
    }
    return TRUE;
}

static gint
by_count(gconstpointer a, gconstpointer b)
{
    return (*(const gint64 *)a > *(const gint64 *)b) - (*(const gint64 *)a < *(const gint64 *)b);
}

static gboolean
check_counts(const Script *script, JsonObject *expected, GString *why)
{
    JsonObject *per_node = vec_object(expected, "containers_per_node");
    JsonArray *sorted = vec_array(expected, "sorted_container_counts");
    g_autofree gint64 *counts = g_new0(gint64, script->world.n_nodes + 1);

    for (guint i = 0; i < script->world.n_nodes; i++) {
        const SwarmNode *node = &script->world.nodes[i];

        counts[i] = node->n_containers;
        if (vec_has(per_node, node_name(node)) &&
            vec_int(per_node, node_name(node), 0) != counts[i])
            return vec_fail(why, "%s: found %" G_GINT64_FORMAT " containers", node_name(node),
                            counts[i]);
    }
    qsort(counts, script->world.n_nodes, sizeof(gint64), by_count);
    for (guint i = 0; i < vec_length(sorted); i++)
        if (i >= script->world.n_nodes || json_array_get_int_element(sorted, i) != counts[i])
            return vec_fail(why, "count %u differs", i);
    return TRUE;
}

static gboolean
run_script(JsonObject *vector, GString *why)
{
    static const char *const names[] = {"binpack", "spread", "random", NULL};
    JsonArray *steps = vec_array(vector, "script");
    const char *name = vec_text(vector, "strategy");
    Script script = {.steps = g_array_new(FALSE, FALSE, sizeof(Step))};
    gboolean ok = TRUE;

    while (names[script.strategy] && g_strcmp0(names[script.strategy], name) != 0)
        script.strategy++;
    world_init(&script.world, vec_object(vector, "inputs"));
    if (!names[script.strategy])
        ok = vec_fail(why, "unknown strategy %s", name ? name : "(none)");
    for (guint i = 0; ok && i < vec_length(steps); i++)
        if (!(ok = run_step(&script, vec_object_at(steps, i), why)))
            g_string_append_printf(why, " (step %u)", i + 1);
    ok = ok && check_counts(&script, vec_object(vector, "expected"), why);
    g_array_unref(script.steps);
    world_clear(&script.world);
    return ok;
}

const VecKind vec_kinds_swarm[] = {
    {"swarm_script", run_script},         {"swarm_constraint", run_constraint},
    {"swarm_affinity", run_affinity},     {"swarm_port", run_port},
    {"swarm_slots", run_slots},           {"swarm_health", run_health},
    {"swarm_dependency", run_dependency}, {"swarm_expr_parse", run_expr_parse},
    {"swarm_expr_match", run_expr_match}, {NULL, NULL},
};
