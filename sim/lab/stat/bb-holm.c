/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sort, multiply by the number of hypotheses left, keep the running maximum. */
#include "sim/lab/stat/bb-holm.h"

#include <stdlib.h>

typedef struct {
    double p;
    gsize at;
} Entry;

static int
compare_entries(const void *a, const void *b)
{
    const Entry *x = a, *y = b;

    if (x->p != y->p)
        return x->p < y->p ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

void
bb_holm(const double *p, gsize m, double *out_adjusted)
{
    g_autofree Entry *entries = g_new(Entry, m);
    double largest = 0;

    for (gsize i = 0; i < m; i++)
        entries[i] = (Entry){p[i], i};
    if (m > 1)
        qsort(entries, m, sizeof *entries, compare_entries);
    for (gsize i = 0; i < m; i++) {
        largest = MAX(largest, MIN(1, (double)(m - i) * entries[i].p));
        out_adjusted[entries[i].at] = largest;
    }
}
