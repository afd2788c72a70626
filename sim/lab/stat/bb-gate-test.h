/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The test behind `gate`: has this change made scheduling worse by more than a tolerance? One number
 * a seed and metric on each side. For each metric
 *
 *   H0: E[y] <= margin, y positive when worse;   p = P(T > (mean y - margin) / se)
 *   worse    Holm's adjusted p over all metrics <= alpha
 *   ok       upper bound mean y + t(1 - beta, df) se <= margin, or every pair exactly equal
 *   unclear  else
 * Regression if any metric is worse, pass if each is ok, else unclear (neither proven).
 *
 * Designs, by the number of seeds that both sides share:
 *   R8       8..15   one look at all pairs, alpha .003
 *   RCN      16..    first half at alpha .0032 (= sqrt(1e-5)), the second half confirms the alarmed
 *                    metrics at the same alpha; pass judged on all pairs. Two independent rejections:
 *                    1e-5 false alarms a gate at the worst point
 *   WELCH    none shared, >= 8 on each side: two samples of logarithms, alpha .01
 *   TOO_FEW  else: only exactly equal results pass, all else is unclear
 * beta = .05 throughout. Measured detection of 5 % lost nodes at 90 % load: 100 %, 100 %, 44 to 98 %. */
#pragma once

#include "sim/lab/stat/bb-effect.h"

#define BB_GATE_MIN_SEEDS 8
#define BB_GATE_BETA 0.05

typedef enum {
    BB_GATE_R8,
    BB_GATE_RCN,
    BB_GATE_WELCH,
    BB_GATE_TOO_FEW,
} BbGateDesign;

typedef enum {
    BB_GATE_PASS,
    BB_GATE_REGRESSION,
    BB_GATE_UNCLEAR,
} BbGateVerdict;

typedef enum {
    BB_CHECK_OK,
    BB_CHECK_WORSE,
    BB_CHECK_UNCLEAR,
} BbCheckVerdict;

typedef struct {
    /* Paired designs: the shared seeds in their frozen order on both sides. */
    const double *baseline, *candidate;
    BbMargin margin;
} BbGateMetric;

typedef struct {
    BbEffect effect;     /* over all seeds */
    double change;       /* of the candidate: relative (RATIO) or a difference */
    double lower, upper; /* of the change, each one-sided at beta: together 1 - 2 beta */
    double p, holm;      /* RCN: of the first half */
    double
        confirmation; /* RCN: Holm's adjusted p of an alarmed metric in the second half; else NaN */
    gsize n_beyond;   /* pairs beyond the tolerance; 0 for WELCH */
    guint64 n_settle; /* about how many seeds would settle an unclear one; 0: unknown */
    BbCheckVerdict verdict;
} BbGateCheck;

BbGateDesign bb_gate_design(gsize n_shared, gsize n_baseline, gsize n_candidate);
const char *bb_gate_design_name(BbGateDesign design);
const char *bb_gate_verdict_name(BbGateVerdict verdict);
const char *bb_check_verdict_name(BbCheckVerdict verdict);

/* One look at n pairs of each of m metrics; fills checks[0..m). */
BbGateVerdict bb_gate_look(const BbGateMetric *metrics, gsize m, gsize n, double alpha, double beta,
                           BbGateCheck *checks);

/* The whole design. n_baseline = n_candidate for all but WELCH. m > 0. */
BbGateVerdict bb_gate_judge(BbGateDesign design, const BbGateMetric *metrics, gsize m,
                            gsize n_baseline, gsize n_candidate, BbGateCheck *checks);

/* From the sd of y between equal versions: the smallest change (on the scale of y) that n pairs show
 * nine times in ten, margin + (t(1 - alpha/m, n-1) + t(.9, n-1)) sd / sqrt(n); and the fewest of 8,
 * 16, 32, 64 pairs that pass an equal version, t(1 - beta, n-1) sd / sqrt(n) <= margin / 1.3 (0: none,
 * take a larger tolerance). */
double bb_gate_smallest_change(double margin, double sd, gsize n, gsize m, double alpha);
gsize bb_gate_pairs(double margin, double sd, double beta);
/* The same of a check of m by n seeds, on its scale of y; NaN for WELCH and TOO_FEW. Its sd is that of
 * pure noise only where both sides are equal versions. */
double bb_gate_sight(const BbGateCheck *check, BbGateDesign design, gsize n, gsize m);
