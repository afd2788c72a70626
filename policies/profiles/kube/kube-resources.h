/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resources with weights, as NodeResourcesFit and NodeResourcesBalancedAllocation are
 * configured. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

/* Minor version of Kubernetes 1.x whose rules hold where they have changed. */
#define KUBE_RELEASE 35

typedef struct {
    guint32 resource;
    gint64 weight;
} KubeResourceWeight;

/* cpu 1, memory 1. */
extern const KubeResourceWeight kube_default_resources[2];

/* An extended resource by its name: with a domain, and not Kubernetes' own. */
gboolean kube_is_extended_name(const char *name);
/* Weights within 1 .. 100. */
gboolean kube_resources_validate(const KubeStore *store, const KubeResourceWeight *resources,
                                 guint n, GError **error);
