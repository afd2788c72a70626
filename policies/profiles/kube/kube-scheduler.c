/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters node by node, scores plug-in by plug-in over the nodes that are left. */
#include "policies/profiles/kube/kube-scheduler.h"

#include <string.h>

struct _KubeScheduler {
    KubeCluster *cluster;
    KubeCycle *cycle;
    gint64 percentage;
    guint next_start;
    gboolean has_scores;
    guint32 *feasible; /* room for all nodes, as the two below */
    gint64 *totals, *scores;
    guint n_feasible, room;
};

KubeScheduler *
kube_scheduler_new(KubeCluster *cluster, const KubePlugin *plugins, guint n_plugins,
                   gint64 percentage)
{
    KubeScheduler *scheduler = g_new0(KubeScheduler, 1);

    scheduler->cluster = cluster;
    scheduler->cycle = kube_cycle_new(cluster, plugins, n_plugins);
    scheduler->percentage = percentage;
    for (guint i = 0; i < n_plugins; i++)
        scheduler->has_scores |= plugins[i].klass->score != NULL && plugins[i].weight != 0;
    return scheduler;
}

void
kube_scheduler_free(KubeScheduler *scheduler)
{
    if (!scheduler)
        return;
    kube_cycle_free(scheduler->cycle);
    g_free(scheduler->feasible);
    g_free(scheduler->totals);
    g_free(scheduler->scores);
    g_free(scheduler);
}

static void
reserve(KubeScheduler *scheduler)
{
    guint n = kube_cluster_n_slots(scheduler->cluster);

    if (n <= scheduler->room)
        return;
    scheduler->room = n;
    scheduler->feasible = g_renew(guint32, scheduler->feasible, n);
    scheduler->totals = g_renew(gint64, scheduler->totals, n);
    scheduler->scores = g_renew(gint64, scheduler->scores, n);
}

static void
start_diagnosis(KubeDiagnosis *diagnosis, guint n, KubeCode code, guint plugin)
{
    if (!diagnosis)
        return;
    if (n > diagnosis->room) {
        diagnosis->room = n;
        diagnosis->codes = g_renew(guint8, diagnosis->codes, n);
        diagnosis->plugins = g_renew(guint8, diagnosis->plugins, n);
    }
    diagnosis->n = n;
    if (n == 0)
        return;
    memset(diagnosis->codes, (int)code, n);
    memset(diagnosis->plugins, (int)plugin, n);
}

void
kube_diagnosis_clear(KubeDiagnosis *diagnosis)
{
    g_free(diagnosis->codes);
    g_free(diagnosis->plugins);
    *diagnosis = (KubeDiagnosis){0};
}

/* Filters one node and keeps it if it is feasible. */
static inline gboolean
look_at(KubeScheduler *scheduler, guint32 node, KubeDiagnosis *diagnosis)
{
    guint failed = 0;
    KubeCode code = kube_cycle_filter(scheduler->cycle, node, &failed, NULL);

    if (code == KUBE_SUCCESS)
        scheduler->feasible[scheduler->n_feasible++] = node;
    if (diagnosis) {
        diagnosis->codes[node] = (guint8)code;
        diagnosis->plugins[node] = (guint8)failed;
    }
    return code == KUBE_SUCCESS;
}

/* Walks the nodes (all, or those that a pre-filter left) until enough are feasible. */
static guint
find_feasible(KubeScheduler *scheduler, KubeDiagnosis *diagnosis)
{
    const GArray *restricted =
        scheduler->cycle->is_restricted ? scheduler->cycle->restricted : NULL;
    const guint32 *nodes = restricted ? (const guint32 *)(const void *)restricted->data
                                      : kube_cluster_order(scheduler->cluster);
    guint n_all = kube_cluster_n_nodes(scheduler->cluster);
    guint n = restricted ? restricted->len : n_all;
    guint enough = scheduler->has_scores ? kube_num_feasible_nodes(scheduler->percentage, n) : 1;
    guint looked = 0, at = n > 0 ? scheduler->next_start % n : 0;

    while (looked < n && scheduler->n_feasible < enough) {
        look_at(scheduler, nodes[at], diagnosis);
        looked++;
        at = at + 1 == n ? 0 : at + 1;
    }
    scheduler->next_start = n_all > 0 ? (scheduler->next_start + looked) % n_all : 0;
    return looked;
}

/* Sum of weight times normalised score, by feasible node. */
static void
add_scores(KubeScheduler *scheduler)
{
    KubeCycle *cycle = scheduler->cycle;
    guint n = scheduler->n_feasible;
    gint64 *totals = scheduler->totals, *scores = scheduler->scores;

    memset(totals, 0, sizeof *totals * n);
    for (guint p = 0; p < cycle->n_plugins; p++) {
        gint64 weight = cycle->plugins[p].weight;

        if (weight == 0 || !cycle->plugins[p].klass->score ||
            !kube_cycle_score(cycle, p, scheduler->feasible, n, NULL, scores))
            continue;
        for (guint i = 0; i < n; i++)
            totals[i] += weight * scores[i];
    }
}

static void
choose(KubeScheduler *scheduler, KubeDraw draw, gpointer data, KubeResult *result)
{
    guint best = 0;

    result->code = KUBE_SUCCESS;
    result->n_feasible = scheduler->n_feasible;
    if (scheduler->n_feasible > 1) {
        add_scores(scheduler);
        best = kube_select_host(scheduler->totals, scheduler->feasible, scheduler->n_feasible, draw,
                                data);
        result->total = scheduler->totals[best];
    }
    result->node = scheduler->feasible[best];
}

KubeResult
kube_scheduler_schedule(KubeScheduler *scheduler, const KubePod *pod, KubeDraw draw, gpointer data,
                        KubeDiagnosis *diagnosis)
{
    KubeResult result = {.code = KUBE_UNSCHEDULABLE, .node = KUBE_ABSENT, .failed = G_MAXUINT};
    guint n_slots = kube_cluster_n_slots(scheduler->cluster), failed = 0;
    KubeCode code;

    reserve(scheduler);
    scheduler->n_feasible = 0;
    code = kube_cycle_begin(scheduler->cycle, pod, &failed, NULL);
    if (code != KUBE_SUCCESS) {
        start_diagnosis(diagnosis, n_slots, code, failed);
        result.code = code;
        result.failed = failed;
        return result;
    }
    start_diagnosis(diagnosis, n_slots,
                    scheduler->cycle->is_restricted ? KUBE_UNRESOLVABLE : KUBE_SKIP, 0);
    if (pod->nominated_node != KUBE_ABSENT) {
        look_at(scheduler, pod->nominated_node, diagnosis);
        result.n_evaluated = 1;
    }
    if (scheduler->n_feasible == 0)
        result.n_evaluated += find_feasible(scheduler, diagnosis);
    if (scheduler->n_feasible > 0)
        choose(scheduler, draw, data, &result);
    return result;
}

KubeCycle *
kube_scheduler_cycle(const KubeScheduler *scheduler)
{
    return scheduler->cycle;
}

const guint32 *
kube_scheduler_feasible(const KubeScheduler *scheduler, guint *n, const gint64 **totals)
{
    *n = scheduler->n_feasible;
    if (totals)
        *totals = scheduler->totals;
    return scheduler->feasible;
}

guint
kube_scheduler_next_start(const KubeScheduler *scheduler)
{
    return scheduler->next_start;
}

void
kube_scheduler_set_next_start(KubeScheduler *scheduler, guint start)
{
    scheduler->next_start = start;
}
