/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside the comparisons with the first variant: bounds, the clairvoyant runs, and how often
 * each variant beat each other one. */
#include "bb-compare-private.h"

#include <math.h>
#include <string.h>

/* First come, first served, asks for no estimate; of other queues nobody says so. */
gboolean
bb_compare_asks_estimates(const BbExperiment *experiment)
{
    g_autoptr(BbExperiment) plain = bb_experiment_new(experiment->tables);
    g_autoptr(BbPlacement) placement =
        bb_placement_new(experiment->tables->placements, experiment->placement, NULL);
    gsize n = strlen(plain->queue);
    gboolean fair = strncmp(experiment->queue, plain->queue, n) == 0 &&
                    strchr(",(", experiment->queue[n]) != NULL;
    gboolean by_job = placement != NULL && (placement->klass->flags & BB_USES_JOB) != 0;
    return experiment->estimate != BB_ESTIMATE_PERFECT && (!fair || by_job);
}

void
bb_compare_take_bounds(const BbOutcome *outcome, const BbDelays *delays, BbReferenceCell *cell)
{
    BbResource main = bb_result_main_resource(outcome->result);
    cell->offered = bb_offered_mean(bb_delays_offered(delays), main) /
                    (double)outcome->result->capacity.v[main];
    cell->makespan_above = bb_bounds_makespan_above(&outcome->bounds);
    cell->nodes_bound = outcome->bounds.nodes;
}

void
bb_compare_take_clairvoyant(const BbOutcome *outcome, BbReferenceCell *cell)
{
    const BbPopulation *all = &outcome->result->all;
    cell->wait_mean = all->stats[BB_WAIT].mean;
    cell->bounded_slowdown_mean = all->stats[BB_BOUNDED_SLOWDOWN].mean;
}

GArray *
bb_compare_references_new(const BbCompareSpec *spec, const BbCompareRuns *runs)
{
    GArray *references = g_array_new(FALSE, TRUE, sizeof(BbReference));
    double n = (double)runs->n_worlds;
    for (guint v = 0; v < runs->n_variants; v++) {
        BbReference reference = {.asks = bb_compare_asks_estimates(spec->variants->pdata[v]),
                                 .offered_min = NAN,
                                 .offered_max = NAN};
        for (guint w = 0; w < runs->n_worlds; w++) {
            const BbReferenceCell *cell = &runs->references[(gsize)v * runs->n_worlds + w];
            reference.offered_min = fmin(reference.offered_min, cell->offered);
            reference.offered_max = fmax(reference.offered_max, cell->offered);
            reference.makespan_above += cell->makespan_above / n;
            reference.nodes_bound = MAX(reference.nodes_bound, cell->nodes_bound);
            reference.wait_mean += cell->wait_mean / n;
            reference.bounded_slowdown_mean += cell->bounded_slowdown_mean / n;
        }
        g_array_append_val(references, reference);
    }
    return references;
}

static BbPairWins
pair_of(const BbCompareRuns *runs, guint metric, gboolean higher, guint a, guint b)
{
    BbPairWins pair = {.a = a, .b = b, .ranking = BB_RANKING_UNSTABLE};
    for (guint w = 0; w < runs->n_worlds; w++) {
        double x = bb_compare_cell(runs, metric, a, w)->value;
        double y = bb_compare_cell(runs, metric, b, w)->value;
        pair.n_a += higher ? x > y : x < y;
        pair.n_b += higher ? x < y : x > y;
    }
    if (pair.n_a < pair.n_b)
        pair = (BbPairWins){.a = b, .b = a, .n_a = pair.n_b, .n_b = pair.n_a};
    guint decided = pair.n_a + pair.n_b;
    if (decided > 0) {
        pair.share = bb_share_clopper_pearson(pair.n_a, decided, BB_COMPARE_LEVEL);
        pair.ranking = bb_share_verdict(pair.n_a, decided, BB_COMPARE_LEVEL);
    }
    return pair;
}

GArray *
bb_compare_pairs_new(const BbCompareRuns *runs, guint metric, BbDirection direction)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(BbPairWins));
    guint n = runs->n_variants <= BB_PAIRS_MAX ? runs->n_variants : 0;
    for (guint a = 0; a < n; a++) {
        for (guint b = a + 1; b < n; b++) {
            BbPairWins pair = pair_of(runs, metric, direction == BB_HIGHER_IS_BETTER, a, b);
            g_array_append_val(pairs, pair);
        }
    }
    return pairs;
}
