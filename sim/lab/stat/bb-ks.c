/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact law is an element of a power of a (2k-1) x (2k-1) matrix (Durbin 1973), the power by
 * squaring, with the exponent of ten kept apart so that nothing overflows. */
#include "sim/lab/stat/bb-ks.h"

#include "sim/lab/stat/bb-moments.h"
#include "sim/lab/stat/bb-solve.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

#define EXACT_N 2000
#define TAIL_ND2 4
#define BIG 1e140
#define PATHS_MAX 1e7

double
bb_ks_distance(const double *sorted, gsize n, BbCdf cdf, gconstpointer data)
{
    double d = 0;

    for (gsize i = 0; i < n; i++) {
        double f = cdf(data, sorted[i]);

        d = MAX(d, MAX(f - (double)i / (double)n, (double)(i + 1) / (double)n - f));
    }
    return d;
}

double
bb_anderson_darling(const double *sorted, gsize n, BbCdf cdf, gconstpointer data)
{
    g_autofree double *f = g_new(double, n);
    double sum = 0, count = (double)n;

    for (gsize i = 0; i < n; i++)
        f[i] = CLAMP(cdf(data, sorted[i]), GSL_DBL_EPSILON, 1 - GSL_DBL_EPSILON);
    for (gsize i = 0; i < n; i++)
        sum += (2 * (double)i + 1) * (log(f[i]) + log1p(-f[n - 1 - i]));
    return -count - sum / count;
}

/* A square matrix of size m, times 10^exponent. */
typedef struct {
    double *v;
    gsize m;
    int exponent;
} Matrix;

static void
multiply(const Matrix *a, const Matrix *b, Matrix *out)
{
    gsize m = a->m;

    memset(out->v, 0, m * m * sizeof *out->v);
    for (gsize i = 0; i < m; i++)
        for (gsize k = 0; k < m; k++) {
            double factor = a->v[i * m + k];

            for (gsize j = 0; j < m; j++)
                out->v[i * m + j] += factor * b->v[k * m + j];
        }
    out->exponent = a->exponent + b->exponent;
    if (out->v[(m / 2) * m + m / 2] > BIG) {
        for (gsize i = 0; i < m * m; i++)
            out->v[i] /= BIG;
        out->exponent += 140;
    }
}

/* Replaces *base by its n-th power; `spare` and `result` are of the same size. */
static void
power(Matrix *base, gsize n, Matrix *spare, Matrix *result)
{
    gsize m = base->m;
    Matrix swap;

    memset(result->v, 0, m * m * sizeof *result->v);
    for (gsize i = 0; i < m; i++)
        result->v[i * m + i] = 1;
    for (result->exponent = 0; n > 0; n /= 2) {
        if (n % 2 == 1) {
            multiply(result, base, spare);
            swap = *result, *result = *spare, *spare = swap;
        }
        if (n > 1) {
            multiply(base, base, spare);
            swap = *base, *base = *spare, *spare = swap;
        }
    }
}

static void
fill_durbin(Matrix *matrix, double h)
{
    gsize m = matrix->m;
    double corner = 2 * h > 1 ? gsl_pow_uint(2 * h - 1, (unsigned)m) : 0;

    for (gsize i = 0; i < m; i++)
        for (gsize j = 0; j < m; j++)
            matrix->v[i * m + j] = i + 1 >= j;
    for (gsize i = 0; i < m; i++) {
        matrix->v[i * m] -= gsl_pow_uint(h, (unsigned)i + 1);
        matrix->v[(m - 1) * m + i] -= gsl_pow_uint(h, (unsigned)(m - i));
    }
    matrix->v[(m - 1) * m] += corner;
    for (gsize i = 0; i < m; i++)
        for (gsize j = 0; j < i + 1; j++)
            for (gsize g = 1; g <= i - j + 1; g++)
                matrix->v[i * m + j] /= (double)g;
}

/* P(D_n < d). */
static double
exact_below(double d, gsize n)
{
    gsize k = (gsize)((double)n * d) + 1, m = 2 * k - 1;
    g_autofree double *space = g_new(double, 3 * m * m);
    Matrix h = {space, m, 0}, spare = {space + m * m, m, 0}, q = {space + 2 * m * m, m, 0};
    double s;
    int exponent;

    fill_durbin(&h, (double)k - (double)n * d);
    power(&h, n, &spare, &q);
    s = q.v[(k - 1) * m + k - 1];
    exponent = q.exponent;
    for (gsize i = 1; i <= n; i++) {
        s *= (double)i / (double)n;
        if (s < 1 / BIG) {
            s *= BIG;
            exponent -= 140;
        }
    }
    return s * pow(10, exponent);
}

/* P(D+_n >= d) = d sum over j <= n(1 - d) of C(n,j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j). */
static double
one_sided_above(double d, gsize n)
{
    double count = (double)n, sum = 0;

    for (gsize j = 0; (double)j < count * (1 - d); j++) {
        double at = d + (double)j / count;

        sum += exp(gsl_sf_lnchoose((unsigned)n, (unsigned)j) + ((double)j - 1) * log(at) +
                   (double)(n - j) * log1p(-at));
    }
    return d * sum;
}

double
bb_ks_limit_above(double x)
{
    double sum = 0;

    if (x <= 0)
        return 1;
    if (x < 1) { /* the other of Jacobi's two forms converges here */
        for (int k = 1; k < 20; k += 2)
            sum += exp(-k * k * M_PI * M_PI / (8 * x * x));
        return 1 - sqrt(2 * M_PI) / x * sum;
    }
    for (int k = 1; k < 20; k++)
        sum += (k % 2 == 1 ? 2 : -2) * exp(-2.0 * k * k * x * x);
    return sum;
}

double
bb_ks_above(double d, gsize n)
{
    double count = (double)n, root = sqrt(count), x = root * d;

    if (2 * count * d <= 1)
        return 1;
    if (d >= 1)
        return 0;
    if (n > EXACT_N)
        return bb_ks_limit_above(x + 1 / (6 * root) + (x - 1) / (4 * count));
    if (x * x >= TAIL_ND2)
        return 2 * one_sided_above(d, n);
    return 1 - exact_below(d, n);
}

typedef struct {
    double alpha;
    gsize n; /* 0: the limit */
} Critical;

static double
excess(double d, void *data)
{
    const Critical *critical = data;

    return (critical->n > 0 ? bb_ks_above(d, critical->n) : bb_ks_limit_above(d)) - critical->alpha;
}

double
bb_ks_critical(double alpha, gsize n)
{
    Critical critical = {alpha, n};

    return bb_solve(excess, &critical, 0.5 / (double)n, 1);
}

double
bb_ks_limit_critical(double alpha)
{
    Critical critical = {alpha, 0};

    return bb_solve(excess, &critical, 0.1, 6);
}

/* Steps one rank up in both sorted samples together; returns TRUE at the end of a group of ties. */
static gboolean
ends_tie(const double *sorted, gsize rank, gsize n)
{
    return rank == n || sorted[rank - 1] != sorted[rank];
}

static double
two_sample_distance(const double *a, gsize na, const double *b, gsize nb)
{
    double d = 0;

    for (gsize i = 0, j = 0; i < na || j < nb;) {
        double at = j >= nb || (i < na && a[i] <= b[j]) ? a[i] : b[j];

        while (i < na && a[i] <= at)
            i++;
        while (j < nb && b[j] <= at)
            j++;
        d = MAX(d, fabs((double)i / (double)na - (double)j / (double)nb));
    }
    return d;
}

/* P(D >= d) over all ways to deal the pooled values out: the chance that the path (i of a, j of b) meets
 * |i/na - j/nb| >= d at the end of a tie. */
static double
path_chance(const double *pooled, gsize na, gsize nb, double d)
{
    g_autofree double *below = g_new0(double, nb + 1); /* chance to be at (i, j) unharmed */
    double limit = d * (1 - 1e-12), x = (double)na, y = (double)nb;

    for (gsize i = 0; i <= na; i++) {
        for (gsize j = 0; j <= nb; j++) {
            double left = x + y - (double)(i + j) + 1;
            double from_a = i == 0 ? 0 : below[j] * (x - (double)i + 1) / left;
            double from_b = j == 0 ? 0 : below[j - 1] * (y - (double)j + 1) / left;
            gboolean out = fabs((double)i / x - (double)j / y) >= limit;

            below[j] = i + j == 0 ? 1 : from_a + from_b;
            if (i + j > 0 && out && ends_tie(pooled, i + j, na + nb))
                below[j] = 0;
        }
    }
    return 1 - below[nb];
}

BbKsTwoSample
bb_ks_two_sample(const double *a, gsize na, const double *b, gsize nb)
{
    g_autofree double *pooled = g_new(double, na + nb);
    double x = (double)na, y = (double)nb;
    BbKsTwoSample result = {0};

    memcpy(pooled, a, na * sizeof *a);
    memcpy(pooled + na, b, nb * sizeof *b);
    bb_stat_sort(pooled, na);
    bb_stat_sort(pooled + na, nb);
    result.d = two_sample_distance(pooled, na, pooled + na, nb);
    result.exact = x * y <= PATHS_MAX;
    if (result.exact) {
        bb_stat_sort(pooled, na + nb);
        result.p = path_chance(pooled, na, nb, result.d);
    } else {
        result.p = bb_ks_limit_above(result.d * sqrt(x * y / (x + y)));
    }
    return result;
}
