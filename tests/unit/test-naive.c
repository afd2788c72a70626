/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FCFS, SJF, EASY and conservative backfilling on flat pools against a second implementation, which
 * shares no line with the engine and knows no trick: lists, and every candidate looked at. */
#include "tests/unit/world.h"

#define N_JOBS 24
#define N_WORLDS 150

typedef enum { FCFS, SJF, EASY, CONSERVATIVE } Rule;

typedef struct {
    const char *queue;
    Rule rule;
    gboolean shortest;    /* backfill in order of estimate */
    gboolean no_backfill; /* without a shadow time */
} Policy;

typedef struct {
    guint job;
    BbTimeUs start_us, end_us; /* end: the estimated one */
    gint64 processors;
} Span;

typedef struct {
    const World *world;
    const Policy *policy;
    gboolean kill, per_event;
    BbTimeUs now_us;
    gint64 n_pool, n_free; /* processors that are up, and free */
    guint n_changes;       /* made so far */
    guint n_waiting, n_running, n_arrived;
    guint waiting[N_JOBS]; /* in order of arrival */
    Span running[N_JOBS];  /* in order of start */
    gboolean released[N_JOBS];
    BbTimeUs started_us[N_JOBS]; /* last */
    guint n_evicted[N_JOBS];
} Naive;

static const WorldJob *
job_at(const Naive *naive, guint job)
{
    return &naive->world->jobs[job];
}

static BbTimeUs
true_end(const Naive *naive, guint job)
{
    BbTimeUs length = job_at(naive, job)->runtime_us;
    if (naive->kill)
        length = MIN(length, job_at(naive, job)->estimate_us);
    return naive->started_us[job] + length;
}

static gboolean
fits(const Naive *naive, guint job)
{
    return (gint64)job_at(naive, job)->n_tasks <= naive->n_free;
}

static void
start_waiting(Naive *naive, guint place)
{
    guint job = naive->waiting[place];
    naive->n_waiting--;
    for (guint i = place; i < naive->n_waiting; i++)
        naive->waiting[i] = naive->waiting[i + 1];
    naive->started_us[job] = naive->now_us;
    naive->n_free -= job_at(naive, job)->n_tasks;
    naive->running[naive->n_running++] =
        (Span){job, naive->now_us, bb_time_add(naive->now_us, job_at(naive, job)->estimate_us),
               job_at(naive, job)->n_tasks};
}

static void
give_back(Naive *naive, guint job)
{
    if (!naive->released[job])
        naive->n_free += job_at(naive, job)->n_tasks;
    naive->released[job] = TRUE;
}

static void
end_running(Naive *naive, guint place)
{
    give_back(naive, naive->running[place].job);
    naive->n_running--;
    for (guint i = place; i < naive->n_running; i++)
        naive->running[i] = naive->running[i + 1];
}

/* When the policy expects the run to end. */
static BbTimeUs
expected_end(const Naive *naive, const Span *run)
{
    return MAX(run->end_us, naive->now_us + 1);
}

/* ---- The rules ---- */

static void
start_head_while_it_fits(Naive *naive)
{
    while (naive->n_waiting > 0 && fits(naive, naive->waiting[0]))
        start_waiting(naive, 0);
}

/* The place of the shortest job that waits at or behind `from` and is not marked; n_waiting: none. */
static guint
shortest(const Naive *naive, guint from, const gboolean *tried)
{
    guint best = naive->n_waiting;
    for (guint i = from; i < naive->n_waiting; i++) {
        guint job = naive->waiting[i];
        if (!tried[job] &&
            (best == naive->n_waiting ||
             job_at(naive, job)->estimate_us < job_at(naive, naive->waiting[best])->estimate_us))
            best = i;
    }
    return best;
}

static guint
first_untried(const Naive *naive, guint from, const gboolean *tried)
{
    guint i = from;
    while (i < naive->n_waiting && tried[naive->waiting[i]])
        i++;
    return i;
}

static void
pass_sjf(Naive *naive)
{
    gboolean tried[N_JOBS] = {FALSE};
    guint place;
    while ((place = shortest(naive, 0, tried)) < naive->n_waiting) {
        tried[naive->waiting[place]] = TRUE;
        if (fits(naive, naive->waiting[place]))
            start_waiting(naive, place);
    }
}

/* Processors free at that time if nothing starts. */
static gint64
free_at(const Naive *naive, BbTimeUs time_us)
{
    gint64 n = naive->n_free;
    for (guint i = 0; i < naive->n_running; i++)
        if (!naive->released[naive->running[i].job] &&
            expected_end(naive, &naive->running[i]) <= time_us)
            n += naive->running[i].processors;
    return n;
}

static BbTimeUs
shadow_of(const Naive *naive, guint job)
{
    BbTimeUs shadow = BB_TIME_NEVER;
    for (guint i = 0; i < naive->n_running; i++) {
        BbTimeUs end = expected_end(naive, &naive->running[i]);
        if (end < shadow && free_at(naive, end) >= (gint64)job_at(naive, job)->n_tasks)
            shadow = end;
    }
    return shadow;
}

static void
pass_easy(Naive *naive)
{
    gboolean tried[N_JOBS] = {FALSE};
    guint place;
    start_head_while_it_fits(naive);
    if (naive->n_waiting == 0)
        return;
    BbTimeUs shadow = shadow_of(naive, naive->waiting[0]);
    if (shadow == BB_TIME_NEVER && naive->policy->no_backfill)
        return;
    gint64 extra = shadow == BB_TIME_NEVER
                       ? G_MAXINT64
                       : free_at(naive, shadow) - job_at(naive, naive->waiting[0])->n_tasks;
    while ((place = naive->policy->shortest ? shortest(naive, 1, tried)
                                            : first_untried(naive, 1, tried)) < naive->n_waiting) {
        guint job = naive->waiting[place];
        gint64 need = job_at(naive, job)->n_tasks;
        gboolean in_time = bb_time_add(naive->now_us, job_at(naive, job)->estimate_us) <= shadow;
        tried[job] = TRUE;
        if (!fits(naive, job) || (!in_time && need > extra))
            continue;
        if (!in_time)
            extra -= need;
        start_waiting(naive, place);
    }
}

static gint64
used_at(const Span *spans, guint n, BbTimeUs time_us)
{
    gint64 used = 0;
    for (guint i = 0; i < n; i++)
        if (spans[i].start_us <= time_us && time_us < spans[i].end_us)
            used += spans[i].processors;
    return used;
}

static gboolean
has_hole(const Naive *naive, const Span *spans, guint n, const Span *wanted)
{
    gint64 most = naive->n_pool - wanted->processors;
    if (used_at(spans, n, wanted->start_us) > most)
        return FALSE;
    for (guint i = 0; i < n; i++)
        if (spans[i].start_us > wanted->start_us && spans[i].start_us < wanted->end_us &&
            used_at(spans, n, spans[i].start_us) > most)
            return FALSE;
    return TRUE;
}

/* The earliest start is now or an end. */
static Span
earliest(const Naive *naive, const Span *spans, guint n, guint job)
{
    BbTimeUs length = job_at(naive, job)->estimate_us;
    Span best = {job, BB_TIME_NEVER, BB_TIME_NEVER, job_at(naive, job)->n_tasks};
    for (guint i = 0; i <= n; i++) {
        Span wanted = best;
        wanted.start_us = i == n ? naive->now_us : spans[i].end_us;
        if (wanted.start_us >= best.start_us || wanted.start_us < naive->now_us)
            continue;
        wanted.end_us = bb_time_add(wanted.start_us, length);
        if (has_hole(naive, spans, n, &wanted))
            best = wanted;
    }
    return best;
}

static void
pass_conservative(Naive *naive)
{
    Span spans[N_JOBS];
    guint n = 0;
    for (guint i = 0; i < naive->n_running; i++) {
        if (naive->released[naive->running[i].job])
            continue;
        spans[n] = naive->running[i];
        spans[n].end_us = expected_end(naive, &spans[n]);
        n++;
    }
    for (guint i = 0; i < naive->n_waiting;) {
        Span span = earliest(naive, spans, n, naive->waiting[i]);
        spans[n++] = span;
        if (span.start_us == naive->now_us)
            start_waiting(naive, i);
        else
            i++;
    }
}

static void
pass(Naive *naive)
{
    switch (naive->policy->rule) {
    case FCFS:
        start_head_while_it_fits(naive);
        break;
    case SJF:
        pass_sjf(naive);
        break;
    case EASY:
        pass_easy(naive);
        break;
    case CONSERVATIVE:
        pass_conservative(naive);
        break;
    }
}

/* ---- The loop ---- */

/* The first running, in order of start, that ends now; n_running: none. */
static guint
ending(const Naive *naive)
{
    guint i = 0;
    while (i < naive->n_running && true_end(naive, naive->running[i].job) != naive->now_us)
        i++;
    return i;
}

static gboolean
arrives(const Naive *naive)
{
    return naive->n_arrived < naive->world->n_jobs &&
           job_at(naive, naive->n_arrived)->submit_us == naive->now_us;
}

static void
arrive(Naive *naive)
{
    naive->waiting[naive->n_waiting++] = naive->n_arrived++;
}

/* ---- The pool changes ---- */

static gboolean
changes(const Naive *naive)
{
    return naive->n_changes < naive->world->n_changes &&
           naive->world->changes[naive->n_changes].time_us == naive->now_us;
}

/* It waits again, before all that arrived after it. */
static void
evict(Naive *naive, guint place)
{
    guint job = naive->running[place].job, at = naive->n_waiting++;
    end_running(naive, place);
    naive->released[job] = FALSE;
    naive->n_evicted[job]++;
    for (; at > 0 && naive->waiting[at - 1] > job; at--)
        naive->waiting[at] = naive->waiting[at - 1];
    naive->waiting[at] = job;
}

/* The latest starts go. */
static void
change(Naive *naive)
{
    const WorldChange *change = &naive->world->changes[naive->n_changes++];
    gint64 n_pool = change->state == BB_NODE_UP ? change->cpu / 1000 : 0;
    naive->n_free += n_pool - naive->n_pool;
    naive->n_pool = n_pool;
    while (naive->n_free < 0)
        evict(naive, naive->n_running - 1);
}

static void
instant(Naive *naive)
{
    while (arrives(naive) || changes(naive) || ending(naive) < naive->n_running) {
        while (ending(naive) < naive->n_running)
            end_running(naive, ending(naive));
        while (changes(naive))
            change(naive);
        while (arrives(naive))
            arrive(naive);
        pass(naive);
    }
}

static void
instant_per_event(Naive *naive)
{
    while (arrives(naive) || changes(naive) || ending(naive) < naive->n_running) {
        for (guint i = 0; naive->kill && i < naive->n_running; i++)
            if (naive->running[i].end_us == naive->now_us)
                give_back(naive, naive->running[i].job);
        if (arrives(naive))
            arrive(naive);
        else if (ending(naive) < naive->n_running)
            end_running(naive, ending(naive));
        else
            change(naive);
        pass(naive);
    }
}

static void
simulate(Naive *naive)
{
    naive->n_pool = naive->n_free = naive->world->flat_state == BB_NODE_UP ? naive->world->flat : 0;
    for (;;) {
        naive->now_us = BB_TIME_NEVER;
        if (naive->n_arrived < naive->world->n_jobs)
            naive->now_us = job_at(naive, naive->n_arrived)->submit_us;
        for (guint i = 0; i < naive->n_running; i++)
            naive->now_us = MIN(naive->now_us, true_end(naive, naive->running[i].job));
        if (naive->now_us == BB_TIME_NEVER && naive->n_waiting == 0)
            return;
        if (naive->n_changes < naive->world->n_changes)
            naive->now_us = MIN(naive->now_us, naive->world->changes[naive->n_changes].time_us);
        if (naive->per_event)
            instant_per_event(naive);
        else
            instant(naive);
    }
}

/* ---- Comparison ---- */

typedef struct {
    BbTimeUs started_us[N_JOBS]; /* last */
    guint n_evicted[N_JOBS];
} Noted;

static guint
number_of(const BbRun *run)
{
    return (guint)g_ascii_strtoull(run->record->id + 1, NULL, 10);
}

static void
note_start(gpointer data, const BbView *view, const BbRun *run)
{
    ((Noted *)data)->started_us[number_of(run)] = view->now_us;
}

static void
note_evict(gpointer data, const BbView *view, const BbRun *run)
{
    (void)view;
    ((Noted *)data)->n_evicted[number_of(run)]++;
}

/* Returns how often somebody was evicted. */
static guint
compare(const World *world, const Policy *policy, gboolean kill, gboolean per_event)
{
    guint n_evicted = 0;
    Noted noted = {{0}, {0}};
    BbObserver observer = {.data = &noted, .on_start = note_start, .on_evict = note_evict};
    BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
    options.kill_at_estimate = kill;
    options.pass_event = per_event;
    world_run(world, policy->queue, "first-fit", &options, &observer);

    Naive naive = {.world = world, .policy = policy, .kill = kill, .per_event = per_event};
    simulate(&naive);
    for (guint i = 0; i < world->n_jobs; i++) {
        if (noted.started_us[i] != naive.started_us[i])
            g_test_message("world %" G_GUINT64_FORMAT " job %u %s kill %d event %d changes %u",
                           world->seed, i, policy->queue, kill, per_event, world->n_changes);
        g_assert_cmpint(noted.started_us[i], ==, naive.started_us[i]);
        g_assert_cmpuint(noted.n_evicted[i], ==, naive.n_evicted[i]);
        n_evicted += naive.n_evicted[i];
    }
    return n_evicted;
}

/* At the end the pool is whole again. */
static World
with_changes(const World *world)
{
    World changing = *world;
    world_draw_changes(&changing);
    changing.n_changes = MIN(changing.n_changes, WORLD_CHANGES - 1);
    changing.changes[changing.n_changes++] =
        (WorldChange){.time_us = 500 * BB_US_PER_S, .cpu = 1000 * world->flat};
    return changing;
}

static void
test_policy(gconstpointer data)
{
    const Policy *policy = data;
    guint n_evicted = 0;
    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        World world = world_new_flat(seed, N_JOBS);
        for (guint i = 0; seed % 3 == 0 && i < world.n_jobs; i++)
            if (world_chance(&world, "no-estimate", i, 10))
                world.jobs[i].estimate_us = BB_TIME_NEVER;
        World changing = with_changes(&world);
        for (guint mode = 0; mode < 4; mode++) {
            compare(&world, policy, mode % 2 == 0, mode / 2 == 1);
            n_evicted += compare(&changing, policy, mode % 2 == 0, mode / 2 == 1);
        }
    }
    g_assert_cmpuint(n_evicted, >, 1000);
}

static const Policy policies[] = {
    {"fcfs", FCFS, FALSE, FALSE},
    {"sjf", SJF, FALSE, FALSE},
    {"easy", EASY, FALSE, FALSE},
    {"easy,reserve=count", EASY, FALSE, FALSE},
    {"easy,reserve=nodes", EASY, FALSE, FALSE},
    {"easy,backfill-order=sjbf", EASY, TRUE, FALSE},
    {"easy,no-shadow=hold", EASY, FALSE, TRUE},
    {"conservative", CONSERVATIVE, FALSE, FALSE},
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *path = g_strdup_printf("/naive/%s", policies[i].queue);
        g_test_add_data_func(path, &policies[i], test_policy);
    }
    return g_test_run();
}
