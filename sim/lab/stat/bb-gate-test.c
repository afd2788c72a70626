/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything is turned so that y > 0 is worse; changes and intervals turn back at the end. */
#include "sim/lab/stat/bb-gate-test.h"

#include "sim/lab/stat/bb-holm.h"
#include "sim/lab/stat/bb-student.h"

#include <math.h>

#define ALPHA_R8 0.003
#define ALPHA_WELCH 0.01
#define FALSE_ALARMS 1e-5 /* of RCN, per gate */
#define POWER 0.8         /* for n_settle of a change beyond the margin */

/* y and the margin, positive when worse. */
static double
worsening(const BbEffect *effect)
{
    return effect->margin.higher_is_better ? -effect->y : effect->y;
}

static double
tolerance(const BbEffect *effect)
{
    return effect->margin.higher_is_better ? -effect->low : effect->high;
}

static double
p_worse(const BbEffect *effect)
{
    if (!effect->finite || effect->n < 2 || effect->identical)
        return 1;
    return bb_t_above((worsening(effect) - tolerance(effect)) / effect->se, effect->df);
}

static gboolean
proven_fine(const BbEffect *effect, double beta)
{
    if (effect->identical)
        return TRUE;
    if (!effect->finite || effect->n < 2)
        return FALSE;
    return worsening(effect) + bb_t_quantile(1 - beta, effect->df) * effect->se <=
           tolerance(effect);
}

/* `alpha`: of one metric, after Holm. From two times the fewest pairs on each half must alarm. */
static guint64
seeds_to_settle(const BbEffect *effect, double alpha, double beta)
{
    double room = tolerance(effect) - worsening(effect);
    guint64 seeds;

    if (!effect->finite || effect->n < 2)
        return 0;
    if (room > 0)
        return bb_effect_seeds_for(effect, room, 1 - beta, 0.5);
    seeds = bb_effect_seeds_for(effect, room, 1 - alpha, POWER);
    return seeds >= 2 * BB_GATE_MIN_SEEDS ? 2 * seeds : seeds;
}

static gsize
count_beyond(const BbGateMetric *metric, gsize n)
{
    gsize count = 0;

    for (gsize i = 0; i < n; i++) {
        BbEffect one =
            bb_effect_paired(metric->baseline + i, metric->candidate + i, 1, &metric->margin);

        count += one.finite && worsening(&one) > tolerance(&one);
    }
    return count;
}

/* What all designs report of a metric, given the effect over all seeds; alpha: of this metric alone. */
static BbGateCheck
begin_check(const BbEffect *effect, double alpha, double beta)
{
    BbGateCheck check = {.effect = *effect, .p = p_worse(effect), .confirmation = NAN};
    double lower, upper;

    bb_effect_interval(effect, 1 - 2 * beta, &lower, &upper);
    check.change = bb_effect_change(effect, effect->y);
    check.lower = bb_effect_change(effect, lower);
    check.upper = bb_effect_change(effect, upper);
    check.n_settle = seeds_to_settle(effect, alpha, beta);
    return check;
}

static void
adjust(BbGateCheck *checks, gsize m)
{
    g_autofree double *p = g_new(double, m);

    for (gsize i = 0; i < m; i++)
        p[i] = checks[i].p;
    bb_holm(p, m, p);
    for (gsize i = 0; i < m; i++)
        checks[i].holm = p[i];
}

/* `alarmed` i: metric i is proven worse. */
static BbGateVerdict
decide(BbGateCheck *checks, const gboolean *alarmed, gsize m, double beta)
{
    gboolean any_worse = FALSE, all_ok = TRUE;

    for (gsize i = 0; i < m; i++) {
        checks[i].verdict = BB_CHECK_UNCLEAR;
        if (alarmed[i])
            checks[i].verdict = BB_CHECK_WORSE;
        else if (proven_fine(&checks[i].effect, beta))
            checks[i].verdict = BB_CHECK_OK;
        any_worse = any_worse || alarmed[i];
        all_ok = all_ok && checks[i].verdict == BB_CHECK_OK;
    }
    if (any_worse)
        return BB_GATE_REGRESSION;
    return all_ok ? BB_GATE_PASS : BB_GATE_UNCLEAR;
}

/* The checks as they stand, each metric judged on its adjusted p alone. */
static BbGateVerdict
decide_at(BbGateCheck *checks, gsize m, double alpha, double beta)
{
    g_autofree gboolean *alarmed = g_new(gboolean, m);

    adjust(checks, m);
    for (gsize i = 0; i < m; i++)
        alarmed[i] = checks[i].holm <= alpha;
    return decide(checks, alarmed, m, beta);
}

static void
begin_paired(const BbGateMetric *metrics, gsize m, gsize n, double alpha, double beta,
             BbGateCheck *checks)
{
    for (gsize i = 0; i < m; i++) {
        BbEffect effect =
            bb_effect_paired(metrics[i].baseline, metrics[i].candidate, n, &metrics[i].margin);

        checks[i] = begin_check(&effect, alpha / (double)m, beta);
        checks[i].n_beyond = count_beyond(&metrics[i], n);
    }
}

BbGateVerdict
bb_gate_look(const BbGateMetric *metrics, gsize m, gsize n, double alpha, double beta,
             BbGateCheck *checks)
{
    begin_paired(metrics, m, n, alpha, beta, checks);
    return decide_at(checks, m, alpha, beta);
}

/* p of each metric over the pairs [from, to). */
static double
p_of_part(const BbGateMetric *metric, gsize from, gsize to)
{
    BbEffect effect = bb_effect_paired(metric->baseline + from, metric->candidate + from, to - from,
                                       &metric->margin);

    return p_worse(&effect);
}

static BbGateVerdict
judge_confirmed(const BbGateMetric *metrics, gsize m, gsize n, BbGateCheck *checks)
{
    double alpha = sqrt(FALSE_ALARMS);
    g_autofree gboolean *alarmed = g_new(gboolean, m);
    g_autofree double *p = g_new(double, m);
    g_autofree gsize *at = g_new(gsize, m);
    gsize half = n / 2, k = 0;

    begin_paired(metrics, m, n, alpha, BB_GATE_BETA, checks);
    for (gsize i = 0; i < m; i++)
        checks[i].p = p_of_part(&metrics[i], 0, half);
    adjust(checks, m);
    for (gsize i = 0; i < m; i++) {
        alarmed[i] = FALSE;
        if (checks[i].holm > alpha)
            continue;
        at[k] = i;
        p[k++] = p_of_part(&metrics[i], half, n);
    }
    bb_holm(p, k, p);
    for (gsize j = 0; j < k; j++) {
        checks[at[j]].confirmation = p[j];
        alarmed[at[j]] = p[j] <= alpha;
    }
    return decide(checks, alarmed, m, BB_GATE_BETA);
}

static BbGateVerdict
judge_welch(const BbGateMetric *metrics, gsize m, gsize n_baseline, gsize n_candidate,
            BbGateCheck *checks)
{
    for (gsize i = 0; i < m; i++) {
        BbEffect effect = bb_effect_welch(metrics[i].baseline, n_baseline, metrics[i].candidate,
                                          n_candidate, &metrics[i].margin);

        checks[i] = begin_check(&effect, ALPHA_WELCH / (double)m, BB_GATE_BETA);
    }
    return decide_at(checks, m, ALPHA_WELCH, BB_GATE_BETA);
}

/* Equal bytes need no test. */
static BbGateVerdict
judge_few(const BbGateMetric *metrics, gsize m, gsize n, BbGateCheck *checks)
{
    gboolean identical = TRUE;

    begin_paired(metrics, m, n, ALPHA_R8, BB_GATE_BETA, checks);
    adjust(checks, m);
    for (gsize i = 0; i < m; i++) {
        checks[i].verdict = checks[i].effect.identical ? BB_CHECK_OK : BB_CHECK_UNCLEAR;
        identical = identical && checks[i].effect.identical;
    }
    return identical ? BB_GATE_PASS : BB_GATE_UNCLEAR;
}

BbGateVerdict
bb_gate_judge(BbGateDesign design, const BbGateMetric *metrics, gsize m, gsize n_baseline,
              gsize n_candidate, BbGateCheck *checks)
{
    gsize n = MIN(n_baseline, n_candidate);

    switch (design) {
    case BB_GATE_R8:
        return bb_gate_look(metrics, m, n, ALPHA_R8, BB_GATE_BETA, checks);
    case BB_GATE_RCN:
        return judge_confirmed(metrics, m, n, checks);
    case BB_GATE_WELCH:
        return judge_welch(metrics, m, n_baseline, n_candidate, checks);
    case BB_GATE_TOO_FEW:
    default:
        return judge_few(metrics, m, n, checks);
    }
}

BbGateDesign
bb_gate_design(gsize n_shared, gsize n_baseline, gsize n_candidate)
{
    if (n_shared >= 2 * BB_GATE_MIN_SEEDS)
        return BB_GATE_RCN;
    if (n_shared >= BB_GATE_MIN_SEEDS)
        return BB_GATE_R8;
    if (n_shared == 0 && MIN(n_baseline, n_candidate) >= BB_GATE_MIN_SEEDS)
        return BB_GATE_WELCH;
    return BB_GATE_TOO_FEW;
}

const char *
bb_gate_design_name(BbGateDesign design)
{
    static const char *const names[] = {"R8", "RCN", "U", "too few seeds"};

    return names[design];
}

const char *
bb_gate_verdict_name(BbGateVerdict verdict)
{
    static const char *const names[] = {"pass", "regression", "unclear"};

    return names[verdict];
}

const char *
bb_check_verdict_name(BbCheckVerdict verdict)
{
    static const char *const names[] = {"ok", "worse", "unclear"};

    return names[verdict];
}

double
bb_gate_smallest_change(double margin, double sd, gsize n, gsize m, double alpha)
{
    double df = (double)(n - 1);

    return margin + (bb_t_quantile(1 - alpha / (double)m, df) + bb_t_quantile(0.9, df)) * sd /
                        sqrt((double)n);
}

gsize
bb_gate_pairs(double margin, double sd, double beta)
{
    for (gsize n = BB_GATE_MIN_SEEDS; n <= 8 * BB_GATE_MIN_SEEDS; n *= 2)
        if (bb_t_quantile(1 - beta, (double)(n - 1)) * sd / sqrt((double)n) <= margin / 1.3)
            return n;
    return 0;
}

double
bb_gate_sight(const BbGateCheck *check, BbGateDesign design, gsize n, gsize m)
{
    const BbEffect *effect = &check->effect;
    double smallest = NAN;

    if (!effect->finite || effect->n < 2)
        return NAN;
    if (design == BB_GATE_R8)
        smallest = bb_gate_smallest_change(tolerance(effect), effect->sd, n, m, ALPHA_R8);
    else if (design == BB_GATE_RCN)
        smallest =
            bb_gate_smallest_change(tolerance(effect), effect->sd, n / 2, m, sqrt(FALSE_ALARMS));
    return effect->margin.higher_is_better ? -smallest : smallest;
}
