/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One draw a pod, only where there is a tie: the same distribution as upstream's draw per node. */
#include "policies/profiles/kube/kube-core.h"

#define MIN_FEASIBLE 100

guint
kube_num_feasible_nodes(gint64 percentage, guint n)
{
    gint64 enough;

    if (n < MIN_FEASIBLE)
        return n;
    if (percentage == 0)
        percentage = MAX(5, 50 - (gint64)n / 125);
    enough = (gint64)n * MIN(percentage, 100) / 100;
    return (guint)MAX(enough, MIN_FEASIBLE);
}

guint
kube_select_host(const gint64 *totals, const guint32 *nodes, guint n, KubeDraw draw, gpointer data)
{
    guint best = 0, n_best = 1, nth;

    for (guint i = 1; i < n; i++) {
        if (totals[i] > totals[best]) {
            best = i;
            n_best = 1;
        } else if (totals[i] == totals[best]) {
            n_best++;
            if (!draw && nodes && nodes[i] < nodes[best])
                best = i;
        }
    }
    if (!draw || n_best == 1)
        return best;
    nth = draw(data, n_best);
    for (guint i = best; i < n; i++)
        if (totals[i] == totals[best] && nth-- == 0)
            return i;
    return best;
}
