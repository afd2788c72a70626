/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A node turns busy when its count of tasks leaves 0 and empty when it is 0 again. */
#include "sim/observe/bb-busy.h"

void
bb_busy_clear(BbBusy *busy)
{
    g_clear_pointer(&busy->n_tasks, g_free);
}

static void
turn(BbBusy *busy, const BbWindow *window, const BbView *view, guint32 index, gint sign)
{
    const BbNode *node = bb_cluster_node(view->cluster, index);
    bb_integral_add(&busy->nodes, window, view->now_us, sign);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_integral_add(&busy->capacity[r], window, view->now_us, sign * node->capacity.v[r]);
}

void
bb_busy_start(BbBusy *busy, const BbWindow *window, const BbView *view, const BbRun *run)
{
    if (busy->n_tasks == NULL)
        busy->n_tasks = g_new0(guint32, bb_cluster_n(view->cluster));
    for (guint i = 0; i < run->n_placed; i++) {
        const BbPlaced *placed = &run->placed[i];
        if (busy->n_tasks[placed->node] == 0)
            turn(busy, window, view, placed->node, 1);
        busy->n_tasks[placed->node] += placed->n_tasks;
    }
}

void
bb_busy_end(BbBusy *busy, const BbWindow *window, const BbView *view, const BbRun *run)
{
    for (guint i = 0; i < run->n_placed; i++) {
        const BbPlaced *placed = &run->placed[i];
        g_assert(busy->n_tasks[placed->node] >= placed->n_tasks);
        busy->n_tasks[placed->node] -= placed->n_tasks;
        if (busy->n_tasks[placed->node] == 0)
            turn(busy, window, view, placed->node, -1);
    }
}

void
bb_busy_change(BbBusy *busy, const BbWindow *window, const BbView *view, guint32 node,
               const BbResources *had)
{
    const BbResources *has = &bb_cluster_node(view->cluster, node)->capacity;
    if (busy->n_tasks == NULL || busy->n_tasks[node] == 0)
        return;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_integral_add(&busy->capacity[r], window, view->now_us, has->v[r] - had->v[r]);
}

void
bb_busy_settle(BbBusy *busy, const BbWindow *window, BbTimeUs now_us)
{
    /* The level before held on into the window even if it arose earlier. */
    if (now_us > window->start_us)
        busy->peak = MAX(busy->peak, busy->settled);
    busy->settled = busy->nodes.level;
    if (now_us >= window->start_us)
        busy->peak = MAX(busy->peak, busy->settled);
    if (now_us == window->last_submit_us)
        busy->peak_at_submit = busy->peak;
}
