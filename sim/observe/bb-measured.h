/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The measures of one job that is over. */
#pragma once

#include "bb-result.h"

typedef enum {
    BB_MEASURED_ABSENT, /* in no series */
    BB_MEASURED_EXACT,
    BB_MEASURED_AT_LEAST, /* the simulation ended first */
} BbMeasuredHow;

typedef struct {
    double value[BB_N_MEASURES];
    BbMeasuredHow how[BB_N_MEASURES];
    gboolean ideal_zero; /* that is why there is no slowdown */
} BbMeasured;

/* now_us: the end of the simulation, for a job that is unfinished. */
BbMeasured bb_measure_job(const BbJobRecord *record, BbTimeUs now_us);
