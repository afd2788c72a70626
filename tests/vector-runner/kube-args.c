/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments of kube plug-ins in the vectors' form. The expectations were made by running v1.24, but
 * for the variant delta_1.36. */
#include "kube-world.h"

#include "policies/profiles/kube/kube-balanced.h"
#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-interpod.h"
#include "policies/profiles/kube/kube-json.h"
#include "policies/profiles/kube/kube-node-affinity.h"
#include "policies/profiles/kube/kube-profile.h"
#include "policies/profiles/kube/kube-spread.h"

static guint
release_of(JsonObject *vector)
{
    return g_strcmp0(vec_text(vector, "variant"), "delta_1.36") == 0 ? 36 : 24;
}

static const KubeResourceWeight *
read_resources(KubeStore *store, JsonObject *args, guint *n)
{
    JsonArray *array = vec_array(args, "resources");
    KubeResourceWeight *resources;

    if (!array) {
        *n = G_N_ELEMENTS(kube_default_resources);
        return kube_default_resources;
    }
    *n = vec_length(array);
    resources = kube_new(store, KubeResourceWeight, *n);
    for (guint i = 0; i < *n; i++) {
        JsonObject *resource = vec_object_at(array, i);

        resources[i] = (KubeResourceWeight){kube_resource(store, vec_text(resource, "name")),
                                            vec_int(resource, "weight", 1)};
    }
    return resources;
}

static const KubePoint *
read_shape(KubeStore *store, JsonObject *args, guint *n)
{
    JsonArray *array = vec_array(args, "shape");
    KubePoint *shape;

    *n = vec_length(array);
    shape = kube_new(store, KubePoint, *n);
    for (guint i = 0; i < *n; i++)
        shape[i] = (KubePoint){vec_int(vec_object_at(array, i), "utilization", 0),
                               vec_int(vec_object_at(array, i), "score", 0)};
    return shape;
}

static const guint32 *
read_names(KubeStore *store, JsonObject *args, const char *member, guint *n)
{
    JsonArray *array = vec_array(args, member);
    guint32 *names;

    *n = vec_length(array);
    names = kube_new(store, guint32, *n);
    for (guint i = 0; i < *n; i++)
        names[i] = kube_intern(store, vec_text_at(array, i));
    return names;
}

static const KubeFitArgs *
fit_args(KubeStore *store, JsonObject *vector)
{
    JsonObject *args = vec_object(vector, "args");
    KubeFitArgs *fit = kube_new(store, KubeFitArgs, 1);

    fit->release = release_of(vector);
    kube_strategy_parse(vec_text(args, "strategy"), &fit->strategy);
    fit->resources = read_resources(store, args, &fit->n_resources);
    fit->shape = read_shape(store, args, &fit->n_shape);
    fit->ignored = read_names(store, args, "ignored_resources", &fit->n_ignored);
    fit->ignored_groups =
        read_names(store, args, "ignored_resource_groups", &fit->n_ignored_groups);
    return fit;
}

static const KubeBalancedArgs *
balanced_args(KubeStore *store, JsonObject *vector)
{
    KubeBalancedArgs *balanced = kube_new(store, KubeBalancedArgs, 1);

    balanced->release = release_of(vector);
    balanced->resources = read_resources(store, vec_object(vector, "args"), &balanced->n_resources);
    return balanced;
}

static const KubeInterpodArgs *
interpod_args(KubeStore *store, JsonObject *vector)
{
    JsonObject *args = vec_object(vector, "args");
    KubeInterpodArgs *interpod = kube_new(store, KubeInterpodArgs, 1);

    interpod->hard_weight = vec_int(args, "hard_pod_affinity_weight", 1);
    interpod->ignore_existing_preferences =
        vec_bool(args, "ignore_preferred_terms_of_existing_pods", FALSE);
    interpod->no_name_space_selectors = vec_bool(args, "ns_selector_disabled", FALSE);
    return interpod;
}

static const KubeNodeAffinityArgs *
affinity_args(KubeStore *store, JsonObject *vector)
{
    JsonObject *added = vec_object(vec_object(vector, "args"), "added_affinity");
    KubeNodeAffinityArgs *args = kube_new(store, KubeNodeAffinityArgs, 1);
    KubeSpec *spec = kube_new(store, KubeSpec, 1);

    /* Sealed as a part of a pod. */
    spec->node_affinity = kube_json_node_affinity(store, added);
    kube_spec_seal(store, spec);
    args->added = spec->node_affinity;
    return args;
}

static const KubeSpreadArgs *
spread_args(KubeStore *store, JsonObject *vector)
{
    KubeSpreadArgs *args = kube_new(store, KubeSpreadArgs, 1);

    args->system = g_strcmp0(vec_text(vec_object(vector, "args"), "defaulting"), "System") == 0;
    return args;
}

KubePlugin
kube_world_plugin(KubeWorld *world, const char *name, JsonObject *vector)
{
    KubePlugin plugin = {kube_plugin_class(name), 1, NULL};
    const KubePluginClass *klass = plugin.klass;

    if (klass == &kube_node_resources_fit)
        plugin.args = fit_args(world->store, vector);
    else if (klass == &kube_balanced_allocation)
        plugin.args = balanced_args(world->store, vector);
    else if (klass == &kube_interpod_affinity)
        plugin.args = interpod_args(world->store, vector);
    else if (klass == &kube_node_affinity)
        plugin.args = affinity_args(world->store, vector);
    else if (klass == &kube_topology_spread)
        plugin.args = spread_args(world->store, vector);
    return plugin;
}

gboolean
kube_world_check(KubeWorld *world, const char *name, JsonObject *vector, GError **error)
{
    KubePlugin plugin = kube_world_plugin(world, name, vector);
    const char *strategy = vec_text(vec_object(vector, "args"), "strategy");
    KubeStrategy parsed;

    if (plugin.klass == &kube_balanced_allocation)
        return kube_balanced_validate(world->store, plugin.args, error);
    if (plugin.klass == &kube_interpod_affinity)
        return kube_interpod_validate(plugin.args, error);
    return (!strategy || kube_strategy_parse(strategy, &parsed)) &&
           (plugin.klass != &kube_node_resources_fit ||
            kube_fit_validate(world->store, plugin.args, error));
}
