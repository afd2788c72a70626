/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slurm's select/cons_tres (or select/linear, whole nodes) without topology: best fit among sets of
 * consecutive nodes, nodes of the lowest weight first. Consecutive is by the order of the nodes.
 *
 * A job's spec may ask for a number of nodes and for a partition, which is a pool or what a node's
 * spec lists; see profiles/slurm/slurm-json.h. A task is what Slurm calls a cpu of the job: with
 * `nodes` the tasks are as many on the first nodes as fit, but one is left for each that must follow.
 *
 * Source: SchedMD/slurm src/plugins/select/cons_tres, src/plugins/topology/default/eval_nodes.c. */
#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-spec-store.h"

#include "policies/profiles/slurm/slurm-json.h"
#include "policies/profiles/slurm/slurm-select.h"

enum { SELECT_CONS_TRES, SELECT_LINEAR };

typedef struct {
    const BbNames *names;
    guint n_nodes;
    BbSpecStore *specs;
    GPtrArray *requests;      /* of SlurmRequest by shape index, NULL: not read yet */
    const char ***partitions; /* by node */
    guint32 *weights;
    SlurmNode *nodes; /* of one decision */
    SlurmPick *picks;
} Cache;

static gboolean
begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    Cache *cache = self->cache = g_new0(Cache, 1);

    cache->names = bb_cluster_names(cluster);
    cache->n_nodes = bb_cluster_n(cluster);
    cache->specs = bb_spec_store_new(cache->names, "slurm");
    cache->requests = g_ptr_array_new_with_free_func(g_free);
    cache->partitions = g_new0(const char **, cache->n_nodes);
    cache->weights = g_new0(guint32, cache->n_nodes);
    cache->nodes = g_new0(SlurmNode, cache->n_nodes);
    cache->picks = g_new0(SlurmPick, cache->n_nodes);
    for (guint i = 0; i < cache->n_nodes && !wrong; i++) {
        const BbNode *node = bb_cluster_node(cluster, i);

        slurm_read_node(bb_spec_store_read(cache->specs, node->spec, &wrong), &cache->weights[i],
                        &cache->partitions[i], &wrong);
        if (wrong)
            g_prefix_error(&wrong, "spec of node %s: ", bb_names_text(cache->names, node->name));
    }
    if (!wrong)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&wrong));
    return FALSE;
}

static void
clear(BbPlacement *self)
{
    Cache *cache = self->cache;

    if (!cache)
        return;
    for (guint i = 0; i < cache->n_nodes; i++)
        g_free(cache->partitions[i]);
    g_ptr_array_unref(cache->requests);
    bb_spec_store_free(cache->specs);
    g_free(cache->partitions);
    g_free(cache->weights);
    g_free(cache->nodes);
    g_free(cache->picks);
    g_clear_pointer(&self->cache, g_free);
}

/* NULL with self->failure when the spec is wrong. */
static const SlurmRequest *
request_of(BbPlacement *self, const BbShape *shape)
{
    Cache *cache = self->cache;
    g_autoptr(GError) wrong = NULL;
    SlurmRequest request;

    if (shape->index >= cache->requests->len)
        g_ptr_array_set_size(cache->requests, (gint)shape->index + 1);
    if (cache->requests->pdata[shape->index])
        return cache->requests->pdata[shape->index];
    slurm_read_request(bb_spec_store_read(cache->specs, shape->spec, &wrong), &request, &wrong);
    if (wrong) {
        bb_spec_fail(&self->failure, wrong);
        return NULL;
    }
    return cache->requests->pdata[shape->index] = g_memdup2(&request, sizeof request);
}

static gboolean
is_in_partition(const Cache *cache, const BbNode *node, const char *partition)
{
    const char **partitions = cache->partitions[node->index];

    if (!partition)
        return TRUE;
    return partitions ? g_strv_contains(partitions, partition)
                      : g_str_equal(bb_names_text(cache->names, node->pool), partition);
}

/* The nodes as a job of n tasks sees them; returns how many tasks have room, at most n. */
static guint32
look(BbPlacement *self, const BbAsk *ask, const SlurmRequest *request, guint32 n,
     const BbChoice *choice)
{
    Cache *cache = self->cache;
    gboolean linear = bb_params_int(self->params, "select") == SELECT_LINEAR;
    const BbNode *nodes = bb_cluster_nodes(bb_choice_cluster(choice));
    guint64 sum = 0;

    for (guint i = 0; i < cache->n_nodes; i++) {
        gboolean usable = (!linear || nodes[i].n_tasks == 0) &&
                          is_in_partition(cache, &nodes[i], request->partition) &&
                          bb_choice_allows(choice, i);
        gint64 slots = usable ? bb_node_slots(&nodes[i], ask->shape) : 0;

        cache->nodes[i] = (SlurmNode){(guint32)MIN(slots, (gint64)n), cache->weights[i]};
        sum += cache->nodes[i].cpus;
    }
    return (guint32)MIN(sum, n);
}

static guint32
choose_group(BbPlacement *self, const BbAsk *ask, guint32 n, const BbChoice *choice, guint32 *nodes)
{
    Cache *cache = self->cache;
    const SlurmRequest *request = request_of(self, ask->shape);
    guint32 n_room = request ? look(self, ask, request, n, choice) : 0, n_out = 0;
    guint n_picks;

    if (n_room == 0 || (n_room < n && ask->job->gang))
        return 0;
    n_picks = slurm_select(cache->nodes, cache->n_nodes, n_room, MIN(request->min_nodes, n_room),
                           request->max_nodes, cache->picks);
    for (guint i = 0; i < n_picks; i++)
        for (guint32 k = 0; k < cache->picks[i].cpus; k++)
            nodes[n_out++] = cache->picks[i].node;
    return n_out;
}

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    Cache *cache = self->cache;
    const SlurmRequest *request = request_of(self, ask->shape);

    if (!request || look(self, ask, request, 1, choice) == 0 ||
        slurm_select(cache->nodes, cache->n_nodes, 1, 1, 0, cache->picks) == 0)
        return -1;
    return (gint)cache->picks[0].node;
}

static const BbParam params[] = {
    {.name = "select",
     .type = BB_PARAM_ENUM,
     .fallback = "cons_tres",
     .summary = "parts of nodes, or whole nodes",
     .choices = "cons_tres|linear"},
    {.name = NULL},
};

const BbPlacementClass bb_placement_slurm = {
    .name = "slurm",
    .summary = "Slurm's best fit among sets of consecutive nodes, lowest weight first",
    .source = "SchedMD/slurm src/plugins/select/cons_tres, src/plugins/topology/default",
    .params = params,
    .begin = begin,
    .clear = clear,
    .choose = choose,
    .choose_group = choose_group,
};
