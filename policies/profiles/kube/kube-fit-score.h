/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scoring half of NodeResourcesFit (functions of a KubePluginClass). */
#pragma once

#include "policies/profiles/kube/kube-fit.h"

gpointer kube_fit_score_new(const KubePlugin *plugin);
void kube_fit_score_free(gpointer state);
KubeCode kube_fit_pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                            const guint32 *nodes, guint n);
void kube_fit_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state,
                    const guint32 *nodes, guint n, gint64 *scores);
