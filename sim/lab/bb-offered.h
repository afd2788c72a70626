/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The load that jobs offer: what would be in use on average from the first submission to the last, did
 * nobody wait. Services, which never end, are not in it. With heavy tails one draw of a generator may be
 * 10 % off its nominal load, so it is said of every trace that is made. */
#pragma once

#include "sim/model/bb-rows.h"

typedef struct {
    BbInt128 work[BB_N_RESOURCES]; /* amount x microseconds */
    BbTimeUs first_us, last_us;
    guint64 n_jobs;
} BbOffered;

/* From zeroes. `runtime_us` may be BB_TIME_NEVER. */
void bb_offered_add(BbOffered *offered, BbTimeUs submit_us, BbTimeUs runtime_us, gint64 n_tasks,
                    const BbResources *need);
/* In the unit of the resource; NaN where all came at once. */
double bb_offered_mean(const BbOffered *offered, BbResource r);
/* Of cpu, else of the first resource that is asked for. */
BbResource bb_offered_resource(const BbOffered *offered);
/* An amount in the resource's unit as "82.5 cpu", "310 GiB memory", "1.2 gpu". Owned by the caller. */
char *bb_amount_text(double amount, BbResource r);
