/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runtimes are whole seconds up to e^12: every sum runs over all of them, and over all sizes. */
#include "tests/unit/known/lublin.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#define LOG_RUNTIME_MAX 12
#define LOG_GAP_MAX 13
#define BUCKET_S 1800.0
#define FIRST_BUCKET 11

const char *const lublin_names[LUBLIN_PARAMETERS] = {
    "serial", "pow2", "ulow", "umed", "uhi",  "uprob", "a1",   "b1",   "a2",
    "b2",     "pa",   "pb",   "aarr", "barr", "anum",  "bnum", "arar",
};

void
lublin_clear(Lublin *law)
{
    g_free(law->nodes);
    g_free(law->phase[0]);
    g_free(law->phase[1]);
}
static double
uniform_between(double low, double high, double a, double b)
{
    return MAX(0, MIN(b, high) - MAX(a, low)) / (b - a);
}

/* P(low <= log2(nodes) < high) of a parallel job, before rounding. */
static double
between(const Lublin *law, double low, double high)
{
    const double *p = law->p;

    return p[UPROB] * uniform_between(low, high, p[ULOW], p[UMED]) +
           (1 - p[UPROB]) * uniform_between(low, high, p[UMED], p[UHI]);
}

static void
fill_nodes(Lublin *law)
{
    const double *p = law->p;
    guint largest = (guint)exp2(floor(p[UHI] + 0.5));

    law->nodes = g_new0(double, largest + 1);
    law->nodes[1] = p[SERIAL];
    for (guint k = 0; k <= (guint)floor(p[UHI] + 0.5); k++)
        law->nodes[1u << k] += p[POW2] * between(law, k - 0.5, k + 0.5);
    for (guint i = 1; i <= largest; i++)
        law->nodes[i] += (1 - p[SERIAL] - p[POW2]) * between(law, log2(i - 0.5), log2(i + 0.5));
    for (law->n_nodes = largest; law->nodes[law->n_nodes] <= 0;)
        law->n_nodes--;
}

static double *
phase_masses(double shape, double scale, guint n)
{
    double *mass = g_new0(double, n + 1), below = 0;

    for (guint k = 1; k <= n; k++) {
        double next = gsl_cdf_gamma_P(MIN(log(k + 1.0), LOG_RUNTIME_MAX), shape, scale);

        mass[k] = next - below;
        below = next;
    }
    return mass;
}

static double
bucket_bound(const Lublin *law, int i)
{
    return gsl_cdf_gamma_P(i + 0.5, law->p[ANUM], law->p[BNUM]);
}

static void
fill_day(Lublin *law)
{
    double sum = 0;

    for (int i = FIRST_BUCKET; i < FIRST_BUCKET + LUBLIN_BUCKETS; i++) {
        double weight = bucket_bound(law, i) - bucket_bound(law, i - 1);

        law->weight[(i - 1) % LUBLIN_BUCKETS] = weight;
        sum += weight;
    }
    for (guint i = 0; i < LUBLIN_BUCKETS; i++)
        law->weight[i] *= LUBLIN_BUCKETS / sum;
}

void
lublin_init(Lublin *law)
{
    law->n_runtimes = (guint)floor(exp(LOG_RUNTIME_MAX));
    fill_nodes(law);
    law->phase[0] = phase_masses(law->p[A1], law->p[B1], law->n_runtimes);
    law->phase[1] = phase_masses(law->p[A2], law->p[B2], law->n_runtimes);
    fill_day(law);
}

static double
first_share(const Lublin *law, guint nodes)
{
    return CLAMP(law->p[PA] * nodes + law->p[PB], 0, 1);
}

LublinPhase
lublin_phase(const Lublin *law, guint i)
{
    double shape = law->p[i == 0 ? A1 : A2], scale = law->p[i == 0 ? B1 : B2];
    LublinPhase sums = {gsl_cdf_gamma_P(LOG_RUNTIME_MAX, shape, scale),
                        shape * scale * gsl_cdf_gamma_P(LOG_RUNTIME_MAX, shape + 1, scale), 0, 0};

    for (guint k = law->n_runtimes; k > 0; k--) {
        sums.mean += k * law->phase[i][k];
        sums.square += (double)k * k * law->phase[i][k];
    }
    return sums;
}

double
lublin_over_nodes(const Lublin *law, const LublinPhase *sums, double first, double second,
                  double power)
{
    double total = 0;

    for (guint n = 1; n <= law->n_nodes; n++) {
        double p = first_share(law, n);

        total += law->nodes[n] * pow(n, power) * (p * first + (1 - p) * second) /
                 (p * sums[0].all + (1 - p) * sums[1].all);
    }
    return total;
}

double *
lublin_runtimes(const Lublin *law, const LublinPhase *sums)
{
    double first = lublin_over_nodes(law, sums, 1, 0, 0),
           second = lublin_over_nodes(law, sums, 0, 1, 0);
    double *mass = g_new0(double, law->n_runtimes + 1);

    for (guint k = 1; k <= law->n_runtimes; k++)
        mass[k] = first * law->phase[0][k] + second * law->phase[1][k];
    return mass;
}

typedef struct {
    const Lublin *law;
    double power;
} GapMoment;

static double
gap_density(double x, void *data)
{
    const GapMoment *moment = data;
    const double *p = moment->law->p;

    return exp(moment->power * x) * gsl_ran_gamma_pdf(x, p[AARR] * p[ARAR], p[BARR]);
}

double
lublin_gap(const Lublin *law, double power)
{
    GapMoment moment = {law, power};
    gsl_function function = {gap_density, &moment};
    gsl_integration_workspace *space = gsl_integration_workspace_alloc(200);
    double value, error;

    gsl_integration_qag(&function, 0, LOG_GAP_MAX, 0, 1e-12, 200, GSL_INTEG_GAUSS61, space, &value,
                        &error);
    gsl_integration_workspace_free(space);
    return value / gsl_cdf_gamma_P(LOG_GAP_MAX, law->p[AARR] * law->p[ARAR], law->p[BARR]);
}

double
lublin_draw_nodes(const Lublin *law, gsl_rng *rng)
{
    const double *p = law->p;
    double u = gsl_rng_uniform(rng), par;

    if (u <= p[SERIAL])
        return 1;
    if (gsl_rng_uniform(rng) <= p[UPROB])
        par = gsl_ran_flat(rng, p[ULOW], p[UMED]);
    else
        par = gsl_ran_flat(rng, p[UMED], p[UHI]);
    if (u <= p[SERIAL] + p[POW2])
        par = floor(par + 0.5);
    return floor(exp2(par) + 0.5);
}

double
lublin_draw_log_runtime(const Lublin *law, gsl_rng *rng, double nodes)
{
    double h;

    do {
        if (gsl_rng_uniform(rng) <= first_share(law, (guint)nodes))
            h = gsl_ran_gamma(rng, law->p[A1], law->p[B1]);
        else
            h = gsl_ran_gamma(rng, law->p[A2], law->p[B2]);
    } while (h > LOG_RUNTIME_MAX);
    return h;
}

/* The next arrival: one gap's points further on the cumulative curve of the day. */
double
lublin_draw_arrival(const Lublin *law, LublinSampler *sampler)
{
    double g, left;
    guint bucket = 0;

    do
        g = gsl_ran_gamma(sampler->rng, law->p[AARR] * law->p[ARAR], law->p[BARR]);
    while (g > LOG_GAP_MAX);
    sampler->points += exp(g) / BUCKET_S;
    while (sampler->points >= LUBLIN_BUCKETS) {
        sampler->points -= LUBLIN_BUCKETS;
        sampler->day_s += LUBLIN_BUCKETS * BUCKET_S;
    }
    for (left = sampler->points; bucket + 1 < LUBLIN_BUCKETS && left >= law->weight[bucket];
         bucket++)
        left -= law->weight[bucket];
    return sampler->day_s + BUCKET_S * (bucket + left / law->weight[bucket]);
}
