/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CoreOS fleet: the machine with the fewest units (lowest id at ties) that the unit's [X-Fleet]
 * options let it run on. A job's spec: {"fleet": {"name": "web@.service", "machine_id",
 * "machine_metadata": {"KEY": ["VALUE", ..]}, "machine_of": [], "conflicts": [], "replaces": [],
 * "global": false}}. A machine's metadata are its labels, its id is its name.
 *
 * Tasks of a job whose name ends in "@.service" or the like are instances, named by their place in the
 * job when they are asked for and "@0" once they run. A global unit takes each machine once. Not
 * modelled: that a unit drives out one that it replaces (placing does not evict), and fleet's blindness
 * to room (the simulator hands out no more than there is).
 *
 * Source: coreos/fleet engine/scheduler.go, agent/state.go, job/job.go. */
#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-spec-store.h"

#include "policies/profiles/fleet/fleet.h"

#include <string.h>

/* A shape's unit, and what its view points to. */
typedef struct {
    FleetUnit view;        /* as it is on a machine */
    char *prefix, *suffix; /* of a template's instances; NULL: no template */
    char *resident;        /* name of an instance that runs */
    gboolean global;
    GArray *metadata;
    const char **lists[3];
} Unit;

typedef struct {
    const BbNames *names;
    guint n_nodes;
    BbSpecStore *specs;
    GPtrArray *units; /* of Unit by shape index, NULL: not read yet */
    FleetMachine *machines;
    GArray *labels;    /* of FleetMetadata, of all nodes */
    GPtrArray **here;  /* of const FleetUnit, by node */
    guint64 *versions; /* of the views, by node */
} Cache;

static void
free_unit(gpointer data)
{
    Unit *unit = data;

    if (!unit)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(unit->lists); i++)
        g_free(unit->lists[i]);
    g_array_unref(unit->metadata);
    g_free(unit->prefix);
    g_free(unit->suffix);
    g_free(unit->resident);
    g_free(unit);
}

/* ---- units ---- */

static GArray *
read_metadata(JsonObject *object, GError **error)
{
    GArray *metadata = g_array_new(FALSE, FALSE, sizeof(FleetMetadata));
    JsonObjectIter iter;
    const char *key;

    if (!object)
        return metadata;
    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &key, NULL)) {
        g_autofree const char **values = bb_spec_texts(object, key, error);

        for (guint i = 0; values && values[i]; i++) {
            FleetMetadata one = {key, values[i]};

            g_array_append_val(metadata, one);
        }
    }
    return metadata;
}

/* "web@.service" -> "web@" and ".service" */
static void
split_template(Unit *unit)
{
    const char *at = strstr(unit->view.name, "@.");

    if (!at)
        return;
    unit->prefix = g_strndup(unit->view.name, (gsize)(at + 1 - unit->view.name));
    unit->suffix = g_strdup(at + 1);
    unit->resident = g_strconcat(unit->prefix, "0", unit->suffix, NULL);
    unit->view.name = unit->resident;
}

static Unit *
unit_new(JsonObject *object, GError **error)
{
    static const char *const names[] = {"name",      "machine_id", "machine_metadata", "machine_of",
                                        "conflicts", "replaces",   "global",           NULL};
    Unit *unit = g_new0(Unit, 1);

    bb_spec_expect(object, names, error);
    for (guint i = 0; i < G_N_ELEMENTS(unit->lists); i++)
        unit->lists[i] = bb_spec_texts(object, names[3 + i], error);
    unit->metadata = read_metadata(bb_spec_object(object, "machine_metadata", error), error);
    unit->global = bb_spec_bool(object, "global", FALSE, error);
    unit->view = (FleetUnit){
        .name = bb_spec_text(object, "name", "", error),
        .machine_id = bb_spec_text(object, "machine_id", NULL, error),
        .metadata = (const FleetMetadata *)(gconstpointer)unit->metadata->data,
        .n_metadata = unit->metadata->len,
        .machine_of = unit->lists[0],
        .conflicts = unit->lists[1],
        .replaces = unit->lists[2],
        .active = TRUE,
    };
    split_template(unit);
    return unit;
}

/* NULL with self->failure when the spec is wrong. */
static const Unit *
unit_of(BbPlacement *self, const BbShape *shape)
{
    Cache *cache = self->cache;
    g_autoptr(GError) wrong = NULL;
    Unit *unit;

    if (shape->index >= cache->units->len)
        g_ptr_array_set_size(cache->units, (gint)shape->index + 1);
    if (cache->units->pdata[shape->index])
        return cache->units->pdata[shape->index];
    unit = unit_new(bb_spec_store_read(cache->specs, shape->spec, &wrong), &wrong);
    if (wrong) {
        bb_spec_fail(&self->failure, wrong);
        free_unit(unit);
        return NULL;
    }
    cache->units->pdata[shape->index] = unit;
    return unit;
}

/* ---- machines ---- */

/* The labels of all nodes stand one behind the other. */
static void
set_metadata(Cache *cache, const BbNode *nodes)
{
    const FleetMetadata *label;

    for (guint i = 0; i < cache->n_nodes; i++)
        for (guint k = 0; k < nodes[i].n_labels; k++) {
            FleetMetadata one = {bb_names_text(cache->names, nodes[i].labels[k].key),
                                 bb_names_text(cache->names, nodes[i].labels[k].value)};

            g_array_append_val(cache->labels, one);
        }
    label = (const FleetMetadata *)(gconstpointer)cache->labels->data;
    for (guint i = 0; i < cache->n_nodes; i++) {
        cache->machines[i] = (FleetMachine){.id = bb_names_text(cache->names, nodes[i].name),
                                            .metadata = label,
                                            .n_metadata = nodes[i].n_labels};
        label += label ? nodes[i].n_labels : 0;
    }
}

static gboolean
begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    Cache *cache = self->cache = g_new0(Cache, 1);

    (void)error;
    cache->names = bb_cluster_names(cluster);
    cache->n_nodes = bb_cluster_n(cluster);
    cache->specs = bb_spec_store_new(cache->names, "fleet");
    cache->units = g_ptr_array_new_with_free_func(free_unit);
    cache->machines = g_new0(FleetMachine, cache->n_nodes);
    cache->labels = g_array_new(FALSE, FALSE, sizeof(FleetMetadata));
    cache->here = g_new0(GPtrArray *, cache->n_nodes);
    cache->versions = g_new(guint64, cache->n_nodes);
    for (guint i = 0; i < cache->n_nodes; i++) {
        cache->here[i] = g_ptr_array_new();
        cache->versions[i] = G_MAXUINT64;
    }
    set_metadata(cache, bb_cluster_nodes(cluster));
    return TRUE;
}

static void
clear(BbPlacement *self)
{
    Cache *cache = self->cache;

    if (!cache)
        return;
    for (guint i = 0; i < cache->n_nodes; i++)
        g_ptr_array_unref(cache->here[i]);
    g_ptr_array_unref(cache->units);
    bb_spec_store_free(cache->specs);
    g_array_unref(cache->labels);
    g_free(cache->machines);
    g_free(cache->here);
    g_free(cache->versions);
    g_clear_pointer(&self->cache, g_free);
}

static gboolean
refresh(BbPlacement *self, const BbNode *node)
{
    Cache *cache = self->cache;
    GPtrArray *here = cache->here[node->index];
    FleetMachine *machine = &cache->machines[node->index];

    if (cache->versions[node->index] == node->version)
        return TRUE;
    g_ptr_array_set_size(here, 0);
    for (guint i = 0; i < node->n_residents; i++) {
        const Unit *unit = unit_of(self, node->residents[i].shape);

        if (!unit)
            return FALSE;
        /* The array holds const units, which it never writes to. */
        g_ptr_array_add(here, (gpointer)(gsize)&unit->view);
    }
    machine->units = (const FleetUnit *const *)here->pdata;
    machine->n_units = here->len;
    machine->load = node->n_tasks;
    cache->versions[node->index] = node->version;
    return TRUE;
}

/* ---- the decision ---- */

typedef struct {
    const BbChoice *choice;
    const BbNode *nodes;
    const BbShape *shape;
    gboolean global;
} Question;

static gboolean
is_here(const BbNode *node, const BbShape *shape)
{
    for (guint i = 0; i < node->n_residents; i++)
        if (node->residents[i].shape == shape)
            return TRUE;
    return FALSE;
}

static gboolean
allows(gpointer data, guint node)
{
    const Question *q = data;

    return (!q->global || !is_here(&q->nodes[node], q->shape)) && bb_choice_allows(q->choice, node);
}

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    const Cache *cache = self->cache;
    const Unit *unit = unit_of(self, ask->shape);
    Question q = {choice, bb_cluster_nodes(bb_choice_cluster(choice)), ask->shape,
                  unit && unit->global};
    g_autofree char *instance = NULL;
    FleetUnit asked;

    for (guint i = 0; unit && i < cache->n_nodes; i++)
        if (!refresh(self, &q.nodes[i]))
            return -1;
    if (!unit)
        return -1;
    asked = unit->view;
    if (unit->prefix)
        asked.name = instance =
            g_strdup_printf("%s%u%s", unit->prefix, ask->task + 1, unit->suffix);
    return fleet_decide(cache->machines, cache->n_nodes, &asked, allows, &q);
}

const BbPlacementClass bb_placement_fleet = {
    .name = "fleet",
    .summary = "CoreOS fleet: the machine with the fewest units that the unit's options allow",
    .source = "coreos/fleet engine/scheduler.go, agent/state.go",
    .flags = BB_NEEDS_RESIDENTS | BB_ROOM_MAY_GROW,
    .begin = begin,
    .clear = clear,
    .choose = choose,
};
