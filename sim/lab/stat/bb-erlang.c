/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erlang's recursion, which only adds and divides positive numbers: 10^-44 comes out to 14 digits. The
 * staffing search carries it upwards, one server at a time. */
#include "sim/lab/stat/bb-erlang.h"

#include <math.h>

#define ROUNDING (1 + 1e-12) /* 1 - .9 is below .1 */

static double
next_b(double b, double offered, guint64 servers)
{
    return offered * b / ((double)servers + offered * b);
}

double
bb_erlang_b(guint64 servers, double offered)
{
    double b = 1;

    for (guint64 k = 1; k <= servers; k++)
        b = next_b(b, offered, k);
    return b;
}

static double
c_of_b(double b, guint64 servers, double offered)
{
    if (offered >= (double)servers)
        return 1;
    return b / (1 - offered / (double)servers * (1 - b));
}

double
bb_erlang_c(guint64 servers, double offered)
{
    return c_of_b(bb_erlang_b(servers, offered), servers, offered);
}

/* How fast the queue empties: the tail of the wait decays at this rate. */
static double
spare_rate(const BbMmc *mmc)
{
    return (double)mmc->servers * mmc->service_rate - mmc->arrival_rate;
}

static BbMmc
mmc_of_c(guint64 servers, double arrival_rate, double service_rate, double c)
{
    BbMmc mmc = {arrival_rate, service_rate, servers, c, INFINITY, INFINITY, INFINITY};
    double spare = spare_rate(&mmc);

    if (spare <= 0)
        return mmc;
    mmc.wait_mean = c / spare;
    mmc.wait_sd = sqrt(c * (2 - c)) / spare;
    mmc.queue_mean = arrival_rate * mmc.wait_mean;
    return mmc;
}

BbMmc
bb_mmc(guint64 servers, double arrival_rate, double service_rate)
{
    double c = bb_erlang_c(servers, arrival_rate / service_rate);

    return mmc_of_c(servers, arrival_rate, service_rate, c);
}

double
bb_mmc_wait_quantile(const BbMmc *mmc, double p)
{
    double spare = spare_rate(mmc), left = 1 - p;

    if (spare <= 0)
        return INFINITY;
    return mmc->erlang_c <= left * ROUNDING ? 0 : log(mmc->erlang_c / left) / spare;
}

double
bb_staffing_value(const BbMmc *mmc, BbStaffingTarget target, double p)
{
    switch (target) {
    case BB_STAFFING_WAIT_MEAN:
        return mmc->wait_mean;
    case BB_STAFFING_WAIT_SHARE:
        return mmc->erlang_c;
    case BB_STAFFING_WAIT_QUANTILE:
        return bb_mmc_wait_quantile(mmc, p);
    default:
        g_return_val_if_reached(NAN);
    }
}

guint64
bb_staffing(double arrival_rate, double service_rate, BbStaffingTarget target, double p,
            double limit)
{
    double offered = arrival_rate / service_rate, b = 1;

    for (guint64 servers = 1; servers <= BB_STAFFING_MAX; servers++) {
        BbMmc mmc;

        b = next_b(b, offered, servers);
        mmc = mmc_of_c(servers, arrival_rate, service_rate, c_of_b(b, servers, offered));
        if (offered < (double)servers && bb_staffing_value(&mmc, target, p) <= limit)
            return servers;
    }
    return 0;
}
