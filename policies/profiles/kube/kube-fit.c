/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter tests cpu, memory and storage in line; everything else only if the pod asks for it. */
#include "policies/profiles/kube/kube-fit.h"

#include "policies/profiles/kube/kube-fit-score.h"

#include <string.h>

const KubeFitArgs kube_fit_defaults = {
    .release = KUBE_RELEASE,
    .strategy = KUBE_LEAST_ALLOCATED,
    .resources = kube_default_resources,
    .n_resources = G_N_ELEMENTS(kube_default_resources),
};

static gboolean
has_name(const guint32 *names, guint n, guint32 name)
{
    for (guint i = 0; i < n; i++)
        if (names[i] == name)
            return TRUE;
    return FALSE;
}

static gboolean
is_domain_of(const KubeStore *store, const char *resource, const guint32 *groups, guint n)
{
    gsize length = strcspn(resource, "/");

    for (guint i = 0; i < n; i++) {
        const char *group = kube_text(store, groups[i]);

        if (strlen(group) == length && strncmp(group, resource, length) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_ignored(const KubeStore *store, const KubeFitArgs *args, guint32 resource)
{
    guint32 name = kube_resource_name(store, resource);
    const char *text = kube_text(store, name);

    if (args->n_ignored + args->n_ignored_groups == 0 || !kube_is_extended_name(text))
        return FALSE;
    return has_name(args->ignored, args->n_ignored, name) ||
           is_domain_of(store, text, args->ignored_groups, args->n_ignored_groups);
}

/* Notes a shortage; the code becomes unresolvable if the node could not take it even when empty. */
static void
note(GArray *shortages, const KubeFitArgs *args, KubeShortage shortage, KubeCode *code)
{
    if (shortages)
        g_array_append_val(shortages, shortage);
    if (*code == KUBE_SUCCESS)
        *code = KUBE_UNSCHEDULABLE;
    if (args->release >= 34 && shortage.resource != KUBE_ABSENT &&
        shortage.requested > shortage.capacity)
        *code = KUBE_UNRESOLVABLE;
}

KubeCode
kube_fit_check(const KubeStore *store, const KubeFitArgs *args, const KubeSpec *spec,
               const KubeNode *node, GArray *shortages)
{
    KubeCode code = KUBE_SUCCESS;

    if (node->n_pods + 1 > node->allowed_pods)
        note(shortages, args, (KubeShortage){KUBE_ABSENT, 1, node->n_pods, node->allowed_pods},
             &code);
    if (spec->requests_nothing)
        return code;
    for (guint32 r = 0; r < KUBE_N_FIXED; r++)
        if ((spec->request[r] > 0 || (args->release < 25 && r != KUBE_EPHEMERAL)) &&
            spec->request[r] > node->allocatable[r] - node->used[r])
            note(shortages, args,
                 (KubeShortage){r, spec->request[r], node->used[r], node->allocatable[r]}, &code);
    for (guint i = 0; i < spec->extended.n; i++) {
        guint32 resource = spec->extended.items[i].resource;
        gint64 request = spec->extended.items[i].amount;
        gint64 used = kube_node_used(node, resource);
        gint64 capacity = kube_node_allocatable(node, resource);

        if ((request > 0 || args->release < 25) && request > capacity - used &&
            !is_ignored(store, args, resource))
            note(shortages, args, (KubeShortage){resource, request, used, capacity}, &code);
    }
    return code;
}

static void
give_reasons(const KubeStore *store, const GArray *shortages, KubeReasons *reasons)
{
    for (guint i = 0; i < shortages->len; i++) {
        guint32 resource = g_array_index(shortages, KubeShortage, i).resource;

        if (resource == KUBE_ABSENT)
            kube_reason(reasons, "Too many pods");
        else
            kube_reason(reasons, "Insufficient %s",
                        kube_text(store, kube_resource_name(store, resource)));
    }
}

static KubeCode
filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 index,
       KubeReasons *reasons)
{
    const KubeFitArgs *args = plugin->args ? plugin->args : &kube_fit_defaults;
    g_autoptr(GArray) shortages = NULL;
    KubeCode code;

    (void)state;
    if (!reasons)
        return kube_fit_check(cycle->store, args, cycle->spec, &cycle->nodes[index], NULL);
    shortages = g_array_new(FALSE, FALSE, sizeof(KubeShortage));
    code = kube_fit_check(cycle->store, args, cycle->spec, &cycle->nodes[index], shortages);
    give_reasons(cycle->store, shortages, reasons);
    return code;
}

const KubePluginClass kube_node_resources_fit = {
    .name = "NodeResourcesFit",
    .filter = filter,
    .state_new = kube_fit_score_new,
    .state_free = kube_fit_score_free,
    .pre_score = kube_fit_pre_score,
    .score = kube_fit_score,
};
