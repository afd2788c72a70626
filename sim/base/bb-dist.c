/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A family is a row of a table: its parameters, a function that checks them and derives what drawing
 * needs, and the inverse of its distribution function (GSL's). choice, empirical and constants share
 * one form: values in rising order with the cumulative weight up to each.
 *
 * log, exp and pow may differ in their last bit from machine to machine (glibc picks them by the
 * processor). What they give is kept to 20 bits, so that a draw differs once in billions. */
#include "sim/base/bb-dist.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-input.h"
#include "sim/base/bb-params.h"
#include "sim/base/bb-units.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#define MAX_ARGS 2
#define MAX_LINE 1024
#define DRAW_BITS 20
#define MIN_CV 0.01
#define MAX_CV 30.0

typedef struct {
    double value, cumulative;
} Step;

typedef struct _Family Family;

struct _BbDist {
    const Family *family;
    BbDistUnit unit;
    double args[MAX_ARGS]; /* in the order of the family's table, in the unit of draws */
    double a, b;           /* derived */
    GArray *steps;         /* of Step */
    double mean;
};

struct _Family {
    const char *name;
    struct {
        const char *name;
        gboolean in_unit; /* a duration where draws are; else a plain number */
    } args[MAX_ARGS];
    gboolean (*derive)(BbDist *dist, const char **out_expected);
    double (*invert)(const BbDist *dist, double u);
    gboolean by_libm;
};

static gboolean
derive_exp(BbDist *dist, const char **out_expected)
{
    *out_expected = "a mean above 0";
    dist->mean = dist->args[0];
    return dist->args[0] > 0;
}

static double
invert_exp(const BbDist *dist, double u)
{
    return gsl_cdf_exponential_Pinv(u, dist->args[0]);
}

static gboolean
derive_uniform(BbDist *dist, const char **out_expected)
{
    *out_expected = "a lower limit not above the upper one";
    dist->mean = dist->args[0] + (dist->args[1] - dist->args[0]) / 2;
    return dist->args[0] <= dist->args[1];
}

static double
invert_uniform(const BbDist *dist, double u)
{
    return dist->args[0] + u * (dist->args[1] - dist->args[0]);
}

static gboolean
check_mean_and_cv(BbDist *dist, const char **out_expected)
{
    *out_expected = "a mean above 0 and a cv of 0 or from 0.01 to 30";
    dist->mean = dist->args[0];
    return dist->args[0] > 0 && dist->args[1] >= MIN_CV && dist->args[1] <= MAX_CV;
}

static gboolean
derive_lognormal(BbDist *dist, const char **out_expected)
{
    double variance = log1p(dist->args[1] * dist->args[1]);
    dist->a = log(dist->args[0]) - variance / 2;
    dist->b = sqrt(variance);
    return check_mean_and_cv(dist, out_expected);
}

static double
invert_lognormal(const BbDist *dist, double u)
{
    return gsl_cdf_lognormal_Pinv(u, dist->a, dist->b);
}

static gboolean
derive_gamma(BbDist *dist, const char **out_expected)
{
    double cv2 = dist->args[1] * dist->args[1];
    dist->a = 1 / cv2;
    dist->b = dist->args[0] * cv2;
    return check_mean_and_cv(dist, out_expected);
}

/* With unit scale. All of the mass that a double can tell from 1 lies below 2 a + 100. */
static double
bisect_gamma(double u, double a)
{
    double low = 0, high = 2 * a + 100;
    for (guint i = 0; i < 100; i++) {
        double middle = low + (high - low) / 2;
        if (gsl_cdf_gamma_P(middle, a, 1) < u)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* GSL's iteration is the quick way, but it does not converge everywhere: not near 0, where the
 * leading term of the series is enough, nor here and there for a cv below 0.04. */
double
bb_gamma_quantile(double u, double shape)
{
    double small = pow(u * tgamma(shape + 1), 1 / shape);
    if (small < 1e-6)
        return small;
    double value = gsl_cdf_gamma_Pinv(u, shape, 1);
    return isfinite(value) ? value : bisect_gamma(u, shape);
}

static double
invert_gamma(const BbDist *dist, double u)
{
    return bb_gamma_quantile(u, dist->a) * dist->b;
}

static gboolean
derive_weibull(BbDist *dist, const char **out_expected)
{
    *out_expected = "a shape from 0.02 to 1000 and a scale above 0";
    dist->mean = dist->args[1] * tgamma(1 + 1 / dist->args[0]);
    return dist->args[0] >= 0.02 && dist->args[0] <= 1000 && dist->args[1] > 0;
}

static double
invert_weibull(const BbDist *dist, double u)
{
    return gsl_cdf_weibull_Pinv(u, dist->args[1], dist->args[0]);
}

static gboolean
derive_pareto(BbDist *dist, const char **out_expected)
{
    double alpha = dist->args[0];
    *out_expected = "an alpha from 0.01 and a min above 0";
    dist->mean = alpha > 1 ? alpha * dist->args[1] / (alpha - 1) : NAN;
    return alpha >= 0.01 && dist->args[1] > 0;
}

static double
invert_pareto(const BbDist *dist, double u)
{
    return gsl_cdf_pareto_Pinv(u, dist->args[0], dist->args[1]);
}

/* The first step whose cumulative weight is above u of the whole. */
static double
invert_steps(const BbDist *dist, double u)
{
    const Step *steps = (const Step *)(gconstpointer)dist->steps->data;
    guint low = 0, high = dist->steps->len - 1;
    double weight = u * steps[high].cumulative;

    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (steps[middle].cumulative > weight)
            high = middle;
        else
            low = middle + 1;
    }
    return steps[low].value;
}

static const Family families[] = {
    {"exp", {{"mean", TRUE}}, derive_exp, invert_exp, TRUE},
    {"uniform", {{"min", TRUE}, {"max", TRUE}}, derive_uniform, invert_uniform, FALSE},
    {"lognormal", {{"mean", TRUE}, {"cv", FALSE}}, derive_lognormal, invert_lognormal, TRUE},
    {"gamma", {{"mean", TRUE}, {"cv", FALSE}}, derive_gamma, invert_gamma, TRUE},
    {"weibull", {{"shape", FALSE}, {"scale", TRUE}}, derive_weibull, invert_weibull, TRUE},
    {"pareto", {{"alpha", FALSE}, {"min", TRUE}}, derive_pareto, invert_pareto, TRUE},
    {"choice", {{NULL, FALSE}}, NULL, invert_steps, FALSE},
    {"empirical", {{NULL, FALSE}}, NULL, invert_steps, FALSE},
};
enum { CHOICE = 6, EMPIRICAL = 7 };

static gboolean
parse_number(const char *text, BbDistUnit unit, double *out, const char **out_expected)
{
    BbTimeUs us = 0;
    if (unit == BB_DIST_NUMBER)
        return bb_parse_double(text, 0, (double)BB_TIME_MAX, out, out_expected);
    if (!bb_parse_duration(text, &us, out_expected))
        return FALSE;
    *out = (double)us;
    return TRUE;
}

static gboolean
fail(const char *text, const char *expected, const char *found, GError **error)
{
    g_autofree char *whole = bb_quote(text);
    g_autofree char *part = bb_quote(found);
    return bb_error_set(error, BB_ERROR_USAGE, "%s: expected %s, found %s", whole, expected, part);
}

static void
add_step(BbDist *dist, double value, double weight)
{
    Step step = {value, weight};
    g_array_append_val(dist->steps, step);
}

static gint
compare_steps(gconstpointer a, gconstpointer b)
{
    const Step *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Sorts the steps and turns weights into sums of weights. */
static void
finish_steps(BbDist *dist)
{
    double sum = 0, moment = 0;
    g_array_sort(dist->steps, compare_steps);
    for (guint i = 0; i < dist->steps->len; i++) {
        Step *step = &g_array_index(dist->steps, Step, i);
        sum += step->cumulative;
        moment += step->cumulative * step->value;
        step->cumulative = sum;
    }
    dist->mean = moment / sum;
}

/* "1:0.5|2:0.3|8:0.2" */
static gboolean
parse_choice(BbDist *dist, const char *text, const char *arguments, GError **error)
{
    g_auto(GStrv) items = g_strsplit(arguments, "|", -1);
    double sum = 0;

    for (gsize i = 0; items[i] != NULL; i++) {
        const char *expected = "VALUE:WEIGHT";
        char *colon = strchr(items[i], ':');
        double value = 0, weight = 0;
        if (colon == NULL)
            return fail(text, expected, items[i], error);
        *colon = '\0';
        if (!parse_number(g_strstrip(items[i]), dist->unit, &value, &expected))
            return fail(text, expected, items[i], error);
        if (!bb_parse_double(g_strstrip(colon + 1), 0, 1e12, &weight, &expected))
            return fail(text, expected, colon + 1, error);
        if (weight > 0)
            add_step(dist, value, weight);
        sum += weight;
    }
    if (sum <= 0)
        return fail(text, "VALUE:WEIGHT|.. with a weight above 0", arguments, error);
    finish_steps(dist);
    return TRUE;
}

static gboolean
parse_empirical(BbDist *dist, const char *path, GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    BbReadResult result = BB_READ_ERROR;
    char *line = NULL;
    gsize n = 0;

    if (input == NULL)
        return FALSE;
    while ((result = bb_input_line(input, MAX_LINE, &line, &n, error)) == BB_READ_ROW) {
        const char *expected = "text";
        double value = 0;
        gboolean is_text = strlen(line) == n;
        if (*g_strstrip(line) == '\0' && is_text)
            continue;
        if (!is_text || !parse_number(line, dist->unit, &value, &expected)) {
            g_autofree char *found = bb_quote(line);
            return bb_error_input(error, bb_input_path(input), bb_input_line_number(input), 0,
                                  "expected %s, found %s", expected,
                                  is_text ? found : "a NUL byte");
        }
        add_step(dist, value, 1);
    }
    if (result == BB_READ_ERROR)
        return FALSE;
    if (dist->steps->len == 0)
        return bb_error_input(error, bb_input_path(input), 0, 0,
                              "expected one number a line, found none");
    finish_steps(dist);
    return TRUE;
}

static void
make_constant(BbDist *dist, double value)
{
    dist->family = &families[CHOICE];
    add_step(dist, value, 1);
    finish_steps(dist);
}

/* Puts names before arguments that have none: "30d" -> "mean=30d". */
static char *
name_arguments(const Family *family, const char *arguments)
{
    g_auto(GStrv) items = g_strsplit(arguments, ",", -1);
    for (guint i = 0; items[i] != NULL && i < MAX_ARGS && family->args[i].name != NULL; i++) {
        if (strchr(items[i], '=') != NULL)
            break;
        char *named = g_strdup_printf("%s=%s", family->args[i].name, items[i]);
        g_free(items[i]);
        items[i] = named;
    }
    return g_strjoinv(",", items);
}

static gboolean
parse_arguments(BbDist *dist, const char *text, const char *arguments, GError **error)
{
    const Family *family = dist->family;
    BbParam table[MAX_ARGS + 1] = {{.name = NULL}};
    g_autofree char *named = name_arguments(family, arguments);
    g_autofree char *whole = bb_quote(text);

    for (guint i = 0; i < MAX_ARGS && family->args[i].name != NULL; i++)
        table[i] = (BbParam){.name = family->args[i].name, .type = BB_PARAM_TEXT};
    g_autoptr(BbParams) params = bb_params_parse(whole, table, named, error);
    if (params == NULL)
        return FALSE;
    for (guint i = 0; i < MAX_ARGS && family->args[i].name != NULL; i++) {
        const char *argument = bb_params_text(params, family->args[i].name);
        const char *expected = NULL;
        BbDistUnit unit = family->args[i].in_unit ? dist->unit : BB_DIST_NUMBER;
        if (!parse_number(argument, unit, &dist->args[i], &expected))
            return fail(text, expected, argument, error);
    }
    if (g_strcmp0(family->args[1].name, "cv") == 0 && dist->args[1] <= 0) {
        make_constant(dist, dist->args[0]);
        return TRUE;
    }
    const char *expected = NULL;
    return family->derive(dist, &expected) || fail(text, expected, arguments, error);
}

static const Family *
find_family(const char *text, const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(families) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        names[i] = families[i].name;
        if (strcmp(name, names[i]) == 0)
            return &families[i];
    }
    const char *nearest = bb_suggest(name, names);
    g_autofree char *whole = bb_quote(text);
    g_autofree char *found = bb_quote(name);
    bb_error_set(error, BB_ERROR_USAGE, "%s: expected a known distribution, found %s%s%s%s", whole,
                 found, nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                 nearest != NULL ? "\"?" : "");
    return NULL;
}

static gboolean
parse_constant(BbDist *dist, const char *text, GError **error)
{
    const char *expected = NULL;
    double value = 0;
    if (!parse_number(text, dist->unit, &value, &expected))
        return fail(text, dist->unit == BB_DIST_NUMBER ? "a number or a distribution" : expected,
                    text, error);
    make_constant(dist, value);
    return TRUE;
}

static gboolean
parse(BbDist *dist, const char *text, GError **error)
{
    g_autofree char *name = NULL, *arguments = NULL;

    if (strchr(text, '(') == NULL)
        return parse_constant(dist, text, error);
    if (!bb_params_split(text, &name, &arguments, error))
        return FALSE;
    dist->family = find_family(text, name, error);
    if (dist->family == NULL)
        return FALSE;
    if (dist->family == &families[CHOICE])
        return parse_choice(dist, text, arguments, error);
    if (dist->family == &families[EMPIRICAL])
        return parse_empirical(dist, arguments, error);
    return parse_arguments(dist, text, arguments, error);
}

BbDist *
bb_dist_parse(const char *text, BbDistUnit unit, GError **error)
{
    g_autoptr(BbDist) dist = g_new0(BbDist, 1);
    dist->unit = unit;
    dist->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    return parse(dist, text, error) ? g_steal_pointer(&dist) : NULL;
}

void
bb_dist_free(BbDist *dist)
{
    if (dist == NULL)
        return;
    g_array_free(dist->steps, TRUE);
    g_free(dist);
}

double
bb_keep_bits(double value)
{
    int exponent = 0;
    double mantissa = frexp(value, &exponent);
    return ldexp(floor(ldexp(mantissa, DRAW_BITS) + 0.5), exponent - DRAW_BITS);
}

guint64
bb_exponential_units(double u)
{
    return (guint64)floor(-log(u) / BB_EXPONENTIAL_UNIT + 0.5);
}

gint64
bb_dist_draw(const BbDist *dist, double u)
{
    double value = dist->family->invert(dist, u);
    if (dist->family->by_libm)
        value = bb_keep_bits(value);
    if (!(value < (double)BB_TIME_MAX))
        return BB_TIME_MAX;
    /* floor(x + 0.5) would round 0.49999999999999994 up. */
    double whole = floor(value);
    return (gint64)(value - whole >= 0.5 ? whole + 1 : whole);
}

double
bb_dist_mean(const BbDist *dist)
{
    return dist->mean;
}
