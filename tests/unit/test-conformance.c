/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every queue with every placement, on random worlds, whatever they decide: the
 * referee's rules (capacity, constraints, gangs, one end each), the same answer twice and by every
 * search, names that do not matter, and what each kind of queue promises. A new policy is in it by
 * being in the table. */
#include "tests/unit/referee.h"

#define N_WORLDS 12

/* Each queue as it is, and with each choice of each of its parameters. */
static GPtrArray *
queue_texts(void)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (gsize q = 0; bb_queue_classes[q] != NULL; q++) {
        const BbQueueClass *klass = bb_queue_classes[q];
        g_ptr_array_add(texts, g_strdup(klass->name));
        for (const BbParam *p = klass->params; p != NULL && p->name != NULL; p++) {
            if (p->type != BB_PARAM_ENUM)
                continue;
            g_auto(GStrv) choices = g_strsplit(p->choices, "|", -1);
            for (gsize c = 0; choices[c] != NULL; c++)
                if (!g_str_equal(choices[c], p->fallback))
                    g_ptr_array_add(texts,
                                    g_strdup_printf("%s,%s=%s", klass->name, p->name, choices[c]));
        }
    }
    g_ptr_array_add(texts, g_strdup("fcfs,skip=-1"));
    g_ptr_array_add(texts, g_strdup("fcfs,skip=2"));
    g_ptr_array_add(texts, g_strdup("priority,ageing=3s"));
    return texts;
}

static BbEngineOptions
options_of(guint bits)
{
    BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
    options.pass_event = (bits & 1) != 0;
    options.kill_at_estimate = (bits & 2) == 0;
    options.ties_random = (bits & 4) != 0;
    options.estimate = (bits & 8) != 0 ? BB_ESTIMATE_PERFECT : BB_ESTIMATE_TRACE;
    return options;
}

static void
say(const World *world, const char *queue, const char *placement, guint bits)
{
    g_test_message("world %" G_GUINT64_FORMAT ", queue %s, placement %s, options %u", world->seed,
                   queue, placement, bits);
}

/* Some jobs have no estimate; some are the same but for the number. */
static World
mixed_world(guint64 seed)
{
    World world = seed % 4 == 0 ? world_new_flat(seed, WORLD_JOBS) : world_new(seed);
    for (guint i = 1; i < world.n_jobs; i++) {
        if (world_chance(&world, "no-estimate", i, 5))
            world.jobs[i].estimate_us = BB_TIME_NEVER;
        if (world_chance(&world, "twin", i, 15)) {
            world.jobs[i] = world.jobs[i - 1];
            world.jobs[i].number = i;
            world.jobs[i].twin = TRUE;
        }
    }
    return world;
}

typedef void (*Check)(const World *world, const char *queue, const char *placement, guint bits);

static void
for_all(Check check, guint n_bits)
{
    g_autoptr(GPtrArray) queues = queue_texts();
    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        World world = mixed_world(seed);
        for (guint q = 0; q < queues->len; q++)
            for (gsize p = 0; bb_placement_classes[p] != NULL; p++) {
                guint bits = (guint)(seed + q + p) % (1u << n_bits);
                const char *placement = bb_placement_classes[p]->name;
                say(&world, queues->pdata[q], placement, bits);
                check(&world, queues->pdata[q], placement, bits);
            }
    }
}

/* ---- Rules, and the same answer twice ---- */

static void
check_rules(const World *world, const char *queue, const char *placement, guint bits)
{
    BbEngineOptions options = options_of(bits);
    Referee first, second;
    referee_run(&first, world, queue, placement, &options);
    options.search = bits % 2 == 0 ? BB_SEARCH_INDEX : BB_SEARCH_SCAN;
    referee_run(&second, world, queue, placement, &options);
    g_assert_cmpstr(first.log->str, ==, second.log->str);
    referee_clear(&first);
    referee_clear(&second);
}

static void
test_rules(void)
{
    for_all(check_rules, 4);
}

/* ---- Nodes that come and go ---- */

static void
check_changes(const World *world, const char *queue, const char *placement, guint bits)
{
    World changing = *world;
    world_draw_changes(&changing);
    check_rules(&changing, queue, placement, bits);
}

static void
test_changes(void)
{
    for_all(check_changes, 4);
}

/* Nodes that stay as they are until nobody is there any more. (With a pass after each event there are
 * more passes, for tasks on several nodes are several runs then.) */
static World
with_late_changes(const World *world)
{
    World late = *world;
    world_draw_changes(&late);
    memcpy(late.nodes, world->nodes, sizeof late.nodes);
    late.flat_state = BB_NODE_UP;
    for (guint i = 0; i < late.n_changes; i++) {
        WorldChange *change = &late.changes[i];
        change->time_us += 1000000 * BB_US_PER_S;
        change->cpu = late.flat > 0 ? 1000 * late.flat : late.nodes[change->node].cpu;
        change->memory = late.nodes[change->node].memory;
    }
    return late;
}

static void
check_late_changes(const World *world, const char *queue, const char *placement, guint bits)
{
    BbEngineOptions options = options_of(bits & ~1u);
    World early = *world, late;
    Referee before, after;
    for (guint i = 0; i < early.n_jobs; i++)
        if (early.jobs[i].gang)
            early.jobs[i].max_skew =
                0; /* where nodes change, impossible ones are not told at once */
    late = with_late_changes(&early);
    referee_run(&before, &early, queue, placement, &options);
    referee_run(&after, &late, queue, placement, &options);
    g_assert_cmpuint(after.n_changes, ==, 0);
    for (guint i = 0; i < world->n_jobs; i++) {
        g_assert_cmpint(before.jobs[i].first_start_us, ==, after.jobs[i].first_start_us);
        g_assert_cmpint(before.jobs[i].finish_us, ==, after.jobs[i].finish_us);
    }
    referee_clear(&before);
    referee_clear(&after);
}

static void
test_late_changes(void)
{
    for_all(check_late_changes, 2);
}

/* ---- Rejections ---- */

static gboolean
ever_fits(const World *world, const WorldJob *job)
{
    for (guint n = 0; n < world->n_nodes; n++)
        if (referee_admits(&world->nodes[n], job))
            return TRUE;
    return FALSE;
}

/* Without a gang, a job is refused at arrival exactly when no node could ever take a task. */
static void
check_rejections(const World *world, const char *queue, const char *placement, guint bits)
{
    BbEngineOptions options = options_of(bits);
    Referee referee;
    referee_run(&referee, world, queue, placement, &options);
    for (guint i = 0; world->flat == 0 && i < world->n_jobs; i++)
        if (!world->jobs[i].gang)
            g_assert_cmpint(referee.jobs[i].n_rejected, ==, !ever_fits(world, &world->jobs[i]));
    referee_clear(&referee);

    options.reject_unplaced = TRUE;
    referee_run(&referee, world, queue, placement, &options);
    for (guint i = 0; i < world->n_jobs; i++)
        if (world->jobs[i].after == 0 && referee.jobs[i].n_rejected == 0)
            g_assert_cmpint(referee.jobs[i].first_start_us, ==, world->jobs[i].submit_us);
    referee_clear(&referee);
}

static void
test_rejections(void)
{
    for_all(check_rejections, 1);
}

/* ---- Names do not matter ---- */

/* Twins of one instant change their names: so does the log, and nothing else. */
static void
check_names(const World *world, const char *queue, const char *placement, guint bits)
{
    BbEngineOptions options = options_of(bits);
    World renamed = *world;
    Referee before, after;
    for (guint i = 1; i < renamed.n_jobs; i++)
        if (renamed.jobs[i].twin) {
            renamed.jobs[i - 1].number = i;
            renamed.jobs[i].number = i - 1;
            i++;
        }
    referee_run(&before, world, queue, placement, &options);
    referee_run(&after, &renamed, queue, placement, &options);
    for (guint i = 0; i < world->n_jobs; i++) {
        g_assert_cmpint(before.jobs[i].first_start_us, ==, after.jobs[i].first_start_us);
        g_assert_cmpint(before.jobs[i].finish_us, ==, after.jobs[i].finish_us);
    }
    referee_clear(&before);
    referee_clear(&after);
}

static void
test_names(void)
{
    for_all(check_names, 1);
}

/* ---- The order of the trace matters only between equals ---- */

/* Makes the key that the queue orders by distinct. */
static void
make_distinct(World *world, const char *queue)
{
    for (guint i = 0; i < world->n_jobs; i++) {
        WorldJob *job = &world->jobs[i];
        job->after = 0;
        if (g_str_has_prefix(queue, "priority"))
            job->priority = (gint32)(i * 7 % world->n_jobs);
        else
            job->estimate_us = job->estimate_us / BB_US_PER_S * BB_US_PER_S + i + 1;
    }
}

/* Jobs of one instant in reverse. */
static World
reversed(const World *world)
{
    World result = *world;
    guint first = 0;
    for (guint i = 1; i <= world->n_jobs; i++) {
        if (i < world->n_jobs && world->jobs[i].submit_us == world->jobs[first].submit_us)
            continue;
        for (guint k = first; k < i; k++)
            result.jobs[k] = world->jobs[first + i - 1 - k];
        first = i;
    }
    return result;
}

static void
test_permutation(void)
{
    static const char *const queues[] = {"sjf", "ljf", "priority", "sjf,skip=0"};
    static const char *const placements[] = {"first-fit", "best-fit", "least-allocated"};
    for (guint64 seed = 1; seed <= N_WORLDS; seed++)
        for (gsize k = 0; k < G_N_ELEMENTS(queues) * G_N_ELEMENTS(placements); k++) {
            const char *queue = queues[k % G_N_ELEMENTS(queues)];
            const char *placement = placements[k / G_N_ELEMENTS(queues)];
            BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
            World world = world_new(seed), other;
            Referee one, two;
            make_distinct(&world, queue);
            other = reversed(&world);
            say(&world, queue, placement, 0);
            referee_run(&one, &world, queue, placement, &options);
            referee_run(&two, &other, queue, placement, &options);
            g_assert_cmpstr(one.log->str, ==, two.log->str);
            referee_clear(&one);
            referee_clear(&two);
        }
}

/* ---- Promises of queues ---- */

/* FCFS: the last task of an earlier job starts no later than the first of a later one. */
static void
check_no_overtaking(const World *world, const char *placement, guint bits)
{
    BbEngineOptions options = options_of(bits);
    BbTimeUs latest_us = 0;
    Referee referee;
    say(world, "fcfs", placement, bits);
    referee_run(&referee, world, "fcfs", placement, &options);
    for (guint i = 0; i < world->n_jobs; i++) {
        if (world->jobs[i].after != 0 || referee.jobs[i].n_rejected > 0)
            continue;
        g_assert_cmpint(referee.jobs[i].first_start_us, >=, latest_us);
        latest_us = MAX(latest_us, referee.jobs[i].last_start_us);
    }
    referee_clear(&referee);
}

static void
test_no_overtaking(void)
{
    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        World world = mixed_world(seed);
        for (gsize p = 0; bb_placement_classes[p] != NULL; p++)
            check_no_overtaking(&world, bb_placement_classes[p]->name, (guint)(seed + p) % 8);
    }
}

static World
without_after(guint64 seed, gboolean spread)
{
    World world = world_new(seed);
    for (guint i = 0; i < world.n_jobs; i++) {
        world.jobs[i].after = 0;
        if (!spread)
            world.jobs[i].max_skew = 0;
    }
    return world;
}

/* The first job that had to wait; n_jobs: none did. */
static guint
first_blocked(const World *world, const Referee *referee)
{
    guint i = 0;
    while (i < world->n_jobs && (referee->jobs[i].n_rejected > 0 ||
                                 referee->jobs[i].last_start_us == world->jobs[i].submit_us))
        i++;
    return i;
}

/* Backfilling: with estimates that are true, the first job that has to wait starts no later than if
 * nobody had come after it. (`count` does not promise that on real nodes, and only the test of each
 * candidate, the first two here, minds the head's spread.) */
static void
test_head_is_protected(void)
{
    static const char *const queues[] = {"easy", "easy,backfill-order=sjbf", "easy,reserve=nodes",
                                         "conservative", "conservative,plan=compress"};
    guint n_blocked = 0;
    for (guint64 seed = 1; seed <= 4 * N_WORLDS; seed++)
        for (gsize q = 0; q < G_N_ELEMENTS(queues); q++) {
            const char *placement = bb_placement_classes[seed % 9]->name;
            BbEngineOptions options = options_of(8);
            World world = without_after(seed, q < 2), until;
            Referee all, alone;
            say(&world, queues[q], placement, 8);
            referee_run(&all, &world, queues[q], placement, &options);
            guint head = first_blocked(&world, &all);
            until = world;
            until.n_jobs = MIN(head + 1, world.n_jobs);
            referee_run(&alone, &until, queues[q], placement, &options);
            if (head < world.n_jobs && (world.jobs[head].gang || world.jobs[head].n_tasks == 1)) {
                g_assert_cmpint(all.jobs[head].first_start_us, <=, alone.jobs[head].first_start_us);
                n_blocked++;
            }
            referee_clear(&all);
            referee_clear(&alone);
        }
    g_assert_cmpuint(n_blocked, >, 50);
}

/* Conservative: with estimates that are true, on a flat pool, who comes later changes nothing for
 * those before. */
static void
test_prefix(void)
{
    static const char *const queues[] = {"conservative", "conservative,plan=compress", "fcfs"};
    for (guint64 seed = 1; seed <= N_WORLDS; seed++)
        for (gsize q = 0; q < G_N_ELEMENTS(queues); q++) {
            BbEngineOptions options = options_of(8);
            World world = world_new_flat(seed, WORLD_JOBS), half;
            Referee all, first;
            for (guint i = 0; i < world.n_jobs; i++) /* a plan holds at least a moment */
                world.jobs[i].runtime_us = MAX(world.jobs[i].runtime_us, BB_US_PER_S);
            half = world;
            half.n_jobs /= 2;
            say(&world, queues[q], "first-fit", 8);
            referee_run(&all, &world, queues[q], "first-fit", &options);
            referee_run(&first, &half, queues[q], "first-fit", &options);
            for (guint i = 0; i < half.n_jobs; i++)
                g_assert_cmpint(all.jobs[i].first_start_us, ==, first.jobs[i].first_start_us);
            referee_clear(&all);
            referee_clear(&first);
        }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/conformance/rules", test_rules);
    g_test_add_func("/conformance/changes", test_changes);
    g_test_add_func("/conformance/late-changes", test_late_changes);
    g_test_add_func("/conformance/rejections", test_rejections);
    g_test_add_func("/conformance/names", test_names);
    g_test_add_func("/conformance/permutation", test_permutation);
    g_test_add_func("/conformance/no-overtaking", test_no_overtaking);
    g_test_add_func("/conformance/head-is-protected", test_head_is_protected);
    g_test_add_func("/conformance/prefix", test_prefix);
    return g_test_run();
}
