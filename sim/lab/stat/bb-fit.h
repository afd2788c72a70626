/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Maximum-likelihood fits of positive data: run times, gaps, sizes. GSL's error handler must be
 * off.
 *
 *   exponential       mean m           S(x) = exp(-x / m)
 *   lognormal         mu, sigma        ln x ~ N(mu, sigma^2)
 *   weibull           shape k, scale   S(x) = exp(-(x / scale)^k)
 *   gamma             shape a, scale
 *   pareto            xmin, alpha      S(x) = (xmin / x)^alpha from xmin = the smallest value on
 *   hyperexponential  weight, mean1 <= mean2      S(x) = weight e^(-x/mean1) + (1-weight) e^(-x/mean2)
 *
 * Complete data: the likelihood equations (exponential, lognormal and Pareto in closed form; Weibull
 * by Brent; gamma by Newton from Minka's start, 2002; hyperexponential by EM from 20 starts). Censored
 * or rounded data: the same as the start of a simplex search (Nelder & Mead) on
 *     sum of ln f(x) over what was seen + ln S(x) over what was only "at least x",
 * where a value below 10 units of rounding gives ln(F(x + unit/2) - F(x - unit/2)) instead of ln f.
 *
 * Zeros are a point mass of their own: take them out before. */
#pragma once

#include <glib.h>

typedef enum {
    BB_FIT_EXPONENTIAL,
    BB_FIT_LOGNORMAL,
    BB_FIT_WEIBULL,
    BB_FIT_GAMMA,
    BB_FIT_PARETO,
    BB_FIT_HYPEREXPONENTIAL,
    BB_N_FITS,
} BbFitFamily;

#define BB_FIT_MAX_PARAMETERS 3

typedef struct {
    const double *x;          /* > 0, finite, any order */
    const gboolean *censored; /* TRUE: the true value is at least x; NULL: all complete */
    gsize n;
    double unit; /* what x was rounded to (nearest), 0: exact */
} BbFitSample;

typedef struct {
    BbFitFamily family;
    double p[BB_FIT_MAX_PARAMETERS]; /* in the order above */
    guint n_parameters;              /* as AIC counts them: Pareto's xmin is one */
    double loglik, aic;              /* aic = 2 n_parameters - 2 loglik */
} BbFit;

/* FALSE with BB_ERROR_INPUT where a value is not positive and finite, none is complete, or they have
 * no spread (all but exponential and hyperexponential). O(n) an iteration, some 50 to 5,000. */
gboolean bb_fit(BbFitFamily family, const BbFitSample *sample, BbFit *out, GError **error);
/* The same family again, searching from a known fit alone; for the bootstrap. */
gboolean bb_fit_again(const BbFit *from, const BbFitSample *sample, BbFit *out, GError **error);

/* Names for reports: "lognormal", and parameter i ("mu") or NULL beyond the last. */
const char *bb_fit_name(BbFitFamily family);
const char *bb_fit_parameter(BbFitFamily family, guint i);

double bb_fit_cdf(const BbFit *fit, double x);
double bb_fit_log_survival(const BbFit *fit, double x);
/* x with F(x) = p, 0 < p < 1. */
double bb_fit_quantile(const BbFit *fit, double p);
/* E[X] and E[X^2]; infinite for a heavy Pareto. The wait in M/G/1 is proportional to E[X^2]. */
double bb_fit_mean(const BbFit *fit);
double bb_fit_second_moment(const BbFit *fit);

/* The fit with the least AIC of n > 0. */
const BbFit *bb_fit_best(const BbFit *fits, gsize n);
