/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The queue M/M/c, first come first served: c equal servers, Poisson arrivals, exponential service.
 * Times are in the unit of 1 / rate; waits are submit to start. `plan` takes its first guess here.
 *
 *   a = arrival_rate / service_rate          the offered load, in servers
 *   B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1))                          Erlang B (Erlang 1917)
 *   C = B / (1 - (a/c)(1 - B))                                          Erlang C
 *   P(W > t) = C exp(-(c service_rate - arrival_rate) t) */
#pragma once

#include <glib.h>

/* The share of jobs that c servers without a queue turn away. O(c). */
double bb_erlang_b(guint64 servers, double offered);
/* The share that waits; 1 where offered >= servers. O(c). */
double bb_erlang_c(guint64 servers, double offered);

typedef struct {
    double arrival_rate, service_rate; /* > 0 */
    guint64 servers;                   /* >= 1 */
    double erlang_c;
    /* Infinite where the load is too high. */
    double wait_mean, wait_sd, queue_mean;
} BbMmc;
BbMmc bb_mmc(guint64 servers, double arrival_rate, double service_rate);
/* Smallest t with P(W <= t) >= p: 0 where at least p do not wait, infinite where unstable. */
double bb_mmc_wait_quantile(const BbMmc *mmc, double p);

typedef enum {
    BB_STAFFING_WAIT_MEAN,
    BB_STAFFING_WAIT_SHARE,    /* of jobs that wait */
    BB_STAFFING_WAIT_QUANTILE, /* at p */
} BbStaffingTarget;

/* What the target is worth with so many servers. */
double bb_staffing_value(const BbMmc *mmc, BbStaffingTarget target, double p);
/* The fewest servers whose value is <= limit; 0: none up to BB_STAFFING_MAX. O(answer). */
#define BB_STAFFING_MAX 10000000
guint64 bb_staffing(double arrival_rate, double service_rate, BbStaffingTarget target, double p,
                    double limit);
