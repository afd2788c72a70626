/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An array of groups by the number of the spec, and a list of those that are not empty; both
 * kept by moving the last into the hole. */
#include "policies/profiles/kube/kube-groups.h"

struct _KubeGroups {
    GPtrArray *all;  /* KubeGroup * by number of the spec, NULL where there never was a pod */
    GPtrArray *used; /* those that have pods */
};

static void
free_group(gpointer data)
{
    KubeGroup *group = data;

    if (group)
        g_free(group->pods);
    g_free(group);
}

KubeGroups *
kube_groups_new(void)
{
    KubeGroups *groups = g_new0(KubeGroups, 1);

    groups->all = g_ptr_array_new_with_free_func(free_group);
    groups->used = g_ptr_array_new();
    return groups;
}

void
kube_groups_free(KubeGroups *groups)
{
    if (!groups)
        return;
    g_ptr_array_free(groups->all, TRUE);
    g_ptr_array_free(groups->used, TRUE);
    g_free(groups);
}

static KubeGroup *
group_of(KubeGroups *groups, const KubeSpec *spec)
{
    KubeGroup *group;

    if (spec->number >= groups->all->len)
        g_ptr_array_set_size(groups->all, (gint)spec->number + 1);
    group = g_ptr_array_index(groups->all, spec->number);
    if (!group) {
        group = g_new0(KubeGroup, 1);
        group->spec = spec;
        g_ptr_array_index(groups->all, spec->number) = group;
    }
    return group;
}

void
kube_groups_add(KubeGroups *groups, KubePod *pod)
{
    KubeGroup *group = group_of(groups, pod->spec);

    if (group->n == group->room) {
        group->room = MAX(4, group->room * 2);
        group->pods = g_renew(KubePod *, group->pods, group->room);
    }
    if (group->n == 0) {
        group->place = groups->used->len;
        g_ptr_array_add(groups->used, group);
    }
    pod->group_slot = group->n;
    group->pods[group->n++] = pod;
}

void
kube_groups_remove(KubeGroups *groups, KubePod *pod)
{
    KubeGroup *group = group_of(groups, pod->spec), *moved;
    KubePod *last = group->pods[--group->n];

    group->pods[pod->group_slot] = last;
    last->group_slot = pod->group_slot;
    if (group->n > 0)
        return;
    g_ptr_array_remove_index_fast(groups->used, group->place);
    if (group->place < groups->used->len) {
        moved = g_ptr_array_index(groups->used, group->place);
        moved->place = group->place;
    }
}

KubeGroup *const *
kube_groups_list(const KubeGroups *groups, guint *n)
{
    *n = groups->used->len;
    return (KubeGroup *const *)(const void *)groups->used->pdata;
}
