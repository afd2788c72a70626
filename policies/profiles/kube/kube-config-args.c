/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments of plug-ins from pluginConfig: defaults as SetDefaults_* fills them in, then the plug-in's
 * own validation, whose message follows the path. */
#include "policies/profiles/kube/kube-balanced.h"
#include "policies/profiles/kube/kube-config.h"
#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-interpod.h"
#include "policies/profiles/kube/kube-node-affinity.h"
#include "policies/profiles/kube/kube-spread.h"
#include "sim/base/bb-error.h"

/* Every kind of arguments may say what it is. */
#define TYPE "apiVersion", "kind"

/* What a plug-in's own validation complained of; frees it. */
static void
refuse(const BbAt *at, GError *wrong)
{
    if (wrong)
        bb_at_refuse(at, wrong->message);
    g_clear_error(&wrong);
}

static const KubeResourceWeight *
read_resources(KubeStore *store, const BbAt *list, guint *n)
{
    static const char *const fields[] = {"name", "weight", NULL};
    KubeResourceWeight *resources;

    *n = bb_at_n_elements(list);
    if (*n == 0) {
        *n = G_N_ELEMENTS(kube_default_resources);
        return kube_default_resources;
    }
    resources = kube_new(store, KubeResourceWeight, *n);
    for (guint i = 0; i < *n; i++) {
        BbAt at = bb_at_element(list, i), name = bb_at_member(&at, "name");
        BbAt weight_at = bb_at_member(&at, "weight");
        gint64 weight = bb_at_int(&weight_at, 0);

        kube_config_expect(&at, fields);
        if (*bb_at_text(&name, "") == '\0')
            bb_at_fail(&name, "the name of a resource");
        resources[i] = (KubeResourceWeight){kube_resource(store, bb_at_text(&name, "")),
                                            weight != 0 ? weight : 1};
    }
    return resources;
}

static const guint32 *
read_names(KubeStore *store, const BbAt *list, guint *n)
{
    guint32 *names;

    *n = bb_at_n_elements(list);
    names = kube_new(store, guint32, *n);
    for (guint i = 0; i < *n; i++) {
        BbAt name = bb_at_element(list, i);

        names[i] = kube_intern(store, bb_at_text(&name, ""));
    }
    return names;
}

static const KubePoint *
read_shape(KubeStore *store, const BbAt *list, guint *n)
{
    static const char *const fields[] = {"utilization", "score", NULL};
    KubePoint *shape;

    *n = bb_at_n_elements(list);
    shape = kube_new(store, KubePoint, *n);
    for (guint i = 0; i < *n; i++) {
        BbAt at = bb_at_element(list, i), x = bb_at_member(&at, "utilization");
        BbAt y = bb_at_member(&at, "score");

        kube_config_expect(&at, fields);
        shape[i] = (KubePoint){bb_at_int(&x, 0), bb_at_int(&y, 0)};
    }
    return shape;
}

static void
read_strategy(KubeStore *store, const BbAt *at, KubeFitArgs *out)
{
    static const char *const fields[] = {"type", "resources", "requestedToCapacityRatio", NULL};
    static const char *const ratio_fields[] = {"shape", NULL};
    BbAt type = bb_at_member(at, "type"), resources = bb_at_member(at, "resources");
    BbAt ratio = bb_at_member(at, "requestedToCapacityRatio"),
         shape = bb_at_member(&ratio, "shape");

    kube_config_expect(at, fields);
    kube_config_expect(&ratio, ratio_fields);
    if (!kube_strategy_parse(bb_at_text(&type, "LeastAllocated"), &out->strategy))
        bb_at_fail(&type, "LeastAllocated, MostAllocated or RequestedToCapacityRatio");
    out->resources = read_resources(store, &resources, &out->n_resources);
    out->shape = read_shape(store, &shape, &out->n_shape);
}

static gconstpointer
fit_args(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {TYPE, "ignoredResources", "ignoredResourceGroups",
                                         "scoringStrategy", NULL};
    KubeFitArgs *args = kube_new(store, KubeFitArgs, 1);
    BbAt ignored = bb_at_member(at, "ignoredResources");
    BbAt groups = bb_at_member(at, "ignoredResourceGroups");
    BbAt strategy = bb_at_member(at, "scoringStrategy");
    GError *wrong = NULL;

    *args = kube_fit_defaults;
    kube_config_expect(at, fields);
    args->ignored = read_names(store, &ignored, &args->n_ignored);
    args->ignored_groups = read_names(store, &groups, &args->n_ignored_groups);
    read_strategy(store, &strategy, args);
    if (!bb_at_failed(at) && !kube_fit_validate(store, args, &wrong))
        refuse(at, wrong);
    return args;
}

static gconstpointer
balanced_args(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {TYPE, "resources", NULL};
    KubeBalancedArgs *args = kube_new(store, KubeBalancedArgs, 1);
    BbAt resources = bb_at_member(at, "resources");
    GError *wrong = NULL;

    *args = kube_balanced_defaults;
    kube_config_expect(at, fields);
    args->resources = read_resources(store, &resources, &args->n_resources);
    if (!bb_at_failed(at) && !kube_balanced_validate(store, args, &wrong))
        refuse(at, wrong);
    return args;
}

static gconstpointer
interpod_args(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {TYPE, "hardPodAffinityWeight",
                                         "ignorePreferredTermsOfExistingPods", NULL};
    KubeInterpodArgs *args = kube_new(store, KubeInterpodArgs, 1);
    BbAt weight = bb_at_member(at, "hardPodAffinityWeight");
    BbAt ignore = bb_at_member(at, "ignorePreferredTermsOfExistingPods");
    GError *wrong = NULL;

    *args = kube_interpod_defaults;
    kube_config_expect(at, fields);
    args->hard_weight = bb_at_int(&weight, args->hard_weight);
    args->ignore_existing_preferences = bb_at_bool(&ignore, FALSE);
    if (!bb_at_failed(at) && !kube_interpod_validate(args, &wrong))
        refuse(at, wrong);
    return args;
}

static gconstpointer
affinity_args(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {TYPE, "addedAffinity", NULL};
    KubeNodeAffinityArgs *args = kube_new(store, KubeNodeAffinityArgs, 1);
    BbAt added = bb_at_member(at, "addedAffinity");

    kube_config_expect(at, fields);
    args->added = kube_config_affinity(store, &added);
    return args;
}

static void
read_constraint(KubeStore *store, const BbAt *at, KubeSpread *out)
{
    static const char *const fields[] = {"maxSkew", "topologyKey", "whenUnsatisfiable", NULL};
    BbAt skew = bb_at_member(at, "maxSkew"), key = bb_at_member(at, "topologyKey");
    BbAt when = bb_at_member(at, "whenUnsatisfiable");
    const char *text = bb_at_text(&when, "");

    kube_config_expect(at, fields);
    if (bb_at_int(&skew, 0) <= 0)
        bb_at_fail(&skew, "a number greater than 0");
    if (*bb_at_text(&key, "") == '\0')
        bb_at_fail(&key, "the key of a label");
    if (!g_str_equal(text, "DoNotSchedule") && !g_str_equal(text, "ScheduleAnyway"))
        bb_at_fail(&when, "DoNotSchedule or ScheduleAnyway");
    *out = (KubeSpread){.max_skew = bb_at_int(&skew, 0),
                        .topology_key = kube_intern(store, bb_at_text(&key, "")),
                        .hard = g_str_equal(text, "DoNotSchedule")};
}

static gconstpointer
spread_args(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {TYPE, "defaultConstraints", "defaultingType", NULL};
    KubeSpreadArgs *args = kube_new(store, KubeSpreadArgs, 1);
    BbAt type = bb_at_member(at, "defaultingType"), list = bb_at_member(at, "defaultConstraints");
    const char *text = bb_at_text(&type, "System");
    KubeSpread *defaults;

    kube_config_expect(at, fields);
    if (!g_str_equal(text, "System") && !g_str_equal(text, "List"))
        bb_at_fail(&type, "System or List");
    args->system = g_str_equal(text, "System");
    args->n_defaults = bb_at_n_elements(&list);
    if (args->system && args->n_defaults > 0)
        bb_at_fail(&list, "no constraints when .defaultingType is System");
    defaults = kube_new(store, KubeSpread, args->n_defaults);
    for (guint i = 0; i < args->n_defaults; i++) {
        BbAt constraint = bb_at_element(&list, i);

        read_constraint(store, &constraint, &defaults[i]);
    }
    args->defaults = defaults;
    return args;
}

gconstpointer
kube_config_args(KubeStore *store, const char *plugin, const BbAt *at)
{
    static const struct {
        const KubePluginClass *klass;
        gconstpointer (*read)(KubeStore *store, const BbAt *at);
    } readers[] = {
        {&kube_node_resources_fit, fit_args},     {&kube_balanced_allocation, balanced_args},
        {&kube_interpod_affinity, interpod_args}, {&kube_node_affinity, affinity_args},
        {&kube_topology_spread, spread_args},
    };

    for (guint i = 0; i < G_N_ELEMENTS(readers); i++)
        if (g_str_equal(plugin, readers[i].klass->name))
            return readers[i].read(store, at);
    return NULL;
}
