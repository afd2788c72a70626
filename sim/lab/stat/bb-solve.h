/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The root of a function of one variable, by Brent's method (GSL), to the last digits. */
#pragma once

#include <glib.h>

typedef double (*BbRealFunction)(double x, void *data);

/* x in [low, high] with f(x) = 0; f changes its sign in between. NaN where it does not or where f is
 * not finite on the way. */
double bb_solve(BbRealFunction f, void *data, double low, double high);
