/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Densities, tails, moments and likelihood equations of the families. Weibull's powers are taken of
 * x / largest x, so that they neither overflow nor vanish together. */
#include "sim/lab/stat/bb-fit-private.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-solve.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>

static double *
logarithms(const BbFitSample *sample)
{
    double *logs = g_new(double, sample->n);

    for (gsize i = 0; i < sample->n; i++)
        logs[i] = log(sample->x[i]);
    return logs;
}

static double
mean_log(const BbFitSample *sample)
{
    g_autofree double *logs = logarithms(sample);

    return bb_stat_mean(logs, sample->n);
}

/* Exponential. */

static void
exponential_solve(const BbFitSample *sample, double *p)
{
    p[0] = bb_stat_mean(sample->x, sample->n);
}

static double
exponential_log_density(const double *p, double x)
{
    return -log(p[0]) - x / p[0];
}

static double
exponential_log_survival(const double *p, double x)
{
    return -x / p[0];
}

static double
exponential_quantile(const double *p, double u)
{
    return -p[0] * log1p(-u);
}

static double
exponential_mean(const double *p)
{
    return p[0];
}

static double
exponential_second_moment(const double *p)
{
    return 2 * p[0] * p[0];
}

/* Lognormal. */

static void
lognormal_solve(const BbFitSample *sample, double *p)
{
    g_autofree double *logs = logarithms(sample);
    double n = (double)sample->n;

    p[0] = bb_stat_mean(logs, sample->n);
    p[1] = sqrt(bb_stat_variance(logs, sample->n) * (n - 1) / n);
}

static double
lognormal_log_density(const double *p, double x)
{
    double z = (log(x) - p[0]) / p[1];

    return -log(x) - log(p[1]) - 0.5 * log(2 * M_PI) - z * z / 2;
}

static double
lognormal_log_survival(const double *p, double x)
{
    return gsl_sf_log_erfc((log(x) - p[0]) / p[1] / M_SQRT2) - M_LN2;
}

static double
lognormal_quantile(const double *p, double u)
{
    return exp(p[0] + p[1] * gsl_cdf_ugaussian_Pinv(u));
}

static double
lognormal_mean(const double *p)
{
    return exp(p[0] + p[1] * p[1] / 2);
}

static double
lognormal_second_moment(const double *p)
{
    return exp(2 * p[0] + 2 * p[1] * p[1]);
}

/* Weibull. */

typedef struct {
    const double *logs; /* of x / largest */
    gsize n;
    double mean_log;
} Powers;

/* sum x^k ln x / sum x^k - 1/k - mean ln x: rises with k. */
static double
weibull_equation(double k, void *data)
{
    const Powers *powers = data;
    double sum = 0, weighted = 0;

    for (gsize i = 0; i < powers->n; i++) {
        double power = exp(k * powers->logs[i]);

        sum += power;
        weighted += power * powers->logs[i];
    }
    return weighted / sum - 1 / k - powers->mean_log;
}

static void
weibull_solve(const BbFitSample *sample, double *p)
{
    g_autofree double *logs = logarithms(sample);
    Powers powers = {logs, sample->n, 0};
    double largest = -G_MAXDOUBLE, low = 1, high = 1, sum = 0;

    for (gsize i = 0; i < sample->n; i++)
        largest = MAX(largest, logs[i]);
    for (gsize i = 0; i < sample->n; i++)
        logs[i] -= largest;
    powers.mean_log = bb_stat_mean(logs, sample->n);
    while (weibull_equation(low, &powers) > 0)
        low /= 2;
    while (weibull_equation(high, &powers) < 0)
        high *= 2;
    p[0] = low == high ? low : bb_solve(weibull_equation, &powers, low, high);
    for (gsize i = 0; i < sample->n; i++)
        sum += exp(p[0] * logs[i]);
    p[1] = exp(largest + log(sum / (double)sample->n) / p[0]);
}

static double
weibull_log_density(const double *p, double x)
{
    double z = log(x / p[1]);

    return log(p[0] / p[1]) + (p[0] - 1) * z - exp(p[0] * z);
}

static double
weibull_log_survival(const double *p, double x)
{
    return -pow(x / p[1], p[0]);
}

static double
weibull_quantile(const double *p, double u)
{
    return p[1] * pow(-log1p(-u), 1 / p[0]);
}

static double
weibull_mean(const double *p)
{
    return p[1] * tgamma(1 + 1 / p[0]);
}

static double
weibull_second_moment(const double *p)
{
    return p[1] * p[1] * tgamma(1 + 2 / p[0]);
}

/* Gamma: ln a - digamma(a) = s. */

static void
gamma_solve(const BbFitSample *sample, double *p)
{
    double mean = bb_stat_mean(sample->x, sample->n), s = log(mean) - mean_log(sample);
    double a = (3 - s + sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);

    for (guint i = 0; i < 50; i++) {
        double off = log(a) - gsl_sf_psi(a) - s, next = a - off / (1 / a - gsl_sf_psi_1(a));

        next = next > 0 ? next : a / 2;
        if (fabs(next - a) <= 1e-15 * a)
            break;
        a = next;
    }
    p[0] = a;
    p[1] = mean / a;
}

static double
gamma_log_density(const double *p, double x)
{
    return (p[0] - 1) * log(x) - x / p[1] - gsl_sf_lngamma(p[0]) - p[0] * log(p[1]);
}

/* Far in the tail, where GSL's Q is 0, the leading term of its expansion. */
static double
gamma_log_survival(const double *p, double x)
{
    double q = gsl_cdf_gamma_Q(x, p[0], p[1]);

    return q > 0 ? log(q) : gamma_log_density(p, x) + log(p[1]);
}

static double
gamma_quantile(const double *p, double u)
{
    return gsl_cdf_gamma_Pinv(u, p[0], p[1]);
}

static double
gamma_mean(const double *p)
{
    return p[0] * p[1];
}

static double
gamma_second_moment(const double *p)
{
    return p[0] * (p[0] + 1) * p[1] * p[1];
}

/* Pareto. */

static void
pareto_solve(const BbFitSample *sample, double *p)
{
    double least = G_MAXDOUBLE;

    for (gsize i = 0; i < sample->n; i++)
        least = MIN(least, sample->x[i]);
    p[0] = least;
    p[1] = 1 / (mean_log(sample) - log(least));
}

static double
pareto_log_density(const double *p, double x)
{
    return x < p[0] ? -INFINITY : log(p[1] / x) - p[1] * log(x / p[0]);
}

static double
pareto_log_survival(const double *p, double x)
{
    return x < p[0] ? 0 : -p[1] * log(x / p[0]);
}

static double
pareto_quantile(const double *p, double u)
{
    return p[0] * exp(-log1p(-u) / p[1]);
}

static double
pareto_mean(const double *p)
{
    return p[1] > 1 ? p[1] * p[0] / (p[1] - 1) : INFINITY;
}

static double
pareto_second_moment(const double *p)
{
    return p[1] > 2 ? p[1] * p[0] * p[0] / (p[1] - 2) : INFINITY;
}

/* Hyperexponential; its likelihood is in bb-fit-mixture.c. */

static double
mixture_mean(const double *p)
{
    return p[0] * p[1] + (1 - p[0]) * p[2];
}

static double
mixture_second_moment(const double *p)
{
    return 2 * (p[0] * p[1] * p[1] + (1 - p[0]) * p[2] * p[2]);
}

#define FAMILY(prefix)                                                                             \
    .solve = prefix##_solve, .log_density = prefix##_log_density,                                  \
    .log_survival = prefix##_log_survival, .quantile = prefix##_quantile, .mean = prefix##_mean,   \
    .second_moment = prefix##_second_moment

const BbFitClass bb_fit_classes[BB_N_FITS] = {
    [BB_FIT_EXPONENTIAL] = {.name = "exponential", .parameters = {"mean"}, FAMILY(exponential)},
    [BB_FIT_LOGNORMAL] = {.name = "lognormal",
                          .parameters = {"mu", "sigma"},
                          .real = 1,
                          .needs_spread = TRUE,
                          FAMILY(lognormal)},
    [BB_FIT_WEIBULL] = {.name = "weibull",
                        .parameters = {"shape", "scale"},
                        .needs_spread = TRUE,
                        FAMILY(weibull)},
    [BB_FIT_GAMMA] = {.name = "gamma",
                      .parameters = {"shape", "scale"},
                      .needs_spread = TRUE,
                      FAMILY(gamma)},
    [BB_FIT_PARETO] = {.name = "pareto",
                       .parameters = {"xmin", "alpha"},
                       .n_fixed = 1,
                       .needs_spread = TRUE,
                       FAMILY(pareto)},
    [BB_FIT_HYPEREXPONENTIAL] = {.name = "hyperexponential",
                                 .parameters = {"weight", "mean1", "mean2"},
                                 .share = 1,
                                 .solve = bb_fit_mixture_solve,
                                 .log_density = bb_fit_mixture_log_density,
                                 .log_survival = bb_fit_mixture_log_survival,
                                 .mean = mixture_mean,
                                 .second_moment = mixture_second_moment},
};
