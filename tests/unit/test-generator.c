/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "traces.h"

#include <math.h>

static BbGenerator *
generator(const char *text, guint64 seed, guint32 workload)
{
    g_autoptr(GError) error = NULL;
    BbGenerator *made = bb_generator_new(bb_generator_classes, text, seed, workload, &error);
    g_assert_no_error(error);
    return made;
}

/* All jobs of a generator as one text, those without `prefix` left out. */
static char *
jobs(const char *text, guint64 seed, guint32 workload, const char *prefix)
{
    g_autoptr(BbGenerator) made = generator(text, seed, workload);
    GString *out = g_string_new(NULL);
    BbTimeUs last_us = 0;
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        g_assert_cmpint(row.submit_us, >=, last_us);
        last_us = row.submit_us;
        if (g_str_has_prefix(row.id, prefix))
            trace_job(out, &row);
    }
    return g_string_free(out, FALSE);
}

static const struct {
    const char *text, *message;
} bad[] = {
    {"poison", "unknown generator \"poison\", did you mean \"poisson\"?"},
    {"poisson,rates=1", NULL},
    {"poisson,jobs=0", NULL},
    {"poisson,jobs=nan", NULL},
    {"poisson,rate=0", "generator poisson: rate: expected a number above 0"},
    {"poisson,rate=-1", "generator poisson: rate: expected a number above 0"},
    {"poisson,runtime=expo(1s)", NULL},
    {"poisson,cpu=many", NULL},
    {"poisson,gpu=1.5", "generator poisson: gpu: expected a share below 1 or whole devices"},
    {"poisson,kind=pod", NULL},
    {"poisson,runtime=exp(1s", NULL},
    {"estate,scale=0", "generator estate: scale: expected a number above 0, at most 1e6"},
    {"estate,part=web", NULL},
    {"estate,days=0", NULL},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(bb_generator_new(bb_generator_classes, bad[i].text, 1, 0, &error));
        g_test_message("%s: %s", bad[i].text, error->message);
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_null(strchr(error->message, '\n'));
        if (bad[i].message != NULL)
            g_assert_cmpstr(error->message, ==, bad[i].message);
    }
}

/* Constants and whole rows. */
static void
test_constants(void)
{
    g_autoptr(BbGenerator) made =
        generator("poisson,jobs=1,runtime=45s,estimate=60s,cpu=500m,memory=4Gi,gpu=0.25,disk=10Gi,"
                  "tasks=3,gang=yes,kind=vm,class=gold",
                  1, 0);
    g_autoptr(GString) out = g_string_new(NULL);
    BbJobRow row;
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_ROW);
    row.submit_us = 0;
    trace_job(out, &row);
    g_assert_cmpstr(out->str, ==, "1 @0 +45 /60 vm 3g x 500,4096,10240,250 class=gold;");
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_END);
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_END);
}

/* One distribution changed leaves what the others draw; seeds and workloads draw apart. */
static void
test_keys(void)
{
    g_autofree char *one = jobs("poisson,jobs=50", 1, 0, "");
    g_autofree char *again = jobs("poisson,jobs=50", 1, 0, "");
    g_autofree char *longer = jobs("poisson,jobs=60", 1, 0, "");
    g_autofree char *seed = jobs("poisson,jobs=50", 2, 0, "");
    g_autofree char *workload = jobs("poisson,jobs=50", 1, 1, "");
    g_autofree char *cpus = jobs("poisson,jobs=50,cpu=choice(1:0.5|2:0.5)", 1, 0, "");
    g_assert_cmpstr(one, ==, again);
    g_assert_true(g_str_has_prefix(longer, one));
    g_assert_cmpstr(one, !=, seed);
    g_assert_cmpstr(one, !=, workload);
    g_assert_nonnull(strstr(cpus, "x 2000,"));
    for (char *p = cpus; (p = strstr(p, "x 2000,")) != NULL;)
        p[2] = '1';
    g_assert_cmpstr(one, ==, cpus);
}

/* Gaps and run times have the mean and the spread of an exponential. */
static void
test_poisson(void)
{
    const guint n = 20000;
    g_autoptr(BbGenerator) made = generator("poisson,jobs=20000,rate=0.5,runtime=exp(30s)", 1, 0);
    double runs = 0, squares = 0;
    BbTimeUs last_us = 0;
    BbJobRow row;
    for (guint i = 0; i < n; i++) {
        g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_ROW);
        double gap = (double)(row.submit_us - last_us) / 1e6;
        runs += (double)row.runtime_us / 1e6 / n;
        squares += gap * gap / n;
        last_us = row.submit_us;
        g_assert_cmpint(row.estimate_us, ==, BB_TIME_NEVER);
    }
    g_assert_cmpfloat(fabs((double)last_us / 1e6 / n - 2), <, 0.06);
    g_assert_cmpfloat(fabs(runs - 30), <, 0.9);
    g_assert_cmpfloat(fabs(squares - 8), <, 0.7);
}

static void
test_end_of_time(void)
{
    g_autoptr(BbGenerator) made = generator("poisson,jobs=1000,rate=1e-11", 1, 0);
    g_autoptr(GError) error = NULL;
    BbJobRow row;
    BbReadResult result;
    while ((result = bb_generator_next(made, &row, &error)) == BB_READ_ROW)
        g_assert_cmpint(row.submit_us, <=, BB_TIME_MAX);
    g_assert_cmpint(result, ==, BB_READ_ERROR);
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
}

/* A part alone gives the jobs that it gives in the mix. */
static void
test_estate_parts(void)
{
    static const struct {
        const char *part, *prefix;
    } parts[] = {{"containers", "web-"}, {"vms", "vm-"}, {"hpc", "batch-"}};
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *text = g_strconcat("estate,part=", parts[i].part, NULL);
        g_autofree char *alone = jobs(text, 7, 0, "");
        g_autofree char *mixed = jobs("estate", 7, 0, parts[i].prefix);
        g_assert_cmpstr(alone, ==, mixed);
        g_assert_true(g_str_has_prefix(alone, parts[i].prefix));
    }
}

typedef struct {
    guint n, n_of_kind[BB_N_KINDS], by_night, by_day, n_services;
} Estate;

static Estate
count_estate(const char *text)
{
    g_autoptr(BbGenerator) made = generator(text, 1, 0);
    Estate estate = {0};
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        gint64 hour = row.submit_us / (3600 * BB_US_PER_S) % 24;
        estate.n++;
        estate.n_of_kind[row.kind]++;
        estate.by_night += row.kind == BB_PROCESS && (hour >= 20 || hour < 2);
        estate.by_day += row.kind == BB_CONTAINER && hour >= 8 && hour < 20;
        estate.n_services += row.runtime_us == BB_TIME_NEVER;
        g_assert_cmpint(row.submit_us % BB_US_PER_S, ==, 0);
        g_assert_true(row.estimate_us >= row.runtime_us || row.kind != BB_PROCESS);
        g_assert_true(row.gang == (row.kind == BB_PROCESS));
        g_assert_cmpint(row.need.v[BB_MEMORY], >, 0);
        g_assert_true(*row.class_name != '\0');
    }
    return estate;
}

static void
test_estate(void)
{
    Estate one = count_estate("estate"), two = count_estate("estate,scale=2");
    Estate week = count_estate("estate,days=7");
    g_assert_cmpuint(one.n, >, 6000);
    g_assert_cmpuint(one.n, <, 10000);
    g_assert_cmpuint(one.n_of_kind[BB_VM], >, 150);
    g_assert_cmpuint(one.n_of_kind[BB_PROCESS], >, 100);
    g_assert_cmpuint(one.by_night * 10, >, one.n_of_kind[BB_PROCESS] * 8);
    g_assert_cmpuint(one.by_day * 10, >, one.n_of_kind[BB_CONTAINER] * 6);
    g_assert_cmpuint(one.n_services, >, 30);
    g_assert_cmpfloat(fabs((double)two.n / one.n - 2), <, 0.1);
    g_assert_cmpfloat(fabs((double)week.n / one.n - 3.5), <, 0.2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/generator/bad", test_bad);
    g_test_add_func("/generator/constants", test_constants);
    g_test_add_func("/generator/keys", test_keys);
    g_test_add_func("/generator/poisson", test_poisson);
    g_test_add_func("/generator/end-of-time", test_end_of_time);
    g_test_add_func("/generator/estate-parts", test_estate_parts);
    g_test_add_func("/generator/estate", test_estate);
    return g_test_run();
}
