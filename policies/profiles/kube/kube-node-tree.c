/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of zones, each a list of nodes. Source: pkg/scheduler/backend/cache/node_tree.go. */
#include "policies/profiles/kube/kube-node-tree.h"

typedef struct {
    guint32 region, zone;
    GArray *nodes; /* guint32 */
} Zone;

struct _KubeNodeTree {
    GPtrArray *zones;
};

static void
free_zone(gpointer data)
{
    Zone *zone = data;

    g_array_free(zone->nodes, TRUE);
    g_free(zone);
}

KubeNodeTree *
kube_node_tree_new(void)
{
    KubeNodeTree *tree = g_new0(KubeNodeTree, 1);

    tree->zones = g_ptr_array_new_with_free_func(free_zone);
    return tree;
}

void
kube_node_tree_free(KubeNodeTree *tree)
{
    if (!tree)
        return;
    g_ptr_array_free(tree->zones, TRUE);
    g_free(tree);
}

static Zone *
find_zone(const KubeNodeTree *tree, guint32 region, guint32 zone)
{
    for (guint i = 0; i < tree->zones->len; i++) {
        Zone *known = g_ptr_array_index(tree->zones, i);

        if (known->region == region && known->zone == zone)
            return known;
    }
    return NULL;
}

void
kube_node_tree_add(KubeNodeTree *tree, guint32 region, guint32 zone, guint32 node)
{
    Zone *home = find_zone(tree, region, zone);

    if (!home) {
        home = g_new0(Zone, 1);
        *home = (Zone){region, zone, g_array_new(FALSE, FALSE, sizeof(guint32))};
        g_ptr_array_add(tree->zones, home);
    }
    g_array_append_val(home->nodes, node);
}

void
kube_node_tree_remove(KubeNodeTree *tree, guint32 region, guint32 zone, guint32 node)
{
    Zone *home = find_zone(tree, region, zone);

    for (guint i = 0; home && i < home->nodes->len; i++) {
        if (g_array_index(home->nodes, guint32, i) != node)
            continue;
        g_array_remove_index(home->nodes, i);
        if (home->nodes->len == 0)
            g_ptr_array_remove(tree->zones, home);
        return;
    }
}

void
kube_node_tree_list(const KubeNodeTree *tree, GArray *nodes)
{
    gboolean any = TRUE;

    for (guint round = 0; any; round++) {
        any = FALSE;
        for (guint i = 0; i < tree->zones->len; i++) {
            const Zone *zone = g_ptr_array_index(tree->zones, i);

            if (round < zone->nodes->len) {
                g_array_append_val(nodes, g_array_index(zone->nodes, guint32, round));
                any = TRUE;
            }
        }
    }
}
