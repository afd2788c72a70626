/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Is the candidate better than the base, on one metric: effect, interval and the verdict of
 * `compare`. One number a seed (replication) on each side. GSL's error handler must be off.
 *
 * Scale. RATIO: y_i = ln((C_i + a) / (B_i + a)), a = abs / rel, about the typical (geometric mean)
 * ratio; |C - B| > rel B + abs is exactly y beyond (ln(1 - rel), ln(1 + rel)). DIFFERENCE: y_i = C_i -
 * B_i, margin +-(abs + rel |mean B|); for fractions, and for a ratio whose rel is 0.
 *
 * Verdict, lower is better, p adjusted by Holm over the family (bb-holm.h):
 *   all pairs equal                            same (any n)
 *   n < 5 or a value without a logarithm       unclear
 *   the 1 - 2 alpha interval inside the margin same, also when it leaves out 0 (TOST, Schuirmann 1987)
 *   else p <= alpha                            worse or better, by sign
 *   else                                       unclear: "not significant" is never "same" */
#pragma once

#include <glib.h>

#define BB_EFFECT_MIN_N 5
#define BB_EFFECT_MIN_SE 1e-12 /* of a change that is the same in every pair */

typedef enum {
    BB_SCALE_RATIO,
    BB_SCALE_DIFFERENCE,
} BbScale;

typedef struct {
    double rel, abs; /* >= 0; beyond the margin means |change| > rel |base| + abs */
    gboolean higher_is_better;
    BbScale scale;
} BbMargin;

typedef enum {
    BB_VERDICT_BETTER,
    BB_VERDICT_WORSE,
    BB_VERDICT_SAME,
    BB_VERDICT_UNCLEAR,
} BbVerdict;

typedef struct {
    BbMargin margin;
    BbScale scale; /* the one used */
    gboolean paired;
    gsize n; /* pairs, or the smaller side */
    double base_mean, candidate_mean;
    /* On the scale of y. */
    double y, se, sd, df; /* sd of one seed's y (Welch: se sqrt(n)) */
    double p;             /* that y is 0, two-sided; 1 where not judged */
    double low, high;     /* the margin */
    double
        variance_ratio; /* (var A + var B) / var(B - A): what pairing gained; < 1: warn. 1 for Welch */
    double correlation; /* of the two sides over the seeds; < .5: pairing is lost. NaN for Welch */
    gboolean identical; /* every pair exactly equal */
    gboolean finite;    /* FALSE: a ratio to or of 0 with abs = 0 */
} BbEffect;

/* Pairs of the same seed. */
BbEffect bb_effect_paired(const double *base, const double *candidate, gsize n,
                          const BbMargin *margin);
/* Different seeds: Welch. Never pair seeds that do not share their inputs. */
BbEffect bb_effect_welch(const double *base, gsize n_base, const double *candidate,
                         gsize n_candidate, const BbMargin *margin);

/* t interval of y at a level; NaN where not judged. */
void bb_effect_interval(const BbEffect *effect, double level, double *out_lower, double *out_upper);
/* y as a relative change (RATIO: e^y - 1, as plainly as written: good to 2e-16 of the base) or a
 * difference. */
double bb_effect_change(const BbEffect *effect, double y);

/* `adjusted_p` from bb_holm of the family's p; alpha usually .05. */
BbVerdict bb_effect_verdict(const BbEffect *effect, double adjusted_p, double alpha);
const char *bb_verdict_name(BbVerdict verdict);

/* The fewest seeds above those there are of which ((t(p, n-1) + t(power, n-1)) sd / room)^2 <= n; 0: no
 * number of them, or not judged. */
guint64 bb_effect_seeds_for(const BbEffect *effect, double room, double p, double power);
/* About how many seeds would decide. With |y| inside the margin D: room D - |y|, p = .95, power .5 (of
 * "same"); else room y, p = 1 - alpha/2, power .8. alpha: of one metric, Holm's share of it. */
guint64 bb_effect_seeds(const BbEffect *effect, double alpha);
