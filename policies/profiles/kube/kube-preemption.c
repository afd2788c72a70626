/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On a node every pod of lower priority is taken off, then put back one by one, most important first,
 * as long as the pod still fits; who cannot come back is a victim. Victims of budgets are tried first,
 * so that they stay if anybody can. */
#include "policies/profiles/kube/kube-preemption.h"

#include <string.h>

/* As upstream: so that a sum of negative priorities is no better than one. */
#define PRIORITY_SHIFT (G_GINT64_CONSTANT(1) << 31)

gboolean
kube_preemption_eligible(const KubeCluster *cluster, const KubePod *pod, KubeCode nominated_status)
{
    const KubeNode *node;

    if (pod->spec->never_preempts)
        return FALSE;
    if (pod->nominated_node == KUBE_ABSENT || nominated_status == KUBE_UNRESOLVABLE)
        return TRUE;
    node = kube_cluster_node((KubeCluster *)(gsize)cluster, pod->nominated_node);
    for (guint i = 0; i < node->n_pods; i++)
        if (node->pods[i]->terminating && node->pods[i]->spec->priority < pod->spec->priority)
            return FALSE;
    return TRUE;
}

guint
kube_preemption_wanted(const KubeCandidateCount *count, guint n_nodes)
{
    gint64 n = MAX((gint64)n_nodes * count->percentage / 100, count->absolute);

    return (guint)MIN(n, (gint64)n_nodes);
}

/* ---- one node ---- */

/* Not started yet: later than anybody. */
static gint64
start_of(const KubePod *pod)
{
    return pod->start_us < 0 ? G_MAXINT64 : pod->start_us;
}

/* More important first. */
static gint
by_importance(gconstpointer a, gconstpointer b)
{
    const KubePod *x = *(KubePod *const *)a, *y = *(KubePod *const *)b;

    if (x->spec->priority != y->spec->priority)
        return x->spec->priority > y->spec->priority ? -1 : 1;
    return start_of(x) < start_of(y) ? -1 : start_of(x) > start_of(y);
}

static GPtrArray *
lower_pods(const KubeNode *node, gint64 priority)
{
    GPtrArray *pods = g_ptr_array_new();

    for (guint i = 0; i < node->n_pods; i++)
        if (node->pods[i]->spec->priority < priority)
            g_ptr_array_add(pods, node->pods[i]);
    return pods;
}

static gboolean
is_disrupted(const KubeBudget *budget, guint32 pod)
{
    for (guint i = 0; i < budget->n_disrupted; i++)
        if (budget->disrupted[i] == pod)
            return TRUE;
    return FALSE;
}

static gboolean
is_guarded(const KubeStore *store, const KubeBudget *budget, const KubePod *pod)
{
    return pod->spec->labels.n > 0 && budget->name_space == pod->spec->name_space &&
           !kube_selector_is_everything(&budget->selector) &&
           kube_selector_matches(store, &budget->selector, &pod->spec->labels) &&
           !is_disrupted(budget, pod->name);
}

/* Takes one from the allowance of every budget of the pod. TRUE: one of them has none left. */
static gboolean
overdraws(const KubeStore *store, const KubePod *pod, const KubeBudget *budgets, guint n,
          gint64 *allowed)
{
    gboolean violated = FALSE;

    for (guint b = 0; b < n; b++)
        if (is_guarded(store, &budgets[b], pod) && --allowed[b] < 0)
            violated = TRUE;
    return violated;
}

/* Moves the pods that overdraw a budget into an array of their own; both keep their order. */
static GPtrArray *
split_violating(const KubeStore *store, GPtrArray *pods, const KubeBudget *budgets, guint n)
{
    g_autofree gint64 *allowed = g_new(gint64, n + 1);
    GPtrArray *violating = g_ptr_array_new();
    guint kept = 0;

    for (guint b = 0; b < n; b++)
        allowed[b] = budgets[b].disruptions_allowed;
    for (guint i = 0; i < pods->len; i++) {
        KubePod *pod = pods->pdata[i];

        if (overdraws(store, pod, budgets, n, allowed))
            g_ptr_array_add(violating, pod);
        else
            pods->pdata[kept++] = pod;
    }
    g_ptr_array_set_size(pods, (gint)kept);
    return violating;
}

/* Puts the pods back, as long as the cycle's pod still fits. Who cannot come back joins the victims;
 * returns how many. */
static guint
reprieve(KubeCycle *cycle, guint32 node, const GPtrArray *pods, GPtrArray *victims)
{
    guint before = victims->len;

    for (guint i = 0; i < pods->len; i++) {
        kube_cycle_add_pod(cycle, pods->pdata[i], node);
        if (kube_cycle_filter(cycle, node, NULL, NULL) == KUBE_SUCCESS)
            continue;
        kube_cycle_remove_pod(cycle, pods->pdata[i]);
        g_ptr_array_add(victims, pods->pdata[i]);
    }
    return victims->len - before;
}

static void
put_back(KubeCycle *cycle, guint32 node, const GPtrArray *pods)
{
    for (guint i = 0; i < pods->len; i++)
        kube_cycle_add_pod(cycle, pods->pdata[i], node);
}

/* The node's list in the order that it had before a trial. */
static void
restore_order(KubeNode *node, const GPtrArray *order)
{
    g_assert(node->n_pods == order->len);
    for (guint i = 0; i < order->len; i++) {
        node->pods[i] = order->pdata[i];
        node->pods[i]->slot = i;
    }
}

static GPtrArray *
order_of(const KubeNode *node)
{
    GPtrArray *order = g_ptr_array_new();

    for (guint i = 0; i < node->n_pods; i++)
        g_ptr_array_add(order, node->pods[i]);
    return order;
}

KubeCode
kube_preemption_try(KubeCycle *cycle, guint32 node, const KubeBudget *budgets, guint n_budgets,
                    KubeCandidate *out)
{
    KubeNode *machine = &cycle->nodes[node];
    g_autoptr(GPtrArray) order = order_of(machine);
    g_autoptr(GPtrArray) lower = lower_pods(machine, cycle->spec->priority);
    g_autoptr(GPtrArray) violating = NULL;
    g_autoptr(GPtrArray) victims = g_ptr_array_new();
    KubeCode code;

    if (lower->len == 0)
        return KUBE_UNRESOLVABLE;
    for (guint i = 0; i < lower->len; i++)
        kube_cycle_remove_pod(cycle, lower->pdata[i]);
    code = kube_cycle_filter(cycle, node, NULL, NULL);
    if (code != KUBE_SUCCESS) {
        put_back(cycle, node, lower);
        restore_order(machine, order);
        return code;
    }
    g_ptr_array_sort(lower, by_importance); /* stable */
    violating = split_violating(cycle->store, lower, budgets, n_budgets);
    out->node = node;
    out->n_violations = reprieve(cycle, node, violating, victims);
    reprieve(cycle, node, lower, victims);
    put_back(cycle, node, victims);
    restore_order(machine, order);
    out->victims = g_steal_pointer(&victims);
    return KUBE_SUCCESS;
}

/* ---- all nodes ---- */

static void
clear_candidate(gpointer data)
{
    g_ptr_array_unref(((KubeCandidate *)data)->victims);
}

GArray *
kube_preemption_candidates(KubeCycle *cycle, const guint32 *nodes, guint n, guint offset,
                           guint wanted, const KubeBudget *budgets, guint n_budgets)
{
    GArray *candidates = g_array_new(FALSE, FALSE, sizeof(KubeCandidate));
    gboolean any_clean = FALSE;

    g_array_set_clear_func(candidates, clear_candidate);
    for (guint i = 0; i < n && !(any_clean && candidates->len >= wanted); i++) {
        KubeCandidate candidate;

        if (kube_preemption_try(cycle, nodes[(offset + i) % n], budgets, n_budgets, &candidate) !=
            KUBE_SUCCESS)
            continue;
        /* The pod fits as it is: nothing to preempt for. */
        if (candidate.victims->len == 0) {
            clear_candidate(&candidate);
            continue;
        }
        any_clean = any_clean || candidate.n_violations == 0;
        g_array_append_val(candidates, candidate);
    }
    return candidates;
}

static gint64
priority_sum(const KubeCandidate *candidate)
{
    gint64 sum = 0;

    for (guint i = 0; i < candidate->victims->len; i++)
        sum += ((const KubePod *)candidate->victims->pdata[i])->spec->priority + PRIORITY_SHIFT;
    return sum;
}

static gint64
first_priority(const KubeCandidate *candidate)
{
    return ((const KubePod *)candidate->victims->pdata[0])->spec->priority;
}

/* Of the most important victims the earliest start. */
static gint64
earliest_start(const KubeCandidate *candidate)
{
    gint64 highest = G_MININT64, earliest = G_MAXINT64;

    for (guint i = 0; i < candidate->victims->len; i++) {
        const KubePod *pod = candidate->victims->pdata[i];

        if (pod->spec->priority > highest) {
            highest = pod->spec->priority;
            earliest = start_of(pod);
        } else if (pod->spec->priority == highest) {
            earliest = MIN(earliest, start_of(pod));
        }
    }
    return earliest;
}

static gint
compare(gint64 a, gint64 b)
{
    return a < b ? -1 : a > b;
}

/* Below 0: a is better. */
static gint
compare_candidates(const KubeCandidate *a, const KubeCandidate *b)
{
    gint order = compare(a->n_violations, b->n_violations);

    if (order == 0)
        order = compare(first_priority(a), first_priority(b));
    if (order == 0)
        order = compare(priority_sum(a), priority_sum(b));
    if (order == 0)
        order = compare(a->victims->len, b->victims->len);
    return order != 0 ? order : compare(earliest_start(b), earliest_start(a));
}

guint
kube_preemption_pick(const KubeCandidate *candidates, guint n)
{
    guint best = 0;

    for (guint i = 1; i < n; i++)
        if (compare_candidates(&candidates[i], &candidates[best]) < 0)
            best = i;
    return best;
}
