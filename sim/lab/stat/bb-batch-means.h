/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The mean of one long dependent run, by batch means, and how long a run must be. Only for one
 * trace with one seed; else replications. The warm-up is cut first (bb-mser.h). */
#pragma once

#include <glib.h>

/* More batches gain nothing (Schmeiser 1982). */
#define BB_BATCH_COUNT 20
#define BB_BATCH_MIN_COUNT 10

typedef struct {
    gsize n_batches, batch_length; /* b batches of L; what is left over is dropped at the front */
    double mean, lower, upper;     /* mean -+ t((1 + level) / 2, b - 1) s_b / sqrt(b) */
    double sd;                     /* s_b, of the batch means */
    double lag1;                   /* of the batch means */
    /* von Neumann's ratio sum (Y_{j+1} - Y_j)^2 / sum (Y_j - mean)^2 against a normal with mean 2 and
     * variance 4 (b - 2) / (b^2 - 1); p = the chance of one this small. */
    double von_neumann, von_neumann_p;
    /* p > .1. Where it is not, b is halved by joining neighbours, as far as 10; FALSE then means that
     * the run is too short. */
    gboolean independent;
    double asymptotic_variance; /* L s_b^2: variance of the mean x length of the run */
    /* A rule of thumb for a run that is too short: long enough for a lag-1 correlation of .1, if that
     * falls as 1/L. The run's own length where independent. */
    double n_needed;
} BbBatchMeans;

/* `n_batches`: usually BB_BATCH_COUNT. FALSE with BB_ERROR_INPUT when n < 2 n_batches. O(n). */
gboolean bb_batch_means(const double *x, gsize n, gsize n_batches, double level, BbBatchMeans *out,
                        GError **error);

/* Observations of one run for an interval of +-rel around the mean: z^2 sigma^2 / (rel mean)^2, z for
 * the level, sigma^2 the asymptotic variance. */
double bb_run_length(double asymptotic_variance, double mean, double rel, double level);
