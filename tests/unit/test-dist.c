/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-dist.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-rng.h"

#include <glib/gstdio.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#define TINY 0x1p-53 /* the least uniform of bb-rng */

typedef struct {
    const char *text;
    BbDistUnit unit;
    double u;
    gint64 value;
} DrawCase;

static const DrawCase draw_cases[] = {
    {"45s", BB_DIST_DURATION, 0.3, 45000000},
    {"4", BB_DIST_DURATION, 0.3, 4000000},
    {"4", BB_DIST_NUMBER, 0.3, 4},
    {"4.5", BB_DIST_NUMBER, 0.3, 5},
    {"4.49", BB_DIST_NUMBER, 0.3, 4},
    {"0.49999999999999994", BB_DIST_NUMBER, 0.3, 0},
    {"2h30m", BB_DIST_DURATION, 0.3, 9000000000},
    {"uniform(20s,60s)", BB_DIST_DURATION, 0.25, 30000000},
    {"uniform(min=20s,max=60s)", BB_DIST_DURATION, 0.25, 30000000},
    {"uniform(3,3)", BB_DIST_NUMBER, 0.9, 3},
    {"exp(100)", BB_DIST_NUMBER, 0.6321205588285577, 100},
    {"exp(mean=100)", BB_DIST_NUMBER, 0.6321205588285577, 100},
    {"exp(1s)", BB_DIST_DURATION, 0.5, 693147},
    {"lognormal(mean=45s,cv=0)", BB_DIST_DURATION, 0.9, 45000000},
    {"gamma(45s,0)", BB_DIST_DURATION, 0.9, 45000000},
    {"lognormal(1000,1)", BB_DIST_NUMBER, 0.5, 707},                   /* mean / sqrt(1 + cv^2) */
    {"gamma(mean=100,cv=1)", BB_DIST_NUMBER, 0.6321205588285577, 100}, /* exponential */
    {"weibull(shape=1,scale=100)", BB_DIST_NUMBER, 0.6321205588285577, 100},
    {"weibull(shape=2,scale=100)", BB_DIST_NUMBER, 0.6321205588285577, 100},
    {"pareto(alpha=1,min=10)", BB_DIST_NUMBER, 0.5, 20},
    {"pareto(alpha=2,min=10)", BB_DIST_NUMBER, 0.75, 20},
    {"choice(1:0.5|2:0.3|8:0.2)", BB_DIST_NUMBER, TINY, 1},
    {"choice(1:0.5|2:0.3|8:0.2)", BB_DIST_NUMBER, 0.49, 1},
    {"choice(1:0.5|2:0.3|8:0.2)", BB_DIST_NUMBER, 0.51, 2},
    {"choice(1:0.5|2:0.3|8:0.2)", BB_DIST_NUMBER, 0.81, 8},
    {"choice(1:0.5|2:0.3|8:0.2)", BB_DIST_NUMBER, 1 - TINY, 8},
    {"choice(8:2|1:5|2:3)", BB_DIST_NUMBER, 0.49,
     1}, /* weights need no sum of 1, values no order */
    {"choice(1s:1| 500ms : 1)", BB_DIST_DURATION, 0.4, 500000},
    {"choice(7:1|9:0)", BB_DIST_NUMBER, 1 - TINY, 7},
};

static void
test_draws(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(draw_cases); i++) {
        const DrawCase *c = &draw_cases[i];
        g_autoptr(GError) error = NULL;
        g_test_message("%s", c->text);
        g_autoptr(BbDist) dist = bb_dist_parse(c->text, c->unit, &error);
        g_assert_no_error(error);
        g_assert_cmpint(bb_dist_draw(dist, c->u), ==, c->value);
    }
}

static void
test_means(void)
{
    static const struct {
        const char *text;
        BbDistUnit unit;
        double mean;
    } cases[] = {
        {"45s", BB_DIST_DURATION, 45e6},
        {"4.5", BB_DIST_NUMBER, 4.5},
        {"exp(30d)", BB_DIST_DURATION, 30 * 86400e6},
        {"uniform(20s,60s)", BB_DIST_DURATION, 40e6},
        {"lognormal(mean=45s,cv=0.6)", BB_DIST_DURATION, 45e6},
        {"gamma(mean=45s,cv=2)", BB_DIST_DURATION, 45e6},
        {"gamma(mean=45s,cv=0)", BB_DIST_DURATION, 45e6},
        {"weibull(shape=2,scale=100)", BB_DIST_NUMBER, 88.6226925452758},
        {"pareto(alpha=1.5,min=10s)", BB_DIST_DURATION, 30e6},
        {"choice(1:0.5|2:0.3|8:0.2)", BB_DIST_NUMBER, 2.7},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbDist) dist = bb_dist_parse(cases[i].text, cases[i].unit, NULL);
        g_assert_cmpfloat_with_epsilon(bb_dist_mean(dist), cases[i].mean, cases[i].mean * 1e-12);
    }
    g_autoptr(BbDist) infinite = bb_dist_parse("pareto(alpha=1,min=10s)", BB_DIST_DURATION, NULL);
    g_assert_true(isnan(bb_dist_mean(infinite)));
}

/* The mean of the value at the middles of equal cells is the mean. */
static void
test_inverse_fits_mean(void)
{
    static const char *const texts[] = {
        "exp(1000s)",
        "uniform(20s,60s)",
        "lognormal(mean=45s,cv=0.6)",
        "gamma(mean=45s,cv=0.5)",
        "gamma(mean=45s,cv=1.5)",
        "gamma(mean=45s,cv=4)",
        "weibull(shape=0.7,scale=100s)",
        "pareto(alpha=3,min=10s)",
        "choice(1s:0.5|2s:0.3|8s:0.2)",
    };
    enum { N = 20000 };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(BbDist) dist = bb_dist_parse(texts[i], BB_DIST_DURATION, NULL);
        double sum = 0;
        g_test_message("%s", texts[i]);
        for (guint j = 0; j < N; j++)
            sum += (double)bb_dist_draw(dist, (j + 0.5) / N);
        g_assert_cmpfloat_with_epsilon(sum / N, bb_dist_mean(dist), 0.01 * bb_dist_mean(dist));
    }
}

enum { N_TAIL = 52, N_MIDDLE = 20000, N_RISING = N_TAIL + N_MIDDLE + N_TAIL };

/* Powers of two up to 1/2 steps of the middle, even steps, and powers of two up to 1. */
static double
rising(guint i)
{
    double step = 1.0 / (N_MIDDLE + 1);
    if (i < N_TAIL)
        return MIN(ldexp(TINY, (int)i), step / 2);
    if (i < N_TAIL + N_MIDDLE)
        return (i - N_TAIL + 1) * step;
    return 1 - MIN(ldexp(TINY, N_RISING - 1 - (int)i), step / 2);
}

/* Within range, never falling in u, and never at a loss: over the limits of every parameter. */
static void
test_monotone(void)
{
    static const char *const texts[] = {
        "exp(1us)",
        "exp(53375995d)",
        "uniform(0,53375995d)",
        "lognormal(mean=45s,cv=0.01)",
        "lognormal(mean=53375995d,cv=30)",
        "gamma(mean=45s,cv=0.01)",
        "gamma(mean=45s,cv=0.3)",
        "gamma(mean=45s,cv=1)",
        "gamma(mean=30d,cv=3)",
        "gamma(mean=30d,cv=10)",
        "gamma(mean=53375995d,cv=30)",
        "weibull(shape=0.02,scale=1s)",
        "weibull(shape=1000,scale=50000000d)",
        "pareto(alpha=0.05,min=1us)",
        "pareto(alpha=1000,min=50000000d)",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(BbDist) dist = bb_dist_parse(texts[i], BB_DIST_DURATION, NULL);
        gint64 last = 0;
        g_test_message("%s", texts[i]);
        for (guint j = 0; j < N_RISING; j++) {
            gint64 value = bb_dist_draw(dist, rising(j));
            g_assert_cmpint(value, >=, last);
            g_assert_cmpint(value, <=, BB_TIME_MAX);
            last = value;
        }
        g_assert_cmpint(bb_dist_draw(dist, 0.5), <, BB_TIME_MAX);
    }
}

static void
test_refused(void)
{
    static const struct {
        const char *text;
        BbDistUnit unit;
        const char *message;
    } cases[] = {
        {"", BB_DIST_NUMBER, "\"\": expected a number or a distribution, found \"\""},
        {"-4", BB_DIST_NUMBER, "\"-4\": expected a number or a distribution, found \"-4\""},
        {"4x", BB_DIST_DURATION,
         "\"4x\": expected a duration such as 90s, 5m, 2h30m or 7d, found \"4x\""},
        {"lognromal(1,2)", BB_DIST_NUMBER,
         "\"lognromal(1,2)\": expected a known distribution, found \"lognromal\"; did you mean "
         "\"lognormal\"?"},
        {"zipf(1)", BB_DIST_NUMBER, "\"zipf(1)\": expected a known distribution, found \"zipf\""},
        {"exp(1", BB_DIST_NUMBER, "expected balanced parentheses, found \"exp(1\""},
        {"exp()", BB_DIST_NUMBER, "\"exp()\": expected a value for mean, found none"},
        {"exp(0)", BB_DIST_NUMBER, "\"exp(0)\": expected a mean above 0, found \"0\""},
        {"exp(1,2)", BB_DIST_NUMBER, "\"exp(1,2)\": expected KEY=VALUE, found \"2\""},
        {"exp(rate=1)", BB_DIST_NUMBER,
         "\"exp(rate=1)\": expected one of the parameters mean, found \"rate\""},
        {"exp(nan)", BB_DIST_NUMBER, "\"exp(nan)\": expected a number, found \"nan\""},
        {"exp(5parsecs)", BB_DIST_DURATION,
         "\"exp(5parsecs)\": expected a duration such as 90s, 5m, 2h30m or 7d, found \"5parsecs\""},
        {"uniform(5,4)", BB_DIST_NUMBER,
         "\"uniform(5,4)\": expected a lower limit not above the upper one, found \"5,4\""},
        {"uniform(5)", BB_DIST_NUMBER, "\"uniform(5)\": expected a value for max, found none"},
        {"lognormal(mean=45,cv=31)", BB_DIST_NUMBER,
         "\"lognormal(mean=45,cv=31)\": expected a mean above 0 and a cv of 0 or from 0.01 to 30, "
         "found \"mean=45,cv=31\""},
        {"lognormal(mean=0,cv=1)", BB_DIST_NUMBER,
         "\"lognormal(mean=0,cv=1)\": expected a mean above 0 and a cv of 0 or from 0.01 to 30, "
         "found \"mean=0,cv=1\""},
        {"gamma(45,0.001)", BB_DIST_NUMBER,
         "\"gamma(45,0.001)\": expected a mean above 0 and a cv of 0 or from 0.01 to 30, found "
         "\"45,0.001\""},
        {"gamma(mean=45,mean=45)", BB_DIST_NUMBER,
         "\"gamma(mean=45,mean=45)\": mean: expected one value, found a second one"},
        {"weibull(0,1)", BB_DIST_NUMBER,
         "\"weibull(0,1)\": expected a shape from 0.02 to 1000 and a scale above 0, found \"0,1\""},
        {"pareto(0,1)", BB_DIST_NUMBER,
         "\"pareto(0,1)\": expected an alpha from 0.01 and a min above 0, found \"0,1\""},
        {"choice()", BB_DIST_NUMBER,
         "\"choice()\": expected VALUE:WEIGHT|.. with a weight above 0, found \"\""},
        {"choice(1)", BB_DIST_NUMBER, "\"choice(1)\": expected VALUE:WEIGHT, found \"1\""},
        {"choice(a:1)", BB_DIST_NUMBER, "\"choice(a:1)\": expected a number, found \"a\""},
        {"choice(1:-1)", BB_DIST_NUMBER,
         "\"choice(1:-1)\": expected a number, at least 0, found \"-1\""},
        {"choice(1:0)", BB_DIST_NUMBER,
         "\"choice(1:0)\": expected VALUE:WEIGHT|.. with a weight above 0, found \"1:0\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(bb_dist_parse(cases[i].text, cases[i].unit, &error));
        g_assert_error(error, BB_ERROR, BB_ERROR_USAGE);
        g_assert_cmpstr(error->message, ==, cases[i].message);
    }
    bb_dist_free(NULL);
}

static void
test_empirical(void)
{
    static const struct {
        const char *content;
        gsize n;
        const char *draws;   /* at 0.1, 0.4, 0.9 */
        const char *message; /* after the path */
    } cases[] = {
        {"3s\n1s\n\n 2s \n", 12, "1000000 2000000 3000000 ", NULL},
        {"0.5", 3, "500000 500000 500000 ", NULL},
        {"", 0, NULL, ": expected one number a line, found none"},
        {"1\nx\n", 4, NULL, ":2: expected a duration such as 90s, 5m, 2h30m or 7d, found \"x\""},
        {"1\n2\0003\n", 6, NULL, ":2: expected text, found a NUL byte"},
    };
    g_autofree char *folder = g_dir_make_tmp("bb-dist-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "values.txt", NULL);
    g_autofree char *text = g_strdup_printf("empirical(%s)", path);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(g_file_set_contents(path, cases[i].content, (gssize)cases[i].n, NULL));
        g_autoptr(BbDist) dist = bb_dist_parse(text, BB_DIST_DURATION, &error);
        if (cases[i].draws != NULL) {
            g_assert_no_error(error);
            g_autofree char *draws = g_strdup_printf(
                "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " ",
                bb_dist_draw(dist, 0.1), bb_dist_draw(dist, 0.4), bb_dist_draw(dist, 0.9));
            g_assert_cmpstr(draws, ==, cases[i].draws);
        } else {
            g_autofree char *message = g_strconcat(path, cases[i].message, NULL);
            g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
            g_assert_cmpstr(error->message, ==, message);
        }
    }
    g_unlink(path);
    g_autoptr(GError) error = NULL;
    g_assert_null(bb_dist_parse(text, BB_DIST_DURATION, &error));
    g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    g_rmdir(folder);
}

/* Draws are the same on every machine: a digest of some, to be changed only on purpose. */
static void
test_same_everywhere(void)
{
    static const char *const texts[] = {
        "exp(100s)",
        "lognormal(mean=45s,cv=0.6)",
        "gamma(mean=45s,cv=2)",
        "weibull(shape=0.7,scale=100s)",
        "pareto(alpha=1.5,min=10s)",
        "uniform(20s,60s)",
    };
    g_autoptr(GString) draws = g_string_new(NULL);
    guint32 stream = bb_rng_stream("test-dist");
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(BbDist) dist = bb_dist_parse(texts[i], BB_DIST_DURATION, NULL);
        for (guint j = 0; j < 1000; j++)
            g_string_append_printf(draws, "%" G_GINT64_FORMAT " ",
                                   bb_dist_draw(dist, bb_rng_uniform(1, stream, j, 0)));
    }
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, draws->str, -1);
    g_assert_cmpstr(digest, ==, "52aef93b5aa656d1b48ce9fe8579e946115cc8601ca3f7e5a3fd962605691513");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/dist/draws", test_draws);
    g_test_add_func("/dist/means", test_means);
    g_test_add_func("/dist/inverse-fits-mean", test_inverse_fits_mean);
    g_test_add_func("/dist/monotone", test_monotone);
    g_test_add_func("/dist/refused", test_refused);
    g_test_add_func("/dist/empirical", test_empirical);
    g_test_add_func("/dist/same-everywhere", test_same_everywhere);
    return g_test_run();
}
