/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. What is usually asked for: the demands of many jobs, counted, the rare ones left out. A demand is
 * (cpu, devices, models); memory and disk do not count. */
#pragma once

#include "bb-rows.h"

/* Of all tasks the usual demands cover at least so many. */
#define BB_MIX_COVER_PERCENT 95

typedef struct {
    gint64 cpu_milli;
    gint64 gpu_milli;   /* of each device: 1000 for whole ones; 0: no device */
    guint n_gpus;       /* 0: none */
    const char *models; /* "A|B", "": any; belongs to the mix */
    guint64 n_tasks;
    double weight; /* among the usual ones; 0 until bb_mix_usual */
} BbDemandType;

typedef struct _BbMix BbMix;

BbMix *bb_mix_new(void);
void bb_mix_free(BbMix *mix);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbMix, bb_mix_free)

/* All tasks of the job. O(1) expected. */
void bb_mix_add(BbMix *mix, const BbJobRow *row);
guint bb_mix_n(const BbMix *mix); /* demands that differ */
/* The most frequent demands (GArray of BbDemandType), as many as it takes to cover BB_MIX_COVER_PERCENT
 * of the tasks; equally frequent ones: the larger cpu, share, number of devices, models first. Weights
 * sum to 1 up to rounding. The texts are the mix's. Owned by the caller. */
GArray *bb_mix_usual(const BbMix *mix);
