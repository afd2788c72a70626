/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A 4-ary heap in one array: shallower than a binary heap, and the children of a node share a cache
 * line or two. The sequence in the key makes all keys different, hence the order stable. */
#include "sim/base/bb-event-queue.h"

#define ARITY 4
#define SEQUENCE_BITS 56

struct _BbEventQueue {
    BbEvent *events;
    gsize n, capacity;
    guint64 sequence;
    BbTimeUs last_us; /* of the last event taken */
};

BbEventQueue *
bb_event_queue_new(void)
{
    BbEventQueue *queue = g_new0(BbEventQueue, 1);
    queue->capacity = 64;
    queue->events = g_new(BbEvent, queue->capacity);
    queue->last_us = G_MININT64;
    return queue;
}

void
bb_event_queue_free(BbEventQueue *queue)
{
    if (queue == NULL)
        return;
    g_free(queue->events);
    g_free(queue);
}

static inline gboolean
precedes(const BbEvent *a, const BbEvent *b)
{
    return a->time_us < b->time_us || (a->time_us == b->time_us && a->order < b->order);
}

void
bb_event_queue_push(BbEventQueue *queue, BbTimeUs time_us, guint event_class, gpointer data)
{
    g_assert(time_us >= queue->last_us && event_class < 256);
    if (queue->n == queue->capacity) {
        queue->capacity *= 2;
        queue->events = g_renew(BbEvent, queue->events, queue->capacity);
    }
    BbEvent event = {time_us, (guint64)event_class << SEQUENCE_BITS | queue->sequence++, data};
    gsize hole = queue->n++;
    while (hole > 0) {
        gsize parent = (hole - 1) / ARITY;
        if (!precedes(&event, &queue->events[parent]))
            break;
        queue->events[hole] = queue->events[parent];
        hole = parent;
    }
    queue->events[hole] = event;
}

const BbEvent *
bb_event_queue_peek(const BbEventQueue *queue)
{
    return queue->n > 0 ? &queue->events[0] : NULL;
}

static gsize
first_child(const BbEventQueue *queue, gsize parent)
{
    gsize first = parent * ARITY + 1;
    gsize end = MIN(first + ARITY, queue->n);
    gsize best = first;

    for (gsize i = first + 1; i < end; i++)
        if (precedes(&queue->events[i], &queue->events[best]))
            best = i;
    return best;
}

gboolean
bb_event_queue_pop(BbEventQueue *queue, BbEvent *out)
{
    if (queue->n == 0)
        return FALSE;
    *out = queue->events[0];
    queue->last_us = out->time_us;

    BbEvent last = queue->events[--queue->n];
    gsize hole = 0;
    for (gsize child; (child = first_child(queue, hole)) < queue->n; hole = child) {
        if (!precedes(&queue->events[child], &last))
            break;
        queue->events[hole] = queue->events[child];
    }
    queue->events[hole] = last;
    return TRUE;
}

gsize
bb_event_queue_n(const BbEventQueue *queue)
{
    return queue->n;
}
