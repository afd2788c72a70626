/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk from the last submit back, with the work seen so far in 128 bits. */
#include "sim/lab/stat/bb-makespan-bound.h"

#include <stdlib.h>

__extension__ typedef __int128 Wide;

static int
compare_submits(const void *a, const void *b)
{
    const BbBoundJob *x = a, *y = b;

    return (x->submit > y->submit) - (x->submit < y->submit);
}

static gint64
at_least(gint64 bound, Wide value)
{
    return value > G_MAXINT64 ? G_MAXINT64 : MAX(bound, (gint64)value);
}

BbMakespanBounds
bb_makespan_bounds(const BbBoundJob *jobs, gsize n, gint64 processors)
{
    g_autofree BbBoundJob *sorted = g_memdup2(jobs, n * sizeof *jobs);
    BbMakespanBounds bounds = {0, 0, 0, 0};
    Wide work = 0, wide = 0;

    if (n > 1)
        qsort(sorted, n, sizeof *sorted, compare_submits);
    for (gsize i = n; i > 0; i--) {
        const BbBoundJob *job = &sorted[i - 1];

        work += (Wide)job->runtime * job->size;
        if (job->size > processors - job->size)
            wide += job->runtime;
        bounds.area = at_least(bounds.area, job->submit + (work + processors - 1) / processors);
        bounds.wide = at_least(bounds.wide, job->submit + wide);
        bounds.longest = at_least(bounds.longest, (Wide)job->submit + job->runtime);
    }
    bounds.best = MAX(bounds.area, MAX(bounds.longest, bounds.wide));
    return bounds;
}
