/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated queues against what theory says of them: M/M/c (Erlang 1917), M/G/1 (Pollaczek 1930,
 * Khinchine 1932), M/D/1 (Erlang 1909) and loss systems (Erlang B, whatever the service times: Sevastyanov
 * 1957). 20 seeds a system, the warm-up cut off; the t interval of the replications at 99.9 % has to
 * contain the exact value, and must not where the service is a few percent slower than theory thinks. */
#include "sim/lab/stat/bb-student.h"
#include "tests/unit/experiments.h"

#include <gsl/gsl_errno.h>
#include <json-glib/json-glib.h>
#include <math.h>

#define N_SEEDS 20
#define LEVEL 0.999
#define SERVICE_S 100.0 /* mean; everything below is in this unit */

/* ---- theory ---- */

static double
erlang_b(guint servers, double offered)
{
    double b = 1;
    for (guint k = 1; k <= servers; k++)
        b = offered * b / (k + offered * b);
    return b;
}

/* P(wait > 0) in M/M/c. */
static double
erlang_c(guint servers, double rho)
{
    double b = erlang_b(servers, servers * rho);
    return b / (1 - rho * (1 - b));
}

static double
mmc_wait_mean(guint servers, double rho)
{
    return erlang_c(servers, rho) / (servers * (1 - rho));
}

/* P(W > t) = C exp(-(c - a) t). */
static double
mmc_wait_quantile(guint servers, double rho, double p)
{
    return MAX(0, log(erlang_c(servers, rho) / (1 - p)) / (servers * (1 - rho)));
}

/* Service times with squared coefficient of variation `scv`. */
static double
mg1_wait_mean(double rho, double scv)
{
    return rho * (1 + scv) / (2 * (1 - rho));
}

/* P(W <= t) in M/D/1: an alternating series, good up to t of about 20. */
static double
md1_wait_below(double rho, double t)
{
    double sum = 0;
    for (guint k = 0; k <= t; k++)
        sum += pow(rho * (k - t), k) / tgamma(k + 1.0) * exp(-rho * (k - t));
    return (1 - rho) * sum;
}

static double
md1_wait_quantile(double rho, double p)
{
    double low = 0, high = 20;
    for (guint i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        *(md1_wait_below(rho, middle) < p ? &low : &high) = middle;
    }
    return high;
}

/* ---- systems ---- */

typedef enum { QUEUE, LOSS } Discipline;

typedef struct {
    const char *name;
    Discipline discipline;
    guint servers;
    double rho;       /* offered load per server */
    const char *dist; /* of service times, its mean to be filled in */
    double scv;       /* of it */
    gboolean nodes;   /* one server = one node; else cores of a flat pool */
} System;

static const System systems[] = {
    {"M/M/1-0.5", QUEUE, 1, 0.5, "exp(%ss)", 1, FALSE},
    {"M/M/1-0.8", QUEUE, 1, 0.8, "exp(%ss)", 1, FALSE},
    {"M/M/2-0.7", QUEUE, 2, 0.7, "exp(%ss)", 1, FALSE},
    {"M/M/5-0.9", QUEUE, 5, 0.9, "exp(%ss)", 1, FALSE},
    {"M/M/10-0.8", QUEUE, 10, 0.8, "exp(%ss)", 1, FALSE},
    {"M/M/10-0.8-nodes", QUEUE, 10, 0.8, "exp(%ss)", 1, TRUE},
    {"M/M/50-0.9", QUEUE, 50, 0.9, "exp(%ss)", 1, FALSE},
    {"M/D/1-0.5", QUEUE, 1, 0.5, "%ss", 0, FALSE},
    {"M/D/1-0.8", QUEUE, 1, 0.8, "%ss", 0, FALSE},
    {"M/E4/1-0.7", QUEUE, 1, 0.7, "gamma(mean=%ss,cv=0.5)", 0.25, FALSE},
    {"M/LN/1-0.7", QUEUE, 1, 0.7, "lognormal(mean=%ss,cv=2)", 4, FALSE},
    {"M/M/1/1-0.5", LOSS, 1, 0.5, "exp(%ss)", 1, FALSE},
    {"M/M/5/5-0.6", LOSS, 5, 0.6, "exp(%ss)", 1, FALSE},
    {"M/M/10/10-1", LOSS, 10, 1, "exp(%ss)", 1, FALSE},
    {"M/D/10/10-1", LOSS, 10, 1, "%ss", 0, FALSE},
    {"M/LN/10/10-1-nodes", LOSS, 10, 1, "lognormal(mean=%ss,cv=2)", 4, TRUE},
};

typedef enum { WAIT_MEAN, WAIT_SHARE, WAIT_P95, QUEUE_MEAN, BUSY, LOST, N_MEASURED } Measured;

static const char *const measured_names[N_MEASURED] = {
    "mean wait", "share that waits", "95 % of waits", "mean queue", "busy servers", "share lost"};

/* NaN: theory has no such number. */
static void
expect(const System *system, double *out)
{
    double rho = system->rho;
    guint c = system->servers;
    for (guint m = 0; m < N_MEASURED; m++)
        out[m] = NAN;
    if (system->discipline == LOSS) {
        out[LOST] = erlang_b(c, c * rho);
        out[BUSY] = rho * (1 - out[LOST]);
        return;
    }
    out[BUSY] = rho;
    out[WAIT_SHARE] = system->scv == 1 ? erlang_c(c, rho) : rho;
    out[WAIT_MEAN] = system->scv == 1 ? mmc_wait_mean(c, rho) : mg1_wait_mean(rho, system->scv);
    out[QUEUE_MEAN] = c * rho * out[WAIT_MEAN];
    if (system->scv == 1)
        out[WAIT_P95] = mmc_wait_quantile(c, rho, 0.95);
    else if (system->scv == 0)
        out[WAIT_P95] = md1_wait_quantile(rho, 0.95);
}

/* ---- simulation ---- */

static BbExperiment *
build(const System *system, guint seed, double slower)
{
    char service[G_ASCII_DTOSTR_BUF_SIZE], rate[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(service, sizeof service, "%.6f", SERVICE_S * slower);
    g_ascii_formatd(rate, sizeof rate, "%.15g", system->rho * system->servers / SERVICE_S);
    g_auto(GStrv) parts = g_strsplit(system->dist, "%s", 2);
    g_autofree char *runtime = g_strjoinv(service, parts);
    g_autofree char *generator =
        g_strdup_printf("poisson,jobs=60000,rate=%s,runtime=%s", rate, runtime);
    g_autofree char *count = g_strdup_printf("%u", system->nodes ? system->servers : 1);
    g_autofree char *cpu = g_strdup_printf("%u", system->nodes ? 1 : system->servers);
    g_autofree char *flat = g_strdup_printf("flat:%u", system->servers);
    g_autofree char *seed_text = g_strdup_printf("%u", seed);
    /* 2,000 to 4,000 jobs; the slowest system relaxes in some hundred service times. */
    g_autofree char *warmup =
        g_strdup_printf("%u", (guint)(2500 * SERVICE_S / (system->rho * system->servers)));
    const char *const settings[] = {"experiment.seed",
                                    seed_text,
                                    "experiment.warmup",
                                    warmup,
                                    "experiment.unplaced",
                                    system->discipline == LOSS ? "reject" : "queue",
                                    "workload.w.generator",
                                    generator,
                                    NULL};
    const char *const nodes[] = {"pool.p.count", count, "pool.p.cpu", cpu, NULL};
    BbExperiment *experiment = experiment_of(NULL, system->nodes ? NULL : flat, settings);
    if (system->nodes)
        experiment_set_all(experiment, nodes);
    return experiment;
}

/* One replication. */
static void
measure(const System *system, guint seed, double slower, double *out)
{
    g_autoptr(BbExperiment) experiment = build(system, seed, slower);
    g_autoptr(BbOutcome) outcome = experiment_run(experiment, NULL);
    const BbResult *result = outcome->result;
    const BbJobCounts *jobs = &result->all.jobs;
    double window_us = bb_result_window_s(result) * 1e6;
    g_assert_cmpuint(jobs->censored, ==, 0);
    out[WAIT_MEAN] = result->all.stats[BB_WAIT].mean / SERVICE_S;
    out[WAIT_SHARE] = (double)jobs->waited / (double)jobs->started;
    out[WAIT_P95] = result->all.stats[BB_WAIT].p95 / SERVICE_S;
    out[QUEUE_MEAN] = (double)result->queue_us / window_us;
    out[BUSY] = bb_result_ratio(bb_result_allocated(result, BB_CPU), result->bought[BB_CPU]);
    out[LOST] = (double)jobs->rejected / (double)jobs->submitted;
}

/* The interval of each number over the replications. */
static void
replicate(const System *system, double slower, BbTTest *out)
{
    double values[N_MEASURED][N_SEEDS];
    for (guint seed = 0; seed < N_SEEDS; seed++) {
        double of_seed[N_MEASURED];
        measure(system, seed + 1, slower, of_seed);
        for (guint m = 0; m < N_MEASURED; m++)
            values[m][seed] = of_seed[m];
    }
    for (guint m = 0; m < N_MEASURED; m++)
        out[m] = bb_t_one(values[m], N_SEEDS, LEVEL);
}

static void
test_system(gconstpointer data)
{
    const System *system = data;
    double exact[N_MEASURED];
    BbTTest seen[N_MEASURED];
    expect(system, exact);
    replicate(system, 1, seen);
    for (guint m = 0; m < N_MEASURED; m++) {
        if (isnan(exact[m]))
            continue;
        g_test_message("%s: exactly %g, seen %g in [%g, %g]", measured_names[m], exact[m],
                       seen[m].mean, seen[m].lower, seen[m].upper);
        g_assert_cmpfloat(seen[m].lower, <=, exact[m]);
        g_assert_cmpfloat(exact[m], <=, seen[m].upper);
        g_assert_cmpfloat(seen[m].upper - seen[m].lower, <, 0.25 * exact[m]);
    }
}

/* Servers 4 % slower than theory thinks are found out by every number that theory has. */
static void
test_wrong_rate(gconstpointer data)
{
    const System *system = data;
    double exact[N_MEASURED];
    BbTTest seen[N_MEASURED];
    expect(system, exact);
    replicate(system, 1.04, seen);
    for (guint m = 0; m < N_MEASURED; m++) {
        if (isnan(exact[m]))
            continue;
        g_test_message("%s: %g is not in [%g, %g]", measured_names[m], exact[m], seen[m].lower,
                       seen[m].upper);
        g_assert_true(exact[m] < seen[m].lower || exact[m] > seen[m].upper);
    }
}

/* ---- theory against the published tables ---- */

static void
check_near(double value, double expected, double relative)
{
    g_assert_cmpfloat(fabs(value - expected), <=, relative * MAX(fabs(expected), 1e-3));
}

static JsonArray *
known_cases(JsonParser *parser, const char *path)
{
    g_autoptr(GError) error = NULL;
    json_parser_load_from_file(parser, path, &error);
    g_assert_no_error(error);
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    return json_object_get_array_member(root, "cases");
}

static double
number(JsonObject *object, const char *name)
{
    return json_object_get_double_member(object, name);
}

static void
test_known_erlang(void)
{
    g_autofree char *path = experiment_shared("reference/statistics/erlang.json");
    if (!path)
        return;
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonArray *cases = known_cases(parser, path);
    g_assert_cmpuint(json_array_get_length(cases), >, 0);
    for (guint i = 0; i < json_array_get_length(cases); i++) {
        JsonObject *known = json_array_get_object_element(cases, i);
        JsonObject *input = json_object_get_object_member(known, "input");
        JsonObject *expected = json_object_get_object_member(known, "expect");
        guint c = (guint)json_object_get_int_member(input, "servers");
        double rho = number(input, "rho");
        check_near(erlang_b(c, c * rho), number(expected, "erlang_b"), 1e-9);
        check_near(erlang_c(c, rho), number(expected, "erlang_c"), 1e-9);
        check_near(mmc_wait_mean(c, rho), number(expected, "wait_mean"), 1e-9);
        check_near(mmc_wait_quantile(c, rho, 0.95), number(expected, "wait_p95"), 1e-9);
    }
}

static void
test_known_single_server(void)
{
    g_autofree char *path = experiment_shared("reference/statistics/single_server.json");
    if (!path)
        return;
    g_autoptr(JsonParser) parser = json_parser_new();
    JsonArray *cases = known_cases(parser, path);
    guint n_means = 0, n_quantiles = 0;
    for (guint i = 0; i < json_array_get_length(cases); i++) {
        JsonObject *known = json_array_get_object_element(cases, i);
        JsonObject *input = json_object_get_object_member(known, "input");
        JsonObject *expected = json_object_get_object_member(known, "expect");
        double rho = number(input, "rho");
        if (json_object_has_member(input, "service_scv") &&
            !json_object_has_member(input, "servers")) {
            check_near(mg1_wait_mean(rho, number(input, "service_scv")),
                       number(expected, "wait_mean"), 1e-12);
            n_means++;
        } else if (json_object_has_member(expected, "wait_p95") &&
                   number(expected, "wait_p95") < 10) {
            check_near(md1_wait_quantile(rho, 0.95), number(expected, "wait_p95"), 1e-6);
            n_quantiles++;
        }
    }
    g_assert_cmpuint(n_means, >, 0);
    g_assert_cmpuint(n_quantiles, >, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/queueing/known/erlang", test_known_erlang);
    g_test_add_func("/queueing/known/single-server", test_known_single_server);
    for (guint i = 0; i < G_N_ELEMENTS(systems); i++) {
        g_autofree char *name = g_strdup(systems[i].name);
        g_autofree char *path = g_strconcat("/queueing/", g_strdelimit(name, "/", '_'), NULL);
        g_test_add_data_func(path, &systems[i], test_system);
    }
    g_test_add_data_func("/queueing/wrong-rate/queue", &systems[1], test_wrong_rate);
    g_test_add_data_func("/queueing/wrong-rate/loss", &systems[13], test_wrong_rate);
    return g_test_run();
}
