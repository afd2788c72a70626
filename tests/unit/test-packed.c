/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What observers are told of a run and its job when it ends must be what they were told when it started,
 * however the engine kept them in between: short and long ids, blank and full rows, devices, gangs, slow
 * nodes, limits. Also when jobs that name others come late, and when the simulation ends early: then in
 * order of start and arrival. */
#include "policies/bb-policies.h"
#include "sim/engine/bb-engine.h"

#include <string.h>

#define N_JOBS 600
#define N_WORLDS 40

typedef struct {
    BbJobRecord record;
    BbRun *run; /* with its first place; owned */
    char *id;
} Seen;

typedef struct {
    guint64 seed;
    guint next;
    guint after_from; /* rows from here on name the row before */
    BbTimeUs clock_us;
    char id[80], after[80], class_name[16];
    Seen seen[N_JOBS];
    guint n_started[N_JOBS];
    guint n_ended, n_done, n_unfinished;
    guint64 last_unfinished, last_left; /* 1 + number of the last so told of */
} World;

static guint
draw(const World *world, const char *stream, guint64 entity, guint n)
{
    return (guint)bb_rng_below(world->seed, bb_rng_stream(stream), entity, 0, n);
}

static void
write_id(const World *world, guint job, char *out, gsize size)
{
    switch (draw(world, "id", job, 5)) {
    case 0:
        g_snprintf(out, size, "%u", job);
        break;
    case 1:
        g_snprintf(out, size, "job-%u", job);
        break;
    case 2:
        g_snprintf(out, size, "exactly-15-%04u", job);
        break;
    case 3:
        g_snprintf(out, size, "exactly-016-%04u", job);
        break;
    default:
        g_snprintf(out, size, "a-much-longer-name-of-a-job-%u", job);
        break;
    }
}

static void
fill_row(World *world, guint job, BbJobRow *row)
{
    row->runtime_us = (gint64)draw(world, "run", job, 3000000);
    row->need.v[BB_CPU] = 100 * (1 + (gint64)draw(world, "cpu", job, 8));
    if (draw(world, "plain", job, 2) == 0)
        return;
    if (draw(world, "estimated", job, 2) == 0)
        row->estimate_us = 1 + (gint64)draw(world, "estimate", job, 4000000);
    if (draw(world, "gpu", job, 3) == 0)
        row->need.v[BB_GPU] = draw(world, "share", job, 2) == 0 ? 250 : 1000;
    row->n_tasks = 1 + (gint64)draw(world, "tasks", job, 3);
    row->gang = draw(world, "gang", job, 2) == 0;
    row->priority = (gint64)draw(world, "priority", job, 5) - 2;
    row->ordinal = (gint64)draw(world, "ordinal", job, 5) - 1;
    row->cpu_used_ppm = (gint32)draw(world, "used", job, 1000001);
    g_snprintf(world->class_name, sizeof world->class_name, "c%u", draw(world, "class", job, 3));
    row->class_name = world->class_name;
    row->kind = draw(world, "bare", job, 20) == 0 ? BB_BARE_METAL : BB_VM;
}

static BbReadResult
next_row(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    World *world = data;
    guint job = world->next;

    (void)error;
    if (job == N_JOBS)
        return BB_READ_END;
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    *out_workload = 0;
    write_id(world, job, world->id, sizeof world->id);
    out->id = world->id;
    world->clock_us += draw(world, "gap", job, 100000);
    out->submit_us = world->clock_us;
    fill_row(world, job, out);
    if (job >= world->after_from) {
        write_id(world, job - 1, world->after, sizeof world->after);
        out->after = draw(world, "named", job, 2) == 0 ? world->after : "";
    }
    world->next++;
    return BB_READ_ROW;
}

static gboolean
place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    (void)data;
    (void)column;
    return bb_error_set(error, BB_ERROR_INPUT, "%s", format);
}

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    World *world = data;
    guint64 job = run->record->job.seq;
    Seen *seen = &world->seen[job];

    (void)view;
    world->n_started[job]++;
    seen->record = *run->record;
    g_free(seen->id);
    seen->id = g_strdup(run->record->id);
    g_free(seen->run);
    seen->run = g_memdup2(run, G_STRUCT_OFFSET(BbRun, placed) + sizeof(BbPlaced));
}

/* Jobs in one run; of the others only the last start is known. */
static void
compare(const World *world, const BbView *view, const BbRun *run, BbRunEnd how)
{
    const Seen *seen = &world->seen[run->record->job.seq];
    BbJobRecord now = *run->record;

    if (world->n_started[now.job.seq] != 1)
        return;
    g_assert_cmpstr(now.id, ==, seen->id);
    g_assert_true(memcmp(&now.job, &seen->record.job, sizeof now.job) == 0);
    g_assert_cmpint(now.runtime_us, ==, seen->record.runtime_us);
    g_assert_cmpint(now.limit_us, ==, seen->record.limit_us);
    g_assert_cmpint(now.ideal_us, ==, seen->record.ideal_us);
    g_assert_cmpint(now.start_us, ==, seen->record.start_us);
    g_assert_cmpint(now.ready_us, ==, seen->record.ready_us);
    g_assert_cmpuint(now.n_tasks, ==, seen->record.n_tasks);
    g_assert_cmpint(now.cpu_used_ppm, ==, seen->record.cpu_used_ppm);
    g_assert_cmpint(now.memory_used_ppm, ==, seen->record.memory_used_ppm);
    g_assert_cmpint(run->start_us, ==, seen->run->start_us);
    g_assert_cmpint(run->end_us, ==, seen->run->end_us);
    g_assert_cmpint(run->release_us, ==, seen->run->release_us);
    g_assert_cmpuint(run->seq, ==, seen->run->seq);
    g_assert_cmpuint(run->n_tasks, ==, seen->run->n_tasks);
    g_assert_cmpuint(run->n_placed, ==, seen->run->n_placed);
    g_assert_cmpint(run->cut, ==, seen->run->cut);
    g_assert_true(memcmp(run->placed, seen->run->placed, sizeof(BbPlaced)) == 0);
    if (how != BB_END_UNFINISHED)
        g_assert_cmpint(run->end_us, ==, view->now_us);
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    World *world = data;

    compare(world, view, run, how);
    world->n_ended++;
    if (how != BB_END_UNFINISHED)
        return;
    g_assert_cmpuint(run->seq + 1, >, world->last_unfinished);
    world->last_unfinished = run->seq + 1;
    world->n_unfinished++;
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    World *world = data;

    (void)view;
    world->n_done++;
    if (record->state != BB_JOB_UNFINISHED)
        return;
    g_assert_cmpuint(record->job.seq + 1, >, world->last_left);
    world->last_left = record->job.seq + 1;
}

static void
add_nodes(const World *world, BbCluster *cluster)
{
    for (guint i = 0; i < 12; i++) {
        g_autofree char *id = g_strdup_printf("n%u", i);
        BbNodeRow row = BB_NODE_ROW_INIT;

        row.id = id;
        row.capacity.v[BB_CPU] = 4000;
        row.capacity.v[BB_GPU] = 2000;
        row.named = 1u << BB_CPU | 1u << BB_GPU;
        row.speed_milli = draw(world, "speed", i, 3) == 0 ? 700 : 1000;
        g_assert_true(bb_cluster_add(cluster, &row, NULL));
    }
}

static void
run_world(World *world, BbTimeUs until_us, gboolean kill)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_autoptr(BbQueue) queue = bb_queue_new(bb_queue_classes, "fcfs,skip=-1", &error);
    g_autoptr(BbPlacement) placement = bb_placement_new(bb_placement_classes, "best-fit", &error);
    g_autoptr(BbEngine) engine = NULL;
    BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
    BbObserver observer = {
        .data = world, .on_start = on_start, .on_end = on_end, .on_job_done = on_job_done};

    g_assert_no_error(error);
    add_nodes(world, cluster);
    options.until_us = until_us;
    options.kill_at_estimate = kill;
    engine = bb_engine_new(cluster, (BbJobSource){world, next_row, place_error}, queue, placement,
                           &options);
    bb_engine_add_observer(engine, &observer);
    bb_engine_run(engine, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(world->n_done, ==, bb_engine_n_submitted(engine));
}

static void
test_worlds(gconstpointer data)
{
    guint kind = GPOINTER_TO_UINT(data);
    guint n_unfinished = 0;

    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        g_autofree World *world = g_new0(World, 1);

        world->seed = seed;
        world->after_from = kind == 1 ? N_JOBS / 2 : N_JOBS;
        run_world(world, kind == 2 ? 14000000 : BB_TIME_NEVER, seed % 2 == 0);
        if (kind != 2)
            g_assert_cmpuint(world->n_done, ==, N_JOBS);
        n_unfinished += world->n_unfinished;
        for (guint i = 0; i < N_JOBS; i++) {
            g_free(world->seen[i].id);
            g_free(world->seen[i].run);
        }
    }
    g_assert_cmpuint(n_unfinished > N_WORLDS, ==, kind == 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/packed/to-the-end", GUINT_TO_POINTER(0), test_worlds);
    g_test_add_data_func("/packed/named-late", GUINT_TO_POINTER(1), test_worlds);
    g_test_add_data_func("/packed/cut-off", GUINT_TO_POINTER(2), test_worlds);
    return g_test_run();
}
