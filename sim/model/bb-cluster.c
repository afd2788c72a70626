/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What never changes (names, labels, capacities) is kept apart and shared by copies; a copy owns only
 * its nodes' books. Sums are carried along with every take and give. */
#include "sim/model/bb-books.h"
#include "sim/model/bb-range.h"

#define NODES_MAX 10000000
/* Changes that somebody who looks now and then need not have seen. */
#define CHANGES_KEPT 4096
/* Sums of capacities stay below, so that a few of them can be added. */
#define SUM_MAX (G_MAXINT64 / 4)

typedef struct {
    BbNames *names;        /* borrowed */
    GArray *index_of_name; /* of guint32, by name id: 1 + node index, 0 for none */
    GPtrArray *labels;     /* arrays of BbLabel, owned; nodes of one row share them */
    guint32 modelled;
    GArray *changes;   /* of BbNodeChange, in order */
    BbResources bound; /* no sum of capacities at any time is above it */
    gboolean keeps_residents;
    guint64 last_version; /* of any node, on the cluster or a copy */
} Fixed;

struct _BbCluster {
    Fixed *fixed;
    gboolean is_copy; /* then `fixed` belongs to the original */
    GArray *nodes;    /* of BbNode; their books are owned */
    BbResources free_sum, up_sum, bought;
    guint32 *changed; /* ring of CHANGES_KEPT nodes; NULL: not kept, or a copy */
    guint64 n_changed;
};

static void
clear_node(gpointer data)
{
    bb_books_clear(data);
}

static GArray *
new_nodes(guint n_reserved)
{
    GArray *nodes = g_array_sized_new(FALSE, FALSE, sizeof(BbNode), n_reserved);
    g_array_set_clear_func(nodes, clear_node);
    return nodes;
}

BbCluster *
bb_cluster_new(BbNames *names)
{
    BbCluster *cluster = g_new0(BbCluster, 1);
    cluster->fixed = g_new0(Fixed, 1);
    cluster->fixed->names = names;
    cluster->fixed->index_of_name = g_array_new(FALSE, TRUE, sizeof(guint32));
    cluster->fixed->labels = g_ptr_array_new_with_free_func(g_free);
    cluster->fixed->changes = g_array_new(FALSE, FALSE, sizeof(BbNodeChange));
    cluster->nodes = new_nodes(0);
    return cluster;
}

static void
free_fixed(Fixed *fixed)
{
    g_array_unref(fixed->index_of_name);
    g_ptr_array_unref(fixed->labels);
    g_array_unref(fixed->changes);
    g_free(fixed);
}

void
bb_cluster_free(BbCluster *cluster)
{
    if (cluster == NULL)
        return;
    g_array_unref(cluster->nodes);
    g_free(cluster->changed);
    if (!cluster->is_copy)
        free_fixed(cluster->fixed);
    g_free(cluster);
}

static gboolean
refuse(const char *expected, const char **out_expected)
{
    if (out_expected != NULL)
        *out_expected = expected;
    return FALSE;
}

static gboolean
has_any(const BbCluster *cluster, const BbRange *range)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (guint i = range->first; i <= range->last; i++)
        if (bb_cluster_find(cluster, bb_range_name(range, i, name)) >= 0)
            return TRUE;
    return FALSE;
}

static gboolean
sums_stay_small(const BbCluster *cluster, const BbResources *capacity, guint n)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        BbInt128 sum = (BbInt128)capacity->v[r] * n + cluster->fixed->bound.v[r];
        if (capacity->v[r] < 0 || sum > SUM_MAX)
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_row(const BbCluster *cluster, const BbNodeRow *row, BbRange *out_range,
          const char **out_expected)
{
    if (!bb_range_parse(row->id, out_range))
        return refuse("a name, or a range like n[001-120]", out_expected);
    guint n = bb_range_n(out_range);
    if (n > NODES_MAX - cluster->nodes->len)
        return refuse("at most 10000000 nodes", out_expected);
    if (!sums_stay_small(cluster, &row->capacity, n))
        return refuse("capacities whose sum stays below 2^61", out_expected);
    if (row->capacity.v[BB_GPU] % 1000 != 0 || row->capacity.v[BB_GPU] / 1000 > BB_DEVICES_MAX)
        return refuse("at most 64 whole devices in a node", out_expected);
    if (has_any(cluster, out_range))
        return refuse("each node once", out_expected);
    return TRUE;
}

static gboolean
has_key_twice(const GArray *labels)
{
    for (guint i = 1; i < labels->len; i++)
        for (guint j = 0; j < i; j++)
            if (g_array_index(labels, BbLabel, i).key == g_array_index(labels, BbLabel, j).key)
                return TRUE;
    return FALSE;
}

static const BbLabel *
keep_labels(BbCluster *cluster, const GArray *labels, guint32 *out_n)
{
    *out_n = labels->len;
    gpointer kept = g_memdup2(labels->data, labels->len * sizeof(BbLabel));
    g_ptr_array_add(cluster->fixed->labels, kept);
    return kept;
}

static gboolean
parse_labels(BbCluster *cluster, const BbNodeRow *row, BbNode *model, const char **out_expected)
{
    BbNames *names = cluster->fixed->names;
    g_autoptr(GArray) labels = g_array_new(FALSE, FALSE, sizeof(BbLabel));
    g_autoptr(GArray) taints = g_array_new(FALSE, FALSE, sizeof(BbLabel));
    if (!bb_parse_labels(names, row->labels, labels, out_expected) ||
        !bb_parse_labels(names, row->taints, taints, out_expected))
        return FALSE;
    if (has_key_twice(labels))
        return refuse("each label key once", out_expected);
    model->labels = keep_labels(cluster, labels, &model->n_labels);
    model->taints = keep_labels(cluster, taints, &model->n_taints);
    return TRUE;
}

static void
append_node(BbCluster *cluster, const BbNode *model, const char *name)
{
    GArray *index_of_name = cluster->fixed->index_of_name;
    BbNode node = *model;
    node.index = cluster->nodes->len;
    node.name = bb_names_intern(cluster->fixed->names, name);
    bb_books_init(&node);
    if (node.name >= index_of_name->len)
        g_array_set_size(index_of_name, node.name + 1);
    g_array_index(index_of_name, guint32, node.name) = node.index + 1;
    g_array_append_val(cluster->nodes, node);
}

static void
append_range(BbCluster *cluster, const BbNode *model, const BbRange *range)
{
    g_autoptr(GString) name = g_string_new(NULL);
    for (guint i = range->first; i <= range->last; i++)
        append_node(cluster, model, bb_range_name(range, i, name));
    bb_resources_add(&cluster->fixed->bound, &model->capacity, bb_range_n(range));
    bb_resources_add(&cluster->free_sum, &model->capacity, bb_range_n(range));
    bb_resources_add(&cluster->up_sum, &model->capacity, bb_range_n(range));
    bb_resources_add(&cluster->bought, &model->capacity, bb_range_n(range));
}

gboolean
bb_cluster_add(BbCluster *cluster, const BbNodeRow *row, const char **out_expected)
{
    BbRange range;
    BbNode model = {
        .runtimes = row->runtimes,
        .speed_milli = row->speed_milli,
        .n_devices = (guint32)(row->capacity.v[BB_GPU] / 1000),
        .capacity = row->capacity,
        .price_micro_per_h = row->price_micro_per_h,
    };
    g_assert(!cluster->is_copy);
    if (!check_row(cluster, row, &range, out_expected) ||
        !parse_labels(cluster, row, &model, out_expected))
        return FALSE;
    model.pool = bb_names_intern(cluster->fixed->names, row->pool);
    model.gpu_model = bb_names_intern(cluster->fixed->names, row->gpu_model);
    model.spec = bb_names_intern(cluster->fixed->names, row->spec);
    cluster->fixed->modelled |= row->named;
    append_range(cluster, &model, &range);
    return TRUE;
}

void
bb_cluster_add_flat(BbCluster *cluster, gint64 n_cores)
{
    BbNodeRow row = BB_NODE_ROW_INIT;
    row.id = "flat";
    row.capacity.v[BB_CPU] = n_cores * 1000;
    row.named = 1u << BB_CPU;
    gboolean ok = bb_cluster_add(cluster, &row, NULL);
    g_assert(ok);
}

void
bb_cluster_reorder(BbCluster *cluster, const guint *order)
{
    GArray *nodes = cluster->nodes;
    g_assert(!cluster->is_copy && cluster->fixed->changes->len == 0);
    g_autofree BbNode *before = g_memdup2(nodes->data, nodes->len * sizeof(BbNode));
    for (guint i = 0; i < nodes->len; i++) {
        BbNode *node = &g_array_index(nodes, BbNode, i);
        *node = before[order[i]];
        node->index = i;
        g_array_index(cluster->fixed->index_of_name, guint32, node->name) = i + 1;
    }
}

BbCluster *
bb_cluster_copy(const BbCluster *cluster)
{
    BbCluster *copy = g_new(BbCluster, 1);
    *copy = *cluster;
    copy->is_copy = TRUE;
    copy->changed = NULL;
    copy->nodes = new_nodes(cluster->nodes->len);
    for (guint i = 0; i < cluster->nodes->len; i++) {
        BbNode node = g_array_index(cluster->nodes, BbNode, i);
        bb_books_init(&node);
        bb_books_copy(&node, &g_array_index(cluster->nodes, BbNode, i));
        g_array_append_val(copy->nodes, node);
    }
    return copy;
}

void
bb_cluster_copy_books(BbCluster *to, const BbCluster *from)
{
    g_assert(to->fixed == from->fixed);
    for (guint i = 0; i < from->nodes->len; i++)
        bb_books_copy(&g_array_index(to->nodes, BbNode, i), &g_array_index(from->nodes, BbNode, i));
    to->free_sum = from->free_sum;
    to->up_sum = from->up_sum;
    to->bought = from->bought;
}

void
bb_cluster_copy_node(BbCluster *to, const BbCluster *from, guint node)
{
    g_assert(to->fixed == from->fixed && node < from->nodes->len);
    BbNode *target = &g_array_index(to->nodes, BbNode, node);
    bb_resources_add(&to->free_sum, &target->free, -1);
    bb_books_copy(target, &g_array_index(from->nodes, BbNode, node));
    bb_resources_add(&to->free_sum, &target->free, 1);
}

void
bb_cluster_narrow_node(BbCluster *to, const BbCluster *other, guint node)
{
    g_assert(to->fixed == other->fixed && node < other->nodes->len);
    BbNode *target = &g_array_index(to->nodes, BbNode, node);
    bb_resources_add(&to->free_sum, &target->free, -1);
    bb_books_narrow(target, &g_array_index(other->nodes, BbNode, node));
    target->version = ++to->fixed->last_version;
    bb_resources_add(&to->free_sum, &target->free, 1);
}

void
bb_cluster_keep_residents(BbCluster *cluster)
{
    cluster->fixed->keeps_residents = TRUE;
    cluster->changed = g_renew(guint32, cluster->changed, CHANGES_KEPT);
    cluster->n_changed = 1;
}

/* The node's books are new. */
static void
touch(BbCluster *cluster, BbNode *node)
{
    node->version = ++cluster->fixed->last_version;
    if (cluster->changed)
        cluster->changed[cluster->n_changed++ % CHANGES_KEPT] = node->index;
}

static void
note_residents(BbCluster *cluster, BbNode *node, const BbShape *shape, gint64 n_tasks)
{
    if (!cluster->fixed->keeps_residents)
        return;
    bb_books_count_resident(node, shape, n_tasks);
    touch(cluster, node);
}

/* The ring is read in one piece: what wraps around counts as too long ago. */
const guint32 *
bb_cluster_changed_since(const BbCluster *cluster, guint64 *seen, guint *out_n)
{
    guint64 from = *seen, n = cluster->n_changed - from;

    *seen = cluster->n_changed;
    *out_n = cluster->nodes->len;
    if (!cluster->changed || from == 0 ||
        from / CHANGES_KEPT != (cluster->n_changed - (n > 0)) / CHANGES_KEPT)
        return NULL;
    *out_n = (guint)n;
    return n > 0 ? cluster->changed + from % CHANGES_KEPT : NULL;
}

guint
bb_cluster_n(const BbCluster *cluster)
{
    return cluster->nodes->len;
}

const BbNode *
bb_cluster_node(const BbCluster *cluster, guint index)
{
    g_assert(index < cluster->nodes->len);
    return &g_array_index(cluster->nodes, BbNode, index);
}

const BbNode *
bb_cluster_nodes(const BbCluster *cluster)
{
    return (const BbNode *)(gpointer)cluster->nodes->data;
}

gint
bb_cluster_find(const BbCluster *cluster, const char *name)
{
    const GArray *index_of_name = cluster->fixed->index_of_name;
    guint32 id = bb_names_find(cluster->fixed->names, name);
    if (id >= index_of_name->len)
        return -1;
    return (gint)g_array_index(index_of_name, guint32, id) - 1;
}

BbNames *
bb_cluster_names(const BbCluster *cluster)
{
    return cluster->fixed->names;
}

guint32
bb_cluster_modelled(const BbCluster *cluster)
{
    return cluster->fixed->modelled;
}

const BbResources *
bb_cluster_capacity(const BbCluster *cluster)
{
    return &cluster->bought;
}

const BbResources *
bb_cluster_up_sum(const BbCluster *cluster)
{
    return &cluster->up_sum;
}

const BbResources *
bb_cluster_free_sum(const BbCluster *cluster)
{
    return &cluster->free_sum;
}

gboolean
bb_cluster_is_flat(const BbCluster *cluster)
{
    if (cluster->nodes->len != 1 || cluster->fixed->modelled != 1u << BB_CPU)
        return FALSE;
    const BbNode *node = bb_cluster_nodes(cluster);
    return node->n_labels == 0 && node->n_taints == 0;
}

void
bb_cluster_take(BbCluster *cluster, const BbShape *shape, const BbPlaced *placed)
{
    g_assert(placed->node < cluster->nodes->len);
    BbNode *node = &g_array_index(cluster->nodes, BbNode, placed->node);
    bb_resources_add(&cluster->free_sum, &node->free, -1);
    bb_books_take(node, shape, placed);
    note_residents(cluster, node, shape, placed->n_tasks);
    bb_resources_add(&cluster->free_sum, &node->free, 1);
}

void
bb_cluster_give(BbCluster *cluster, const BbShape *shape, const BbPlaced *placed)
{
    g_assert(placed->node < cluster->nodes->len);
    BbNode *node = &g_array_index(cluster->nodes, BbNode, placed->node);
    bb_resources_add(&cluster->free_sum, &node->free, -1);
    bb_books_give(node, shape, placed);
    note_residents(cluster, node, shape, -(gint64)placed->n_tasks);
    bb_resources_add(&cluster->free_sum, &node->free, 1);
}

/* ---- changes ---- */

static void
sum_node(BbCluster *cluster, const BbNode *node, gint sign)
{
    bb_resources_add(&cluster->free_sum, &node->free, sign);
    if (node->state == BB_NODE_UP)
        bb_resources_add(&cluster->up_sum, &node->capacity, sign);
    if (node->state != BB_NODE_ABSENT)
        bb_resources_add(&cluster->bought, &node->capacity, sign);
}

void
bb_cluster_change(BbCluster *cluster, guint node, BbNodeState state, const BbResources *capacity)
{
    g_assert(node < cluster->nodes->len);
    BbNode *target = &g_array_index(cluster->nodes, BbNode, node);
    g_assert(capacity->v[BB_GPU] == target->capacity.v[BB_GPU]);
    sum_node(cluster, target, -1);
    bb_books_change(target, state, capacity);
    touch(cluster, target);
    sum_node(cluster, target, 1);
}

gboolean
bb_cluster_add_change(BbCluster *cluster, const BbNodeChange *change, const char **out_expected)
{
    GArray *changes = cluster->fixed->changes;
    g_assert(!cluster->is_copy && change->node < cluster->nodes->len);
    if (changes->len > 0 &&
        change->time_us < g_array_index(changes, BbNodeChange, changes->len - 1).time_us)
        return refuse("changes in order of time", out_expected);
    if (change->capacity.v[BB_GPU] != bb_cluster_node(cluster, change->node)->capacity.v[BB_GPU])
        return refuse("as many devices as the node has", out_expected);
    if (!sums_stay_small(cluster, &change->capacity, 1))
        return refuse("capacities whose sum stays below 2^61", out_expected);
    bb_resources_add(&cluster->fixed->bound, &change->capacity, 1);
    g_array_append_val(changes, *change);
    return TRUE;
}

const BbNodeChange *
bb_cluster_changes(const BbCluster *cluster, guint *out_n)
{
    *out_n = cluster->fixed->changes->len;
    return (const BbNodeChange *)(gpointer)cluster->fixed->changes->data;
}

BbResources *
bb_cluster_most(const BbCluster *cluster, gboolean *ever_up)
{
    const GArray *changes = cluster->fixed->changes;
    BbResources *most = g_new0(BbResources, cluster->nodes->len);
    for (guint i = 0; i < cluster->nodes->len; i++) {
        const BbNode *node = bb_cluster_node(cluster, i);
        ever_up[i] = node->state == BB_NODE_UP;
        if (ever_up[i])
            most[i] = node->capacity;
    }
    for (guint i = 0; i < changes->len; i++) {
        const BbNodeChange *change = &g_array_index(changes, BbNodeChange, i);
        if (change->state != BB_NODE_UP)
            continue;
        ever_up[change->node] = TRUE;
        bb_resources_most(&most[change->node], &change->capacity);
    }
    return most;
}
