/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persistent volumes: what is known of them, and the four plug-ins that ask for it
 * (VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone). Their KubePlugin.args is
 * the KubeVolumes; NULL: the cluster has none, pods' claims are not looked at. Source:
 * plugins/{volumerestrictions, nodevolumelimits,volumebinding,volumezone}. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_volume_restrictions;
extern const KubePluginClass kube_node_volume_limits;
extern const KubePluginClass kube_volume_binding;
extern const KubePluginClass kube_volume_zone;

typedef enum {
    KUBE_READ_WRITE_ONCE = 1,
    KUBE_READ_ONLY_MANY = 2,
    KUBE_READ_WRITE_MANY = 4,
    KUBE_READ_WRITE_ONCE_POD = 8,
} KubeAccess;

/* StorageClass. */
typedef struct {
    guint32 name;
    gboolean waits;                 /* WaitForFirstConsumer, else Immediate */
    gboolean provisions;            /* makes volumes itself */
    guint32 driver;                 /* of volumes it makes; 0: none */
    const KubeNodeTerm *topologies; /* allowedTopologies, ORed; none: everywhere */
    guint n_topologies;
    guint32 topology_key; /* volumes it makes can be reached from nodes with the same label value as
                           * the first consumer's; 0: from everywhere */
} KubeStorageClass;

/* PersistentVolume. */
typedef struct {
    guint32 name, storage_class, driver; /* 0: none */
    gint64 bytes;
    guint access; /* KubeAccess, ORed */
    KubeLabels labels;
    const KubeNodeTerm *affinity; /* required terms, ORed, sealed; none: from everywhere */
    guint n_affinity;
    guint32 claim; /* bound to, "namespace/name"; 0: free */
} KubeVolume;

/* PersistentVolumeClaim. */
typedef struct {
    guint32 name; /* "namespace/name" */
    guint32 storage_class;
    gint64 bytes;
    guint access;
    gboolean has_selector;
    KubeSelector selector;
    guint32 volume; /* name of the one it is bound to; 0: unbound */
} KubeClaim;

typedef struct _KubeVolumes KubeVolumes;

KubeVolumes *kube_volumes_new(KubeStore *store); /* borrows the store */
void kube_volumes_free(KubeVolumes *volumes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KubeVolumes, kube_volumes_free)

/* Copied; a second one of the same name replaces the first. */
void kube_volumes_add_class(KubeVolumes *volumes, const KubeStorageClass *storage_class);
void kube_volumes_add(KubeVolumes *volumes, const KubeVolume *volume);
void kube_volumes_add_claim(KubeVolumes *volumes, const KubeClaim *claim);
/* How many volumes of the driver the node can attach (CSINode). */
void kube_volumes_set_limit(KubeVolumes *volumes, guint32 node_name, guint32 driver, gint64 limit);

/* NULL: no such thing. */
const KubeStorageClass *kube_volumes_class(const KubeVolumes *volumes, guint32 name);
const KubeVolume *kube_volumes_find(const KubeVolumes *volumes, guint32 name);
const KubeClaim *kube_volumes_claim(const KubeVolumes *volumes, guint32 name);
gint64 kube_volumes_limit(const KubeVolumes *volumes, guint32 node_name, guint32 driver); /* -1 */

/* Can the node reach the volume? */
gboolean kube_volume_reaches(const KubeStore *store, const KubeVolume *volume,
                             const KubeNode *node);

typedef enum {
    KUBE_VOLUMES_FIT,
    KUBE_VOLUMES_NODE_CONFLICT, /* a bound volume cannot be reached from there */
    KUBE_VOLUMES_BIND_CONFLICT, /* no free volume, and none can be made there */
    KUBE_VOLUMES_GONE,          /* a claim is bound to a volume that does not exist */
} KubeVolumesVerdict;

/* Can all claims of the pod be had on the node? Unbound claims take the smallest free volume
 * that fits each, the smallest claim first. chosen (of guint32, names; NULL: not wanted)
 * receives per claim of the spec its volume, 0 for one that has to be made. */
KubeVolumesVerdict kube_volumes_check(const KubeVolumes *volumes, const KubeSpec *spec,
                                      const KubeNode *node, GArray *chosen);
/* Binds the pod's claims as checked for the node; makes the volumes that have to be made. FALSE:
 * the check does not hold, nothing was changed. */
gboolean kube_volumes_bind(KubeVolumes *volumes, const KubeSpec *spec, const KubeNode *node);
