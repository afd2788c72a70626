/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gsl_root_fsolver_brent until the bracket is as narrow as doubles allow. */
#include "sim/lab/stat/bb-solve.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

#define N_STEPS 300

double
bb_solve(BbRealFunction f, void *data, double low, double high)
{
    gsl_function function = {f, data};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    int status = gsl_root_fsolver_set(solver, &function, low, high);
    double root = NAN;

    for (guint i = 0; status == GSL_SUCCESS && i < N_STEPS; i++) {
        status = gsl_root_fsolver_iterate(solver);
        root = gsl_root_fsolver_root(solver);
        low = gsl_root_fsolver_x_lower(solver);
        high = gsl_root_fsolver_x_upper(solver);
        if (gsl_root_test_interval(low, high, 0, 4e-16) != GSL_CONTINUE)
            break;
    }
    gsl_root_fsolver_free(solver);
    return status == GSL_SUCCESS ? root : NAN;
}
