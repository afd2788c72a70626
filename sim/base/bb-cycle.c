/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights come from formulas; once they are rounded, sums and quotients are the same on every machine. */
#include "sim/base/bb-cycle.h"

#include "sim/base/bb-dist.h"

#include <math.h>

struct _BbCycle {
    guint n;
    double step_us;
    double *sums; /* sums[i]: of the weights before step i; sums[n]: of all */
};

BbCycle *
bb_cycle_new(const double *weights, guint n, BbTimeUs step_us)
{
    BbCycle *cycle = g_new(BbCycle, 1);
    double sum = 0;
    for (guint i = 0; i < n; i++)
        sum += weights[i];
    cycle->n = n;
    cycle->step_us = (double)step_us;
    cycle->sums = g_new(double, n + 1);
    cycle->sums[0] = 0;
    for (guint i = 0; i < n; i++)
        cycle->sums[i + 1] = cycle->sums[i] + bb_keep_bits(weights[i] * n / sum);
    return cycle;
}

void
bb_cycle_free(BbCycle *cycle)
{
    if (cycle == NULL)
        return;
    g_free(cycle->sums);
    g_free(cycle);
}

/* The step in which the sum passes `points`, below that of all. */
static guint
find_step(const BbCycle *cycle, double points)
{
    guint low = 0, high = cycle->n;
    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (cycle->sums[middle] <= points)
            low = middle;
        else
            high = middle;
    }
    return low;
}

gboolean
bb_cycle_time(const BbCycle *cycle, double points, BbTimeUs *out)
{
    double all = cycle->sums[cycle->n];
    double rounds = floor(points / all);
    double rest = CLAMP(points - rounds * all, 0, nextafter(all, 0));
    guint step = find_step(cycle, rest);
    double weight = cycle->sums[step + 1] - cycle->sums[step];
    double steps = rounds * cycle->n + step + (rest - cycle->sums[step]) / weight;
    double us = steps * cycle->step_us;
    if (!(us < (double)BB_TIME_MAX))
        return FALSE;
    *out = (BbTimeUs)(us + 0.5);
    return TRUE;
}
