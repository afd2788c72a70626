/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NodeResourcesFit: does the pod fit, and how full would the node be.
 * Source: plugins/noderesources/{fit,resource_allocation,least_allocated,most_allocated,
 * requested_to_capacity_ratio}.go. */
#pragma once

#include "policies/profiles/kube/kube-resources.h"

extern const KubePluginClass kube_node_resources_fit;

typedef enum {
    KUBE_LEAST_ALLOCATED,
    KUBE_MOST_ALLOCATED,
    KUBE_REQUESTED_TO_CAPACITY_RATIO,
} KubeStrategy;

/* A point of a broken line: x a utilization 0 .. 100, y a score. */
typedef struct {
    gint64 x, y;
} KubePoint;

/* KubePlugin.args of this class; NULL: KUBE_FIT_DEFAULTS. */
typedef struct {
    guint release; /* 1.x: before 25 an ask of 0 is tested, too, before 34 an
                    * ask beyond the whole node counts as one that preemption may help */
    KubeStrategy strategy;
    const KubeResourceWeight *resources;
    guint n_resources;
    const KubePoint *shape; /* as configured: y 0 .. 10 */
    guint n_shape;
    const guint32 *ignored, *ignored_groups; /* names of extended resources and of domains */
    guint n_ignored, n_ignored_groups;
} KubeFitArgs;

extern const KubeFitArgs kube_fit_defaults;

/* "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"; FALSE: no such strategy. */
gboolean kube_strategy_parse(const char *text, KubeStrategy *strategy);
/* As kube-scheduler refuses a configuration. */
gboolean kube_fit_validate(const KubeStore *store, const KubeFitArgs *args, GError **error);

/* The broken line through the points, x ascending; before the first and after the last it is level;
 * between two it truncates. At least one point. */
gint64 kube_piecewise_linear(const KubePoint *points, guint n, gint64 x);

typedef struct {
    guint32 resource; /* KUBE_ABSENT: number of pods */
    gint64 requested, used, capacity;
} KubeShortage;

/* All that the node lacks for the pod, appended to `shortages` (of KubeShortage; may be NULL). */
KubeCode kube_fit_check(const KubeStore *store, const KubeFitArgs *args, const KubeSpec *spec,
                        const KubeNode *node, GArray *shortages);
