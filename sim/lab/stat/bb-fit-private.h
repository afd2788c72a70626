/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row a family of distributions. Only bb-fit*.c include this. */
#pragma once

#include "sim/lab/stat/bb-fit.h"

typedef struct {
    const char *name;
    const char *parameters[BB_FIT_MAX_PARAMETERS + 1]; /* NULL-terminated */
    guint n_fixed; /* leading parameters that the search leaves alone (Pareto's xmin) */
    guint share;   /* 1 + index of the parameter that lives in (0, 1); 0: none */
    guint real;    /* 1 + index of the one that may be negative; 0: none. All others are > 0 */
    gboolean needs_spread;
    /* The likelihood equations, every value taken as complete. */
    void (*solve)(const BbFitSample *sample, double *p);
    double (*log_density)(const double *p, double x);
    double (*log_survival)(const double *p, double x);
    double (*quantile)(const double *p, double u); /* NULL: by root finding */
    double (*mean)(const double *p);
    double (*second_moment)(const double *p);
} BbFitClass;

extern const BbFitClass bb_fit_classes[BB_N_FITS];

/* bb-fit-mixture.c: EM from 20 starts, and from p alone. */
void bb_fit_mixture_solve(const BbFitSample *sample, double *p);
void bb_fit_mixture_refine(const BbFitSample *sample, double *p);
double bb_fit_mixture_log_density(const double *p, double x);
double bb_fit_mixture_log_survival(const double *p, double x);
