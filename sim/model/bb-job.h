/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. A job as a policy may see it: what was asked. The true runtime is not here. */
#pragma once

#include "bb-shape.h"

typedef struct {
    guint64 seq; /* arrival order over all workloads, from 0: breaks every tie */
    BbTimeUs submit_us;
    BbTimeUs
        estimate_us; /* as `estimate` says; BB_TIME_NEVER: none, counts as running to the end */
    const BbShape *shape; /* per task */
    guint32 n_tasks;      /* still to be placed: all of a gang, the rest of another job */
    gboolean gang;
    gint32 priority; /* higher first */
    gint32 ordinal;
    guint32 class_name; /* name ids */
    guint32 workload;   /* index */
} BbJob;

/* a + b without leaving the range of time. */
static inline BbTimeUs
bb_time_add(BbTimeUs a, BbTimeUs b)
{
    return b >= BB_TIME_NEVER - a ? BB_TIME_NEVER : a + b;
}
