/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/stat/bb-effect.h"
#include "sim/lab/stat/bb-student.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define N 8

#define FIVE                                                                                       \
    {                                                                                              \
        0.05, 1, FALSE, BB_SCALE_RATIO                                                             \
    }

static const BbMargin five = FIVE;

static const struct {
    const char *name;
    double base[N], candidate[N];
    gsize n;
    BbMargin margin;
    BbVerdict verdict;
} cases[] = {
    {"equal", {0, 5, 9}, {0, 5, 9}, 3, {0.05, 0, FALSE, BB_SCALE_RATIO}, BB_VERDICT_SAME},
    {"few", {100, 110, 120, 130}, {200, 220, 240, 260}, 4, FIVE, BB_VERDICT_UNCLEAR},
    {"worse", {100, 110, 120, 130, 140}, {120, 131, 145, 155, 170}, 5, FIVE, BB_VERDICT_WORSE},
    {"better", {120, 131, 145, 155, 170}, {100, 110, 120, 130, 140}, 5, FIVE, BB_VERDICT_BETTER},
    {"higher is better",
     {100, 110, 120, 130, 140},
     {120, 131, 145, 155, 170},
     5,
     {0.05, 1, TRUE, BB_SCALE_RATIO},
     BB_VERDICT_BETTER},
    {"real but below the margin",
     {100, 110, 120, 130, 140},
     {101, 111.2, 121.1, 131.4, 141.3},
     5,
     FIVE,
     BB_VERDICT_SAME},
    {"noise", {100, 110, 120, 130, 140}, {140, 100, 130, 120, 120}, 5, FIVE, BB_VERDICT_UNCLEAR},
    {"nothing against the absolute part",
     {0, 0, 0.1, 0, 0},
     {0.2, 0.1, 0.3, 0, 0.1},
     5,
     {0.05, 10, FALSE, BB_SCALE_RATIO},
     BB_VERDICT_SAME},
    {"no logarithm",
     {0, 1, 1, 1, 1},
     {1, 1, 1, 1, 1},
     5,
     {0.05, 0, FALSE, BB_SCALE_RATIO},
     BB_VERDICT_UNCLEAR},
    {"constant worsening",
     {10, 20, 30, 40, 50},
     {20, 40, 60, 80, 100},
     5,
     {0.05, 0, FALSE, BB_SCALE_RATIO},
     BB_VERDICT_WORSE},
    {"fractions",
     {0.5, 0.6, 0.7, 0.5, 0.6},
     {0.5002, 0.6001, 0.7, 0.4999, 0.6001},
     5,
     {0, 0.001, FALSE, BB_SCALE_DIFFERENCE},
     BB_VERDICT_SAME},
    {"no tolerance",
     {5, 6, 7, 5, 6},
     {5, 6, 7, 5, 7},
     5,
     {0, 0, FALSE, BB_SCALE_RATIO},
     BB_VERDICT_UNCLEAR},
};

static void
test_verdicts(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BbEffect effect =
            bb_effect_paired(cases[i].base, cases[i].candidate, cases[i].n, &cases[i].margin);

        g_test_message("%s", cases[i].name);
        g_assert_cmpstr(bb_verdict_name(bb_effect_verdict(&effect, effect.p, 0.05)), ==,
                        bb_verdict_name(cases[i].verdict));
    }
}

/* |C - B| > rel B + abs exactly where y is beyond the margin. */
static void
test_margin(void)
{
    static const BbMargin margins[] = {{0.05, 1, FALSE, BB_SCALE_RATIO},
                                       {0.5, 0.2, FALSE, BB_SCALE_RATIO},
                                       {1.5, 3, FALSE, BB_SCALE_RATIO},
                                       {0.1, 2, FALSE, BB_SCALE_DIFFERENCE}};

    for (gsize i = 0; i < G_N_ELEMENTS(margins); i++)
        for (double base = 0; base < 200; base += 7)
            for (double candidate = 0.317; candidate < 300; candidate += 11) {
                BbEffect effect = bb_effect_paired(&base, &candidate, 1, &margins[i]);
                double bound = margins[i].rel * base + margins[i].abs;

                g_assert_true((candidate - base > bound) == (effect.y > effect.high));
                g_assert_true((base - candidate > bound) == (effect.y < effect.low));
            }
}

static void
test_numbers(void)
{
    static const double base[] = {9, 19, 29, 39, 49}, candidate[] = {19, 39, 65, 79, 99};
    BbMargin margin = {0.1, 0.1, FALSE, BB_SCALE_RATIO}; /* offset 1 */
    BbEffect effect = bb_effect_paired(base, candidate, 5, &margin);
    double lower, upper, mean = log(2) + log(1.1) / 5;

    bb_effect_interval(&effect, 0.95, &lower, &upper);
    g_assert_cmpfloat_with_epsilon(effect.y, mean, 1e-14);
    g_assert_cmpfloat_with_epsilon(effect.sd, log(1.1) / sqrt(5), 1e-14);
    g_assert_cmpfloat_with_epsilon(upper - mean, 2.7764451051977987 * log(1.1) / 5, 1e-12);
    g_assert_cmpfloat_with_epsilon(lower + upper, 2 * mean, 1e-12);
    g_assert_cmpfloat_with_epsilon(bb_effect_change(&effect, effect.y), 2 * pow(1.1, 0.2) - 1,
                                   1e-14);
    g_assert_cmpfloat(effect.variance_ratio, >, 100);
    g_assert_cmpfloat(effect.correlation, >, 0.99);
    effect = bb_effect_welch(base, 5, candidate, 5, &margin);
    g_assert_cmpfloat_with_epsilon(effect.y, mean, 1e-14);
    g_assert_true(!effect.paired && isnan(effect.correlation) && effect.p > 0.01);
}

static guint64
seeds_by_hand(const BbEffect *effect, double room, double p, double power)
{
    for (guint64 n = N + 1;; n++) {
        double df = (double)(n - 1);
        double root = (bb_t_quantile(p, df) + bb_t_quantile(power, df)) * effect->sd / room;
        if (root * root <= (double)n)
            return n;
    }
}

static void
test_seeds(void)
{
    static const double base[] = {100, 100, 100, 100, 100, 100, 100, 100};
    static const double noisy[] = {90, 110, 95, 105, 88, 112, 99, 101};
    static const double worse[] = {100, 130, 90, 140, 95, 135, 100, 130};
    BbEffect within = bb_effect_paired(base, noisy, N, &five);
    BbEffect beyond = bb_effect_paired(base, worse, N, &five);

    /* By hand: the fewest n above 8 with ((t(.95, n-1)) sd / room)^2 <= n, and so on. */
    g_assert_cmpuint(seeds_by_hand(&within, within.y - within.low, 0.95, 0.5), ==,
                     bb_effect_seeds(&within, 0.05));
    g_assert_cmpuint(seeds_by_hand(&beyond, beyond.y, 0.975, 0.8), ==,
                     bb_effect_seeds(&beyond, 0.05));
    g_assert_cmpuint(bb_effect_seeds(&beyond, 0.05), >, N);
    g_assert_cmpuint(bb_effect_seeds(&beyond, 0.001), >, bb_effect_seeds(&beyond, 0.05));
    within = bb_effect_paired(base, noisy, 1, &five);
    g_assert_cmpuint(bb_effect_seeds(&within, 0.05), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/effect/verdicts", test_verdicts);
    g_test_add_func("/effect/margin", test_margin);
    g_test_add_func("/effect/numbers", test_numbers);
    g_test_add_func("/effect/seeds", test_seeds);
    return g_test_run();
}
