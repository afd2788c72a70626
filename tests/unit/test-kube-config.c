/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Configurations of kube-scheduler: what they leave of the default plug-ins, and what is refused. */
#include "policies/profiles/kube/kube-balanced.h"
#include "policies/profiles/kube/kube-config.h"
#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-interpod.h"
#include "policies/profiles/kube/kube-node-affinity.h"
#include "policies/profiles/kube/kube-spread.h"

#include <string.h>

#define HEAD "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
#define PLUGINS(text) HEAD "profiles: [{plugins: {" text "}}]\n"
#define ARGS(name, text) HEAD "profiles: [{pluginConfig: [{name: " name ", args: {" text "}}]}]\n"

/* "Fit=1 .." of the plug-ins that score, and "NodeName .." of those that filter alone; "~": one that
 * only scores though it could filter. */
static char *
describe(const KubeConfig *config)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < config->n; i++) {
        const KubePluginClass *klass = config->plugins[i].klass;
        if (klass->score)
            g_string_append_printf(out, "%s%s=%d ", klass->filter ? "" : "~", klass->name,
                                   (int)config->plugins[i].weight);
        else
            g_string_append_printf(out, "%s ", klass->name);
    }
    g_string_append_printf(out, "%d%%", (int)config->percentage);
    return g_string_free(out, FALSE);
}

#define FILTERS_1 "NodeUnschedulable NodeName "
#define VOLUMES "VolumeRestrictions NodeVolumeLimits VolumeBinding VolumeZone "

static const struct {
    const char *name, *text, *profile, *plugins;
} good[] = {
    {"the default", HEAD, "",
     FILTERS_1 "TaintToleration=3 NodeAffinity=2 NodePorts NodeResourcesFit=1 " VOLUMES
               "PodTopologySpread=2 InterPodAffinity=2 ~NodeResourcesBalancedAllocation=1 "
               "~ImageLocality=1 0%"},
    {"weights",
     PLUGINS("score: {disabled: [{name: '*'}], enabled: [{name: NodeResourcesFit, weight: "
             "7}, {name: ImageLocality}]}"),
     "",
     FILTERS_1 "TaintToleration NodeAffinity NodePorts NodeResourcesFit=7 " VOLUMES
               "PodTopologySpread InterPodAffinity ~ImageLocality=1 0%"},
    {"scores without their filters",
     PLUGINS("multiPoint: {disabled: [{name: '*'}], enabled: [{name: TaintToleration, weight: 5}, "
             "{name: NodeName}]}, filter: {disabled: [{name: TaintToleration}]}"),
     "", "NodeName ~TaintToleration=5 0%"},
    {"the second of JSON",
     "{\"apiVersion\": \"kubescheduler.config.k8s.io/v1beta2\", \"kind\": "
     "\"KubeSchedulerConfiguration\", \"percentageOfNodesToScore\": 30, \"profiles\": "
     "[{\"schedulerName\": \"a\"}, {\"schedulerName\": \"b\", \"percentageOfNodesToScore\": 50, "
     "\"plugins\": {\"multiPoint\": {\"disabled\": [{\"name\": \"*\"}], \"enabled\": [{\"name\": "
     "\"NodeName\"}, {\"name\": \"DefaultBinder\"}]}}}]}",
     "b", "NodeName 50%"},
    {"none but the global percentage",
     HEAD "percentageOfNodesToScore: 20\nprofiles: [{plugins: {multiPoint: {disabled: [{name: "
          "'*'}]}}}]\n",
     "", "20%"},
};

static void
test_good(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(KubeStore) store = kube_store_new();
        g_autoptr(GError) error = NULL;
        KubeConfig config;
        g_test_message("%s", good[i].name);
        kube_config_parse(store, "c", good[i].text, strlen(good[i].text), good[i].profile, &config,
                          &error);
        g_assert_no_error(error);
        g_autofree char *plugins = describe(&config);
        g_assert_cmpstr(plugins, ==, good[i].plugins);
    }
}

static gconstpointer
args_of(KubeStore *store, const char *text, const KubePluginClass *klass)
{
    g_autoptr(GError) error = NULL;
    KubeConfig config;
    kube_config_parse(store, "c", text, strlen(text), "", &config, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < config.n; i++)
        if (config.plugins[i].klass == klass)
            return config.plugins[i].args;
    g_assert_not_reached();
}

static void
test_args(void)
{
    g_autoptr(KubeStore) store = kube_store_new();
    const KubeFitArgs *fit =
        args_of(store,
                ARGS("NodeResourcesFit",
                     "ignoredResources: [x.io/a], scoringStrategy: {type: "
                     "RequestedToCapacityRatio, resources: "
                     "[{name: cpu}, {name: x.io/b, weight: 5}], requestedToCapacityRatio: {shape: "
                     "[{utilization: 0, score: 0}, {utilization: 100, score: 10}]}}"),
                &kube_node_resources_fit);
    g_assert_cmpint(fit->strategy, ==, KUBE_REQUESTED_TO_CAPACITY_RATIO);
    g_assert_cmpuint(fit->n_ignored, ==, 1);
    g_assert_cmpuint(fit->n_resources, ==, 2);
    g_assert_cmpint(fit->resources[0].weight, ==, 1);
    g_assert_cmpint(fit->resources[1].weight, ==, 5);
    g_assert_cmpuint(fit->n_shape, ==, 2);
    g_assert_cmpint(fit->shape[1].y, ==, 10);

    const KubeInterpodArgs *interpod = args_of(
        store, ARGS("InterPodAffinity", "hardPodAffinityWeight: 9"), &kube_interpod_affinity);
    g_assert_cmpint(interpod->hard_weight, ==, 9);

    const KubeSpreadArgs *spread =
        args_of(store,
                ARGS("PodTopologySpread",
                     "defaultingType: List, defaultConstraints: [{maxSkew: 2, topologyKey: zone, "
                     "whenUnsatisfiable: DoNotSchedule}]"),
                &kube_topology_spread);
    g_assert_false(spread->system);
    g_assert_cmpuint(spread->n_defaults, ==, 1);
    g_assert_cmpint(spread->defaults[0].max_skew, ==, 2);
    g_assert_true(spread->defaults[0].hard);

    const KubeNodeAffinityArgs *affinity = args_of(
        store,
        ARGS("NodeAffinity",
             "addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
             "[{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}"),
        &kube_node_affinity);
    g_assert_cmpuint(affinity->added.n_required, ==, 1);

    const KubeBalancedArgs *balanced = args_of(
        store, ARGS("NodeResourcesBalancedAllocation", "resources: [{name: memory, weight: 1}]"),
        &kube_balanced_allocation);
    g_assert_cmpuint(balanced->n_resources, ==, 1);
}

#define FIT "c: profiles[0].pluginConfig[0].args"
static const struct {
    const char *name, *text, *error;
} bad[] = {
    {"another kind", "apiVersion: kubescheduler.config.k8s.io/v1\nkind: Pod\n",
     "c: kind: expected KubeSchedulerConfiguration, found \"Pod\""},
    {"an old version", "apiVersion: kubescheduler.config.k8s.io/v1alpha1\n",
     "c: apiVersion: expected kubescheduler.config.k8s.io/v1, v1beta3 or v1beta2, found "
     "\"kubescheduler.config.k8s.io/v1alpha1\""},
    {"an unknown field", HEAD "profile: []\n",
     "c: profile: expected no field of this name, found a list"},
    {"a percentage", HEAD "percentageOfNodesToScore: 101\n",
     "c: percentageOfNodesToScore: expected a number in the range [0-100], found 101"},
    {"no such plug-in", PLUGINS("score: {enabled: [{name: Best}]}"),
     "c: profiles[0].plugins.score.enabled[0].name: expected a plug-in that exists, found "
     "\"Best\""},
    {"another point", PLUGINS("score: {enabled: [{name: NodeName}]}"),
     "c: profiles[0].plugins.score.enabled[0].name: expected a plug-in that extends Score, found "
     "\"NodeName\""},
    {"twice", PLUGINS("filter: {enabled: [{name: NodeName}, {name: NodeName}]}"),
     "c: profiles[0].plugins.filter.enabled[1].name: expected a plug-in that is not registered "
     "already, found \"NodeName\""},
    {"a negative weight", PLUGINS("score: {enabled: [{name: ImageLocality, weight: -1}]}"),
     "c: profiles[0].plugins.score.enabled[0].weight: expected a weight from 0 to 2147483647, "
     "found "
     "-1"},
    {"two of one name", HEAD "profiles: [{}, {}]\n",
     "c: profiles[1].schedulerName: expected a schedulerName that no other profile has, found "
     "nothing"},
    {"extenders", HEAD "extenders: [{urlPrefix: x}]\n",
     "c: extenders: expected no extenders: they are programs elsewhere, found a list"},
    {"a strategy", ARGS("NodeResourcesFit", "scoringStrategy: {type: Tight}"),
     FIT ".scoringStrategy.type: expected LeastAllocated, MostAllocated or "
         "RequestedToCapacityRatio, found \"Tight\""},
    {"a resource's weight",
     ARGS("NodeResourcesFit", "scoringStrategy: {resources: [{name: cpu, weight: 101}]}"),
     FIT ": resource weight of cpu not in valid range (0, 100]: 101"},
    {"a group", ARGS("NodeResourcesFit", "ignoredResourceGroups: [a/b]"),
     FIT ": resource group name can't contain '/': a/b"},
    {"affinity", ARGS("InterPodAffinity", "hardPodAffinityWeight: 101"),
     FIT ": hardPodAffinityWeight not in valid range [0, 100]: 101"},
    {"System with constraints",
     ARGS("PodTopologySpread", "defaultConstraints: [{maxSkew: 1, topologyKey: z, "
                               "whenUnsatisfiable: DoNotSchedule}]"),
     FIT
     ".defaultConstraints: expected no constraints when .defaultingType is System, found a list"},
    {"an operator",
     ARGS("NodeAffinity", "addedAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                          "{nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Is}]}]}}"),
     FIT ".addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]."
         "matchExpressions[0].operator: expected In, NotIn, Exists, DoesNotExist, Gt or Lt, found "
         "\"Is\""},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(KubeStore) store = kube_store_new();
        g_autoptr(GError) error = NULL;
        KubeConfig config;
        g_test_message("%s", bad[i].name);
        g_assert_false(
            kube_config_parse(store, "c", bad[i].text, strlen(bad[i].text), "", &config, &error));
        g_assert_cmpstr(error->message, ==, bad[i].error);
    }
}

static void
test_profile(void)
{
    g_autoptr(KubeStore) store = kube_store_new();
    g_autoptr(GError) error = NULL;
    KubeConfig config;
    g_assert_false(kube_config_parse(store, "c", HEAD, strlen(HEAD), "x", &config, &error));
    g_assert_cmpstr(error->message, ==,
                    "c: profiles: expected a profile with schedulerName \"x\", found nothing");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kube-config/good", test_good);
    g_test_add_func("/kube-config/args", test_args);
    g_test_add_func("/kube-config/bad", test_bad);
    g_test_add_func("/kube-config/profile", test_profile);
    return g_test_run();
}
