/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The waiting jobs in the order of the queue policy: a list of chunks of up to 64 entries, each
 * chunk with a lower bound of what its jobs need and how long they run, so that a walk can leave out
 * whole chunks that cannot start. 24 bytes a job.
 *
 * Removing while a pass walks leaves a hole, or at either end of a chunk nothing; bb_wait_queue_tidy
 * drops and joins chunks after the pass. Inserting is for between passes. Cost: insert O(log n +
 * chunks / 64), in order O(1); remove O(1) what a walk gave last, else O(64 + log n). */
#pragma once

#include "sim/contract/bb-observer.h"
#include "sim/contract/bb-queue.h"

#define BB_CHUNK_SIZE 64

typedef struct {
    BbJobRecord *record; /* NULL: a hole */
    gint64 need;         /* on a flat pool what must be free for it to start, else 0 */
    BbTimeUs estimate_us;
} BbWaiting;

typedef struct {
    guint32 first, n; /* entries [first, n) count; unless there are none, both ends are no holes */
    guint32 n_holes;
    gboolean stale;  /* something went: the bounds may be too low */
    gint64 min_need; /* lower bounds */
    BbTimeUs min_estimate_us;
    BbWaiting entries[BB_CHUNK_SIZE];
} BbChunk;

typedef struct _BbWaitQueue BbWaitQueue;

BbWaitQueue *bb_wait_queue_new(const BbQueue *policy);
void bb_wait_queue_free(BbWaitQueue *queue);
guint64 bb_wait_queue_n(const BbWaitQueue *queue);

/* `need` is the BbWaiting member. The job must not be there yet. */
void bb_wait_queue_insert(BbWaitQueue *queue, BbJobRecord *record, gint64 need);
void bb_wait_queue_remove(BbWaitQueue *queue, const BbJobRecord *record);
void bb_wait_queue_tidy(BbWaitQueue *queue);

/* What a walk may leave out: an entry is possible when need <= free and it ends by `ends_by_us` after
 * now or needs no more than `extra`. */
typedef struct {
    gint64 free, extra;
    BbTimeUs ends_within_us;
} BbWaitLimits;

/* What the job of least need needs; G_MAXINT64 when nobody waits. O(chunks). */
gint64 bb_wait_queue_min_need(const BbWaitQueue *queue);
/* The next entry at or after the walk's place, or NULL; the walk moves past it. */
const BbWaiting *bb_wait_queue_next(const BbWaitQueue *queue, BbWalk *walk);
const BbWaiting *bb_wait_queue_next_possible(const BbWaitQueue *queue, BbWalk *walk,
                                             const BbWaitLimits *limits);
