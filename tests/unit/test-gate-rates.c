/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a gate is wrong, over many: M/M/20 at 90 % load, 8 seeds, six metrics, a fresh baseline for
 * each. Seeds are fixed: the counts are always the same. */
#include "policies/bb-policies.h"
#include "sim/lab/bb-experiment-run.h"
#include "sim/lab/bb-gate.h"
#include "sim/lab/bb-shake.h"
#include "traces/bb-traces.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>

#define N_SEEDS 8
#define N_EQUAL 1000
#define N_LOST 100
#define ALPHA 0.003 /* of R8 */
#define WORLD "poisson,jobs=2000,rate=0.018,runtime=exp(1000s)"

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

typedef struct {
    const char *cluster; /* of the candidate */
    gboolean shaken;
    gint verdicts[3]; /* by BbGateVerdict; atomic */
} Campaign;

static void
take(BbGateRun *run, const BbGateSide *side, const BbResult *result)
{
    for (guint m = 0; m < side->metrics->len; m++) {
        BbMetric metric;
        if (bb_metric_get(result, side->metrics->pdata[m], &metric, NULL))
            run->values[m] = metric.value;
    }
}

static void
simulate(BbGateSide *side, guint seed, const char *cluster, gboolean shaken)
{
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&tables);
    g_autoptr(GError) error = NULL;
    BbShake shake = {.seed = seed, .number = 1};
    BbRework rework = bb_shake_rework(&shake);
    BbRunOptions options = {.reworks = &rework, .n_reworks = shaken ? 1 : 0};
    bb_experiment_add_cluster(experiment, cluster);
    bb_experiment_set(experiment, "--set", "workload.w.generator", WORLD, &error);
    g_assert_no_error(error);
    experiment->seed = seed;
    g_autoptr(BbOutcome) outcome = bb_experiment_run(experiment, &options, &error);
    g_assert_no_error(error);
    take(bb_gate_run_new(bb_gate_cell_new(side, ""), seed, side->metrics->len), side,
         outcome->result);
}

static BbGateSide *
side_new(guint gate, const char *cluster, gboolean shaken)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    BbGateSide *side = bb_gate_side_new("memory");
    g_ptr_array_unref(side->metrics);
    side->metrics = bb_gate_metrics_new(none);
    for (guint s = 1; s <= N_SEEDS; s++)
        simulate(side, gate * N_SEEDS + s, cluster, shaken);
    return side;
}

static void
judge(gpointer data, gpointer user_data)
{
    Campaign *campaign = user_data;
    guint index = GPOINTER_TO_UINT(data);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(BbGateSide) baseline = side_new(index, "flat:20", FALSE);
    g_autoptr(BbGateSide) candidate = side_new(index, campaign->cluster, campaign->shaken);
    g_autoptr(GError) error = NULL;
    g_autoptr(BbGate) gate = bb_gate_new(baseline, candidate, none, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(gate->rows->len, ==, 6);
    g_assert_cmpint(gate->design, ==, BB_GATE_R8);
    g_assert_false(gate->identical);
    g_atomic_int_inc(&campaign->verdicts[gate->verdict]);
}

static void
run_gates(Campaign *campaign, guint n)
{
    GThreadPool *pool =
        g_thread_pool_new(judge, campaign, (gint)g_get_num_processors(), TRUE, NULL);
    for (guint i = 1; i <= n; i++)
        g_thread_pool_push(pool, GUINT_TO_POINTER(i), NULL);
    g_thread_pool_free(pool, FALSE, TRUE);
    g_test_message("%d pass, %d regression, %d unclear", campaign->verdicts[BB_GATE_PASS],
                   campaign->verdicts[BB_GATE_REGRESSION], campaign->verdicts[BB_GATE_UNCLEAR]);
}

/* The same policy on inputs that were moved a little: the 99.9 % bound of the stated level. */
static void
test_false_alarms(void)
{
    Campaign campaign = {.cluster = "flat:20", .shaken = TRUE};
    guint bound = 0;
    while (gsl_cdf_binomial_P(bound, ALPHA, N_EQUAL) < 0.999)
        bound++;
    run_gates(&campaign, N_EQUAL);
    g_test_message("at most %u false regressions", bound);
    g_assert_cmpint(campaign.verdicts[BB_GATE_REGRESSION], <=, (gint)bound);
    g_assert_cmpint(campaign.verdicts[BB_GATE_PASS], >, N_EQUAL * 9 / 10);
}

static void
test_nodes_lost(void)
{
    Campaign campaign = {.cluster = "flat:19"};
    run_gates(&campaign, N_LOST);
    g_assert_cmpint(campaign.verdicts[BB_GATE_REGRESSION], >=, 99);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/gate-rates/false-alarms", test_false_alarms);
    g_test_add_func("/gate-rates/nodes-lost", test_nodes_lost);
    return g_test_run();
}
