/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long samples of the generators against the published laws (BB_SHARED): within 5 standard errors, seeds
 * fixed. Where the spread of a statistic is not known it is taken from runs with different seeds, by the
 * jackknife. */
#include "sim/lab/stat/bb-moments.h"
#include "tests/unit/known/lublin.h"
#include "traces/bb-traces.h"

#include <gsl/gsl_errno.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#define SE 5.0
#define HOUR_S 3600

static JsonNode *
load(const char *name)
{
    const char *shared = g_getenv("BB_SHARED");
    g_autoptr(JsonParser) parser = json_parser_new();
    if (shared == NULL) {
        g_test_skip("BB_SHARED is not set");
        return NULL;
    }
    g_autofree char *path = g_build_filename(shared, "reference", "statistics", name, NULL);
    g_assert_true(json_parser_load_from_file(parser, path, NULL));
    return json_parser_steal_root(parser);
}

static JsonObject *
find_case(JsonNode *root, const char *id)
{
    JsonArray *cases = json_object_get_array_member(json_node_get_object(root), "cases");
    for (guint i = 0; i < json_array_get_length(cases); i++) {
        JsonObject *one = json_array_get_object_element(cases, i);
        if (g_str_equal(json_object_get_string_member(one, "id"), id))
            return one;
    }
    g_assert_not_reached();
}

static double
member(JsonObject *object, const char *name)
{
    g_assert_true(json_object_has_member(object, name));
    return json_node_get_double(json_object_get_member(object, name));
}

static void
check(const char *what, double got, double want, double se)
{
    g_test_message("%s: %.6g, expected %.6g, %+.2f standard errors", what, got, want,
                   (got - want) / se);
    g_assert_cmpfloat(fabs(got - want), <=, SE * se);
}

static BbGenerator *
generator(const char *text, guint64 seed)
{
    g_autoptr(GError) error = NULL;
    BbGenerator *made = bb_generator_new(bb_generator_classes, text, seed, 0, &error);
    g_assert_no_error(error);
    return made;
}

/* ---- Lublin ---- */

#define N_LUBLIN 200000

typedef struct {
    double *nodes, *runtimes, *logs, *work;
    guint n_serial, n_pow2;
    guint hours[24];
    double last_s;
} Sample;

static void
sample_clear(Sample *sample)
{
    g_free(sample->nodes);
    g_free(sample->runtimes);
    g_free(sample->logs);
    g_free(sample->work);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sample, sample_clear)

static void
draw_sample(const char *text, Sample *out)
{
    g_autoptr(BbGenerator) made = generator(text, 1);
    BbJobRow row;
    *out = (Sample){.nodes = g_new(double, N_LUBLIN),
                    .runtimes = g_new(double, N_LUBLIN),
                    .logs = g_new(double, N_LUBLIN),
                    .work = g_new(double, N_LUBLIN)};
    for (guint i = 0; i < N_LUBLIN; i++) {
        g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_ROW);
        gint64 n = row.n_tasks, hour = row.submit_us / BB_US_PER_S / HOUR_S % 24;
        out->nodes[i] = (double)n;
        out->runtimes[i] = (double)(row.runtime_us / BB_US_PER_S);
        out->logs[i] = log(out->runtimes[i]);
        out->work[i] = out->nodes[i] * out->runtimes[i];
        out->n_serial += n == 1;
        out->n_pow2 += (n & (n - 1)) == 0;
        out->hours[hour]++;
        out->last_s = (double)row.submit_us / 1e6;
    }
    g_assert_cmpint(bb_generator_next(made, &row, NULL), ==, BB_READ_END);
}

static void
check_mean(const char *what, const double *x, double want)
{
    check(what, bb_stat_mean(x, N_LUBLIN), want, bb_stat_sd(x, N_LUBLIN) / sqrt(N_LUBLIN));
}

static void
check_sd(const char *what, const double *x, double want)
{
    double mean = bb_stat_mean(x, N_LUBLIN), sd = bb_stat_sd(x, N_LUBLIN);
    g_autofree double *squares = g_new(double, N_LUBLIN);
    for (guint i = 0; i < N_LUBLIN; i++)
        squares[i] = (x[i] - mean) * (x[i] - mean);
    check(what, sd, want, bb_stat_sd(squares, N_LUBLIN) / sqrt(N_LUBLIN) / 2 / sd);
}

static void
check_frac(const char *what, guint count, double want, double spread)
{
    check(what, (double)count / N_LUBLIN, want, spread * sqrt(want * (1 - want) / N_LUBLIN));
}

static void
check_hours(const Sample *sample, JsonObject *expect, double spread)
{
    for (guint h = 0; h < 24; h++) {
        g_autofree char *name = g_strdup_printf("hour%02u_frac", h);
        check_frac(name, sample->hours[h], member(expect, name), spread);
    }
}

static void
check_largest(const Sample *sample, double largest)
{
    for (guint i = 0; i < N_LUBLIN; i++)
        g_assert_cmpfloat(sample->nodes[i], <=, largest);
}

/* Kolmogorov-Smirnov over the whole seconds: the 1 % point. */
static void
check_runtime_law(const Sample *sample, JsonObject *parameters)
{
    g_auto(Lublin) law = {0};
    for (guint i = 0; i < LUBLIN_PARAMETERS; i++)
        law.p[i] = member(parameters, lublin_names[i]);
    lublin_init(&law);
    LublinPhase sums[2] = {lublin_phase(&law, 0), lublin_phase(&law, 1)};
    g_autofree double *mass = lublin_runtimes(&law, sums);
    g_autofree double *counts = g_new0(double, law.n_runtimes + 1);
    double below = 0, found = 0, d = 0;
    for (guint i = 0; i < N_LUBLIN; i++) {
        g_assert_cmpfloat(sample->runtimes[i], <=, law.n_runtimes);
        counts[(guint)sample->runtimes[i]] += 1.0 / N_LUBLIN;
    }
    for (guint k = 0; k <= law.n_runtimes; k++) {
        below += mass[k];
        found += counts[k];
        d = MAX(d, fabs(found - below));
    }
    g_test_message("run times: D = %.5f", d);
    g_assert_cmpfloat(d, <, 1.63 / sqrt(N_LUBLIN));
}

static void
test_lublin(gconstpointer data)
{
    const char *set = data;
    g_autoptr(JsonNode) root = load("lublin.json");
    if (root == NULL)
        return;
    g_autofree char *id = g_strconcat("lublin/exact/", set, NULL);
    g_autofree char *text = g_strdup_printf("lublin,jobs=%u,set=%s", N_LUBLIN, set);
    JsonObject *known = find_case(root, id);
    JsonObject *expect = json_object_get_object_member(known, "expect");
    double spread = member(expect, "points_cv"), gap = member(expect, "gap_mean_unrounded");
    g_auto(Sample) sample = {0};
    draw_sample(text, &sample);
    check_frac("serial", sample.n_serial, member(expect, "serial_frac"), 1);
    check_frac("powers of two", sample.n_pow2, member(expect, "pow2_frac_incl_serial"), 1);
    check_mean("nodes", sample.nodes, member(expect, "nodes_mean"));
    check_sd("nodes, sd", sample.nodes, member(expect, "nodes_sd"));
    check_largest(&sample, member(expect, "nodes_max"));
    check_mean("run time", sample.runtimes, member(expect, "runtime_mean"));
    check_sd("run time, sd", sample.runtimes, member(expect, "runtime_sd"));
    check_mean("work", sample.work, member(expect, "work_mean"));
    check("correlation", bb_stat_correlation(sample.nodes, sample.runtimes, N_LUBLIN),
          member(expect, "nodes_runtime_corr"), 0.0033);
    check("gap", sample.last_s / N_LUBLIN, gap, gap * spread / sqrt(N_LUBLIN));
    check_hours(&sample, expect, spread);
    check_runtime_law(&sample, json_object_get_object_member(
                                   json_object_get_object_member(known, "input"), "parameters"));
}

/* ---- MMPP ---- */

#define N_RUNS 16
#define N_WINDOWS 3

static const double windows_s[N_WINDOWS] = {1, 10, 100};

/* Sums that all statistics come from. */
typedef struct {
    double n, gap, square, product, end_s;
    double counts[N_WINDOWS], count[N_WINDOWS], count2[N_WINDOWS];
} Bursts;

static void
add_bursts(Bursts *to, const Bursts *from, double sign)
{
    double *x = (double *)to;
    const double *y = (const double *)from;
    for (gsize i = 0; i < sizeof *to / sizeof *x; i++)
        x[i] += sign * y[i];
}

typedef struct {
    guint window;
    double begin_s, n;
} Window;

static void
pass_windows(Bursts *out, Window *window, double time_s)
{
    double length = windows_s[window->window];
    for (; time_s >= window->begin_s + length; window->begin_s += length) {
        out->counts[window->window]++;
        out->count[window->window] += window->n;
        out->count2[window->window] += window->n * window->n;
        window->n = 0;
    }
    window->n++;
}

static Bursts
draw_bursts(const char *text, guint64 seed)
{
    g_autoptr(BbGenerator) made = generator(text, seed);
    Window windows[N_WINDOWS] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}};
    Bursts out = {0};
    double last_s = 0, last_gap = 0;
    BbJobRow row;
    for (guint i = 0; bb_generator_next(made, &row, NULL) == BB_READ_ROW; i++) {
        double time_s = (double)row.submit_us / 1e6, gap = time_s - last_s;
        for (guint w = 0; w < N_WINDOWS; w++)
            pass_windows(&out, &windows[w], time_s);
        out.n++;
        out.gap += gap;
        out.square += gap * gap;
        out.product += gap * last_gap;
        last_s = time_s;
        last_gap = gap;
    }
    out.end_s = last_s;
    return out;
}

enum { RATE, SCV, LAG1, IDC, N_STATISTICS = IDC + N_WINDOWS };

static void
judge_bursts(const Bursts *sums, double *out)
{
    double mean = sums->gap / sums->n, variance = sums->square / sums->n - mean * mean;
    out[RATE] = sums->n / sums->end_s;
    out[SCV] = variance / mean / mean;
    out[LAG1] = (sums->product / sums->n - mean * mean) / variance;
    for (guint w = 0; w < N_WINDOWS; w++) {
        double count = sums->count[w] / sums->counts[w];
        out[IDC + w] = (sums->count2[w] / sums->counts[w] - count * count) / count;
    }
}

static const struct {
    const char *id, *text;
} mmpps[] = {
    {"mmpp2/10_1_0.1_0.02", "mmpp,jobs=100000,rates=10|1,stays=10s|50s"},
    {"mmpp2/5_0_0.5_0.5", "mmpp,jobs=100000,rates=5|0,stays=2s|2s"},
    {"mmpp2/100_10_0.01_0.001", "mmpp,jobs=1000000,rates=100|10,stays=100s|1000s"},
    {"mmpp2/2_1_1_1", "mmpp,jobs=100000,rates=2|1,stays=1s|1s"},
};

static void
test_mmpp(gconstpointer data)
{
    static const char *const names[N_STATISTICS] = {"rate",   "gap_scv", "gap_lag1_corr",
                                                    "idc_t1", "idc_t10", "idc_t100"};
    guint which = GPOINTER_TO_UINT(data);
    g_autoptr(JsonNode) root = load("arrivals.json");
    if (root == NULL)
        return;
    JsonObject *expect = json_object_get_object_member(find_case(root, mmpps[which].id), "expect");
    Bursts runs[N_RUNS], all = {0};
    double pooled[N_STATISTICS], spread[N_STATISTICS] = {0};
    for (guint r = 0; r < N_RUNS; r++) {
        runs[r] = draw_bursts(mmpps[which].text, r + 1);
        add_bursts(&all, &runs[r], 1);
    }
    judge_bursts(&all, pooled);
    for (guint r = 0; r < N_RUNS; r++) {
        Bursts rest = all;
        double without[N_STATISTICS];
        add_bursts(&rest, &runs[r], -1);
        judge_bursts(&rest, without);
        for (guint s = 0; s < N_STATISTICS; s++)
            spread[s] += (without[s] - pooled[s]) * (without[s] - pooled[s]);
    }
    for (guint s = 0; s < N_STATISTICS; s++)
        check(names[s], pooled[s], member(expect, names[s]),
              sqrt(spread[s] * (N_RUNS - 1) / N_RUNS));
}

/* ---- Days ---- */

#define N_DAYS 400

static void
test_diurnal(void)
{
    g_autoptr(JsonNode) root = load("arrivals.json");
    if (root == NULL)
        return;
    JsonObject *expect = json_object_get_object_member(find_case(root, "diurnal/cos"), "expect");
    g_autoptr(BbGenerator) made = generator(
        "diurnal,jobs=2000000,rate=0.027777777777777776,amplitude=0.6,peak=15h,weekdays=1", 1);
    guint hours[24] = {0}, n = 0;
    BbJobRow row;
    while (bb_generator_next(made, &row, NULL) == BB_READ_ROW) {
        gint64 hour = row.submit_us / BB_US_PER_S / HOUR_S;
        if (hour >= N_DAYS * 24)
            break;
        hours[hour % 24]++;
        n++;
    }
    for (guint h = 0; h < 24; h++) {
        g_autofree char *name = g_strdup_printf("count_h%u", h);
        if (!json_object_has_member(expect, name))
            continue;
        double want = member(expect, name);
        check(name, (double)hours[h] / N_DAYS, want, sqrt(want / N_DAYS));
    }
    double day = member(expect, "count_day");
    check("count_day", (double)n / N_DAYS, day, sqrt(day / N_DAYS));
}

int
main(int argc, char **argv)
{
    gsl_set_error_handler_off();
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/generator-moments/lublin/all", "all", test_lublin);
    g_test_add_data_func("/generator-moments/lublin/batch", "batch", test_lublin);
    g_test_add_data_func("/generator-moments/lublin/interactive", "interactive", test_lublin);
    for (guint i = 0; i < G_N_ELEMENTS(mmpps); i++) {
        g_autofree char *path = g_strconcat("/generator-moments/", mmpps[i].id, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_mmpp);
    }
    g_test_add_func("/generator-moments/diurnal", test_diurnal);
    return g_test_run();
}
