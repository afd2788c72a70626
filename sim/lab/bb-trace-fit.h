/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Distributions fitted to a trace: `breakbulk trace fit`. Families, likelihoods and tests are those of
 * stat/bb-fit.h and stat/bb-fit-check.h.
 *
 * Values of 0 are counted and left out. Where all are whole seconds they are taken as rounded to them. A
 * job that the trace never saw end is censored: its run time is at least what was logged, else what was
 * left to the trace's last event. So is one that ran beyond its estimate and was killed there: at least
 * the estimate. Beyond BB_TRACE_FIT_MOST values the likelihood is that of so many drawn
 * ones; distances and tails are judged on all. p-values come from 199 bootstrap samples, for
 * families within 10 of the least AIC, up to BB_TRACE_FIT_BOOTSTRAP values; beyond, every family is
 * rejected and D itself is what counts.
 *
 * Recommended is the family of least AIC among those that do in the body (D below .02, or p of at least
 * .05) and in the tail (P99, and P999 of 1,000 values or more, within a factor 1.25): none is a reason to
 * draw from the data themselves. Jobs of one user resemble each other, so p-values flatter. */
#pragma once

#include "sim/base/bb-json.h"
#include "sim/lab/bb-workload.h"
#include "sim/lab/stat/bb-fit-check.h"

#define BB_TRACE_FIT_MOST 20000
#define BB_TRACE_FIT_BOOTSTRAP 2000
#define BB_TRACE_FIT_GROUPS 20

typedef enum { BB_TRACE_FIT_RUNTIME, BB_TRACE_FIT_GAP } BbTraceFitOf;
typedef enum { BB_TRACE_FIT_ALL, BB_TRACE_FIT_CLASS, BB_TRACE_FIT_KIND } BbTraceFitBy;

typedef struct {
    BbTraceFitOf of;
    BbTraceFitBy by;
    guint64 seed;
} BbTraceFitOptions;

typedef struct {
    BbFit fit;
    BbFitCheck check;
    char *text; /* as a generator takes it ("lognormal(mean=45s,cv=0.6)"), "" where none does */
} BbTraceFitted;

/* Seconds throughout. */
typedef struct {
    char *name; /* "" all jobs; "others": the classes beyond the BB_TRACE_FIT_GROUPS largest */
    guint64 n, n_zero, n_censored; /* n without zeros */
    double unit_s;                 /* 0: exact */
    double mean_s, sd_s;           /* of what was seen whole */
    guint n_fitted;
    BbTraceFitted fitted[BB_N_FITS]; /* by AIC */
    gint recommended;                /* in them; -1: none */
} BbTraceFitGroup;

typedef struct {
    char *path;
    BbTraceFitOptions options;
    GPtrArray *groups; /* of BbTraceFitGroup, the largest first */
} BbTraceFit;

/* BB_ERROR_INPUT where there is nothing to fit. */
BbTraceFit *bb_trace_fit_new(const BbTraceTables *tables, const char *path, const char *format,
                             const BbTraceFitOptions *options, GError **error);
void bb_trace_fit_free(BbTraceFit *fit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbTraceFit, bb_trace_fit_free)

void bb_trace_fit_json(const BbTraceFit *fit, BbJson *json);
/* For people; ends in a newline. */
void bb_trace_fit_table(const BbTraceFit *fit, GString *out);
