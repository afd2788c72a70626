/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the same functions as the scheduler does, now with somebody who reads the reasons. */
#include "policies/profiles/kube/kube-explain.h"

#include <string.h>

static void
clear_count(gpointer data)
{
    g_free(((KubeReasonCount *)data)->text);
}

static void
count_reasons(GArray *counts, KubeReasons *reasons, guint n_nodes)
{
    for (guint i = 0; i < reasons->len; i++) {
        const char *text = g_ptr_array_index(reasons, i);
        guint at = 0;

        while (at < counts->len &&
               !g_str_equal(g_array_index(counts, KubeReasonCount, at).text, text))
            at++;
        if (at == counts->len) {
            KubeReasonCount count = {g_strdup(text), 0};

            g_array_append_val(counts, count);
        }
        g_array_index(counts, KubeReasonCount, at).n_nodes += n_nodes;
    }
    g_ptr_array_set_size(reasons, 0);
}

/* As texts "12 Insufficient cpu" sort. */
static gint
by_line(gconstpointer a, gconstpointer b)
{
    const KubeReasonCount *one = a, *two = b;
    g_autofree char *left = g_strdup_printf("%u %s", one->n_nodes, one->text);
    g_autofree char *right = g_strdup_printf("%u %s", two->n_nodes, two->text);

    return strcmp(left, right);
}

GArray *
kube_explain_filters(KubeCycle *cycle, const KubePod *pod)
{
    GArray *counts = g_array_new(FALSE, FALSE, sizeof(KubeReasonCount));
    g_autoptr(GPtrArray) reasons = kube_reasons_new();
    const guint32 *order = kube_cluster_order(cycle->cluster);
    guint n = kube_cluster_n_nodes(cycle->cluster);

    g_array_set_clear_func(counts, clear_count);
    if (kube_cycle_begin(cycle, pod, NULL, reasons) != KUBE_SUCCESS) {
        count_reasons(counts, reasons, 0);
        return counts;
    }
    for (guint i = 0; i < n; i++) {
        kube_cycle_filter(cycle, order[i], NULL, reasons);
        count_reasons(counts, reasons, 1);
    }
    g_array_sort(counts, by_line);
    return counts;
}

char *
kube_explain_message(const KubeCycle *cycle, const GArray *counts)
{
    GString *message = g_string_new(NULL);

    g_string_printf(message, "0/%u nodes are available:", kube_cluster_n_nodes(cycle->cluster));
    for (guint i = 0; i < counts->len; i++) {
        const KubeReasonCount *count = &g_array_index(counts, KubeReasonCount, i);

        if (count->n_nodes > 0)
            g_string_append_printf(message, " %u", count->n_nodes);
        g_string_append_printf(message, " %s%s", count->text, i + 1 < counts->len ? "," : ".");
    }
    return g_string_free(message, FALSE);
}

GArray *
kube_explain_scores(KubeCycle *cycle, const guint32 *nodes, guint n, guint which)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(KubeScorePart));
    g_autofree gint64 *raw = g_new(gint64, n), *normalized = g_new(gint64, n);

    for (guint p = 0; p < cycle->n_plugins; p++) {
        KubeScorePart part = {.plugin = p};

        if (!cycle->plugins[p].klass->score || cycle->plugins[p].weight == 0)
            continue;
        part.skipped = !kube_cycle_score(cycle, p, nodes, n, raw, normalized);
        part.raw = raw[which];
        part.normalized = normalized[which];
        part.weighted = part.normalized * cycle->plugins[p].weight;
        g_array_append_val(parts, part);
    }
    return parts;
}
