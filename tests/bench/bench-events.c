/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-events QUEUE TIMES PENDING HOLDS [REPEATS]: nanoseconds of user time a hold (take the next
 * event, push one later), the best of some repeats after a first one that settles it; without REPEATS
 * of the first, which is for counting instructions. QUEUE: radix (BbEventQueue) or heap (a binary heap
 * of time, sequence and data, the yardstick). TIMES: how long an event waits, with mean an hour:
 * exponential, bimodal (nine in ten short), lognormal (sigma 2). The waits are drawn before. The second
 * number is the sum of the times: both queues have the same. */
#include "sim/base/bb-event-queue.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MEAN_US 3.6e9
#define N_WAITS (1u << 16)

typedef struct {
    BbTimeUs time_us;
    guint64 seq;
    gpointer data;
} Entry;

typedef struct {
    Entry *entries; /* from 1 */
    gsize n;
    guint64 seq;
} Heap;

static inline gboolean
before(const Entry *a, const Entry *b)
{
    return a->time_us < b->time_us || (a->time_us == b->time_us && a->seq < b->seq);
}

static void
heap_push(Heap *heap, BbTimeUs time_us, gpointer data)
{
    Entry entry = {time_us, heap->seq++, data};
    gsize i = ++heap->n;
    for (; i > 1 && before(&entry, &heap->entries[i / 2]); i /= 2)
        heap->entries[i] = heap->entries[i / 2];
    heap->entries[i] = entry;
}

static Entry
heap_pop(Heap *heap)
{
    Entry first = heap->entries[1], last = heap->entries[heap->n--];
    gsize i = 1;
    for (gsize child; (child = 2 * i) <= heap->n; i = child) {
        child += child < heap->n && before(&heap->entries[child + 1], &heap->entries[child]);
        if (!before(&heap->entries[child], &last))
            break;
        heap->entries[i] = heap->entries[child];
    }
    heap->entries[i] = last;
    return first;
}

static double
user_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double
uniform(guint64 *state)
{
    *state =
        *state * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

static double
draw(const char *times, guint64 *state)
{
    double e = -log(uniform(state));
    if (strcmp(times, "bimodal") == 0)
        return uniform(state) < 0.9 ? 0.01 * e : 9.91 * e;
    if (strcmp(times, "lognormal") == 0)
        return exp(2 * sqrt(2 * e) * cos(2 * G_PI * uniform(state)) - 2);
    return e;
}

static BbTimeUs *
draw_waits(const char *times)
{
    BbTimeUs *waits = g_new(BbTimeUs, N_WAITS);
    guint64 state = 20260101;
    for (guint i = 0; i < N_WAITS; i++)
        waits[i] = (BbTimeUs)(draw(times, &state) * MEAN_US);
    return waits;
}

static guint64
hold_radix(BbEventQueue *queue, const BbTimeUs *waits, guint64 n)
{
    guint64 sum = 0;
    BbEvent event;
    for (guint64 i = 0; i < n && bb_event_queue_pop(queue, &event); i++) {
        sum += (guint64)event.time_us;
        bb_event_queue_push(queue, event.time_us + waits[i % N_WAITS], 0, event.data);
    }
    return sum;
}

static guint64
hold_heap(Heap *heap, const BbTimeUs *waits, guint64 n)
{
    guint64 sum = 0;
    for (guint64 i = 0; i < n; i++) {
        Entry entry = heap_pop(heap);
        sum += (guint64)entry.time_us;
        heap_push(heap, entry.time_us + waits[i % N_WAITS], entry.data);
    }
    return sum;
}

int
main(int argc, char **argv)
{
    if (argc < 5) {
        fputs("usage: bench-events radix|heap TIMES PENDING HOLDS [REPEATS]\n", stderr);
        return 2;
    }
    gboolean radix = strcmp(argv[1], "radix") == 0;
    guint64 pending = strtoull(argv[3], NULL, 10), holds = strtoull(argv[4], NULL, 10);
    guint repeats = argc > 5 ? (guint)strtoul(argv[5], NULL, 10) : 0;
    g_autofree BbTimeUs *waits = draw_waits(argv[2]);
    g_autoptr(BbEventQueue) queue = bb_event_queue_new();
    Heap heap = {radix ? NULL : g_new(Entry, pending + 2), 0, 0};
    guint64 state = 7, sum = 0;
    double best = HUGE_VAL;

    for (guint64 i = 0; i < pending; i++) {
        BbTimeUs time_us = (BbTimeUs)(uniform(&state) * (double)waits[i % N_WAITS]);
        if (radix)
            bb_event_queue_push(queue, time_us, 0, GSIZE_TO_POINTER(i));
        else
            heap_push(&heap, time_us, GSIZE_TO_POINTER(i));
    }
    for (guint r = 0; r <= repeats; r++) {
        double begin = user_s();
        sum += radix ? hold_radix(queue, waits, holds) : hold_heap(&heap, waits, holds);
        if (r > 0 || repeats == 0)
            best = MIN(best, user_s() - begin);
    }
    printf("%.2f %" G_GUINT64_FORMAT "\n", best / (double)holds * 1e9, sum);
    g_free(heap.entries);
    return 0;
}
