/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Lifetimes that a trace's window cuts: a job without a run time whose log says how long it had run
 * (BbJobRow.logged_run_us). What becomes of them:
 *
 *   stay      they run to the end
 *   end       they end where the window ended
 *   residual  they live on as others of that age did: a keyed draw from the product-limit estimate of
 *             lifetimes (Kaplan, Meier, J. Am. Stat. Assoc. 53, 1958) given their age. A draw beyond
 *             the longest lifetime that was seen to end: they stay
 *
 * Jobs that were there before the window (BbJobRow.alive_at_start) have an unknown age, at least what
 * is logged: they are left out of the estimate, and their logged age is taken for theirs. */
#pragma once

#include "sim/model/bb-rows.h"

typedef enum { BB_CENSORED_STAY, BB_CENSORED_END, BB_CENSORED_RESIDUAL } BbCensored;

/* Was its lifetime cut? */
gboolean bb_row_is_censored(const BbJobRow *row);

typedef struct _BbLifetimes BbLifetimes;

BbLifetimes *bb_lifetimes_new(void);
void bb_lifetimes_free(BbLifetimes *lifetimes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbLifetimes, bb_lifetimes_free)

void bb_lifetimes_add(BbLifetimes *lifetimes, const BbJobRow *row);
/* Once all are added, before the first draw. O(n log n). */
void bb_lifetimes_estimate(BbLifetimes *lifetimes);
/* The lifetime, above `age_us`, of which a part u in (0, 1) of those that came to this age live longer;
 * BB_TIME_NEVER beyond what is known. O(log n). */
BbTimeUs bb_lifetimes_given_age(const BbLifetimes *lifetimes, BbTimeUs age_us, double u);

/* Changes the row where it is censored. `lifetimes`: of residual. `number`: of the row in its trace. */
void bb_censor(BbCensored censored, const BbLifetimes *lifetimes, guint64 seed, guint32 workload,
               guint64 number, BbJobRow *row);
