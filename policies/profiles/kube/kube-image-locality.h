/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ImageLocality. Source: plugins/imagelocality. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_image_locality;
