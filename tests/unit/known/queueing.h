/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues and repair systems with closed or numerical answers that only tests need; M/M/c is the
 * library's (bb-erlang.h). */
#pragma once

#include <glib.h>

/* Waits in M/M/1. The asymptotic variance of the mean of successive waits is
 * rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 squared service times (Blomqvist 1967, Daley 1968). */
typedef struct {
    double mean, variance, asymptotic_variance;
} Mm1;
Mm1 mm1_waits(double rho, double service_mean);

/* Pollaczek-Khinchine: E W = l m2 / (2 (1 - rho)), E W^2 = 2 (E W)^2 + l m3 / (3 (1 - rho)), with the
 * moments m1, m2, m3 of the service time and l = rho / m1. */
double mg1_wait_mean(double rho, double m1, double m2);
double mg1_wait_sd(double rho, double m1, double m2, double m3);

/* Smallest t with P(W <= t) >= p in M/D/1. */
double md1_wait_quantile(double rho, double service, double p);

/* D/M/1: the root of sigma = exp(-(1 - sigma) / rho) in (0, 1), the share that waits. */
double dm1_sigma(double rho);

/* Birth and death: n machines, each failing at fail_rate, repaired by `crew` at repair_rate each. */
typedef struct {
    double down_mean, all_up; /* mean number down, P(none down) */
} Repair;
Repair machine_repair(guint n, guint crew, double fail_rate, double repair_rate);

/* P(Bin(n, p) >= k), to relative rounding. */
double binomial_at_least(guint n, guint k, double p);

/* Mean number of jobs in M/M/c whose servers fail at fail_rate, idle or busy, and are each repaired at
 * repair_rate at once; an interrupted job goes on at the head. NaN where unstable. */
double mmc_breakdown_jobs(guint servers, double arrival_rate, double service_rate, double fail_rate,
                          double repair_rate);
