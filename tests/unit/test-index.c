/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index must give the scan's answer: every placement on random clusters of up to 700 nodes, with
 * gangs, devices, labels and groups, once by scanning and once by the index; every task must go to the
 * same node and device at the same time. */
#include "policies/bb-policies.h"
#include "sim/engine/bb-engine.h"

#define N_WORLDS 150

typedef struct {
    guint64 seed;
    guint n_nodes, n_jobs, n_shapes, next;
    gint64 memory_unit;
    BbTimeUs clock_us;
    char id[16], group[16], require[16];
} World;

static guint
draw(const World *world, const char *stream, guint64 entity, guint n)
{
    return (guint)bb_rng_below(world->seed, bb_rng_stream(stream), entity, 0, n);
}

static World
new_world(guint64 seed)
{
    static const guint sizes[] = {1, 15, 16, 17, 33, 64, 100, 200, 300, 700};
    World world = {.seed = seed};

    world.n_nodes = sizes[draw(&world, "size", 0, G_N_ELEMENTS(sizes))];
    world.n_shapes =
        1 + draw(&world, "shapes", 0, draw(&world, "many-shapes", 0, 4) == 0 ? 400 : 40);
    world.n_jobs = 60 + draw(&world, "jobs", 0, 260);
    /* What a block cannot hold is asked of the nodes. */
    world.memory_unit = draw(&world, "huge", 0, 6) == 0 ? 1 << 26 : 256;
    return world;
}

/* What a job asks is its shape's; there are few, so that tables are asked again. */
static void
set_shape(World *world, BbJobRow *row)
{
    guint shape = draw(world, "shape-of", world->next, world->n_shapes);
    static const gint64 gpus[] = {0, 0, 0, 0, 300, 500, 1000, 2000};

    row->need.v[BB_CPU] = 250 * (1 + draw(world, "cpu", shape, 16));
    row->need.v[BB_MEMORY] = world->memory_unit * draw(world, "memory", shape, 16);
    row->need.v[BB_GPU] = gpus[draw(world, "gpu", shape, G_N_ELEMENTS(gpus))];
    row->kind = draw(world, "bare", shape, 12) == 0 ? BB_BARE_METAL : BB_CONTAINER;
    if (draw(world, "zoned", shape, 4) == 0)
        row->require = "zone=z1";
    if (draw(world, "grouped", shape, 4) == 0)
        row->group = row->avoid = "lonely";
    if (draw(world, "spread", shape, 10) == 0) {
        row->group = "even";
        row->spread = "zone:1";
    }
}

static BbReadResult
next_row(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    World *world = data;
    guint busy = world->n_nodes * 4;

    (void)error;
    if (world->next == world->n_jobs)
        return BB_READ_END;
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    *out_workload = 0;
    g_snprintf(world->id, sizeof world->id, "%u", world->next);
    out->id = world->id;
    /* About as many jobs at once as fill the cluster. */
    world->clock_us += draw(world, "gap", world->next, 2 * 1000000 / busy + 2);
    out->submit_us = world->clock_us;
    out->runtime_us = out->estimate_us = 1 + draw(world, "run", world->next, 3000000);
    if (draw(world, "many", world->next, 5) == 0) {
        out->n_tasks = 2 + draw(world, "tasks", world->next, 12);
        out->gang = draw(world, "gang", world->next, 2) == 0;
    }
    set_shape(world, out);
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
add_nodes(const World *world, BbCluster *cluster)
{
    for (guint i = 0; i < world->n_nodes; i++) {
        g_autofree char *id = g_strdup_printf("n%u", i);
        BbNodeRow row = BB_NODE_ROW_INIT;

        row.id = id;
        row.capacity.v[BB_CPU] = 2000 * (1 + draw(world, "node-cpu", i / 7, 4));
        row.capacity.v[BB_MEMORY] =
            8 * world->memory_unit * (1 + draw(world, "node-memory", i / 7, 4));
        row.capacity.v[BB_GPU] = draw(world, "node-gpu", i, 3) == 0 ? 4000 : 0;
        row.named = 1u << BB_CPU | 1u << BB_MEMORY | 1u << BB_GPU;
        row.labels = draw(world, "node-zone", i, 2) == 0 ? "zone=z0" : "zone=z1";
        g_assert_true(bb_cluster_add(cluster, &row, NULL));
    }
}

/* A hash over everything that was started: when, which job, where, on what device. */
static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    GString *log = data;

    g_string_append_printf(log, "%" G_GINT64_FORMAT " %s", view->now_us, run->record->id);
    for (guint i = 0; i < run->n_placed; i++)
        g_string_append_printf(log, " %u*%u/%" G_GINT64_MODIFIER "x", run->placed[i].node,
                               run->placed[i].n_tasks, run->placed[i].devices);
    g_string_append_c(log, '\n');
}

static char *
starts(guint64 seed, const char *queue_text, const char *placement_text, BbSearchMode mode)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    g_autoptr(BbQueue) queue = bb_queue_new(bb_queue_classes, queue_text, &error);
    g_autoptr(BbPlacement) placement =
        bb_placement_new(bb_placement_classes, placement_text, &error);
    g_autoptr(BbEngine) engine = NULL;
    World world = new_world(seed);
    GString *log = g_string_new(NULL);
    BbEngineOptions options = BB_ENGINE_OPTIONS_INIT;
    BbObserver observer = {.data = log, .on_start = on_start};

    g_assert_no_error(error);
    add_nodes(&world, cluster);
    options.search = mode;
    options.seed = seed;
    engine = bb_engine_new(cluster, (BbJobSource){&world, next_row, place_error}, queue, placement,
                           &options);
    bb_engine_add_observer(engine, &observer);
    bb_engine_run(engine, &error);
    g_assert_no_error(error);
    return g_string_free(log, FALSE);
}

static void
test_placement(gconstpointer data)
{
    const BbPlacementClass *klass = data;
    static const char *const queues[] = {"fcfs,skip=-1", "fcfs", "easy", "sjf"};
    guint n_idle = 0;

    for (guint64 seed = 1; seed <= N_WORLDS; seed++) {
        const char *queue = queues[seed % G_N_ELEMENTS(queues)];
        g_autofree char *scanned = starts(seed, queue, klass->name, BB_SEARCH_SCAN);
        g_autofree char *indexed = starts(seed, queue, klass->name, BB_SEARCH_INDEX);
        g_autofree char *automatic = starts(seed, queue, klass->name, BB_SEARCH_AUTO);

        g_test_message("seed %" G_GUINT64_FORMAT ", %s", seed, queue);
        g_assert_cmpstr(scanned, ==, indexed);
        g_assert_cmpstr(scanned, ==, automatic);
        n_idle += *scanned == '\0';
    }
    /* A lone shape may fit nowhere. */
    g_assert_cmpuint(n_idle, <, N_WORLDS / 10);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; bb_placement_classes[i]; i++) {
        g_autofree char *path = g_strdup_printf("/index/%s", bb_placement_classes[i]->name);

        g_test_add_data_func(path, bb_placement_classes[i], test_placement);
    }
    return g_test_run();
}
