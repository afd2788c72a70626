/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A timing wheel with 64 slots a level, each level 64 times as coarse as the one below (a radix heap to
 * the base 64). An event lies on the level of the highest digit, to the base 64, in which its time
 * differs from the last popped one, in the slot of its own digit there; events of that very time lie in
 * a queue for each class. When those are empty, the lowest slot that is not is opened: its least time
 * becomes the last, and its events go, in order, to lower levels, all of which are empty then; so
 * events of one time stay in the order they were pushed, without a number to say so.
 *
 * A slot is opened only when its least event is popped: opening it at its lower bound instead would
 * move its events once more for nothing. */
#include "sim/base/bb-event-queue.h"

#define N_LEVELS 11 /* digits in 64 bits */
#define N_SLOTS 64
#define DIGIT_BITS 6
#define CHUNK_EVENTS 31
#define SLAB_CHUNKS 63
#define CLASS_BITS 2

G_STATIC_ASSERT(BB_EVENT_CLASSES <= 1 << CLASS_BITS && CHUNK_EVENTS * CLASS_BITS <= 64);

typedef struct {
    guint64 time;
    gpointer data;
} Entry;

/* 512 bytes. */
typedef struct _Chunk Chunk;
struct _Chunk {
    Chunk *next;
    guint64 classes; /* CLASS_BITS an event */
    Entry entries[CHUNK_EVENTS];
};

typedef struct _Slab Slab;
struct _Slab {
    Slab *next;
    Chunk chunks[SLAB_CHUNKS];
};

/* Every chunk but the last is full. */
typedef struct {
    Chunk *first, *last;
    guint begin, end; /* in the first and in the last */
} Events;

typedef struct {
    Events events;
    guint64 min; /* least time, when there is any */
} Slot;

struct _BbEventQueue {
    guint64 last; /* time of the last pop */
    guint now;    /* bit c: class c has events of that time */
    guint levels; /* bit l: level l has events */
    gsize n;
    Chunk *spare;
    Slab *slabs;
    Events of_class[BB_EVENT_CLASSES];
    guint64 filled[N_LEVELS]; /* bit s: slot s has events */
    Slot slots[N_LEVELS][N_SLOTS];
};

/* Times below zero come first too. */
static guint64
to_unsigned(BbTimeUs time_us)
{
    return (guint64)time_us ^ (G_GUINT64_CONSTANT(1) << 63);
}

static BbTimeUs
to_signed(guint64 time)
{
    return (BbTimeUs)(time ^ (G_GUINT64_CONSTANT(1) << 63));
}

BbEventQueue *
bb_event_queue_new(void)
{
    return g_new0(BbEventQueue, 1);
}

void
bb_event_queue_free(BbEventQueue *queue)
{
    if (!queue)
        return;
    while (queue->slabs) {
        Slab *next = queue->slabs->next;

        g_free(queue->slabs);
        queue->slabs = next;
    }
    g_free(queue);
}

/* ---- lists of events ---- */

static void
recycle(BbEventQueue *queue, Chunk *chunk)
{
    chunk->next = queue->spare;
    queue->spare = chunk;
}

static void
add_slab(BbEventQueue *queue)
{
    Slab *slab = g_new(Slab, 1);

    slab->next = queue->slabs;
    queue->slabs = slab;
    for (guint i = SLAB_CHUNKS; i-- > 0;)
        recycle(queue, &slab->chunks[i]);
}

static Chunk *
add_chunk(BbEventQueue *queue, Events *events)
{
    if (!queue->spare)
        add_slab(queue);
    Chunk *chunk = queue->spare;

    queue->spare = chunk->next;
    chunk->next = NULL;
    chunk->classes = 0;
    if (events->last)
        events->last->next = chunk;
    else
        events->first = chunk;
    events->last = chunk;
    events->end = 0;
    return chunk;
}

static inline void
append(BbEventQueue *queue, Events *events, guint64 time, guint event_class, gpointer data)
{
    Chunk *chunk = events->last;

    if (G_UNLIKELY(!chunk || events->end == CHUNK_EVENTS))
        chunk = add_chunk(queue, events);
    chunk->classes |= (guint64)event_class << (CLASS_BITS * events->end);
    chunk->entries[events->end++] = (Entry){time, data};
}

static gpointer
take_first(BbEventQueue *queue, Events *events)
{
    Chunk *chunk = events->first;
    gpointer data = chunk->entries[events->begin++].data;

    if (events->begin < (chunk == events->last ? events->end : CHUNK_EVENTS))
        return data;
    events->begin = 0;
    events->first = chunk->next;
    if (!events->first)
        events->last = NULL;
    recycle(queue, chunk);
    return data;
}

/* ---- the wheel ---- */

static inline void
put(BbEventQueue *queue, guint64 time, guint event_class, gpointer data)
{
    guint64 differs = time ^ queue->last;

    if (differs == 0) {
        append(queue, &queue->of_class[event_class], time, event_class, data);
        queue->now |= 1U << event_class;
        return;
    }
    guint level = (63 - (guint)__builtin_clzll(differs)) / DIGIT_BITS;
    guint digit = (guint)(time >> (DIGIT_BITS * level)) % N_SLOTS;
    Slot *slot = &queue->slots[level][digit];

    if (!slot->events.last) {
        slot->min = time;
        queue->filled[level] |= G_GUINT64_CONSTANT(1) << digit;
        queue->levels |= 1U << level;
    }
    slot->min = MIN(slot->min, time);
    append(queue, &slot->events, time, event_class, data);
}

/* Goes on to the time of the next event and gives the events of its slot. */
static inline Events
empty_lowest(BbEventQueue *queue)
{
    guint level = (guint)__builtin_ctz(queue->levels);
    guint64 filled = queue->filled[level];
    Slot *slot = &queue->slots[level][__builtin_ctzll(filled)];
    Events events = slot->events;

    filled &= filled - 1;
    queue->filled[level] = filled;
    if (filled == 0)
        queue->levels &= queue->levels - 1;
    queue->last = slot->min;
    slot->events.last = NULL;
    return events;
}

/* To lower levels, or to those of now. */
static void
spread(BbEventQueue *queue, Events events)
{
    for (Chunk *chunk = events.first, *next; chunk; chunk = next) {
        guint64 classes = chunk->classes;
        guint end = chunk == events.last ? events.end : CHUNK_EVENTS;

        next = chunk->next;
        if (next)
            __builtin_prefetch(next);
        for (guint i = 0; i < end; i++, classes >>= CLASS_BITS) {
            /* Its turn comes soon, and what it means has not been touched for long. */
            __builtin_prefetch(chunk->entries[i].data);
            put(queue, chunk->entries[i].time, classes % (1 << CLASS_BITS), chunk->entries[i].data);
        }
        recycle(queue, chunk);
    }
}

void
bb_event_queue_push(BbEventQueue *queue, BbTimeUs time_us, guint event_class, gpointer data)
{
    g_assert(to_unsigned(time_us) >= queue->last && event_class < BB_EVENT_CLASSES);
    put(queue, to_unsigned(time_us), event_class, data);
    queue->n++;
}

BbTimeUs
bb_event_queue_next(const BbEventQueue *queue)
{
    if (queue->now)
        return to_signed(queue->last);
    if (!queue->levels)
        return BB_TIME_NEVER;
    guint level = (guint)__builtin_ctz(queue->levels);
    return to_signed(queue->slots[level][__builtin_ctzll(queue->filled[level])].min);
}

gboolean
bb_event_queue_pop(BbEventQueue *queue, BbEvent *out)
{
    if (queue->n == 0)
        return FALSE;
    queue->n--;
    if (!queue->now) {
        Events events = empty_lowest(queue);
        Chunk *chunk = events.first;

        /* As most are where few events wait. */
        if (chunk == events.last && events.end == 1) {
            *out = (BbEvent){to_signed(queue->last), (guint)chunk->classes, chunk->entries[0].data};
            recycle(queue, chunk);
            return TRUE;
        }
        spread(queue, events);
    }
    guint event_class = (guint)__builtin_ctz(queue->now);
    Events *events = &queue->of_class[event_class];

    *out = (BbEvent){to_signed(queue->last), event_class, take_first(queue, events)};
    if (!events->first)
        queue->now &= queue->now - 1;
    return TRUE;
}

gsize
bb_event_queue_n(const BbEventQueue *queue)
{
    return queue->n;
}
