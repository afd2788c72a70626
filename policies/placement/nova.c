/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenStack Nova: the hosts that have room are weighed and one of the best is taken. A job's spec:
 * {"nova": {"group": NAME, "policy": "affinity|anti-affinity|soft-affinity|soft-anti-affinity"}}, its
 * group also by the column `group`. A node's: {"nova": {"aggregates": [{"ram_weight_multiplier":
 * "2"}, ..], "failed_builds": 0}}.
 *
 * Room is what the node file says: a site that overcommits gives (total - reserved) * ratio as the
 * capacity, and the cpu weigher sees that. Modelled: weighers of ram, disk, cpu, instances, groups and
 * failed builds, multipliers of aggregates, group policies, host_subset_size and shuffling. Not
 * modelled: the number of builds under way (all hosts have none), traits, and retries.
 *
 * Source: openstack/nova nova/scheduler/{manager.py,weights,filters}, nova/weights.py. */
#include "sim/base/bb-error.h"
#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-spec-store.h"

#include "policies/profiles/nova/nova.h"

typedef enum {
    POLICY_NONE,
    POLICY_AFFINITY,
    POLICY_ANTI_AFFINITY,
    POLICY_SOFT_AFFINITY,
    POLICY_SOFT_ANTI_AFFINITY,
} GroupPolicy;

/* A shape's server group. */
typedef struct {
    const char *name; /* NULL: none */
    GroupPolicy policy;
} Group;

typedef struct {
    const BbNames *names;
    guint n_nodes;
    BbSpecStore *specs;
    GPtrArray *groups; /* of Group by shape index, NULL: not read yet */
    gint64 *failed_builds;
    double *multipliers; /* NOVA_N_WEIGHERS a node */
    double configured[NOVA_N_WEIGHERS];
    NovaHost *hosts; /* of one decision */
    guint *indices;
    double *weights;
} Cache;

/* ---- hosts ---- */

/* The values of "WEIGHER_weight_multiplier" in the host's aggregates. */
static double
read_multiplier(JsonArray *aggregates, const char *weigher, double configured, GError **error)
{
    guint n_aggregates = aggregates ? json_array_get_length(aggregates) : 0, n = 0;
    g_autofree const char **values = g_new0(const char *, n_aggregates + 1);
    g_autofree char *key = g_strconcat(weigher, "_weight_multiplier", NULL);

    for (guint i = 0; i < n_aggregates; i++) {
        JsonObject *aggregate = bb_spec_element(aggregates, i, "aggregates", error);
        const char *value = bb_spec_text(aggregate, key, NULL, error);

        if (value)
            values[n++] = value;
    }
    return nova_multiplier(configured, values, n);
}

static void
read_host(Cache *cache, const BbNode *node, GError **error)
{
    static const char *const names[] = {"aggregates", "failed_builds", NULL};
    JsonObject *object = bb_spec_store_read(cache->specs, node->spec, error);
    JsonArray *aggregates = bb_spec_array(object, "aggregates", error);

    bb_spec_expect(object, names, error);
    cache->failed_builds[node->index] = bb_spec_int(object, "failed_builds", 0, error);
    for (guint w = 0; w < NOVA_N_WEIGHERS && !*error; w++)
        cache->multipliers[node->index * NOVA_N_WEIGHERS + w] =
            read_multiplier(aggregates, nova_weigher_names[w], cache->configured[w], error);
}

static void
read_params(const BbParams *params, double *configured)
{
    static const struct {
        NovaWeigher weigher;
        const char *name;
    } named[] = {
        {NOVA_RAM, "ram"},
        {NOVA_DISK, "disk"},
        {NOVA_CPU, "cpu"},
        {NOVA_NUM_INSTANCES, "instances"},
        {NOVA_SOFT_AFFINITY, "soft-affinity"},
        {NOVA_SOFT_ANTI_AFFINITY, "soft-anti-affinity"},
        {NOVA_BUILD_FAILURE, "build-failure"},
    };

    for (guint w = 0; w < NOVA_N_WEIGHERS; w++)
        configured[w] = nova_default_multipliers[w];
    for (guint i = 0; i < G_N_ELEMENTS(named); i++)
        configured[named[i].weigher] = bb_params_double(params, named[i].name);
}

static gboolean
begin(BbPlacement *self, const BbCluster *cluster, GError **error)
{
    g_autoptr(GError) wrong = NULL;
    Cache *cache = self->cache = g_new0(Cache, 1);

    cache->names = bb_cluster_names(cluster);
    cache->n_nodes = bb_cluster_n(cluster);
    cache->specs = bb_spec_store_new(cache->names, "nova");
    cache->groups = g_ptr_array_new_with_free_func(g_free);
    cache->failed_builds = g_new0(gint64, cache->n_nodes);
    cache->multipliers = g_new0(double, (gsize)cache->n_nodes *NOVA_N_WEIGHERS);
    cache->hosts = g_new0(NovaHost, cache->n_nodes);
    cache->indices = g_new0(guint, cache->n_nodes);
    cache->weights = g_new0(double, cache->n_nodes);
    read_params(self->params, cache->configured);
    for (guint i = 0; i < cache->n_nodes && !wrong; i++) {
        const BbNode *node = bb_cluster_node(cluster, i);

        read_host(cache, node, &wrong);
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
    g_ptr_array_unref(cache->groups);
    bb_spec_store_free(cache->specs);
    g_free(cache->failed_builds);
    g_free(cache->multipliers);
    g_free(cache->hosts);
    g_free(cache->indices);
    g_free(cache->weights);
    g_clear_pointer(&self->cache, g_free);
}

/* ---- server groups ---- */

static GroupPolicy
read_policy(JsonObject *object, GError **error)
{
    static const char *const names[] = {"affinity", "anti-affinity", "soft-affinity",
                                        "soft-anti-affinity", NULL};
    const char *text = bb_spec_text(object, "policy", NULL, error);

    if (!text)
        return POLICY_NONE;
    for (guint i = 0; names[i]; i++)
        if (g_str_equal(names[i], text))
            return (GroupPolicy)(i + 1);
    bb_error_set(error, BB_ERROR_INPUT,
                 "\"policy\": expected affinity, anti-affinity, soft-affinity or "
                 "soft-anti-affinity, found \"%s\"",
                 text);
    return POLICY_NONE;
}

/* NULL with self->failure when the spec is wrong. */
static const Group *
group_of(BbPlacement *self, const BbShape *shape)
{
    static const char *const names[] = {"group", "policy", NULL};
    Cache *cache = self->cache;
    g_autoptr(GError) wrong = NULL;
    JsonObject *object;
    Group group;

    if (shape->index >= cache->groups->len)
        g_ptr_array_set_size(cache->groups, (gint)shape->index + 1);
    if (cache->groups->pdata[shape->index])
        return cache->groups->pdata[shape->index];
    object = bb_spec_store_read(cache->specs, shape->spec, &wrong);
    bb_spec_expect(object, names, &wrong);
    group.name = bb_spec_text(
        object, "group", shape->group ? bb_names_text(cache->names, shape->group) : NULL, &wrong);
    group.policy = read_policy(object, &wrong);
    if (wrong) {
        bb_spec_fail(&self->failure, wrong);
        return NULL;
    }
    return cache->groups->pdata[shape->index] = g_memdup2(&group, sizeof group);
}

static gint64
count_members(BbPlacement *self, const BbNode *node, const Group *group)
{
    gint64 n = 0;

    for (guint i = 0; i < node->n_residents; i++) {
        const Group *other = group_of(self, node->residents[i].shape);

        if (other && g_strcmp0(other->name, group->name) == 0)
            n += node->residents[i].n_tasks;
    }
    return n;
}

/* Has any host a member already? */
static gboolean
is_settled(BbPlacement *self, const BbNode *nodes, guint n, const Group *group)
{
    if (group->policy != POLICY_AFFINITY || !group->name)
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (count_members(self, &nodes[i], group) > 0)
            return TRUE;
    return FALSE;
}

/* ---- the decision ---- */

static NovaHost
view_host(const Cache *cache, const BbNode *node, gint64 members)
{
    return (NovaHost){
        .free_ram_mb = node->free.v[BB_MEMORY],
        .free_disk_mb = node->free.v[BB_DISK],
        .vcpus_total = (double)node->capacity.v[BB_CPU] / 1000.0,
        .vcpus_used = (double)(node->capacity.v[BB_CPU] - node->free.v[BB_CPU]) / 1000.0,
        .cpu_allocation_ratio = 1.0,
        .num_instances = node->n_tasks,
        .failed_builds = cache->failed_builds[node->index],
        .group_members = members,
        .multipliers = cache->multipliers + (gsize)node->index * NOVA_N_WEIGHERS,
    };
}

/* The hosts that pass, as views; returns how many. */
static guint
filter(BbPlacement *self, const Group *group, const BbChoice *choice)
{
    Cache *cache = self->cache;
    const BbNode *nodes = bb_cluster_nodes(bb_choice_cluster(choice));
    gboolean settled = is_settled(self, nodes, cache->n_nodes, group);
    guint n = 0;

    for (guint i = 0; i < cache->n_nodes; i++) {
        gint64 members;

        if (!bb_choice_allows(choice, i))
            continue;
        members = group->name && group->policy ? count_members(self, &nodes[i], group) : 0;
        if ((settled && members == 0) || (group->policy == POLICY_ANTI_AFFINITY && members > 0))
            continue;
        cache->indices[n] = i;
        cache->weights[n] = 0.0;
        cache->hosts[n++] = view_host(cache, &nodes[i], members);
    }
    return n;
}

static guint64
draw(gpointer data, guint32 ordinal, guint64 n)
{
    return bb_choice_draw(data, ordinal, n);
}

/* Members count for those whose policy it is. */
static gboolean
is_weighed(NovaWeigher weigher, const Group *group)
{
    if (weigher == NOVA_SOFT_AFFINITY)
        return group->policy == POLICY_SOFT_AFFINITY;
    if (weigher == NOVA_SOFT_ANTI_AFFINITY)
        return group->policy == POLICY_SOFT_ANTI_AFFINITY;
    return weigher != NOVA_IO_OPS;
}

static gint
choose(BbPlacement *self, const BbAsk *ask, const BbChoice *choice)
{
    const Cache *cache = self->cache;
    const Group *group = group_of(self, ask->shape);
    guint n = group ? filter(self, group, choice) : 0;
    gint at;

    for (guint w = 0; group && w < NOVA_N_WEIGHERS; w++)
        if (is_weighed((NovaWeigher)w, group))
            nova_weigh((NovaWeigher)w, cache->configured[w], cache->hosts, n, cache->weights);
    at = nova_select(cache->weights, n, (guint)bb_params_int(self->params, "subset"),
                     bb_params_int(self->params, "shuffle") != 0, draw, (gpointer)(gsize)choice);
    return at < 0 || self->failure ? -1 : (gint)cache->indices[at];
}

#define MULTIPLIER(option, value, what)                                                            \
    {                                                                                              \
        .name = option, .type = BB_PARAM_DOUBLE, .fallback = value, .summary = "weight of " what   \
    }

static const BbParam params[] = {
    MULTIPLIER("ram", "1", "free memory; below 0 packs"),
    MULTIPLIER("disk", "1", "free disk"),
    MULTIPLIER("cpu", "1", "free vcpus"),
    MULTIPLIER("instances", "0", "the number of instances; below 0 spreads"),
    MULTIPLIER("soft-affinity", "1", "members of the group"),
    MULTIPLIER("soft-anti-affinity", "1", "the absence of members of the group"),
    MULTIPLIER("build-failure", "-1000000", "failed builds"),
    {.name = "subset",
     .type = BB_PARAM_INT,
     .fallback = "1",
     .summary = "any of so many of the best hosts (host_subset_size)",
     .min = 1,
     .max = G_MAXINT32},
    {.name = "shuffle",
     .type = BB_PARAM_BOOL,
     .fallback = "no",
     .summary = "any of the best hosts that weigh the same"},
    {.name = NULL},
};

const BbPlacementClass bb_placement_nova = {
    .name = "nova",
    .summary = "OpenStack Nova: hosts weighed by free memory, disk, vcpus and more",
    .source = "openstack/nova nova/scheduler/{manager.py,weights}, nova/weights.py",
    .params = params,
    .flags = BB_NEEDS_RESIDENTS | BB_ROOM_MAY_GROW,
    .begin = begin,
    .clear = clear,
    .choose = choose,
};
