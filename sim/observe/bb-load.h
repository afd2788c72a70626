/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. How a cluster fills up: after each arrival, in order of arrival and taken when its decision has
 * fallen (it starts, is rejected, or never starts), what has arrived so far, what is allocated, and how
 * much of what is free the usual demands cannot use (bb-fragmentation.h). Written row by row
 * (arrivals.csv), and summed up as a curve over the arrived load.
 *
 * Point k of the curve is the mean over the arrivals after which the devices asked for so far are k
 * percent of those there are, rounded half to even; of k - 1 and k + 1 where there is none. Percentages of
 * allocation are rounded to two decimals, each and again at the end, as the FGD paper's are (USENIX ATC
 * 2023, figures 7 and 9). */
#pragma once

#include "sim/base/bb-output.h"
#include "sim/contract/bb-observer.h"
#include "sim/model/bb-mix.h"

#define BB_LOAD_MAX_PCT 200 /* points go from 0 to here */

typedef struct {
    gboolean known;
    double allocated_pct;  /* of all devices */
    double fragmented_pct; /* of all devices; NaN without a mix */
    double of_idle_pct;    /* the same of the free ones; NaN without a mix */
} BbLoadPoint;

typedef struct _BbLoad BbLoad;

/* `mix` may be NULL: nothing is said of fragments. The cluster is empty and borrowed, the mix is not
 * kept. */
BbLoad *bb_load_new(const BbCluster *cluster, const BbMix *mix);
void bb_load_free(BbLoad *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbLoad, bb_load_free)
/* Rows go there as they come; borrowed, the caller closes it after the simulation. */
void bb_load_write_to(BbLoad *load, BbOutputFile *file);

BbObserver bb_load_observer(BbLoad *load);

/* After the simulation: points 0 to the last known one (GArray of BbLoadPoint), none where the cluster has
 * no devices. Owned by the caller. */
GArray *bb_load_curve(const BbLoad *load);
/* The same as load.csv. */
void bb_load_write_curve(const BbLoad *load, BbOutputFile *file);
/* Point 100 of the curve, which may be NULL: as many devices were asked for as there are. Unknown where
 * the curve does not get there. */
BbLoadPoint bb_load_at_full(const GArray *curve);
