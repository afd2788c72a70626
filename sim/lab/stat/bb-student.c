/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL's inverse of t is good to some 8 digits; Newton steps on its cdf, which is exact to rounding,
 * bring the rest. */
#include "sim/lab/stat/bb-student.h"

#include "sim/lab/stat/bb-moments.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#define N_NEWTON 3

double
bb_normal_quantile(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

double
bb_normal_cdf(double z)
{
    return gsl_cdf_ugaussian_P(z);
}

double
bb_t_above(double t, double df)
{
    return gsl_cdf_tdist_Q(t, df);
}

double
bb_t_quantile(double p, double df)
{
    gboolean upper = p > 0.5;
    double tail = upper ? 1 - p : p, t;

    if (!(p > 0 && p < 1 && df > 0))
        return NAN;
    t = gsl_cdf_tdist_Qinv(tail, df);
    for (guint i = 0; i < N_NEWTON; i++)
        t += (gsl_cdf_tdist_Q(t, df) - tail) / gsl_ran_tdist_pdf(t, df);
    return upper ? t : -t;
}

BbTTest
bb_t_at_level(const BbTTest *test, double level)
{
    BbTTest result = *test;
    double half = bb_t_quantile((1 + level) / 2, test->df) * test->se;

    result.lower = test->mean - half;
    result.upper = test->mean + half;
    return result;
}

static BbTTest
make_test(double mean, double se, double df, double level)
{
    BbTTest test = {.mean = mean, .se = se, .df = df};

    test.t = se == 0 && mean == 0 ? 0 : mean / se;
    if (isinf(test.t))
        test.p = 0;
    else
        test.p = MIN(1, 2 * bb_t_above(fabs(test.t), df));
    if (se == 0) {
        test.lower = test.upper = mean;
        return test;
    }
    return bb_t_at_level(&test, level);
}

static BbTTest
no_test(double mean)
{
    return (BbTTest){mean, NAN, NAN, NAN, NAN, NAN, NAN};
}

BbTTest
bb_t_one(const double *x, gsize n, double level)
{
    double mean = bb_stat_mean(x, n);

    if (n < 2)
        return no_test(mean);
    return make_test(mean, bb_stat_sd(x, n) / sqrt((double)n), (double)(n - 1), level);
}

BbTTest
bb_t_paired(const double *x, const double *y, gsize n, double level)
{
    g_autofree double *d = g_new(double, n);

    for (gsize i = 0; i < n; i++)
        d[i] = x[i] - y[i];
    return bb_t_one(d, n, level);
}

BbTTest
bb_t_welch(const double *x, gsize nx, const double *y, gsize ny, double level)
{
    double mean = bb_stat_mean(x, nx) - bb_stat_mean(y, ny), vx, vy, df;

    if (nx < 2 || ny < 2)
        return no_test(mean);
    vx = bb_stat_variance(x, nx) / (double)nx;
    vy = bb_stat_variance(y, ny) / (double)ny;
    df = (vx + vy) * (vx + vy) / (vx * vx / (double)(nx - 1) + vy * vy / (double)(ny - 1));
    if (vx + vy == 0)
        df = (double)(nx + ny - 2);
    return make_test(mean, sqrt(vx + vy), df, level);
}

BbTost
bb_tost(const BbTTest *test, double low, double high, double alpha)
{
    BbTTest at = test->se == 0 ? *test : bb_t_at_level(test, 1 - 2 * alpha);
    BbTost tost = {.lower = at.lower, .upper = at.upper};

    if (test->se == 0) {
        tost.p_lower = test->mean > low ? 0 : 1;
        tost.p_upper = test->mean < high ? 0 : 1;
    } else {
        tost.p_lower = bb_t_above((test->mean - low) / test->se, test->df);
        tost.p_upper = bb_t_above((high - test->mean) / test->se, test->df);
    }
    tost.p = MAX(tost.p_lower, tost.p_upper);
    tost.equivalent = tost.lower > low && tost.upper < high;
    return tost;
}

static gboolean
narrow_enough(double sd, double half_width, double level, gsize n)
{
    return bb_t_quantile((1 + level) / 2, (double)(n - 1)) * sd / sqrt((double)n) <= half_width;
}

gsize
bb_t_replications(double sd, double half_width, double level)
{
    gsize low = 1, high = 2, limit = 1000000000;

    if (!(half_width > 0 && isfinite(sd)))
        return sd == 0 ? 2 : 0;
    while (!narrow_enough(sd, half_width, level, high)) {
        if (high >= limit)
            return 0;
        low = high;
        high = MIN(limit, high * 2);
    }
    while (high - low > 1) {
        gsize middle = low + (high - low) / 2;

        if (narrow_enough(sd, half_width, level, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}
