/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One sort, then one pass that keeps the survival just after each time at which somebody's life ended. */
#include "sim/lab/bb-censor.h"

#include "sim/base/bb-rng.h"

#include <stdlib.h>

typedef struct {
    BbTimeUs us;
    gboolean cut;
} Lifetime;

typedef struct {
    BbTimeUs us;
    double survival; /* part that lives longer */
} Step;

struct _BbLifetimes {
    GArray *seen;  /* of Lifetime */
    GArray *steps; /* of Step, by time */
};

gboolean
bb_row_is_censored(const BbJobRow *row)
{
    return row->runtime_us == BB_TIME_NEVER && row->logged_run_us >= 0;
}

BbLifetimes *
bb_lifetimes_new(void)
{
    BbLifetimes *lifetimes = g_new(BbLifetimes, 1);
    lifetimes->seen = g_array_new(FALSE, FALSE, sizeof(Lifetime));
    lifetimes->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    return lifetimes;
}

void
bb_lifetimes_free(BbLifetimes *lifetimes)
{
    if (lifetimes == NULL)
        return;
    g_array_unref(lifetimes->seen);
    g_array_unref(lifetimes->steps);
    g_free(lifetimes);
}

void
bb_lifetimes_add(BbLifetimes *lifetimes, const BbJobRow *row)
{
    gboolean cut = bb_row_is_censored(row);
    Lifetime lifetime = {cut ? row->logged_run_us : row->runtime_us, cut};
    if (!row->alive_at_start && lifetime.us != BB_TIME_NEVER)
        g_array_append_val(lifetimes->seen, lifetime);
}

/* At equal times those that ended come first: who was cut had lived that long. */
static int
compare_lifetimes(const void *a, const void *b)
{
    const Lifetime *x = a, *y = b;
    if (x->us != y->us)
        return x->us < y->us ? -1 : 1;
    return x->cut - y->cut;
}

void
bb_lifetimes_estimate(BbLifetimes *lifetimes)
{
    GArray *seen = lifetimes->seen;
    double survival = 1;
    if (seen->len > 0)
        qsort(seen->data, seen->len, sizeof(Lifetime), compare_lifetimes);
    for (guint i = 0; i < seen->len;) {
        const Lifetime *first = &g_array_index(seen, Lifetime, i);
        guint n_at_risk = seen->len - i, n_ended = 0;
        for (; i < seen->len && g_array_index(seen, Lifetime, i).us == first->us; i++)
            n_ended += !g_array_index(seen, Lifetime, i).cut;
        if (n_ended == 0)
            continue;
        survival *= (double)(n_at_risk - n_ended) / n_at_risk;
        Step step = {first->us, survival};
        g_array_append_val(lifetimes->steps, step);
    }
}

/* The first step from `begin` on that lies beyond the age, or has at most that survival. */
static guint
find_step(const GArray *steps, guint begin, BbTimeUs age_us, double survival)
{
    guint end = steps->len;
    while (begin < end) {
        guint middle = begin + (end - begin) / 2;
        const Step *step = &g_array_index(steps, Step, middle);
        if (step->us > age_us && step->survival <= survival)
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

BbTimeUs
bb_lifetimes_given_age(const BbLifetimes *lifetimes, BbTimeUs age_us, double u)
{
    const GArray *steps = lifetimes->steps;
    guint later = find_step(steps, 0, age_us, 1);
    double alive = later > 0 ? g_array_index(steps, Step, later - 1).survival : 1;
    guint at = find_step(steps, later, age_us, u * alive);
    return at < steps->len ? g_array_index(steps, Step, at).us : BB_TIME_NEVER;
}

void
bb_censor(BbCensored censored, const BbLifetimes *lifetimes, guint64 seed, guint32 workload,
          guint64 number, BbJobRow *row)
{
    if (!bb_row_is_censored(row) || censored == BB_CENSORED_STAY)
        return;
    if (censored == BB_CENSORED_END) {
        row->runtime_us = row->logged_run_us;
        return;
    }
    g_autofree char *stream = g_strdup_printf("%u/censored", workload);
    double u = bb_rng_uniform(seed, bb_rng_stream(stream), number, 0);
    row->runtime_us = bb_lifetimes_given_age(lifetimes, row->logged_run_us, u);
}
