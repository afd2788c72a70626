/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One reading of the trace fills the values of each group; a group is then fitted by itself. How it is
 * shown: bb-trace-fit-text.c. */
#include "sim/lab/bb-trace-fit.h"

#include "sim/lab/stat/bb-moments.h"

#include <math.h>

#define GOOD_D 0.02
#define GOOD_P 0.05
#define GOOD_TAIL 1.25
#define P999_FROM 1000
#define SUPPORTED_AIC 10

/* The values of a group. */
typedef struct {
    char *name;
    GArray *x;        /* of double, > 0 */
    GArray *censored; /* of gboolean */
    GArray *open;     /* of BbTimeUs: submit times of those that end with the trace */
    guint64 n_zero;
    BbTimeUs last_submit_us; /* -1: none yet */
    gboolean whole_seconds;
} Values;

static void
free_values(gpointer data)
{
    Values *values = data;
    g_free(values->name);
    g_array_unref(values->x);
    g_array_unref(values->censored);
    g_array_unref(values->open);
    g_free(values);
}

static Values *
values_new(const char *name)
{
    Values *values = g_new0(Values, 1);
    values->name = g_strdup(name);
    values->x = g_array_new(FALSE, FALSE, sizeof(double));
    values->censored = g_array_new(FALSE, FALSE, sizeof(gboolean));
    values->open = g_array_new(FALSE, FALSE, sizeof(BbTimeUs));
    values->last_submit_us = -1;
    values->whole_seconds = TRUE;
    return values;
}

static void
add_value(Values *values, BbTimeUs us, gboolean censored)
{
    double seconds = (double)us / (double)BB_US_PER_S;
    if (us <= 0) {
        values->n_zero += !censored;
        return;
    }
    values->whole_seconds = values->whole_seconds && us % BB_US_PER_S == 0;
    g_array_append_val(values->x, seconds);
    g_array_append_val(values->censored, censored);
}

static void
add_row(Values *values, BbTraceFitOf of, const BbJobRow *row)
{
    if (of == BB_TRACE_FIT_GAP) {
        if (values->last_submit_us >= 0)
            add_value(values, row->submit_us - values->last_submit_us, FALSE);
        values->last_submit_us = row->submit_us;
    } else if (row->runtime_us != BB_TIME_NEVER) {
        gboolean killed = row->runtime_us > row->estimate_us;
        add_value(values, killed ? row->estimate_us : row->runtime_us, killed);
    } else if (row->logged_run_us >= 0) {
        add_value(values, row->logged_run_us, TRUE);
    } else {
        g_array_append_val(values->open, row->submit_us);
    }
}

static void
end_open(Values *values, BbTimeUs end_us)
{
    for (guint i = 0; i < values->open->len; i++)
        add_value(values, end_us - g_array_index(values->open, BbTimeUs, i), TRUE);
}

static Values *
find_values(GPtrArray *all, GHashTable *by_name, BbTraceFitBy by, const BbJobRow *row)
{
    const char *name = by == BB_TRACE_FIT_ALL    ? ""
                       : by == BB_TRACE_FIT_KIND ? bb_kind_names[row->kind]
                       : row->class_name != NULL ? row->class_name
                                                 : "";
    Values *values = g_hash_table_lookup(by_name, name);
    if (values != NULL)
        return values;
    values = values_new(name);
    g_ptr_array_add(all, values);
    g_hash_table_insert(by_name, values->name, values);
    return values;
}

static gboolean
read_values(BbWorkload *workload, const BbTraceFitOptions *options, GPtrArray *out, GError **error)
{
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
    BbTimeUs end_us = 0;
    BbReadResult result;
    BbJobRow row;
    while ((result = bb_workload_next(workload, &row, error)) == BB_READ_ROW) {
        add_row(find_values(out, by_name, options->by, &row), options->of, &row);
        end_us = MAX(end_us, row.submit_us);
        if (row.runtime_us != BB_TIME_NEVER)
            end_us = MAX(end_us, row.submit_us + row.runtime_us);
    }
    for (guint i = 0; i < out->len; i++)
        end_open(out->pdata[i], end_us);
    return result == BB_READ_END;
}

/* ---- Groups ---- */

static gint
by_size(gconstpointer a, gconstpointer b)
{
    const Values *x = *(Values *const *)a, *y = *(Values *const *)b;
    if (x->x->len != y->x->len)
        return x->x->len > y->x->len ? -1 : 1;
    return g_strcmp0(x->name, y->name);
}

/* The small ones become one. */
static void
join_small(GPtrArray *all)
{
    g_ptr_array_sort(all, by_size);
    if (all->len <= BB_TRACE_FIT_GROUPS)
        return;
    Values *others = values_new("others");
    for (guint i = BB_TRACE_FIT_GROUPS; i < all->len; i++) {
        const Values *small = all->pdata[i];
        g_array_append_vals(others->x, small->x->data, small->x->len);
        g_array_append_vals(others->censored, small->censored->data, small->censored->len);
        others->n_zero += small->n_zero;
        others->whole_seconds = others->whole_seconds && small->whole_seconds;
    }
    g_ptr_array_set_size(all, BB_TRACE_FIT_GROUPS);
    g_ptr_array_add(all, others);
}

static BbFitSample
sample_of(const Values *values, guint64 n_censored)
{
    return (BbFitSample){
        .x = (const double *)(gconstpointer)values->x->data,
        .censored = n_censored > 0 ? (const gboolean *)(gconstpointer)values->censored->data : NULL,
        .n = values->x->len,
        .unit = values->whole_seconds ? 1 : 0};
}

/* So many of the values, drawn without replacement; *values is a copy. */
static void
draw_values(Values *values, guint n, guint64 seed)
{
    guint32 stream = bb_rng_stream("fit/values");
    double *x = (double *)(gpointer)values->x->data;
    gboolean *censored = (gboolean *)(gpointer)values->censored->data;
    for (guint i = 0; i < n; i++) {
        guint j = i + (guint)bb_rng_below(seed, stream, i, 0, values->x->len - i);
        double value = x[i];
        gboolean cut = censored[i];
        x[i] = x[j];
        censored[i] = censored[j];
        x[j] = value;
        censored[j] = cut;
    }
}

static guint64
count_censored(const Values *values)
{
    guint64 n = 0;
    for (guint i = 0; i < values->censored->len; i++)
        n += g_array_index(values->censored, gboolean, i) != FALSE;
    return n;
}

static void
measure(const Values *values, BbTraceFitGroup *group)
{
    g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < values->x->len; i++)
        if (!g_array_index(values->censored, gboolean, i))
            g_array_append_val(seen, g_array_index(values->x, double, i));
    const double *x = (const double *)(gconstpointer)seen->data;
    group->mean_s = bb_stat_mean(x, seen->len);
    group->sd_s = bb_stat_sd(x, seen->len);
}

/* ---- Fits ---- */

static char *
seconds(double value)
{
    GString *out = g_string_new(NULL);
    bb_append_seconds(out, (BbTimeUs)CLAMP(value * 1e6 + 0.5, 0, (double)BB_TIME_MAX / 2));
    g_string_append_c(out, 's');
    return g_string_free(out, FALSE);
}

static char *
with_cv(const char *family, double mean, double cv)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    g_autofree char *mean_text = seconds(mean);
    if (!(cv >= 0.01 && cv <= 30))
        return g_strdup("");
    return g_strdup_printf("%s(mean=%s,cv=%s)", family, mean_text,
                           g_ascii_formatd(number, sizeof number, "%.6g", cv));
}

/* As bb_dist_parse reads it. */
static char *
generator_text(const BbFit *fit)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    const double *p = fit->p;
    double mean = bb_fit_mean(fit);
    g_autofree char *scale = seconds(fit->family == BB_FIT_PARETO ? p[0] : p[1]);
    switch (fit->family) {
    case BB_FIT_EXPONENTIAL: {
        g_autofree char *text = seconds(mean);
        return g_strdup_printf("exp(%s)", text);
    }
    case BB_FIT_LOGNORMAL:
        return with_cv("lognormal", mean, sqrt(expm1(p[1] * p[1])));
    case BB_FIT_GAMMA:
        return with_cv("gamma", mean, 1 / sqrt(p[0]));
    case BB_FIT_WEIBULL:
        return g_strdup_printf("weibull(shape=%s,scale=%s)",
                               g_ascii_formatd(number, sizeof number, "%.6g", p[0]), scale);
    case BB_FIT_PARETO:
        return g_strdup_printf("pareto(alpha=%s,min=%s)",
                               g_ascii_formatd(number, sizeof number, "%.6g", p[1]), scale);
    case BB_FIT_HYPEREXPONENTIAL:
    case BB_N_FITS:
        break;
    }
    return g_strdup("");
}

static gint
by_aic(gconstpointer a, gconstpointer b, gpointer data)
{
    const BbTraceFitted *x = a, *y = b;
    (void)data;
    if (x->fit.aic != y->fit.aic)
        return x->fit.aic < y->fit.aic ? -1 : 1;
    return (x->fit.family > y->fit.family) - (x->fit.family < y->fit.family);
}

/* NaN, where there is nothing to compare with, is no objection. */
static gboolean
is_far(double ratio)
{
    return ratio > GOOD_TAIL || ratio < 1 / GOOD_TAIL;
}

static gboolean
does_well(const BbFitCheck *check, guint64 n)
{
    gboolean body = check->ks_d < GOOD_D || check->ks_p >= GOOD_P;
    return body && !is_far(check->p99_ratio) && (n < P999_FROM || !is_far(check->p999_ratio));
}

/* Every family, by AIC. Whose AIC is far from the least has no support, whatever its p (Burnham and
 * Anderson, 2002). */
static void
fit_families(BbTraceFitGroup *group, const BbFitSample *all, const BbFitSample *some, guint64 seed)
{
    for (guint f = 0; f < BB_N_FITS; f++) {
        BbTraceFitted *fitted = &group->fitted[group->n_fitted];
        if (bb_fit((BbFitFamily)f, some, &fitted->fit, NULL))
            group->n_fitted++;
    }
    g_qsort_with_data(group->fitted, (gint)group->n_fitted, sizeof(BbTraceFitted), by_aic, NULL);
    for (guint f = 0; f < group->n_fitted; f++) {
        BbTraceFitted *fitted = &group->fitted[f];
        gboolean near = fitted->fit.aic <= group->fitted[0].fit.aic + SUPPORTED_AIC;
        guint n_bootstrap = near && some->n <= BB_TRACE_FIT_BOOTSTRAP ? BB_FIT_BOOTSTRAP : 0;
        fitted->check = bb_fit_check(&fitted->fit, all, n_bootstrap, seed);
        fitted->text = generator_text(&fitted->fit);
        if (group->recommended < 0 && does_well(&fitted->check, group->n))
            group->recommended = (gint)f;
    }
}

static BbTraceFitGroup *
fit_values(Values *values, guint64 seed)
{
    BbTraceFitGroup *group = g_new0(BbTraceFitGroup, 1);
    group->name = g_strdup(values->name);
    group->n = values->x->len;
    group->n_zero = values->n_zero;
    group->n_censored = count_censored(values);
    group->unit_s = values->whole_seconds ? 1 : 0;
    group->recommended = -1;
    measure(values, group);
    guint n = MIN(values->x->len, BB_TRACE_FIT_MOST);
    if (n < values->x->len)
        draw_values(values, n, seed);
    BbFitSample all = sample_of(values, group->n_censored), some = all;
    some.n = n;
    fit_families(group, &all, &some, seed);
    return group;
}

static void
free_group(gpointer data)
{
    BbTraceFitGroup *group = data;
    for (guint f = 0; f < group->n_fitted; f++)
        g_free(group->fitted[f].text);
    g_free(group->name);
    g_free(group);
}

BbTraceFit *
bb_trace_fit_new(const BbTraceTables *tables, const char *path, const char *format,
                 const BbTraceFitOptions *options, GError **error)
{
    g_autoptr(BbWorkload) workload = bb_workload_new_trace(tables, path, format, error);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(free_values);
    guint64 n = 0;
    if (workload == NULL || !read_values(workload, options, all, error))
        return NULL;
    join_small(all);
    for (guint i = 0; i < all->len; i++)
        n += ((Values *)all->pdata[i])->x->len;
    if (n == 0) {
        bb_error_input(error, path, 0, 0, "expected values above 0 to fit, found none");
        return NULL;
    }
    BbTraceFit *fit = g_new0(BbTraceFit, 1);
    fit->path = g_strdup(path);
    fit->options = *options;
    fit->groups = g_ptr_array_new_with_free_func(free_group);
    for (guint i = 0; i < all->len; i++)
        g_ptr_array_add(fit->groups, fit_values(all->pdata[i], options->seed));
    return fit;
}

void
bb_trace_fit_free(BbTraceFit *fit)
{
    if (fit == NULL)
        return;
    g_free(fit->path);
    g_ptr_array_unref(fit->groups);
    g_free(fit);
}
