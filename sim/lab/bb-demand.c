/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job source around another one. */
#include "bb-demand.h"

static void
note_row(BbDemand *demand, const BbJobRow *row)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        demand->resources |= (row->need.v[r] > 0 ? 1u : 0u) << r;
    demand->kinds |= 1u << row->kind;
    demand->n_jobs++;
    demand->n_without_estimate +=
        row->runtime_us != BB_TIME_NEVER && row->estimate_us == BB_TIME_NEVER;
}

static BbReadResult
next(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    BbDemand *demand = data;
    BbReadResult result = demand->source.next(demand->source.data, out, out_workload, error);
    if (result == BB_READ_ROW)
        note_row(demand, out);
    return result;
}

static gboolean G_GNUC_PRINTF(4, 5)
    place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    BbDemand *demand = data;
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    return demand->source.place_error(demand->source.data, column, error, "%s", message);
}

BbJobSource
bb_demand_source(BbDemand *demand)
{
    return (BbJobSource){.data = demand, .next = next, .place_error = place_error};
}

static void
note_unmodelled(const BbDemand *demand, const BbCluster *cluster, GPtrArray *notes)
{
    guint32 unmodelled = demand->resources & ~bb_cluster_modelled(cluster);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (unmodelled >> r & 1)
            g_ptr_array_add(notes, g_strdup_printf("jobs ask for %s, which no node of the cluster "
                                                   "names: it is not modelled",
                                                   bb_resource_names[r]));
    }
}

/* One note for each pool of which no node is of use, however its nodes are strewn over the file. */
static void
note_unusable(const BbDemand *demand, const BbCluster *cluster, GPtrArray *notes)
{
    g_autoptr(GHashTable) settled = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < bb_cluster_n(cluster); i++) {
        const BbNode *node = bb_cluster_node(cluster, i);
        if (node->runtimes & demand->kinds)
            g_hash_table_add(settled, GUINT_TO_POINTER(node->pool));
    }
    for (guint i = 0; i < bb_cluster_n(cluster); i++) {
        guint32 pool = bb_cluster_node(cluster, i)->pool;
        if (g_hash_table_add(settled, GUINT_TO_POINTER(pool)))
            g_ptr_array_add(notes,
                            g_strdup_printf("pool %s: no job is of a kind that its nodes allow",
                                            bb_names_text(bb_cluster_names(cluster), pool)));
    }
}

void
bb_demand_notes(const BbDemand *demand, const BbCluster *cluster, gboolean uses_estimates,
                GPtrArray *notes)
{
    if (demand->n_jobs == 0)
        return;
    note_unmodelled(demand, cluster, notes);
    note_unusable(demand, cluster, notes);
    if (uses_estimates && demand->n_without_estimate)
        g_ptr_array_add(notes, g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                                               " jobs have no estimate: the queue takes them to "
                                               "run to the end",
                                               demand->n_without_estimate, demand->n_jobs));
}
