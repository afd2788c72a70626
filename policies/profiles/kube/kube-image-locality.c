/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes of the pod's images that the node has, each scaled by the share of nodes that have it. */
#include "policies/profiles/kube/kube-image-locality.h"

#define MIB (G_GINT64_CONSTANT(1024) * 1024)
#define MIN_THRESHOLD (23 * MIB)
#define MAX_CONTAINER_THRESHOLD (1000 * MIB)

static gint64
size_on(const KubeNode *node, guint32 image)
{
    guint low = 0, high = node->n_images;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (node->images[middle].name < image)
            low = middle + 1;
        else
            high = middle;
    }
    return low < node->n_images && node->images[low].name == image ? node->images[low].size_bytes
                                                                   : 0;
}

static gint64
sum_images(const KubeCycle *cycle, const KubeNode *node)
{
    const KubeSpec *spec = cycle->spec;
    gint64 sum = 0;

    for (guint i = 0; i < spec->n_images; i++) {
        gint64 size = spec->images[i] ? size_on(node, spec->images[i]) : 0;
        double spread;

        if (size == 0)
            continue;
        spread = (double)kube_cluster_n_image_nodes(cycle->cluster, spec->images[i]) /
                 (double)kube_cluster_n_nodes(cycle->cluster);
        sum += (gint64)((double)size * spread);
    }
    return sum;
}

/* No node has any of the images: 0 everywhere. */
static KubeCode
pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n)
{
    (void)plugin;
    (void)state;
    (void)nodes;
    (void)n;
    if (kube_cluster_counts(cycle->cluster)->n_with_images == 0)
        return KUBE_SKIP;
    for (guint i = 0; i < cycle->spec->n_images; i++)
        if (kube_cluster_n_image_nodes(cycle->cluster, cycle->spec->images[i]) > 0)
            return KUBE_SUCCESS;
    return KUBE_SKIP;
}

static void
score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n,
      gint64 *scores)
{
    gint64 highest = MAX_CONTAINER_THRESHOLD * MAX(1, cycle->spec->n_images);

    (void)plugin;
    (void)state;
    for (guint i = 0; i < n; i++) {
        gint64 sum = sum_images(cycle, &cycle->nodes[nodes[i]]);

        scores[i] = KUBE_MAX_SCORE * (CLAMP(sum, MIN_THRESHOLD, highest) - MIN_THRESHOLD) /
                    (highest - MIN_THRESHOLD);
    }
}

const KubePluginClass kube_image_locality = {
    .name = "ImageLocality",
    .pre_score = pre_score,
    .score = score,
};
