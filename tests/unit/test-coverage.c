/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do 95 % intervals hold the mean wait of M/M/1 95 times in 100? 1,000 experiments of 10 runs of 10,000
 * jobs from the empty system, one MSER-5 cut for all runs, the t interval of the runs' means. */
#include "sim/base/bb-rng.h"
#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-mser.h"
#include "sim/lab/stat/bb-student.h"

#include <gsl/gsl_errno.h>
#include <math.h>

#define N_EXPERIMENTS 1000
#define N_RUNS 10
#define N_JOBS 10000

/* Lindley's recursion, in mean service times; gap and service of job i from one draw of four words. */
static void
run(guint64 seed, double rho, double *waits)
{
    guint32 key[2] = {(guint32)seed, (guint32)(seed >> 32)}, words[4];
    double wait = 0;

    for (guint32 i = 0; i < N_JOBS; i++) {
        guint32 counter[4] = {1, i, 0, 0};

        waits[i] = wait;
        bb_rng_philox(counter, key, words);
        wait += log((words[0] + 0.5) * 0x1p-32) / rho - log((words[1] + 0.5) * 0x1p-32);
        wait = MAX(wait, 0);
    }
}

/* TRUE where the interval of the experiment holds the mean. */
static gboolean
covers(guint64 experiment, double rho, double *space)
{
    const double *series[N_RUNS];
    gsize lengths[N_RUNS];
    double means[N_RUNS], truth = rho / (1 - rho);
    BbMser mser;
    BbTTest test;

    for (gsize r = 0; r < N_RUNS; r++) {
        run(experiment * N_RUNS + r, rho, space + r * N_JOBS);
        series[r] = space + r * N_JOBS;
        lengths[r] = N_JOBS;
    }
    g_assert_true(bb_mser_common(series, lengths, N_RUNS, BB_MSER_BATCH, &mser, NULL));
    for (gsize r = 0; r < N_RUNS; r++)
        means[r] =
            bb_stat_mean(series[r] + mser.delete_observations, N_JOBS - mser.delete_observations);
    test = bb_t_one(means, N_RUNS, 0.95);
    return test.lower <= truth && truth <= test.upper;
}

static void
test_coverage(gconstpointer data)
{
    const double *rho = data;
    g_autofree double *space = g_new(double, N_RUNS *N_JOBS);
    guint n_covered = 0;

    for (guint64 experiment = 1; experiment <= N_EXPERIMENTS; experiment++)
        if (covers(experiment, *rho, space))
            n_covered++;
    g_test_message("%u of %u", n_covered, N_EXPERIMENTS);
    g_assert_cmpuint(n_covered, >=, 930);
    g_assert_cmpuint(n_covered, <=, 970);
}

int
main(int argc, char **argv)
{
    static const double half = 0.5, high = 0.8;

    g_test_init(&argc, &argv, NULL);
    gsl_set_error_handler_off();
    g_test_add_data_func("/coverage/load-0.5", &half, test_coverage);
    g_test_add_data_func("/coverage/load-0.8", &high, test_coverage);
    return g_test_run();
}
