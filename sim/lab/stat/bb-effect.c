/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logarithms or differences first, then the t tests of bb-student on them. */
#include "sim/lab/stat/bb-effect.h"

#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-student.h"

#include <math.h>

#define SEEDS_MAX 1e9

/* x as the test sees it: its logarithm with the offset, or itself. */
static double *
transform(const double *x, gsize n, const BbEffect *effect)
{
    double *y = g_new(double, n), offset = effect->margin.abs / effect->margin.rel;

    for (gsize i = 0; i < n; i++)
        y[i] = effect->scale == BB_SCALE_RATIO ? log(x[i] + offset) : x[i];
    return y;
}

static gboolean
all_finite(const double *x, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return FALSE;
    return TRUE;
}

static BbEffect
begin(const double *base, gsize n_base, const double *candidate, gsize n_candidate,
      const BbMargin *margin)
{
    BbEffect effect = {.margin = *margin, .n = MIN(n_base, n_candidate), .p = 1};
    double bound;

    effect.scale = margin->rel > 0 ? margin->scale : BB_SCALE_DIFFERENCE;
    effect.base_mean = bb_stat_mean(base, n_base);
    effect.candidate_mean = bb_stat_mean(candidate, n_candidate);
    effect.y = effect.se = effect.sd = effect.df = NAN;
    effect.variance_ratio = 1;
    effect.correlation = NAN;
    bound = margin->abs + margin->rel * fabs(effect.base_mean);
    effect.low = -bound;
    effect.high = bound;
    if (effect.scale == BB_SCALE_RATIO) {
        effect.low = margin->rel < 1 ? log1p(-margin->rel) : -INFINITY;
        effect.high = log1p(margin->rel);
    }
    return effect;
}

/* Takes over the test of y. An equal change in every pair still has a rounding error. */
static void
set_test(BbEffect *effect, const BbTTest *test)
{
    effect->y = test->mean;
    effect->se = test->se;
    effect->df = test->df;
    if (effect->n < 2)
        return;
    effect->se = MAX(effect->se, BB_EFFECT_MIN_SE);
    effect->sd = effect->se * sqrt((double)effect->n);
    effect->p = MIN(1, 2 * bb_t_above(fabs(effect->y) / effect->se, effect->df));
}

static void
pair(BbEffect *effect, const double *from, const double *to, gsize n)
{
    g_autofree double *y = g_new(double, n);
    BbTTest test;
    double variance;

    for (gsize i = 0; i < n; i++)
        y[i] = to[i] - from[i];
    test = bb_t_one(y, n, 0.95);
    set_test(effect, &test);
    variance = bb_stat_variance(y, n);
    effect->variance_ratio = (bb_stat_variance(from, n) + bb_stat_variance(to, n)) / variance;
    effect->correlation = bb_stat_correlation(from, to, n);
}

BbEffect
bb_effect_paired(const double *base, const double *candidate, gsize n, const BbMargin *margin)
{
    BbEffect effect = begin(base, n, candidate, n, margin);
    g_autofree double *from = transform(base, n, &effect), *to = transform(candidate, n, &effect);

    effect.paired = TRUE;
    effect.identical = n > 0;
    for (gsize i = 0; i < n; i++)
        effect.identical = effect.identical && base[i] == candidate[i];
    effect.finite = n > 0 && all_finite(from, n) && all_finite(to, n);
    if (effect.finite)
        pair(&effect, from, to, n);
    else if (effect.identical)
        effect.y = 0;
    return effect;
}

BbEffect
bb_effect_welch(const double *base, gsize n_base, const double *candidate, gsize n_candidate,
                const BbMargin *margin)
{
    BbEffect effect = begin(base, n_base, candidate, n_candidate, margin);
    g_autofree double *from = transform(base, n_base, &effect);
    g_autofree double *to = transform(candidate, n_candidate, &effect);
    BbTTest test;

    effect.finite = effect.n > 0 && all_finite(from, n_base) && all_finite(to, n_candidate);
    if (!effect.finite)
        return effect;
    test = bb_t_welch(to, n_candidate, from, n_base, 0.95);
    set_test(&effect, &test);
    return effect;
}

void
bb_effect_interval(const BbEffect *effect, double level, double *out_lower, double *out_upper)
{
    double half = bb_t_quantile((1 + level) / 2, effect->df) * effect->se;

    *out_lower = effect->y - half;
    *out_upper = effect->y + half;
}

double
bb_effect_change(const BbEffect *effect, double y)
{
    return effect->scale == BB_SCALE_RATIO ? exp(y) - 1 : y;
}

BbVerdict
bb_effect_verdict(const BbEffect *effect, double adjusted_p, double alpha)
{
    double lower, upper;

    if (effect->identical)
        return BB_VERDICT_SAME;
    if (effect->n < BB_EFFECT_MIN_N || !effect->finite)
        return BB_VERDICT_UNCLEAR;
    bb_effect_interval(effect, 1 - 2 * alpha, &lower, &upper);
    if (lower > effect->low && upper < effect->high)
        return BB_VERDICT_SAME;
    if (!(adjusted_p <= alpha))
        return BB_VERDICT_UNCLEAR;
    return (effect->y > 0) == effect->margin.higher_is_better ? BB_VERDICT_BETTER
                                                              : BB_VERDICT_WORSE;
}

const char *
bb_verdict_name(BbVerdict verdict)
{
    static const char *const names[] = {"better", "worse", "same", "unclear"};

    return names[verdict];
}

static double
seeds_at(const BbEffect *effect, double room, double p, double power, double df)
{
    double root = (bb_t_quantile(p, df) + bb_t_quantile(power, df)) * effect->sd / room;

    return root * root;
}

guint64
bb_effect_seeds_for(const BbEffect *effect, double room, double p, double power)
{
    double least = seeds_at(effect, room, p, power, SEEDS_MAX); /* no other df needs fewer */

    if (!effect->finite || effect->n < 2 || !(least <= SEEDS_MAX))
        return 0;
    for (guint64 n = MAX(effect->n + 1, (guint64)ceil(least));; n++)
        if (seeds_at(effect, room, p, power, (double)(n - 1)) <= (double)n)
            return n;
}

guint64
bb_effect_seeds(const BbEffect *effect, double alpha)
{
    double room = effect->y < 0 ? effect->y - effect->low : effect->high - effect->y;

    if (room > 0)
        return bb_effect_seeds_for(effect, room, 0.95, 0.5);
    return bb_effect_seeds_for(effect, effect->y, 1 - alpha / 2, 0.8);
}
