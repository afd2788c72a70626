/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plug-ins of the default profile, in order, with their weights.
 * Source: apis/config/v1/default_plugins.go. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePlugin kube_default_plugins[];
extern const guint kube_n_default_plugins;

/* The class with this name; NULL: no such plug-in here. */
const KubePluginClass *kube_plugin_class(const char *name);
