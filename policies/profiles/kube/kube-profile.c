/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table. Plug-ins that act outside filters and scores (queue order, binding, preemption) are
 * their own files. */
#include "policies/profiles/kube/kube-profile.h"

#include "policies/profiles/kube/kube-balanced.h"
#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-image-locality.h"
#include "policies/profiles/kube/kube-interpod.h"
#include "policies/profiles/kube/kube-node-affinity.h"
#include "policies/profiles/kube/kube-node-filters.h"
#include "policies/profiles/kube/kube-spread.h"
#include "policies/profiles/kube/kube-taint.h"
#include "policies/profiles/kube/kube-volumes.h"

const KubePlugin kube_default_plugins[] = {
    {&kube_node_unschedulable, 0, NULL},  {&kube_node_name, 0, NULL},
    {&kube_taint_toleration, 3, NULL},    {&kube_node_affinity, 2, NULL},
    {&kube_node_ports, 0, NULL},          {&kube_node_resources_fit, 1, NULL},
    {&kube_volume_restrictions, 0, NULL}, {&kube_node_volume_limits, 0, NULL},
    {&kube_volume_binding, 0, NULL},      {&kube_volume_zone, 0, NULL},
    {&kube_topology_spread, 2, NULL},     {&kube_interpod_affinity, 2, NULL},
    {&kube_balanced_allocation, 1, NULL}, {&kube_image_locality, 1, NULL},
};
const guint kube_n_default_plugins = G_N_ELEMENTS(kube_default_plugins);

const KubePluginClass *
kube_plugin_class(const char *name)
{
    for (guint i = 0; i < kube_n_default_plugins; i++)
        if (g_strcmp0(kube_default_plugins[i].klass->name, name) == 0)
            return kube_default_plugins[i].klass;
    return NULL;
}
