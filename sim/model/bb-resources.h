/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. Amounts of the four resources, as a value. Integers in the unit of each: cpu and gpu in
 * thousandths of a core or device, memory and disk in MiB. */
#pragma once

#include "sim/base/bb-types.h"

typedef enum {
    BB_CPU,    /* milli */
    BB_MEMORY, /* MiB */
    BB_DISK,   /* MiB */
    BB_GPU,    /* milli of devices */
    BB_N_RESOURCES,
} BbResource;

/* Tasks of one job, and devices of one node. */
#define BB_TASKS_MAX 100000000
#define BB_DEVICES_MAX 64

typedef struct {
    gint64 v[BB_N_RESOURCES];
} BbResources;

/* "cpu", "memory", "disk", "gpu" and their units "milli" or "mib". */
extern const char *const bb_resource_names[BB_N_RESOURCES];
extern const char *const bb_resource_units[BB_N_RESOURCES];

static inline gboolean
bb_resources_fit(const BbResources *need, const BbResources *free)
{
    return need->v[0] <= free->v[0] && need->v[1] <= free->v[1] && need->v[2] <= free->v[2] &&
           need->v[3] <= free->v[3];
}

static inline void
bb_resources_add(BbResources *sum, const BbResources *amount, gint64 times)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        sum->v[r] += amount->v[r] * times;
}

/* Of each the larger. */
static inline void
bb_resources_most(BbResources *most, const BbResources *amount)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        most->v[r] = MAX(most->v[r], amount->v[r]);
}
