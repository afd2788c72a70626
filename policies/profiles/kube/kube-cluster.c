/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The books: what is used on every node, and the counts that let a cycle skip work. */
#include "policies/profiles/kube/kube-cluster.h"

#include "policies/profiles/kube/kube-matches.h"
#include "policies/profiles/kube/kube-node-tree.h"
#include "policies/profiles/kube/kube-topology.h"

#include <stdlib.h>
#include <string.h>

struct _KubeCluster {
    KubeStore *store;
    KubeNode *nodes;
    guint n_slots, room, n_nodes;
    GHashTable *by_name; /* name -> index + 1 */
    KubeNodeTree *tree;
    GArray *order; /* of the tree; empty: not known */
    KubeTopologies *topologies;
    KubeMatches *matches;
    KubeGroups *groups;
    GHashTable *name_spaces; /* name -> KubeLabels * */
    GHashTable *image_nodes; /* image name -> number of nodes */
    KubeClusterCounts counts;
};

KubeCluster *
kube_cluster_new(KubeStore *store)
{
    KubeCluster *cluster = g_new0(KubeCluster, 1);

    cluster->store = store;
    cluster->by_name = g_hash_table_new(NULL, NULL);
    cluster->tree = kube_node_tree_new();
    cluster->order = g_array_new(FALSE, FALSE, sizeof(guint32));
    cluster->topologies = kube_topologies_new();
    cluster->matches = kube_matches_new(store);
    cluster->groups = kube_groups_new();
    cluster->name_spaces = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    cluster->image_nodes = g_hash_table_new(NULL, NULL);
    return cluster;
}

void
kube_cluster_free(KubeCluster *cluster)
{
    if (!cluster)
        return;
    for (guint i = 0; i < cluster->n_slots; i++) {
        g_free(cluster->nodes[i].pods);
        g_free(cluster->nodes[i].nominated);
        g_free(cluster->nodes[i].extended);
        g_free(cluster->nodes[i].extended_used);
    }
    g_free(cluster->nodes);
    g_hash_table_destroy(cluster->by_name);
    kube_node_tree_free(cluster->tree);
    g_array_free(cluster->order, TRUE);
    kube_topologies_free(cluster->topologies);
    kube_matches_free(cluster->matches);
    kube_groups_free(cluster->groups);
    g_hash_table_destroy(cluster->name_spaces);
    g_hash_table_destroy(cluster->image_nodes);
    g_free(cluster);
}

KubeStore *
kube_cluster_store(const KubeCluster *cluster)
{
    return cluster->store;
}

/* The label of either name; the older one first, as kube-scheduler has it. */
static guint32
zone_label(KubeCluster *cluster, const KubeNode *node, const char *beta, const char *name)
{
    guint32 value = kube_labels_get(&node->labels, kube_intern(cluster->store, beta));

    if (value == KUBE_ABSENT)
        value = kube_labels_get(&node->labels, kube_intern(cluster->store, name));
    return value == KUBE_ABSENT ? 0 : value;
}

static void
list_in_tree(KubeCluster *cluster, guint32 index, gboolean add)
{
    const KubeNode *node = &cluster->nodes[index];
    guint32 zone = zone_label(cluster, node, "failure-domain.beta.kubernetes.io/zone",
                              "topology.kubernetes.io/zone");
    guint32 region = zone_label(cluster, node, "failure-domain.beta.kubernetes.io/region",
                                "topology.kubernetes.io/region");

    if (add)
        kube_node_tree_add(cluster->tree, region, zone, index);
    else
        kube_node_tree_remove(cluster->tree, region, zone, index);
}

static void
forget_order(KubeCluster *cluster)
{
    g_array_set_size(cluster->order, 0);
    kube_topologies_forget(cluster->topologies);
}

/* Counts the node's fixed properties in (+1) or out (-1). */
static void
count_node(KubeCluster *cluster, const KubeNode *node, int delta)
{
    KubeClusterCounts *counts = &cluster->counts;

    counts->n_unschedulable += (guint)(node->unschedulable ? delta : 0);
    counts->n_hard_tainted += (guint)(node->n_hard_taints > 0 ? delta : 0);
    counts->n_soft_tainted += (guint)(node->n_soft_taints > 0 ? delta : 0);
    counts->n_with_images += (guint)(node->n_images > 0 ? delta : 0);
    for (guint i = 0; i < node->n_images; i++) {
        gpointer key = GUINT_TO_POINTER(node->images[i].name);
        int n = GPOINTER_TO_INT(g_hash_table_lookup(cluster->image_nodes, key));

        g_hash_table_insert(cluster->image_nodes, key, GINT_TO_POINTER(n + delta));
    }
}

static void
reserve_extended(const KubeCluster *cluster, KubeNode *node)
{
    guint n = kube_store_n_resources(cluster->store) - KUBE_N_FIXED;

    if (n <= node->n_extended)
        return;
    node->extended = g_renew(gint64, node->extended, n);
    node->extended_used = g_renew(gint64, node->extended_used, n);
    for (guint i = node->n_extended; i < n; i++)
        node->extended[i] = node->extended_used[i] = 0;
    node->n_extended = n;
}

static int
by_image_name(const void *a, const void *b)
{
    const KubeImage *one = a, *two = b;

    return (one->name > two->name) - (one->name < two->name);
}

/* Sorted by name, each once (the first size stays). */
static void
set_images(KubeCluster *cluster, KubeNode *node, const KubeNodeSpec *spec)
{
    KubeImage *images = kube_new(cluster->store, KubeImage, spec->n_images);
    guint n = 0;

    for (guint i = 0; i < spec->n_images; i++) {
        guint at = 0;

        while (at < n && images[at].name != spec->images[i].name)
            at++;
        if (at == n)
            images[n++] = spec->images[i];
    }
    if (n > 1)
        qsort(images, n, sizeof *images, by_image_name);
    node->images = images;
    node->n_images = n;
}

static void
set_amounts(KubeCluster *cluster, KubeNode *node, const KubeNodeSpec *spec)
{
    reserve_extended(cluster, node);
    memset(node->allocatable, 0, sizeof node->allocatable);
    for (guint i = 0; i < node->n_extended; i++)
        node->extended[i] = 0;
    for (guint i = 0; i < spec->allocatable.n; i++) {
        const KubeAmount *amount = &spec->allocatable.items[i];

        if (amount->resource < KUBE_N_FIXED)
            node->allocatable[amount->resource] = amount->amount;
        else
            node->extended[amount->resource - KUBE_N_FIXED] = amount->amount;
    }
    node->allowed_pods = (guint32)CLAMP(spec->allowed_pods, 0, G_MAXINT32);
}

static void
set_node(KubeCluster *cluster, KubeNode *node, const KubeNodeSpec *spec)
{
    node->name = spec->name;
    node->labels = spec->labels;
    node->unschedulable = spec->unschedulable;
    node->taints = spec->taints;
    node->n_taints = spec->n_taints;
    node->n_hard_taints = node->n_soft_taints = 0;
    for (guint i = 0; i < spec->n_taints; i++) {
        if (spec->taints[i].effect == KUBE_PREFER_NO_SCHEDULE)
            node->n_soft_taints++;
        else if (spec->taints[i].effect != KUBE_ANY_EFFECT)
            node->n_hard_taints++;
    }
    set_images(cluster, node, spec);
    set_amounts(cluster, node, spec);
}

guint32
kube_cluster_add_node(KubeCluster *cluster, const KubeNodeSpec *spec)
{
    guint32 index = cluster->n_slots;

    if (index == cluster->room) {
        cluster->room = MAX(64, cluster->room * 2);
        cluster->nodes = g_renew(KubeNode, cluster->nodes, cluster->room);
        kube_matches_reserve(cluster->matches, cluster->room);
    }
    memset(&cluster->nodes[index], 0, sizeof *cluster->nodes);
    cluster->n_slots++;
    cluster->n_nodes++;
    set_node(cluster, &cluster->nodes[index], spec);
    count_node(cluster, &cluster->nodes[index], 1);
    g_hash_table_insert(cluster->by_name, GUINT_TO_POINTER(spec->name),
                        GUINT_TO_POINTER(index + 1));
    list_in_tree(cluster, index, TRUE);
    forget_order(cluster);
    return index;
}

void
kube_cluster_remove_node(KubeCluster *cluster, guint32 index)
{
    KubeNode *node = &cluster->nodes[index];

    list_in_tree(cluster, index, FALSE);
    count_node(cluster, node, -1);
    g_hash_table_remove(cluster->by_name, GUINT_TO_POINTER(node->name));
    while (node->n_nominated > 0)
        kube_cluster_unnominate(cluster, node->nominated[0]);
    node->name = KUBE_ABSENT;
    node->labels.n = 0;
    cluster->n_nodes--;
    forget_order(cluster);
}

void
kube_cluster_update_node(KubeCluster *cluster, guint32 index, const KubeNodeSpec *spec)
{
    KubeNode *node = &cluster->nodes[index];
    gboolean relabelled = node->labels.n != spec->labels.n ||
                          (node->labels.n > 0 && memcmp(node->labels.items, spec->labels.items,
                                                        sizeof(KubeLabel) * node->labels.n) != 0);

    count_node(cluster, node, -1);
    if (relabelled)
        list_in_tree(cluster, index, FALSE);
    set_node(cluster, node, spec);
    count_node(cluster, node, 1);
    if (!relabelled)
        return;
    list_in_tree(cluster, index, TRUE);
    forget_order(cluster);
}

guint32
kube_cluster_find_node(const KubeCluster *cluster, guint32 name)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(cluster->by_name, GUINT_TO_POINTER(name))) - 1;
}

KubeNode *
kube_cluster_node(const KubeCluster *cluster, guint32 node)
{
    return &cluster->nodes[node];
}

KubeNode *
kube_cluster_nodes(const KubeCluster *cluster)
{
    return cluster->nodes;
}

guint
kube_cluster_n_slots(const KubeCluster *cluster)
{
    return cluster->n_slots;
}

guint
kube_cluster_n_nodes(const KubeCluster *cluster)
{
    return cluster->n_nodes;
}

const guint32 *
kube_cluster_order(KubeCluster *cluster)
{
    if (cluster->order->len == 0)
        kube_node_tree_list(cluster->tree, cluster->order);
    return (const guint32 *)(const void *)cluster->order->data;
}

/* Adds the pod's amounts to the node's books, `sign` times. */
static void
book(KubeCluster *cluster, KubeNode *node, const KubePod *pod, int sign)
{
    const KubeSpec *spec = pod->spec;

    for (guint r = 0; r < KUBE_N_FIXED; r++)
        node->used[r] += sign * spec->request[r];
    node->nonzero_used[KUBE_CPU] += sign * spec->nonzero[KUBE_CPU];
    node->nonzero_used[KUBE_MEMORY] += sign * spec->nonzero[KUBE_MEMORY];
    if (spec->extended.n > 0)
        reserve_extended(cluster, node);
    for (guint i = 0; i < spec->extended.n; i++)
        node->extended_used[spec->extended.items[i].resource - KUBE_N_FIXED] +=
            sign * spec->extended.items[i].amount;
    node->n_port_pods += (guint)(spec->n_ports > 0 ? sign : 0);
    node->n_affinity_pods += (guint)(spec->has_affinity ? sign : 0);
    node->n_anti_affinity_pods += (guint)(spec->anti_affinity.n_required > 0 ? sign : 0);
    cluster->counts.n_affinity_pods += (guint)(spec->has_affinity ? sign : 0);
    cluster->counts.n_anti_affinity_pods += (guint)(spec->anti_affinity.n_required > 0 ? sign : 0);
    if (!pod->terminating)
        kube_matches_change(cluster->matches, spec->label_set, (guint32)(node - cluster->nodes),
                            sign);
}

void
kube_cluster_add_pod(KubeCluster *cluster, KubePod *pod, guint32 index)
{
    KubeNode *node = &cluster->nodes[index];

    if (node->n_pods == node->pods_room) {
        node->pods_room = MAX(8, node->pods_room * 2);
        node->pods = g_renew(KubePod *, node->pods, node->pods_room);
    }
    pod->node = index;
    pod->slot = node->n_pods;
    node->pods[node->n_pods++] = pod;
    kube_groups_add(cluster->groups, pod);
    book(cluster, node, pod, 1);
}

void
kube_cluster_remove_pod(KubeCluster *cluster, KubePod *pod)
{
    KubeNode *node = &cluster->nodes[pod->node];
    KubePod *last = node->pods[--node->n_pods];

    node->pods[pod->slot] = last;
    last->slot = pod->slot;
    pod->node = KUBE_ABSENT;
    kube_groups_remove(cluster->groups, pod);
    book(cluster, node, pod, -1);
}

void
kube_cluster_set_terminating(KubeCluster *cluster, KubePod *pod)
{
    if (pod->terminating)
        return;
    pod->terminating = TRUE;
    if (pod->node != KUBE_ABSENT)
        kube_matches_change(cluster->matches, pod->spec->label_set, pod->node, -1);
}

void
kube_cluster_nominate(KubeCluster *cluster, KubePod *pod, guint32 index)
{
    KubeNode *node = &cluster->nodes[index];

    kube_cluster_unnominate(cluster, pod);
    if (node->n_nominated == node->nominated_room) {
        node->nominated_room = MAX(4, node->nominated_room * 2);
        node->nominated = g_renew(KubePod *, node->nominated, node->nominated_room);
    }
    node->nominated[node->n_nominated++] = pod;
    pod->nominated_node = index;
}

void
kube_cluster_unnominate(KubeCluster *cluster, KubePod *pod)
{
    KubeNode *node;

    if (pod->nominated_node == KUBE_ABSENT)
        return;
    node = &cluster->nodes[pod->nominated_node];
    for (guint i = 0; i < node->n_nominated; i++)
        if (node->nominated[i] == pod) {
            memmove(node->nominated + i, node->nominated + i + 1,
                    sizeof(KubePod *) * (--node->n_nominated - i));
            break;
        }
    pod->nominated_node = KUBE_ABSENT;
}

void
kube_cluster_set_name_space(KubeCluster *cluster, guint32 name, KubeLabels labels)
{
    KubeLabels *kept = g_new(KubeLabels, 1);

    *kept = labels;
    g_hash_table_insert(cluster->name_spaces, GUINT_TO_POINTER(name), kept);
}

const KubeLabels *
kube_cluster_name_space(const KubeCluster *cluster, guint32 name)
{
    return g_hash_table_lookup(cluster->name_spaces, GUINT_TO_POINTER(name));
}

guint
kube_cluster_n_image_nodes(const KubeCluster *cluster, guint32 image)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(cluster->image_nodes, GUINT_TO_POINTER(image)));
}

const KubeClusterCounts *
kube_cluster_counts(const KubeCluster *cluster)
{
    return &cluster->counts;
}

const KubeTopology *
kube_cluster_topology(KubeCluster *cluster, guint32 key)
{
    return kube_topologies_get(cluster->topologies, key, cluster->nodes, cluster->n_slots);
}

const guint32 *
kube_cluster_matches(KubeCluster *cluster, guint32 name_space, const KubeSelector *selector)
{
    return kube_matches_get(cluster->matches, name_space, selector, cluster->nodes,
                            cluster->n_slots);
}

KubeGroup *const *
kube_cluster_groups(const KubeCluster *cluster, guint *n)
{
    return kube_groups_list(cluster->groups, n);
}
