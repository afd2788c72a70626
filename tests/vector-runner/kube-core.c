/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of the kube-scheduler: the arithmetic and the cycle around the plug-ins. */
#include "policies/profiles/kube/kube-core.h"

#include "policies/profiles/kube/kube-cluster.h"
#include "policies/profiles/kube/kube-fit.h"
#include "policies/profiles/kube/kube-json.h"
#include "policies/profiles/kube/kube-normalize.h"
#include "vec.h"

static gint64
pair_at(JsonArray *pairs, guint i, guint which)
{
    return json_array_get_int_element(json_array_get_array_element(pairs, i), which);
}

static gboolean
run_piecewise_linear(JsonObject *vector, GString *why)
{
    JsonArray *given = vec_array(vec_object(vector, "inputs"), "points");
    JsonArray *pairs = vec_array(vec_object(vector, "expected"), "pairs");
    guint n = vec_length(given);
    g_autofree KubePoint *points = g_new0(KubePoint, n + 1);

    for (guint i = 0; i < n; i++)
        points[i] = (KubePoint){pair_at(given, i, 0), pair_at(given, i, 1)};
    for (guint i = 0; i < vec_length(pairs); i++) {
        gint64 got = kube_piecewise_linear(points, n, pair_at(pairs, i, 0));

        if (got != pair_at(pairs, i, 1))
            return vec_fail(why,
                            "f(%" G_GINT64_FORMAT ") = %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT,
                            pair_at(pairs, i, 0), got, pair_at(pairs, i, 1));
    }
    return TRUE;
}

static gboolean
run_default_normalize(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *raw = vec_array(inputs, "raw");
    JsonArray *expected = vec_array(vec_object(vector, "expected"), "scores");
    guint n = vec_length(raw);
    g_autofree gint64 *scores = g_new0(gint64, n + 1);

    for (guint i = 0; i < n; i++)
        scores[i] = json_array_get_int_element(raw, i);
    kube_default_normalize(vec_int(inputs, "max", 100), vec_bool(inputs, "reverse", FALSE), scores,
                           n);
    for (guint i = 0; i < n; i++)
        if (scores[i] != json_array_get_int_element(expected, i))
            return vec_fail(why, "score %u is %" G_GINT64_FORMAT, i, scores[i]);
    return TRUE;
}

static gboolean
run_node_tree_order(JsonObject *vector, GString *why)
{
    JsonArray *added = vec_array(vec_object(vector, "inputs"), "nodes_added");
    JsonArray *expected = vec_array(vec_object(vector, "expected"), "order");
    g_autoptr(KubeStore) store = kube_store_new();
    g_autoptr(KubeCluster) cluster = kube_cluster_new(store);
    const guint32 *order;

    for (guint i = 0; i < vec_length(added); i++) {
        KubeNodeSpec node = kube_json_node(store, vec_object_at(added, i));

        kube_cluster_add_node(cluster, &node);
    }
    order = kube_cluster_order(cluster);
    for (guint i = 0; i < vec_length(expected); i++) {
        const char *name = i < kube_cluster_n_nodes(cluster)
                               ? kube_text(store, kube_cluster_node(cluster, order[i])->name)
                               : "(none)";

        if (!g_str_equal(name, vec_text_at(expected, i)))
            return vec_fail(why, "node %u: expected %s, got %s", i, vec_text_at(expected, i), name);
    }
    return TRUE;
}

static gboolean
run_num_feasible_nodes(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    gint64 expected = vec_int(vec_object(vector, "expected"), "count", -1);
    guint got = kube_num_feasible_nodes(vec_int(inputs, "percentage", 0),
                                        (guint)vec_int(inputs, "nodes", 0));

    return got == expected || vec_fail(why, "expected %" G_GINT64_FORMAT ", got %u", expected, got);
}

static guint
draw_fixed(gpointer data, guint n)
{
    return *(const guint *)data % n;
}

static gboolean
is_listed(JsonArray *names, const char *name)
{
    for (guint i = 0; i < vec_length(names); i++)
        if (g_str_equal(vec_text_at(names, i), name))
            return TRUE;
    return FALSE;
}

static const char *
host_at(JsonArray *scores, guint i)
{
    return json_array_get_string_element(json_array_get_array_element(scores, i), 0);
}

/* The lowest and every possible draw must be listed. */
static gboolean
run_select_host(JsonObject *vector, GString *why)
{
    JsonArray *scores = vec_array(vec_object(vector, "inputs"), "scores");
    JsonArray *any_of = vec_array(vec_object(vector, "expected"), "any_of");
    guint n = vec_length(scores);
    g_autofree gint64 *totals = g_new0(gint64, n + 1);

    if (n == 0)
        return vec_bool(vec_object(vector, "expected"), "error", FALSE) ||
               vec_fail(why, "nothing to select from");
    for (guint i = 0; i < n; i++)
        totals[i] = json_array_get_int_element(json_array_get_array_element(scores, i), 1);
    for (guint draw = 0; draw <= n; draw++) {
        guint got = kube_select_host(totals, NULL, n, draw < n ? draw_fixed : NULL, &draw);

        if (!is_listed(any_of, host_at(scores, got)))
            return vec_fail(why, "%s is not among the expected", host_at(scores, got));
    }
    return TRUE;
}

const VecKind vec_kinds_kube_core[] = {
    {"piecewise_linear", run_piecewise_linear}, {"default_normalize", run_default_normalize},
    {"node_tree_order", run_node_tree_order},   {"num_feasible_nodes", run_num_feasible_nodes},
    {"select_host", run_select_host},           {NULL, NULL},
};
