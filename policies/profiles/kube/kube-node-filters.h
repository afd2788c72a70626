/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filters that look at one property of a node: NodeUnschedulable, NodeName, NodePorts.
 * Source: plugins/{nodeunschedulable,nodename,nodeports}. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_node_unschedulable;
extern const KubePluginClass kube_node_name;
extern const KubePluginClass kube_node_ports;
