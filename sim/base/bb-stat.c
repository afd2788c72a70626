/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mean: Neumaier's compensated sum. Deviation: Welford's recurrence. Percentiles: a sorted array up
 * to BB_SERIES_EXACT values, where doubles of at least 0 sort as their bits do; beyond, one counter
 * for each of the 1024 equal parts of a power of two, found by the leading bits of the double
 * (HdrHistogram's idea without its integers). The counters are one dense array from the lowest to
 * the highest key seen. Zeros are only counted in either case: they are many, and no relative bucket
 * can hold them. */
#include "sim/base/bb-stat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUB_BITS 10
#define KEY_SHIFT (52 - SUB_BITS)
#define KEY_ROOM 1024   /* keys added at once, one power of two */
#define RADIX_LEAST 256 /* fewer values do not pay for its counters */

struct _BbSeries {
    guint64 n, n_censored;
    double min, max, min_censored;
    guint64 n_at_min_censored; /* censored values that are equal to min_censored */
    double sum, lost;          /* Neumaier */
    double welford_mean, welford_m2;

    double *values; /* above 0; NULL before the first, and once the histogram has taken over */
    guint n_values, room;
    gboolean sketch, sorted;

    guint64 n_zero;
    guint64 *counts; /* of keys [first_key, first_key + n_keys) */
    guint first_key, n_keys;
};

BbSeries *
bb_series_new(void)
{
    BbSeries *series = g_new0(BbSeries, 1);
    series->min = INFINITY;
    series->max = -INFINITY;
    series->min_censored = INFINITY;
    return series;
}

BbSeries *
bb_series_copy(const BbSeries *series)
{
    BbSeries *copy = g_memdup2(series, sizeof *series);
    copy->room = series->n_values;
    copy->values = g_memdup2(series->values, series->n_values * sizeof *series->values);
    copy->counts = g_memdup2(series->counts, series->n_keys * sizeof *series->counts);
    return copy;
}

void
bb_series_free(BbSeries *series)
{
    if (series == NULL)
        return;
    g_free(series->values);
    g_free(series->counts);
    g_free(series);
}

static guint
key_of(double value)
{
    guint64 bits;
    memcpy(&bits, &value, sizeof bits);
    return (guint)(bits >> KEY_SHIFT);
}

/* The middle of the bucket: at most half a bucket, 2^-11, from any value in it. */
static double
value_of(guint key)
{
    guint64 bits = (guint64)key << KEY_SHIFT | G_GUINT64_CONSTANT(1) << (KEY_SHIFT - 1);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void
cover_key(BbSeries *series, guint key)
{
    guint first = key - key % KEY_ROOM, end = first + KEY_ROOM;

    if (series->n_keys > 0) {
        if (key >= series->first_key && key < series->first_key + series->n_keys)
            return;
        first = MIN(first, series->first_key);
        end = MAX(end, series->first_key + series->n_keys);
    }
    guint64 *counts = g_new0(guint64, end - first);
    if (series->n_keys > 0)
        memcpy(counts + (series->first_key - first), series->counts,
               series->n_keys * sizeof *counts);
    g_free(series->counts);
    series->counts = counts;
    series->first_key = first;
    series->n_keys = end - first;
}

static void
count(BbSeries *series, double value)
{
    guint key = key_of(value);
    cover_key(series, key);
    series->counts[key - series->first_key]++;
}

static void
begin_histogram(BbSeries *series)
{
    for (guint i = 0; i < series->n_values; i++)
        count(series, series->values[i]);
    g_clear_pointer(&series->values, g_free);
    series->n_values = 0;
    series->sketch = TRUE;
}

static void
add_to_sum(BbSeries *series, double value)
{
    double sum = series->sum + value;
    if (fabs(series->sum) >= value)
        series->lost += (series->sum - sum) + value;
    else
        series->lost += (value - sum) + series->sum;
    series->sum = sum;
}

static void
keep(BbSeries *series, double value)
{
    if (series->n_values == series->room) {
        series->room = MAX(2 * series->room, 16);
        series->values = g_renew(double, series->values, series->room);
    }
    series->values[series->n_values++] = value;
    series->sorted = FALSE;
}

void
bb_series_add(BbSeries *series, double value)
{
    g_assert(value >= 0 && isfinite(value));
    series->n++;
    series->min = MIN(series->min, value);
    series->max = MAX(series->max, value);
    add_to_sum(series, value);
    double difference = value - series->welford_mean;
    series->welford_mean += difference / (double)series->n;
    series->welford_m2 += difference * (value - series->welford_mean);

    if (series->n > BB_SERIES_EXACT && !series->sketch)
        begin_histogram(series);
    if (value <= 0)
        series->n_zero++;
    else if (series->sketch)
        count(series, value);
    else
        keep(series, value);
}

void
bb_series_add_censored(BbSeries *series, double value)
{
    bb_series_add(series, value);
    series->n_censored++;
    if (value > series->min_censored)
        return;
    if (value < series->min_censored)
        series->n_at_min_censored = 0;
    series->min_censored = value;
    series->n_at_min_censored++;
}

guint64
bb_series_n(const BbSeries *series)
{
    return series->n;
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static guint
digit_of(double value, guint digit)
{
    guint64 bits;
    memcpy(&bits, &value, sizeof bits);
    return (guint)(bits >> (8 * digit)) & 0xff;
}

/* From one array to the other by one digit, stable; begins[d] is where the values with digit d go. */
static void
distribute(const double *from, double *to, guint n, guint digit, guint *begins)
{
    for (guint i = 0; i < n; i++)
        to[begins[digit_of(from[i], digit)]++] = from[i];
}

/* Counts become places. FALSE: all values have the same digit. */
static gboolean
sum_up(guint *counts, guint n)
{
    guint sum = 0;
    for (guint d = 0; d < 256; d++) {
        guint count = counts[d];
        if (count == n)
            return FALSE;
        counts[d] = sum;
        sum += count;
    }
    return TRUE;
}

/* By the eight bytes of the bits, the lowest first. */
static void
radix_sort(BbSeries *series)
{
    guint n = series->n_values, counts[sizeof(double)][256] = {{0}};
    double *from = series->values, *to = g_new(double, series->room);

    for (guint i = 0; i < n; i++)
        for (guint digit = 0; digit < sizeof(double); digit++)
            counts[digit][digit_of(from[i], digit)]++;
    for (guint digit = 0; digit < sizeof(double); digit++) {
        if (!sum_up(counts[digit], n))
            continue;
        distribute(from, to, n, digit, counts[digit]);
        double *swap = from;
        from = to;
        to = swap;
    }
    series->values = from;
    g_free(to);
}

static void
sort_values(BbSeries *series)
{
    if (series->n_values == 0 || series->sorted)
        return;
    if (series->n_values < RADIX_LEAST)
        qsort(series->values, series->n_values, sizeof(double), compare_doubles);
    else
        radix_sort(series);
    series->sorted = TRUE;
}

/* ceil(q n), where a product that ought to be whole is taken as such. */
static guint64
rank_of(double q, guint64 n)
{
    double exact = q * (double)n, nearest = floor(exact + 0.5);
    double rank = fabs(exact - nearest) <= exact * 0x1p-50 ? nearest : ceil(exact);
    return CLAMP((guint64)rank, 1, n);
}

static double
value_at_rank(const BbSeries *series, guint64 rank)
{
    guint64 n = series->n_zero;
    if (rank <= n)
        return 0;
    if (!series->sketch)
        return series->values[rank - n - 1];
    for (guint i = 0; i < series->n_keys; i++) {
        n += series->counts[i];
        if (rank <= n)
            return CLAMP(value_of(series->first_key + i), series->min, series->max);
    }
    return series->max;
}

/* The rank of the smallest censored value, behind the uncensored ones equal to it; G_MAXUINT64 when
 * none is censored. Of the histogram the first rank that it can be. */
static guint64
first_censored_rank(const BbSeries *series)
{
    double value = series->min_censored;

    if (series->n_censored == 0)
        return G_MAXUINT64;
    if (value <= 0)
        return series->n_zero - series->n_at_min_censored + 1;
    if (!series->sketch) {
        guint low = 0, high = series->n_values;
        while (low < high) {
            guint middle = low + (high - low) / 2;
            if (series->values[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        return series->n_zero + low - series->n_at_min_censored + 1;
    }
    guint64 n = series->n_zero;
    for (guint i = 0; series->first_key + i < key_of(value); i++)
        n += series->counts[i];
    return n + 1;
}

double
bb_series_quantile(BbSeries *series, double q)
{
    g_assert(q > 0 && q <= 1);
    if (series->n == 0)
        return NAN;
    sort_values(series);
    return value_at_rank(series, rank_of(q, series->n));
}

static double
percentile(const BbSeries *series, double q, guint64 censored_rank, gboolean *out_at_least)
{
    guint64 rank = rank_of(q, series->n);
    *out_at_least = rank >= censored_rank;
    return value_at_rank(series, rank);
}

BbSummaryStat
bb_series_summary(BbSeries *series)
{
    BbSummaryStat s = {
        .n = series->n,
        .n_censored = series->n_censored,
        .mean = NAN,
        .sd = NAN,
        .min = NAN,
        .max = NAN,
        .p50 = NAN,
        .p90 = NAN,
        .p95 = NAN,
        .p99 = NAN,
        .p999 = NAN,
        .sketch = series->sketch,
    };
    if (series->n == 0)
        return s;
    sort_values(series);
    guint64 censored_rank = first_censored_rank(series);
    s.mean = (series->sum + series->lost) / (double)series->n;
    if (series->n > 1)
        s.sd = sqrt(series->welford_m2 / (double)(series->n - 1));
    s.min = series->min;
    s.max = series->max;
    s.mean_at_least = s.max_at_least = series->n_censored > 0;
    s.p50 = percentile(series, 0.5, censored_rank, &s.p50_at_least);
    s.p90 = percentile(series, 0.9, censored_rank, &s.p90_at_least);
    s.p95 = percentile(series, 0.95, censored_rank, &s.p95_at_least);
    s.p99 = percentile(series, 0.99, censored_rank, &s.p99_at_least);
    s.p999 = percentile(series, 0.999, censored_rank, &s.p999_at_least);
    return s;
}
