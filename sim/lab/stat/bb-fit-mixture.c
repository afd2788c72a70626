/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EM for the hyperexponential of two phases (Dempster, Laird & Rubin 1977). The 20 starts run on at
 * most 1,000 evenly spaced order statistics; the best goes on over all data. A censored value carries
 * the memoryless rest of its phase: expected value x + mean. */
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-fit-private.h"
#include "sim/lab/stat/bb-moments.h"

#include <math.h>

#define N_STARTS 20
#define N_SKETCH 1000
#define STEPS_START 100
#define STEPS_FULL 5000
#define CLOSE_ENOUGH 1e-12

/* ln(w e^a + (1 - w) e^b) without overflow. */
static double
log_mix(double w, double a, double b)
{
    double top = MAX(a, b);

    return top + log(w * exp(a - top) + (1 - w) * exp(b - top));
}

double
bb_fit_mixture_log_density(const double *p, double x)
{
    return log_mix(p[0], -x / p[1] - log(p[1]), -x / p[2] - log(p[2]));
}

double
bb_fit_mixture_log_survival(const double *p, double x)
{
    return log_mix(p[0], -x / p[1], -x / p[2]);
}

/* One step of EM; returns the log-likelihood of p before the step. */
static double
em_step(const BbFitSample *sample, double *p)
{
    double loglik = 0, share = 0, time1 = 0, time2 = 0, n = (double)sample->n;

    for (gsize i = 0; i < sample->n; i++) {
        double x = sample->x[i];
        gboolean censored = sample->censored && sample->censored[i];
        double a = -x / p[1] - (censored ? 0 : log(p[1]));
        double log_all = log_mix(p[0], a, -x / p[2] - (censored ? 0 : log(p[2])));
        double first = p[0] * exp(a - log_all);

        loglik += log_all;
        share += first;
        time1 += first * (x + (censored ? p[1] : 0));
        time2 += (1 - first) * (x + (censored ? p[2] : 0));
    }
    p[0] = share / n;
    if (share > 0)
        p[1] = time1 / share;
    if (share < n)
        p[2] = time2 / (n - share);
    return loglik;
}

static double
em(const BbFitSample *sample, double *p, guint n_steps)
{
    double loglik = -INFINITY;

    for (guint i = 0; i < n_steps; i++) {
        double next = em_step(sample, p);

        if (next - loglik <= CLOSE_ENOUGH * fabs(next))
            return next;
        loglik = next;
    }
    return loglik;
}

/* The phase with the smaller mean first. */
static void
order_phases(double *p)
{
    if (p[1] > p[2]) {
        double mean1 = p[1];

        p[0] = 1 - p[0];
        p[1] = p[2];
        p[2] = mean1;
    }
}

static double *
order_statistics(const BbFitSample *sample, gsize *out_n)
{
    double *sorted = g_memdup2(sample->x, sample->n * sizeof *sample->x);
    gsize n = MIN(sample->n, N_SKETCH);

    bb_stat_sort(sorted, sample->n);
    for (gsize i = 0; i < n; i++)
        sorted[i] = sorted[(gsize)(((double)i + 0.5) * (double)sample->n / (double)n)];
    *out_n = n;
    return sorted;
}

/* Start i: the data split at a drawn quantile, each part with its own mean. */
static void
draw_start(const double *sorted, gsize n, guint i, double *p)
{
    double u = bb_rng_uniform(1, bb_rng_stream("fit.start"), i, 0);
    gsize split = CLAMP((gsize)(u * (double)n), 1, MAX(n, 2) - 1);

    p[0] = (double)split / (double)n;
    p[1] = bb_stat_mean(sorted, MIN(split, n));
    p[2] = split < n ? bb_stat_mean(sorted + split, n - split) : p[1];
}

void
bb_fit_mixture_refine(const BbFitSample *sample, double *p)
{
    em(sample, p, STEPS_FULL);
    order_phases(p);
}

void
bb_fit_mixture_solve(const BbFitSample *sample, double *p)
{
    gsize n;
    g_autofree double *sorted = order_statistics(sample, &n);
    BbFitSample sketch = {sorted, NULL, n, 0};
    double best = -INFINITY;

    for (guint i = 0; i < N_STARTS; i++) {
        double q[BB_FIT_MAX_PARAMETERS], loglik;

        draw_start(sorted, n, i, q);
        loglik = em(&sketch, q, STEPS_START);
        if (i > 0 && !(loglik > best))
            continue;
        best = loglik;
        for (guint k = 0; k < BB_FIT_MAX_PARAMETERS; k++)
            p[k] = q[k];
    }
    bb_fit_mixture_refine(sample, p);
}
