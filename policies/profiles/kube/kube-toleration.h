/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taints and tolerations. */
#pragma once

#include "policies/profiles/kube/kube-objects.h"

/* "NoSchedule" ...; KUBE_ANY_EFFECT for any other text. */
KubeEffect kube_effect(const char *text);
gboolean kube_tolerates(const KubeToleration *toleration, const KubeTaint *taint);
gboolean kube_is_tolerated(const KubeSpec *spec, const KubeTaint *taint);
/* The first taint of the node (NoSchedule or NoExecute) that the pod does not tolerate; NULL:
 * none. */
const KubeTaint *kube_untolerated(const KubeSpec *spec, const KubeNode *node);
