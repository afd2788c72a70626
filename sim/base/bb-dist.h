/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. A distribution as users write it, drawn by inversion from a keyed uniform:
 *   45s | 4 | exp(30d) | uniform(20s,60s) | lognormal(mean=45s,cv=0.6) | gamma(mean=..,cv=..) |
 *   weibull(shape=..,scale=..) | pareto(alpha=..,min=..) | choice(1:0.5|2:0.3|8:0.2) |
 *   empirical(FILE)      (one number a line; each drawn with equal probability)
 * Arguments may leave out their names: lognormal(45s,0.6). cv: 0 (a constant) or from 0.01 to 30.
 * What a bare number means is given by the caller: seconds for durations, else the number itself.
 * GSL's error handler must be off (gsl_set_error_handler_off), as main does it. */
#pragma once

#include "bb-types.h"

typedef struct _BbDist BbDist;

typedef enum {
    BB_DIST_DURATION, /* numbers are durations (bb_parse_duration); draws are microseconds */
    BB_DIST_NUMBER,   /* numbers are plain; draws are in their unit */
} BbDistUnit;

/* NULL with BB_ERROR_USAGE naming what is wrong in the text (unknown family with a suggestion,
 * impossible parameter), or BB_ERROR_INPUT for a bad empirical file. */
BbDist *bb_dist_parse(const char *text, BbDistUnit unit, GError **error);
void bb_dist_free(BbDist *dist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbDist, bb_dist_free)

/* The value at u in (0, 1), rounded half up to an integer and kept within [0, BB_TIME_MAX]. What comes
 * from a formula with logarithms or powers is first rounded to 20 significant bits, so that machines
 * whose mathematical libraries differ in the last bit draw the same. */
gint64 bb_dist_draw(const BbDist *dist, double u);
/* The exact mean, in the unit of draws (before rounding); NaN where infinite. */
double bb_dist_mean(const BbDist *dist);

/* The gamma law's inverse with unit scale, everywhere in (0, 1); and what any formula gives kept to 20
 * significant bits: for models that draw by themselves. */
double bb_gamma_quantile(double u, double shape);
double bb_keep_bits(double value);
/* -ln(u) in units of 2^-20, rounded: sums of such draws are exact, and so the same on every machine. */
#define BB_EXPONENTIAL_UNIT 0x1p-20
guint64 bb_exponential_units(double u);
