/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Likelihood equations first; where censoring or rounding spoils them, GSL's simplex from there, on
 * coordinates without bounds (logarithms, logit). The simplex starts again where it stopped until a
 * start gains nothing, as it may stall on a slope. */
#include "sim/lab/stat/bb-fit.h"

#include "sim/base/bb-error.h"
#include "sim/lab/stat/bb-fit-private.h"
#include "sim/lab/stat/bb-solve.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multimin.h>
#include <math.h>
#include <string.h>

#define ROUNDED_BELOW 10 /* units: above it the density is as good as the interval */
#define N_SIMPLEX_STARTS 20
#define N_SIMPLEX_STEPS 2000
#define SIMPLEX_SIZE 1e-9
#define FIRST_STEP 0.2

typedef struct {
    const BbFitClass *class;
    const BbFitSample *sample;
    double p[BB_FIT_MAX_PARAMETERS];
} Search;

static guint
count_parameters(const BbFitClass *class)
{
    guint n = 0;

    while (class->parameters[n])
        n++;
    return n;
}

static double
log_interval(const BbFitClass *class, const double *p, double low, double high)
{
    double above = low <= 0 ? 0 : class->log_survival(p, low);
    double beyond = class->log_survival(p, high);

    return above + log(-expm1(beyond - above));
}

static double
log_likelihood(const BbFitClass *class, const BbFitSample *sample, const double *p)
{
    double sum = 0, unit = sample->unit;

    for (gsize i = 0; i < sample->n; i++) {
        double x = sample->x[i];

        if (sample->censored && sample->censored[i])
            sum += class->log_survival(p, x);
        else if (x < ROUNDED_BELOW * unit)
            sum += log_interval(class, p, x - unit / 2, x + unit / 2);
        else
            sum += class->log_density(p, x);
    }
    return sum;
}

static double
to_free(const BbFitClass *class, guint i, double value)
{
    if (class->real == i + 1)
        return value;
    return class->share == i + 1 ? log(value / (1 - value)) : log(value);
}

static double
from_free(const BbFitClass *class, guint i, double value)
{
    if (class->real == i + 1)
        return value;
    return class->share == i + 1 ? 1 / (1 + exp(-value)) : exp(value);
}

static double
minus_likelihood(const gsl_vector *at, void *data)
{
    Search *search = data;
    double loglik;

    for (gsize i = 0; i < at->size; i++) {
        guint k = search->class->n_fixed + (guint)i;

        search->p[k] = from_free(search->class, k, gsl_vector_get(at, i));
    }
    loglik = log_likelihood(search->class, search->sample, search->p);
    return isfinite(loglik) ? -loglik : G_MAXDOUBLE;
}

/* One run of the simplex; returns what it reached, *at moved there. */
static double
run_simplex(Search *search, gsl_vector *at, gsl_vector *step)
{
    gsl_multimin_function function = {minus_likelihood, at->size, search};
    gsl_multimin_fminimizer *simplex =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, at->size);
    double value;

    gsl_vector_set_all(step, FIRST_STEP);
    gsl_multimin_fminimizer_set(simplex, &function, at, step);
    for (guint i = 0; i < N_SIMPLEX_STEPS; i++)
        if (gsl_multimin_fminimizer_iterate(simplex) != GSL_SUCCESS ||
            gsl_multimin_fminimizer_size(simplex) < SIMPLEX_SIZE)
            break;
    value = gsl_multimin_fminimizer_minimum(simplex);
    gsl_vector_memcpy(at, gsl_multimin_fminimizer_x(simplex));
    gsl_multimin_fminimizer_free(simplex);
    return value;
}

static void
search_from(const BbFitClass *class, const BbFitSample *sample, double *p)
{
    guint n = count_parameters(class) - class->n_fixed;
    gsl_vector *at = gsl_vector_alloc(n), *step = gsl_vector_alloc(n);
    Search search = {.class = class, .sample = sample};
    double best = G_MAXDOUBLE, next;

    memcpy(search.p, p, sizeof search.p);
    for (guint i = 0; i < n; i++)
        gsl_vector_set(at, i, to_free(class, class->n_fixed + i, p[class->n_fixed + i]));
    for (guint i = 0; i < N_SIMPLEX_STARTS; i++) {
        next = run_simplex(&search, at, step);
        if (!(next < best - 1e-11 * fabs(next)))
            break;
        best = next;
    }
    minus_likelihood(at, &search);
    memcpy(p, search.p, sizeof search.p);
    gsl_vector_free(at);
    gsl_vector_free(step);
}

static gboolean
is_plain(const BbFitSample *sample)
{
    for (gsize i = 0; i < sample->n; i++)
        if ((sample->censored && sample->censored[i]) ||
            sample->x[i] < ROUNDED_BELOW * sample->unit)
            return FALSE;
    return TRUE;
}

static gboolean
check_sample(const BbFitClass *class, const BbFitSample *sample, GError **error)
{
    gsize n_complete = 0;
    gboolean spread = FALSE;

    for (gsize i = 0; i < sample->n; i++) {
        if (!(sample->x[i] > 0 && isfinite(sample->x[i])))
            return bb_error_set(error, BB_ERROR_INPUT,
                                "a fit needs positive values: value %" G_GSIZE_FORMAT " is %g",
                                i + 1, sample->x[i]);
        n_complete += !(sample->censored && sample->censored[i]);
        spread = spread || sample->x[i] != sample->x[0];
    }
    if (n_complete == 0)
        return bb_error_set(error, BB_ERROR_INPUT, "a fit needs values that are complete");
    if (class->needs_spread && !spread)
        return bb_error_set(error, BB_ERROR_INPUT, "%s cannot be fitted: all values are equal",
                            class->name);
    return TRUE;
}

static gboolean
finish(BbFitFamily family, const BbFitSample *sample, const double *p, BbFit *out, GError **error)
{
    const BbFitClass *class = &bb_fit_classes[family];
    BbFit fit = {.family = family, .n_parameters = count_parameters(class)};

    memcpy(fit.p, p, sizeof fit.p);
    fit.loglik = log_likelihood(class, sample, p);
    fit.aic = 2 * (double)fit.n_parameters - 2 * fit.loglik;
    if (!isfinite(fit.loglik))
        return bb_error_set(error, BB_ERROR_INPUT, "%s cannot be fitted to these values",
                            class->name);
    *out = fit;
    return TRUE;
}

gboolean
bb_fit(BbFitFamily family, const BbFitSample *sample, BbFit *out, GError **error)
{
    const BbFitClass *class = &bb_fit_classes[family];
    double p[BB_FIT_MAX_PARAMETERS] = {0};

    if (!check_sample(class, sample, error))
        return FALSE;
    class->solve(sample, p);
    if (!is_plain(sample))
        search_from(class, sample, p);
    return finish(family, sample, p, out, error);
}

gboolean
bb_fit_again(const BbFit *from, const BbFitSample *sample, BbFit *out, GError **error)
{
    double p[BB_FIT_MAX_PARAMETERS];

    if (from->family != BB_FIT_HYPEREXPONENTIAL || !is_plain(sample))
        return bb_fit(from->family, sample, out, error);
    memcpy(p, from->p, sizeof p);
    if (!check_sample(&bb_fit_classes[from->family], sample, error))
        return FALSE;
    bb_fit_mixture_refine(sample, p);
    return finish(from->family, sample, p, out, error);
}

const char *
bb_fit_name(BbFitFamily family)
{
    return bb_fit_classes[family].name;
}

const char *
bb_fit_parameter(BbFitFamily family, guint i)
{
    return i < BB_FIT_MAX_PARAMETERS ? bb_fit_classes[family].parameters[i] : NULL;
}

double
bb_fit_log_survival(const BbFit *fit, double x)
{
    return x <= 0 ? 0 : bb_fit_classes[fit->family].log_survival(fit->p, x);
}

double
bb_fit_cdf(const BbFit *fit, double x)
{
    return x <= 0 ? 0 : -expm1(bb_fit_log_survival(fit, x));
}

typedef struct {
    const BbFit *fit;
    double log_tail;
} Target;

static double
beyond_target(double x, void *data)
{
    const Target *target = data;

    return target->log_tail - bb_fit_log_survival(target->fit, x);
}

double
bb_fit_quantile(const BbFit *fit, double p)
{
    const BbFitClass *class = &bb_fit_classes[fit->family];
    Target target = {fit, log1p(-p)};
    double high = class->mean(fit->p);

    if (class->quantile)
        return class->quantile(fit->p, p);
    while (beyond_target(high, &target) < 0)
        high *= 2;
    return bb_solve(beyond_target, &target, 0, high);
}

double
bb_fit_mean(const BbFit *fit)
{
    return bb_fit_classes[fit->family].mean(fit->p);
}

double
bb_fit_second_moment(const BbFit *fit)
{
    return bb_fit_classes[fit->family].second_moment(fit->p);
}

const BbFit *
bb_fit_best(const BbFit *fits, gsize n)
{
    const BbFit *best = fits;

    for (gsize i = 1; i < n; i++)
        if (fits[i].aic < best->aic)
            best = &fits[i];
    return best;
}
