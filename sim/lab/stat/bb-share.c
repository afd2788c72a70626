/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binomial tails through the incomplete beta function: P(Bin(n, p) >= k) = I_p(k, n - k + 1). */
#include "sim/lab/stat/bb-share.h"

#include "sim/lab/stat/bb-student.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

BbShareInterval
bb_share_clopper_pearson(guint64 k, guint64 n, double level)
{
    double half = (1 - level) / 2, held = (double)k, rest = (double)(n - k);
    BbShareInterval interval = {0, 1};

    if (k > 0)
        interval.lower = gsl_cdf_beta_Pinv(half, held, rest + 1);
    if (k < n)
        interval.upper = gsl_cdf_beta_Qinv(half, held + 1, rest);
    return interval;
}

BbShareInterval
bb_share_wilson(guint64 k, guint64 n, double level)
{
    double z = bb_normal_quantile((1 + level) / 2), m = (double)n, share = (double)k / m;
    double middle = (share + z * z / (2 * m)) / (1 + z * z / m);
    double half = z * sqrt(share * (1 - share) / m + z * z / (4 * m * m)) / (1 + z * z / m);
    BbShareInterval interval = {MAX(0, middle - half), MIN(1, middle + half)};

    if (k == 0)
        interval.lower = 0;
    if (k == n)
        interval.upper = 1;
    return interval;
}

double
bb_sign_test_above(guint64 k, guint64 n)
{
    return k == 0 ? 1 : gsl_cdf_beta_P(0.5, (double)k, (double)(n - k) + 1);
}

double
bb_sign_test(guint64 k, guint64 n)
{
    return MIN(1, 2 * bb_sign_test_above(MAX(k, n - k), n));
}

BbRankingVerdict
bb_share_verdict(guint64 k, guint64 n, double level)
{
    BbShareInterval interval = bb_share_clopper_pearson(k, n, level);

    if (interval.lower > 0.5)
        return BB_RANKING_HOLDS;
    return interval.upper < 0.5 ? BB_RANKING_REVERSED : BB_RANKING_UNSTABLE;
}
