/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What users say their jobs will take, for any generator: a distribution, drawn apart from the run
 * time, or the model of Tsafrir, Etsion and Feitelson (Modeling user runtime estimates, JSSPP 2005;
 * constants as in their program m_tsafrir05):
 *
 *   tsafrir | tsafrir(max=36h,jobs=10000)
 *
 * Estimates are a few round values. `max` is the longest that may be asked for, from 2 h on; 20 values
 * have 89 % of the jobs: max itself, the 15 that all their logs share and the next roundest, their shares
 * falling exponentially with popularity, max first, the others matched to times as in one of their logs.
 * The other values, as many as a log of `jobs` jobs has, lie on time = (a - 1) x / (a - x) of max over the
 * rank x, their shares a power of their popularity, matched at random.
 *
 * Simplified: the authors deal one set of estimates out over a finished log so that none is below its run
 * time. Here a job draws by itself among the values that are not below its run time, so that rows can
 * stream; the longer values become somewhat more popular than given. A run beyond `max` gets `max`, at
 * which it is killed. */
#pragma once

#include "sim/base/bb-types.h"

typedef struct _BbEstimates BbEstimates;

/* `seed`: of the matching of values and shares. BB_ERROR_USAGE naming what is wrong in the text. */
BbEstimates *bb_estimates_parse(const char *text, guint64 seed, GError **error);
void bb_estimates_free(BbEstimates *estimates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbEstimates, bb_estimates_free)

/* BB_TIME_NEVER for a run of BB_TIME_NEVER in the model. Keyed by (seed, stream, entity). */
BbTimeUs bb_estimates_draw(const BbEstimates *estimates, guint64 seed, guint32 stream,
                           guint64 entity, BbTimeUs runtime_us);
