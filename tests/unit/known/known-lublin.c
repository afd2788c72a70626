/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model of Lublin and Feitelson (2003): its law by summation and quadrature, and samples of it by
 * the steps of the authors' program (lublin99.c), with the day curve inverted instead of walked. */
#include "sim/lab/stat/bb-moments.h"
#include "tests/unit/known/known.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOG_RUNTIME_MAX 12
#define LOG_GAP_MAX 13
#define N_BUCKETS 48
#define BUCKET_S 1800.0
#define FIRST_BUCKET 11
#define N_SAMPLE 200000
#define SEED 1

enum {
    SERIAL,
    POW2,
    ULOW,
    UMED,
    UHI,
    UPROB,
    A1,
    B1,
    A2,
    B2,
    PA,
    PB,
    AARR,
    BARR,
    ANUM,
    BNUM,
    ARAR,
    N_PARAMETERS,
};

static const char *const names[N_PARAMETERS] = {
    "serial", "pow2", "ulow", "umed", "uhi",  "uprob", "a1",   "b1",   "a2",
    "b2",     "pa",   "pb",   "aarr", "barr", "anum",  "bnum", "arar",
};

typedef struct {
    double p[N_PARAMETERS];
    guint n_nodes, n_runtimes; /* the largest values that can occur */
    double *nodes;             /* P(nodes = i) */
    double *phase[2];          /* P(runtime = k and ln <= 12) of either gamma */
    double weight[N_BUCKETS];  /* of the day's buckets, mean 1 */
} Law;

static void
law_clear(Law *law)
{
    g_free(law->nodes);
    g_free(law->phase[0]);
    g_free(law->phase[1]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Law, law_clear)

static double
uniform_between(double low, double high, double a, double b)
{
    return MAX(0, MIN(b, high) - MAX(a, low)) / (b - a);
}

/* P(low <= log2(nodes) < high) of a parallel job, before rounding. */
static double
between(const Law *law, double low, double high)
{
    const double *p = law->p;

    return p[UPROB] * uniform_between(low, high, p[ULOW], p[UMED]) +
           (1 - p[UPROB]) * uniform_between(low, high, p[UMED], p[UHI]);
}

static void
fill_nodes(Law *law)
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
bucket_bound(const Law *law, int i)
{
    return gsl_cdf_gamma_P(i + 0.5, law->p[ANUM], law->p[BNUM]);
}

static void
fill_day(Law *law)
{
    double sum = 0;

    for (int i = FIRST_BUCKET; i < FIRST_BUCKET + N_BUCKETS; i++) {
        double weight = bucket_bound(law, i) - bucket_bound(law, i - 1);

        law->weight[(i - 1) % N_BUCKETS] = weight;
        sum += weight;
    }
    for (guint i = 0; i < N_BUCKETS; i++)
        law->weight[i] *= N_BUCKETS / sum;
}

/* The parameters of the set "all", "batch" .. : those of the case itself, or of the file's exact case of
 * the set that the id ends with. */
static JsonObject *
find_parameters(Known *known)
{
    JsonArray *cases = json_object_get_array_member(known->file, "cases");
    const char *set = strrchr(known->id, '/');

    if (known_has(known, "parameters"))
        return json_object_get_object_member(known->input, "parameters");
    for (guint i = 0; set && i < json_array_get_length(cases); i++) {
        JsonObject *all = json_array_get_object_element(cases, i);
        JsonObject *input = json_object_get_object_member(all, "input");

        if (json_object_has_member(input, "parameters") &&
            g_str_has_suffix(json_object_get_string_member(all, "id"), set))
            return json_object_get_object_member(input, "parameters");
    }
    return NULL;
}

static gboolean
law_init(Law *law, Known *known)
{
    JsonObject *parameters = find_parameters(known);

    for (guint i = 0; i < N_PARAMETERS; i++) {
        if (!parameters || !json_object_has_member(parameters, names[i])) {
            known_fail(known, "no parameter %s", names[i]);
            return FALSE;
        }
        law->p[i] = json_object_get_double_member(parameters, names[i]);
    }
    law->n_runtimes = (guint)floor(exp(LOG_RUNTIME_MAX));
    fill_nodes(law);
    law->phase[0] = phase_masses(law->p[A1], law->p[B1], law->n_runtimes);
    law->phase[1] = phase_masses(law->p[A2], law->p[B2], law->n_runtimes);
    fill_day(law);
    return TRUE;
}

static double
first_share(const Law *law, guint nodes)
{
    return CLAMP(law->p[PA] * nodes + law->p[PB], 0, 1);
}

typedef struct {
    double all, log, mean, square; /* sums over the runtimes of one gamma, up to the cut */
} Phase;

static Phase
phase_sums(const Law *law, guint i)
{
    double shape = law->p[i == 0 ? A1 : A2], scale = law->p[i == 0 ? B1 : B2];
    Phase sums = {gsl_cdf_gamma_P(LOG_RUNTIME_MAX, shape, scale),
                  shape * scale * gsl_cdf_gamma_P(LOG_RUNTIME_MAX, shape + 1, scale), 0, 0};

    for (guint k = law->n_runtimes; k > 0; k--) {
        sums.mean += k * law->phase[i][k];
        sums.square += (double)k * k * law->phase[i][k];
    }
    return sums;
}

/* Moments over nodes of a phase-wise mean: n^power times (p first + (1 - p) second) / (both, cut). */
static double
over_nodes(const Law *law, const Phase *sums, double first, double second, double power)
{
    double total = 0;

    for (guint n = 1; n <= law->n_nodes; n++) {
        double p = first_share(law, n);

        total += law->nodes[n] * pow(n, power) * (p * first + (1 - p) * second) /
                 (p * sums[0].all + (1 - p) * sums[1].all);
    }
    return total;
}

static void
say_nodes(Known *known, const Law *law, double *out_mean, double *out_sd)
{
    double mean = 0, square = 0, pow2 = 0, below = 0;
    g_autoptr(GList) expected = known_names(known);

    for (guint n = 1; n <= law->n_nodes; n++) {
        mean += n * law->nodes[n];
        square += (double)n * n * law->nodes[n];
        pow2 += (n & (n - 1)) == 0 ? law->nodes[n] : 0;
    }
    known_number(known, "serial_frac", law->nodes[1]);
    known_number(known, "pow2_frac_incl_serial", pow2);
    known_number(known, "nodes_mean", mean);
    known_number(known, "nodes_sd", sqrt(square - mean * mean));
    known_number(known, "nodes_max", law->n_nodes);
    for (GList *at = expected; at; at = at->next) {
        double p = known_percentile(at->data, "nodes_p");
        guint n = 0;

        for (below = 0; !isnan(p) && below < p;)
            below += law->nodes[++n];
        if (!isnan(p))
            known_number(known, at->data, n);
    }
    *out_mean = mean;
    *out_sd = sqrt(square - mean * mean);
}

/* P(runtime = k). */
static double *
runtime_law(const Law *law, const Phase *sums)
{
    double first = over_nodes(law, sums, 1, 0, 0), second = over_nodes(law, sums, 0, 1, 0);
    double *mass = g_new0(double, law->n_runtimes + 1);

    for (guint k = 1; k <= law->n_runtimes; k++)
        mass[k] = first * law->phase[0][k] + second * law->phase[1][k];
    return mass;
}

static void
say_runtime_percentiles(Known *known, const Law *law, const Phase *sums)
{
    g_autofree double *mass = runtime_law(law, sums);
    g_autoptr(GList) expected = known_names(known);

    for (GList *at = expected; at; at = at->next) {
        double p = known_percentile(at->data, "runtime_p"), below = 0;
        guint k = 0;

        while (!isnan(p) && below < p && k < law->n_runtimes)
            below += mass[++k];
        if (!isnan(p))
            known_number(known, at->data, k);
    }
}

typedef struct {
    const Law *law;
    double power;
} GapMoment;

static double
gap_density(double x, void *data)
{
    const GapMoment *moment = data;
    const double *p = moment->law->p;

    return exp(moment->power * x) * gsl_ran_gamma_pdf(x, p[AARR] * p[ARAR], p[BARR]);
}

/* E[exp(g)^power | g <= 13]. */
static double
gap_moment(const Law *law, double power)
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

static void
judge_exact(Known *known, const Law *law)
{
    Phase sums[2] = {phase_sums(law, 0), phase_sums(law, 1)};
    double nodes, nodes_sd, gap = gap_moment(law, 1), gap_square = gap_moment(law, 2);
    double run = over_nodes(law, sums, sums[0].mean, sums[1].mean, 0);
    double square = over_nodes(law, sums, sums[0].square, sums[1].square, 0);
    double work = over_nodes(law, sums, sums[0].mean, sums[1].mean, 1);
    double work_square = over_nodes(law, sums, sums[0].square, sums[1].square, 2);
    double run_sd = sqrt(square - run * run);

    say_nodes(known, law, &nodes, &nodes_sd);
    say_runtime_percentiles(known, law, sums);
    known_number(known, "runtime_mean", run);
    known_number(known, "runtime_sd", run_sd);
    known_number(known, "log_runtime_mean", over_nodes(law, sums, sums[0].log, sums[1].log, 0));
    known_number(known, "work_mean", work);
    known_number(known, "work_sd", sqrt(work_square - work * work));
    known_number(known, "nodes_runtime_corr", (work - nodes * run) / (nodes_sd * run_sd));
    known_number(known, "gap_mean_unrounded", gap);
    known_number(known, "gap_mean_original_truncated", gap - 0.5);
    known_number(known, "points_cv", sqrt(gap_square / (gap * gap) - 1));
    known_number(known, "offered_load_128", work / (128 * gap));
    for (guint hour = 0; hour < 24; hour++) {
        g_autofree char *name = g_strdup_printf("hour%02u_frac", hour);

        known_number(known, name, (law->weight[2 * hour] + law->weight[2 * hour + 1]) / N_BUCKETS);
    }
}

typedef struct {
    gsl_rng *rng;
    double points; /* since midnight, in buckets of mean weight; the days taken off */
    double day_s;  /* when this day began */
} Sampler;

static double
draw_nodes(const Law *law, gsl_rng *rng)
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

/* The logarithm of the runtime, which is cut to whole seconds. */
static double
draw_log_runtime(const Law *law, gsl_rng *rng, double nodes)
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
static double
draw_arrival(const Law *law, Sampler *sampler)
{
    double g, left;
    guint bucket = 0;

    do
        g = gsl_ran_gamma(sampler->rng, law->p[AARR] * law->p[ARAR], law->p[BARR]);
    while (g > LOG_GAP_MAX);
    sampler->points += exp(g) / BUCKET_S;
    while (sampler->points >= N_BUCKETS) {
        sampler->points -= N_BUCKETS;
        sampler->day_s += N_BUCKETS * BUCKET_S;
    }
    for (left = sampler->points; bucket + 1 < N_BUCKETS && left >= law->weight[bucket]; bucket++)
        left -= law->weight[bucket];
    return sampler->day_s + BUCKET_S * (bucket + left / law->weight[bucket]);
}

/* Within 5 standard deviations of a run of so many jobs. */
static void
say_sample(Known *known, const char *name, double got)
{
    JsonObject *sds = json_object_get_object_member(known->all, "sd_of_one_run_of_200k");
    double sd = json_object_get_double_member_with_default(sds, name, 0);

    known_within(known, name, got, 5 * sqrt(200000.0 / N_SAMPLE) * sd + 1e-9 * got);
}

typedef struct {
    double *nodes, *runtimes, *logs, *work, *gaps;
    double hours[24], serial, pow2;
} Sample;

static void
draw_sample(const Law *law, Sample *sample)
{
    Sampler sampler = {gsl_rng_alloc(gsl_rng_mt19937), 0, 0};
    double last = 0;

    gsl_rng_set(sampler.rng, SEED);
    for (guint i = 0; i < N_SAMPLE; i++) {
        double now = draw_arrival(law, &sampler), nodes = draw_nodes(law, sampler.rng);
        double h = draw_log_runtime(law, sampler.rng, nodes), runtime = floor(exp(h));
        guint whole = (guint)nodes;

        sample->gaps[i] = now - last;
        last = now;
        sample->nodes[i] = nodes;
        sample->runtimes[i] = runtime;
        sample->logs[i] = h;
        sample->work[i] = nodes * runtime;
        sample->serial += whole == 1;
        sample->pow2 += (whole & (whole - 1)) == 0;
        sample->hours[(guint)fmod(now / 3600, 24)]++;
    }
    gsl_rng_free(sampler.rng);
}

/* The distance of the runtimes from their law, below the 1 % limit that the case gives. */
static void
check_runtimes(Known *known, const Law *law, const double *sorted)
{
    JsonObject *ks = json_object_get_object_member(known->all, "ks_runtime");
    Phase sums[2] = {phase_sums(law, 0), phase_sums(law, 1)};
    g_autofree double *mass = runtime_law(law, sums);
    double limit = ks ? json_object_get_double_member(ks, "critical_1pct") : 1, below = 0, d = 0;
    guint i = 0;

    for (guint k = 1; k <= law->n_runtimes; k++) {
        below += mass[k];
        while (i < N_SAMPLE && sorted[i] <= k)
            i++;
        d = MAX(d, fabs(below - (double)i / N_SAMPLE));
    }
    if (d > limit * sqrt(200000.0 / N_SAMPLE))
        known_fail(known, "the runtimes are %g from their law", d);
}

static void
judge_sampled(Known *known, const Law *law)
{
    g_autofree double *space = g_new(double, 5 * N_SAMPLE);
    Sample s = {space,
                space + N_SAMPLE,
                space + 2 * N_SAMPLE,
                space + 3 * N_SAMPLE,
                space + 4 * N_SAMPLE,
                {0},
                0,
                0};
    double gap;

    draw_sample(law, &s);
    gap = bb_stat_mean(s.gaps, N_SAMPLE);
    say_sample(known, "serial_frac", s.serial / N_SAMPLE);
    say_sample(known, "pow2_frac", s.pow2 / N_SAMPLE);
    say_sample(known, "nodes_mean", bb_stat_mean(s.nodes, N_SAMPLE));
    say_sample(known, "nodes_sd", bb_stat_sd(s.nodes, N_SAMPLE));
    say_sample(known, "runtime_mean", bb_stat_mean(s.runtimes, N_SAMPLE));
    say_sample(known, "runtime_sd", bb_stat_sd(s.runtimes, N_SAMPLE));
    say_sample(known, "log_runtime_mean", bb_stat_mean(s.logs, N_SAMPLE));
    say_sample(known, "work_mean", bb_stat_mean(s.work, N_SAMPLE));
    say_sample(known, "nodes_runtime_corr", bb_stat_correlation(s.nodes, s.runtimes, N_SAMPLE));
    say_sample(known, "gap_mean", gap);
    say_sample(known, "gap_cv", bb_stat_sd(s.gaps, N_SAMPLE) / gap);
    bb_stat_sort(s.nodes, N_SAMPLE);
    bb_stat_sort(s.runtimes, N_SAMPLE);
    say_sample(known, "nodes_max", s.nodes[N_SAMPLE - 1]);
    say_sample(known, "runtime_max", s.runtimes[N_SAMPLE - 1]);
    say_sample(known, "runtime_p50", s.runtimes[N_SAMPLE / 2]);
    say_sample(known, "runtime_p90", s.runtimes[N_SAMPLE / 10 * 9]);
    for (guint hour = 0; hour < 24; hour++) {
        g_autofree char *name = g_strdup_printf("hour%02u", hour);

        say_sample(known, name, s.hours[hour] / N_SAMPLE);
    }
    check_runtimes(known, law, s.runtimes);
}

void
judge_lublin(Known *known)
{
    g_auto(Law) law = {0};

    if (!law_init(&law, known))
        return;
    if (known_has(known, "parameters"))
        judge_exact(known, &law);
    else if (known_has(known, "jobs"))
        judge_sampled(known, &law);
    else
        known_fail(known, "unknown kind of input");
}
