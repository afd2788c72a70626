/* SPDX-License-Identifier: GPL-3.0-or-later */
/* M/D/1 by Franx (2001), whose sums have positive terms only (Erlang's series alternates and fails
 * beyond t of about 20); the stationary law of its embedded chain by Ramaswami's recursion, positive
 * too. Breakdowns are a process of levels (jobs) and phases (servers up), solved by the matrices R. */
#include "tests/unit/known/queueing.h"

#include "sim/lab/stat/bb-solve.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>

Mm1
mm1_waits(double rho, double service_mean)
{
    double left = 1 - rho, unit = service_mean * service_mean;

    return (Mm1){rho / left * service_mean, rho * (2 - rho) / (left * left) * unit,
                 rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho) / pow(left, 4) * unit};
}

double
mg1_wait_mean(double rho, double m1, double m2)
{
    return rho / m1 * m2 / (2 * (1 - rho));
}

double
mg1_wait_sd(double rho, double m1, double m2, double m3)
{
    double mean = mg1_wait_mean(rho, m1, m2);

    return sqrt(mean * mean + rho / m1 * m3 / (3 * (1 - rho)));
}

/* P(at most j jobs in the system), j = 0..n - 1, in M/D/1. pi_j a_0 = pi_0 A_j + sum over 0 < i < j of
 * pi_i A_{j-i+1} with A_k = P(at least k arrivals in a service). */
static double *
md1_jobs(double rho, guint n)
{
    g_autofree double *beyond = g_new0(double, n + 2), *pi = g_new0(double, n);
    double *below = g_new0(double, n), tail = 0;

    for (guint k = n + 200; k > 0; k--) {
        tail += gsl_ran_poisson_pdf(k, rho);
        if (k < n + 2)
            beyond[k] = tail;
    }
    for (guint j = 0; j < n; j++) {
        pi[j] = j == 0 ? 1 - rho : pi[0] * beyond[j];
        for (guint i = 1; i < j; i++)
            pi[j] += pi[i] * beyond[j - i + 1];
        if (j > 0)
            pi[j] *= exp(rho);
        below[j] = pi[j] + (j > 0 ? below[j - 1] : 0);
    }
    return below;
}

typedef struct {
    double rho, p;
    const double *jobs;
    guint n;
} Md1;

/* P(W <= t) - p, t in service times: with k - 1 <= t < k the sum over j < k of
 * P(at most k - j jobs in the system) times the Poisson chance of j arrivals in k - t. */
static double
md1_excess(double t, void *data)
{
    const Md1 *md1 = data;
    guint k = MIN((guint)floor(t) + 1, md1->n - 1);
    double sum = 0;

    for (guint j = 0; j < k; j++)
        sum += gsl_ran_poisson_pdf(j, md1->rho * (k - t)) * md1->jobs[k - j];
    return sum - md1->p;
}

double
md1_wait_quantile(double rho, double service, double p)
{
    guint n = 20 + (guint)(-8 * log(1 - p) / (1 - rho));
    g_autofree double *jobs = md1_jobs(rho, n);
    Md1 md1 = {rho, p, jobs, n};

    if (md1_excess(0, &md1) >= -1e-14) /* so many do not wait, but for rounding */
        return 0;
    return service * bb_solve(md1_excess, &md1, 0, n - 2);
}

static double
dm1_equation(double sigma, void *data)
{
    return sigma - exp(-(1 - sigma) / *(double *)data);
}

double
dm1_sigma(double rho)
{
    /* The other root is 1; the function has its maximum at 1 + rho ln rho. */
    return bb_solve(dm1_equation, &rho, 0, 1 + rho * log(rho));
}

Repair
machine_repair(guint n, guint crew, double fail_rate, double repair_rate)
{
    double weight = 1, total = 1, down = 0;

    for (guint k = 0; k < n; k++) {
        weight *= (n - k) * fail_rate / (MIN(k + 1, crew) * repair_rate);
        total += weight;
        down += (k + 1) * weight;
    }
    return (Repair){down / total, 1 / total};
}

double
binomial_at_least(guint n, guint k, double p)
{
    guint mode = MIN(n, (guint)((n + 1) * p));
    double odds = p / (1 - p), weight = 1, total = 1, above = mode >= k;

    for (guint i = mode; i < n; i++) {
        weight *= (n - i) * odds / (i + 1);
        total += weight;
        above += i + 1 >= k ? weight : 0;
    }
    weight = 1;
    for (guint i = mode; i > 0; i--) {
        weight *= i / ((n - i + 1) * odds);
        total += weight;
        above += i - 1 >= k ? weight : 0;
    }
    return above / total;
}

typedef struct {
    guint servers;
    double arrival, service, fail, repair;
} Breakdown;

/* The generator within a level of `jobs` jobs, its diagonal holding all that leaves. */
static void
fill_local(const Breakdown *b, guint jobs, gsl_matrix *out)
{
    gsl_matrix_set_zero(out);
    for (guint up = 0; up <= b->servers; up++) {
        double down_rate = up * b->fail, up_rate = (b->servers - up) * b->repair;
        double leave = b->arrival + down_rate + up_rate + MIN(jobs, up) * b->service;

        gsl_matrix_set(out, up, up, -leave);
        if (up > 0)
            gsl_matrix_set(out, up, up - 1, down_rate);
        if (up < b->servers)
            gsl_matrix_set(out, up, up + 1, up_rate);
    }
}

static void
invert(gsl_matrix *in, gsl_matrix *out)
{
    gsl_permutation *order = gsl_permutation_alloc(in->size1);
    int sign;

    gsl_linalg_LU_decomp(in, order, &sign);
    gsl_linalg_LU_invert(in, order, out);
    gsl_permutation_free(order);
}

/* *r = arrival (-(local + r departures))^-1 at the level of `jobs` jobs: one step of the recursion from
 * the level above. Returns the largest change. */
static double
step_r(const Breakdown *b, guint jobs, gsl_matrix *r, gsl_matrix *work, gsl_matrix *next)
{
    double change = 0;

    fill_local(b, jobs, work);
    for (guint i = 0; i <= b->servers; i++)
        for (guint j = 0; j <= b->servers; j++) {
            double depart = MIN(jobs + 1, j) * b->service;

            gsl_matrix_set(work, i, j,
                           -gsl_matrix_get(work, i, j) - gsl_matrix_get(r, i, j) * depart);
        }
    invert(work, next);
    gsl_matrix_scale(next, b->arrival);
    for (gsize k = 0; k < r->size1 * r->size2; k++)
        change = MAX(change, fabs(next->data[k] - r->data[k]));
    gsl_matrix_memcpy(r, next);
    return change;
}

/* Row sums of x = pi_c (I - R)^-1 and of pi_c (I - R)^-2 give the levels from c on. */
static void
tail_sums(const gsl_matrix *r, const gsl_vector *pi, double *out_mass, double *out_extra)
{
    gsize m = r->size1;
    gsl_matrix *rest = gsl_matrix_alloc(m, m), *inverse = gsl_matrix_alloc(m, m);
    gsl_vector *once = gsl_vector_alloc(m), *twice = gsl_vector_alloc(m);

    gsl_matrix_set_identity(rest);
    gsl_matrix_sub(rest, r);
    invert(rest, inverse);
    gsl_blas_dgemv(CblasTrans, 1, inverse, pi, 0, once);
    gsl_blas_dgemv(CblasTrans, 1, inverse, once, 0, twice);
    *out_mass = *out_extra = 0;
    for (gsize i = 0; i < m; i++) {
        *out_mass += gsl_vector_get(once, i);
        *out_extra += gsl_vector_get(twice, i) - gsl_vector_get(once, i);
    }
    gsl_vector_free(once);
    gsl_vector_free(twice);
    gsl_matrix_free(rest);
    gsl_matrix_free(inverse);
}

/* The phases at level 0, up to a factor: the left null vector of local_0 + R_1 departures. */
static void
level_zero(const Breakdown *b, const gsl_matrix *r1, gsl_matrix *work, gsl_matrix *inverse,
           gsl_vector *pi)
{
    guint m = b->servers + 1;

    fill_local(b, 0, work);
    for (guint i = 0; i < m; i++)
        for (guint j = 0; j < m; j++)
            *gsl_matrix_ptr(work, i, j) += gsl_matrix_get(r1, i, j) * MIN(1, j) * b->service;
    for (guint i = 0; i < m; i++) /* one equation too many: the sum of pi is 1 instead */
        gsl_matrix_set(work, i, m - 1, 1);
    invert(work, inverse);
    for (guint j = 0; j < m; j++)
        gsl_vector_set(pi, j, gsl_matrix_get(inverse, m - 1, j));
}

double
mmc_breakdown_jobs(guint servers, double arrival_rate, double service_rate, double fail_rate,
                   double repair_rate)
{
    Breakdown b = {servers, arrival_rate, service_rate, fail_rate, repair_rate};
    guint m = servers + 1;
    g_autofree gsl_matrix **r = g_new(gsl_matrix *, servers + 2); /* r[k]: from level k-1 to k */
    gsl_matrix *work = gsl_matrix_alloc(m, m), *next = gsl_matrix_alloc(m, m);
    gsl_vector *pi = gsl_vector_alloc(m), *row = gsl_vector_alloc(m);
    double mass = 0, jobs = 0, extra, level_mass;

    for (guint k = 0; k <= servers + 1; k++)
        r[k] = gsl_matrix_calloc(m, m);
    for (guint i = 0; i < 1000000; i++) /* from level c on, R is the same at every level */
        if (step_r(&b, servers, r[servers + 1], work, next) < 1e-16)
            break;
    for (guint k = servers; k > 0; k--) {
        gsl_matrix_memcpy(r[k], r[k + 1]);
        step_r(&b, k, r[k], work, next);
    }
    level_zero(&b, r[1], work, next, pi);
    for (guint k = 0; k < servers; k++) {
        level_mass = gsl_blas_dasum(pi);
        mass += level_mass;
        jobs += k * level_mass;
        gsl_blas_dgemv(CblasTrans, 1, r[k + 1], pi, 0, row);
        gsl_vector_memcpy(pi, row);
    }
    tail_sums(r[servers + 1], pi, &level_mass, &extra);
    mass += level_mass;
    jobs += servers * level_mass + extra;
    for (guint k = 0; k <= servers + 1; k++)
        gsl_matrix_free(r[k]);
    gsl_matrix_free(work);
    gsl_matrix_free(next);
    gsl_vector_free(pi);
    gsl_vector_free(row);
    return servers * service_rate * repair_rate / (fail_rate + repair_rate) > arrival_rate
               ? jobs / mass
               : NAN;
}
