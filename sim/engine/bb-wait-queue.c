/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sorted list in chunks: binary search over the chunks' last entries, then within one chunk. A full
 * chunk splits in two; at the tail, jobs that arrive in order fill chunk after chunk. Bounds are set
 * anew only when they have misled a walk. */
#include "sim/engine/bb-wait-queue.h"

#include <string.h>

/* A chunk with fewer jobs should join the one before it. */
#define SPARSE (BB_CHUNK_SIZE / 4)

struct _BbWaitQueue {
    const BbQueue *policy;
    GPtrArray *chunks; /* of BbChunk, owned */
    BbChunk *spare;    /* the last one dropped; NULL: none */
    guint64 n;
    BbWalk *given; /* the walk that moved last, just past the entry it gave */
    gboolean untidy;
    guint untidy_from, untidy_to; /* chunks that are empty or sparse are in here */
};

BbWaitQueue *
bb_wait_queue_new(const BbQueue *policy)
{
    BbWaitQueue *queue = g_new0(BbWaitQueue, 1);

    queue->policy = policy;
    queue->chunks = g_ptr_array_new_with_free_func(g_free);
    queue->given = g_new0(BbWalk, 1);
    return queue;
}

void
bb_wait_queue_free(BbWaitQueue *queue)
{
    if (!queue)
        return;
    g_ptr_array_unref(queue->chunks);
    g_free(queue->spare);
    g_free(queue->given);
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

static BbChunk *
new_chunk(BbWaitQueue *queue, guint at)
{
    BbChunk *chunk = queue->spare ? g_steal_pointer(&queue->spare) : g_new(BbChunk, 1);

    chunk->first = chunk->n = chunk->n_holes = 0;
    chunk->stale = FALSE;
    chunk->min_need = G_MAXINT64;
    chunk->min_estimate_us = BB_TIME_NEVER;
    g_ptr_array_insert(queue->chunks, (gint)at, chunk);
    return chunk;
}

static void
free_chunk(BbWaitQueue *queue, BbChunk *chunk)
{
    g_free(queue->spare);
    queue->spare = chunk;
}

static guint
n_jobs(const BbChunk *chunk)
{
    return chunk->n - chunk->first - chunk->n_holes;
}

static const BbJob *
last_job(const BbChunk *chunk)
{
    return chunk->n > chunk->first ? &chunk->entries[chunk->n - 1].record->job : NULL;
}

static void
set_bounds(BbChunk *chunk)
{
    chunk->stale = FALSE;
    chunk->min_need = G_MAXINT64;
    chunk->min_estimate_us = BB_TIME_NEVER;
    for (guint i = chunk->first; i < chunk->n; i++) {
        chunk->min_need = MIN(chunk->min_need, chunk->entries[i].need);
        chunk->min_estimate_us = MIN(chunk->min_estimate_us, chunk->entries[i].estimate_us);
    }
}

/* Moves all jobs to the front of the chunk. */
static void
close_holes(BbChunk *chunk)
{
    guint n = 0;

    for (guint i = chunk->first; i < chunk->n; i++)
        if (chunk->entries[i].record)
            chunk->entries[n++] = chunk->entries[i];
    chunk->first = chunk->n_holes = 0;
    chunk->n = n;
}

/* ---- in ---- */

/* The first chunk whose last entry is not before the job; the last chunk if there is none. */
static guint
find_chunk(const BbWaitQueue *queue, const BbJob *job)
{
    guint low = 0, high = queue->chunks->len;

    while (low < high) {
        guint middle = (low + high) / 2;

        if (compare(queue, last_job(chunk_at(queue, middle)), job) < 0)
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
split(BbWaitQueue *queue, guint c, guint *place)
{
    BbChunk *chunk = chunk_at(queue, c), *upper = new_chunk(queue, c + 1);
    guint keep = chunk->n / 2;

    upper->n = chunk->n - keep;
    memcpy(upper->entries, chunk->entries + keep, upper->n * sizeof(BbWaiting));
    chunk->n = keep;
    set_bounds(upper);
    set_bounds(chunk);
    if (*place <= keep)
        return chunk;
    *place -= keep;
    return upper;
}

static void
put(BbWaitQueue *queue, BbChunk *chunk, guint place, BbWaiting entry)
{
    memmove(chunk->entries + place + 1, chunk->entries + place,
            (chunk->n - place) * sizeof(BbWaiting));
    chunk->entries[place] = entry;
    chunk->n++;
    chunk->min_need = MIN(chunk->min_need, entry.need);
    chunk->min_estimate_us = MIN(chunk->min_estimate_us, entry.estimate_us);
    queue->n++;
}

static void
put_in_place(BbWaitQueue *queue, BbWaiting entry)
{
    guint c = find_chunk(queue, &entry.record->job);
    BbChunk *chunk = chunk_at(queue, c);
    guint place;

    close_holes(chunk);
    place = find_place(queue, chunk, &entry.record->job);
    if (chunk->n == BB_CHUNK_SIZE)
        chunk = split(queue, c, &place);
    put(queue, chunk, place, entry);
}

void
bb_wait_queue_insert(BbWaitQueue *queue, BbJobRecord *record, gint64 need)
{
    BbWaiting entry = {record, need, record->job.estimate_us};
    guint n_chunks;
    BbChunk *tail;

    bb_wait_queue_tidy(queue);
    n_chunks = queue->chunks->len;
    tail = n_chunks > 0 ? chunk_at(queue, n_chunks - 1) : new_chunk(queue, 0);
    if (n_chunks > 0 && compare(queue, last_job(tail), &record->job) > 0) {
        put_in_place(queue, entry);
        return;
    }
    if (tail->n == BB_CHUNK_SIZE)
        tail = new_chunk(queue, n_chunks);
    put(queue, tail, tail->n, entry);
}

/* ---- out ---- */

static guint
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
    /* The search may stop at chunks that are empty. */
    while (!last_job(chunk_at(queue, low)))
        low++;
    return low;
}

static BbWalk
place_of(const BbWaitQueue *queue, const BbJobRecord *record)
{
    BbWalk place = {queue->given->chunk, queue->given->position - 1};
    const BbChunk *chunk;

    if (place.chunk < queue->chunks->len && place.position < chunk_at(queue, place.chunk)->n &&
        chunk_at(queue, place.chunk)->entries[place.position].record == record)
        return place;
    place.chunk = chunk_of(queue, &record->job);
    chunk = chunk_at(queue, place.chunk);
    for (place.position = chunk->first; place.position < chunk->n; place.position++)
        if (chunk->entries[place.position].record == record)
            return place;
    g_assert_not_reached();
}

static void
trim(BbChunk *chunk)
{
    for (; chunk->first < chunk->n && !chunk->entries[chunk->first].record; chunk->n_holes--)
        chunk->first++;
    for (; chunk->first < chunk->n && !chunk->entries[chunk->n - 1].record; chunk->n_holes--)
        chunk->n--;
}

void
bb_wait_queue_remove(BbWaitQueue *queue, const BbJobRecord *record)
{
    BbWalk place = place_of(queue, record);
    BbChunk *chunk = chunk_at(queue, place.chunk);

    chunk->entries[place.position] = (BbWaiting){NULL, G_MAXINT64, BB_TIME_NEVER};
    chunk->n_holes++;
    chunk->stale = TRUE;
    queue->n--;
    trim(chunk);
    if (n_jobs(chunk) > (place.chunk > 0 ? SPARSE : 0))
        return;
    queue->untidy_from = queue->untidy ? MIN(queue->untidy_from, place.chunk) : place.chunk;
    queue->untidy_to = queue->untidy ? MAX(queue->untidy_to, place.chunk) : place.chunk;
    queue->untidy = TRUE;
}

/* Puts a chunk's jobs at the end of the chunk before it when both are small. FALSE: they stay. */
static gboolean
join(BbChunk *before, BbChunk *chunk)
{
    if (n_jobs(chunk) > 0) {
        if (!before || n_jobs(before) + n_jobs(chunk) > BB_CHUNK_SIZE / 2)
            return FALSE;
        close_holes(before);
        close_holes(chunk);
        memcpy(before->entries + before->n, chunk->entries, chunk->n * sizeof(BbWaiting));
        before->n += chunk->n;
        set_bounds(before);
    }
    return TRUE;
}

void
bb_wait_queue_tidy(BbWaitQueue *queue)
{
    gpointer *chunks = queue->chunks->pdata;
    guint n = queue->untidy_from, n_behind = queue->chunks->len - queue->untidy_to - 1;

    if (!queue->untidy)
        return;
    queue->untidy = FALSE;
    for (guint i = queue->untidy_from; i <= queue->untidy_to; i++) {
        if (join(n > 0 ? chunks[n - 1] : NULL, chunks[i]))
            free_chunk(queue, chunks[i]);
        else
            chunks[n++] = chunks[i];
    }
    memmove(chunks + n, chunks + queue->untidy_to + 1, n_behind * sizeof(gpointer));
    memset(chunks + n + n_behind, 0, (queue->chunks->len - n - n_behind) * sizeof(gpointer));
    queue->chunks->len = n + n_behind;
}

/* ---- walks ---- */

/* The walk goes on behind an entry of its chunk. */
static const BbWaiting *
give(const BbWaitQueue *queue, BbWalk *walk, const BbChunk *chunk, guint position)
{
    queue->given->chunk = walk->chunk;
    queue->given->position = walk->position = position + 1;
    /* The next one has waited long enough to have left the caches. */
    if (position + 1 < chunk->n)
        __builtin_prefetch(chunk->entries[position + 1].record);
    return &chunk->entries[position];
}

const BbWaiting *
bb_wait_queue_next(const BbWaitQueue *queue, BbWalk *walk)
{
    for (; walk->chunk < queue->chunks->len; walk->chunk++, walk->position = 0) {
        const BbChunk *chunk = chunk_at(queue, walk->chunk);

        for (guint i = MAX(walk->position, chunk->first); i < chunk->n; i++)
            if (chunk->entries[i].record)
                return give(queue, walk, chunk, i);
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
        guint begin = MAX(walk->position, chunk->first);

        if (!possible(chunk->min_need, chunk->min_estimate_us, limits))
            continue;
        for (guint i = begin; i < chunk->n; i++) {
            const BbWaiting *entry = &chunk->entries[i];

            if (possible(entry->need, entry->estimate_us, limits) && entry->record)
                return give(queue, walk, chunk, i);
        }
        /* The bounds promised something that has gone. */
        if (begin == chunk->first && chunk->stale)
            set_bounds(chunk);
    }
    return NULL;
}

gint64
bb_wait_queue_min_need(const BbWaitQueue *queue)
{
    gint64 least = G_MAXINT64;

    for (guint i = 0; i < queue->chunks->len; i++) {
        if (chunk_at(queue, i)->stale)
            set_bounds(chunk_at(queue, i));
        least = MIN(least, chunk_at(queue, i)->min_need);
    }
    return least;
}
