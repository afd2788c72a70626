/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BCa over all n^n resamples, over given replicates, and by drawing. */
#include "sim/lab/stat/bb-bootstrap.h"
#include "sim/lab/stat/bb-moments.h"
#include "tests/unit/known/known.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define N_DRAWN 100000
#define MAX_ENUMERATED 30000000
/* z0 and a are free of scale: where they are 0 in truth, any rounding of both sides is right. */
#define ROUNDING 1e-12

typedef struct {
    const double *x, *y; /* y: of pairs */
    double *space;       /* 2 n values */
    double (*of)(double *x, double *y, gsize n);
} Statistic;

static double
mean_of(double *x, double *y, gsize n)
{
    (void)y;
    return bb_stat_mean(x, n);
}

static double
variance_of(double *x, double *y, gsize n)
{
    (void)y;
    return bb_stat_variance(x, n) * (double)(n - 1) / (double)n;
}

static double
median_of(double *x, double *y, gsize n)
{
    (void)y;
    return bb_stat_median(x, n);
}

static double
correlation_of(double *x, double *y, gsize n)
{
    return bb_stat_correlation(x, y, n);
}

static const struct {
    const char *name;
    gboolean pairs;
    double (*of)(double *x, double *y, gsize n);
} statistics[] = {
    {"mean", FALSE, mean_of},
    {"variance_n", FALSE, variance_of},
    {"variance with divisor n", FALSE, variance_of},
    {"median", FALSE, median_of},
    {"Pearson correlation", TRUE, correlation_of},
};

static double
of_resample(gpointer data, const guint32 *index, gsize n)
{
    Statistic *statistic = data;
    double *x = statistic->space, *y = statistic->space + n;

    for (gsize i = 0; i < n; i++) {
        x[i] = statistic->x[index[i]];
        if (statistic->y)
            y[i] = statistic->y[index[i]];
    }
    return statistic->of(x, y, n);
}

/* The statistic of all n^n resamples, in the order of counting to the base n. */
static double *
enumerate(Statistic *statistic, gsize n, gsize n_all)
{
    g_autofree guint32 *index = g_new0(guint32, n);
    double *replicates = g_new(double, n_all);

    for (gsize i = 0; i < n_all; i++) {
        replicates[i] = of_resample(statistic, index, n);
        for (gsize k = 0; k < n && ++index[k] == n; k++)
            index[k] = 0;
    }
    return replicates;
}

static double
acceleration(Statistic *statistic, gsize n)
{
    g_autofree guint32 *index = g_new(guint32, n);
    g_autofree double *left_out = g_new(double, n);

    for (gsize i = 0; i < n; i++) {
        for (gsize k = 0; k + 1 < n; k++)
            index[k] = (guint32)(k < i ? k : k + 1);
        left_out[i] = of_resample(statistic, index, n - 1);
    }
    return bb_bca_acceleration(left_out, n);
}

static double
plain(Statistic *statistic, gsize n)
{
    g_autofree guint32 *index = g_new(guint32, n);

    for (gsize i = 0; i < n; i++)
        index[i] = (guint32)i;
    return of_resample(statistic, index, n);
}

static void
judge_enumerated(Known *known, Statistic *statistic, gsize n)
{
    double all = pow((double)n, (double)n);
    g_autofree double *replicates = NULL;
    BbBca bca;

    if (all > MAX_ENUMERATED) {
        known_fail(known, "too many resamples to enumerate");
        return;
    }
    replicates = enumerate(statistic, n, (gsize)all);
    bca = bb_bca_of_replicates(replicates, (gsize)all, plain(statistic, n),
                               acceleration(statistic, n), known_in(known, "level"));
    known_number(known, "estimate", bca.estimate);
    known_number(known, "resamples", (double)bca.n_replicates);
    known_number(known, "less", (double)bca.n_less);
    known_number(known, "equal", (double)bca.n_equal);
    known_number_floor(known, "z0", bca.z0, ROUNDING);
    known_number_floor(known, "a", bca.a, ROUNDING);
    known_number(known, "alpha1", bca.alpha1);
    known_number(known, "alpha2", bca.alpha2);
    known_number(known, "lower", bca.lower);
    known_number(known, "upper", bca.upper);
    known_number(known, "percentile_lower", bca.percentile_lower);
    known_number(known, "percentile_upper", bca.percentile_upper);
    known_number(known, "boot_se", bca.se);
}

/* Exact keys by rel_exact, the others within 5 standard errors of so many resamples. */
static void
say_drawn(Known *known, const char *name, double got)
{
    JsonObject *errors = json_object_get_object_member(known->all, "standard_error");
    double want = json_object_get_double_member(known->expect, name), slack;
    double ratio = known_in(known, "resamples") / N_DRAWN;

    if (errors && json_object_has_member(errors, name))
        slack = 5 * sqrt(MAX(1, ratio)) * json_object_get_double_member(errors, name);
    else
        slack = fabs(want) * json_object_get_double_member(known->tol, "rel_exact");
    known_within(known, name, got, slack);
}

static void
judge_drawn(Known *known, Statistic *statistic, gsize n)
{
    BbBca bca = bb_bca(of_resample, statistic, n, N_DRAWN, known_in(known, "level"), 1);

    say_drawn(known, "estimate", bca.estimate);
    say_drawn(known, "a", bca.a);
    say_drawn(known, "z0", bca.z0);
    say_drawn(known, "lower", bca.lower);
    say_drawn(known, "upper", bca.upper);
    say_drawn(known, "percentile_lower", bca.percentile_lower);
    say_drawn(known, "percentile_upper", bca.percentile_upper);
    say_drawn(known, "boot_se", bca.se);
}

/* "round(A+B sin(C i)+D i, DIGITS), i=F..L" */
static void
judge_given(Known *known, const char *rule)
{
    double a, b, c, d, unit;
    int digits, first, last;
    g_autofree double *replicates = NULL;
    BbBca bca;

    if (sscanf(rule, "round(%lf+%lf sin(%lf i)+%lf i, %d), i=%d..%d", &a, &b, &c, &d, &digits,
               &first, &last) != 7 ||
        last < first) {
        known_fail(known, "unknown rule: %s", rule);
        return;
    }
    unit = pow(10, digits);
    replicates = g_new(double, (gsize)(last - first + 1));
    for (int i = first; i <= last; i++)
        replicates[i - first] = nearbyint((a + b * sin(c * i) + d * i) * unit) / unit;
    bca = bb_bca_of_replicates(replicates, (gsize)(last - first + 1), known_in(known, "estimate"),
                               known_in(known, "a"), known_in(known, "level"));
    known_number(known, "z0", bca.z0);
    known_number(known, "alpha1", bca.alpha1);
    known_number(known, "alpha2", bca.alpha2);
    known_number(known, "lower", bca.lower);
    known_number(known, "upper", bca.upper);
}

/* The arrays of the input: the data, or both sides of the pairs. */
static guint
take_arrays(Known *known, double *out[2], gsize *out_n)
{
    g_autoptr(GList) names = json_object_get_members(known->input);
    guint k = 0;

    for (GList *at = names; at && k < 2; at = at->next) {
        JsonNode *node = json_object_get_member(known->input, at->data);

        if (JSON_NODE_HOLDS_ARRAY(node))
            out[k++] = known_array(known, at->data, out_n);
    }
    return k;
}

void
judge_bca(Known *known)
{
    const char *name = known_text_in(known, "statistic");
    const char *rule = known_text_in(known, "replicates");
    double *columns[2] = {NULL, NULL};
    Statistic statistic = {0};
    gsize n = 0;
    guint n_columns = take_arrays(known, columns, &n);

    statistic.x = columns[0];
    statistic.y = columns[1];
    statistic.space = g_new(double, 2 * n + 1);
    for (gsize i = 0; name && i < G_N_ELEMENTS(statistics); i++)
        if (strcmp(statistics[i].name, name) == 0 && n_columns == (statistics[i].pairs ? 2 : 1))
            statistic.of = statistics[i].of;
    if (rule)
        judge_given(known, rule);
    else if (!statistic.of)
        known_fail(known, "unknown statistic %s", name ? name : "(none)");
    else if (known_text_in(known, "resamples"))
        judge_enumerated(known, &statistic, n);
    else
        judge_drawn(known, &statistic, n);
    g_free(columns[0]);
    g_free(columns[1]);
    g_free(statistic.space);
}
