/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judging what the runs brought: effects of pairs, Holm over all that can be judged, verdicts, and how
 * often the order held. */
#include "bb-compare-private.h"
#include "sim/lab/stat/bb-holm.h"
#include "sim/lab/stat/bb-moments.h"

#include <math.h>
#include <string.h>

#define BEYOND_MIN 100 /* jobs beyond a percentile, in a run */
#define CENSORED_REL 0.05
#define CENSORED_ABS 0.001

typedef gboolean (*ExperimentTest)(const BbExperiment *experiment);

static gboolean
any_variant(const BbCompareSpec *spec, ExperimentTest test)
{
    for (guint v = 0; v < spec->variants->len; v++)
        if (test(spec->variants->pdata[v]))
            return TRUE;
    return FALSE;
}

static gboolean
check_counts(const BbCompareSpec *spec, GError **error)
{
    const guint counts[] = {spec->n_seeds, spec->n_shakes, spec->n_resamples};
    static const char *const names[] = {"--seeds", "--shake", "--resample"};
    guint first = G_MAXUINT;
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        if (counts[i] == 0)
            continue;
        if (first != G_MAXUINT && counts[i] != counts[first])
            return bb_error_set(error, BB_ERROR_USAGE,
                                "%s: expected %u, as %s: world i is seed i, shake i, draw i; found "
                                "%u",
                                names[i], counts[first], names[first], counts[i]);
        first = MIN(first, i);
    }
    return TRUE;
}

gboolean
bb_compare_check(const BbCompareSpec *spec, GError **error)
{
    if (spec->variants->len < 2)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "compare: expected two variants or more, found %u: give --vary "
                            "KEY=A,B",
                            spec->variants->len);
    if (spec->n_seeds > 1 && !any_variant(spec, bb_experiment_draws))
        return bb_error_set(
            error, BB_ERROR_USAGE,
            "--seeds: expected something that seeds change, found a fixed trace and "
            "policies that draw nothing: every seed would be the same run; use "
            "--shake N, --resample N or --ties random");
    return check_counts(spec, error);
}

/* ---- one metric of one variant ---- */

static void
free_comparison(gpointer data)
{
    BbComparison *comparison = data;
    g_free(comparison->reason);
    g_free(comparison);
}

static double *
values_of(const BbCompareRuns *runs, guint metric, guint variant)
{
    double *values = g_new(double, runs->n_worlds);
    for (guint w = 0; w < runs->n_worlds; w++)
        values[w] = bb_compare_cell(runs, metric, variant, w)->value;
    return values;
}

static gboolean
is_shown(const BbCompareRuns *runs, guint metric)
{
    const char *base = bb_tolerance_base_name(runs->metrics->pdata[metric]);
    gboolean only_if_any = g_str_has_suffix(base, "_frac");
    for (guint v = 0; v < runs->n_variants; v++) {
        for (guint w = 0; w < runs->n_worlds; w++) {
            double value = bb_compare_cell(runs, metric, v, w)->value;
            if (isfinite(value) && (value != 0 || !only_if_any))
                return TRUE;
        }
    }
    return FALSE;
}

/* NULL: none of that metric. */
static const BbTolerance *
tolerance_of(const BbCompareSpec *spec, const char *name)
{
    for (guint i = 0; spec->tolerances != NULL && i < spec->tolerances->len; i++) {
        const BbTolerance *tolerance = spec->tolerances->pdata[i];
        if (strcmp(tolerance->metric, name) == 0)
            return tolerance;
    }
    return NULL;
}

typedef struct {
    double censored[2], rejected[2], least_beyond;
} Doubts;

static Doubts
doubts_of(const BbCompareRuns *runs, guint metric, guint variant)
{
    Doubts doubts = {.least_beyond = INFINITY};
    double n = (double)runs->n_worlds;
    for (guint side = 0; side < 2; side++) {
        for (guint w = 0; w < runs->n_worlds; w++) {
            const BbCompareCell *cell = bb_compare_cell(runs, metric, side ? variant : 0, w);
            doubts.censored[side] += cell->censored / n;
            doubts.rejected[side] += cell->rejected / n;
            doubts.least_beyond = MIN(doubts.least_beyond, cell->n_beyond);
        }
    }
    return doubts;
}

static gboolean
differ(const double share[2])
{
    return fabs(share[1] - share[0]) > CENSORED_REL * share[0] + CENSORED_ABS;
}

/* Why the metric cannot be judged; NULL: it can. */
static char *
doubt(const BbCompareRuns *runs, guint metric, const BbComparison *comparison)
{
    Doubts doubts = doubts_of(runs, metric, comparison->variant);
    if (comparison->direction == BB_NEITHER_IS_BETTER)
        return g_strdup("neither more nor less of it is better");
    if (differ(doubts.censored))
        return g_strdup_printf("%.3g %% of the jobs never started here, %.3g %% there",
                               100 * doubts.censored[1], 100 * doubts.censored[0]);
    if (differ(doubts.rejected))
        return g_strdup_printf("%.3g %% of the jobs were rejected here, %.3g %% there",
                               100 * doubts.rejected[1], 100 * doubts.rejected[0]);
    if (doubts.least_beyond < BEYOND_MIN)
        return g_strdup_printf("too few jobs: %.0f in a run are beyond it, %d would do",
                               floor(doubts.least_beyond), BEYOND_MIN);
    if (runs->n_worlds < BB_EFFECT_MIN_N)
        return g_strdup_printf("%u world%s, %d would do", runs->n_worlds,
                               runs->n_worlds == 1 ? "" : "s", BB_EFFECT_MIN_N);
    if (!comparison->effect.finite)
        return g_strdup("not in every world, or 0 there");
    return NULL;
}

static void
count_wins(BbComparison *comparison, const double *base, const double *candidate, guint n)
{
    gboolean higher = comparison->direction == BB_HIGHER_IS_BETTER;
    for (guint w = 0; w < n; w++) {
        comparison->n_better += higher ? candidate[w] > base[w] : candidate[w] < base[w];
        comparison->n_worse += higher ? candidate[w] < base[w] : candidate[w] > base[w];
    }
    guint decided = comparison->n_better + comparison->n_worse;
    comparison->ranking = BB_RANKING_UNSTABLE;
    if (decided == 0)
        return;
    comparison->share = bb_share_clopper_pearson(comparison->n_better, decided, BB_COMPARE_LEVEL);
    comparison->ranking = bb_share_verdict(comparison->n_better, decided, BB_COMPARE_LEVEL);
}

void
bb_compare_set_interval(BbComparison *comparison)
{
    const BbEffect *effect = &comparison->effect;
    comparison->change = bb_tolerance_change(effect, effect->y);
    comparison->lower = comparison->upper = NAN;
    if (!effect->finite || effect->n < BB_EFFECT_MIN_N)
        return;
    double lower, upper;
    bb_effect_interval(effect, BB_COMPARE_LEVEL, &lower, &upper);
    comparison->lower = bb_tolerance_change(effect, lower);
    comparison->upper = bb_tolerance_change(effect, upper);
}

static BbComparison *
comparison_new(const BbCompareSpec *spec, const BbCompareRuns *runs, guint metric, guint variant)
{
    const char *name = runs->metrics->pdata[metric];
    g_autofree double *base = values_of(runs, metric, 0);
    g_autofree double *candidate = values_of(runs, metric, variant);
    BbComparison *comparison = g_new0(BbComparison, 1);
    BbMetric info;
    bb_compare_metric(name, &info, NULL);
    const BbTolerance *tolerance = tolerance_of(spec, name);
    BbMargin margin = tolerance != NULL ? tolerance->margin : bb_tolerance_of_compare(&info);
    comparison->metric = name;
    comparison->unit = info.unit;
    comparison->direction = info.direction;
    comparison->variant = variant;
    comparison->effect = bb_effect_paired(base, candidate, runs->n_worlds, &margin);
    bb_compare_set_interval(comparison);
    comparison->reason = comparison->effect.identical ? NULL : doubt(runs, metric, comparison);
    if (runs->waits != NULL && strcmp(name, "wait_mean") == 0 && !comparison->effect.identical)
        bb_compare_use_batches(comparison, runs->waits->pdata[0], runs->waits->pdata[variant]);
    comparison->judged = comparison->reason == NULL;
    if (comparison->direction != BB_NEITHER_IS_BETTER)
        count_wins(comparison, base, candidate, runs->n_worlds);
    return comparison;
}

/* ---- all of them ---- */

static void
judge(GPtrArray *comparisons)
{
    g_autofree double *p = g_new(double, comparisons->len + 1);
    guint m = 0;
    for (guint i = 0; i < comparisons->len; i++) {
        const BbComparison *comparison = comparisons->pdata[i];
        if (comparison->judged)
            p[m++] = comparison->effect.p;
    }
    guint judged = m;
    bb_holm(p, m, p);
    m = 0;
    for (guint i = 0; i < comparisons->len; i++) {
        BbComparison *comparison = comparisons->pdata[i];
        comparison->holm = comparison->judged ? p[m++] : NAN;
        comparison->verdict = BB_VERDICT_UNCLEAR;
        if (comparison->judged)
            comparison->verdict =
                bb_effect_verdict(&comparison->effect, comparison->holm, BB_COMPARE_ALPHA);
        if (comparison->judged && comparison->verdict == BB_VERDICT_UNCLEAR)
            comparison->n_needed = bb_effect_seeds(&comparison->effect, BB_COMPARE_ALPHA / judged);
    }
}

static gint
compare_doubles(gconstpointer a, gconstpointer b, gpointer data)
{
    const double *means = data;
    guint i = *(const guint *)a, j = *(const guint *)b;
    return means[i] < means[j] ? -1 : means[i] > means[j];
}

/* Worlds in which the variants stand as their means do; a tie keeps any order. */
static guint
count_same_order(const BbCompareRuns *runs, guint metric)
{
    guint n = runs->n_variants, n_same = 0;
    g_autofree double *means = g_new0(double, n);
    g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint v = 0; v < n; v++) {
        for (guint w = 0; w < runs->n_worlds; w++)
            means[v] += bb_compare_cell(runs, metric, v, w)->value;
        g_array_append_val(order, v);
    }
    g_array_sort_with_data(order, compare_doubles, means);
    for (guint w = 0; w < runs->n_worlds; w++) {
        gboolean same = TRUE;
        for (guint k = 1; k < n; k++)
            same = same &&
                   bb_compare_cell(runs, metric, g_array_index(order, guint, k - 1), w)->value <=
                       bb_compare_cell(runs, metric, g_array_index(order, guint, k), w)->value;
        n_same += same ? 1 : 0;
    }
    return n_same;
}

static void
add_order(BbCompare *compare, const BbCompareSpec *spec, const BbCompareRuns *runs, guint metric,
          BbDirection direction)
{
    guint n = runs->n_variants;
    g_autofree double *ranks = g_new(double, (gsize)n * runs->n_worlds);
    g_autofree double *values = g_new(double, n);
    for (guint w = 0; w < runs->n_worlds; w++) {
        for (guint v = 0; v < n; v++)
            values[v] = bb_compare_cell(runs, metric, v, w)->value;
        bb_ranks(values, n, ranks + (gsize)w * n);
    }
    BbOrderStability order = {.metric = runs->metrics->pdata[metric],
                              .named = tolerance_of(spec, runs->metrics->pdata[metric]) != NULL,
                              .concordance = bb_kendall_w(ranks, runs->n_worlds, n),
                              .n_same_order = count_same_order(runs, metric),
                              .pairs = bb_compare_pairs_new(runs, metric, direction)};
    g_array_append_val(compare->orders, order);
}

static void
clear_order(gpointer data)
{
    BbOrderStability *order = data;
    g_array_unref(order->pairs);
}

static void
add_comparisons(BbCompare *compare, const BbCompareSpec *spec, const BbCompareRuns *runs)
{
    for (guint v = 1; v < runs->n_variants; v++)
        for (guint m = 0; m < runs->metrics->len; m++)
            if (is_shown(runs, m))
                g_ptr_array_add(compare->comparisons, comparison_new(spec, runs, m, v));
    for (guint m = 0; runs->n_worlds > 1 && m < runs->metrics->len; m++) {
        BbMetric metric;
        if (is_shown(runs, m) && bb_compare_metric(runs->metrics->pdata[m], &metric, NULL) &&
            metric.direction != BB_NEITHER_IS_BETTER)
            add_order(compare, spec, runs, m, metric.direction);
    }
    judge(compare->comparisons);
}

static void
add_covers(BbCompare *compare, const BbCompareSpec *spec)
{
    if (spec->n_seeds > 1 && any_variant(spec, bb_experiment_draws_jobs))
        g_ptr_array_add(compare->covers, g_strdup("world"));
    if (spec->n_seeds > 1 && any_variant(spec, bb_experiment_draws_places))
        g_ptr_array_add(compare->covers, g_strdup("ties"));
    if (spec->n_shakes > 1)
        g_ptr_array_add(compare->covers, g_strdup("measurement noise"));
    if (spec->n_resamples > 1)
        g_ptr_array_add(compare->covers, g_strdup("user population"));
}

static void
copy_labels(BbCompare *compare, const BbCompareSpec *spec)
{
    compare->labels = g_new0(char *, spec->labels->len + 1);
    for (guint v = 0; v < spec->labels->len; v++)
        compare->labels[v] = g_strdup(spec->labels->pdata[v]);
}

BbCompare *
bb_compare_run(const BbCompareSpec *spec, GError **error)
{
    if (!bb_compare_check(spec, error))
        return NULL;
    g_autoptr(BbCompareRuns) runs = bb_compare_runs_new(spec, error);
    if (runs == NULL)
        return NULL;
    BbCompare *compare = g_new0(BbCompare, 1);
    compare->name = g_strdup(runs->name);
    compare->n_variants = runs->n_variants;
    compare->n_worlds = runs->n_worlds;
    compare->n_jobs = runs->n_jobs;
    compare->has_batches = runs->waits != NULL;
    compare->warmup = g_steal_pointer(&runs->warmup);
    compare->comparisons = g_ptr_array_new_with_free_func(free_comparison);
    compare->orders = g_array_new(FALSE, FALSE, sizeof(BbOrderStability));
    g_array_set_clear_func(compare->orders, clear_order);
    compare->references = bb_compare_references_new(spec, runs);
    compare->covers = g_ptr_array_new_with_free_func(g_free);
    copy_labels(compare, spec);
    add_comparisons(compare, spec, runs);
    add_covers(compare, spec);
    compare->worlds_csv = bb_compare_worlds_csv(spec, runs);
    compare->experiment = bb_experiment_to_text(spec->variants->pdata[0]);
    compare->metrics = g_steal_pointer(&runs->metrics);
    compare->notes = g_steal_pointer(&runs->notes);
    return compare;
}

void
bb_compare_free(BbCompare *compare)
{
    if (compare == NULL)
        return;
    g_free(compare->name);
    g_free(compare->warmup);
    g_free(compare->worlds_csv);
    g_free(compare->experiment);
    g_strfreev(compare->labels);
    g_ptr_array_unref(compare->comparisons);
    g_array_unref(compare->orders);
    g_array_unref(compare->references);
    g_ptr_array_unref(compare->covers);
    g_ptr_array_unref(compare->metrics);
    g_ptr_array_unref(compare->notes);
    g_free(compare);
}
