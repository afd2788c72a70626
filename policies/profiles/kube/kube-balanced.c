/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 100 * (1 - standard deviation of the used fractions), of real requests. */
#include "policies/profiles/kube/kube-balanced.h"

#include "sim/base/bb-error.h"

#include <math.h>

const KubeBalancedArgs kube_balanced_defaults = {
    .release = KUBE_RELEASE,
    .resources = kube_default_resources,
    .n_resources = G_N_ELEMENTS(kube_default_resources),
};

/* Resources of this pod's score, with what it requests. */
typedef struct {
    GArray *terms;
    double *fractions; /* room for all */
} State;

typedef struct {
    guint32 resource;
    gint64 request;
} Term;

gboolean
kube_balanced_validate(const KubeStore *store, const KubeBalancedArgs *args, GError **error)
{
    for (guint i = 0; i < args->n_resources; i++) {
        const char *name = kube_text(store, kube_resource_name(store, args->resources[i].resource));

        for (guint j = 0; j < i; j++)
            if (args->resources[j].resource == args->resources[i].resource)
                return bb_error_set(error, BB_ERROR_USAGE, "duplicate resource %s", name);
        if (args->resources[i].weight != 1)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "resource weight of %s must be 1, not %" G_GINT64_FORMAT, name,
                                args->resources[i].weight);
    }
    return TRUE;
}

static gpointer
state_new(const KubePlugin *plugin)
{
    const KubeBalancedArgs *args = plugin->args ? plugin->args : &kube_balanced_defaults;
    State *state = g_new0(State, 1);

    state->fractions = g_new(double, args->n_resources);
    state->terms = g_array_new(FALSE, FALSE, sizeof(Term));
    return state;
}

static void
state_free(gpointer data)
{
    State *state = data;

    g_array_free(state->terms, TRUE);
    g_free(state->fractions);
    g_free(state);
}

static KubeCode
pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const guint32 *nodes, guint n)
{
    const KubeBalancedArgs *args = plugin->args ? plugin->args : &kube_balanced_defaults;
    State *state = data;
    gboolean asks = FALSE;

    (void)nodes;
    (void)n;
    g_array_set_size(state->terms, 0);
    for (guint i = 0; i < args->n_resources; i++) {
        guint32 resource = args->resources[i].resource;
        Term term = {resource, kube_spec_request(cycle->spec, resource)};

        asks |= term.request > 0;
        if (resource < KUBE_N_FIXED || term.request > 0)
            g_array_append_val(state->terms, term);
    }
    return asks || args->release < 33 ? KUBE_SUCCESS : KUBE_SKIP;
}

static inline double
fraction(gint64 used, gint64 capacity)
{
    return used >= capacity ? 1.0 : (double)used / (double)capacity;
}

static double
deviation(const double *fractions, guint n, double total)
{
    double mean = total / n, sum = 0;

    if (n < 2)
        return 0;
    if (n == 2)
        return fabs((fractions[0] - fractions[1]) / 2);
    for (guint i = 0; i < n; i++)
        sum += (fractions[i] - mean) * (fractions[i] - mean);
    return sqrt(sum / n);
}

/* Score of the node with the pod (`times` 1) or as it is (0). */
static gint64
balance(const State *state, const KubeNode *node, gint64 times)
{
    double total = 0;
    guint n = 0;

    for (guint i = 0; i < state->terms->len; i++) {
        const Term *term = &g_array_index(state->terms, Term, i);
        gint64 capacity = kube_node_allocatable(node, term->resource);

        if (capacity == 0)
            continue;
        state->fractions[n] =
            fraction(kube_node_used(node, term->resource) + times * term->request, capacity);
        total += state->fractions[n++];
    }
    return (gint64)((1 - deviation(state->fractions, n, total)) * KUBE_MAX_SCORE);
}

/* balance() with the pod for the default, cpu and memory. */
static gint64
balance_plain(const KubeSpec *spec, const KubeNode *node)
{
    double cpu, memory;

    if (node->allocatable[KUBE_CPU] == 0 || node->allocatable[KUBE_MEMORY] == 0)
        return KUBE_MAX_SCORE;
    cpu = fraction(node->used[KUBE_CPU] + spec->request[KUBE_CPU], node->allocatable[KUBE_CPU]);
    memory = fraction(node->used[KUBE_MEMORY] + spec->request[KUBE_MEMORY],
                      node->allocatable[KUBE_MEMORY]);
    return (gint64)((1 - fabs((cpu - memory) / 2)) * KUBE_MAX_SCORE);
}

static void
score(const KubePlugin *plugin, KubeCycle *cycle, gpointer state, const guint32 *nodes, guint n,
      gint64 *scores)
{
    const KubeBalancedArgs *args = plugin->args ? plugin->args : &kube_balanced_defaults;

    for (guint i = 0; i < n; i++) {
        const KubeNode *node = &cycle->nodes[nodes[i]];

        if (args->release >= 36)
            scores[i] =
                KUBE_MAX_SCORE / 2 +
                (KUBE_MAX_SCORE / 2 + balance(state, node, 1) - balance(state, node, 0)) / 2;
        else if (args->resources == kube_default_resources)
            scores[i] = balance_plain(cycle->spec, node);
        else
            scores[i] = balance(state, node, 1);
    }
}

const KubePluginClass kube_balanced_allocation = {
    .name = "NodeResourcesBalancedAllocation",
    .state_new = state_new,
    .state_free = state_free,
    .pre_score = pre_score,
    .score = score,
};
