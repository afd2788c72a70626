/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A shape's container is read once. A node's view is made again when the node's version says that its
 * books have changed; equal versions are equal books, on the cluster and on its copies. */
#include "swarm-placement.h"

#include "swarm-json.h"

#include "sim/contract/bb-spec-store.h"

#define MIB ((gint64)1 << 20)

typedef struct {
    SwarmArena arena;
    BbSpecStore *specs;
    GPtrArray *containers; /* of SwarmContainer by shape index, NULL: not read yet */
    SwarmNode *nodes;
    guint64 *versions; /* of the views, by node */
    GArray **held;     /* of SwarmHeld, by node */
    guint n_nodes;
    gint64 overcommit;
    const BbNames *names;
} Cache;

const BbParam swarm_placement_params[] = {
    {.name = "overcommit",
     .type = BB_PARAM_INT,
     .fallback = "5",
     .summary = "per cent that totals are raised by before shares of them are compared",
     .min = 0,
     .max = 1000},
    {.name = NULL},
};

/* ---- nodes ---- */

static void
read_node(Cache *cache, const BbNode *node, GError **error)
{
    SwarmNode *view = &cache->nodes[node->index];
    SwarmLabel *labels = swarm_arena_alloc(&cache->arena, sizeof(SwarmLabel), node->n_labels);

    swarm_read_node(&cache->arena, bb_spec_store_read(cache->specs, node->spec, error), view,
                    error);
    for (guint i = 0; i < node->n_labels; i++)
        labels[i] = (SwarmLabel){bb_names_text(cache->names, node->labels[i].key),
                                 bb_names_text(cache->names, node->labels[i].value)};
    view->labels = labels;
    view->n_labels = node->n_labels;
    view->id = view->name = bb_names_text(cache->names, node->name);
}

static Cache *
cache_new(const BbPlacement *self, const BbCluster *cluster)
{
    Cache *cache = g_new0(Cache, 1);

    swarm_arena_init(&cache->arena);
    cache->names = bb_cluster_names(cluster);
    cache->specs = bb_spec_store_new(cache->names, "swarm");
    cache->containers = g_ptr_array_new_with_free_func(g_free);
    cache->n_nodes = bb_cluster_n(cluster);
    cache->nodes = g_new0(SwarmNode, cache->n_nodes);
    cache->versions = g_new(guint64, cache->n_nodes);
    cache->held = g_new0(GArray *, cache->n_nodes);
    cache->overcommit = self->klass->params ? bb_params_int(self->params, "overcommit") : 0;
    return cache;
}

gboolean
swarm_placement_begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    Cache *cache = cache_new(self, cluster);

    self->cache = cache;
    for (guint i = 0; i < cache->n_nodes && !wrong; i++) {
        const BbNode *node = bb_cluster_node(cluster, i);

        cache->versions[i] = G_MAXUINT64;
        cache->held[i] = g_array_new(FALSE, FALSE, sizeof(SwarmHeld));
        read_node(cache, node, &wrong);
        if (wrong)
            g_prefix_error(&wrong, "spec of node %s: ", cache->nodes[i].name);
    }
    if (!wrong)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&wrong));
    return FALSE;
}

void
swarm_placement_clear(BbPlacement *self)
{
    Cache *cache = self->cache;

    if (!cache)
        return;
    for (guint i = 0; i < cache->n_nodes; i++)
        if (cache->held[i])
            g_array_unref(cache->held[i]);
    g_ptr_array_unref(cache->containers);
    bb_spec_store_free(cache->specs);
    swarm_arena_clear(&cache->arena);
    g_free(cache->nodes);
    g_free(cache->versions);
    g_free(cache->held);
    g_clear_pointer(&self->cache, g_free);
}

/* ---- containers ---- */

/* NULL with self->failure when the spec is wrong. */
static const SwarmContainer *
container_of(BbPlacement *self, const BbShape *shape)
{
    Cache *cache = self->cache;
    g_autofree SwarmContainer *container = NULL;
    g_autoptr(GError) wrong = NULL;

    if (shape->index >= cache->containers->len)
        g_ptr_array_set_size(cache->containers, (gint)shape->index + 1);
    if (cache->containers->pdata[shape->index])
        return cache->containers->pdata[shape->index];
    container = g_new0(SwarmContainer, 1);
    swarm_read_container(&cache->arena, bb_spec_store_read(cache->specs, shape->spec, &wrong),
                         container, &wrong);
    if (wrong) {
        bb_spec_fail(&self->failure, wrong);
        return NULL;
    }
    container->memory = shape->need.v[BB_MEMORY] * MIB;
    container->cpus = shape->need.v[BB_CPU];
    cache->containers->pdata[shape->index] = container;
    return g_steal_pointer(&container);
}

/* Whole cpus are overcommitted in whole cpus. */
static gint64
total_cpus(const Cache *cache, gint64 milli)
{
    return milli + (swarm_overcommit(milli / 1000, cache->overcommit) - milli / 1000) * 1000;
}

static gboolean
refresh(BbPlacement *self, const BbNode *node)
{
    Cache *cache = self->cache;
    SwarmNode *view = &cache->nodes[node->index];
    GArray *held = cache->held[node->index];

    if (cache->versions[node->index] == node->version)
        return TRUE;
    g_array_set_size(held, 0);
    for (guint i = 0; i < node->n_residents; i++) {
        SwarmHeld one = {container_of(self, node->residents[i].shape), node->residents[i].n_tasks};

        if (!one.container)
            return FALSE;
        g_array_append_val(held, one);
    }
    view->held = (const SwarmHeld *)(gconstpointer)held->data;
    view->n_held = held->len;
    view->n_containers = node->n_tasks;
    view->total_memory = swarm_overcommit(node->capacity.v[BB_MEMORY] * MIB, cache->overcommit);
    view->total_cpus = total_cpus(cache, node->capacity.v[BB_CPU]);
    view->used_memory = (node->capacity.v[BB_MEMORY] - node->free.v[BB_MEMORY]) * MIB;
    view->used_cpus = node->capacity.v[BB_CPU] - node->free.v[BB_CPU];
    cache->versions[node->index] = node->version;
    return TRUE;
}

static gboolean
allows(gpointer data, guint node)
{
    return bb_choice_allows(data, node);
}

gint
swarm_placement_choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice,
                       SwarmStrategy strategy)
{
    const Cache *cache = self->cache;
    const BbNode *nodes = bb_cluster_nodes(bb_choice_cluster(choice));
    const SwarmContainer *asked = container_of(self, ask->shape);

    for (guint i = 0; asked && i < cache->n_nodes; i++)
        if (!refresh(self, &nodes[i]))
            return -1;
    if (!asked)
        return -1;
    return swarm_place(asked, cache->nodes, cache->n_nodes, strategy,
                       strategy == SWARM_RANDOM ? bb_choice_draw(choice, 0, G_MAXUINT64) : 0,
                       allows, (gpointer)(gsize)choice);
}
