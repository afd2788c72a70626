/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policies/bb-policies.h"
#include "sim/lab/bb-compare.h"
#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

static const BbTables tables = {.traces = {bb_reader_classes, bb_generator_classes},
                                .queues = bb_queue_classes,
                                .placements = bb_placement_classes};

typedef struct {
    BbCompareSpec spec;
    BbExperiment *base;
    char *trace; /* a file to remove */
} Case;

static void
set(BbExperiment *experiment, const char *target, const char *value)
{
    g_autoptr(GError) error = NULL;
    bb_experiment_set(experiment, "--set", target, value, &error);
    g_assert_no_error(error);
}

static void
case_init(Case *c, const char *generator)
{
    memset(c, 0, sizeof *c);
    c->base = bb_experiment_new(&tables);
    bb_experiment_add_cluster(c->base, "flat:20");
    if (generator != NULL)
        set(c->base, "workload.w.generator", generator);
    c->spec.variants = g_ptr_array_new_with_free_func((GDestroyNotify)bb_experiment_free);
    c->spec.labels = g_ptr_array_new_with_free_func(g_free);
    c->spec.n_threads = 2;
}

static void
case_clear(Case *c)
{
    g_ptr_array_unref(c->spec.variants);
    g_ptr_array_unref(c->spec.labels);
    bb_experiment_free(c->base);
    if (c->trace != NULL)
        remove(c->trace);
    g_free(c->trace);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static void
add_variant(Case *c, const char *target, const char *value)
{
    BbExperiment *variant = bb_experiment_copy(c->base);
    set(variant, target, value);
    g_ptr_array_add(c->spec.variants, variant);
    g_ptr_array_add(c->spec.labels, g_strdup_printf("%s=%s", target, value));
}

static BbCompare *
run(const Case *c)
{
    g_autoptr(GError) error = NULL;
    BbCompare *compare = bb_compare_run(&c->spec, &error);
    g_assert_no_error(error);
    return compare;
}

static const BbComparison *
find(const BbCompare *compare, guint variant, const char *metric)
{
    for (guint i = 0; i < compare->comparisons->len; i++) {
        const BbComparison *comparison = compare->comparisons->pdata[i];
        if (comparison->variant == variant && strcmp(comparison->metric, metric) == 0)
            return comparison;
    }
    return NULL;
}

#define MM20 "poisson,jobs=5000,rate=0.9,runtime=exp(20s)"

/* A node lost of 20 at 90 % load is proven worse; the same cluster is the same, exactly; what one
 * variant gains on another does not depend on the number of threads. */
static void
test_nodes_lost(void)
{
    g_auto(Case) c;
    case_init(&c, MM20);
    c.spec.n_seeds = 8;
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:19");
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    g_autoptr(BbCompare) compare = run(&c);
    const BbComparison *lost = find(compare, 1, "wait_mean"), *same = find(compare, 2, "wait_mean");
    g_assert_cmpint(lost->verdict, ==, BB_VERDICT_WORSE);
    g_assert_cmpuint(lost->n_worse, ==, 8);
    g_assert_cmpint(lost->ranking, ==, BB_RANKING_REVERSED);
    g_assert_cmpfloat(lost->lower, >, 0.3);
    g_assert_cmpfloat(lost->lower, <, lost->change);
    g_assert_cmpfloat(lost->change, <, lost->upper);
    g_assert_cmpfloat(lost->effect.variance_ratio, >, 1);
    g_assert_cmpint(same->verdict, ==, BB_VERDICT_SAME);
    g_assert_true(same->effect.identical);
    g_assert_cmpuint(compare->covers->len, ==, 1);
    g_assert_cmpstr(compare->covers->pdata[0], ==, "world");
    g_assert_cmpuint(compare->orders->len, >, 0);
    c.spec.n_threads = 1;
    g_autoptr(BbCompare) again = run(&c);
    g_autofree char *a = bb_compare_json(compare), *b = bb_compare_json(again);
    g_assert_cmpstr(a, ==, b);
}

/* Seeds other than the first must give the world of that seed. */
static void
test_means(void)
{
    g_auto(Case) c;
    double sum = 0;
    case_init(&c, MM20);
    c.spec.n_seeds = 3;
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:19");
    g_autoptr(BbCompare) compare = run(&c);
    for (guint seed = 1; seed <= 3; seed++) {
        g_autoptr(BbExperiment) experiment = bb_experiment_copy(c.spec.variants->pdata[0]);
        BbRunOptions options = {0};
        experiment->seed = seed;
        g_autoptr(BbOutcome) outcome = bb_experiment_run(experiment, &options, NULL);
        sum += outcome->result->all.stats[BB_WAIT].mean;
    }
    g_assert_cmpfloat_with_epsilon(find(compare, 1, "wait_mean")->effect.base_mean, sum / 3, 1e-9);
    /* Three worlds are too few for a verdict. */
    g_assert_cmpint(find(compare, 1, "wait_mean")->verdict, ==, BB_VERDICT_UNCLEAR);
    g_assert_nonnull(find(compare, 1, "wait_mean")->reason);
}

/* P99 of 5,000 jobs has 50 beyond it: no verdict. P95 has 250. */
static void
test_few_jobs(void)
{
    g_auto(Case) c;
    case_init(&c, MM20);
    c.spec.n_seeds = 5;
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:10");
    g_autoptr(BbCompare) compare = run(&c);
    const BbComparison *p99 = find(compare, 1, "wait_p99");
    g_assert_cmpint(p99->verdict, ==, BB_VERDICT_UNCLEAR);
    g_assert_nonnull(strstr(p99->reason, "50 in a run are beyond it"));
    g_assert_true(isnan(p99->holm));
    g_assert_cmpint(find(compare, 1, "wait_p95")->verdict, ==, BB_VERDICT_WORSE);
}

/* Where one side rejects more jobs its waits say nothing; the rejections are judged themselves. */
static void
test_rejected(void)
{
    g_auto(Case) c;
    case_init(&c, MM20);
    c.spec.n_seeds = 6;
    add_variant(&c, "experiment.unplaced", "queue");
    add_variant(&c, "experiment.unplaced", "reject");
    g_autoptr(BbCompare) compare = run(&c);
    const BbComparison *wait = find(compare, 1, "wait_mean");
    g_assert_cmpint(wait->verdict, ==, BB_VERDICT_UNCLEAR);
    g_assert_nonnull(strstr(wait->reason, "rejected here"));
    g_assert_cmpint(find(compare, 1, "rejected_frac")->verdict, ==, BB_VERDICT_WORSE);
}

/* Six jobs on one processor: the last and shortest one jumps the queue. */
#define JOBS                                                                                       \
    "job_id,submit_s,runtime_s,estimate_s,cpu_milli\n"                                             \
    "a,0,100,100,1000\nb,1,100,100,1000\nc,2,100,100,1000\nd,3,1,1,1000\n"

static void
use_trace(Case *c, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_close(g_file_open_tmp("compare-XXXXXX.csv", &c->trace, &error), NULL);
    g_file_set_contents(c->trace, text, -1, &error);
    g_assert_no_error(error);
    bb_experiment_add_trace(c->base, c->trace);
    bb_experiment_clear_pools(c->base);
    bb_experiment_add_cluster(c->base, "flat:1");
}

/* b and c start a second later than first come, first served. */
static void
test_delayed(void)
{
    g_auto(Case) c;
    case_init(&c, NULL);
    use_trace(&c, JOBS);
    add_variant(&c, "scheduler.queue", "fcfs");
    add_variant(&c, "scheduler.queue", "sjf");
    g_autoptr(BbCompare) compare = run(&c);
    const BbComparison *delayed = find(compare, 1, BB_DELAYED_FRAC);
    g_assert_cmpfloat(delayed->effect.base_mean, ==, 0);
    g_assert_cmpfloat(delayed->effect.candidate_mean, ==, 0.5);
    g_assert_cmpint(delayed->verdict, ==, BB_VERDICT_UNCLEAR);
    g_assert_cmpuint(compare->covers->len, ==, 0);
    g_autofree char *text = bb_compare_text(compare);
    g_assert_nonnull(strstr(text, "One world"));
}

static void
test_shaken(void)
{
    g_auto(Case) c;
    g_autoptr(GString) trace = g_string_new("job_id,submit_s,runtime_s,estimate_s,cpu_milli\n");
    for (guint i = 0; i < 400; i++)
        g_string_append_printf(trace, "%u,%u,%u,%u,1000\n", i, 10 * i, i % 3 ? 5 : 20,
                               i % 3 ? 5 : 20);
    case_init(&c, NULL);
    use_trace(&c, trace->str);
    c.spec.n_shakes = 6;
    add_variant(&c, "scheduler.queue", "fcfs");
    add_variant(&c, "scheduler.queue", "sjf");
    g_autoptr(BbCompare) compare = run(&c);
    const BbComparison *wait = find(compare, 1, "wait_mean");
    g_assert_cmpstr(compare->covers->pdata[0], ==, "measurement noise");
    g_assert_cmpint(wait->verdict, ==, BB_VERDICT_BETTER);
    g_assert_cmpfloat(wait->effect.sd, >, 1e-6);
}

/* sjf is told 99 s of jobs that take 1 s. With perfect estimates it would let them go first. */
static void
test_clairvoyant(void)
{
    g_auto(Case) c;
    case_init(&c, NULL);
    use_trace(&c, "job_id,submit_s,runtime_s,estimate_s,cpu_milli\n"
                  "a,0,10,10,1000\nb,1,50,50,1000\nc,2,1,99,1000\nd,3,1,99,1000\n");
    add_variant(&c, "scheduler.queue", "fcfs");
    add_variant(&c, "scheduler.queue", "sjf");
    g_autoptr(BbCompare) compare = run(&c);
    const BbReference *fcfs = &g_array_index(compare->references, BbReference, 0);
    const BbReference *sjf = &g_array_index(compare->references, BbReference, 1);
    g_assert_false(fcfs->asks);
    g_assert_true(sjf->asks);
    g_assert_cmpfloat(fcfs->wait_mean, ==, (0 + 9 + 58 + 58) / 4.0);
    g_assert_cmpfloat(sjf->wait_mean, ==, (0 + 8 + 8 + 11) / 4.0);
    g_assert_cmpfloat(find(compare, 1, "wait_mean")->effect.candidate_mean, ==, fcfs->wait_mean);
    /* All that came by 0 s, one after the other, is the bound, and is reached. */
    g_assert_cmpfloat(sjf->makespan_above, ==, 0);
    g_autofree char *text = bb_compare_text(compare);
    g_assert_nonnull(strstr(text, "no bound"));
}

/* Every two of them, not only those with the reference. */
static void
test_pairs(void)
{
    g_auto(Case) c;
    case_init(&c, "poisson,jobs=1000,rate=0.9,runtime=exp(20s)");
    c.spec.n_seeds = 6;
    g_autoptr(GPtrArray) tolerances =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_tolerance_free);
    g_ptr_array_add(tolerances, bb_tolerance_parse("--tolerance", "waited_frac=5", NULL));
    c.spec.tolerances = tolerances;
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:18");
    add_variant(&c, "pool.cluster.nodes", "flat:19");
    g_autoptr(BbCompare) compare = run(&c);
    const BbOrderStability *order = &g_array_index(compare->orders, BbOrderStability, 0);
    g_assert_cmpstr(order->metric, ==, "wait_mean");
    g_assert_cmpuint(order->pairs->len, ==, 3);
    const BbPairWins *last = &g_array_index(order->pairs, BbPairWins, 2);
    g_assert_cmpuint(last->a, ==, 2);
    g_assert_cmpuint(last->b, ==, 1);
    g_assert_cmpuint(last->n_a, ==, 6);
    g_assert_cmpint(last->ranking, ==, BB_RANKING_HOLDS);
    g_autofree char *text = bb_compare_text(compare);
    g_assert_nonnull(strstr(text, "C beats B on wait_mean in 6 of 6 worlds: that holds"));
    g_assert_nonnull(strstr(text, "C beats B on waited_frac in 6 of 6"));
    g_assert_null(strstr(text, "on wait_p95"));
}

/* Of many classes the largest, and none runs into its numbers. */
static void
test_classes(void)
{
    g_auto(Case) c;
    g_autoptr(GString) trace = g_string_new("job_id,submit_s,runtime_s,cpu_milli,class\n");
    for (guint i = 0; i < 90; i++)
        g_string_append_printf(trace, "%u,%u,3,1000,c%u\n", i, i, i < 12 ? i : 3 + i % 8);
    case_init(&c, NULL);
    use_trace(&c, trace->str);
    add_variant(&c, "scheduler.queue", "fcfs");
    add_variant(&c, "scheduler.queue", "sjf");
    g_autoptr(BbCompare) compare = run(&c);
    g_assert_null(find(compare, 1, "class.c2.wait_mean"));
    g_assert_nonnull(find(compare, 1, "class.c3.wait_mean"));
    g_assert_nonnull(find(compare, 1, "class.c10.bounded_slowdown_mean"));
    g_assert_null(find(compare, 1, "class.c11.wait_mean"));
    g_assert_nonnull(strstr(compare->notes->pdata[0], "of 12 classes the 8"));
    g_autofree char *text = bb_compare_text(compare);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *name = strstr(lines[i], "class.");
        g_autofree char *word = name == NULL ? NULL : g_strndup(name, strcspn(name, " "));
        g_assert_true(word == NULL || g_str_has_suffix(word, "_mean"));
    }
}

static void
expect_refusal(Case *c, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(bb_compare_run(&c->spec, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, text));
}

static void
test_refused(void)
{
    g_auto(Case) c;
    case_init(&c, NULL);
    use_trace(&c, JOBS);
    add_variant(&c, "scheduler.queue", "fcfs");
    expect_refusal(&c, "two variants");
    add_variant(&c, "scheduler.queue", "sjf");
    c.spec.n_seeds = 5;
    expect_refusal(&c, "every seed would be the same run");
    c.spec.n_shakes = 6;
    set(c.spec.variants->pdata[0], "scheduler.ties", "random");
    expect_refusal(&c, "--shake: expected 5, as --seeds");
    c.spec.n_seeds = 0;
    c.spec.n_shakes = 0;
    c.spec.n_resamples = 5;
    expect_refusal(&c, "of 5 users");
}

#define LONG "poisson,jobs=40000,rate=0.8,runtime=exp(20s)"

/* One cut for all, by submit time: every variant counts the same jobs. */
static void
test_warmup(void)
{
    g_auto(Case) c;
    case_init(&c, LONG);
    c.spec.n_seeds = 5;
    c.spec.warmup_auto = TRUE;
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:19");
    g_ptr_array_add(c.spec.variants, bb_experiment_copy(c.spec.variants->pdata[0]));
    g_ptr_array_add(c.spec.labels, g_strdup("again"));
    g_autoptr(GPtrArray) tolerances =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_tolerance_free);
    g_ptr_array_add(tolerances, bb_tolerance_parse("--tolerance", "submitted=1", NULL));
    c.spec.tolerances = tolerances;
    g_autoptr(BbCompare) compare = run(&c);
    const BbEffect *counted = &find(compare, 1, "submitted")->effect;
    g_assert_true(g_str_has_prefix(compare->warmup, "warm-up: first "));
    g_assert_nonnull(strstr(compare->warmup, "MSER-5 on the mean of 5 runs"));
    g_assert_true(counted->identical);
    g_assert_cmpfloat(counted->base_mean, <=, 40000);
    g_assert_cmpfloat(counted->base_mean, >, 20000);
    g_assert_cmpint(find(compare, 1, "wait_mean")->verdict, ==, BB_VERDICT_WORSE);
    g_assert_true(find(compare, 2, "wait_mean")->effect.identical);
    g_autofree char *text = bb_compare_text(compare);
    g_assert_nonnull(strstr(text, "MSER-5"));
}

static void
test_no_warmup(void)
{
    g_auto(Case) c, cycle, growing;
    case_init(&c, LONG);
    c.spec.warmup_auto = TRUE;
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:19");
    expect_refusal(&c, "--seeds 5 or more");
    case_init(&cycle, "estate,days=1");
    cycle.spec.warmup_auto = TRUE;
    cycle.spec.n_seeds = 5;
    add_variant(&cycle, "pool.cluster.nodes", "flat:2000");
    add_variant(&cycle, "pool.cluster.nodes", "flat:1900");
    expect_refusal(&cycle, "no steady state to wait for");
    case_init(&growing, MM20);
    growing.spec.warmup_auto = TRUE;
    growing.spec.n_seeds = 5;
    add_variant(&growing, "pool.cluster.nodes", "flat:20");
    add_variant(&growing, "pool.cluster.nodes", "flat:10");
    expect_refusal(&growing, "no steady state found");
}

/* One long run has an interval of its own, for its mean wait alone. */
static void
test_batches(void)
{
    g_auto(Case) c;
    case_init(&c, "poisson,jobs=100000,rate=0.8,runtime=exp(20s)");
    add_variant(&c, "pool.cluster.nodes", "flat:20");
    add_variant(&c, "pool.cluster.nodes", "flat:19");
    g_autoptr(BbCompare) compare = run(&c);
    const BbComparison *wait = find(compare, 1, "wait_mean");
    g_assert_true(compare->has_batches);
    g_assert_null(wait->reason);
    g_assert_cmpuint(wait->n_batches, >=, 10);
    g_assert_cmpuint(wait->effect.n, ==, wait->n_batches);
    g_assert_cmpint(wait->verdict, ==, BB_VERDICT_WORSE);
    g_assert_cmpfloat(wait->lower, >, 0.05);
    g_assert_cmpint(find(compare, 1, "wait_p95")->verdict, ==, BB_VERDICT_UNCLEAR);
    g_autofree char *json = bb_compare_json(compare);
    g_assert_nonnull(strstr(json, "batch means of one run"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/compare/nodes-lost", test_nodes_lost);
    g_test_add_func("/compare/means", test_means);
    g_test_add_func("/compare/few-jobs", test_few_jobs);
    g_test_add_func("/compare/rejected", test_rejected);
    g_test_add_func("/compare/delayed", test_delayed);
    g_test_add_func("/compare/shaken", test_shaken);
    g_test_add_func("/compare/clairvoyant", test_clairvoyant);
    g_test_add_func("/compare/pairs", test_pairs);
    g_test_add_func("/compare/classes", test_classes);
    g_test_add_func("/compare/refused", test_refused);
    g_test_add_func("/compare/warmup", test_warmup);
    g_test_add_func("/compare/no-warmup", test_no_warmup);
    g_test_add_func("/compare/batches", test_batches);
    return g_test_run();
}
