/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A KubeSchedulerConfiguration (v1, v1beta3, v1beta2; YAML or JSON) as a list of plug-ins: what is
 * enabled and disabled at multiPoint, filter and score, with which weights and arguments. At other
 * extension points names are checked, nothing follows from them. Plug-ins keep the default order, since
 * it only decides which reason is told.
 *
 * Sources: pkg/scheduler/apis/config/{v1/default_plugins,validation}, framework/runtime. */
#pragma once

#include "policies/profiles/kube/kube-plugin.h"
#include "sim/base/bb-document.h"

typedef struct {
    const KubePlugin *plugins; /* the store's */
    guint n;
    gint64 percentage; /* percentageOfNodesToScore */
} KubeConfig;

/* The profile of that schedulerName, "": the first. FALSE with an error, in words like kube-scheduler's.
 * `name` stands for the file. */
gboolean kube_config_parse(KubeStore *store, const char *name, const char *text, gsize n,
                           const char *profile, KubeConfig *out, GError **error);
gboolean kube_config_read(KubeStore *store, const char *path, const char *profile, KubeConfig *out,
                          GError **error);

/* Parts. The arguments of a plug-in's class; NULL: its defaults, or something is wrong. */
gconstpointer kube_config_args(KubeStore *store, const char *plugin, const BbAt *at);
/* Affinity as a manifest has it. Sealed. */
KubeNodeAffinity kube_config_affinity(KubeStore *store, const BbAt *at);
/* Refuses what is not among the fields. */
void kube_config_expect(const BbAt *at, const char *const *fields);
