/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms are ORed, what is inside one is ANDed. Terms that all name their nodes narrow the
 * search. */
#include "policies/profiles/kube/kube-node-affinity.h"

#include "policies/profiles/kube/kube-normalize.h"

gboolean
kube_node_term_matches(const KubeStore *store, const KubeNodeTerm *term, guint32 node_name,
                       const KubeLabels *labels)
{
    gboolean has_labels = term->labels.kind != KUBE_SELECT_NOTHING && term->labels.n > 0;
    gboolean has_fields = term->fields.kind != KUBE_SELECT_NOTHING && term->fields.n > 0;

    return (has_labels || has_fields) &&
           (!has_labels || kube_selector_matches(store, &term->labels, labels)) &&
           (!has_fields || kube_selector_matches_name(store, &term->fields, node_name));
}

static gboolean
any_term_matches(const KubeStore *store, const KubeNodeAffinity *affinity, const KubeNode *node)
{
    for (guint i = 0; i < affinity->n_required; i++)
        if (kube_node_term_matches(store, &affinity->required[i], node->name, &node->labels))
            return TRUE;
    return FALSE;
}

gboolean
kube_node_matches(const KubeStore *store, const KubeSpec *spec, const KubeNode *node)
{
    if (spec->has_node_selector &&
        !kube_selector_matches(store, &spec->node_selector, &node->labels))
        return FALSE;
    return !spec->node_affinity.has_required || any_term_matches(store, &spec->node_affinity, node);
}

static const KubeNodeAffinity *
added_affinity(const KubePlugin *plugin)
{
    const KubeNodeAffinityArgs *args = plugin->args;

    return args ? &args->added : NULL;
}

/* The nodes that a term names by metadata.name In, in both of several; FALSE: it names none. */
static gboolean
nodes_of_term(const KubeCycle *cycle, const KubeNodeTerm *term, GArray *nodes)
{
    gboolean named = FALSE;
    guint32 name = 0;

    for (guint i = 0; i < term->fields.n; i++) {
        const KubeRequirement *field = &term->fields.requirements[i];

        if (field->op != KUBE_OP_IN || field->n_values != 1 ||
            !g_str_equal(kube_text(cycle->store, field->key), "metadata.name"))
            continue;
        if (named && field->values[0] != name)
            return TRUE;
        name = field->values[0];
        named = TRUE;
    }
    if (named) {
        guint32 node = kube_cluster_find_node(cycle->cluster, name);

        if (node != KUBE_ABSENT)
            g_array_append_val(nodes, node);
    }
    return named;
}

/* If every term names nodes, only these are looked at. */
static void
restrict_nodes(KubeCycle *cycle)
{
    const KubeNodeAffinity *affinity = &cycle->spec->node_affinity;
    g_autoptr(GArray) nodes = NULL;

    if (!affinity->has_required || affinity->n_required == 0 || affinity->required[0].fields.n == 0)
        return;
    nodes = g_array_new(FALSE, FALSE, sizeof(guint32));
    for (guint i = 0; i < affinity->n_required; i++)
        if (!nodes_of_term(cycle, &affinity->required[i], nodes))
            return;
    kube_cycle_restrict(cycle, (const guint32 *)(const void *)nodes->data, nodes->len);
}

static KubeCode
pre_filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, KubeReasons *reasons)
{
    const KubeNodeAffinity *added = added_affinity(plugin);

    (void)state;
    (void)reasons;
    if (!cycle->spec->has_node_selector && !cycle->spec->node_affinity.has_required &&
        !(added && added->has_required))
        return KUBE_SKIP;
    restrict_nodes(cycle);
    return KUBE_SUCCESS;
}

static KubeCode
filter(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, guint32 index,
       KubeReasons *reasons)
{
    const KubeNodeAffinity *added = added_affinity(plugin);
    const KubeNode *node = &cycle->nodes[index];

    (void)state;
    if (added && added->has_required && !any_term_matches(cycle->store, added, node)) {
        kube_reason(reasons, "node(s) didn't match scheduler-enforced node affinity");
        return KUBE_UNRESOLVABLE;
    }
    if (kube_node_matches(cycle->store, cycle->spec, node))
        return KUBE_SUCCESS;
    kube_reason(reasons, "node(s) didn't match Pod's node affinity/selector");
    return KUBE_UNRESOLVABLE;
}

static KubeCode
pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n)
{
    const KubeNodeAffinity *added = added_affinity(plugin);

    (void)state;
    (void)nodes;
    (void)n;
    return cycle->spec->node_affinity.n_preferred == 0 && !(added && added->n_preferred > 0)
               ? KUBE_SKIP
               : KUBE_SUCCESS;
}

static gint64
preference(const KubeStore *store, const KubeNodeAffinity *affinity, const KubeNode *node)
{
    gint64 sum = 0;

    for (guint i = 0; affinity && i < affinity->n_preferred; i++)
        if (affinity->preferred[i].weight != 0 &&
            kube_node_term_matches(store, &affinity->preferred[i].term, node->name, &node->labels))
            sum += affinity->preferred[i].weight;
    return sum;
}

static void
score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n,
      gint64 *scores)
{
    const KubeNodeAffinity *added = added_affinity(plugin);

    (void)state;
    for (guint i = 0; i < n; i++) {
        const KubeNode *node = &cycle->nodes[nodes[i]];

        scores[i] = preference(cycle->store, &cycle->spec->node_affinity, node) +
                    preference(cycle->store, added, node);
    }
}

static void
normalize(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n,
          gint64 *scores)
{
    (void)plugin;
    (void)cycle;
    (void)state;
    (void)nodes;
    kube_default_normalize(KUBE_MAX_SCORE, FALSE, scores, n);
}

const KubePluginClass kube_node_affinity = {
    .name = "NodeAffinity",
    .pre_filter = pre_filter,
    .filter = filter,
    .pre_score = pre_score,
    .score = score,
    .normalize = normalize,
};
