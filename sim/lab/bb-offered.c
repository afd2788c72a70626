/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact sums. */
#include "sim/lab/bb-offered.h"

#include <math.h>

void
bb_offered_add(BbOffered *offered, BbTimeUs submit_us, BbTimeUs runtime_us, gint64 n_tasks,
               const BbResources *need)
{
    if (offered->n_jobs++ == 0)
        offered->first_us = offered->last_us = submit_us;
    offered->first_us = MIN(offered->first_us, submit_us);
    offered->last_us = MAX(offered->last_us, submit_us);
    if (runtime_us == BB_TIME_NEVER)
        return;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        offered->work[r] += (BbInt128)runtime_us * need->v[r] * n_tasks;
}

double
bb_offered_mean(const BbOffered *offered, BbResource r)
{
    BbTimeUs span_us = offered->last_us - offered->first_us;
    return span_us > 0 ? (double)offered->work[r] / (double)span_us : NAN;
}

BbResource
bb_offered_resource(const BbOffered *offered)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (offered->work[r] > 0)
            return (BbResource)r;
    return BB_CPU;
}

char *
bb_amount_text(double amount, BbResource r)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    gboolean mib = r == BB_MEMORY || r == BB_DISK;
    g_ascii_formatd(number, sizeof number, "%.4g", amount / (mib ? 1024 : 1000));
    return g_strdup_printf("%s %s%s", number, mib ? "GiB " : "", bb_resource_names[r]);
}
