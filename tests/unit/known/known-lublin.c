/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of Lublin and Feitelson's model, and samples of it. */
#include "sim/lab/stat/bb-moments.h"
#include "tests/unit/known/known.h"
#include "tests/unit/known/lublin.h"

#include <math.h>
#include <string.h>

#define N_SAMPLE 200000
#define SEED 1

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
law_init(Lublin *law, Known *known)
{
    JsonObject *parameters = find_parameters(known);

    for (guint i = 0; i < LUBLIN_PARAMETERS; i++) {
        if (!parameters || !json_object_has_member(parameters, lublin_names[i])) {
            known_fail(known, "no parameter %s", lublin_names[i]);
            return FALSE;
        }
        law->p[i] = json_object_get_double_member(parameters, lublin_names[i]);
    }
    lublin_init(law);
    return TRUE;
}

static void
say_nodes(Known *known, const Lublin *law, double *out_mean, double *out_sd)
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

static void
say_runtime_percentiles(Known *known, const Lublin *law, const LublinPhase *sums)
{
    g_autofree double *mass = lublin_runtimes(law, sums);
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

static void
judge_exact(Known *known, const Lublin *law)
{
    LublinPhase sums[2] = {lublin_phase(law, 0), lublin_phase(law, 1)};
    double nodes, nodes_sd, gap = lublin_gap(law, 1), gap_square = lublin_gap(law, 2);
    double run = lublin_over_nodes(law, sums, sums[0].mean, sums[1].mean, 0);
    double square = lublin_over_nodes(law, sums, sums[0].square, sums[1].square, 0);
    double work = lublin_over_nodes(law, sums, sums[0].mean, sums[1].mean, 1);
    double work_square = lublin_over_nodes(law, sums, sums[0].square, sums[1].square, 2);
    double run_sd = sqrt(square - run * run);

    say_nodes(known, law, &nodes, &nodes_sd);
    say_runtime_percentiles(known, law, sums);
    known_number(known, "runtime_mean", run);
    known_number(known, "runtime_sd", run_sd);
    known_number(known, "log_runtime_mean",
                 lublin_over_nodes(law, sums, sums[0].log, sums[1].log, 0));
    known_number(known, "work_mean", work);
    known_number(known, "work_sd", sqrt(work_square - work * work));
    known_number(known, "nodes_runtime_corr", (work - nodes * run) / (nodes_sd * run_sd));
    known_number(known, "gap_mean_unrounded", gap);
    known_number(known, "gap_mean_original_truncated", gap - 0.5);
    known_number(known, "points_cv", sqrt(gap_square / (gap * gap) - 1));
    known_number(known, "offered_load_128", work / (128 * gap));
    for (guint hour = 0; hour < 24; hour++) {
        g_autofree char *name = g_strdup_printf("hour%02u_frac", hour);

        known_number(known, name,
                     (law->weight[2 * hour] + law->weight[2 * hour + 1]) / LUBLIN_BUCKETS);
    }
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
draw_sample(const Lublin *law, Sample *sample)
{
    LublinSampler sampler = {gsl_rng_alloc(gsl_rng_mt19937), 0, 0};
    double last = 0;

    gsl_rng_set(sampler.rng, SEED);
    for (guint i = 0; i < N_SAMPLE; i++) {
        double now = lublin_draw_arrival(law, &sampler),
               nodes = lublin_draw_nodes(law, sampler.rng);
        double h = lublin_draw_log_runtime(law, sampler.rng, nodes), runtime = floor(exp(h));
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
check_runtimes(Known *known, const Lublin *law, const double *sorted)
{
    JsonObject *ks = json_object_get_object_member(known->all, "ks_runtime");
    LublinPhase sums[2] = {lublin_phase(law, 0), lublin_phase(law, 1)};
    g_autofree double *mass = lublin_runtimes(law, sums);
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
judge_sampled(Known *known, const Lublin *law)
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
    g_auto(Lublin) law = {0};

    if (!law_init(&law, known))
        return;
    if (known_has(known, "parameters"))
        judge_exact(known, &law);
    else if (known_has(known, "jobs"))
        judge_sampled(known, &law);
    else
        known_fail(known, "unknown kind of input");
}
