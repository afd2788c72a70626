/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plug-ins over the table of volumes. All are skipped for a pod without claims. */
#include "policies/profiles/kube/kube-volumes.h"

#include <string.h>

static gboolean
has_nothing_to_say(const KubePlugin *plugin, const KubeCycle *cycle)
{
    return !plugin->args || cycle->spec->n_claims == 0;
}

static KubeCode
binding_pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, KubeReasons *reasons)
{
    (void)state;
    if (has_nothing_to_say(plugin, cycle))
        return KUBE_SKIP;
    for (guint i = 0; i < cycle->spec->n_claims; i++) {
        guint32 name = cycle->spec->claims[i];
        const KubeClaim *claim = kube_volumes_claim(plugin->args, name);
        const KubeStorageClass *storage_class;

        if (!claim) {
            const char *text = kube_text(cycle->store, name), *slash = strchr(text, '/');

            kube_reason(reasons, "persistentvolumeclaim \"%s\" not found",
                        slash ? slash + 1 : text);
            return KUBE_UNRESOLVABLE;
        }
        storage_class = kube_volumes_class(plugin->args, claim->storage_class);
        if (claim->volume == 0 && !(storage_class && storage_class->waits)) {
            kube_reason(reasons, "pod has unbound immediate PersistentVolumeClaims");
            return KUBE_UNRESOLVABLE;
        }
    }
    return KUBE_SUCCESS;
}

static KubeCode
binding_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 node,
               KubeReasons *reasons)
{
    (void)state;
    switch (kube_volumes_check(plugin->args, cycle->spec, &cycle->nodes[node], NULL)) {
    case KUBE_VOLUMES_NODE_CONFLICT:
        kube_reason(reasons, "node(s) didn't match PersistentVolume's node affinity");
        return KUBE_UNRESOLVABLE;
    case KUBE_VOLUMES_BIND_CONFLICT:
        kube_reason(reasons, "node(s) didn't find available persistent volumes to bind");
        return KUBE_UNRESOLVABLE;
    case KUBE_VOLUMES_GONE:
        kube_reason(reasons,
                    "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)");
        return KUBE_UNRESOLVABLE;
    case KUBE_VOLUMES_FIT:
    default:
        return KUBE_SUCCESS;
    }
}

const KubePluginClass kube_volume_binding = {
    .name = "VolumeBinding",
    .pre_filter = binding_pre_filter,
    .filter = binding_filter,
};

static KubeCode
any_claims(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, KubeReasons *reasons)
{
    (void)state;
    (void)reasons;
    return has_nothing_to_say(plugin, cycle) ? KUBE_SKIP : KUBE_SUCCESS;
}

/* Labels of zones, each with its newer name. */
static const char *const zone_labels[][2] = {
    {"failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"},
    {"failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"},
    {"topology.kubernetes.io/zone", "topology.kubernetes.io/zone"},
    {"topology.kubernetes.io/region", "topology.kubernetes.io/region"},
};

static guint32
label_of(const KubeCycle *cycle, const KubeLabels *labels, const char *key)
{
    guint32 name = bb_names_find(kube_store_names(cycle->store), key);

    return name == KUBE_ABSENT ? KUBE_ABSENT : kube_labels_get(labels, name);
}

/* Is the value one of the set "a__b__c"? */
static gboolean
is_in_set(const char *set, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(set, "__", -1);

    return g_strv_contains((const char *const *)parts, value);
}

static gboolean
zones_agree(const KubeCycle *cycle, const KubeVolume *volume, const KubeNode *node)
{
    for (guint i = 0; i < G_N_ELEMENTS(zone_labels); i++) {
        guint32 wanted = label_of(cycle, &volume->labels, zone_labels[i][0]), got;

        if (wanted == KUBE_ABSENT)
            continue;
        got = label_of(cycle, &node->labels, zone_labels[i][0]);
        if (got == KUBE_ABSENT)
            got = label_of(cycle, &node->labels, zone_labels[i][1]);
        if (got == KUBE_ABSENT ||
            !is_in_set(kube_text(cycle->store, wanted), kube_text(cycle->store, got)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
has_zone(const KubeCycle *cycle, const KubeNode *node)
{
    for (guint i = 0; i < G_N_ELEMENTS(zone_labels); i++)
        if (label_of(cycle, &node->labels, zone_labels[i][0]) != KUBE_ABSENT)
            return TRUE;
    return FALSE;
}

static KubeCode
zone_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 index,
            KubeReasons *reasons)
{
    const KubeNode *node = &cycle->nodes[index];

    (void)state;
    if (!has_zone(cycle, node))
        return KUBE_SUCCESS;
    for (guint i = 0; i < cycle->spec->n_claims; i++) {
        const KubeClaim *claim = kube_volumes_claim(plugin->args, cycle->spec->claims[i]);
        const KubeVolume *volume =
            claim && claim->volume ? kube_volumes_find(plugin->args, claim->volume) : NULL;

        if (volume && !zones_agree(cycle, volume, node)) {
            kube_reason(reasons, "node(s) had no available volume zone");
            return KUBE_UNRESOLVABLE;
        }
    }
    return KUBE_SUCCESS;
}

const KubePluginClass kube_volume_zone = {
    .name = "VolumeZone",
    .pre_filter = any_claims,
    .filter = zone_filter,
};

/* The driver and the identity of a claim's volume: the volume, or the claim itself while
 * unbound. */
static guint32
driver_of(const KubeVolumes *volumes, guint32 claim_name, guint32 *identity)
{
    const KubeClaim *claim = kube_volumes_claim(volumes, claim_name);
    const KubeVolume *volume =
        claim && claim->volume ? kube_volumes_find(volumes, claim->volume) : NULL;
    const KubeStorageClass *storage_class =
        claim ? kube_volumes_class(volumes, claim->storage_class) : NULL;

    *identity = volume ? volume->name : claim_name;
    if (volume)
        return volume->driver;
    return storage_class ? storage_class->driver : 0;
}

/* Adds the spec's volumes of the driver to the set. */
static void
collect(const KubeVolumes *volumes, const KubeSpec *spec, guint32 driver, GHashTable *set)
{
    for (guint i = 0; i < spec->n_claims; i++) {
        guint32 identity;

        if (driver_of(volumes, spec->claims[i], &identity) == driver)
            g_hash_table_add(set, GUINT_TO_POINTER(identity));
    }
}

static gboolean
exceeds_limit(const KubeVolumes *volumes, const KubeCycle *cycle, const KubeNode *node,
              guint32 driver)
{
    gint64 limit = driver == 0 ? -1 : kube_volumes_limit(volumes, node->name, driver);
    g_autoptr(GHashTable) attached = NULL;
    guint before;

    if (limit < 0)
        return FALSE;
    attached = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < node->n_pods; i++)
        collect(volumes, node->pods[i]->spec, driver, attached);
    before = g_hash_table_size(attached);
    collect(volumes, cycle->spec, driver, attached);
    return g_hash_table_size(attached) > before && g_hash_table_size(attached) > limit;
}

static KubeCode
limits_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 node,
              KubeReasons *reasons)
{
    (void)state;
    for (guint i = 0; i < cycle->spec->n_claims; i++) {
        guint32 identity, driver = driver_of(plugin->args, cycle->spec->claims[i], &identity);

        if (exceeds_limit(plugin->args, cycle, &cycle->nodes[node], driver)) {
            kube_reason(reasons, "node(s) exceed max volume count");
            return KUBE_UNSCHEDULABLE;
        }
    }
    return KUBE_SUCCESS;
}

const KubePluginClass kube_node_volume_limits = {
    .name = "NodeVolumeLimits",
    .pre_filter = any_claims,
    .filter = limits_filter,
};

/* How many pods use a claim of the incoming pod that only one pod may use. */
typedef struct {
    gint64 n_conflicts;
} Restrictions;

static gint64
shared_claims(const KubePlugin *plugin, const KubeCycle *cycle, const KubeSpec *other)
{
    gint64 n = 0;

    for (guint i = 0; i < cycle->spec->n_claims; i++) {
        const KubeClaim *claim = kube_volumes_claim(plugin->args, cycle->spec->claims[i]);

        for (guint j = 0;
             claim && (claim->access & KUBE_READ_WRITE_ONCE_POD) && j < other->n_claims; j++)
            n += other->claims[j] == claim->name;
    }
    return n;
}

static KubeCode
restrictions_pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer data,
                        KubeReasons *reasons)
{
    Restrictions *state = data;
    KubeGroup *const *groups;
    guint n;

    (void)reasons;
    state->n_conflicts = 0;
    if (has_nothing_to_say(plugin, cycle) || shared_claims(plugin, cycle, cycle->spec) == 0)
        return KUBE_SKIP;
    groups = kube_cluster_groups(cycle->cluster, &n);
    for (guint i = 0; i < n; i++)
        state->n_conflicts += groups[i]->n * shared_claims(plugin, cycle, groups[i]->spec);
    return KUBE_SUCCESS;
}

static KubeCode
restrictions_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, guint32 node,
                    KubeReasons *reasons)
{
    const Restrictions *state = data;

    (void)plugin;
    (void)cycle;
    (void)node;
    if (state->n_conflicts <= 0)
        return KUBE_SUCCESS;
    kube_reason(reasons, "node has pod using PersistentVolumeClaim with the same name and "
                         "ReadWriteOncePod access mode");
    return KUBE_UNSCHEDULABLE;
}

static void
restrictions_update(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const KubePod *pod,
                    guint32 node, int delta)
{
    Restrictions *state = data;

    (void)node;
    state->n_conflicts += delta * shared_claims(plugin, cycle, pod->spec);
}

static gpointer
restrictions_new(const KubePlugin *plugin)
{
    (void)plugin;
    return g_new0(Restrictions, 1);
}

const KubePluginClass kube_volume_restrictions = {
    .name = "VolumeRestrictions",
    .state_new = restrictions_new,
    .state_free = g_free,
    .pre_filter = restrictions_pre_filter,
    .filter = restrictions_filter,
    .update = restrictions_update,
};
