/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of CoreOS fleet. */
#include "vec.h"

#include "policies/profiles/fleet/fleet-glob.h"
#include "policies/profiles/fleet/fleet.h"

typedef struct {
    GPtrArray *blocks; /* what the views point to */
    FleetMachine *machines;
    FleetUnit *units;
    guint n_machines, n_units;
} World;

static void
world_clear(World *world)
{
    g_ptr_array_unref(world->blocks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static gpointer
alloc(World *world, gsize size, gsize n)
{
    gpointer block = g_malloc0_n(n + 1, size);

    g_ptr_array_add(world->blocks, block);
    return block;
}

static const char *const *
read_texts(World *world, JsonObject *object, const char *member)
{
    JsonArray *array = vec_array(object, member);
    const char **texts = alloc(world, sizeof(char *), vec_length(array));

    for (guint i = 0; i < vec_length(array); i++)
        texts[i] = vec_text_at(array, i);
    return texts;
}

/* {"key": "value"} or {"key": ["value", ..]} */
static const FleetMetadata *
read_metadata(World *world, JsonObject *object, guint *out_n)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(FleetMetadata));
    FleetMetadata *metadata;
    JsonObjectIter iter;
    const char *key;

    if (object)
        json_object_iter_init(&iter, object);
    while (object && json_object_iter_next(&iter, &key, NULL)) {
        JsonArray *values = vec_array(object, key);
        FleetMetadata one = {key, vec_text(object, key)};

        if (!values)
            g_array_append_val(all, one);
        for (guint i = 0; i < vec_length(values); i++) {
            one.value = vec_text_at(values, i);
            g_array_append_val(all, one);
        }
    }
    *out_n = all->len;
    metadata = alloc(world, sizeof(FleetMetadata), all->len);
    for (guint i = 0; i < all->len; i++)
        metadata[i] = g_array_index(all, FleetMetadata, i);
    return metadata;
}

static void
read_unit(World *world, JsonObject *object, FleetUnit *unit)
{
    const char *state = vec_text(object, "target_state"), *machine = vec_text(object, "machine");

    *unit = (FleetUnit){
        .name = vec_text(object, "name"),
        .machine_id = vec_text(object, "machine_id"),
        .machine_of = read_texts(world, object, "machine_of"),
        .conflicts = read_texts(world, object, "conflicts"),
        .replaces = read_texts(world, object, "replaces"),
        .active = !state || !g_str_equal(state, "inactive"),
        .machine = machine && *machine ? machine : NULL,
    };
    unit->metadata =
        read_metadata(world, vec_object(object, "machine_metadata"), &unit->n_metadata);
}

static void
read_machine(World *world, JsonObject *object, FleetMachine *machine)
{
    *machine =
        (FleetMachine){.id = vec_text(object, "id"), .load = (guint)vec_int(object, "units", 0)};
    machine->metadata = read_metadata(world, vec_object(object, "metadata"), &machine->n_metadata);
}

static void
world_init(World *world, JsonArray *machines, JsonArray *units)
{
    *world = (World){.blocks = g_ptr_array_new_with_free_func(g_free),
                     .n_machines = vec_length(machines),
                     .n_units = vec_length(units)};
    world->machines = alloc(world, sizeof(FleetMachine), world->n_machines);
    world->units = alloc(world, sizeof(FleetUnit), world->n_units);
    for (guint i = 0; i < world->n_machines; i++)
        read_machine(world, vec_object_at(machines, i), &world->machines[i]);
    for (guint i = 0; i < world->n_units; i++)
        read_unit(world, vec_object_at(units, i), &world->units[i]);
}

/* Gives each machine the units that are scheduled on it. */
static void
settle(World *world)
{
    for (guint m = 0; m < world->n_machines; m++) {
        FleetMachine *machine = &world->machines[m];
        const FleetUnit **here = alloc(world, sizeof(FleetUnit *), world->n_units);

        for (guint i = 0; i < world->n_units; i++)
            if (g_strcmp0(world->units[i].machine, machine->id) == 0)
                here[machine->n_units++] = &world->units[i];
        machine->units = here;
        machine->load = MAX(machine->load, machine->n_units);
    }
}

static gboolean
run_decide(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs"), *expected = vec_object(vector, "expected");
    const char *wanted = vec_text(expected, "machine"), *got;
    g_auto(World) world;
    FleetUnit job;
    gint machine;

    world_init(&world, vec_array(inputs, "machines"), vec_array(inputs, "units"));
    settle(&world);
    read_unit(&world, vec_object(inputs, "job"), &job);
    machine = fleet_decide(world.machines, world.n_machines, &job, NULL, NULL);
    got = machine < 0 ? NULL : world.machines[machine].id;
    return g_strcmp0(got, wanted) == 0 ||
           vec_fail(why, "expected machine %s, found %s", wanted ? wanted : "(none)",
                    got ? got : "(none)");
}

static gint
compare_machines(gconstpointer a, gconstpointer b)
{
    return fleet_compare(a, b);
}

static gboolean
run_sort(JsonObject *vector, GString *why)
{
    JsonArray *order = vec_array(vec_object(vector, "expected"), "order");
    g_auto(World) world;

    world_init(&world, vec_array(vec_object(vector, "inputs"), "machines"), NULL);
    qsort(world.machines, world.n_machines, sizeof(FleetMachine), compare_machines);
    if (vec_length(order) != world.n_machines)
        return vec_fail(why, "another number of machines");
    for (guint i = 0; i < world.n_machines; i++)
        if (!g_str_equal(world.machines[i].id, vec_text_at(order, i)))
            return vec_fail(why, "at %u: found %s", i, world.machines[i].id);
    return TRUE;
}

static gboolean
run_reconcile(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *wanted = vec_array(vec_object(vector, "expected"), "tasks");
    g_autoptr(GArray) tasks = NULL;
    g_auto(World) world;

    world_init(&world, vec_array(inputs, "machines"), vec_array(inputs, "units"));
    tasks = fleet_reconcile(world.machines, world.n_machines, world.units, world.n_units);
    if (tasks->len != vec_length(wanted))
        return vec_fail(why, "expected %u tasks, found %u", vec_length(wanted), tasks->len);
    for (guint i = 0; i < tasks->len; i++) {
        const FleetTask *task = &g_array_index(tasks, FleetTask, i);
        JsonArray *one = json_array_get_array_element(wanted, i);

        if (g_str_equal(vec_text_at(one, 0), "schedule") != task->schedule ||
            !g_str_equal(vec_text_at(one, 1), task->unit) ||
            !g_str_equal(vec_text_at(one, 2), task->machine))
            return vec_fail(why, "task %u: found %s of %s on %s", i,
                            task->schedule ? "schedule" : "unschedule", task->unit, task->machine);
    }
    return TRUE;
}

/* One machine with the vector's local units, and the job. */
static void
read_local(World *world, JsonObject *inputs, FleetMachine *machine, FleetUnit *job)
{
    const FleetUnit **here;

    world_init(world, NULL, vec_array(inputs, "local_units"));
    here = alloc(world, sizeof(FleetUnit *), world->n_units);
    for (guint i = 0; i < world->n_units; i++)
        here[i] = &world->units[i];
    *machine = (FleetMachine){.id = "local", .units = here, .n_units = world->n_units};
    read_unit(world, vec_object(inputs, "job"), job);
}

static gboolean
check(gboolean got, JsonObject *vector, const char *member, GString *why)
{
    return got == vec_bool(vec_object(vector, "expected"), member, FALSE) ||
           vec_fail(why, "found %s %s", member, got ? "true" : "false");
}

static gboolean
run_conflict(JsonObject *vector, GString *why)
{
    g_auto(World) world;
    FleetMachine machine;
    FleetUnit job;

    read_local(&world, vec_object(vector, "inputs"), &machine, &job);
    return check(fleet_has_conflict(&machine, &job), vector, "conflict", why);
}

static gboolean
run_replace(JsonObject *vector, GString *why)
{
    g_auto(World) world;
    FleetMachine machine;
    FleetUnit job;

    read_local(&world, vec_object(vector, "inputs"), &machine, &job);
    return check(fleet_find_replaced(&machine, &job) != NULL, vector, "replace", why);
}

static gboolean
run_glob(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");

    return check(fleet_glob(vec_text(inputs, "pattern"), vec_text(inputs, "name")), vector, "match",
                 why);
}

static gboolean
run_metadata(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    FleetMachine machine = {.id = "local"};
    const FleetMetadata *required;
    g_auto(World) world;
    guint n;

    world_init(&world, NULL, NULL);
    machine.metadata =
        read_metadata(&world, vec_object(inputs, "machine_metadata"), &machine.n_metadata);
    required = read_metadata(&world, vec_object(inputs, "required"), &n);
    return check(fleet_has_metadata(&machine, required, n), vector, "match", why);
}

const VecKind vec_kinds_fleet[] = {
    {"fleet_decide", run_decide},       {"fleet_sort", run_sort},
    {"fleet_reconcile", run_reconcile}, {"fleet_conflict", run_conflict},
    {"fleet_replace", run_replace},     {"fleet_glob", run_glob},
    {"fleet_metadata", run_metadata},   {NULL, NULL},
};
