/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each rule in one place; nothing is kept here. */
#include "policies/profiles/kube/kube-coscheduling.h"

#include <string.h>

static gint64
time_of(const KubeGangPod *pod)
{
    if (!pod->group)
        return pod->first_attempt_us;
    return pod->group->failed_us != KUBE_NOT_FAILED ? pod->group->failed_us
                                                    : pod->group->created_us;
}

/* As the texts "namespace/name" compare. */
static gint
compare_names(const KubeGangPod *a, const KubeGangPod *b)
{
    g_autofree char *x = g_strconcat(a->name_space, "/", a->name, NULL);
    g_autofree char *y = g_strconcat(b->name_space, "/", b->name, NULL);

    return strcmp(x, y);
}

gboolean
kube_gang_less(const KubeGangPod *a, const KubeGangPod *b)
{
    if (a->priority != b->priority)
        return a->priority > b->priority;
    if (time_of(a) != time_of(b))
        return time_of(a) < time_of(b);
    return compare_names(a, b) < 0;
}

KubeGangVerdict
kube_gang_pre_filter(const KubeGroup *group, guint n_pods, guint n_gated, gboolean enough,
                     gint64 now_us)
{
    if (!group)
        return KUBE_GANG_FINE;
    if (group->backs_off_until_us > now_us)
        return KUBE_GANG_BACKS_OFF;
    if (n_pods < group->min_member)
        return KUBE_GANG_TOO_FEW;
    if (n_pods - MIN(n_gated, n_pods) < group->min_member)
        return KUBE_GANG_GATED;
    return enough ? KUBE_GANG_FINE : KUBE_GANG_NO_RESOURCES;
}

KubePermit
kube_gang_permit(gboolean in_group, const KubeGroup *group, guint n_assigned_others)
{
    if (!in_group)
        return KUBE_PERMIT_NOT_SPECIFIED;
    if (!group)
        return KUBE_PERMIT_NOT_FOUND;
    return n_assigned_others + 1 >= group->min_member ? KUBE_PERMIT_SUCCESS : KUBE_PERMIT_WAIT;
}

gboolean
kube_gang_rejects(const KubeGroup *group, guint n_assigned, double threshold)
{
    /* In single precision, as upstream: 1 of 10 missing is not more than 0.1. */
    float missing = (float)((gint64)group->min_member - n_assigned);

    return n_assigned < group->min_member && missing / (float)group->min_member > (float)threshold;
}

gboolean
kube_gang_covers(const KubeGangRoom *nodes, guint n, gint64 need)
{
    for (guint i = 0; i < n && need > 0; i++)
        need -= nodes[i].allocatable - nodes[i].used;
    return need <= 0;
}
