/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. "It held in k of n": intervals of a share and the sign test. GSL's error handler must be off. */
#pragma once

#include <glib.h>

typedef struct {
    double lower, upper;
} BbShareInterval;

/* Exact, never too short (Clopper & Pearson 1934): [B(a/2; k, n-k+1), B(1-a/2; k+1, n-k)], a = 1 -
 * level, B the quantile of the beta distribution. 0 <= k <= n, n > 0. */
BbShareInterval bb_share_clopper_pearson(guint64 k, guint64 n, double level);
/* Right on the average (Wilson 1927). */
BbShareInterval bb_share_wilson(guint64 k, guint64 n, double level);

/* P(Bin(n, 1/2) >= k). Leave ties out of n. */
double bb_sign_test_above(guint64 k, guint64 n);
/* Twice the smaller tail, at most 1. */
double bb_sign_test(guint64 k, guint64 n);

typedef enum {
    BB_RANKING_HOLDS,    /* the Clopper-Pearson interval of the share lies above 1/2 */
    BB_RANKING_REVERSED, /* below 1/2 */
    BB_RANKING_UNSTABLE, /* it holds 1/2: as good as a coin */
} BbRankingVerdict;
BbRankingVerdict bb_share_verdict(guint64 k, guint64 n, double level);
