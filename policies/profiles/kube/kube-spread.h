/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PodTopologySpread. Source: plugins/podtopologyspread. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"

extern const KubePluginClass kube_topology_spread;

/* KubePlugin.args of this class; NULL: System defaulting (hosts with maxSkew 3 and zones with 5,
 * soft, for pods of a Service or controller). */
typedef struct {
    gboolean system;
    const KubeSpread *defaults; /* of List defaulting, without selectors */
    guint n_defaults;
} KubeSpreadArgs;

/* What one constraint of the pod at hand comes to. */
typedef struct {
    const KubeSpread *spread;
    KubeSelector selector;
    const KubeTopology *topology;
    const guint32 *matches; /* pods by node */
    gboolean is_hostname;
    gboolean matches_itself;
    gint64 *counts; /* by domain; -1: no such domain takes part */
    guint counts_room;
    gint64 least;     /* of the counts, G_MAXINT64: none */
    guint n_domains;  /* that take part */
    GArray *of_count; /* guint: domains by count, for keeping `least`; empty: not yet made */
    double weight;
} KubeSpreadCount;

typedef struct {
    KubeSpreadCount *items;
    guint n, room;
} KubeSpreadCounts;

typedef struct {
    KubeSpreadCounts hard, soft;
    KubeSpread defaults[2];
    gboolean has_defaults; /* `defaults` is filled */
    GArray *ignored;       /* gboolean by feasible node */
} KubeSpreadState;

/* Takes the pod's constraints (or the default ones) of this kind; the number of them. */
guint kube_spread_select(const KubePlugin *plugin, KubeCycle *cycle, KubeSpreadState *state,
                         gboolean hard, KubeSpreadCounts *counts);
void kube_spread_counts_clear(KubeSpreadCounts *counts);
/* Does the node have every key? Does the constraint count it? */
gboolean kube_spread_has_all(const KubeSpreadCounts *counts, guint32 node);
gboolean kube_spread_includes(const KubeCycle *cycle, const KubeSpreadCount *count, guint32 node);
/* Adds the pods of all included nodes to the domains. `all_keys`: only of nodes with every key;
 * `known`: only of domains whose count is not -1. */
void kube_spread_count(const KubeCycle *cycle, KubeSpreadCounts *counts, gboolean all_keys,
                       gboolean known);

/* The scoring half. */
KubeCode kube_spread_pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                               const guint32 *nodes, guint n);
void kube_spread_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                       const guint32 *nodes, guint n, gint64 *scores);
void kube_spread_normalize(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                           const guint32 *nodes, guint n, gint64 *scores);
