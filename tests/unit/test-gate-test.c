/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-gate-test.h"
#include "sim/lab/stat/bb-student.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define MAX_SEEDS 40
#define N_METRICS 3
#define N_GATES 2000

typedef struct {
    double baseline[N_METRICS][MAX_SEEDS], candidate[N_METRICS][MAX_SEEDS];
    BbGateMetric metrics[N_METRICS];
    BbGateCheck checks[N_METRICS];
} Gate;

/* Values about 100 with a common part of each seed; metric m of the candidate is `factor[m]` times that,
 * shaken by `noise`. */
static void
fill(Gate *gate, guint64 seed, const double factor[N_METRICS], double noise)
{
    for (guint m = 0; m < N_METRICS; m++) {
        for (guint i = 0; i < MAX_SEEDS; i++) {
            double common = 100 * exp(bb_normal_quantile(bb_rng_uniform(seed, 1, m, i)) * 0.3);
            double own = bb_normal_quantile(bb_rng_uniform(seed, 2, m, i)) * noise;

            gate->baseline[m][i] = common;
            gate->candidate[m][i] = common * factor[m] * exp(own);
        }
        gate->metrics[m] =
            (BbGateMetric){gate->baseline[m], gate->candidate[m], {0.05, 0, FALSE, BB_SCALE_RATIO}};
    }
}

static void
test_designs(void)
{
    static const struct {
        gsize shared, baseline, candidate;
        BbGateDesign design;
    } cases[] = {
        {0, 8, 8, BB_GATE_WELCH},  {0, 7, 20, BB_GATE_TOO_FEW}, {5, 20, 20, BB_GATE_TOO_FEW},
        {8, 8, 8, BB_GATE_R8},     {15, 20, 15, BB_GATE_R8},    {16, 16, 16, BB_GATE_RCN},
        {64, 64, 64, BB_GATE_RCN},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(bb_gate_design_name(
                            bb_gate_design(cases[i].shared, cases[i].baseline, cases[i].candidate)),
                        ==, bb_gate_design_name(cases[i].design));
}

static const struct {
    const char *name;
    BbGateDesign design;
    gsize n;
    double factor[N_METRICS], noise;
    BbGateVerdict verdict;
    BbCheckVerdict checks[N_METRICS];
} cases[] = {
    {"identical", BB_GATE_TOO_FEW, 3, {1, 1, 1}, 0, BB_GATE_PASS, {0, 0, 0}},
    {"too few",
     BB_GATE_TOO_FEW,
     7,
     {1, 2, 1},
     0,
     BB_GATE_UNCLEAR,
     {BB_CHECK_OK, BB_CHECK_UNCLEAR, BB_CHECK_OK}},
    {"shaken", BB_GATE_R8, 8, {1, 1, 1}, 0.01, BB_GATE_PASS, {0, 0, 0}},
    {"one worse",
     BB_GATE_R8,
     8,
     {1, 1.2, 1},
     0.01,
     BB_GATE_REGRESSION,
     {BB_CHECK_OK, BB_CHECK_WORSE, BB_CHECK_OK}},
    {"better", BB_GATE_R8, 12, {0.5, 0.9, 1}, 0.01, BB_GATE_PASS, {0, 0, 0}},
    {"noisy",
     BB_GATE_R8,
     8,
     {1.1, 1.1, 1.1},
     0.4,
     BB_GATE_UNCLEAR,
     {BB_CHECK_UNCLEAR, BB_CHECK_UNCLEAR, BB_CHECK_UNCLEAR}},
    {"confirmed",
     BB_GATE_RCN,
     16,
     {1.3, 1, 1},
     0.02,
     BB_GATE_REGRESSION,
     {BB_CHECK_WORSE, BB_CHECK_OK, BB_CHECK_OK}},
    {"many", BB_GATE_RCN, 33, {1, 1.01, 1}, 0.03, BB_GATE_PASS, {0, 0, 0}},
    {"other seeds",
     BB_GATE_WELCH,
     10,
     {3, 1, 1},
     0.02,
     BB_GATE_REGRESSION,
     {BB_CHECK_WORSE, BB_CHECK_UNCLEAR, BB_CHECK_UNCLEAR}},
};

static void
test_verdicts(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Gate gate;
        BbGateVerdict verdict;

        g_test_message("%s", cases[i].name);
        fill(&gate, 6, cases[i].factor, cases[i].noise);
        verdict = bb_gate_judge(cases[i].design, gate.metrics, N_METRICS, cases[i].n, cases[i].n,
                                gate.checks);
        g_assert_cmpstr(bb_gate_verdict_name(verdict), ==, bb_gate_verdict_name(cases[i].verdict));
        for (guint m = 0; m < N_METRICS; m++)
            g_assert_cmpstr(bb_check_verdict_name(gate.checks[m].verdict), ==,
                            bb_check_verdict_name(cases[i].checks[m]));
    }
}

/* An alarm of the first half that the second does not see is none. */
static void
test_not_confirmed(void)
{
    static const double factor[] = {1, 1, 1};
    Gate gate;

    fill(&gate, 5, factor, 0.01);
    for (guint i = 0; i < 8; i++)
        gate.candidate[0][i] *= 1.5;
    g_assert_cmpint(bb_gate_judge(BB_GATE_RCN, gate.metrics, 3, 16, 16, gate.checks), ==,
                    BB_GATE_UNCLEAR);
    g_assert_cmpfloat(gate.checks[0].holm, <, 0.003);
    g_assert_cmpfloat(gate.checks[0].confirmation, >, 0.1);
    g_assert_true(isnan(gate.checks[1].confirmation));
    g_assert_cmpuint(gate.checks[0].n_beyond, ==, 8);
}

/* Higher is better, turned about: the same p, the change with its sign. */
static void
test_direction(void)
{
    static const double base[] = {0.5, 0.6, 0.7, 0.5, 0.6, 0.7, 0.6, 0.5};
    double lost[8], gained[8];
    BbGateMetric down = {base, lost, {0, 0.01, TRUE, BB_SCALE_DIFFERENCE}};
    BbGateMetric up = {base, gained, {0, 0.01, FALSE, BB_SCALE_DIFFERENCE}};
    BbGateCheck a, b;

    for (guint i = 0; i < 8; i++) {
        double step = 0.02 + 0.001 * i;

        lost[i] = base[i] - step;
        gained[i] = base[i] + step;
    }
    g_assert_cmpint(bb_gate_look(&down, 1, 8, 0.003, 0.05, &a), ==, BB_GATE_REGRESSION);
    g_assert_cmpint(bb_gate_look(&up, 1, 8, 0.003, 0.05, &b), ==, BB_GATE_REGRESSION);
    g_assert_cmpfloat_with_epsilon(a.p, b.p, 1e-12);
    g_assert_cmpfloat_with_epsilon(a.change, -0.0235, 1e-12);
    g_assert_cmpfloat_with_epsilon(a.lower, -b.upper, 1e-12);
    g_assert_cmpuint(a.n_beyond, ==, 8);
    down.candidate = gained; /* an improvement is never unclear */
    g_assert_cmpint(bb_gate_look(&down, 1, 8, 0.003, 0.05, &a), ==, BB_GATE_PASS);
}

/* Exact counters: tolerance 0 passes equal ones only. */
static void
test_no_tolerance(void)
{
    static const double base[] = {5, 6, 7, 5, 6, 7, 6, 5}, other[] = {5, 6, 7, 5, 6, 7, 6, 6};
    BbGateMetric metric = {base, base, {0, 0, FALSE, BB_SCALE_RATIO}};
    BbGateCheck check;

    g_assert_cmpint(bb_gate_look(&metric, 1, 8, 0.003, 0.05, &check), ==, BB_GATE_PASS);
    metric.candidate = other;
    g_assert_cmpint(bb_gate_look(&metric, 1, 8, 0.003, 0.05, &check), ==, BB_GATE_UNCLEAR);
}

/* All metrics exactly at the margin, where the level is used up: R8 at .003 gives 6 of 2,000 (more than
 * 16 would be one in 2,000), RCN a hundredth of one; both find 10 % beyond it. */
static void
test_levels(void)
{
    static const double margin[] = {1.05, 1.05, 1.05}, beyond[] = {1.16, 1.05, 1.05};
    guint alarms[2] = {0}, found[2] = {0};

    for (guint64 seed = 1; seed <= N_GATES; seed++) {
        Gate gate;

        fill(&gate, seed, margin, 0.05);
        alarms[0] +=
            bb_gate_judge(BB_GATE_R8, gate.metrics, 3, 8, 8, gate.checks) == BB_GATE_REGRESSION;
        alarms[1] +=
            bb_gate_judge(BB_GATE_RCN, gate.metrics, 3, 32, 32, gate.checks) == BB_GATE_REGRESSION;
        fill(&gate, seed, beyond, 0.03);
        found[0] +=
            bb_gate_judge(BB_GATE_R8, gate.metrics, 3, 8, 8, gate.checks) == BB_GATE_REGRESSION;
        found[1] +=
            bb_gate_judge(BB_GATE_RCN, gate.metrics, 3, 32, 32, gate.checks) == BB_GATE_REGRESSION;
    }
    g_test_message("false alarms %u and %u, found %u and %u of %u", alarms[0], alarms[1], found[0],
                   found[1], N_GATES);
    g_assert_cmpuint(alarms[0], <=, 16);
    g_assert_cmpuint(alarms[0], >, 0);
    g_assert_cmpuint(alarms[1], ==, 0);
    g_assert_cmpuint(found[0], >=, N_GATES * 95 / 100);
    g_assert_cmpuint(found[1], >=, N_GATES * 99 / 100);
}

/* What has not settled it so far will not: more pairs are needed, and more for more metrics. */
static void
test_settle(void)
{
    static const double base[] = {10, 10, 10, 10, 10, 10, 10, 10};
    static const double worse[] = {12, 30, 14, 28, 11, 33, 15, 20};
    BbGateMetric metrics[12];
    BbGateCheck checks[12];

    for (guint i = 0; i < 12; i++)
        metrics[i] = (BbGateMetric){base, worse, {.rel = 0.05}};
    g_assert_cmpint(bb_gate_judge(BB_GATE_R8, metrics, 12, 8, 8, checks), ==, BB_GATE_UNCLEAR);
    guint64 of_many = checks[0].n_settle;
    bb_gate_judge(BB_GATE_R8, metrics, 1, 8, 8, checks);
    g_assert_cmpuint(checks[0].n_settle, >, 8);
    g_assert_cmpuint(of_many, >, checks[0].n_settle);
    /* R8: every pair in one look; of 16, each half for itself. */
    g_assert_cmpfloat_with_epsilon(
        bb_gate_sight(&checks[0], BB_GATE_R8, 8, 1),
        bb_gate_smallest_change(checks[0].effect.high, checks[0].effect.sd, 8, 1, 0.003), 1e-12);
    g_assert_cmpfloat(bb_gate_sight(&checks[0], BB_GATE_RCN, 16, 1), <,
                      bb_gate_sight(&checks[0], BB_GATE_R8, 8, 1));
    g_assert_true(isnan(bb_gate_sight(&checks[0], BB_GATE_WELCH, 8, 1)));
}

static void
test_planning(void)
{
    double margin = log(1.05);

    g_assert_cmpuint(bb_gate_pairs(margin, 0.01, 0.05), ==, 8);
    g_assert_cmpuint(bb_gate_pairs(margin, 0.08, 0.05), ==, 16);
    g_assert_cmpuint(bb_gate_pairs(margin, 1, 0.05), ==, 0);
    g_assert_cmpfloat_with_epsilon(
        bb_gate_smallest_change(margin, 0.02, 8, 6, 0.003),
        margin + (bb_t_quantile(0.9995, 7) + bb_t_quantile(0.9, 7)) * 0.02 / sqrt(8), 1e-14);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/gate-test/designs", test_designs);
    g_test_add_func("/gate-test/verdicts", test_verdicts);
    g_test_add_func("/gate-test/not-confirmed", test_not_confirmed);
    g_test_add_func("/gate-test/direction", test_direction);
    g_test_add_func("/gate-test/no-tolerance", test_no_tolerance);
    g_test_add_func("/gate-test/levels", test_levels);
    g_test_add_func("/gate-test/settle", test_settle);
    g_test_add_func("/gate-test/planning", test_planning);
    return g_test_run();
}
