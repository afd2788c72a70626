/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. How well a fit describes its data. Tabulated critical values hold for a given distribution only;
 * after fitting, the parametric bootstrap: draw samples from the fit, fit each again, and count.
 * Beyond some 5,000 values every family is rejected: then look at D itself (below .02 is good enough
 * to plan with), AIC, and the tail ratios. */
#pragma once

#include "sim/lab/stat/bb-fit.h"

#define BB_FIT_BOOTSTRAP 199

typedef struct {
    double ks_d; /* against the empirical law; Kaplan-Meier's where values are censored */
    double anderson_darling; /* A^2; NaN with censored values */
    /* (1 + #{bootstrap statistic >= the data's}) / (1 + n_bootstrap); NaN with censored values, as the
     * law of the censoring is not known, or with n_bootstrap = 0. */
    double ks_p, anderson_darling_p;
    /* Fitted over observed: nearest-rank quantiles, and E[X^2], to which the wait in M/G/1 is
     * proportional. With censored values quantiles are Kaplan-Meier's, NaN where too few were seen to
     * end, and E[X^2] is NaN. */
    double p99_ratio, p999_ratio, second_moment_ratio;
} BbFitCheck;

/* Sample i of replicate b is drawn by the key (seed, "fit.bootstrap", b, i). Takes n_bootstrap fits. */
BbFitCheck bb_fit_check(const BbFit *fit, const BbFitSample *sample, guint n_bootstrap,
                        guint64 seed);
