/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model of Lublin and Feitelson (2003): its law by summation and quadrature, and samples of it by
 * the steps of the authors' program (lublin99.c), with the day curve inverted instead of walked. */
#pragma once

#include <glib.h>
#include <gsl/gsl_rng.h>

#define LUBLIN_BUCKETS 48 /* of half an hour */

typedef enum {
    SERIAL,
    POW2,
    ULOW,
    UMED,
    UHI,
    UPROB,
    A1,
    B1,
    A2,
    B2,
    PA,
    PB,
    AARR,
    BARR,
    ANUM,
    BNUM,
    ARAR,
    LUBLIN_PARAMETERS,
} LublinParameter;

/* As they are written: "serial", "pow2" .. */
extern const char *const lublin_names[LUBLIN_PARAMETERS];

typedef struct {
    double p[LUBLIN_PARAMETERS];
    guint n_nodes, n_runtimes;     /* the largest values that can occur */
    double *nodes;                 /* P(nodes = i) */
    double *phase[2];              /* P(runtime = k and its logarithm <= 12) of either gamma */
    double weight[LUBLIN_BUCKETS]; /* of the day's buckets, mean 1 */
} Lublin;

/* Fills in the rest, given p. */
void lublin_init(Lublin *law);
void lublin_clear(Lublin *law);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lublin, lublin_clear)

/* Sums over the runtimes of one gamma, up to the cut. */
typedef struct {
    double all, log, mean, square;
} LublinPhase;
LublinPhase lublin_phase(const Lublin *law, guint i);

/* E[nodes^power x], x having the sums `first` and `second` over the runtimes of the two gammas. */
double lublin_over_nodes(const Lublin *law, const LublinPhase *sums, double first, double second,
                         double power);
/* P(runtime = k), k = 0..n_runtimes. */
double *lublin_runtimes(const Lublin *law, const LublinPhase *sums);
/* E[gap^power]. */
double lublin_gap(const Lublin *law, double power);

typedef struct {
    gsl_rng *rng;
    double points; /* since midnight, in buckets of mean weight; the days taken off */
    double day_s;  /* when this day began */
} LublinSampler;

double lublin_draw_arrival(const Lublin *law, LublinSampler *sampler);
double lublin_draw_nodes(const Lublin *law, gsl_rng *rng);
/* The logarithm of the runtime, which is cut to whole seconds. */
double lublin_draw_log_runtime(const Lublin *law, gsl_rng *rng, double nodes);
