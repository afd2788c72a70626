/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kolmogorov-Smirnov and maximum-likelihood fits. */
#include "sim/lab/stat/bb-fit-check.h"
#include "sim/lab/stat/bb-ks.h"
#include "sim/lab/stat/bb-moments.h"
#include "tests/unit/known/known.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Every expected "aALPHA": the critical value for n observations, 0: the limit. */
static void
judge_critical(Known *known, gsize n)
{
    g_autoptr(GList) names = known_names(known);

    for (GList *at = names; at; at = at->next) {
        const char *name = at->data;
        double alpha = name[0] == 'a' ? g_ascii_strtod(name + 1, NULL) : NAN;

        known_number(known, name, n > 0 ? bb_ks_critical(alpha, n) : bb_ks_limit_critical(alpha));
    }
}

typedef struct {
    char family; /* u: uniform(a, b); n: normal(a, b); e: exponential(mean a) */
    double a, b;
} Given;

static gboolean
parse_cdf(const char *text, Given *out)
{
    *out = (Given){'u', 0, 1};
    if (sscanf(text, "uniform(%lf,%lf)", &out->a, &out->b) == 2)
        return TRUE;
    out->family = 'n';
    if (sscanf(text, "normal(%lf,%lf)", &out->a, &out->b) == 2)
        return TRUE;
    out->family = 'e';
    return sscanf(text, "exponential(%lf)", &out->a) == 1;
}

static double
given_cdf(gconstpointer data, double x)
{
    const Given *given = data;

    if (given->family == 'n')
        return gsl_cdf_ugaussian_P((x - given->a) / given->b);
    if (given->family == 'e')
        return gsl_cdf_exponential_P(x, given->a);
    return CLAMP((x - given->a) / (given->b - given->a), 0, 1);
}

/* "(i-A)/N, i=F..L" */
static double *
grid(const char *rule, gsize *out_n)
{
    double shift, divisor, *x;
    unsigned first, last;

    if (sscanf(rule, "(i-%lf)/%lf, i=%u..%u", &shift, &divisor, &first, &last) != 4 || last < first)
        return NULL;
    *out_n = last - first + 1;
    x = g_new(double, *out_n);
    for (unsigned i = first; i <= last; i++)
        x[i - first] = (i - shift) / divisor;
    return x;
}

static void
judge_sample(Known *known)
{
    const char *rule = known_text_in(known, "data"), *text = known_text_in(known, "cdf");
    gsize n = 0;
    g_autofree double *x = rule ? grid(rule, &n) : known_array(known, "data", &n);
    Given given;
    double d;

    if (!x || !text || !parse_cdf(text, &given)) {
        known_fail(known, "unknown data or cdf");
        return;
    }
    bb_stat_sort(x, n);
    d = bb_ks_distance(x, n, given_cdf, &given);
    known_number(known, "D", d);
    known_number(known, "p", bb_ks_above(d, n));
}

static void
judge_two_samples(Known *known)
{
    gsize na, nb;
    g_autofree double *a = known_array(known, "a", &na), *b = known_array(known, "b", &nb);
    BbKsTwoSample result = bb_ks_two_sample(a, na, b, nb);

    known_number(known, "D", result.d);
    known_number(known, "p_exact", result.exact ? result.p : NAN);
}

void
judge_ks(Known *known)
{
    const char *text = known_text_in(known, "n");

    if (known_has(known, "cdf"))
        judge_sample(known);
    else if (known_has(known, "a"))
        judge_two_samples(known);
    else if (text && g_str_has_prefix(text, "infinite"))
        judge_critical(known, 0);
    else if (known_has(known, "n") && !text)
        judge_critical(known, (gsize)known_count(known, "n"));
    else
        known_fail(known, "unknown kind of input");
}

/* The data of the case: its own, or those that another case of the file gives under that name. */
static double *
shared_data(Known *known, gsize *out_n)
{
    const char *name = known_text_in(known, "data");
    JsonArray *cases = json_object_get_array_member(known->file, "cases");

    if (!name)
        return known_array(known, "data", out_n);
    for (guint i = 0; i < json_array_get_length(cases); i++) {
        JsonObject *all = json_array_get_object_element(cases, i);
        JsonObject *input = json_object_get_object_member(all, "input");

        if (g_strcmp0(json_object_get_string_member_with_default(input, "name", NULL), name) == 0)
            return known_numbers(json_object_get_array_member(input, "data"), out_n);
    }
    known_fail(known, "no data are named %s", name);
    return NULL;
}

static gboolean
family_of(const char *id, BbFitFamily *out)
{
    g_auto(GStrv) parts = g_strsplit(id, "/", -1);

    for (guint f = 0; f < BB_N_FITS; f++)
        if (g_strv_contains((const char *const *)parts, bb_fit_name((BbFitFamily)f))) {
            *out = (BbFitFamily)f;
            return TRUE;
        }
    return FALSE;
}

static void
judge_best(Known *known, const BbFitSample *sample)
{
    BbFit fits[BB_N_FITS];
    gsize n = 0;

    for (guint f = 0; f < BB_N_FITS; f++)
        if (bb_fit((BbFitFamily)f, sample, &fits[n], NULL))
            n++;
    known_text(known, "family", n > 0 ? bb_fit_name(bb_fit_best(fits, n)->family) : "none");
}

void
judge_fits(Known *known)
{
    g_autoptr(GError) error = NULL;
    gsize n = 0;
    g_autofree double *x = shared_data(known, &n);
    BbFitSample sample = {x, NULL, n, 0};
    BbFitFamily family;
    BbFit fit;

    if (known_expects(known, "family")) {
        judge_best(known, &sample);
        return;
    }
    if (!family_of(known->id, &family) || !bb_fit(family, &sample, &fit, &error)) {
        known_fail(known, "%s", error ? error->message : "unknown family");
        return;
    }
    for (guint i = 0; bb_fit_parameter(family, i); i++)
        known_number(known, bb_fit_parameter(family, i), fit.p[i]);
    known_number(known, "loglik", fit.loglik);
    known_number(known, "aic", fit.aic);
    known_number(known, "ks_D", bb_fit_check(&fit, &sample, 0, 1).ks_d);
    if (known_has(known, "parameters") && fit.n_parameters != known_count(known, "parameters"))
        known_fail(known, "%u parameters", fit.n_parameters);
}
