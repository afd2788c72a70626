/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source: api/core/v1/toleration.go. */
#include "policies/profiles/kube/kube-toleration.h"

KubeEffect
kube_effect(const char *text)
{
    static const char *const names[] = {"", "NoSchedule", "PreferNoSchedule", "NoExecute"};

    for (guint i = 1; text && i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(names[i], text))
            return (KubeEffect)i;
    return KUBE_ANY_EFFECT;
}

gboolean
kube_tolerates(const KubeToleration *toleration, const KubeTaint *taint)
{
    if (toleration->effect != KUBE_ANY_EFFECT && toleration->effect != taint->effect)
        return FALSE;
    if (toleration->key != 0 && toleration->key != taint->key)
        return FALSE;
    return toleration->exists || toleration->value == taint->value;
}

gboolean
kube_is_tolerated(const KubeSpec *spec, const KubeTaint *taint)
{
    for (guint i = 0; i < spec->n_tolerations; i++)
        if (kube_tolerates(&spec->tolerations[i], taint))
            return TRUE;
    return FALSE;
}

const KubeTaint *
kube_untolerated(const KubeSpec *spec, const KubeNode *node)
{
    for (guint i = 0; node->n_hard_taints > 0 && i < node->n_taints; i++) {
        KubeEffect effect = node->taints[i].effect;

        if ((effect == KUBE_NO_SCHEDULE || effect == KUBE_NO_EXECUTE) &&
            !kube_is_tolerated(spec, &node->taints[i]))
            return &node->taints[i];
    }
    return NULL;
}
