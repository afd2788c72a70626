/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments, t, Holm, ranks and rankings. */
#include "sim/lab/stat/bb-holm.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-order-interval.h"
#include "sim/lab/stat/bb-rank.h"
#include "sim/lab/stat/bb-share.h"
#include "sim/lab/stat/bb-student.h"
#include "tests/unit/known/known.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PI_BASE 10000

/* n decimal digits of pi from the 3 on, by the spigot of Rabinowitz and Wagon (1995), four at a time. */
static double *
digits_of_pi(gsize n)
{
    gsize n_groups = n / 4 + 2, length = 14 * n_groups;
    g_autofree guint64 *a = g_new(guint64, length);
    double *digits = g_new(double, 4 * n_groups);
    guint64 held = 0;

    for (gsize i = 0; i < length; i++)
        a[i] = PI_BASE / 5;
    for (gsize group = 0; group < n_groups; group++, length -= 14) {
        guint64 carry = 0, four;

        for (gsize b = length - 1; b > 0; b--) {
            carry = carry * b + PI_BASE * a[b];
            a[b] = carry % (2 * b - 1);
            carry /= 2 * b - 1;
        }
        four = held + carry / PI_BASE;
        held = carry % PI_BASE;
        for (gsize k = 4; k > 0; k--, four /= 10)
            digits[4 * group + k - 1] = (double)(four % 10);
    }
    return digits;
}

/* "first N decimal digits of pi starting with the 3, but the digit at index I (from 0) is D instead" */
static double *
pi_with_a_slip(const char *rule, gsize *out_n)
{
    unsigned n, at, digit;
    double *digits;

    if (sscanf(rule,
               "first %u decimal digits of pi starting with the 3, but the digit at index %u (from "
               "0) is %u instead",
               &n, &at, &digit) != 3 ||
        at >= n || n > 100000)
        return NULL;
    digits = digits_of_pi(n);
    digits[at] = digit;
    *out_n = n;
    return digits;
}

/* "A then (B, C) N times" */
static double *
alternating(const char *rule, gsize *out_n)
{
    double first, odd, even, *x;
    unsigned times;

    if (sscanf(rule, "%lf then (%lf, %lf) %u times", &first, &odd, &even, &times) != 4)
        return NULL;
    *out_n = 1 + 2 * (gsize)times;
    x = g_new(double, *out_n);
    x[0] = first;
    for (gsize i = 1; i < *out_n; i++)
        x[i] = i % 2 == 1 ? odd : even;
    return x;
}

void
judge_descriptive(Known *known)
{
    const char *rule = known_text_in(known, "data");
    gsize n = 0;
    g_autofree double *x = NULL;

    if (rule) {
        x = alternating(rule, &n);
        x = x ? x : pi_with_a_slip(rule, &n);
    } else {
        x = known_array(known, "data", &n);
    }
    if (!x) {
        known_fail(known, "unknown rule for data: %s", rule);
        return;
    }
    known_number(known, "n", (double)n);
    known_number(known, "mean", bb_stat_mean(x, n));
    known_number(known, "sd", bb_stat_sd(x, n));
    known_number(known, "lag1", bb_stat_lag1(x, n));
}

void
judge_t_quantiles(Known *known)
{
    g_autoptr(GList) names = known_names(known);
    gboolean student = known_has(known, "df");

    for (GList *at = names; at; at = at->next) {
        const char *name = at->data;
        double p = name[0] == 'q' ? g_ascii_strtod(name + 1, NULL) : NAN;

        known_number(known, name,
                     student ? bb_t_quantile(p, known_in(known, "df")) : bb_normal_quantile(p));
    }
}

static void
judge_tost(Known *known, const BbTTest *test)
{
    double margin = known_in(known, "margin"), alpha = known_in(known, "alpha");
    BbTost tost = bb_tost(test, -margin, margin, alpha);
    int percent = (int)lround(100 * (1 - 2 * alpha));
    g_autofree char *lower = g_strdup_printf("ci%d_lower", percent);
    g_autofree char *upper = g_strdup_printf("ci%d_upper", percent);

    known_number(known, "p_lower", tost.p_lower);
    known_number(known, "p_upper", tost.p_upper);
    known_number(known, "p_tost", tost.p);
    known_number(known, lower, tost.lower);
    known_number(known, upper, tost.upper);
    known_bool(known, "equivalent", tost.equivalent);
}

void
judge_t_tests(Known *known)
{
    gsize na, nb;
    g_autofree double *a = known_array(known, "a", &na), *b = known_array(known, "b", &nb);
    gboolean paired = json_object_get_boolean_member_with_default(known->input, "paired", FALSE);
    double level = known_has(known, "level") ? known_in(known, "level") : 0.95;
    BbTTest test;

    if (paired && na != nb) {
        known_fail(known, "pairs of unequal number");
        return;
    }
    test = paired ? bb_t_paired(a, b, na, level) : bb_t_welch(a, na, b, nb, level);
    if (known_has(known, "margin")) {
        judge_tost(known, &test);
        return;
    }
    known_number(known, "t", test.t);
    known_number(known, "df", test.df);
    known_number(known, "p", test.p);
    if (known_expects(known, "mean_diff"))
        known_number(known, "mean_diff", test.mean);
    known_number(known, "lower", test.lower);
    known_number(known, "upper", test.upper);
}

void
judge_holm(Known *known)
{
    gsize m;
    g_autofree double *p = known_array(known, "p", &m), *adjusted = g_new(double, m);
    g_autofree gboolean *rejected = g_new(gboolean, m);

    bb_holm(p, m, adjusted);
    for (gsize i = 0; i < m; i++)
        rejected[i] = adjusted[i] <= known_in(known, "alpha");
    known_list(known, "adjusted", adjusted, m);
    known_bools(known, "rejected", rejected, m);
}

static void
judge_quantile_of_data(Known *known)
{
    gsize n;
    g_autofree double *x = known_array(known, "data", &n);
    BbOrderInterval interval = bb_order_interval(n, known_in(known, "p"), known_in(known, "level"));

    bb_stat_sort(x, n);
    known_number(known, "lower", interval.lower_rank > 0 ? x[interval.lower_rank - 1] : -INFINITY);
    known_number(known, "upper", interval.upper_rank > 0 ? x[interval.upper_rank - 1] : INFINITY);
    known_number(known, "coverage", interval.coverage);
}

void
judge_order_statistics(Known *known)
{
    double p = known_in(known, "p"), level = known_in(known, "level");

    if (known_has(known, "data")) {
        judge_quantile_of_data(known);
    } else if (known_has(known, "n")) {
        BbOrderInterval interval = bb_order_interval(known_count(known, "n"), p, level);

        known_number(known, "lower_rank", (double)interval.lower_rank);
        known_number(known, "upper_rank", (double)interval.upper_rank);
        known_number(known, "coverage", interval.coverage);
    } else {
        known_number(known, "n_one_sided_upper", (double)bb_order_minimum_n(p, level, FALSE));
        known_number(known, "n_two_sided_upper_finite", (double)bb_order_minimum_n(p, level, TRUE));
    }
}

static void
judge_share(Known *known)
{
    guint64 k = known_count(known, "held"), n = known_count(known, "of");
    double level = known_in(known, "level");
    BbShareInterval exact = bb_share_clopper_pearson(k, n, level);
    BbShareInterval wilson = bb_share_wilson(k, n, level);

    known_number(known, "clopper_lower", exact.lower);
    known_number(known, "clopper_upper", exact.upper);
    known_number(known, "wilson_lower", wilson.lower);
    known_number(known, "wilson_upper", wilson.upper);
    known_number(known, "sign_test_p_two_sided", bb_sign_test(k, n));
    known_number(known, "sign_test_p_one_sided", bb_sign_test_above(k, n));
}

static void
judge_concordance(Known *known)
{
    JsonArray *rows = json_object_get_array_member(known->input, "ranks");
    guint m = json_array_get_length(rows);
    gsize n = m > 0 ? json_array_get_length(json_array_get_array_element(rows, 0)) : 0;
    g_autofree double *ranks = g_new0(double, m *n);
    BbConcordance concordance;

    for (guint i = 0; i < m; i++) {
        gsize length;
        g_autofree double *row = known_numbers(json_array_get_array_element(rows, i), &length);

        memcpy(ranks + i * n, row, MIN(n, length) * sizeof *row);
    }
    concordance = bb_kendall_w(ranks, m, n);
    known_number(known, "W", concordance.w);
    known_number(known, "friedman_chi2", concordance.chi2);
    known_number(known, "friedman_p", concordance.p);
}

void
judge_ranking(Known *known)
{
    if (known_has(known, "held")) {
        judge_share(known);
    } else if (known_has(known, "ranks")) {
        judge_concordance(known);
    } else {
        gsize na, nb;
        g_autofree double *a = known_array(known, "a", &na), *b = known_array(known, "b", &nb);

        known_number(known, "tau", bb_kendall_tau(a, b, MIN(na, nb)));
    }
}
