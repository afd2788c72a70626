/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Future events in order of (time, class, sequence): a stable priority queue. Events of one
 * instant come out by class (lower first), and within a class in the order they were pushed.
 * Time is monotone: pushing before the last popped time is a programming error. */
#pragma once

#include "bb-types.h"

typedef struct _BbEventQueue BbEventQueue;

typedef struct {
    BbTimeUs time_us;
    guint64 order; /* class in the top 8 bits, sequence below; set by push */
    gpointer data; /* borrowed */
} BbEvent;

BbEventQueue *bb_event_queue_new(void);
void bb_event_queue_free(BbEventQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbEventQueue, bb_event_queue_free)

/* O(log n). `event_class` < 256. */
void bb_event_queue_push(BbEventQueue *queue, BbTimeUs time_us, guint event_class, gpointer data);
/* The next event, or NULL when empty. Borrowed until the next push or pop. O(1). */
const BbEvent *bb_event_queue_peek(const BbEventQueue *queue);
/* Takes the next event; FALSE when empty. O(log n). */
gboolean bb_event_queue_pop(BbEventQueue *queue, BbEvent *out);
gsize bb_event_queue_n(const BbEventQueue *queue);

static inline guint
bb_event_class(const BbEvent *event)
{
    return (guint)(event->order >> 56);
}
