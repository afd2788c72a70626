/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queues, staffing and repair systems. */
#include "sim/lab/stat/bb-erlang.h"
#include "tests/unit/known/known.h"
#include "tests/unit/known/queueing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Says every expected "wait_pNN". */
static void
say_percentiles(Known *known, const BbMmc *mmc)
{
    g_autoptr(GList) names = known_names(known);

    for (GList *at = names; at; at = at->next) {
        double p = known_percentile(at->data, "wait_p");

        if (!isnan(p))
            known_number(known, at->data, bb_mmc_wait_quantile(mmc, p));
    }
}

void
judge_erlang(Known *known)
{
    guint64 servers = known_count(known, "servers");
    double rate = 1 / known_in(known, "service_mean");
    double offered = known_in(known, "rho") * (double)servers;
    BbMmc mmc = bb_mmc(servers, offered * rate, rate);

    known_number(known, "erlang_b", bb_erlang_b(servers, offered));
    known_number(known, "erlang_c", mmc.erlang_c);
    known_number(known, "wait_mean", mmc.wait_mean);
    known_number(known, "queue_mean", mmc.queue_mean);
    known_number(known, "wait_sd", mmc.wait_sd);
    say_percentiles(known, &mmc);
}

void
judge_staffing(Known *known)
{
    double arrivals = known_in(known, "arrival_rate"), rate = known_in(known, "service_rate");
    const char *slo = known_text_in(known, "slo");
    double p = slo ? known_percentile(slo, "p") : NAN;
    BbStaffingTarget target = BB_STAFFING_WAIT_QUANTILE;
    guint64 servers;
    BbMmc mmc;

    if (g_strcmp0(slo, "mean_wait") == 0) {
        target = BB_STAFFING_WAIT_MEAN;
    } else if (g_strcmp0(slo, "prob_wait") == 0) {
        target = BB_STAFFING_WAIT_SHARE;
    } else if (isnan(p)) {
        known_fail(known, "unknown slo %s", slo ? slo : "(none)");
        return;
    }
    servers = bb_staffing(arrivals, rate, target, p, known_in(known, "limit"));
    mmc = bb_mmc(servers, arrivals, rate);
    known_number(known, "servers", (double)servers);
    known_number(known, "value", bb_staffing_value(&mmc, target, p));
    mmc = bb_mmc(servers - 1, arrivals, rate);
    if (known_expects(known, "value_one_less"))
        known_number(known, "value_one_less", bb_staffing_value(&mmc, target, p));
    else if (isfinite(mmc.wait_mean))
        known_fail(known, "one server fewer is stable, and no value is expected");
}

static void
judge_mg1(Known *known)
{
    double rho = known_in(known, "rho"), m1 = known_in(known, "service_mean");
    double wait = mg1_wait_mean(rho, m1, m1 * m1 * (1 + known_in(known, "service_scv")));

    known_number(known, "wait_mean", wait);
    known_number(known, "turnaround_mean", wait + m1);
    known_number(known, "queue_mean", rho / m1 * wait);
    known_number(known, "prob_wait", rho);
}

/* The second and third moment of the service time of "M/D/1", "M/M/1", "M/Ek/1", "M/LN(cv=x)/1", mean 1.
 */
static gboolean
service_moments(const char *queue, double *m2, double *m3)
{
    double cv;
    unsigned phases;

    if (strcmp(queue, "M/D/1") == 0) {
        *m2 = *m3 = 1;
    } else if (strcmp(queue, "M/M/1") == 0) {
        *m2 = 2;
        *m3 = 6;
    } else if (sscanf(queue, "M/E%u/1", &phases) == 1 && phases > 0) {
        *m2 = (phases + 1.0) / phases;
        *m3 = *m2 * (phases + 2.0) / phases;
    } else if (sscanf(queue, "M/LN(cv=%lf)/1", &cv) == 1) {
        *m2 = 1 + cv * cv;
        *m3 = *m2 * *m2 * *m2;
    } else {
        return FALSE;
    }
    return TRUE;
}

static void
judge_service(Known *known, const char *service)
{
    double rho = known_in(known, "rho"), m2, m3, constant;
    g_autoptr(GList) names = known_names(known);

    if (service_moments(service, &m2, &m3)) {
        known_number(known, "wait_sd", mg1_wait_sd(rho, 1, m2, m3));
        return;
    }
    if (sscanf(service, "constant %lf", &constant) != 1) {
        known_fail(known, "unknown service %s", service);
        return;
    }
    for (GList *at = names; at; at = at->next) {
        double p = known_percentile(at->data, "wait_p");

        if (!isnan(p))
            known_number(known, at->data, md1_wait_quantile(rho, constant, p));
    }
}

static void
judge_dm1(Known *known)
{
    double sigma = dm1_sigma(known_in(known, "rho"));

    if (g_strcmp0(known_text_in(known, "arrivals"), "constant gap 1/rho") != 0)
        known_fail(known, "unknown arrivals");
    known_number(known, "sigma", sigma);
    known_number(known, "wait_mean", sigma / (1 - sigma) * known_in(known, "service_mean"));
    known_number(known, "prob_wait", sigma);
}

/* Lee & Longton (1959): (1 + scv) / 2 times the wait of M/M/c. What the note warns of is its distance
 * from the truth; the number itself is exact. */
static void
judge_mgc(Known *known)
{
    guint64 servers = known_count(known, "servers");
    BbMmc mmc = bb_mmc(servers, known_in(known, "rho") * (double)servers, 1);
    double wait = (1 + known_in(known, "service_scv")) / 2 * mmc.wait_mean;

    known_within(known, "wait_mean_approx", wait, 1e-9 * wait);
}

void
judge_single_server(Known *known)
{
    if (known_has(known, "servers"))
        judge_mgc(known);
    else if (known_has(known, "arrivals"))
        judge_dm1(known);
    else if (known_has(known, "service_scv"))
        judge_mg1(known);
    else if (known_text_in(known, "service"))
        judge_service(known, known_text_in(known, "service"));
    else
        known_fail(known, "unknown kind of input");
}

static void
judge_repair(Known *known)
{
    guint n = (guint)known_count(known, "machines");
    double fail = known_in(known, "fail_rate");
    Repair repair =
        machine_repair(n, (guint)known_count(known, "crew"), fail, known_in(known, "repair_rate"));
    double failures = (n - repair.down_mean) * fail;

    known_number(known, "down_mean", repair.down_mean);
    known_number(known, "availability", 1 - repair.down_mean / n);
    known_number(known, "failures_per_time", failures);
    known_number(known, "downtime_mean", repair.down_mean / failures);
    known_number(known, "prob_all_up", repair.all_up);
}

static void
judge_k_of_n(Known *known)
{
    guint n = (guint)known_count(known, "n"), k = (guint)known_count(known, "k");
    double mtbf = known_in(known, "mtbf"), up = mtbf / (mtbf + known_in(known, "mttr"));

    if (g_strcmp0(known_text_in(known, "repair"), "one crew each") != 0)
        known_fail(known, "unknown way of repair");
    known_number(known, "node_availability", up);
    known_number(known, "system_availability", binomial_at_least(n, k, up));
    known_number(known, "up_mean", n * up);
    known_number(known, "up_sd", sqrt(n * up * (1 - up)));
}

static void
judge_breakdown(Known *known)
{
    guint servers = (guint)known_count(known, "servers");
    double arrivals = known_in(known, "arrival_rate"), service = known_in(known, "service_rate");
    double fail = known_in(known, "fail_rate"), repair = known_in(known, "repair_rate");
    double jobs = mmc_breakdown_jobs(servers, arrivals, service, fail, repair);
    BbMmc mmc = bb_mmc(servers, arrivals, service);

    known_number(known, "in_system_mean", jobs);
    known_number(known, "turnaround_mean", jobs / arrivals);
    known_number(known, "availability", repair / (fail + repair));
    known_number(known, "in_system_mean_without_failures", mmc.queue_mean + arrivals / service);
}

void
judge_reliability(Known *known)
{
    if (known_has(known, "machines"))
        judge_repair(known);
    else if (known_has(known, "mtbf"))
        judge_k_of_n(known);
    else if (known_has(known, "servers"))
        judge_breakdown(known);
    else
        known_fail(known, "unknown kind of input");
}
