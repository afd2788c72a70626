/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of DefaultPreemption. */
#include "policies/profiles/kube/kube-preemption.h"

#include "kube-world.h"
#include "policies/profiles/kube/kube-json.h"

#include <string.h>

/* ---- the filters in force ---- */

static const struct {
    const char *name, *plugin;
} filter_names[] = {
    {"noderesources", "NodeResourcesFit"},
    {"noderesourcesfit", "NodeResourcesFit"},
    {"interpodaffinity", "InterPodAffinity"},
    {"podtopologyspread", "PodTopologySpread"},
    {"nodeaffinity", "NodeAffinity"},
    {"nodename", "NodeName"},
    {"nodeports", "NodePorts"},
    {"nodeunschedulable", "NodeUnschedulable"},
    {"tainttoleration", "TaintToleration"},
};

static const char *
plugin_of(const char *filter)
{
    g_autofree char *lower = g_ascii_strdown(filter, -1);

    for (guint i = 0; i < G_N_ELEMENTS(filter_names); i++)
        if (g_str_equal(filter_names[i].name, lower))
            return filter_names[i].plugin;
    return filter;
}

/* args.filters, in the order of the default profile; NodeResourcesFit when not given. */
static GArray *
plugins_of(KubeWorld *world, JsonObject *vector, GString *why)
{
    GArray *plugins = g_array_new(FALSE, FALSE, sizeof(KubePlugin));
    JsonArray *filters = vec_array(vec_object(vector, "args"), "filters");
    KubePlugin plugin;

    if (!filters) {
        plugin = kube_world_plugin(world, "NodeResourcesFit", vector);
        g_array_append_val(plugins, plugin);
    }
    for (guint i = 0; i < vec_length(filters); i++) {
        plugin = kube_world_plugin(world, plugin_of(vec_text_at(filters, i)), vector);
        if (plugin.klass)
            g_array_append_val(plugins, plugin);
        else
            vec_fail(why, "no plug-in %s", vec_text_at(filters, i));
    }
    return plugins;
}

/* ---- budgets ---- */

static const guint32 *
names_of(KubeStore *store, JsonArray *array)
{
    guint32 *names = kube_new(store, guint32, vec_length(array) + 1);

    for (guint i = 0; i < vec_length(array); i++)
        names[i] = kube_intern(store, vec_text_at(array, i));
    return names;
}

static GArray *
budgets_of(KubeWorld *world, JsonObject *vector)
{
    JsonArray *pdbs = vec_array(vec_object(vector, "inputs"), "pdbs");
    GArray *budgets = g_array_new(FALSE, FALSE, sizeof(KubeBudget));

    for (guint i = 0; i < vec_length(pdbs); i++) {
        JsonObject *pdb = vec_object_at(pdbs, i);
        const char *name_space = vec_text(pdb, "namespace");
        KubeSelector selector = kube_json_selector(world->store, vec_object(pdb, "selector"));
        KubeBudget budget = {.name_space = kube_intern(world->store, name_space ? name_space : ""),
                             .selector = kube_selector_seal(world->store, selector, FALSE),
                             .disruptions_allowed = vec_int(pdb, "disruptions_allowed", 0),
                             .disrupted = names_of(world->store, vec_array(pdb, "disrupted_pods")),
                             .n_disrupted = vec_length(vec_array(pdb, "disrupted_pods"))};

        g_array_append_val(budgets, budget);
    }
    return budgets;
}

/* ---- a trial ---- */

typedef struct {
    KubeWorld *world;
    GArray *plugins, *budgets, *nodes;
    KubeCycle *cycle;
} Trial;

static gboolean
trial_init(Trial *trial, JsonObject *vector, GString *why)
{
    KubeWorld *world = trial->world = kube_world_new(vector);

    trial->plugins = plugins_of(world, vector, why);
    trial->budgets = budgets_of(world, vector);
    trial->nodes = kube_world_nodes(world, NULL, "");
    trial->cycle =
        kube_cycle_new(world->cluster, (const KubePlugin *)(gconstpointer)trial->plugins->data,
                       trial->plugins->len);
    return why->len == 0;
}

static void
trial_clear(Trial *trial)
{
    kube_cycle_free(trial->cycle);
    g_array_unref(trial->plugins);
    g_array_unref(trial->budgets);
    g_array_unref(trial->nodes);
    kube_world_free(trial->world);
}

/* All candidates for the pod: every node is looked at. */
static GArray *
candidates_for(Trial *trial, const KubePod *pod)
{
    kube_cycle_begin(trial->cycle, pod, NULL, NULL);
    return kube_preemption_candidates(
        trial->cycle, (const guint32 *)(gconstpointer)trial->nodes->data, trial->nodes->len, 0,
        trial->nodes->len, (const KubeBudget *)(gconstpointer)trial->budgets->data,
        trial->budgets->len);
}

/* ---- what is expected ---- */

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *
victims_text(const Trial *trial, const KubeCandidate *candidate)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < candidate->victims->len; i++)
        g_ptr_array_add(
            names, (gpointer)(gsize)kube_text(
                       trial->world->store, ((const KubePod *)candidate->victims->pdata[i])->name));
    g_ptr_array_sort(names, compare_texts);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static char *
expected_victims(JsonArray *array)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < vec_length(array); i++)
        g_ptr_array_add(names, (gpointer)(gsize)vec_text_at(array, i));
    g_ptr_array_sort(names, compare_texts);
    g_ptr_array_add(names, NULL);
    return g_strjoinv(" ", (char **)names->pdata);
}

static const KubeCandidate *
candidate_of(const Trial *trial, const GArray *candidates, const char *node)
{
    for (guint i = 0; i < candidates->len; i++) {
        const KubeCandidate *candidate = &g_array_index(candidates, KubeCandidate, i);

        if (g_strcmp0(kube_world_node_name(trial->world, candidate->node), node) == 0)
            return candidate;
    }
    return NULL;
}

static gboolean
check_candidates(const Trial *trial, const GArray *candidates, JsonArray *expected, GString *why)
{
    if (candidates->len != vec_length(expected))
        return vec_fail(why, "expected %u candidates, found %u", vec_length(expected),
                        candidates->len);
    for (guint i = 0; i < vec_length(expected); i++) {
        JsonObject *one = vec_object_at(expected, i);
        const char *node = vec_text(one, "node");
        const KubeCandidate *candidate = candidate_of(trial, candidates, node);
        g_autofree char *wanted = expected_victims(vec_array(one, "victims"));
        g_autofree char *found = candidate ? victims_text(trial, candidate) : NULL;

        if (g_strcmp0(wanted, found) != 0)
            return vec_fail(why, "%s: expected victims %s, found %s", node, wanted,
                            found ? found : "no candidate");
        if (vec_int(one, "pdb_violations", 0) != candidate->n_violations)
            return vec_fail(why, "%s: found %u violations", node, candidate->n_violations);
    }
    return TRUE;
}

static gboolean
check_pick(const Trial *trial, const GArray *candidates, JsonArray *any_of, GString *why)
{
    const KubeCandidate *all = (const KubeCandidate *)(gconstpointer)candidates->data;
    const char *found;

    if (candidates->len == 0)
        return vec_length(any_of) == 0 || vec_fail(why, "no candidate");
    found =
        kube_world_node_name(trial->world, all[kube_preemption_pick(all, candidates->len)].node);
    for (guint i = 0; i < vec_length(any_of); i++)
        if (g_strcmp0(vec_text_at(any_of, i), found) == 0)
            return TRUE;
    return vec_fail(why, "picked %s", found);
}

/* ---- kinds ---- */

static gboolean
run_dry_run(JsonObject *vector, GString *why)
{
    JsonArray *pods = vec_array(vec_object(vector, "inputs"), "pods_to_schedule");
    JsonArray *expected = vec_array(vec_object(vector, "expected"), "candidates_per_pod");
    Trial trial;
    gboolean ok = trial_init(&trial, vector, why);

    for (guint i = 0; ok && i < vec_length(pods); i++) {
        KubePod *pod = kube_json_pod(trial.world->store, vec_object_at(pods, i));
        g_autoptr(GArray) candidates = candidates_for(&trial, pod);

        ok = check_candidates(&trial, candidates, json_array_get_array_element(expected, i), why);
        kube_pod_free(pod);
    }
    trial_clear(&trial);
    return ok;
}

static gboolean
run_pick(JsonObject *vector, GString *why)
{
    JsonObject *expected = vec_object(vector, "expected");
    JsonArray *wanted = vec_array(expected, "candidates");
    Trial trial;
    gboolean ok = trial_init(&trial, vector, why);

    if (ok) {
        KubePod *pod =
            kube_json_pod(trial.world->store, vec_object(vec_object(vector, "inputs"), "pod"));
        g_autoptr(GArray) candidates = candidates_for(&trial, pod);

        ok = (!wanted || check_candidates(&trial, candidates, wanted, why)) &&
             check_pick(&trial, candidates, vec_array(expected, "any_of"), why);
        kube_pod_free(pod);
    }
    trial_clear(&trial);
    return ok;
}

static KubeCode
code_of(const char *name)
{
    for (guint code = KUBE_SUCCESS; name && code <= KUBE_UNRESOLVABLE; code++)
        if (g_str_equal(kube_code_name((KubeCode)code), name))
            return (KubeCode)code;
    return KUBE_SUCCESS;
}

static gboolean
run_eligible(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonObject *object = vec_object(inputs, "pod");
    g_autoptr(KubeWorld) world = kube_world_new(vector);
    KubePod *pod = kube_json_pod(world->store, object);
    guint32 nominated = kube_json_name(world->store, object, "nominated_node");
    gboolean found;

    if (nominated != KUBE_ABSENT)
        pod->nominated_node = kube_cluster_find_node(world->cluster, nominated);
    found = kube_preemption_eligible(world->cluster, pod,
                                     code_of(vec_text(inputs, "nominated_node_status")));
    kube_pod_free(pod);
    return found == vec_bool(vec_object(vector, "expected"), "eligible", FALSE) ||
           vec_fail(why, "found eligible %s", found ? "true" : "false");
}

const VecKind vec_kinds_kube_preempt[] = {
    {"preempt_dry_run", run_dry_run},
    {"preempt_pick_node", run_pick},
    {"oracle_preempt", run_pick},
    {"preempt_eligible", run_eligible},
    {NULL, NULL},
};
