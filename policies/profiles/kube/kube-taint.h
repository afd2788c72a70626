/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TaintToleration. Source: plugins/tainttoleration. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_taint_toleration;
