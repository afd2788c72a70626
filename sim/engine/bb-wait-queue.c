/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sorted list in chunks: binary search over the chunks' last entries, then within one chunk. A full
 * chunk splits in two, except at the tail, where jobs that arrive in order fill chunk after chunk. */
#include "sim/engine/bb-wait-queue.h"

#include <string.h>

struct _BbWaitQueue {
    const BbQueue *policy;
    GPtrArray *chunks; /* of BbChunk, owned */
    guint64 n;
    gboolean holes;
    guint holes_from, holes_to; /* chunks that may have any */
};

BbWaitQueue *
bb_wait_queue_new(const BbQueue *policy)
{
    BbWaitQueue *queue = g_new0(BbWaitQueue, 1);

    queue->policy = policy;
    queue->chunks = g_ptr_array_new_with_free_func(g_free);
    return queue;
}

void
bb_wait_queue_free(BbWaitQueue *queue)
{
    if (!queue)
        return;
    g_ptr_array_unref(queue->chunks);
    g_free(queue);
}

guint64
bb_wait_queue_n(const BbWaitQueue *queue)
{
    return queue->n;
}

static BbChunk *
chunk_at(const BbWaitQueue *queue, guint i)
{
    return queue->chunks->pdata[i];
}

static gint
compare(const BbWaitQueue *queue, const BbJob *a, const BbJob *b)
{
    gint order =
        queue->policy->klass->compare ? queue->policy->klass->compare(queue->policy, a, b) : 0;

    if (order != 0)
        return order;
    if (a->submit_us != b->submit_us)
        return a->submit_us < b->submit_us ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void
renumber(BbWaitQueue *queue, guint from)
{
    for (guint i = from; i < queue->chunks->len; i++)
        chunk_at(queue, i)->index = i;
}

static BbChunk *
new_chunk(BbWaitQueue *queue, guint at)
{
    BbChunk *chunk = g_malloc(sizeof *chunk);

    chunk->n = chunk->n_holes = 0;
    chunk->min_need = G_MAXINT64;
    chunk->min_estimate_us = BB_TIME_NEVER;
    g_ptr_array_insert(queue->chunks, (gint)at, chunk);
    renumber(queue, at);
    return chunk;
}

static void
set_bounds(BbChunk *chunk)
{
    chunk->min_need = G_MAXINT64;
    chunk->min_estimate_us = BB_TIME_NEVER;
    for (guint i = 0; i < chunk->n; i++) {
        if (!chunk->entries[i].record)
            continue;
        chunk->min_need = MIN(chunk->min_need, chunk->entries[i].need);
        chunk->min_estimate_us = MIN(chunk->min_estimate_us, chunk->entries[i].estimate_us);
    }
}

/* The first chunk whose last entry is not before the job; the last chunk if there is none. */
static guint
find_chunk(const BbWaitQueue *queue, const BbJob *job)
{
    guint low = 0, high = queue->chunks->len;

    while (low < high) {
        guint middle = (low + high) / 2;
        const BbChunk *chunk = chunk_at(queue, middle);

        if (compare(queue, &chunk->entries[chunk->n - 1].record->job, job) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return MIN(low, queue->chunks->len - 1);
}

static guint
find_place(const BbWaitQueue *queue, const BbChunk *chunk, const BbJob *job)
{
    guint low = 0, high = chunk->n;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (compare(queue, &chunk->entries[middle].record->job, job) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Makes room in a full chunk; the upper half goes to a new one. */
static BbChunk *
split(BbWaitQueue *queue, BbChunk *chunk, guint *place)
{
    gboolean at_tail = chunk->index + 1 == queue->chunks->len && *place == chunk->n;
    BbChunk *upper = new_chunk(queue, chunk->index + 1);
    guint keep = at_tail ? chunk->n : chunk->n / 2;

    upper->n = chunk->n - keep;
    memcpy(upper->entries, chunk->entries + keep, upper->n * sizeof(BbWaiting));
    chunk->n = keep;
    set_bounds(upper);
    set_bounds(chunk);
    if (*place <= keep && !at_tail)
        return chunk;
    *place -= keep;
    return upper;
}

void
bb_wait_queue_insert(BbWaitQueue *queue, BbJobRecord *record, gint64 need)
{
    BbChunk *chunk;
    guint place;

    bb_wait_queue_tidy(queue);
    chunk = queue->chunks->len > 0 ? chunk_at(queue, find_chunk(queue, &record->job))
                                   : new_chunk(queue, 0);
    place = find_place(queue, chunk, &record->job);
    if (chunk->n == BB_CHUNK_SIZE)
        chunk = split(queue, chunk, &place);
    memmove(chunk->entries + place + 1, chunk->entries + place,
            (chunk->n - place) * sizeof(BbWaiting));
    chunk->entries[place] = (BbWaiting){record, need, record->job.estimate_us};
    chunk->n++;
    chunk->min_need = MIN(chunk->min_need, need);
    chunk->min_estimate_us = MIN(chunk->min_estimate_us, record->job.estimate_us);
    queue->n++;
}

/* Holes have lost their job, so a chunk is compared by its last entry that is none. */
static const BbJob *
last_job(const BbChunk *chunk)
{
    for (guint i = chunk->n; i > 0; i--)
        if (chunk->entries[i - 1].record)
            return &chunk->entries[i - 1].record->job;
    return NULL;
}

static BbChunk *
chunk_of(const BbWaitQueue *queue, const BbJob *job)
{
    guint low = 0, high = queue->chunks->len;

    while (low < high) {
        guint middle = (low + high) / 2, probe = middle;
        const BbJob *last = NULL;

        while (probe < high && !(last = last_job(chunk_at(queue, probe))))
            probe++;
        if (last && compare(queue, last, job) < 0)
            low = probe + 1;
        else
            high = middle;
    }
    /* The search may stop at chunks that are all holes. */
    while (!last_job(chunk_at(queue, low)))
        low++;
    return chunk_at(queue, low);
}

void
bb_wait_queue_remove(BbWaitQueue *queue, const BbJobRecord *record)
{
    BbChunk *chunk = chunk_of(queue, &record->job);

    for (guint i = 0; i < chunk->n; i++) {
        if (chunk->entries[i].record != record)
            continue;
        chunk->entries[i].record = NULL;
        chunk->entries[i].need = G_MAXINT64;
        chunk->entries[i].estimate_us = BB_TIME_NEVER;
        chunk->n_holes++;
        queue->holes_from = queue->holes ? MIN(queue->holes_from, chunk->index) : chunk->index;
        queue->holes_to = queue->holes ? MAX(queue->holes_to, chunk->index) : chunk->index;
        queue->holes = TRUE;
        queue->n--;
        return;
    }
    g_assert_not_reached();
}

static void
close_holes(BbChunk *chunk)
{
    guint n = 0;

    for (guint i = 0; i < chunk->n; i++)
        if (chunk->entries[i].record)
            chunk->entries[n++] = chunk->entries[i];
    chunk->n = n;
    chunk->n_holes = 0;
    set_bounds(chunk);
}

/* Puts a chunk's entries at the end of the one before it when both are small, or drops it when
 * empty. */
static gboolean
merge_into(BbChunk *before, const BbChunk *chunk)
{
    if (chunk->n > 0 && (!before || before->n + chunk->n > BB_CHUNK_SIZE / 2))
        return FALSE;
    if (chunk->n > 0) {
        memcpy(before->entries + before->n, chunk->entries, chunk->n * sizeof(BbWaiting));
        before->n += chunk->n;
        set_bounds(before);
    }
    return TRUE;
}

void
bb_wait_queue_tidy(BbWaitQueue *queue)
{
    guint n = queue->holes_from;

    if (!queue->holes)
        return;
    queue->holes = FALSE;
    for (guint i = n; i < queue->chunks->len; i++) {
        BbChunk *chunk = chunk_at(queue, i);

        if (i > queue->holes_to && n == i)
            return;

        if (chunk->n_holes > 0)
            close_holes(chunk);
        if (i <= queue->holes_to && merge_into(n > 0 ? chunk_at(queue, n - 1) : NULL, chunk)) {
            g_free(chunk);
            continue;
        }
        chunk->index = n;
        queue->chunks->pdata[n++] = chunk;
    }
    memset(queue->chunks->pdata + n, 0, (queue->chunks->len - n) * sizeof(gpointer));
    queue->chunks->len = n;
}

const BbWaiting *
bb_wait_queue_next(const BbWaitQueue *queue, BbWalk *walk)
{
    for (; walk->chunk < queue->chunks->len; walk->chunk++, walk->position = 0) {
        BbChunk *chunk = chunk_at(queue, walk->chunk);

        while (walk->position < chunk->n) {
            const BbWaiting *entry = &chunk->entries[walk->position++];

            if (entry->record)
                return entry;
        }
    }
    return NULL;
}

static gboolean
possible(gint64 need, BbTimeUs estimate_us, const BbWaitLimits *limits)
{
    return need <= limits->free && (estimate_us <= limits->ends_within_us || need <= limits->extra);
}

const BbWaiting *
bb_wait_queue_next_possible(const BbWaitQueue *queue, BbWalk *walk, const BbWaitLimits *limits)
{
    for (; walk->chunk < queue->chunks->len; walk->chunk++, walk->position = 0) {
        BbChunk *chunk = chunk_at(queue, walk->chunk);
        guint begin = walk->position;

        if (!possible(chunk->min_need, chunk->min_estimate_us, limits))
            continue;
        while (walk->position < chunk->n) {
            const BbWaiting *entry = &chunk->entries[walk->position++];

            if (possible(entry->need, entry->estimate_us, limits) && entry->record)
                return entry;
        }
        /* Nothing in the whole chunk: holes may have left its bounds too low. */
        if (begin == 0 && chunk->n_holes > 0)
            set_bounds(chunk);
    }
    return NULL;
}

gint64
bb_wait_queue_min_need(const BbWaitQueue *queue)
{
    gint64 least = G_MAXINT64;

    for (guint i = 0; i < queue->chunks->len; i++)
        least = MIN(least, chunk_at(queue, i)->min_need);
    return least;
}
