/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One radix heap a class. Bucket b > 0 of a heap holds the events whose time differs from the last
 * popped one in bit b - 1 and in none above; bucket 0 those of that very time. When bucket 0 is empty,
 * the lowest bucket that is not is opened: its least time becomes the last, and its events go, in
 * order, to lower buckets, all of which are empty then; so events of one time stay in the order they
 * were pushed, without a number to say so.
 *
 * A bucket is opened only when its least event is popped: opening it at its lower bound instead would
 * move its events once more for nothing. */
#include "sim/base/bb-event-queue.h"

#define N_BUCKETS 65
#define CHUNK_EVENTS 31

typedef struct {
    guint64 time;
    gpointer data;
} Entry;

typedef struct _Chunk Chunk;
struct _Chunk {
    Chunk *next;
    guint begin, end;
    Entry entries[CHUNK_EVENTS];
};

typedef struct {
    Chunk *first, *last;
    guint64 min; /* least time, when there is any */
} Bucket;

typedef struct {
    guint64 last;   /* time of the last pop of this class */
    guint64 filled; /* bit b - 1: bucket b > 0 is not empty */
    Bucket buckets[N_BUCKETS];
} Heap;

struct _BbEventQueue {
    BbTimeUs last_us; /* of any class */
    BbTimeUs next_us;
    guint next_class; /* BB_EVENT_CLASSES: there is no event */
    gsize n;
    Chunk *spare;
    Heap heaps[BB_EVENT_CLASSES];
};

/* Times below zero come first too. */
static guint64
to_unsigned(BbTimeUs time_us)
{
    return (guint64)time_us ^ (G_GUINT64_CONSTANT(1) << 63);
}

BbEventQueue *
bb_event_queue_new(void)
{
    BbEventQueue *queue = g_new0(BbEventQueue, 1);

    queue->last_us = G_MININT64;
    queue->next_us = BB_TIME_NEVER;
    queue->next_class = BB_EVENT_CLASSES;
    return queue;
}

static void
free_chunks(Chunk *chunk)
{
    while (chunk) {
        Chunk *next = chunk->next;

        g_free(chunk);
        chunk = next;
    }
}

void
bb_event_queue_free(BbEventQueue *queue)
{
    if (!queue)
        return;
    for (guint c = 0; c < BB_EVENT_CLASSES; c++)
        for (guint b = 0; b < N_BUCKETS; b++)
            free_chunks(queue->heaps[c].buckets[b].first);
    free_chunks(queue->spare);
    g_free(queue);
}

/* ---- buckets ---- */

static Chunk *
add_chunk(BbEventQueue *queue, Bucket *bucket)
{
    Chunk *chunk = queue->spare;

    if (chunk)
        queue->spare = chunk->next;
    else
        chunk = g_new(Chunk, 1);
    chunk->next = NULL;
    chunk->begin = chunk->end = 0;
    if (bucket->last)
        bucket->last->next = chunk;
    else
        bucket->first = chunk;
    bucket->last = chunk;
    return chunk;
}

static void
recycle(BbEventQueue *queue, Chunk *chunk)
{
    chunk->next = queue->spare;
    queue->spare = chunk;
}

static void
append(BbEventQueue *queue, Heap *heap, Entry entry)
{
    guint64 differs = entry.time ^ heap->last;
    guint b = differs == 0 ? 0 : 64 - (guint)__builtin_clzll(differs);
    Bucket *bucket = &heap->buckets[b];
    Chunk *chunk = bucket->last;

    if (!chunk || entry.time < bucket->min)
        bucket->min = entry.time;
    if (!chunk || chunk->end == CHUNK_EVENTS)
        chunk = add_chunk(queue, bucket);
    chunk->entries[chunk->end++] = entry;
    if (b > 0)
        heap->filled |= G_GUINT64_CONSTANT(1) << (b - 1);
}

/* The lowest bucket above 0 that is not empty; 0: there is none. */
static guint
lowest(const Heap *heap)
{
    return heap->filled == 0 ? 0 : (guint)__builtin_ctzll(heap->filled) + 1;
}

/* Bucket 0 is empty: fills it from the lowest that is not. */
static void
open_lowest(BbEventQueue *queue, Heap *heap)
{
    guint b = lowest(heap);
    Chunk *chunk = heap->buckets[b].first;

    heap->last = heap->buckets[b].min;
    heap->filled &= heap->filled - 1;
    heap->buckets[b].first = heap->buckets[b].last = NULL;
    while (chunk) {
        Chunk *next = chunk->next;

        for (guint i = chunk->begin; i < chunk->end; i++)
            append(queue, heap, chunk->entries[i]);
        recycle(queue, chunk);
        chunk = next;
    }
}

static gpointer
take_first(BbEventQueue *queue, Bucket *bucket)
{
    Chunk *chunk = bucket->first;
    gpointer data = chunk->entries[chunk->begin++].data;

    if (chunk->begin < chunk->end)
        return data;
    bucket->first = chunk->next;
    if (!bucket->first)
        bucket->last = NULL;
    recycle(queue, chunk);
    return data;
}

/* ---- the queue ---- */

void
bb_event_queue_push(BbEventQueue *queue, BbTimeUs time_us, guint event_class, gpointer data)
{
    g_assert(time_us >= queue->last_us && event_class < BB_EVENT_CLASSES);
    append(queue, &queue->heaps[event_class], (Entry){to_unsigned(time_us), data});
    queue->n++;
    if (time_us > queue->next_us || (time_us == queue->next_us && event_class > queue->next_class))
        return;
    queue->next_us = time_us;
    queue->next_class = event_class;
}

/* Least time of a class; FALSE when it has no event. */
static gboolean
least_of(const Heap *heap, guint64 *out)
{
    if (heap->buckets[0].first)
        *out = heap->last;
    else if (heap->filled != 0)
        *out = heap->buckets[lowest(heap)].min;
    else
        return FALSE;
    return TRUE;
}

static void
find_next(BbEventQueue *queue)
{
    guint64 best = 0, time = 0;

    queue->next_class = BB_EVENT_CLASSES;
    for (guint c = 0; c < BB_EVENT_CLASSES; c++) {
        if (!least_of(&queue->heaps[c], &time))
            continue;
        if (queue->next_class == BB_EVENT_CLASSES || time < best) {
            queue->next_class = c;
            best = time;
        }
    }
    queue->next_us = queue->next_class == BB_EVENT_CLASSES ? BB_TIME_NEVER
                                                           : (BbTimeUs)to_unsigned((BbTimeUs)best);
}

BbTimeUs
bb_event_queue_next(const BbEventQueue *queue)
{
    return queue->next_us;
}

gboolean
bb_event_queue_pop(BbEventQueue *queue, BbEvent *out)
{
    guint c = queue->next_class;

    if (c == BB_EVENT_CLASSES)
        return FALSE;
    if (!queue->heaps[c].buckets[0].first)
        open_lowest(queue, &queue->heaps[c]);
    queue->last_us = queue->next_us;
    queue->n--;
    *out = (BbEvent){queue->last_us, c, take_first(queue, &queue->heaps[c].buckets[0])};
    find_next(queue);
    return TRUE;
}

gsize
bb_event_queue_n(const BbEventQueue *queue)
{
    return queue->n;
}
