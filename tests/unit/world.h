/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small random worlds for the tests of the engine: nodes and jobs as plain numbers, drawn by key, and
 * a way to run them. Times are whole seconds and few, so that much happens at one instant. */
#pragma once

#include "policies/bb-policies.h"
#include "sim/base/bb-rng.h"
#include "sim/engine/bb-engine.h"

#include <string.h>

#define WORLD_NODES 6
#define WORLD_JOBS 48
#define WORLD_GROUPS 3 /* names "g1" .. ; 0: none */
#define WORLD_CHANGES 16

typedef struct {
    gint64 cpu, memory;
    guint32 n_gpus;
    guint zone; /* label zone=z1 or z2 */
    gboolean taint;
    guint32 runtimes;
    BbNodeState state;
} WorldNode;

/* Of one node, or of the flat pool, which has no memory. */
typedef struct {
    BbTimeUs time_us;
    guint node;
    BbNodeState state;
    gint64 cpu, memory;
} WorldChange;

typedef struct {
    guint number; /* its id is "jNUMBER" */
    BbTimeUs submit_us, runtime_us, estimate_us;
    BbKind kind;
    guint32 n_tasks;
    gboolean gang;
    gint64 cpu, memory, gpu;
    gint32 priority;
    guint group, avoid;
    guint max_skew; /* spread over zones; 0: no */
    guint zone;     /* required; 0: any */
    gboolean tolerate;
    guint after;   /* 1 + index of the job it waits for; 0: none */
    gboolean twin; /* but for the number the same as the job before */
} WorldJob;

typedef struct {
    guint64 seed;
    gint64 flat; /* cores of a flat pool; 0: the nodes */
    guint n_nodes, n_jobs;
    WorldNode nodes[WORLD_NODES];
    WorldJob jobs[WORLD_JOBS];
    BbNodeState flat_state;
    guint n_changes;
    WorldChange changes[WORLD_CHANGES];
} World;

static inline guint
world_draw(const World *world, const char *stream, guint64 entity, guint n)
{
    return (guint)bb_rng_below(world->seed, bb_rng_stream(stream), entity, 0, n);
}

static inline gboolean
world_chance(const World *world, const char *stream, guint64 entity, guint percent)
{
    return world_draw(world, stream, entity, 100) < percent;
}

static inline void
world_draw_nodes(World *world)
{
    world->n_nodes = 1 + world_draw(world, "n-nodes", 0, WORLD_NODES);
    for (guint i = 0; i < world->n_nodes; i++)
        world->nodes[i] = (WorldNode){
            .cpu = 1000 + 500 * world_draw(world, "node-cpu", i, 14),
            .memory = 1024 * (1 + world_draw(world, "node-memory", i, 8)),
            .n_gpus = world_chance(world, "node-has-gpu", i, 50)
                          ? 1 + world_draw(world, "node-gpus", i, 3)
                          : 0,
            .zone = 1 + world_draw(world, "node-zone", i, 2),
            .taint = world_chance(world, "node-taint", i, 20),
            .runtimes = world_chance(world, "node-picky", i, 25)
                            ? 1u << BB_CONTAINER | 1u << BB_PROCESS
                            : BB_ALL_KINDS,
        };
}

static inline void
world_draw_constraints(World *world, guint i)
{
    WorldJob *job = &world->jobs[i];
    static const gint64 gpus[] = {300, 500, 1000, 2000};
    if (world_chance(world, "has-gpu", i, 25))
        job->gpu = gpus[world_draw(world, "gpu", i, G_N_ELEMENTS(gpus))];
    if (world_chance(world, "has-group", i, 50))
        job->group = 1 + world_draw(world, "group", i, WORLD_GROUPS);
    if (world_chance(world, "has-avoid", i, 15))
        job->avoid = 1 + world_draw(world, "avoid", i, WORLD_GROUPS);
    if (job->group != 0 && world_chance(world, "has-spread", i, 25))
        job->max_skew = 1 + world_draw(world, "max-skew", i, 2);
    if (world_chance(world, "has-zone", i, 15))
        job->zone = 1 + world_draw(world, "zone", i, 2);
    job->tolerate = world_chance(world, "tolerate", i, 50);
}

/* Half of the run times are known exactly, some are cut at the estimate. */
static inline BbTimeUs
world_estimate_s(const World *world, guint i, BbTimeUs runtime_s)
{
    if (world_chance(world, "exact", i, 50))
        return MAX(runtime_s, 1);
    return 1 + world_draw(world, "estimate", i, 30);
}

static inline void
world_draw_jobs(World *world, guint n)
{
    BbTimeUs submit_s = 0;
    world->n_jobs = n;
    for (guint i = 0; i < n; i++) {
        WorldJob *job = &world->jobs[i];
        BbTimeUs runtime_s = world_draw(world, "runtime", i, 20);
        if (world_chance(world, "later", i, 60))
            submit_s += 1 + world_draw(world, "gap", i, 5);
        *job = (WorldJob){
            .number = i,
            .submit_us = submit_s * BB_US_PER_S,
            .runtime_us = runtime_s * BB_US_PER_S,
            .estimate_us = world_estimate_s(world, i, runtime_s) * BB_US_PER_S,
            .n_tasks = 1,
            .priority = (gint32)world_draw(world, "priority", i, 4),
            .cpu = 250 * (1 + world_draw(world, "cpu", i, 8)),
            .memory = 256 * world_draw(world, "memory", i, 8),
        };
        if (world_chance(world, "many", i, 40)) {
            job->n_tasks = 2 + world_draw(world, "tasks", i, 4);
            job->gang = world_chance(world, "gang", i, 60);
        }
        if (world_chance(world, "other-kind", i, 50))
            job->kind = (BbKind)world_draw(world, "kind", i, BB_N_KINDS);
    }
}

/* Nodes, devices, labels, constraints: everything. */
static inline World
world_new(guint64 seed)
{
    World world = {.seed = seed};
    world_draw_nodes(&world);
    world_draw_jobs(&world, WORLD_JOBS);
    for (guint i = 0; i < world.n_jobs; i++) {
        world_draw_constraints(&world, i);
        if (i > 0 && world_chance(&world, "has-after", i, 8))
            world.jobs[i].after = 1 + world_draw(&world, "after", i, i);
    }
    return world;
}

/* One counted pool of processors and gang jobs of whole ones. */
static inline World
world_new_flat(guint64 seed, guint n_jobs)
{
    World world = {.seed = seed};
    world.flat = 4 + world_draw(&world, "pool", 0, 12);
    world_draw_jobs(&world, n_jobs);
    for (guint i = 0; i < world.n_jobs; i++) {
        WorldJob *job = &world.jobs[i];
        job->kind = BB_PROCESS;
        job->gang = TRUE;
        job->n_tasks = 1 + world_draw(&world, "processors", i, (guint)world.flat);
        job->cpu = 1000;
        job->memory = 0;
    }
    return world;
}

/* Something is different from before in each. */
static inline void
world_draw_change(World *world, guint i, const WorldNode *now, guint node, WorldChange *out)
{
    guint what = world_draw(world, "change", i, 4);
    *out = (WorldChange){.node = node, .cpu = now->cpu, .memory = now->memory};
    if (now->state != BB_NODE_UP)
        out->state = what == 0 ? BB_NODE_ABSENT : BB_NODE_UP;
    else if (what < 2)
        out->state = what == 0 ? BB_NODE_ABSENT : BB_NODE_DOWN;
    if (what == 3) {
        out->cpu = 500 * (1 + world_draw(world, "change-cpu", i, 14));
        out->memory = world->flat > 0 ? 0 : 1024 * (1 + world_draw(world, "change-memory", i, 8));
    }
}

static inline WorldNode
world_flat_node(const World *world)
{
    return (WorldNode){.cpu = 1000 * world->flat, .state = world->flat_state};
}

/* Nodes that are there only later, fail, come back, become smaller. */
static inline void
world_draw_changes(World *world)
{
    WorldNode nodes[WORLD_NODES];
    BbTimeUs time_s = 0;
    for (guint n = 0; world->flat == 0 && n < world->n_nodes; n++)
        if (world_chance(world, "not-there", n, 20))
            world->nodes[n].state =
                world_chance(world, "down", n, 50) ? BB_NODE_DOWN : BB_NODE_ABSENT;
    memcpy(nodes, world->nodes, sizeof nodes);
    if (world->flat > 0)
        nodes[0] = world_flat_node(world);
    for (guint i = 0; i < WORLD_CHANGES; i++) {
        WorldChange *change = &world->changes[world->n_changes];
        guint node = world->flat > 0 ? 0 : world_draw(world, "changed", i, world->n_nodes);
        time_s += world_draw(world, "change-gap", i, 12);
        world_draw_change(world, i, &nodes[node], node, change);
        change->time_us = time_s * BB_US_PER_S;
        if (change->state == nodes[node].state && change->cpu == nodes[node].cpu &&
            change->memory == nodes[node].memory)
            continue;
        nodes[node].state = change->state;
        nodes[node].cpu = change->cpu;
        nodes[node].memory = change->memory;
        world->n_changes++;
    }
}

/* ---- Running one ---- */

typedef struct {
    const World *world;
    guint next;
    char texts[6][16];
} WorldSource;

static inline const char *
world_text(WorldSource *source, guint slot, const char *format, guint number)
{
    if (number == 0)
        return NULL;
    g_snprintf(source->texts[slot], sizeof source->texts[slot], format, number);
    return source->texts[slot];
}

static inline BbReadResult
world_next(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    WorldSource *source = data;
    (void)error;
    if (source->next == source->world->n_jobs)
        return BB_READ_END;
    const WorldJob *job = &source->world->jobs[source->next++];
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    *out_workload = 0;
    g_snprintf(source->texts[0], sizeof source->texts[0], "j%u", job->number);
    out->id = source->texts[0];
    out->submit_us = job->submit_us;
    out->runtime_us = job->runtime_us;
    out->estimate_us = job->estimate_us;
    out->kind = job->kind;
    out->n_tasks = job->n_tasks;
    out->gang = job->gang;
    out->need = (BbResources){{job->cpu, job->memory, 512, job->gpu}}; /* disk is not modelled */
    out->priority = job->priority;
    out->group = world_text(source, 1, "g%u", job->group);
    out->avoid = world_text(source, 2, "g%u", job->avoid);
    out->spread = world_text(source, 3, "zone:%u", job->max_skew);
    out->require = world_text(source, 4, "zone=z%u", job->zone);
    out->tolerate = job->tolerate ? "dedicated=yes" : NULL;
    if (job->after != 0) {
        g_snprintf(source->texts[5], sizeof source->texts[5], "j%u",
                   source->world->jobs[job->after - 1].number);
        out->after = source->texts[5];
    }
    return BB_READ_ROW;
}

/* What its jobs ask for. */
static inline BbMix *
world_mix(const World *world)
{
    BbMix *mix = bb_mix_new();
    WorldSource source = {.world = world};
    guint32 workload;
    BbJobRow row;
    while (world_next(&source, &row, &workload, NULL) == BB_READ_ROW)
        bb_mix_add(mix, &row);
    return mix;
}

static inline gboolean
world_place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    (void)data;
    (void)column;
    (void)format;
    g_set_error_literal(error, g_quark_from_static_string("world"), 1, "a bad row");
    return FALSE;
}

static inline void
world_add_nodes(const World *world, BbCluster *cluster)
{
    for (guint i = 0; i < world->n_nodes; i++) {
        const WorldNode *node = &world->nodes[i];
        g_autofree char *id = g_strdup_printf("n%u", i);
        g_autofree char *labels = g_strdup_printf("zone=z%u", node->zone);
        const char *expected = NULL;
        BbNodeRow row = BB_NODE_ROW_INIT;
        row.id = id;
        row.capacity = (BbResources){{node->cpu, node->memory, 0, 1000 * (gint64)node->n_gpus}};
        row.named = 1u << BB_CPU | 1u << BB_MEMORY | 1u << BB_GPU;
        row.labels = labels;
        row.taints = node->taint ? "dedicated=yes" : NULL;
        row.runtimes = node->runtimes;
        g_assert_true(bb_cluster_add(cluster, &row, &expected));
    }
}

static inline void
world_add_changes(const World *world, BbCluster *cluster)
{
    const WorldNode flat = world_flat_node(world);
    for (guint i = 0; i < bb_cluster_n(cluster); i++) {
        const WorldNode *node = world->flat > 0 ? &flat : &world->nodes[i];
        if (node->state != BB_NODE_UP)
            bb_cluster_change(cluster, i, node->state, &bb_cluster_node(cluster, i)->capacity);
    }
    for (guint i = 0; i < world->n_changes; i++) {
        const WorldChange *from = &world->changes[i];
        const char *expected = NULL;
        BbNodeChange change = {from->time_us, from->node, from->state,
                               bb_cluster_node(cluster, from->node)->capacity};
        change.capacity.v[BB_CPU] = from->cpu;
        change.capacity.v[BB_MEMORY] = from->memory;
        g_assert_true(bb_cluster_add_change(cluster, &change, &expected));
    }
}

/* To the end, with one observer. */
static inline void
world_run(const World *world, const char *queue_text, const char *placement_text,
          const BbEngineOptions *options, const BbObserver *observer)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    if (world->flat > 0)
        bb_cluster_add_flat(cluster, world->flat);
    else
        world_add_nodes(world, cluster);
    world_add_changes(world, cluster);
    g_autoptr(BbQueue) queue = bb_queue_new(bb_queue_classes, queue_text, &error);
    g_assert_no_error(error);
    g_autoptr(BbPlacement) placement =
        bb_placement_new(bb_placement_classes, placement_text, &error);
    g_assert_no_error(error);
    g_autoptr(BbMix) mix = world_mix(world);
    placement->mix = mix;
    WorldSource data = {.world = world};
    BbJobSource source = {&data, world_next, world_place_error};
    g_autoptr(BbEngine) engine = bb_engine_new(cluster, source, queue, placement, options);
    bb_engine_add_observer(engine, observer);
    bb_engine_run(engine, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(bb_engine_n_submitted(engine), ==, world->n_jobs);
}
