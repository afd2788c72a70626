/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SwarmKit (Docker's swarm mode): the tasks of a job are placed as one group, evenly over the tree of
 * its spread preferences, then on the nodes with the fewest tasks of the service, then the fewest in
 * all. A service is what `service` in the spec says, else the job's group, else all tasks that ask the
 * same.
 *
 * Modelled: the tree, constraints, availability, host ports, generic resources, replicas per node.
 * Not modelled: recent failures of a service (the engine's failures are those of nodes), plug-ins,
 * platforms and volumes; where SwarmKit's order is that of a Go map, nodes come in order.
 *
 * Source: moby/swarmkit manager/scheduler/{scheduler,nodeset,decision_tree,filter}.go. */
#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-spec-store.h"

#include "policies/profiles/swarmkit/swarmkit-group.h"
#include "policies/profiles/swarmkit/swarmkit-json.h"

typedef struct {
    const BbNames *names;
    guint n_nodes;
    BbSpecStore *specs;
    GPtrArray *jobs; /* of SwarmkitJob by shape index, NULL: not read yet */
    SwarmkitMachine *machines;
    GArray *node_labels;   /* of SwarmkitLabel, of all nodes */
    SwarmkitNode *nodes;   /* of one decision */
    const char **branches; /* n_nodes times the levels of one decision */
    GArray *tasks;         /* of SwarmkitTasks, of one node */
} Cache;

static void
free_job(gpointer job)
{
    swarmkit_job_free(job);
}

static void
add_labels(Cache *cache, const BbNode *node)
{
    for (guint i = 0; i < node->n_labels; i++) {
        SwarmkitLabel label = {bb_names_text(cache->names, node->labels[i].key),
                               bb_names_text(cache->names, node->labels[i].value)};

        g_array_append_val(cache->node_labels, label);
    }
}

/* The labels of all nodes stand one behind the other. */
static void
set_labels(Cache *cache, const BbNode *nodes)
{
    const SwarmkitLabel *label;

    for (guint i = 0; i < cache->n_nodes; i++)
        add_labels(cache, &nodes[i]);
    label = (const SwarmkitLabel *)(gconstpointer)cache->node_labels->data;
    for (guint i = 0; i < cache->n_nodes; i++) {
        SwarmkitHost *host = &cache->machines[i].view;

        host->id = host->hostname = bb_names_text(cache->names, nodes[i].name);
        host->labels = label;
        host->n_labels = nodes[i].n_labels;
        label += label ? nodes[i].n_labels : 0;
    }
}

static gboolean
begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    const BbNode *nodes = bb_cluster_nodes(cluster);
    Cache *cache = self->cache = g_new0(Cache, 1);

    cache->names = bb_cluster_names(cluster);
    cache->n_nodes = bb_cluster_n(cluster);
    cache->specs = bb_spec_store_new(cache->names, "swarmkit");
    cache->jobs = g_ptr_array_new_with_free_func(free_job);
    cache->machines = g_new0(SwarmkitMachine, cache->n_nodes);
    cache->node_labels = g_array_new(FALSE, FALSE, sizeof(SwarmkitLabel));
    cache->nodes = g_new0(SwarmkitNode, cache->n_nodes);
    cache->tasks = g_array_new(FALSE, FALSE, sizeof(SwarmkitTasks));
    for (guint i = 0; i < cache->n_nodes && !wrong; i++) {
        swarmkit_machine_init(&cache->machines[i],
                              bb_spec_store_read(cache->specs, nodes[i].spec, &wrong), &wrong);
        if (wrong)
            g_prefix_error(&wrong, "spec of node %s: ", bb_names_text(cache->names, nodes[i].name));
    }
    set_labels(cache, nodes);
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
        swarmkit_machine_clear(&cache->machines[i]);
    g_ptr_array_unref(cache->jobs);
    bb_spec_store_free(cache->specs);
    g_array_unref(cache->node_labels);
    g_array_unref(cache->tasks);
    g_free(cache->machines);
    g_free(cache->nodes);
    g_free(cache->branches);
    g_clear_pointer(&self->cache, g_free);
}

/* NULL with self->failure when the spec is wrong. */
static const SwarmkitJob *
job_of(BbPlacement *self, const BbShape *shape)
{
    Cache *cache = self->cache;
    g_autoptr(GError) wrong = NULL;
    SwarmkitJob *job;

    if (shape->index >= cache->jobs->len)
        g_ptr_array_set_size(cache->jobs, (gint)shape->index + 1);
    if (cache->jobs->pdata[shape->index])
        return cache->jobs->pdata[shape->index];
    job = swarmkit_job_new(bb_spec_store_read(cache->specs, shape->spec, &wrong), &wrong);
    if (wrong) {
        bb_spec_fail(&self->failure, wrong);
        swarmkit_job_free(job);
        return NULL;
    }
    if (!job->view.name && shape->group)
        job->view.name = bb_names_text(cache->names, shape->group);
    cache->jobs->pdata[shape->index] = job;
    return job;
}

/* One decision, while it is made. */
typedef struct {
    BbPlacement *self;
    const BbAsk *ask;
    const BbChoice *choice;
    const BbNode *nodes;
    const SwarmkitJob *job;
} Question;

/* What runs on the node, as services; FALSE with self->failure. */
static gboolean
list_tasks(BbPlacement *self, const BbNode *node)
{
    Cache *cache = self->cache;

    g_array_set_size(cache->tasks, 0);
    for (guint i = 0; i < node->n_residents; i++) {
        const SwarmkitJob *job = job_of(self, node->residents[i].shape);
        SwarmkitTasks tasks = {job ? &job->view : NULL, node->residents[i].n_tasks};

        if (!job)
            return FALSE;
        g_array_append_val(cache->tasks, tasks);
    }
    return TRUE;
}

static gboolean
fits(gpointer data, guint node, guint32 n_new)
{
    const Question *q = data;
    const Cache *cache = q->self->cache;

    if (!swarmkit_admits(&cache->machines[node].view, &q->job->view) ||
        !bb_choice_allows(q->choice, node) ||
        (n_new > 0 && bb_node_slots(&q->nodes[node], q->ask->shape) <= (gint64)n_new))
        return FALSE;
    return list_tasks(q->self, &q->nodes[node]) &&
           swarmkit_fits(&cache->machines[node].view,
                         (const SwarmkitTasks *)(gconstpointer)cache->tasks->data,
                         cache->tasks->len, &q->job->view, n_new);
}

static guint32
count_service(BbPlacement *self, const BbNode *node, const SwarmkitJob *job)
{
    guint32 n = 0;

    for (guint i = 0; i < node->n_residents; i++) {
        const SwarmkitJob *other = job_of(self, node->residents[i].shape);

        if (other && swarmkit_same_service(&other->view, &job->view))
            n += node->residents[i].n_tasks;
    }
    return n;
}

/* The node's values for the preferences that SwarmKit knows, into `out`; returns how many. */
static guint
fill_branches(const SwarmkitHost *host, const SwarmkitJob *job, const char **out)
{
    guint n = 0;

    for (guint i = 0; job->spread && job->spread[i]; i++) {
        const char *value = swarmkit_branch(host, job->spread[i]);

        if (value)
            out[n++] = value;
    }
    return n;
}

static guint
fill_nodes(const Question *q)
{
    Cache *cache = q->self->cache;
    guint n_most = q->job->spread ? g_strv_length((char **)(gsize)q->job->spread) : 0, n_levels = 0;

    cache->branches = g_renew(const char *, cache->branches, (gsize)cache->n_nodes *n_most + 1);
    for (guint i = 0; i < cache->n_nodes; i++) {
        const char **branches = cache->branches + (gsize)i * n_most;

        n_levels = fill_branches(&cache->machines[i].view, q->job, branches);
        cache->nodes[i] = (SwarmkitNode){branches, count_service(q->self, &q->nodes[i], q->job),
                                         q->nodes[i].n_tasks, 0};
    }
    return n_levels;
}

static guint32
choose_group(BbPlacement *self, const BbAsk *ask, guint32 n, const BbChoice *choice, guint32 *nodes)
{
    Cache *cache = self->cache;
    Question q = {self, ask, choice, bb_cluster_nodes(bb_choice_cluster(choice)),
                  job_of(self, ask->shape)};
    guint n_levels = q.job ? fill_nodes(&q) : 0;
    guint32 n_placed = 0;

    if (q.job && !self->failure)
        n_placed = swarmkit_place(cache->nodes, cache->n_nodes, n_levels, n, fits, &q, nodes);
    return self->failure ? 0 : n_placed;
}

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    guint32 node;

    return choose_group(self, ask, 1, choice, &node) ? (gint)node : -1;
}

const BbPlacementClass bb_placement_swarmkit = {
    .name = "swarmkit",
    .summary = "SwarmKit: a job's tasks as one group, spread evenly over preferences, then nodes",
    .source = "moby/swarmkit manager/scheduler/{scheduler,nodeset,decision_tree,filter}.go",
    .flags = BB_NEEDS_RESIDENTS,
    .begin = begin,
    .clear = clear,
    .choose = choose,
    .choose_group = choose_group,
};
