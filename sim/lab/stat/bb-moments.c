/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums are Neumaier's (1974): the rounding error of each addition is kept and added at the end. */
#include "sim/lab/stat/bb-moments.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    double sum, lost;
} Sum;

static void
sum_add(Sum *sum, double value)
{
    double next = sum->sum + value;

    if (fabs(sum->sum) >= fabs(value))
        sum->lost += (sum->sum - next) + value;
    else
        sum->lost += (value - next) + sum->sum;
    sum->sum = next;
}

static double
sum_total(const Sum *sum)
{
    return sum->sum + sum->lost;
}

double
bb_stat_mean(const double *x, gsize n)
{
    Sum sum = {0, 0};

    for (gsize i = 0; i < n; i++)
        sum_add(&sum, x[i]);
    return n == 0 ? NAN : sum_total(&sum) / (double)n;
}

/* sum (x_i - mx)(y_{i+lag} - my) over what both series have. */
static double
cross_sum(const double *x, double mx, const double *y, double my, gsize n, gsize lag)
{
    Sum sum = {0, 0};

    for (gsize i = 0; i + lag < n; i++)
        sum_add(&sum, (x[i] - mx) * (y[i + lag] - my));
    return sum_total(&sum);
}

double
bb_stat_variance(const double *x, gsize n)
{
    double mean = bb_stat_mean(x, n);

    return n < 2 ? NAN : cross_sum(x, mean, x, mean, n, 0) / (double)(n - 1);
}

double
bb_stat_sd(const double *x, gsize n)
{
    return sqrt(bb_stat_variance(x, n));
}

double
bb_stat_lag1(const double *x, gsize n)
{
    double mean = bb_stat_mean(x, n);

    return cross_sum(x, mean, x, mean, n, 1) / cross_sum(x, mean, x, mean, n, 0);
}

double
bb_stat_correlation(const double *x, const double *y, gsize n)
{
    double mx = bb_stat_mean(x, n), my = bb_stat_mean(y, n);
    double xx = cross_sum(x, mx, x, mx, n, 0), yy = cross_sum(y, my, y, my, n, 0);

    return cross_sum(x, mx, y, my, n, 0) / (sqrt(xx) * sqrt(yy));
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void
bb_stat_sort(double *x, gsize n)
{
    if (n > 1)
        qsort(x, n, sizeof *x, compare_doubles);
}

double
bb_stat_median(double *x, gsize n)
{
    if (n == 0)
        return NAN;
    bb_stat_sort(x, n);
    return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}
