/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per resource a share of 100, weighted and divided by the weights that took part. */
#include "policies/profiles/kube/kube-fit-score.h"

#include "sim/base/bb-error.h"

#include <math.h>
#include <string.h>

#define MAX_CUSTOM_SCORE 10

typedef struct {
    KubePoint *shape; /* y times 10 */
    GArray *terms;    /* Term of this pod */
} State;

/* A resource that takes part in this pod's score. */
typedef struct {
    guint32 resource;
    gint64 weight, request;
} Term;

gboolean
kube_strategy_parse(const char *text, KubeStrategy *strategy)
{
    static const char *const names[] = {"LeastAllocated", "MostAllocated",
                                        "RequestedToCapacityRatio"};

    for (guint i = 0; text && i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(names[i], text)) {
            *strategy = (KubeStrategy)i;
            return TRUE;
        }
    return FALSE;
}

static gboolean
validate_shape(const KubePoint *shape, guint n, GError **error)
{
    if (n == 0)
        return bb_error_set(error, BB_ERROR_USAGE, "at least one point must be specified");
    for (guint i = 0; i < n; i++) {
        if (i > 0 && shape[i - 1].x >= shape[i].x)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "utilization values must be sorted in increasing order");
        if (shape[i].x < 0 || shape[i].x > KUBE_MAX_SCORE)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "utilization not in valid range [0, 100]: %" G_GINT64_FORMAT,
                                shape[i].x);
        if (shape[i].y < 0 || shape[i].y > MAX_CUSTOM_SCORE)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "score not in valid range [0, 10]: %" G_GINT64_FORMAT, shape[i].y);
    }
    return TRUE;
}

gboolean
kube_fit_validate(const KubeStore *store, const KubeFitArgs *args, GError **error)
{
    for (guint i = 0; i < args->n_ignored_groups; i++)
        if (strchr(kube_text(store, args->ignored_groups[i]), '/'))
            return bb_error_set(error, BB_ERROR_USAGE, "resource group name can't contain '/': %s",
                                kube_text(store, args->ignored_groups[i]));
    return kube_resources_validate(store, args->resources, args->n_resources, error) &&
           (args->strategy != KUBE_REQUESTED_TO_CAPACITY_RATIO ||
            validate_shape(args->shape, args->n_shape, error));
}

gint64
kube_piecewise_linear(const KubePoint *points, guint n, gint64 x)
{
    for (guint i = 0; i < n; i++) {
        const KubePoint *a = i > 0 ? &points[i - 1] : NULL, *b = &points[i];

        if (x <= b->x)
            return a ? a->y + (b->y - a->y) * (x - a->x) / (b->x - a->x) : b->y;
    }
    return points[n - 1].y;
}

gpointer
kube_fit_score_new(const KubePlugin *plugin)
{
    const KubeFitArgs *args = plugin->args ? plugin->args : &kube_fit_defaults;
    State *state = g_new0(State, 1);

    state->terms = g_array_new(FALSE, FALSE, sizeof(Term));
    state->shape = g_new(KubePoint, args->n_shape);
    for (guint i = 0; i < args->n_shape; i++)
        state->shape[i] =
            (KubePoint){args->shape[i].x, args->shape[i].y * (KUBE_MAX_SCORE / MAX_CUSTOM_SCORE)};
    return state;
}

void
kube_fit_score_free(gpointer data)
{
    State *state = data;

    g_array_free(state->terms, TRUE);
    g_free(state->shape);
    g_free(state);
}

KubeCode
kube_fit_pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const guint32 *nodes,
                   guint n)
{
    const KubeFitArgs *args = plugin->args ? plugin->args : &kube_fit_defaults;
    State *state = data;

    (void)nodes;
    (void)n;
    g_array_set_size(state->terms, 0);
    for (guint i = 0; i < args->n_resources; i++) {
        guint32 resource = args->resources[i].resource;
        Term term = {resource, args->resources[i].weight,
                     resource <= KUBE_MEMORY ? cycle->spec->nonzero[resource]
                                             : kube_spec_request(cycle->spec, resource)};

        if (resource < KUBE_N_FIXED || term.request > 0)
            g_array_append_val(state->terms, term);
    }
    return KUBE_SUCCESS;
}

static inline gint64
score_of(const KubeFitArgs *args, const State *state, gint64 used, gint64 capacity)
{
    switch (args->strategy) {
    case KUBE_MOST_ALLOCATED:
        return MIN(used, capacity) * KUBE_MAX_SCORE / capacity;
    case KUBE_REQUESTED_TO_CAPACITY_RATIO:
        return kube_piecewise_linear(state->shape, args->n_shape,
                                     used > capacity ? KUBE_MAX_SCORE
                                                     : used * KUBE_MAX_SCORE / capacity);
    case KUBE_LEAST_ALLOCATED:
    default:
        return used > capacity ? 0 : (capacity - used) * KUBE_MAX_SCORE / capacity;
    }
}

static gint64
score_node(const KubeFitArgs *args, const State *state, const KubeNode *node)
{
    gboolean by_ratio = args->strategy == KUBE_REQUESTED_TO_CAPACITY_RATIO;
    gint64 sum = 0, weights = 0;

    for (guint i = 0; i < state->terms->len; i++) {
        const Term *term = &g_array_index(state->terms, Term, i);
        gint64 capacity = kube_node_allocatable(node, term->resource);
        gint64 used = term->resource <= KUBE_MEMORY ? node->nonzero_used[term->resource]
                                                    : kube_node_used(node, term->resource);
        gint64 score;

        if (capacity == 0)
            continue;
        score = score_of(args, state, used + term->request, capacity);
        if (by_ratio && score <= 0)
            continue;
        sum += score * term->weight;
        weights += term->weight;
    }
    if (weights == 0)
        return 0;
    return by_ratio ? (gint64)round((double)sum / (double)weights) : sum / weights;
}

/* score_node() for the default: cpu and memory of equal weight, least allocated. */
static gint64
score_plain(const KubeSpec *spec, const KubeNode *node)
{
    gint64 sum = 0, n = 0;

    for (guint r = 0; r <= KUBE_MEMORY; r++) {
        gint64 capacity = node->allocatable[r];
        gint64 used = node->nonzero_used[r] + spec->nonzero[r];

        if (capacity == 0)
            continue;
        sum += used > capacity ? 0 : (capacity - used) * KUBE_MAX_SCORE / capacity;
        n++;
    }
    return n == 2 ? sum / 2 : sum;
}

void
kube_fit_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const guint32 *nodes,
               guint n, gint64 *scores)
{
    const KubeFitArgs *args = plugin->args ? plugin->args : &kube_fit_defaults;

    if (args->resources == kube_default_resources && args->strategy == KUBE_LEAST_ALLOCATED) {
        for (guint i = 0; i < n; i++)
            scores[i] = score_plain(cycle->spec, &cycle->nodes[nodes[i]]);
        return;
    }
    for (guint i = 0; i < n; i++)
        scores[i] = score_node(args, data, &cycle->nodes[nodes[i]]);
}
