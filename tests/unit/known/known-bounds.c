/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounds of packing and makespan, each against the optimum by exhaustion. */
#include "sim/lab/stat/bb-makespan-bound.h"
#include "sim/lab/stat/bb-pack-bound.h"
#include "tests/unit/known/known.h"

#include <string.h>

#define MAX_ITEMS 16 /* 3^16 = 43 million pairs of subsets */
#define MAX_JOBS 9

static gint64 *
whole_numbers(JsonArray *array, gsize *out_n)
{
    gint64 *values = g_new(gint64, json_array_get_length(array) + 1);

    *out_n = json_array_get_length(array);
    for (guint i = 0; i < *out_n; i++)
        values[i] = json_array_get_int_element(array, i);
    return values;
}

static gboolean
fits(const gint64 *items, gsize n, gsize n_dims, const gint64 *capacity, guint32 set)
{
    for (gsize k = 0; k < n_dims; k++) {
        gint64 sum = 0;

        for (gsize i = 0; i < n; i++)
            sum += (set >> i & 1) != 0 ? items[i * n_dims + k] : 0;
        if (sum > capacity[k])
            return FALSE;
    }
    return TRUE;
}

/* The fewest bins, over all partitions: best[set] = 1 + best[set - bin] over bins that hold the set's
 * lowest item. */
static guint
fewest_bins(const gint64 *items, gsize n, gsize n_dims, const gint64 *capacity)
{
    gsize n_sets = (gsize)1 << n;
    g_autofree guint8 *best = g_malloc0(n_sets), *fit = g_malloc0(n_sets);

    for (guint32 set = 1; set < n_sets; set++)
        fit[set] = fits(items, n, n_dims, capacity, set) ? 1 : 0;
    for (guint32 set = 1; set < n_sets; set++) {
        guint32 lowest = set & (0u - set);

        best[set] = G_MAXUINT8;
        for (guint32 bin = set; bin > 0; bin = (bin - 1) & set)
            if ((bin & lowest) != 0 && fit[bin])
                best[set] = MIN(best[set], best[set ^ bin] + 1);
    }
    return best[n_sets - 1];
}

static void
say_optimum(Known *known, double bound, double optimum, gboolean exhausted)
{
    if (exhausted)
        known_number(known, "optimum", optimum);
    else
        known_at_most(known, "optimum", bound);
    if (exhausted && bound > optimum)
        known_fail(known, "the bound %g is above the optimum %g", bound, optimum);
}

static void
judge_bins(Known *known)
{
    g_autoptr(GError) error = NULL;
    gint64 capacity = (gint64)known_count(known, "capacity"), l1, l2;
    gsize n;
    g_autofree gint64 *sizes =
        whole_numbers(json_object_get_array_member(known->input, "weights"), &n);
    guint optimum = n <= MAX_ITEMS ? fewest_bins(sizes, n, 1, &capacity) : 0;

    if (!bb_pack_l1(sizes, n, capacity, &l1, &error) ||
        !bb_pack_l2(sizes, n, capacity, &l2, &error)) {
        known_fail(known, "%s", error->message);
        return;
    }
    known_number(known, "L1", (double)l1);
    known_number(known, "L2", (double)l2);
    say_optimum(known, (double)MAX(l1, l2), optimum, n <= MAX_ITEMS);
}

static void
judge_vectors(Known *known)
{
    g_autoptr(GError) error = NULL;
    JsonArray *rows = json_object_get_array_member(known->input, "items");
    gsize n = json_array_get_length(rows), n_dims, length;
    g_autofree gint64 *capacity =
        whole_numbers(json_object_get_array_member(known->input, "capacity"), &n_dims);
    g_autofree gint64 *items = g_new0(gint64, n * n_dims + 1);
    BbPackBounds bounds;

    for (guint i = 0; i < n; i++) {
        g_autofree gint64 *row = whole_numbers(json_array_get_array_element(rows, i), &length);

        memcpy(items + i * n_dims, row, MIN(length, n_dims) * sizeof *row);
    }
    if (!bb_pack_bounds(items, n, n_dims, capacity, &bounds, &error)) {
        known_fail(known, "%s", error->message);
        return;
    }
    known_number(known, "volume", (double)bounds.volume);
    known_number(known, "L2_per_dimension_max", (double)bounds.l2);
    known_at_most(known, "incompatible_clique", (double)bounds.clique);
    known_at_most(known, "best_of_these", (double)bounds.best);
    if (bounds.best < MAX(bounds.volume, bounds.l2) || bounds.clique < 1)
        known_fail(known, "the best bound is not the best of them");
    say_optimum(known, (double)bounds.best,
                n <= MAX_ITEMS ? fewest_bins(items, n, n_dims, capacity) : 0, n <= MAX_ITEMS);
}

void
judge_packing_bounds(Known *known)
{
    if (known_has(known, "weights"))
        judge_bins(known);
    else if (known_has(known, "items"))
        judge_vectors(known);
    else
        known_fail(known, "unknown kind of input");
}

typedef struct {
    BbBoundJob jobs[MAX_JOBS];
    gint64 start[MAX_JOBS];
    guint order[MAX_JOBS], n;
    gint64 processors, best;
} Schedules;

static gboolean
room_at(const Schedules *s, guint placed, gint64 size, gint64 at)
{
    gint64 used = size;

    for (guint i = 0; i < placed; i++) {
        const BbBoundJob *job = &s->jobs[s->order[i]];

        if (s->start[i] <= at && at < s->start[i] + job->runtime)
            used += job->size;
    }
    return used <= s->processors;
}

/* The first time from the submit on at which the job fits among the first `placed`: then the use only
 * changes where one of them starts or ends. */
static gint64
earliest(const Schedules *s, guint placed, const BbBoundJob *job)
{
    gint64 at = job->submit, t = at;

    while (t < at + job->runtime) {
        gint64 next = G_MAXINT64;
        gboolean room = room_at(s, placed, job->size, t);

        for (guint i = 0; i < placed; i++) {
            gint64 end = s->start[i] + s->jobs[s->order[i]].runtime;

            next = s->start[i] > t ? MIN(next, s->start[i]) : next;
            next = end > t ? MIN(next, end) : next;
        }
        if (!room)
            at = next;
        t = next;
    }
    return at;
}

/* All orders; each job as early as the ones before it allow. */
static void
try_orders(Schedules *s, guint placed, gint64 end)
{
    if (placed == s->n)
        s->best = MIN(s->best, end);
    for (guint i = placed; i < s->n; i++) {
        guint taken = s->order[i];
        const BbBoundJob *job = &s->jobs[taken];

        s->order[i] = s->order[placed];
        s->order[placed] = taken;
        s->start[placed] = earliest(s, placed, job);
        try_orders(s, placed + 1, MAX(end, s->start[placed] + job->runtime));
        s->order[placed] = s->order[i];
        s->order[i] = taken;
    }
}

void
judge_makespan_bounds(Known *known)
{
    JsonArray *rows = json_object_get_array_member(known->input, "jobs");
    guint n = json_array_get_length(rows);
    g_autofree BbBoundJob *jobs = g_new0(BbBoundJob, n + 1);
    Schedules s = {.n = n, .processors = (gint64)known_count(known, "processors")};
    BbMakespanBounds bounds;

    for (guint i = 0; i < n; i++) {
        JsonObject *job = json_array_get_object_element(rows, i);

        jobs[i] = (BbBoundJob){json_object_get_int_member(job, "submit"),
                               json_object_get_int_member(job, "runtime"),
                               json_object_get_int_member(job, "size")};
    }
    bounds = bb_makespan_bounds(jobs, n, s.processors);
    known_number(known, "area", (double)bounds.area);
    known_number(known, "longest_job", (double)bounds.longest);
    known_number(known, "wider_than_half", (double)bounds.wide);
    known_number(known, "best_bound", (double)bounds.best);
    if (n <= MAX_JOBS) {
        memcpy(s.jobs, jobs, n * sizeof *jobs);
        for (guint i = 0; i < n; i++)
            s.order[i] = i;
        s.best = G_MAXINT64;
        try_orders(&s, 0, 0);
    }
    say_optimum(known, (double)bounds.best, (double)s.best, n <= MAX_JOBS);
}
