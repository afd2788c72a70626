/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/lab/bb-censor.h"

#include "traces.h"

#include "sim/lab/bb-workload.h"

#include <math.h>

static const BbTraceTables tables = {bb_reader_classes, bb_generator_classes};

static BbJobRow
lifetime(BbTimeUs us, gboolean cut)
{
    BbJobRow row = BB_JOB_ROW_INIT;
    row.runtime_us = cut ? BB_TIME_NEVER : us;
    row.logged_run_us = us;
    return row;
}

/* Ended at 10, 20, 20, 40; cut at 20, 30, 50. By hand: S = 6/7 from 10, 4/7 from 20 (2 of 6 at risk),
 * and 2/7 from 40 (1 of 2). Of those of age 25 half live beyond 40, and nobody knows how long. */
static BbLifetimes *
by_hand(void)
{
    static const struct {
        BbTimeUs us;
        gboolean cut;
    } seen[] = {{40, FALSE}, {20, TRUE}, {20, FALSE}, {50, TRUE},
                {10, FALSE}, {30, TRUE}, {20, FALSE}};
    BbLifetimes *lifetimes = bb_lifetimes_new();
    for (guint i = 0; i < G_N_ELEMENTS(seen); i++) {
        BbJobRow row = lifetime(seen[i].us, seen[i].cut);
        bb_lifetimes_add(lifetimes, &row);
    }
    BbJobRow service = BB_JOB_ROW_INIT, before = lifetime(15, FALSE);
    before.alive_at_start = TRUE;
    bb_lifetimes_add(lifetimes, &service);
    bb_lifetimes_add(lifetimes, &before);
    bb_lifetimes_estimate(lifetimes);
    return lifetimes;
}

static const struct {
    BbTimeUs age;
    double u;
    BbTimeUs lifetime;
} draws[] = {
    {0, .99, 10},
    {0, .858, 10},
    {0, .856, 20},
    {0, .572, 20},
    {0, .571, 40},
    {0, .286, 40},
    {0, .285, BB_TIME_NEVER},
    {10, .99, 20},
    {10, .667, 20},
    {10, .666, 40},
    {25, .51, 40},
    {25, .499, BB_TIME_NEVER},
    {20, .51, 40},
    {40, .5, BB_TIME_NEVER},
    {99, .5, BB_TIME_NEVER},
};

static void
test_by_hand(void)
{
    g_autoptr(BbLifetimes) lifetimes = by_hand();
    for (guint i = 0; i < G_N_ELEMENTS(draws); i++) {
        g_test_message("age %d, u %g", (int)draws[i].age, draws[i].u);
        g_assert_cmpint(bb_lifetimes_given_age(lifetimes, draws[i].age, draws[i].u), ==,
                        draws[i].lifetime);
    }
}

/* Nobody was seen to end: all stay. */
static void
test_nobody(void)
{
    g_autoptr(BbLifetimes) lifetimes = bb_lifetimes_new();
    bb_lifetimes_estimate(lifetimes);
    g_assert_cmpint(bb_lifetimes_given_age(lifetimes, 0, .5), ==, BB_TIME_NEVER);
}

/* Exponential lifetimes of 1000 s, cut at 700 s: what is left is exponential again, as far as it was
 * seen. Half of those cut at 100 s live for 693 s more, within four standard errors. */
static void
test_exponential(void)
{
    g_autoptr(BbLifetimes) lifetimes = bb_lifetimes_new();
    guint n = 20000, n_above = 0;
    for (guint i = 0; i < n; i++) {
        double s = -1000 * log((i + .5) / n);
        BbJobRow row = lifetime((BbTimeUs)(s * 1e6), s > 700);
        row.logged_run_us = MIN(row.logged_run_us, 700 * BB_US_PER_S);
        bb_lifetimes_add(lifetimes, &row);
    }
    bb_lifetimes_estimate(lifetimes);
    for (guint i = 0; i < n; i++) {
        BbJobRow row = lifetime(100 * BB_US_PER_S, TRUE);
        bb_censor(BB_CENSORED_RESIDUAL, lifetimes, 1, 0, i, &row);
        g_assert_cmpint(row.runtime_us, >, 100 * BB_US_PER_S);
        n_above += row.runtime_us > 500 * BB_US_PER_S;
    }
    double expected = exp(-.4), error = sqrt(expected * (1 - expected) / n);
    g_assert_cmpfloat(fabs((double)n_above / n - expected), <, 4 * error);
}

#define VM(id, created, deleted) id ",s,d," created "," deleted ",9,5,9,Interactive,1,1\n"

static char *
read_changed(const char *path, const BbWorkloadChange *change)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbWorkload) workload = bb_workload_new_trace(&tables, path, NULL, &error);
    g_autoptr(GString) out = g_string_new(NULL);
    BbJobRow row;
    g_assert_no_error(error);
    bb_workload_change(workload, change);
    while (bb_workload_next(workload, &row, &error) == BB_READ_ROW) {
        g_string_append(out, row.id);
        trace_time(out, "+", row.runtime_us);
        g_string_append_c(out, ' ');
    }
    g_assert_no_error(error);
    return g_strdup(out->str);
}

/* The table of VMs, unsorted and sorted: kept and streamed alike. */
static void
test_workload(void)
{
    static const char *const texts[] = {
        VM("d", "0", "2591700") VM("a", "1", "2591001") VM("c", "100", "150")
            VM("b", "2591600", "2591700"),
        VM("b", "2591600", "2591700") VM("d", "0", "2591700") VM("a", "1", "2591001")
            VM("c", "100", "150"),
    };
    static const char *const rows[] = {"d+* a+2591000 c+50 b+* ", "d+2591700 a+2591000 c+50 b+100 ",
                                       "d+* a+2591000 c+50 b+2591000 "};
    g_autofree char *folder = g_dir_make_tmp("bb-censor-XXXXXX", NULL);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = trace_file(folder, "vms", texts[i]);
        for (guint c = 0; c < G_N_ELEMENTS(rows); c++) {
            BbWorkloadChange change = {
                .kind = -1, .scale_ppm = 1000000, .censored = (BbCensored)c, .seed = 1};
            g_autofree char *read = read_changed(path, &change);
            g_assert_cmpstr(read, ==, rows[c]);
        }
        g_unlink(path);
    }
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/censor/by-hand", test_by_hand);
    g_test_add_func("/censor/nobody", test_nobody);
    g_test_add_func("/censor/exponential", test_exponential);
    g_test_add_func("/censor/workload", test_workload);
    return g_test_run();
}
