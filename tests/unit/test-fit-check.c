/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-fit-check.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define N 150
#define N_EXPERIMENTS 100

static void
draw(const BbFit *law, guint64 seed, double *x)
{
    for (guint i = 0; i < N; i++)
        x[i] = bb_fit_quantile(law, bb_rng_uniform(seed, 0, i, 0));
}

/* The right family is rejected at 5 % about that often; 12 of 100 would be one in 2,000. */
static void
test_right_family(void)
{
    static const BbFit law = {BB_FIT_WEIBULL, {1.5, 10}, 2, 0, 0};
    guint n_ks = 0, n_ad = 0;
    double x[N];

    for (guint64 seed = 1; seed <= N_EXPERIMENTS; seed++) {
        BbFitSample sample = {x, NULL, N, 0};
        BbFitCheck check;
        BbFit fit;

        draw(&law, seed, x);
        g_assert_true(bb_fit(BB_FIT_WEIBULL, &sample, &fit, NULL));
        check = bb_fit_check(&fit, &sample, 59, seed);
        n_ks += check.ks_p <= 0.05;
        n_ad += check.anderson_darling_p <= 0.05;
    }
    g_test_message("%u and %u of %u rejected", n_ks, n_ad, N_EXPERIMENTS);
    g_assert_cmpuint(n_ks, <, 12);
    g_assert_cmpuint(n_ad, <, 12);
    g_assert_cmpuint(n_ks + n_ad, >, 0);
}

static void
test_wrong_family(void)
{
    static const BbFit law = {BB_FIT_LOGNORMAL, {2, 2}, 2, 0, 0};
    double x[N];
    BbFitSample sample = {x, NULL, N, 0};
    BbFitCheck check;
    BbFit fit;

    draw(&law, 1, x);
    g_assert_true(bb_fit(BB_FIT_EXPONENTIAL, &sample, &fit, NULL));
    check = bb_fit_check(&fit, &sample, BB_FIT_BOOTSTRAP, 1);
    g_assert_cmpfloat_with_epsilon(check.ks_p, 0.005, 1e-12);
    g_assert_cmpfloat_with_epsilon(check.anderson_darling_p, 0.005, 1e-12);
    g_assert_cmpfloat(check.second_moment_ratio, <, 0.5);
    g_assert_cmpfloat(check.p99_ratio, <, 0.8);
}

/* By hand: 1, 2+, 4 against the exponential: the product-limit is 2/3 from 1 on and 0 from 4. */
static void
test_censored(void)
{
    static const double x[] = {2, 4, 1};
    static const gboolean censored[] = {TRUE, FALSE, FALSE};
    BbFitSample sample = {x, censored, 3, 0};
    BbFitCheck check;
    BbFit fit;

    g_assert_true(bb_fit(BB_FIT_EXPONENTIAL, &sample, &fit, NULL));
    g_assert_cmpfloat_with_epsilon(fit.p[0], 3.5, 1e-6); /* total time over deaths */
    check = bb_fit_check(&fit, &sample, 59, 1);
    g_assert_cmpfloat_with_epsilon(check.ks_d, 2.0 / 3 - exp(-4 / 3.5), 1e-6);
    g_assert_true(isnan(check.ks_p) && isnan(check.anderson_darling) &&
                  isnan(check.second_moment_ratio));
}

/* Tails are judged as far as the values were seen to end: the last of 1000, or the first half alone. */
static void
test_censored_tails(void)
{
    static const double end[] = {997, 500};
    for (guint c = 0; c < G_N_ELEMENTS(end); c++) {
        double x[1000];
        gboolean censored[1000];
        BbFit fit = {.family = BB_FIT_EXPONENTIAL, .p = {100}};
        BbFitSample sample = {x, censored, 1000, 0};
        for (guint i = 0; i < 1000; i++) {
            x[i] = -100 * log(1 - (MIN(i, end[c]) + .5) / 1000);
            censored[i] = i > end[c];
        }
        BbFitCheck check = bb_fit_check(&fit, &sample, 0, 1);
        g_assert_cmpfloat(check.ks_d, <, 0.005);
        g_assert_true(isnan(check.p999_ratio));
        if (c == 0)
            g_assert_cmpfloat(fabs(check.p99_ratio - 1), <, 0.02);
        else
            g_assert_true(isnan(check.p99_ratio));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/fit-check/right-family", test_right_family);
    g_test_add_func("/fit-check/wrong-family", test_wrong_family);
    g_test_add_func("/fit-check/censored", test_censored);
    g_test_add_func("/fit-check/censored-tails", test_censored_tails);
    return g_test_run();
}
