/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the population does to a mean: lublin256 under two queues, all jobs waited out (what is printed),
 * and stopped at the last submit with only the completed jobs counted (what is not printed, and makes
 * the queue that leaves long jobs waiting look five times better). */
#include "tests/unit/experiments.h"

static const struct {
    const char *queue, *all_s, *completed_s; /* mean waits, as published */
    guint n_completed;
} rows[] = {
    {"easy", "97156", "84875", 9751},
    {"sjf", "47503", "9371", 9889},
};

static void
check_seconds(double value, const char *expected)
{
    g_autofree char *printed = g_strdup_printf("%.0f", value);
    g_assert_cmpstr(printed, ==, expected);
}

static BbExperiment *
lublin(const char *path, guint i)
{
    const char *const settings[] = {"scheduler.queue", rows[i].queue, NULL};
    return experiment_of(path, NULL, settings);
}

static void
test_all(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *path = experiment_shared("reference/hpc/lublin256.swf.gz");
    if (!path)
        return;
    g_autoptr(BbExperiment) experiment = lublin(path, i);
    g_autoptr(BbOutcome) outcome = experiment_run(experiment, NULL);
    const BbSummaryStat *wait = &outcome->result->all.stats[BB_WAIT];
    g_assert_cmpuint(wait->n, ==, 10000);
    g_assert_false(wait->mean_at_least);
    check_seconds(wait->mean, rows[i].all_s);
}

/* The mean wait of the jobs that jobs.csv calls completed. */
static double
completed_wait_mean(const char *folder, guint *out_n)
{
    g_autoptr(GPtrArray) jobs = experiment_csv(folder, "jobs.csv");
    guint wait = experiment_column(jobs, "wait_s"), state = experiment_column(jobs, "state");
    double sum = 0;
    *out_n = 0;
    for (guint i = 1; i < jobs->len; i++) {
        char **row = jobs->pdata[i];
        if (strcmp(row[state], "completed") != 0)
            continue;
        sum += g_ascii_strtod(row[wait], NULL);
        (*out_n)++;
    }
    return sum / *out_n;
}

static void
test_completed(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data), n;
    g_autofree char *path = experiment_shared("reference/hpc/lublin256.swf.gz");
    if (!path)
        return;
    g_autofree char *folder = experiment_folder();
    g_autofree char *output = g_build_filename(folder, "out", NULL);
    g_autoptr(BbExperiment) experiment = lublin(path, i);
    experiment_set(experiment, "experiment.until", "7706607"); /* the last submit */
    g_autoptr(BbOutcome) outcome = experiment_run(experiment, output);
    g_assert_cmpint(outcome->result->last_submit_us, ==, outcome->result->end_us);
    check_seconds(completed_wait_mean(output, &n), rows[i].completed_s);
    g_assert_cmpuint(n, ==, rows[i].n_completed);
    /* Here the jobs left behind count, and the mean says that it is too low. */
    g_assert_cmpuint(outcome->result->all.jobs.censored, >, 0);
    g_assert_true(outcome->result->all.stats[BB_WAIT].mean_at_least);
    experiment_remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *all = g_strconcat("/populations/all/", rows[i].queue, NULL);
        g_autofree char *completed = g_strconcat("/populations/completed/", rows[i].queue, NULL);
        g_test_add_data_func(all, GUINT_TO_POINTER(i), test_all);
        g_test_add_data_func(completed, GUINT_TO_POINTER(i), test_completed);
    }
    return g_test_run();
}
