/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model is a table of values and shares, made once; a draw is a search in the sums from the run time
 * up. Shares are whole millionths of a per cent, as exp and pow differ in their last bit by machine. */
#include "sim/contract/bb-estimates.h"

#include "sim/base/bb-dist.h"
#include "sim/base/bb-error.h"
#include "sim/base/bb-params.h"
#include "sim/base/bb-rng.h"

#include <math.h>
#include <string.h>

#define N_HEAD 20
#define N_LOGS 4
#define MINUTE 60
#define HOUR 3600
#define HEAD_PERCENT 89.0
#define MILLIONTHS 1e6

static const BbParam params[] = {
    {.name = "max", .type = BB_PARAM_DURATION, .fallback = "36h"},
    {.name = "jobs", .type = BB_PARAM_INT, .fallback = "10000", .min = 1, .max = G_MAXINT64},
    {.name = NULL},
};

/* Seconds. The first value may be max, in front of the others, which rise. */
typedef struct {
    gint64 time_s;
    guint64 share;
} Value;

struct _BbEstimates {
    BbDist *dist;   /* NULL: the model */
    GArray *values; /* of Value, by time; share: the sum up to here */
};

/* ---- The 20 popular values ---- */

static gboolean
has_time(const GArray *values, gint64 time_s)
{
    for (guint i = 0; i < values->len; i++)
        if (g_array_index(values, Value, i).time_s == time_s)
            return TRUE;
    return FALSE;
}

static void
add_time(GArray *values, gint64 time_s)
{
    Value value = {time_s, 0};
    g_array_append_val(values, value);
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
    const Value *x = a, *y = b;
    return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

/* What is missing to 20, from max down in multiples of ever finer round times. */
static void
add_round_times(GArray *values, gint64 max_s)
{
    static const gint64 rounds[] = {200 * HOUR, 100 * HOUR, 50 * HOUR,   10 * HOUR,   5 * HOUR,
                                    2 * HOUR,   HOUR,       20 * MINUTE, 10 * MINUTE, 5 * MINUTE};
    for (guint r = 0; r < G_N_ELEMENTS(rounds); r++)
        for (gint64 time_s = max_s / rounds[r] * rounds[r]; time_s > 0; time_s -= rounds[r]) {
            if (values->len == N_HEAD)
                return;
            if (!has_time(values, time_s))
                add_time(values, time_s);
        }
}

/* Max, then the others from short to long. */
static GArray *
head_times(gint64 max_s)
{
    static const gint64 shared[] = {5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 30 * MINUTE,
                                    HOUR,       2 * HOUR,    3 * HOUR,    4 * HOUR,    5 * HOUR,
                                    6 * HOUR,   8 * HOUR,    10 * HOUR,   12 * HOUR,   18 * HOUR};
    GArray *values = g_array_new(FALSE, FALSE, sizeof(Value));
    add_time(values, max_s);
    for (guint i = 0; i < G_N_ELEMENTS(shared); i++)
        if (shared[i] < max_s)
            add_time(values, shared[i]);
    add_round_times(values, max_s);
    g_array_sort(values, by_time);
    Value max = g_array_index(values, Value, values->len - 1);
    g_array_set_size(values, values->len - 1);
    g_array_prepend_val(values, max);
    return values;
}

/* How popular the value of each time rank (0: max) was in SDSC-106, CTC, KTH4H and BLUE. */
static const guint8 popularity[N_HEAD][N_LOGS] = {
    {3, 1, 1, 1},     {1, 3, 4, 6},     {4, 4, 10, 5},    {17, 2, 14, 3},  {13, 12, 20, 7},
    {7, 9, 2, 2},     {8, 8, 3, 18},    {18, 18, 7, 19},  {2, 6, 12, 4},   {6, 7, 6, 11},
    {16, 11, 19, 20}, {10, 20, 5, 9},   {5, 16, 18, 10},  {15, 5, 16, 14}, {14, 14, 9, 13},
    {19, 13, 17, 16}, {11, 10, 15, 15}, {12, 15, 13, 17}, {9, 17, 8, 8},   {20, 19, 11, 12},
};

/* Was this the last time at which a log had a value that popular? */
static gboolean
is_due(guint rank, guint time)
{
    for (guint t = time + 1; t < N_HEAD; t++)
        if (memchr(popularity[t], (int)rank, N_LOGS) != NULL)
            return FALSE;
    return TRUE;
}

/* The more popular of two drawn from what the logs had up to this time. */
static guint
draw_rank(guint64 seed, guint time, const gboolean *taken)
{
    guint8 pool[N_HEAD * N_LOGS];
    guint32 stream = bb_rng_stream("estimates.popularity");
    guint n = 0;
    for (guint t = 0; t <= time; t++)
        for (guint log = 0; log < N_LOGS; log++)
            if (!taken[popularity[t][log]])
                pool[n++] = popularity[t][log];
    guint one = pool[bb_rng_below(seed, stream, time, 0, n)];
    guint two = pool[bb_rng_below(seed, stream, time, 1, n)];
    return MIN(one, two);
}

/* Popularity rank, 1 to 20, of each time rank. */
static void
match_ranks(guint64 seed, guint *ranks)
{
    gboolean taken[N_HEAD + 1] = {FALSE};
    for (guint time = 0; time < N_HEAD; time++) {
        guint rank = time == 0 ? 1 : 0;
        for (guint r = 1; rank == 0 && r <= N_HEAD; r++)
            if (!taken[r] && is_due(r, time))
                rank = r;
        if (rank == 0)
            rank = draw_rank(seed, time, taken);
        taken[rank] = TRUE;
        ranks[time] = rank;
    }
}

static void
share_head(GArray *values, guint64 seed)
{
    double percents[N_HEAD + 1], sum = 0;
    guint ranks[N_HEAD];
    for (guint rank = 2; rank <= N_HEAD; rank++) {
        percents[rank] = 14.0491 * exp(-0.177531 * rank) + 0.462513;
        sum += percents[rank];
    }
    percents[1] = HEAD_PERCENT - sum;
    match_ranks(seed, ranks);
    for (guint i = 0; i < values->len; i++)
        g_array_index(values, Value, i).share =
            (guint64)floor(percents[ranks[i]] * MILLIONTHS + 0.5);
}

/* ---- The others ---- */

/* How many values a log of so many jobs has, between what the authors counted. */
static guint
count_values(gint64 n_jobs)
{
    static const struct {
        gint64 n_jobs;
        guint n_values;
    } counted[] = {{0, 0},      {20, 10},     {200, 20},    {1000, 35},
                   {10000, 90}, {70000, 340}, {250000, 565}};
    for (guint i = 1; i < G_N_ELEMENTS(counted); i++) {
        if (n_jobs > counted[i].n_jobs)
            continue;
        gint64 jobs = counted[i].n_jobs - counted[i - 1].n_jobs;
        gint64 values = counted[i].n_values - counted[i - 1].n_values;
        gint64 more = (n_jobs - counted[i - 1].n_jobs) * values;
        return counted[i - 1].n_values + (guint)((2 * more + jobs) / (2 * jobs));
    }
    return counted[G_N_ELEMENTS(counted) - 1].n_values;
}

/* The nearest whole minute, or some seconds beside it where that value is there already. */
static void
add_tail_time(GArray *values, gint64 max_s, double time_s)
{
    static const gint64 beside[] = {0, 30, -30, 20, -20, 10, -10};
    gint64 minutes = (gint64)floor(time_s / MINUTE + 0.5);
    for (guint i = 0; i < G_N_ELEMENTS(beside); i++) {
        gint64 at = minutes * MINUTE + beside[i];
        if (at > 0 && at < max_s && !has_time(values, at)) {
            add_time(values, at);
            return;
        }
    }
}

/* The values from `first` on share the rest of the jobs, popularity dealt out at random. */
static void
share_tail(GArray *values, guint first, guint64 seed)
{
    guint n = values->len - first;
    g_autofree double *weights = g_new0(double, n);
    guint32 stream = bb_rng_stream("estimates.tail");
    double sum = 0;
    for (guint i = 0; i < n; i++) {
        guint j = (guint)bb_rng_below(seed, stream, i, 0, i + 1);
        weights[i] = weights[j];
        weights[j] = pow(N_HEAD + 1 + i, -2.267);
    }
    for (guint i = 0; i < n; i++)
        sum += weights[i];
    for (guint i = 0; i < n; i++)
        g_array_index(values, Value, first + i).share =
            (guint64)floor(weights[i] / sum * (100 - HEAD_PERCENT) * MILLIONTHS + 0.5);
}

static void
add_tail(GArray *values, gint64 max_s, gint64 n_jobs, guint64 seed)
{
    guint n_values = MAX(count_values(n_jobs), N_HEAD + 1), n = n_values - N_HEAD;
    double a = 1 + 12.1039 * pow(n_values, -0.6026);
    for (guint i = 1; i <= n; i++) {
        double x = (double)i / n;
        add_tail_time(values, max_s, (a - 1) * x / (a - x) * (double)max_s);
    }
    share_tail(values, N_HEAD, seed);
}

static void
cumulate(GArray *values)
{
    guint64 sum = 0;
    g_array_sort(values, by_time);
    for (guint i = 0; i < values->len; i++) {
        Value *value = &g_array_index(values, Value, i);
        sum += value->share;
        value->share = sum;
    }
}

/* ---- */

static gboolean
parse_model(BbEstimates *estimates, const char *rest, guint64 seed, GError **error)
{
    g_autoptr(BbParams) given = bb_params_parse("tsafrir", params, rest, error);
    if (given == NULL)
        return FALSE;
    gint64 max_s = bb_params_int(given, "max") / BB_US_PER_S;
    if (max_s < 2 * HOUR || max_s > BB_TIME_MAX / BB_US_PER_S / 2)
        return bb_error_set(error, BB_ERROR_USAGE, "tsafrir: max: expected at least 2h, found %s",
                            bb_params_text(given, "max"));
    estimates->values = head_times(max_s);
    share_head(estimates->values, seed);
    add_tail(estimates->values, max_s, bb_params_int(given, "jobs"), seed);
    cumulate(estimates->values);
    return TRUE;
}

BbEstimates *
bb_estimates_parse(const char *text, guint64 seed, GError **error)
{
    g_autoptr(BbEstimates) estimates = g_new0(BbEstimates, 1);
    g_autofree char *name = NULL, *rest = NULL;
    gboolean fine;
    if (g_str_has_prefix(text, "tsafrir") && bb_params_split(text, &name, &rest, NULL) &&
        g_str_equal(name, "tsafrir"))
        fine = parse_model(estimates, rest, seed, error);
    else
        fine = (estimates->dist = bb_dist_parse(text, BB_DIST_DURATION, error)) != NULL;
    return fine ? g_steal_pointer(&estimates) : NULL;
}

void
bb_estimates_free(BbEstimates *estimates)
{
    if (estimates == NULL)
        return;
    bb_dist_free(estimates->dist);
    g_clear_pointer(&estimates->values, g_array_unref);
    g_free(estimates);
}

/* The first value whose time (sum) is at least, or above, the given one; the last where none is. */
static guint
find_value(const GArray *values, gint64 time_s, guint64 sum)
{
    guint low = 0, high = values->len - 1;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Value *value = &g_array_index(values, Value, middle);
        if (value->time_s >= time_s && value->share > sum)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

BbTimeUs
bb_estimates_draw(const BbEstimates *estimates, guint64 seed, guint32 stream, guint64 entity,
                  BbTimeUs runtime_us)
{
    const GArray *values = estimates->values;
    if (estimates->dist != NULL)
        return bb_dist_draw(estimates->dist, bb_rng_uniform(seed, stream, entity, 0));
    if (runtime_us == BB_TIME_NEVER)
        return BB_TIME_NEVER;
    gint64 least_s = (runtime_us + BB_US_PER_S - 1) / BB_US_PER_S;
    guint first = find_value(values, least_s, 0);
    guint64 before = first > 0 ? g_array_index(values, Value, first - 1).share : 0;
    guint64 all = g_array_index(values, Value, values->len - 1).share;
    guint64 sum = before + bb_rng_below(seed, stream, entity, 0, all - before);
    return g_array_index(values, Value, find_value(values, 0, sum)).time_s * BB_US_PER_S;
}
