/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Warm-up, run length and arrival processes. */
#include "sim/lab/stat/bb-batch-means.h"
#include "sim/lab/stat/bb-mser.h"
#include "tests/unit/known/known.h"
#include "tests/unit/known/queueing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double *
rising_start(gsize n)
{
    double *x = g_new(double, n);

    for (gsize i = 0; i < n; i++)
        x[i] = (double)MIN(i, 40) / 2 + (double)(13 * i % 17) / 4;
    return x;
}

static guint32
next_lcg(guint32 *state)
{
    *state = (1103515245u * *state + 12345u) & 0x7fffffffu;
    return *state >> 16;
}

static double *
lindley_lcg(gsize n)
{
    double *x = g_new(double, n), wait = 0;
    guint32 state = 12345;

    for (gsize i = 0; i < n; i++) {
        double gap, service;

        x[i] = wait;
        gap = 1.1 * next_lcg(&state) / 32768;
        service = next_lcg(&state) / 32768.0;
        wait = MAX(0, wait + service - gap);
    }
    return x;
}

void
judge_mser(Known *known)
{
    g_autoptr(GError) error = NULL;
    const char *rule = known_text_in(known, "rule");
    gsize n = (gsize)known_count(known, "n");
    g_autofree double *x = NULL;
    BbMser mser;

    if (known_has(known, "data"))
        x = known_array(known, "data", &n);
    else if (g_strcmp0(rule, "rising_start") == 0)
        x = rising_start(n);
    else if (g_strcmp0(rule, "lindley_lcg") == 0)
        x = lindley_lcg(n);
    if (!x || !bb_mser(x, n, (gsize)known_count(known, "batch"), &mser, &error)) {
        known_fail(known, "%s", error ? error->message : "unknown rule");
        return;
    }
    known_number(known, "batches", (double)mser.n_batches);
    known_number(known, "delete_observations", (double)mser.delete_observations);
    known_number(known, "statistic_at_0", mser.statistic_at_0);
    known_number(known, "statistic_at_d", mser.statistic_at_d);
    known_bool(known, "minimum_in_second_half", mser.minimum_in_second_half);
    known_number(known, "mean_after", mser.mean_after);
    known_number(known, "mean_all", mser.mean_all);
}

void
judge_run_length(Known *known)
{
    double rho = known_in(known, "rho"), service = known_in(known, "service_mean");
    Mm1 mm1 = mm1_waits(rho, service);
    g_autoptr(GList) names = known_names(known);

    known_number(known, "wait_mean", mm1.mean);
    known_number(known, "asymptotic_variance", mm1.asymptotic_variance);
    known_number(known, "iid_variance", mm1.variance);
    known_number(known, "autocorrelation_inflation", mm1.asymptotic_variance / mm1.variance);
    for (GList *at = names; at; at = at->next) {
        int percent;

        if (sscanf(at->data, "jobs_for_%dpct_halfwidth", &percent) == 1)
            known_number(known, at->data,
                         bb_run_length(mm1.asymptotic_variance, mm1.mean, percent / 100.0, 0.95));
    }
}

/* A two-state Markov-modulated Poisson process (Fischer & Meier-Hellstern 1993). */
typedef struct {
    double rate1, rate2, leave1, leave2;
} Mmpp;

static double
mmpp_mean(const Mmpp *m)
{
    return (m->rate1 * m->leave2 + m->rate2 * m->leave1) / (m->leave1 + m->leave2);
}

/* Var N(t) / E N(t), stationary; t = infinity: the limit. */
static double
mmpp_idc(const Mmpp *m, double t)
{
    double s = m->leave1 + m->leave2, p1 = m->leave2 / s, p2 = m->leave1 / s;
    double difference = m->rate1 - m->rate2;
    double part = isinf(t) ? 1 : 1 + expm1(-s * t) / (s * t);

    return 1 + 2 * p1 * p2 * difference * difference / (mmpp_mean(m) * s) * part;
}

/* (-D0)^-1 v, D0 = the transitions without an arrival. */
static void
mmpp_wait(const Mmpp *m, const double v[2], double out[2])
{
    double a = m->rate1 + m->leave1, d = m->rate2 + m->leave2;
    double det = a * d - m->leave1 * m->leave2;

    out[0] = (d * v[0] + m->leave1 * v[1]) / det;
    out[1] = (m->leave2 * v[0] + a * v[1]) / det;
}

static void
judge_mmpp(Known *known)
{
    Mmpp m = {known_in(known, "rate1"), known_in(known, "rate2"), known_in(known, "leave1"),
              known_in(known, "leave2")};
    double s = m.leave1 + m.leave2, rate = mmpp_mean(&m);
    double phi[2] = {m.leave2 / s * m.rate1 / rate, m.leave1 / s * m.rate2 / rate};
    double one[2] = {1, 1}, first[2], second[2], arrive[2], both[2], mean, square, product;
    g_autoptr(GList) names = known_names(known);

    mmpp_wait(&m, one, first);
    mmpp_wait(&m, first, second);
    arrive[0] = m.rate1 * first[0];
    arrive[1] = m.rate2 * first[1];
    mmpp_wait(&m, arrive, both);
    mmpp_wait(&m, both, arrive);
    mean = phi[0] * first[0] + phi[1] * first[1];
    square = 2 * (phi[0] * second[0] + phi[1] * second[1]);
    product = phi[0] * arrive[0] + phi[1] * arrive[1];
    known_number(known, "rate", rate);
    known_number(known, "idc_limit", mmpp_idc(&m, INFINITY));
    known_number(known, "gap_mean", mean);
    known_number(known, "gap_scv", square / (mean * mean) - 1);
    known_number_floor(known, "gap_lag1_corr", (product - mean * mean) / (square - mean * mean),
                       1e-14);
    for (GList *at = names; at; at = at->next)
        if (g_str_has_prefix(at->data, "idc_t"))
            known_number(known, at->data, mmpp_idc(&m, g_ascii_strtod((char *)at->data + 5, NULL)));
}

/* "BASE(1+Acos(2pi(t-Ph)/Ch)) per hour": the mean number from hour `from` to `to`. */
typedef struct {
    double base, swing, peak, cycle;
} Diurnal;

static double
diurnal_count(const Diurnal *d, double from, double to)
{
    double turn = 2 * M_PI / d->cycle;

    return d->base * (to - from) +
           d->base * d->swing / turn * (sin(turn * (to - d->peak)) - sin(turn * (from - d->peak)));
}

static void
judge_diurnal(Known *known, const char *rule)
{
    Diurnal d;
    g_autoptr(GList) names = known_names(known);

    if (sscanf(rule, "%lf(1+%lfcos(2pi(t-%lfh)/%lfh)) per hour", &d.base, &d.swing, &d.peak,
               &d.cycle) != 4) {
        known_fail(known, "unknown rate: %s", rule);
        return;
    }
    if (known_has(known, "thinning_bound") &&
        d.base * (1 + fabs(d.swing)) > known_in(known, "thinning_bound") * (1 + 1e-12))
        known_fail(known, "the thinning bound is below the largest rate");
    for (GList *at = names; at; at = at->next) {
        int hour;

        if (sscanf(at->data, "count_h%d", &hour) == 1)
            known_number(known, at->data, diurnal_count(&d, hour, hour + 1));
        else if (strcmp(at->data, "count_day") == 0)
            known_number(known, at->data, diurnal_count(&d, 0, 24));
    }
}

void
judge_arrivals(Known *known)
{
    const char *rule = known_text_in(known, "rate");

    if (known_has(known, "rate1")) {
        judge_mmpp(known);
    } else if (rule) {
        judge_diurnal(known, rule);
    } else {
        double count = known_in(known, "rate") * known_in(known, "window");

        known_number(known, "count_mean", count);
        known_number(known, "count_var", count);
        known_number(known, "gap_scv", 1);
    }
}
