/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fit is judged by what it promises: no neighbour has a higher likelihood, which is written down here
 * once more, and samples of a law give the law back. */
#include "sim/base/bb-error.h"
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-fit.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define N 2000

static const BbFit laws[] = {
    {BB_FIT_EXPONENTIAL, {40}, 1, 0, 0},   {BB_FIT_LOGNORMAL, {3, 1.5}, 2, 0, 0},
    {BB_FIT_WEIBULL, {0.6, 100}, 2, 0, 0}, {BB_FIT_GAMMA, {0.7, 50}, 2, 0, 0},
    {BB_FIT_PARETO, {10, 1.8}, 2, 0, 0},   {BB_FIT_HYPEREXPONENTIAL, {0.7, 5, 200}, 3, 0, 0},
};

/* Draws of a law, cut off at `cut` (0: never), rounded to `unit` (0: not). */
typedef struct {
    double x[N];
    gboolean censored[N];
    BbFitSample sample;
} Drawn;

static Drawn *
draw(const BbFit *law, double cut, double unit)
{
    Drawn *drawn = g_new0(Drawn, 1);

    for (guint i = 0; i < N; i++) {
        double x = bb_fit_quantile(law, bb_rng_uniform(3, 0, i, 0));

        drawn->censored[i] = cut > 0 && x > cut;
        x = drawn->censored[i] ? cut : x;
        drawn->x[i] = unit > 0 ? MAX(unit, nearbyint(x / unit) * unit) : x;
    }
    drawn->sample = (BbFitSample){drawn->x, cut > 0 ? drawn->censored : NULL, N, unit};
    return drawn;
}

/* ln f by a difference quotient of F, ln S and the interval, all from the public law. */
static double
likelihood(const BbFit *fit, const BbFitSample *sample)
{
    double sum = 0;

    for (gsize i = 0; i < sample->n; i++) {
        double x = sample->x[i], half = MAX(sample->unit / 2, 1e-4 * x), high, low;

        if (sample->censored && sample->censored[i]) {
            sum += bb_fit_log_survival(fit, x);
            continue;
        }
        low = x - half > 0 ? bb_fit_log_survival(fit, x - half) : 0;
        high = bb_fit_log_survival(fit, x + half);
        sum += low + log(-expm1(high - low)) - (sample->unit > 0 ? 0 : log(2 * half));
    }
    return sum;
}

static void
assert_best(const BbFit *fit, const BbFitSample *sample)
{
    double best = likelihood(fit, sample);

    for (guint k = fit->family == BB_FIT_PARETO ? 1 : 0; k < fit->n_parameters; k++)
        for (int sign = -1; sign <= 1; sign += 2) {
            BbFit other = *fit;

            other.p[k] *= 1 + sign * 0.01;
            g_assert_cmpfloat(likelihood(&other, sample), <, best);
        }
}

static void
assert_near(const BbFit *fit, const BbFit *law)
{
    for (guint k = 0; k < fit->n_parameters; k++)
        g_assert_cmpfloat_with_epsilon(fit->p[k] / law->p[k], 1, 0.15);
}

static void
test_complete(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
        g_autofree Drawn *drawn = draw(&laws[i], 0, 0);
        BbFit fit;

        g_test_message("%s", bb_fit_name(laws[i].family));
        g_assert_true(bb_fit(laws[i].family, &drawn->sample, &fit, NULL));
        assert_near(&fit, &laws[i]);
        assert_best(&fit, &drawn->sample);
        g_assert_cmpfloat_with_epsilon(fit.loglik, likelihood(&fit, &drawn->sample),
                                       2e-4 * fabs(fit.loglik));
        g_assert_cmpfloat_with_epsilon(fit.aic, 2 * fit.n_parameters - 2 * fit.loglik, 1e-9);
        g_assert_cmpuint(fit.n_parameters, ==, laws[i].n_parameters);
    }
}

/* A fifth cut off, as by the end of a trace; as if complete, all would come out too short. */
static void
test_censored(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
        g_autofree Drawn *drawn = draw(&laws[i], bb_fit_quantile(&laws[i], 0.8), 0);
        BbFit fit;

        g_test_message("%s", bb_fit_name(laws[i].family));
        g_assert_true(bb_fit(laws[i].family, &drawn->sample, &fit, NULL));
        assert_near(&fit, &laws[i]);
        assert_best(&fit, &drawn->sample);
    }
}

static void
test_rounded(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
        g_autofree Drawn *drawn = draw(&laws[i], 0, 4);
        BbFit fit;

        if (laws[i].family == BB_FIT_PARETO) /* its least value is rounded, too */
            continue;
        g_test_message("%s", bb_fit_name(laws[i].family));
        g_assert_true(bb_fit(laws[i].family, &drawn->sample, &fit, NULL));
        assert_best(&fit, &drawn->sample);
    }
}

static void
test_laws(void)
{
    static const double u[] = {1e-6, 0.1, 0.5, 0.9, 0.999999};

    for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
        double mean = 0, square = 0, cells = 200000;

        for (gsize k = 0; k < G_N_ELEMENTS(u); k++)
            g_assert_cmpfloat_with_epsilon(bb_fit_cdf(&laws[i], bb_fit_quantile(&laws[i], u[k])),
                                           u[k], 1e-10);
        for (double k = 0.5; k < cells; k++) { /* cells that narrow towards u = 1 */
            double left = MAX(1e-3, 1 - k / cells);
            double x = bb_fit_quantile(&laws[i], 1 - pow(left, 4));

            mean += x * 4 * pow(left, 3) / cells;
            square += x * x * 4 * pow(left, 3) / cells;
        }
        if (laws[i].family == BB_FIT_PARETO) {
            g_assert_true(isinf(bb_fit_second_moment(&laws[i])));
            continue;
        }
        g_assert_cmpfloat_with_epsilon(mean / bb_fit_mean(&laws[i]), 1, 1e-3);
        g_assert_cmpfloat_with_epsilon(square / bb_fit_second_moment(&laws[i]), 1, 1e-3);
    }
}

static void
test_best(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(laws); i++) {
        g_autofree Drawn *drawn = draw(&laws[i], 0, 0);
        BbFit fits[BB_N_FITS], again;

        for (guint f = 0; f < BB_N_FITS; f++)
            g_assert_true(bb_fit((BbFitFamily)f, &drawn->sample, &fits[f], NULL));
        g_assert_cmpint(bb_fit_best(fits, BB_N_FITS)->family, ==, laws[i].family);
        g_assert_true(bb_fit_again(&fits[i], &drawn->sample, &again, NULL));
        g_assert_cmpfloat_with_epsilon(again.loglik, fits[i].loglik, 1e-6 * fabs(fits[i].loglik));
    }
}

static void
test_bad(void)
{
    static const double zero[] = {1, 0, 2}, equal[] = {3, 3, 3}, endless[] = {1, INFINITY};
    static const gboolean all[] = {TRUE, TRUE, TRUE};
    static const struct {
        const char *name;
        BbFitSample sample;
        BbFitFamily family;
        gboolean works;
    } cases[] = {
        {"zero", {zero, NULL, 3, 0}, BB_FIT_EXPONENTIAL, FALSE},
        {"infinite", {endless, NULL, 2, 0}, BB_FIT_GAMMA, FALSE},
        {"nothing", {zero, NULL, 0, 0}, BB_FIT_EXPONENTIAL, FALSE},
        {"all censored", {equal, all, 3, 0}, BB_FIT_EXPONENTIAL, FALSE},
        {"equal lognormal", {equal, NULL, 3, 0}, BB_FIT_LOGNORMAL, FALSE},
        {"equal weibull", {equal, NULL, 3, 0}, BB_FIT_WEIBULL, FALSE},
        {"equal exponential", {equal, NULL, 3, 0}, BB_FIT_EXPONENTIAL, TRUE},
        {"equal hyperexponential", {equal, NULL, 3, 0}, BB_FIT_HYPEREXPONENTIAL, TRUE},
        {"one", {equal, NULL, 1, 0}, BB_FIT_HYPEREXPONENTIAL, TRUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        BbFit fit;

        g_test_message("%s", cases[i].name);
        g_assert_cmpint(bb_fit(cases[i].family, &cases[i].sample, &fit, &error), ==,
                        cases[i].works);
        if (!cases[i].works)
            g_assert_error(error, BB_ERROR, BB_ERROR_INPUT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_func("/fit/complete", test_complete);
    g_test_add_func("/fit/censored", test_censored);
    g_test_add_func("/fit/rounded", test_rounded);
    g_test_add_func("/fit/laws", test_laws);
    g_test_add_func("/fit/best", test_best);
    g_test_add_func("/fit/bad", test_bad);
    return g_test_run();
}
