/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The jobs that are alive, a list, and their runs, an array in no order. */
#include "sim/engine/bb-engine-private.h"

#include <string.h>

#define ID_ROOM 16 /* of every job, so that the next can have it */

/* ---- runs ---- */

BbRun *
bb_run_new(BbEngine *engine, guint n_placed)
{
    BbRun *run = n_placed == 1 ? g_steal_pointer(&engine->spare_run) : NULL;

    if (!run)
        run = g_malloc(sizeof *run + n_placed * sizeof(BbPlaced));
    memset(run, 0, sizeof *run);
    run->n_placed = n_placed;
    return run;
}

void
bb_run_free(BbEngine *engine, BbRun *run)
{
    if (run->n_placed != 1 || engine->spare_run)
        g_free(run);
    else
        engine->spare_run = run;
}

static void
count_running(BbEngine *engine)
{
    engine->view.n_running = engine->runs->len + bb_packed_n(engine->packed);
}

void
bb_run_append(BbEngine *engine, BbRun *run)
{
    run->slot = engine->runs->len;
    g_ptr_array_add(engine->runs, run);
    engine->n_timed += run->end_us != BB_TIME_NEVER;
    count_running(engine);
}

void
bb_run_remove(BbEngine *engine, const BbRun *run)
{
    BbRun *moved = engine->runs->pdata[engine->runs->len - 1];

    moved->slot = run->slot;
    engine->runs->pdata[run->slot] = moved;
    engine->runs->len--;
    engine->n_timed -= run->end_us != BB_TIME_NEVER;
    count_running(engine);
}

/* ---- jobs ---- */

static void
append_live(BbEngine *engine, BbLive *live)
{
    live->prev = engine->last;
    live->next = NULL;
    *(engine->last ? &engine->last->next : &engine->first) = live;
    engine->last = live;
}

BbLive *
bb_live_new(BbEngine *engine, const char *id)
{
    gsize size = strlen(id) + 1;
    BbLive *live = size <= ID_ROOM ? g_steal_pointer(&engine->spare_live) : NULL;

    if (!live) /* calloc would pass by the thread's cache */
        live = g_malloc(sizeof *live + MAX(size, ID_ROOM));
    memset(live, 0, sizeof *live);
    memcpy(live->id, id, size);
    live->record.id = live->id;
    live->planned_us = -1;
    append_live(engine, live);
    return live;
}

static void
unlink_live(BbEngine *engine, BbLive *live)
{
    *(live->prev ? &live->prev->next : &engine->first) = live->next;
    *(live->next ? &live->next->prev : &engine->last) = live->prev;
}

void
bb_live_free(BbEngine *engine, BbLive *live)
{
    unlink_live(engine, live);
    if (engine->by_id)
        g_hash_table_remove(engine->by_id, live);
    if (live->dependents)
        g_ptr_array_unref(live->dependents);
    if (live->again)
        g_array_unref(live->again);
    if (engine->spare_live)
        g_free(live);
    else
        engine->spare_live = live;
}

static gint
by_arrival(gconstpointer a, gconstpointer b)
{
    const BbLive *x = *(BbLive *const *)a, *y = *(BbLive *const *)b;

    return x->record.job.seq < y->record.job.seq ? -1 : x->record.job.seq > y->record.job.seq;
}

void
bb_live_sort(BbEngine *engine)
{
    g_autoptr(GPtrArray) lives = g_ptr_array_new();

    for (BbLive *live = engine->first; live; live = live->next)
        g_ptr_array_add(lives, live);
    g_ptr_array_sort(lives, by_arrival);
    engine->first = engine->last = NULL;
    for (guint i = 0; i < lives->len; i++)
        append_live(engine, lives->pdata[i]);
}
