/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is fitted to traces that were drawn from a known law, and to broken ones. */
#include "traces.h"

#include "sim/lab/bb-trace-edit.h"
#include "sim/lab/bb-trace-fit.h"

#include <gsl/gsl_errno.h>
#include <json-glib/json-glib.h>
#include <math.h>

static const BbTraceTables tables = {bb_reader_classes, bb_generator_classes};

/* The fit of a text, as a file of its own. */
static BbTraceFit *
fit_text(const char *text, BbTraceFitOf of, BbTraceFitBy by, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("bb-fit-XXXXXX", NULL);
    g_autofree char *path = trace_file(folder, "t.csv", text);
    BbTraceFitOptions options = {of, by, 1};
    BbTraceFit *fit = bb_trace_fit_new(&tables, path, NULL, &options, error);
    g_unlink(path);
    g_rmdir(folder);
    return fit;
}

static char *
generated(const char *generator)
{
    g_auto(BbTraceEdit) edit = {0};
    g_autoptr(GString) out = g_string_new(NULL);
    bb_trace_edit_init(&edit, &tables);
    g_autoptr(BbTraceTable) table = bb_trace_generate(&edit, generator, 1, NULL);
    bb_trace_table_write(table, out);
    return g_strdup(out->str);
}

static const struct {
    const char *generator;
    BbTraceFitOf of;
    const char *family;
    double parameters[2], slack; /* relative */
} laws[] = {
    {"poisson,jobs=400,runtime=exp(100s)", BB_TRACE_FIT_RUNTIME, "exponential", {100, 0}, .2},
    {"poisson,jobs=400,rate=0.01", BB_TRACE_FIT_GAP, "exponential", {100, 0}, .2},
    /* mu, sigma of mean 300, cv 2 */
    {"poisson,jobs=400,runtime=lognormal(mean=300s,cv=2)",
     BB_TRACE_FIT_RUNTIME,
     "lognormal",
     {4.8991, 1.2686},
     .1},
    {"poisson,jobs=400,runtime=weibull(shape=2,scale=50s)",
     BB_TRACE_FIT_RUNTIME,
     "weibull",
     {2, 50},
     .12},
    {"poisson,jobs=400,runtime=gamma(mean=100s,cv=0.5)",
     BB_TRACE_FIT_RUNTIME,
     "gamma",
     {4, 25},
     .25},
    {"poisson,jobs=400,runtime=pareto(alpha=3,min=10s)",
     BB_TRACE_FIT_RUNTIME,
     "pareto",
     {10, 3},
     .2},
};

static const BbTraceFitted *
find_family(const BbTraceFitGroup *group, const char *family)
{
    for (guint f = 0; f < group->n_fitted; f++)
        if (g_str_equal(bb_fit_name(group->fitted[f].fit.family), family))
            return &group->fitted[f];
    g_assert_not_reached();
}

/* The law is found with its parameters, and can be drawn from again. */
static void
test_laws(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(laws); i++) {
        g_autofree char *text = generated(laws[i].generator);
        g_autoptr(BbTraceFit) fit = fit_text(text, laws[i].of, BB_TRACE_FIT_ALL, NULL);
        const BbTraceFitGroup *group = fit->groups->pdata[0];
        const BbTraceFitted *fitted = find_family(group, laws[i].family);
        g_test_message("%s: %s", laws[i].generator, fitted->text);
        if (g_str_equal(laws[i].family, "exponential"))
            g_assert_cmpint(group->recommended, >=, 0);
        g_assert_cmpfloat(fitted->fit.aic, <, group->fitted[0].fit.aic + 4);
        g_assert_cmpfloat(fitted->check.ks_p, >, 0.01);
        for (guint p = 0; p < 2 && laws[i].parameters[p] > 0; p++)
            g_assert_cmpfloat(fabs(fitted->fit.p[p] / laws[i].parameters[p] - 1), <, laws[i].slack);
        g_autoptr(GError) error = NULL;
        g_autoptr(BbDist) dist = bb_dist_parse(fitted->text, BB_DIST_DURATION, &error);
        g_assert_no_error(error);
        if (isfinite(bb_fit_mean(&fitted->fit)))
            g_assert_cmpfloat(fabs(bb_dist_mean(dist) / 1e6 / bb_fit_mean(&fitted->fit) - 1), <,
                              1e-3);
    }
}

/* Exponential lifetimes of mean 100 s, seen for 60 s at most: 45 % are seen to end. */
static void
test_censored(void)
{
    g_autoptr(GString) text = g_string_new("job_id,submit_s,runtime_s\n");
    guint n_cut = 0;
    g_autoptr(BbDist) dist = bb_dist_parse("exp(100s)", BB_DIST_DURATION, NULL);
    for (guint i = 0; i < 4000; i++) {
        BbTimeUs us = bb_dist_draw(dist, bb_rng_uniform(1, 1, i, 0));
        g_string_append_printf(text, "%u,0,", i);
        if (us > 0 && us < 60 * BB_US_PER_S)
            bb_append_seconds(text, us);
        else
            n_cut++;
        g_string_append_c(text, '\n');
    }
    g_string_append(text, "end,60,0\n");
    g_autoptr(BbTraceFit) fit = fit_text(text->str, BB_TRACE_FIT_RUNTIME, BB_TRACE_FIT_ALL, NULL);
    const BbTraceFitGroup *group = fit->groups->pdata[0];
    const BbTraceFitted *fitted = find_family(group, "exponential");
    g_assert_cmpuint(group->n_censored, ==, n_cut);
    g_assert_cmpuint(group->n_zero, ==, 1);
    g_assert_cmpfloat(fabs(fitted->fit.p[0] - 100), <, 5 * 100 / sqrt(4000 - n_cut));
    g_assert_cmpfloat(group->mean_s, <, 30);
    g_assert_true(isnan(fitted->check.ks_p));
    g_assert_cmpfloat(fitted->check.ks_d, <, 0.02);
    g_assert_cmpint(group->recommended, >=, 0);
}

/* The same lifetimes in a log that kills at 60 s, or a little later: who was killed is no run of 61 s. */
static void
test_killed(void)
{
    g_autoptr(GString) text = g_string_new("job_id,submit_s,runtime_s,estimate_s\n");
    guint n_killed = 0;
    g_autoptr(BbDist) dist = bb_dist_parse("exp(100s)", BB_DIST_DURATION, NULL);
    for (guint i = 0; i < 4000; i++) {
        BbTimeUs us = bb_dist_draw(dist, bb_rng_uniform(1, 1, i, 0));
        n_killed += us > 60 * BB_US_PER_S;
        g_string_append_printf(text, "%u,0,", i);
        bb_append_seconds(text, CLAMP(us, 1, 61 * BB_US_PER_S));
        g_string_append(text, ",60\n");
    }
    g_string_append(text, "none,0,3,\nwhole,0,60,60\n");
    g_autoptr(BbTraceFit) fit = fit_text(text->str, BB_TRACE_FIT_RUNTIME, BB_TRACE_FIT_ALL, NULL);
    const BbTraceFitGroup *group = fit->groups->pdata[0];
    g_assert_cmpuint(group->n_censored, ==, n_killed);
    g_assert_cmpfloat(fabs(find_family(group, "exponential")->fit.p[0] - 100), <,
                      5 * 100 / sqrt(4000 - n_killed));
}

/* The large classes by themselves, the small ones together; as text and as JSON. */
static void
test_groups(void)
{
    g_autoptr(GString) text = g_string_new("job_id,submit_s,runtime_s,class\n");
    for (guint i = 0; i < 3000; i++)
        g_string_append_printf(text, "%u,%u,%u,c%u\n", i, i, i % 7 + 1, i % 60 % (i % 3 + 20));
    g_autoptr(BbTraceFit) fit = fit_text(text->str, BB_TRACE_FIT_RUNTIME, BB_TRACE_FIT_CLASS, NULL);
    guint64 n = 0;
    g_assert_cmpuint(fit->groups->len, ==, BB_TRACE_FIT_GROUPS + 1);
    for (guint i = 0; i < fit->groups->len; i++) {
        const BbTraceFitGroup *group = fit->groups->pdata[i];
        g_assert_cmpfloat(group->unit_s, ==, 1);
        n += group->n;
    }
    g_assert_cmpuint(n, ==, 3000);
    g_assert_cmpstr(((BbTraceFitGroup *)fit->groups->pdata[BB_TRACE_FIT_GROUPS])->name, ==,
                    "others");
    g_autoptr(BbJson) json = bb_json_new();
    g_autoptr(GString) table = g_string_new(NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    bb_trace_fit_json(fit, json);
    bb_trace_fit_table(fit, table);
    g_assert_true(json_parser_load_from_data(parser, bb_json_str(json), -1, NULL));
    g_assert_true(g_str_has_prefix(table->str, "run times: class \"c"));
    g_assert_true(g_str_has_suffix(table->str, "\n"));
}

static const struct {
    const char *text, *error;
} bad[] = {
    {"job_id,submit_s\n", "expected values above 0 to fit, found none"},
    {"job_id,submit_s,runtime_s\na,0,0\n", "expected values above 0 to fit, found none"},
    {"job_id,submit_s,runtime_s\na,0,x\n", ":2:5: "},
    {"job_id,submit_s\na,0\nb,5\n", NULL}, /* all cut: no family, but an answer */
    {"job_id,submit_s,runtime_s\na,0,3\n", NULL},
    {"job_id,submit_s,runtime_s\na,0,3\nb,0,3\nc,0,3\n", NULL},
};

static void
test_bad(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BbTraceFit) fit =
            fit_text(bad[i].text, BB_TRACE_FIT_RUNTIME, BB_TRACE_FIT_ALL, &error);
        if (bad[i].error == NULL) {
            g_autoptr(GString) table = g_string_new(NULL);
            g_assert_no_error(error);
            bb_trace_fit_table(fit, table);
            continue;
        }
        g_assert_null(fit);
        g_assert_nonnull(strstr(error->message, bad[i].error));
    }
}

int
main(int argc, char **argv)
{
    gsl_set_error_handler_off();
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace-fit/laws", test_laws);
    g_test_add_func("/trace-fit/censored", test_censored);
    g_test_add_func("/trace-fit/killed", test_killed);
    g_test_add_func("/trace-fit/groups", test_groups);
    g_test_add_func("/trace-fit/bad", test_bad);
    return g_test_run();
}
