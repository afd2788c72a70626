/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chunked queue against a sorted array, step by step. */
#include "sim/engine/bb-wait-queue.h"

typedef struct {
    BbJobRecord record;
    gint64 need;
    gboolean waits;
} Job;

typedef struct {
    BbQueue policy;
    BbWaitQueue *queue;
    GPtrArray *jobs;  /* of Job, all that ever were */
    GPtrArray *order; /* of Job, those that wait, in order */
    gint64 now;
} Twin;

static gint
by_estimate(const BbQueue *self, const BbJob *a, const BbJob *b)
{
    (void)self;
    return (a->estimate_us > b->estimate_us) - (a->estimate_us < b->estimate_us);
}

static const BbQueueClass in_order = {.name = "in-order"};
static const BbQueueClass shortest_first = {.name = "shortest-first", .compare = by_estimate};

static gboolean
goes_before(const Twin *twin, const Job *a, const Job *b)
{
    const BbJob *x = &a->record.job, *y = &b->record.job;
    gint order = twin->policy.klass->compare ? by_estimate(NULL, x, y) : 0;

    if (order != 0)
        return order < 0;
    if (x->submit_us != y->submit_us)
        return x->submit_us < y->submit_us;
    return x->seq < y->seq;
}

static void
arrive(Twin *twin)
{
    Job *job = g_new0(Job, 1);
    guint at = twin->order->len;

    twin->now += g_test_rand_int_range(0, 2);
    job->record.job.seq = twin->jobs->len;
    /* Sometimes one that was held back since long ago. */
    job->record.job.submit_us =
        g_test_rand_int_range(0, 20) == 0 ? g_test_rand_int_range(0, 1000) : twin->now;
    job->record.job.estimate_us = g_test_rand_int_range(1, 50);
    job->need = g_test_rand_int_range(1, 50);
    job->waits = TRUE;
    g_ptr_array_add(twin->jobs, job);
    while (at > 0 && goes_before(twin, job, twin->order->pdata[at - 1]))
        at--;
    g_ptr_array_insert(twin->order, (gint)at, job);
    bb_wait_queue_insert(twin->queue, &job->record, job->need);
}

static void
leave(Twin *twin, Job *job)
{
    job->waits = FALSE;
    bb_wait_queue_remove(twin->queue, &job->record);
}

static gboolean
allows(const BbWaitLimits *limits, const Job *job)
{
    return job->need <= limits->free &&
           (job->record.job.estimate_us <= limits->ends_within_us || job->need <= limits->extra);
}

/* The next in the array at or after *at that waits and that the limits, if any, allow. */
static Job *
next_of_array(const Twin *twin, guint *at, const BbWaitLimits *limits)
{
    while (*at < twin->order->len) {
        Job *job = twin->order->pdata[(*at)++];

        if (job->waits && (!limits || allows(limits, job)))
            return job;
    }
    return NULL;
}

/* One pass: a walk that takes what it meets with some chance, as FCFS, or EASY behind its head, do;
 * sometimes a job that it met long before, or has not met. */
static void
walk(Twin *twin, guint take_percent, gboolean limited)
{
    BbWaitLimits limits = {g_test_rand_int_range(0, 50), g_test_rand_int_range(0, 20),
                           g_test_rand_int_range(0, 50)};
    BbWalk walk = BB_WALK_INIT;
    guint at = 0;

    for (;;) {
        const BbWaiting *entry = limited ? bb_wait_queue_next_possible(twin->queue, &walk, &limits)
                                         : bb_wait_queue_next(twin->queue, &walk);
        Job *job = next_of_array(twin, &at, limited ? &limits : NULL);

        g_assert_true((entry ? entry->record : NULL) == (job ? &job->record : NULL));
        if (!job)
            return;
        g_assert_cmpint(entry->need, ==, job->need);
        if ((guint)g_test_rand_int_range(0, 100) < take_percent)
            leave(twin, job);
        job = twin->order->pdata[g_test_rand_int_range(0, (gint32)twin->order->len)];
        if (job->waits && g_test_rand_int_range(0, 40) == 0)
            leave(twin, job);
    }
}

static void
settle(Twin *twin)
{
    gint64 least = G_MAXINT64;

    bb_wait_queue_tidy(twin->queue);
    for (guint i = twin->order->len; i-- > 0;) {
        Job *job = twin->order->pdata[i];

        if (job->waits)
            least = MIN(least, job->need);
        else
            g_ptr_array_remove_index(twin->order, i);
    }
    g_assert_cmpuint(bb_wait_queue_n(twin->queue), ==, twin->order->len);
    g_assert_cmpint(bb_wait_queue_min_need(twin->queue), ==, least);
}

static void
run_twin(const BbQueueClass *klass, guint n_steps, gint most_arrivals, guint take_percent)
{
    Twin twin = {.policy = {.klass = klass},
                 .jobs = g_ptr_array_new_with_free_func(g_free),
                 .order = g_ptr_array_new()};

    twin.queue = bb_wait_queue_new(&twin.policy);
    for (guint step = 0; step < n_steps; step++) {
        for (gint n = g_test_rand_int_range(0, most_arrivals + 1); n > 0; n--)
            arrive(&twin);
        walk(&twin, take_percent, step % 3 > 0);
        settle(&twin);
    }
    bb_wait_queue_free(twin.queue);
    g_ptr_array_unref(twin.order);
    g_ptr_array_unref(twin.jobs);
}

static void
test_twin(void)
{
    static const struct {
        guint n_steps;
        gint most_arrivals;
        guint take_percent;
    } cases[] = {{3000, 1, 60},  {1000, 3, 30}, {600, 20, 5},
                 {300, 200, 40}, {40, 400, 0},  {100, 100, 100}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        run_twin(&in_order, cases[i].n_steps, cases[i].most_arrivals, cases[i].take_percent);
        run_twin(&shortest_first, cases[i].n_steps, cases[i].most_arrivals, cases[i].take_percent);
    }
}

static void
test_empty(void)
{
    BbQueue policy = {.klass = &in_order};
    BbWaitQueue *queue = bb_wait_queue_new(&policy);
    BbWalk walk = BB_WALK_INIT;

    bb_wait_queue_tidy(queue);
    g_assert_null(bb_wait_queue_next(queue, &walk));
    g_assert_cmpuint(bb_wait_queue_n(queue), ==, 0);
    g_assert_cmpint(bb_wait_queue_min_need(queue), ==, G_MAXINT64);
    bb_wait_queue_free(queue);
    bb_wait_queue_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wait-queue/empty", test_empty);
    g_test_add_func("/wait-queue/twin", test_twin);
    return g_test_run();
}
