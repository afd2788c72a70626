/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of the kube-scheduler: filters and scores of one plug-in. */
#include "kube-world.h"

#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-json.h"

/* A cycle with one plug-in that has begun with the vector's pod. */
typedef struct {
    KubeWorld *world;
    KubePlugin plugin;
    KubePod *pod;
    KubeCycle *cycle;
    KubeCode begun;
} Trial;

static void
trial_init(Trial *trial, JsonObject *vector, const char *plugin)
{
    KubeWorld *world = trial->world = kube_world_new(vector);

    trial->plugin = kube_world_plugin(world, plugin, vector);
    trial->pod = kube_json_pod(world->store, vec_object(vec_object(vector, "inputs"), "pod"));
    trial->cycle = trial->plugin.klass ? kube_cycle_new(world->cluster, &trial->plugin, 1) : NULL;
    if (trial->cycle)
        trial->begun = kube_cycle_begin(trial->cycle, trial->pod, NULL, NULL);
}

static void
trial_clear(Trial *trial)
{
    kube_cycle_free(trial->cycle);
    kube_pod_free(trial->pod);
    kube_world_free(trial->world);
}

static KubeCode
filter_node(Trial *trial, guint32 node)
{
    if (trial->begun != KUBE_SUCCESS)
        return trial->begun;
    return kube_cycle_filter(trial->cycle, node, NULL, NULL);
}

static gboolean
check_status(Trial *trial, JsonObject *status, GString *why)
{
    guint n = kube_cluster_n_nodes(trial->world->cluster);

    for (guint32 node = 0; node < n; node++) {
        const char *name = kube_world_node_name(trial->world, node);
        const char *expected = vec_text(status, name);
        const char *got = kube_code_name(filter_node(trial, node));

        if (expected && !g_str_equal(expected, got))
            return vec_fail(why, "%s: expected %s, got %s", name, expected, got);
    }
    return TRUE;
}

static const KubeShortage *
find_shortage(const KubeWorld *world, const GArray *shortages, const char *resource)
{
    for (guint i = 0; i < shortages->len; i++) {
        const KubeShortage *shortage = &g_array_index(shortages, KubeShortage, i);
        const char *name =
            shortage->resource == KUBE_ABSENT
                ? "pods"
                : kube_text(world->store, kube_resource_name(world->store, shortage->resource));

        if (g_strcmp0(name, resource) == 0)
            return shortage;
    }
    return NULL;
}

/* The list of shortages on the one node. */
static gboolean
check_insufficient(Trial *trial, JsonArray *expected, GString *why)
{
    g_autoptr(GArray) shortages = g_array_new(FALSE, FALSE, sizeof(KubeShortage));

    kube_fit_check(trial->world->store, trial->plugin.args, trial->pod->spec,
                   kube_cluster_node(trial->world->cluster, 0), shortages);
    if (shortages->len != vec_length(expected))
        return vec_fail(why, "expected %u shortages, got %u", vec_length(expected), shortages->len);
    for (guint i = 0; i < shortages->len; i++) {
        JsonObject *one = vec_object_at(expected, i);
        const char *resource = vec_text(one, "resource");
        const KubeShortage *got = find_shortage(trial->world, shortages, resource);

        if (!got || got->requested != vec_int(one, "requested", 0) ||
            got->used != vec_int(one, "used", 0) || got->capacity != vec_int(one, "capacity", 0))
            return vec_fail(why, "%s: other shortage than expected", resource);
    }
    return TRUE;
}

static gboolean
run_filter(JsonObject *vector, GString *why)
{
    JsonObject *expected = vec_object(vector, "expected");
    Trial trial;
    gboolean ok;

    trial_init(&trial, vector, vec_text(vector, "plugin"));
    if (!trial.cycle)
        ok = vec_fail(why, "no plug-in %s", vec_text(vector, "plugin"));
    else
        ok = check_status(&trial, vec_object(expected, "status"), why) &&
             (!vec_has(expected, "insufficient") ||
              check_insufficient(&trial, vec_array(expected, "insufficient"), why));
    trial_clear(&trial);
    return ok;
}

static gboolean
check_scores(Trial *trial, JsonObject *vector, JsonObject *expected, gboolean skipped, GString *why)
{
    g_autoptr(GArray) nodes =
        kube_world_nodes(trial->world, vec_object(vector, "inputs"), "feasible_nodes");
    g_autofree gint64 *scores = g_new0(gint64, nodes->len + 1);
    gboolean ran = kube_cycle_score(trial->cycle, 0, (const guint32 *)(const void *)nodes->data,
                                    nodes->len, NULL, scores);

    if (skipped && ran)
        return vec_fail(why, "expected the plug-in to be skipped");
    for (guint i = 0; i < nodes->len; i++) {
        const char *name = kube_world_node_name(trial->world, g_array_index(nodes, guint32, i));

        if (vec_has(expected, name) && vec_int(expected, name, 0) != scores[i])
            return vec_fail(why, "%s: expected %" G_GINT64_FORMAT ", got %" G_GINT64_FORMAT, name,
                            vec_int(expected, name, 0), scores[i]);
    }
    return TRUE;
}

static gboolean
run_score_of(JsonObject *vector, const char *plugin, JsonObject *scores, gboolean skipped,
             GString *why)
{
    Trial trial;
    gboolean ok;

    trial_init(&trial, vector, plugin);
    ok = trial.cycle ? check_scores(&trial, vector, scores, skipped, why)
                     : vec_fail(why, "no plug-in %s", plugin);
    trial_clear(&trial);
    return ok;
}

static gboolean
run_score(JsonObject *vector, GString *why)
{
    JsonObject *expected = vec_object(vector, "expected");

    return run_score_of(vector, vec_text(vector, "plugin"), vec_object(expected, "scores"),
                        vec_bool(expected, "skipped", FALSE), why);
}

static gboolean
run_oracle(JsonObject *vector, GString *why)
{
    JsonObject *expected = vec_object(vector, "expected");
    Trial trial;
    gboolean ok;

    trial_init(&trial, vector, "NodeResourcesFit");
    ok = check_status(&trial, vec_object(expected, "status"), why);
    trial_clear(&trial);
    return ok &&
           run_score_of(vector, "NodeResourcesFit", vec_object(expected, "fit_scores"), FALSE,
                        why) &&
           run_score_of(vector, "NodeResourcesBalancedAllocation",
                        vec_object(expected, "balanced_scores"), FALSE, why);
}

static gboolean
run_args_invalid(JsonObject *vector, GString *why)
{
    g_autoptr(KubeWorld) world = kube_world_new(vector);
    g_autoptr(GError) error = NULL;

    if (kube_world_check(world, vec_text(vector, "plugin"), vector, &error))
        return vec_fail(why, "expected the arguments to be refused");
    return TRUE;
}

const VecKind vec_kinds_kube[] = {
    {"filter", run_filter},
    {"score", run_score},
    {"score_normalized", run_score},
    {"oracle_resources", run_oracle},
    {"args_invalid", run_args_invalid},
    {NULL, NULL},
};
