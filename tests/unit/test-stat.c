/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-stat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
test_empty(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    BbSummaryStat s = bb_series_summary(series);
    g_assert_cmpuint(s.n, ==, 0);
    g_assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.min) && isnan(s.max) && isnan(s.p50));
    g_assert_true(isnan(bb_series_quantile(series, 0.5)));
    g_assert_false(s.mean_at_least || s.max_at_least || s.p50_at_least || s.sketch);
    bb_series_free(NULL);
}

static void
test_small(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    static const double values[] = {9, 2, 4, 4, 5, 5, 7, 4};
    bb_series_add(series, 7);
    BbSummaryStat one = bb_series_summary(series);
    g_assert_true(isnan(one.sd));
    g_assert_cmpfloat(one.p50, ==, 7);
    g_assert_cmpfloat(one.p999, ==, 7);

    g_autoptr(BbSeries) eight = bb_series_new();
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        bb_series_add(eight, values[i]);
    BbSummaryStat s = bb_series_summary(eight);
    g_assert_cmpuint(s.n, ==, 8);
    g_assert_cmpuint(bb_series_n(eight), ==, 8);
    g_assert_cmpfloat(s.mean, ==, 5);
    g_assert_cmpfloat_with_epsilon(s.sd, sqrt(32.0 / 7), 1e-12);
    g_assert_cmpfloat(s.min, ==, 2);
    g_assert_cmpfloat(s.max, ==, 9);
    g_assert_cmpfloat(s.p50, ==, 4);
    g_assert_cmpfloat(s.p90, ==, 9);
}

/* Nearest rank: the value with rank ceil(q n), also where q n is whole but its double is not. */
static void
test_ranks(void)
{
    static const struct {
        guint n;
        double q;
        double value; /* of 1..n */
    } cases[] = {
        {10, 0.5, 5},      {10, 0.51, 6},           {10, 0.9, 9},       {10, 0.91, 10},
        {10, 1, 10},       {10, 1e-9, 1},           {100, 0.55, 55},    {100, 0.07, 7},
        {100, 0.99, 99},   {100, 0.999, 100},       {1000, 0.999, 999}, {1001, 0.999, 1000},
        {1000, 0.29, 290}, {200000, 0.999, 199800},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbSeries) series = bb_series_new();
        for (guint v = cases[i].n; v > 0; v--)
            bb_series_add(series, v);
        g_assert_cmpfloat(bb_series_quantile(series, cases[i].q), ==, cases[i].value);
    }
}

static void
test_add_after_summary(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    bb_series_add(series, 5);
    bb_series_add(series, 3);
    g_assert_cmpfloat(bb_series_quantile(series, 0.5), ==, 3);
    bb_series_add(series, 1);
    bb_series_add(series, 2);
    g_assert_cmpfloat(bb_series_quantile(series, 0.5), ==, 2);
}

/* A plain sum of these loses the small ones altogether. */
static void
test_mean_is_compensated(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    bb_series_add(series, 1e16);
    for (guint i = 0; i < 1000; i++)
        bb_series_add(series, 1);
    g_assert_cmpfloat(bb_series_summary(series).mean * 1001, ==, 1e16 + 1000);
}

static void
test_sd_far_from_zero(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    for (guint i = 0; i < 1000; i++)
        bb_series_add(series, 1e9 + i % 2);
    g_assert_cmpfloat_with_epsilon(bb_series_summary(series).sd, sqrt(0.25 * 1000 / 999), 1e-9);
}

static void
test_censored(void)
{
    static const struct {
        const char *values; /* "5+" is censored */
        gboolean p50, p90;
    } cases[] = {
        {"1 2 3 4 5 6 7 8 9 10", FALSE, FALSE}, {"1 2 3 4 5 6 7 8 9 10+", FALSE, FALSE},
        {"1 2 3 4 5 6 7 8 9+ 10", FALSE, TRUE}, {"1 2 3 4 5+ 6 7 8 9 10", TRUE, TRUE},
        {"1 2 3 4 5 6+ 7 8 9 10", FALSE, TRUE}, {"1 2 3 4 5 5+ 7 8 9 10", FALSE, TRUE},
        {"1 2 3 4+ 5 4 7 8 9 10", TRUE, TRUE},  /* sorted 1 2 3 4 4+ 5 ..: rank 5 is censored */
        {"5+ 5+ 5 5 5 5 5 5 5 5", FALSE, TRUE}, /* ranks 9 and 10 */
        {"0+ 1 2 3 4 5 6 7 8 9", TRUE, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BbSeries) series = bb_series_new();
        g_auto(GStrv) values = g_strsplit(cases[i].values, " ", -1);
        guint n_censored = 0;
        for (gsize j = 0; values[j] != NULL; j++) {
            if (g_str_has_suffix(values[j], "+")) {
                bb_series_add_censored(series, atoi(values[j]));
                n_censored++;
            } else {
                bb_series_add(series, atoi(values[j]));
            }
        }
        BbSummaryStat s = bb_series_summary(series);
        g_assert_cmpuint(s.n, ==, 10);
        g_assert_cmpuint(s.n_censored, ==, n_censored);
        g_assert_cmpint(s.mean_at_least, ==, n_censored > 0);
        g_assert_cmpint(s.max_at_least, ==, n_censored > 0);
        g_assert_cmpint(s.p50_at_least, ==, cases[i].p50);
        g_assert_cmpint(s.p90_at_least, ==, cases[i].p90);
        g_assert_cmpint(s.p999_at_least, ==, n_censored > 0);
    }
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Every rank against a sorted copy: few values and many, whole seconds and ratios, all equal, with
 * zeros of both signs. */
static void
test_sorting(void)
{
    static const guint sizes[] = {1, 2, 255, 256, 257, 5000};
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    for (guint c = 0; c < 4 * G_N_ELEMENTS(sizes); c++) {
        guint n = sizes[c / 4];
        g_autofree double *values = g_new(double, n);
        g_autoptr(BbSeries) series = bb_series_new();
        for (guint i = 0; i < n; i++) {
            double whole = g_rand_int_range(random, 0, c % 4 == 0 ? 1 : 100000);
            values[i] = c % 4 == 2 ? exp(whole / 300) : c % 4 == 3 ? -0.0 * (i % 2) : whole;
            bb_series_add(series, values[i]);
        }
        qsort(values, n, sizeof *values, compare);
        for (guint rank = 1; rank <= n; rank++)
            g_assert_cmpfloat(bb_series_quantile(series, (double)rank / n), ==, values[rank - 1]);
        g_assert_false(signbit(bb_series_quantile(series, 1)));
    }
}

/* Beyond the exact limit: within 2^-11 of the value at that rank, over twelve powers of ten, with
 * many zeros. */
static void
test_sketch(void)
{
    enum { N = BB_SERIES_EXACT + 50000 };
    static const double qs[] = {1e-6, 0.05, 0.2, 0.3, 0.5, 0.77, 0.9, 0.95, 0.99, 0.999, 1};
    g_autoptr(BbSeries) series = bb_series_new();
    g_autoptr(GRand) random = g_rand_new_with_seed(4);
    g_autofree double *values = g_new(double, N);
    double sum = 0;

    for (guint i = 0; i < N; i++) {
        values[i] = i % 8 == 0 ? 0 : exp(g_rand_double_range(random, -14, 14));
        sum += values[i];
        bb_series_add(series, values[i]);
    }
    qsort(values, N, sizeof *values, compare);
    BbSummaryStat s = bb_series_summary(series);
    g_assert_true(s.sketch);
    g_assert_cmpfloat(s.min, ==, 0);
    g_assert_cmpfloat(s.max, ==, values[N - 1]);
    g_assert_cmpfloat_with_epsilon(s.mean, sum / N, 1e-9 * s.mean);
    for (gsize i = 0; i < G_N_ELEMENTS(qs); i++) {
        double exact = values[(gsize)MAX(ceil(qs[i] * N - 1e-6), 1) - 1];
        g_assert_cmpfloat(fabs(bb_series_quantile(series, qs[i]) - exact), <=, exact * 0x1p-11);
    }
}

/* Equal values come out exactly, since what is reported stays within [min, max]. */
static void
test_sketch_of_equal_values(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    for (guint i = 0; i <= BB_SERIES_EXACT; i++)
        bb_series_add(series, 0.1);
    BbSummaryStat s = bb_series_summary(series);
    g_assert_true(s.sketch);
    g_assert_cmpfloat(s.p50, ==, 0.1);
    g_assert_cmpfloat(s.p999, ==, 0.1);
}

static void
test_limit_of_exactness(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    for (guint i = 0; i < BB_SERIES_EXACT; i++)
        bb_series_add(series, i);
    g_assert_false(bb_series_summary(series).sketch);
    bb_series_add(series, 1);
    g_assert_true(bb_series_summary(series).sketch);
}

static void
test_sketch_extremes(void)
{
    g_autoptr(BbSeries) series = bb_series_new();
    for (guint i = 0; i <= BB_SERIES_EXACT; i++)
        bb_series_add(series, i % 2 ? 5e-324 : 1.7976931348623157e308 / BB_SERIES_EXACT / 2);
    BbSummaryStat s = bb_series_summary(series);
    g_assert_true(isfinite(s.mean) && isfinite(s.p50) && isfinite(s.p999));
    g_assert_cmpfloat(s.p50, >=, s.min);
    g_assert_cmpfloat(s.p999, <=, s.max);
}

static void
test_sketch_censored(void)
{
    enum { N = 300000 };
    g_autoptr(BbSeries) late = bb_series_new(), zero = bb_series_new();
    for (guint i = 0; i < N; i++) {
        if (i < N - N / 50)
            bb_series_add(late, i);
        else
            bb_series_add_censored(late, i);
        if (i == 0)
            bb_series_add_censored(zero, 0);
        else
            bb_series_add(zero, i % 2);
    }
    BbSummaryStat s = bb_series_summary(late);
    g_assert_true(s.sketch);
    g_assert_cmpuint(s.n_censored, ==, N / 50);
    g_assert_false(s.p50_at_least || s.p95_at_least);
    g_assert_true(s.p99_at_least && s.p999_at_least && s.max_at_least && s.mean_at_least);

    /* Half of the values are zeros, and the censored one is the last of them. */
    s = bb_series_summary(zero);
    g_assert_true(s.p50_at_least && s.p90_at_least);
    g_assert_cmpfloat(s.p50, ==, 0);
}

/* A copy goes on like the original, exact or not, and leaves it alone. */
static void
test_copy(gconstpointer data)
{
    guint n = GPOINTER_TO_UINT(data);
    g_autoptr(BbSeries) series = bb_series_new(), all = bb_series_new();
    for (guint i = 0; i < n; i++) {
        bb_series_add(series, i % 1000);
        bb_series_add(all, i % 1000);
    }
    g_autoptr(BbSeries) copy = bb_series_copy(series);
    BbSummaryStat before = bb_series_summary(series);
    for (guint i = 0; i < 3; i++) {
        bb_series_add(copy, 5000 + i);
        bb_series_add(all, 5000 + i);
    }
    BbSummaryStat a = bb_series_summary(copy), b = bb_series_summary(all);
    g_assert_true(memcmp(&a, &b, sizeof a) == 0);
    a = bb_series_summary(series);
    g_assert_cmpuint(a.n, ==, n);
    g_assert_true(memcmp(&a, &before, sizeof a) == 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stat/empty", test_empty);
    g_test_add_func("/stat/small", test_small);
    g_test_add_func("/stat/ranks", test_ranks);
    g_test_add_func("/stat/add-after-summary", test_add_after_summary);
    g_test_add_func("/stat/compensated-mean", test_mean_is_compensated);
    g_test_add_func("/stat/sd-far-from-zero", test_sd_far_from_zero);
    g_test_add_func("/stat/censored", test_censored);
    g_test_add_func("/stat/sorting", test_sorting);
    g_test_add_func("/stat/sketch", test_sketch);
    g_test_add_func("/stat/sketch-of-equal-values", test_sketch_of_equal_values);
    g_test_add_func("/stat/limit-of-exactness", test_limit_of_exactness);
    g_test_add_func("/stat/sketch-extremes", test_sketch_extremes);
    g_test_add_func("/stat/sketch-censored", test_sketch_censored);
    g_test_add_data_func("/stat/copy/empty", GUINT_TO_POINTER(0), test_copy);
    g_test_add_data_func("/stat/copy/exact", GUINT_TO_POINTER(5000), test_copy);
    g_test_add_data_func("/stat/copy/sketch", GUINT_TO_POINTER(BB_SERIES_EXACT + 5), test_copy);
    return g_test_run();
}
