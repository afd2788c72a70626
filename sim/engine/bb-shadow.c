/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shadow of EASY (Lifka 1995; Mu'alem and Feitelson 2001): running jobs give back at their
 * estimated ends, in that order, until the head has room. On a flat pool that is a sum of processors.
 * On real nodes the same is done on a copy of the books; how many tasks of the head have room is
 * carried along node by node, since only nodes that were given back to change. */
#include "sim/engine/bb-engine-private.h"

struct _BbShadow {
    BbEngine *engine;
    BbCluster *books; /* copy; NULL on a flat pool */
    const BbJob *head;
    BbReserve how;
    BbTimeUs time_us;
    gint64 extra_milli; /* flat */
    gint64 slots;       /* tasks of the head that have room on the books (no spread) */
    BbResources extra;  /* BB_RESERVE_COUNT */
    GArray *placed;     /* BB_RESERVE_NODES: the head's places then */
};

BbShadow *
bb_shadow_new(BbEngine *engine)
{
    BbShadow *shadow = g_new0(BbShadow, 1);

    shadow->engine = engine;
    if (!engine->flat && engine->queue->klass->projects)
        shadow->books = bb_cluster_copy(engine->cluster);
    shadow->placed = g_array_new(FALSE, FALSE, sizeof(BbPlaced));
    return shadow;
}

void
bb_shadow_free(BbShadow *shadow)
{
    if (!shadow)
        return;
    bb_cluster_free(shadow->books);
    g_array_unref(shadow->placed);
    g_free(shadow);
}

BbTimeUs
bb_shadow_time(const BbShadow *shadow)
{
    return shadow->time_us;
}

gint64
bb_shadow_extra(const BbShadow *shadow)
{
    return shadow->extra_milli;
}

BbCluster *
bb_shadow_books(BbShadow *shadow)
{
    return shadow->books;
}

/* ---- flat ---- */

/* All that is given back up to and at the shadow time counts, so that what is to spare then is known. */
static BbTimeUs
set_flat(BbShadow *shadow)
{
    const BbEngine *engine = shadow->engine;
    gint64 need = shadow->head->shape->need.v[BB_CPU] * bb_job_least_tasks(shadow->head);
    gint64 sum = bb_cluster_free_sum(engine->cluster)->v[BB_CPU];
    BbTimeUs now = engine->view.now_us;

    shadow->time_us = BB_TIME_NEVER;
    for (guint i = 0; i < engine->releases->len; i++) {
        const BbRun *run = engine->releases->pdata[i];
        BbTimeUs release = bb_run_release(run, now);

        if (release > shadow->time_us || release == BB_TIME_NEVER)
            break;
        sum += bb_run_cpu(run);
        if (sum >= need)
            shadow->time_us = release;
    }
    shadow->extra_milli = sum - need;
    return shadow->time_us;
}

static gboolean
take_flat(BbShadow *shadow, const BbJob *job, const BbPlaced *placed)
{
    gint64 need = job->shape->need.v[BB_CPU] * (gint64)placed->n_tasks;

    if (need > shadow->extra_milli)
        return FALSE;
    shadow->extra_milli -= need;
    return TRUE;
}

/* ---- real nodes ---- */

static gint64
slots_on(const BbShadow *shadow, guint node)
{
    const BbShape *shape = shadow->head->shape;

    return bb_facts_admit(bb_search_facts(shadow->engine->search, shape), node)
               ? bb_node_slots(bb_cluster_node(shadow->books, node), shape)
               : 0;
}

static void
count_slots(BbShadow *shadow)
{
    shadow->slots = 0;
    for (guint i = 0; i < bb_cluster_n(shadow->books); i++)
        shadow->slots += slots_on(shadow, i);
}

/* Moves one entry on the shadow's books and carries the head's slots along. */
static void
move_books(BbShadow *shadow, const BbShape *shape, const BbPlaced *placed, gboolean give)
{
    shadow->slots -= slots_on(shadow, placed->node);
    if (give)
        bb_cluster_give(shadow->books, shape, placed);
    else
        bb_cluster_take(shadow->books, shape, placed);
    shadow->slots += slots_on(shadow, placed->node);
}

static gboolean
head_has_room(const BbShadow *shadow)
{
    guint32 least = bb_job_least_tasks(shadow->head);

    if (shadow->head->shape->n_spread == 0)
        return shadow->slots >= least;
    return bb_search_has_room(shadow->engine->search, shadow->books, shadow->head, least,
                              shadow->time_us);
}

/* Gives back everything that is released at the same time as the i-th; returns the next index. */
static guint
give_same_time(BbShadow *shadow, guint i)
{
    const GPtrArray *releases = shadow->engine->releases;
    BbTimeUs now = shadow->engine->view.now_us;
    BbTimeUs time = bb_run_release(releases->pdata[i], now);

    for (; i < releases->len && bb_run_release(releases->pdata[i], now) == time; i++) {
        const BbRun *run = releases->pdata[i];

        for (guint p = 0; p < run->n_placed; p++)
            move_books(shadow, run->record->job.shape, &run->placed[p], TRUE);
    }
    shadow->time_us = time;
    return i;
}

static void
hold_for_head(BbShadow *shadow)
{
    BbEngine *engine = shadow->engine;
    guint32 least = bb_job_least_tasks(shadow->head);

    shadow->extra = *bb_cluster_free_sum(shadow->books);
    bb_resources_add(&shadow->extra, &shadow->head->shape->need, -(gint64)least);
    if (shadow->how != BB_RESERVE_NODES)
        return;
    g_array_set_size(shadow->placed, 0);
    bb_search_place(engine->search, shadow->books, NULL, shadow->head, 0, least, FALSE,
                    shadow->time_us, shadow->placed);
    bb_search_restore(engine->search);
}

static BbTimeUs
set_on_nodes(BbShadow *shadow)
{
    const GPtrArray *releases = shadow->engine->releases;
    guint i = 0;

    bb_cluster_copy_books(shadow->books, shadow->engine->cluster);
    count_slots(shadow);
    while (i < releases->len && ((const BbRun *)releases->pdata[i])->release_us != BB_TIME_NEVER) {
        i = give_same_time(shadow, i);
        if (head_has_room(shadow)) {
            hold_for_head(shadow);
            return shadow->time_us;
        }
    }
    shadow->time_us = BB_TIME_NEVER;
    return BB_TIME_NEVER;
}

static gboolean
take_amounts(BbShadow *shadow, const BbJob *job, const BbPlaced *placed, guint n)
{
    BbResources left = shadow->extra;
    const BbResources none = {{0}};

    for (guint i = 0; i < n; i++)
        bb_resources_add(&left, &job->shape->need, -(gint64)placed[i].n_tasks);
    if (!bb_resources_fit(&none, &left))
        return FALSE;
    shadow->extra = left;
    return TRUE;
}

/* Whatever starts must leave the head placeable: take it on the books then, and look. */
static gboolean
take_and_retest(BbShadow *shadow, const BbJob *job, const BbPlaced *placed, guint n)
{
    for (guint i = 0; i < n; i++)
        move_books(shadow, job->shape, &placed[i], FALSE);
    if (head_has_room(shadow))
        return TRUE;
    for (guint i = 0; i < n; i++)
        move_books(shadow, job->shape, &placed[i], TRUE);
    return FALSE;
}

BbTimeUs
bb_shadow_set(BbShadow *shadow, const BbJob *job, BbReserve how)
{
    shadow->head = job;
    shadow->how = how;
    return shadow->books ? set_on_nodes(shadow) : set_flat(shadow);
}

gboolean
bb_shadow_take(BbShadow *shadow, const BbJob *job, const BbPlaced *placed, guint n)
{
    if (!shadow->books)
        return take_flat(shadow, job, placed);
    if (shadow->how == BB_RESERVE_COUNT)
        return take_amounts(shadow, job, placed, n);
    return take_and_retest(shadow, job, placed, n);
}
