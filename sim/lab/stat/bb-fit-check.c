/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parametric bootstrap of goodness of fit (Stute, Gonzalez Manteiga & Presedo Quindimil 1993) and
 * the product-limit estimate (Kaplan & Meier 1958) for censored data. */
#include "sim/lab/stat/bb-fit-check.h"

#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-ks.h"
#include "sim/lab/stat/bb-moments.h"

#include <math.h>
#include <stdlib.h>

static double
cdf_of(gconstpointer data, double x)
{
    return bb_fit_cdf(data, x);
}

static double *
sorted_values(const BbFitSample *sample)
{
    double *x = g_memdup2(sample->x, sample->n * sizeof *sample->x);

    bb_stat_sort(x, sample->n);
    return x;
}

static double
nearest_rank(const double *sorted, gsize n, double p)
{
    gsize rank = (gsize)ceil(p * (double)n - 1e-9);

    return sorted[CLAMP(rank, 1, n) - 1];
}

static void
compare_tails(const BbFit *fit, const double *sorted, gsize n, BbFitCheck *check)
{
    double squares = 0;

    for (gsize i = 0; i < n; i++)
        squares += sorted[i] * sorted[i];
    check->p99_ratio = bb_fit_quantile(fit, 0.99) / nearest_rank(sorted, n, 0.99);
    check->p999_ratio = bb_fit_quantile(fit, 0.999) / nearest_rank(sorted, n, 0.999);
    check->second_moment_ratio = bb_fit_second_moment(fit) / (squares / (double)n);
}

static void
bootstrap(const BbFit *fit, const BbFitSample *sample, guint n_bootstrap, guint64 seed,
          BbFitCheck *check)
{
    guint32 stream = bb_rng_stream("fit.bootstrap");
    g_autofree double *x = g_new(double, sample->n);
    BbFitSample drawn = {x, NULL, sample->n, 0};
    guint n_ks = 0, n_ad = 0;

    for (guint b = 0; b < n_bootstrap; b++) {
        BbFit again;

        for (gsize i = 0; i < sample->n; i++)
            x[i] = bb_fit_quantile(fit, bb_rng_uniform(seed, stream, b, (guint32)i));
        bb_stat_sort(x, sample->n);
        if (!bb_fit_again(fit, &drawn, &again, NULL))
            continue; /* all values equal: never in practice, and no evidence against the fit */
        n_ks += bb_ks_distance(x, sample->n, cdf_of, &again) >= check->ks_d;
        n_ad += bb_anderson_darling(x, sample->n, cdf_of, &again) >= check->anderson_darling;
    }
    check->ks_p = (1 + n_ks) / (1.0 + n_bootstrap);
    check->anderson_darling_p = (1 + n_ad) / (1.0 + n_bootstrap);
}

typedef struct {
    double x;
    gboolean censored;
} Observation;

/* By value, complete before censored, as a censored one outlives its time. */
static int
compare_observations(const void *a, const void *b)
{
    const Observation *x = a, *y = b;

    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    return (x->censored > y->censored) - (x->censored < y->censored);
}

static Observation *
sorted_observations(const BbFitSample *sample)
{
    Observation *all = g_new(Observation, sample->n);

    for (gsize i = 0; i < sample->n; i++)
        all[i] = (Observation){sample->x[i], sample->censored[i]};
    qsort(all, sample->n, sizeof *all, compare_observations);
    return all;
}

/* Fitted over observed; NaN where so few were seen to end that the estimate does not come down to it. */
static void
take_quantile(const BbFit *fit, double p, double x, double survival, double *ratio)
{
    if (isnan(*ratio) && survival <= 1 - p + 1e-9)
        *ratio = bb_fit_quantile(fit, p) / x;
}

static void
check_kaplan_meier(const BbFit *fit, const BbFitSample *sample, BbFitCheck *check)
{
    g_autofree Observation *all = sorted_observations(sample);
    double survival = 1;

    check->ks_d = 0;
    for (gsize i = 0; i < sample->n; i++) {
        double fitted = 1 - bb_fit_cdf(fit, all[i].x);

        check->ks_d = MAX(check->ks_d, fabs(survival - fitted));
        if (!all[i].censored)
            survival *= 1 - 1 / (double)(sample->n - i);
        check->ks_d = MAX(check->ks_d, fabs(survival - fitted));
        take_quantile(fit, 0.99, all[i].x, survival, &check->p99_ratio);
        take_quantile(fit, 0.999, all[i].x, survival, &check->p999_ratio);
    }
}

static gboolean
any_censored(const BbFitSample *sample)
{
    for (gsize i = 0; sample->censored && i < sample->n; i++)
        if (sample->censored[i])
            return TRUE;
    return FALSE;
}

BbFitCheck
bb_fit_check(const BbFit *fit, const BbFitSample *sample, guint n_bootstrap, guint64 seed)
{
    BbFitCheck check = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    g_autofree double *sorted = NULL;

    if (any_censored(sample)) {
        check_kaplan_meier(fit, sample, &check);
        return check;
    }
    sorted = sorted_values(sample);
    check.ks_d = bb_ks_distance(sorted, sample->n, cdf_of, fit);
    check.anderson_darling = bb_anderson_darling(sorted, sample->n, cdf_of, fit);
    compare_tails(fit, sorted, sample->n, &check);
    if (n_bootstrap > 0)
        bootstrap(fit, sample, n_bootstrap, seed, &check);
    return check;
}
