/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubles as in the source: cpu first, then memory, then their sum. */
#include "autoscaler-waste.h"

static double
unused(gint64 one, gint64 n, gint64 used)
{
    double available = (double)one * (double)n;

    return (available - (double)used) / available;
}

double
autoscaler_waste(const AutoscalerOption *option)
{
    return unused(option->cpu_milli, option->n_nodes, option->pods_cpu_milli) +
           unused(option->mem_bytes, option->n_nodes, option->pods_mem_bytes);
}

gint
autoscaler_least_waste(const AutoscalerOption *options, guint n, guint nth, guint *out_n_equal)
{
    double least = 0;
    guint n_equal = 0;
    gint best = -1;

    for (guint i = 0; i < n; i++) {
        double waste = autoscaler_waste(&options[i]);

        if (n_equal == 0 || waste < least) {
            least = waste;
            n_equal = 1;
            best = (gint)i;
        } else if (waste == least && n_equal++ == nth) {
            best = (gint)i;
        }
    }
    if (out_n_equal)
        *out_n_equal = n_equal;
    return best;
}
