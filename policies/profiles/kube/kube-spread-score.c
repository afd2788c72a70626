/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The score: pods in the node's domains, each constraint weighted by the logarithm of how many
 * domains there are; the fewer the better. */
#include "policies/profiles/kube/kube-spread.h"

#include <math.h>

/* Of the feasible nodes: those that lack a key are ignored; the domains of the others take part. */
static guint
note_domains(KubeSpreadState *state, const guint32 *nodes, guint n, gboolean require_all)
{
    guint n_ignored = 0;

    g_array_set_size(state->ignored, n);
    for (guint i = 0; i < n; i++) {
        gboolean ignored = require_all && !kube_spread_has_all(&state->soft, nodes[i]);

        g_array_index(state->ignored, gboolean, i) = ignored;
        n_ignored += ignored ? 1 : 0;
        for (guint c = 0; !ignored && c < state->soft.n; c++) {
            KubeSpreadCount *count = &state->soft.items[c];
            guint32 domain = count->topology->of[nodes[i]];

            if (count->is_hostname || domain == KUBE_ABSENT || count->counts[domain] == 0)
                continue;
            count->counts[domain] = 0;
            count->n_domains++;
        }
    }
    return n_ignored;
}

KubeCode
kube_spread_pre_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data,
                      const guint32 *nodes, guint n)
{
    const KubeSpreadArgs *args = plugin->args;
    KubeSpreadState *state = data;
    gboolean require_all = cycle->spec->n_spreads > 0 || (args && !args->system);
    guint n_ignored;

    if (kube_spread_select(plugin, cycle, state, FALSE, &state->soft) == 0)
        return KUBE_SKIP;
    n_ignored = note_domains(state, nodes, n, require_all);
    for (guint i = 0; i < state->soft.n; i++) {
        KubeSpreadCount *count = &state->soft.items[i];

        count->weight = log((count->is_hostname ? n - n_ignored : count->n_domains) + 2.0);
    }
    kube_spread_count(cycle, &state->soft, require_all, TRUE);
    return KUBE_SUCCESS;
}

static double
score_node(const KubeSpreadState *state, guint32 node)
{
    double sum = 0;

    for (guint i = 0; i < state->soft.n; i++) {
        const KubeSpreadCount *count = &state->soft.items[i];
        guint32 domain = count->topology->of[node];
        gint64 pods;

        if (domain == KUBE_ABSENT)
            continue;
        pods = count->is_hostname ? count->matches[node] : count->counts[domain];
        sum += (double)pods * count->weight + (double)(count->spread->max_skew - 1);
    }
    return sum;
}

void
kube_spread_score(const KubePlugin *plugin, KubeCycle *cycle, gpointer data, const guint32 *nodes,
                  guint n, gint64 *scores)
{
    const KubeSpreadState *state = data;

    (void)plugin;
    (void)cycle;
    for (guint i = 0; i < n; i++)
        scores[i] = g_array_index(state->ignored, gboolean, i)
                        ? 0
                        : (gint64)round(score_node(state, nodes[i]));
}

void
kube_spread_normalize(const KubePlugin *plugin, KubeCycle *cycle, gpointer data,
                      const guint32 *nodes, guint n, gint64 *scores)
{
    const KubeSpreadState *state = data;
    gint64 least = G_MAXINT64, most = 0;

    (void)plugin;
    (void)cycle;
    (void)nodes;
    for (guint i = 0; i < n; i++) {
        if (g_array_index(state->ignored, gboolean, i))
            continue;
        least = MIN(least, scores[i]);
        most = MAX(most, scores[i]);
    }
    for (guint i = 0; i < n; i++) {
        if (g_array_index(state->ignored, gboolean, i))
            scores[i] = 0;
        else
            scores[i] =
                most == 0 ? KUBE_MAX_SCORE : KUBE_MAX_SCORE * (most + least - scores[i]) / most;
    }
}
