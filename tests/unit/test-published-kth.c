/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The published table of KTH-SP2 (Gaussier, Glesser, Reis, Trystram, SC'15): 100 processors, the 28,481
 * jobs that ran for some time, a pass after every event, every job counted. All digits. */
#include "tests/unit/experiments.h"

#define N_JOBS 28481

static const struct {
    const char *name, *queue, *estimate;
    const char *turnaround_s, *bounded_slowdown; /* means, as printed */
} rows[] = {
    {"easy/trace", "easy", "trace", "15696.7982", "92.576540"},
    {"easy/perfect", "easy", "perfect", "15187.6077", "71.722385"},
    {"easy-sjbf/trace", "easy,backfill-order=sjbf", "trace", "14764.0027", "69.405401"},
    {"easy-sjbf/perfect", "easy,backfill-order=sjbf", "perfect", "14295.9468", "49.847719"},
};

/* Field 4 of a job's line is its run time. */
static gboolean
ran(const char *line)
{
    gint64 run_s = 0;
    for (guint field = 1; field <= 4; field++) {
        char *end;
        run_s = g_ascii_strtoll(line, &end, 10);
        line = end;
    }
    return run_s > 0;
}

/* Copies the log without jobs of no length; the number of those that stay. */
static guint
write_log(const char *from, const char *to)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_open(from, &error);
    g_autoptr(GString) text = g_string_new(NULL);
    BbReadResult result;
    char *line;
    gsize n_line;
    guint n = 0;
    g_assert_no_error(error);
    while ((result = bb_input_line(input, 4096, &line, &n_line, &error)) == BB_READ_ROW) {
        if (*line == ';' || ran(line))
            g_string_append_printf(text, "%s\n", line);
        n += *line != ';' && ran(line);
    }
    g_assert_cmpint(result, ==, BB_READ_END);
    g_file_set_contents(to, text->str, -1, &error);
    g_assert_no_error(error);
    return n;
}

static void
check_printed(double value, int digits, const char *expected)
{
    g_autofree char *printed = g_strdup_printf("%.*f", digits, value);
    g_assert_cmpstr(printed, ==, expected);
}

static void
test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *shared = experiment_shared("data/swf/KTH-SP2-1996-2.swf.gz");
    if (!shared)
        return;
    const char *const settings[] = {"scheduler.queue",
                                    rows[i].queue,
                                    "experiment.estimate",
                                    rows[i].estimate,
                                    "scheduler.pass",
                                    "event",
                                    "experiment.window",
                                    "all",
                                    NULL};
    g_autofree char *folder = experiment_folder();
    g_autofree char *log = g_build_filename(folder, "kth.swf", NULL);
    g_assert_cmpuint(write_log(shared, log), ==, N_JOBS);
    g_autoptr(BbExperiment) experiment = experiment_of(log, "flat:100", settings);
    g_autoptr(BbOutcome) outcome = experiment_run(experiment, NULL);
    const BbPopulation *all = &outcome->result->all;
    g_assert_cmpuint(all->stats[BB_TURNAROUND].n, ==, N_JOBS);
    g_assert_cmpuint(all->jobs.censored + all->jobs.rejected, ==, 0);
    check_printed(all->stats[BB_TURNAROUND].mean, 4, rows[i].turnaround_s);
    check_printed(all->stats[BB_BOUNDED_SLOWDOWN].mean, 6, rows[i].bounded_slowdown);
    experiment_remove_folder(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/published-kth/", rows[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
