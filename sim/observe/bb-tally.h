/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Gathers one population: counts, series and what its jobs hold. */
#pragma once

#include "bb-measured.h"
#include "bb-usage.h"
#include "bb-window.h"

typedef struct {
    BbJobCounts jobs;
    BbSeries *series[BB_N_MEASURES]; /* NULL until the first value */
    BbIntegral allocated[BB_N_RESOURCES];
} BbTally;

/* Zeroed memory is an empty tally. */
void bb_tally_clear(BbTally *tally);
/* A job of the population is over. */
void bb_tally_job(BbTally *tally, const BbJobRecord *record, const BbMeasured *measured);
/* `to`, which no job has reached yet, gets the jobs of the other. */
void bb_tally_copy_jobs(BbTally *to, const BbTally *from);
/* Some job took (sign 1) or gave back (-1) resources. */
void bb_tally_hold(BbTally *tally, const BbWindow *window, BbTimeUs now_us,
                   const BbResources *allocated, gint sign);
/* `all` is the finished population of all jobs, from which a part that is the whole of it takes its
 * numbers; NULL for that one itself. Takes the name. */
void bb_tally_finish(BbTally *tally, const BbPopulation *all, char *name, BbPopulation *out);
