/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a pod may and would like to run, from the manifest's words into those of the compact form: the
 * same nesting, other names. */
#include "traces/readers/kubectl.h"

#include <string.h>

/* One object of the manifest in the compact form. */
typedef JsonObject *(*Map)(const BbAt *at);

static JsonArray *
map_list(const BbAt *list, Map map)
{
    JsonArray *out = json_array_new();

    for (guint i = 0; i < bb_at_n_elements(list); i++) {
        BbAt element = bb_at_element(list, i);

        json_array_add_object_element(out, map(&element));
    }
    return out;
}

static void
put_list(const BbAt *at, const char *member, JsonObject *out, const char *name, Map map)
{
    BbAt list = bb_at_member(at, member);

    if (list.node)
        json_object_set_array_member(out, name, map_list(&list, map));
}

static void
put_object(const BbAt *at, const char *member, JsonObject *out, const char *name, Map map)
{
    BbAt object = bb_at_member(at, member);

    if (object.node)
        json_object_set_object_member(out, name, map(&object));
}

static void
put_text(const BbAt *at, const char *member, JsonObject *out, const char *name)
{
    BbAt text = bb_at_member(at, member);

    if (bb_at_text(&text, NULL))
        json_object_set_string_member(out, name, bb_at_text(&text, NULL));
}

static void
put_int(const BbAt *at, const char *member, JsonObject *out, const char *name)
{
    BbAt number = bb_at_member(at, member);

    if (number.node)
        json_object_set_int_member(out, name, bb_at_int(&number, 0));
}

static void
put_texts(const BbAt *at, const char *member, JsonObject *out, const char *name)
{
    BbAt list = bb_at_member(at, member);
    JsonArray *texts;

    if (!list.node)
        return;
    texts = json_array_new();
    for (guint i = 0; i < bb_at_n_elements(&list); i++) {
        BbAt text = bb_at_element(&list, i);

        json_array_add_string_element(texts, bb_at_text(&text, ""));
    }
    json_object_set_array_member(out, name, texts);
}

/* ---- labels ---- */

static gboolean
is_label(const char *text, const char *more)
{
    for (; *text; text++)
        if (!g_ascii_isalnum(*text) && !strchr(more, *text))
            return FALSE;
    return TRUE;
}

JsonObject *
kubectl_labels(const BbAt *at)
{
    JsonObject *object = bb_at_object(at), *out;
    g_autoptr(GList) keys = object ? json_object_get_members(object) : NULL;

    if (!object)
        return NULL;
    out = json_object_new();
    for (GList *key = keys; key; key = key->next) {
        BbAt value = bb_at_member(at, key->data);
        const char *text = bb_at_text(&value, "");

        if (!*(char *)key->data || !is_label(key->data, "-_./") || !is_label(text, "-_."))
            bb_at_fail(&value, "a label of letters, digits, '-', '_' and '.'");
        json_object_set_string_member(out, key->data, text);
    }
    return out;
}

char *
kubectl_label_text(const BbAt *at)
{
    JsonObject *labels = kubectl_labels(at);
    g_autoptr(GList) keys = labels ? json_object_get_members(labels) : NULL;
    GString *out = g_string_new(NULL);

    for (GList *key = keys; key; key = key->next)
        g_string_append_printf(out, "%s%s=%s", out->len > 0 ? ";" : "", (char *)key->data,
                               json_object_get_string_member(labels, key->data));
    g_clear_pointer(&labels, json_object_unref);
    return g_string_free(out, FALSE);
}

/* ---- selectors ---- */

static JsonObject *
requirement_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_text(at, "key", out, "key");
    put_text(at, "operator", out, "op");
    put_texts(at, "values", out, "values");
    return out;
}

static JsonObject *
selector_of(const BbAt *at)
{
    BbAt labels = bb_at_member(at, "matchLabels");
    JsonObject *out = json_object_new();

    if (labels.node)
        json_object_set_object_member(out, "match_labels", kubectl_labels(&labels));
    put_list(at, "matchExpressions", out, "exprs", requirement_of);
    return out;
}

static JsonObject *
node_term_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_list(at, "matchExpressions", out, "exprs", requirement_of);
    put_list(at, "matchFields", out, "fields", requirement_of);
    return out;
}

static JsonObject *
node_preference_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_int(at, "weight", out, "weight");
    put_object(at, "preference", out, "term", node_term_of);
    return out;
}

static JsonObject *
node_affinity_of(const BbAt *at)
{
    BbAt required = bb_at_member(at, "requiredDuringSchedulingIgnoredDuringExecution");
    JsonObject *out = json_object_new();

    if (required.node) {
        BbAt terms = bb_at_member(&required, "nodeSelectorTerms");

        json_object_set_array_member(out, "required_terms", map_list(&terms, node_term_of));
    }
    put_list(at, "preferredDuringSchedulingIgnoredDuringExecution", out, "preferred",
             node_preference_of);
    return out;
}

static JsonObject *
pod_term_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_text(at, "topologyKey", out, "topology_key");
    put_object(at, "labelSelector", out, "selector", selector_of);
    put_texts(at, "namespaces", out, "namespaces");
    put_object(at, "namespaceSelector", out, "namespace_selector", selector_of);
    return out;
}

static JsonObject *
pod_preference_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_int(at, "weight", out, "weight");
    put_object(at, "podAffinityTerm", out, "term", pod_term_of);
    return out;
}

static JsonObject *
pod_affinity_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_list(at, "requiredDuringSchedulingIgnoredDuringExecution", out, "required", pod_term_of);
    put_list(at, "preferredDuringSchedulingIgnoredDuringExecution", out, "preferred",
             pod_preference_of);
    return out;
}

static JsonObject *
toleration_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_text(at, "key", out, "key");
    put_text(at, "operator", out, "operator");
    put_text(at, "value", out, "value");
    put_text(at, "effect", out, "effect");
    return out;
}

static JsonObject *
spread_of(const BbAt *at)
{
    JsonObject *out = json_object_new();

    put_int(at, "maxSkew", out, "max_skew");
    put_text(at, "topologyKey", out, "topology_key");
    put_text(at, "whenUnsatisfiable", out, "when");
    put_object(at, "labelSelector", out, "selector", selector_of);
    put_int(at, "minDomains", out, "min_domains");
    put_text(at, "nodeAffinityPolicy", out, "node_affinity_policy");
    put_text(at, "nodeTaintsPolicy", out, "node_taints_policy");
    put_texts(at, "matchLabelKeys", out, "match_label_keys");
    return out;
}

void
kubectl_constraints(const BbAt *spec, JsonObject *pod)
{
    BbAt affinity = bb_at_member(spec, "affinity");

    put_object(&affinity, "nodeAffinity", pod, "node_affinity", node_affinity_of);
    put_object(&affinity, "podAffinity", pod, "pod_affinity", pod_affinity_of);
    put_object(&affinity, "podAntiAffinity", pod, "pod_anti_affinity", pod_affinity_of);
    put_list(spec, "tolerations", pod, "tolerations", toleration_of);
    put_list(spec, "topologySpreadConstraints", pod, "topology_spread", spread_of);
}

/* ---- taints ---- */

static gboolean
tolerates(const BbAt *toleration, const KubectlTaint *taint)
{
    BbAt key = bb_at_member(toleration, "key"), op = bb_at_member(toleration, "operator");
    BbAt value = bb_at_member(toleration, "value"), effect = bb_at_member(toleration, "effect");
    const char *wanted = bb_at_text(&key, ""), *effects = bb_at_text(&effect, "");

    if (*effects && !g_str_equal(effects, taint->effect))
        return FALSE;
    if (*wanted && !g_str_equal(wanted, taint->key))
        return FALSE;
    if (g_str_equal(bb_at_text(&op, "Equal"), "Exists"))
        return TRUE;
    return *wanted && g_str_equal(bb_at_text(&value, ""), taint->value);
}

gboolean
kubectl_tolerates(const BbAt *tolerations, const KubectlTaint *taint)
{
    for (guint i = 0; i < bb_at_n_elements(tolerations); i++) {
        BbAt toleration = bb_at_element(tolerations, i);

        if (tolerates(&toleration, taint))
            return TRUE;
    }
    return FALSE;
}
