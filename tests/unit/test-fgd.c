/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every point of every published curve of the FGD paper (USENIX ATC 2023) that lies in reference/fgd of
 * the shared folder, on the sequences that lie beside it: arrivals one by one that never leave, dropped at
 * once where they fit nowhere. */
#include "sim/observe/bb-load.h"
#include "tests/unit/experiments.h"

#include <math.h>

#define TOLERANCE 0.015 /* percent; both sides are rounded */
#define RANDOM_SEEDS 4

typedef struct {
    const char *published, *placement;
} Policy;

static const Policy policies[] = {
    {"fgd", "fgd"},
    {"gpu-packing", "gpu-packing"},
    {"gpu-clustering", "gpu-clustering"},
    {"best-fit", "openb-best-fit"},
    {"dot-product", "openb-dot-product"},
};

/* LIST-SEED under the placement. `target` NULL: what is usual comes from the sequence. */
static BbOutcome *
run(const char *list, const char *seed, const char *placement, const char *target, guint draws)
{
    g_autofree char *trace_name = g_strdup_printf("reference/fgd/%s-%s-pods.csv.gz", list, seed);
    g_autofree char *nodes_name = g_strdup_printf("reference/fgd/%s-%s-nodes.csv.gz", list, seed);
    g_autofree char *trace = experiment_shared(trace_name);
    g_autofree char *nodes = experiment_shared(nodes_name);
    g_autofree char *draws_text = g_strdup_printf("%u", draws);
    const char *const settings[] = {"experiment.unplaced",
                                    "reject",
                                    "seed",
                                    draws_text,
                                    "experiment.fragmentation_target",
                                    target != NULL ? target : trace,
                                    "scheduler.placement",
                                    placement,
                                    NULL};
    g_autoptr(BbExperiment) experiment = experiment_of(trace, nodes, settings);
    return experiment_run(experiment, NULL);
}

static void
compare_point(const GArray *curve, char **row)
{
    guint at = (guint)g_ascii_strtoull(row[3], NULL, 10);
    g_assert_cmpuint(at, <, curve->len);
    const BbLoadPoint *point = &g_array_index(curve, BbLoadPoint, at);
    double allocated = g_ascii_strtod(row[4], NULL), of_idle = g_ascii_strtod(row[5], NULL);
    if (fabs(point->allocated_pct - allocated) <= TOLERANCE &&
        fabs(point->of_idle_pct - of_idle) <= TOLERANCE)
        return;
    g_test_message("%s %s %s at %u: %g and %g, published %g and %g", row[0], row[1], row[2], at,
                   point->allocated_pct, point->of_idle_pct, allocated, of_idle);
    g_test_fail();
}

static gboolean
is_of(char **row, const char *list, const char *policy, const char *seed)
{
    return g_str_equal(row[0], list) && g_str_equal(row[1], policy) && g_str_equal(row[2], seed);
}

static void
compare_curve(const GPtrArray *published, const char *list, const char *seed, const Policy *policy,
              const char *target)
{
    BbOutcome *outcome = NULL;
    guint n = 0;
    for (guint i = 1; i < published->len; i++) {
        if (!is_of(published->pdata[i], list, policy->published, seed))
            continue;
        if (outcome == NULL)
            outcome = run(list, seed, policy->placement, target, 1);
        compare_point(outcome->result->load, published->pdata[i]);
        n++;
    }
    g_assert_cmpuint(n, ==, 131);
    bb_outcome_free(outcome);
}

static void
test_curves(gconstpointer data)
{
    const Policy *policy = data;
    g_autofree char *folder = experiment_shared("reference/fgd");
    if (folder == NULL)
        return;
    g_autoptr(GPtrArray) published = experiment_csv(folder, "published.csv");
    for (guint l = 0; l < 2; l++)
        for (guint s = 0; s < 3; s++) {
            static const char *const lists[] = {"default", "gpuspec33"};
            static const char *const seeds[] = {"42", "43", "44"};
            compare_curve(published, lists[l], seeds[s], policy, NULL);
        }
}

/* The list that the sequence was made of says the same as the sequence without its copies. */
static void
test_target(void)
{
    g_autofree char *target = experiment_shared("data/gpu/openb_pod_list_gpuspec33.csv");
    if (target == NULL)
        return;
    g_autofree char *folder = experiment_shared("reference/fgd");
    g_autoptr(GPtrArray) published = experiment_csv(folder, "published.csv");
    g_autofree char *placement = g_strdup_printf("fgd,target=%s", target);
    compare_curve(published, "gpuspec33", "43", &(Policy){"fgd", placement}, target);
}

/* The published mean of a policy at full load, with its standard deviation and number of seeds. */
static void
published_mean(const GPtrArray *rows, const char *list, const char *policy, double *out_mean,
               double *out_sd, double *out_n)
{
    for (guint i = 1; i < rows->len; i++) {
        char **row = rows->pdata[i];
        if (!g_str_equal(row[0], list) || !g_str_equal(row[1], policy))
            continue;
        *out_n = g_ascii_strtod(row[2], NULL);
        *out_mean = g_ascii_strtod(row[3], NULL);
        *out_sd = g_ascii_strtod(row[4], NULL);
        return;
    }
    g_assert_not_reached();
}

static void
test_random(gconstpointer data)
{
    static const char *const seeds[] = {"42", "43", "44"};
    const char *list = data;
    double mean = 0, square = 0, their_mean, their_sd, their_n;
    guint n = 0;
    g_autofree char *folder = experiment_shared("reference/fgd");
    if (folder == NULL)
        return;
    g_autoptr(GPtrArray) rows = experiment_csv(folder, "published_mean.csv");
    published_mean(rows, list, "random", &their_mean, &their_sd, &their_n);
    for (guint s = 0; s < G_N_ELEMENTS(seeds); s++)
        for (guint draws = 1; draws <= RANDOM_SEEDS; draws++) {
            g_autoptr(BbOutcome) outcome = run(list, seeds[s], "random", NULL, draws);
            double value = bb_load_at_full(outcome->result->load).allocated_pct;
            mean += value;
            square += value * value;
            n++;
        }
    mean /= n;
    double sd = sqrt((square / n - mean * mean) * n / (n - 1));
    double se = sqrt(their_sd * their_sd / their_n + sd * sd / n);
    g_test_message("%s: %.2f (sd %.2f), published %.2f, %.1f standard errors", list, mean, sd,
                   their_mean, (mean - their_mean) / se);
    g_assert_cmpfloat(fabs(mean - their_mean), <=, 3 * se);
}

/* Ties at random and scores with fractions are another policy: the lead is gone. */
static void
test_what_matters(void)
{
    g_autofree char *folder = experiment_shared("reference/fgd");
    if (folder == NULL)
        return;
    g_autoptr(BbOutcome) published = run("default", "42", "fgd", NULL, 1);
    g_autoptr(BbOutcome) fraction = run("default", "42", "fgd(score=float)", NULL, 1);
    g_autoptr(BbOutcome) best_fit = run("default", "42", "openb-best-fit", NULL, 1);
    double fgd = bb_load_at_full(published->result->load).allocated_pct;
    g_assert_cmpfloat(fgd, >, bb_load_at_full(best_fit->result->load).allocated_pct + 2);
    g_assert_cmpfloat(fgd, >, bb_load_at_full(fraction->result->load).allocated_pct + 0.5);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *path = g_strconcat("/fgd/curves/", policies[i].published, NULL);
        g_test_add_data_func(path, &policies[i], test_curves);
    }
    g_test_add_func("/fgd/target", test_target);
    g_test_add_data_func("/fgd/random/default", "default", test_random);
    g_test_add_data_func("/fgd/random/gpuspec33", "gpuspec33", test_random);
    g_test_add_func("/fgd/what-matters", test_what_matters);
    return g_test_run();
}
