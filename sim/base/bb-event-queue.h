/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Future events in order of (time, class, sequence): a stable priority queue. Events of one
 * instant come out by class (lower first), and within a class in the order they were pushed.
 * Time is monotone: pushing before the last popped time is a programming error. That is what lets a
 * radix heap (Ahuja, Mehlhorn, Orlin, Tarjan: Faster algorithms for the shortest path problem, JACM
 * 37(2), 1990), here to the base 64, beat every comparison heap: a push is O(1), a pop amortised
 * O(digits of the time), and both hardly depend on how many events wait. 16.5 bytes an event in chunks
 * of 31, and 22 KiB. */
#pragma once

#include "bb-types.h"

#define BB_EVENT_CLASSES 4

typedef struct _BbEventQueue BbEventQueue;

typedef struct {
    BbTimeUs time_us;
    guint event_class;
    gpointer data; /* borrowed */
} BbEvent;

BbEventQueue *bb_event_queue_new(void);
void bb_event_queue_free(BbEventQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbEventQueue, bb_event_queue_free)

/* `event_class` < BB_EVENT_CLASSES. */
void bb_event_queue_push(BbEventQueue *queue, BbTimeUs time_us, guint event_class, gpointer data);
/* Time of the next event; BB_TIME_NEVER when empty. */
BbTimeUs bb_event_queue_next(const BbEventQueue *queue);
/* Takes the next event; FALSE when empty. */
gboolean bb_event_queue_pop(BbEventQueue *queue, BbEvent *out);
gsize bb_event_queue_n(const BbEventQueue *queue);
