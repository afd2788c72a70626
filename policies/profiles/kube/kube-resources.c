/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Source: apis/config/validation/validation_pluginargs.go, apis/core/v1/helper. */
#include "policies/profiles/kube/kube-resources.h"

#include "policies/profiles/kube/kube-label-syntax.h"
#include "sim/base/bb-error.h"

#include <string.h>

const KubeResourceWeight kube_default_resources[2] = {{KUBE_CPU, 1}, {KUBE_MEMORY, 1}};

gboolean
kube_is_extended_name(const char *name)
{
    return strchr(name, '/') && !strstr(name, "kubernetes.io/") &&
           !g_str_has_prefix(name, "requests.") && kube_is_qualified_name(name);
}

gboolean
kube_resources_validate(const KubeStore *store, const KubeResourceWeight *resources, guint n,
                        GError **error)
{
    for (guint i = 0; i < n; i++)
        if (resources[i].weight <= 0 || resources[i].weight > KUBE_MAX_SCORE)
            return bb_error_set(
                error, BB_ERROR_USAGE,
                "resource weight of %s not in valid range (0, 100]: %" G_GINT64_FORMAT,
                kube_text(store, kube_resource_name(store, resources[i].resource)),
                resources[i].weight);
    return TRUE;
}
