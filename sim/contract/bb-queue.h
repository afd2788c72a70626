/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What the author of a queue policy reads. One file in policies/queue/ = one policy. It decides
 * who may start next; where is the placement's business.
 *
 * The engine keeps the waiting jobs in the order of `compare` and calls `schedule` once per pass. The
 * policy walks the queue and tries jobs; a try that succeeds takes effect at once. The usual queue is
 * a compare and nothing else; EASY is a walk, a reservation and a second walk. */
#pragma once

#include "sim/base/bb-params.h"
#include "sim/model/bb-cluster.h"
#include "sim/model/bb-job.h"

typedef struct _BbQueue BbQueue;
typedef struct _BbQueueClass BbQueueClass;
typedef struct _BbPass BbPass; /* one pass of the engine, valid during `schedule` */

struct _BbQueueClass {
    const char *name; /* "easy", also the file's name */
    const char *summary;
    const char *source;
    const BbParam *params;
    const char *text; /* takes "NAME: TEXT"; this one when none is given. NULL: takes none */
    gsize state_size; /* zeroed bytes at self->state */
    gboolean (*init)(BbQueue *self, GError **error); /* optional */
    void (*clear)(BbQueue *self);                    /* optional */
    /* Order of waiting: below 0 when a goes first. A strict order that never changes while both wait
     * (ageing at one rate does not change it). The engine breaks ties by submit time, then trace
     * order. Optional: submit time, then trace order. */
    gint (*compare)(const BbQueue *self, const BbJob *a, const BbJob *b);
    /* Optional: bb_pass_in_order(pass, 0). */
    void (*schedule)(BbQueue *self, BbPass *pass);
    /* TRUE: the engine keeps what bb_pass_earliest needs (running jobs by estimated end). */
    gboolean projects;
};

struct _BbQueue {
    const BbQueueClass *klass;
    BbParams *params;   /* owned */
    char *text;         /* owned; NULL: the class takes none */
    gboolean residents; /* set by an init whose policy reads residents of nodes */
    gpointer state;
};

BbQueue *bb_queue_new(const BbQueueClass *const *classes, const char *text, GError **error);
void bb_queue_free(BbQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbQueue, bb_queue_free)

/* ---- What a pass offers. Implemented by the engine. ---- */

typedef enum {
    BB_STARTED, /* it runs now, all of it */
    BB_PARTLY,  /* no gang: some of its tasks run now, the rest found no room and waits on */
    BB_BLOCKED, /* there is no room on the real nodes */
    BB_HELD,    /* there is room, but a reservation needs it */
} BbTry;

BbTimeUs bb_pass_now(const BbPass *pass);
/* The nodes, as they are on the books now. */
const BbCluster *bb_pass_cluster(const BbPass *pass);
/* Another pass at that time, whatever else happens then or not. Of queues that project. A queue that
 * asks for one in every pass never lets the simulation end. */
void bb_pass_wake(BbPass *pass, BbTimeUs time_us);
/* TRUE under --pass event. */
gboolean bb_pass_is_event(const BbPass *pass);

/* A walk over the waiting jobs in queue order; starting jobs while walking is fine. */
typedef struct {
    guint chunk, position; /* private */
} BbWalk;
#define BB_WALK_INIT                                                                               \
    {                                                                                              \
        0, 0                                                                                       \
    }
/* The next job, or NULL. Borrowed: valid until the pass ends. */
const BbJob *bb_pass_next(BbPass *pass, BbWalk *walk);
/* The same, but jobs for which bb_pass_try cannot answer BB_STARTED now are left out as far as the
 * engine can tell at a glance (their shape was blocked in this pass already, they need more than is
 * free, a reservation forbids them). Never leaves out a job that could start. */
const BbJob *bb_pass_next_possible(BbPass *pass, BbWalk *walk);
guint64 bb_pass_n_waiting(const BbPass *pass);

/* Starts the job now if it has room, or, no gang, as many of its tasks as have; and if no reservation
 * is in the way. */
BbTry bb_pass_try(BbPass *pass, const BbJob *job);
/* Walks in order and tries each; at the (max_passed + 1)-th job that does not start, stops. -1: never
 * stops. */
void bb_pass_in_order(BbPass *pass, gint64 max_passed);

/* What a reservation holds for a blocked job until it can start. */
typedef enum {
    BB_RESERVE_RETEST, /* nothing named: whatever starts and ends later must leave the job placeable */
    BB_RESERVE_COUNT, /* amounts: the sum over nodes of what is free at that time less the need */
    BB_RESERVE_NODES, /* the nodes (and devices) that the placement would give it then */
} BbReserve;

/* One reservation at a time (EASY): the shadow time, at which the job can first be placed on the real
 * nodes if running jobs end at their estimated ends and nothing else starts; with it the hold is in
 * force for the rest of the pass. BB_TIME_NEVER, and no hold, when it cannot be known: jobs without
 * estimate are in the way. A job that outlived its estimate counts as ending in the next
 * microsecond. Cost: O(nodes + running). */
BbTimeUs bb_pass_reserve(BbPass *pass, const BbJob *job, BbReserve how);
/* Counts a pass that found no shadow time, for the summary. */
void bb_pass_count_no_shadow(BbPass *pass);

/* Many reservations (conservative backfilling): the plan holds a start for each planned job, on named
 * nodes; a pool of one node is counted. Kept by the engine between passes.
 *   bb_pass_plan_rebuild   a new plan at each pass: every waiting job in queue order gets its earliest
 *                          start among those before it; those whose start is now are started.
 *   bb_pass_plan_compress  reserved starts are kept; a new job gets its earliest start behind them; at
 *                          each end of a run every waiting job in queue order is taken out and put in
 *                          again, which can only move it earlier; a reserved start is an event of its
 *                          own after submissions and ends of that instant. */
void bb_pass_plan_rebuild(BbPass *pass);
void bb_pass_plan_compress(BbPass *pass);
/* A plan step by step, for queues that plan by rules of their own. `begin` forgets all plans: only what
 * runs is held. Then, job by job: `earliest` is the first time from which the job (no gang: one task of
 * it) can run for that length beside all that is held, BB_TIME_NEVER if there is none; a start found to
 * be now is taken by `start`, which is TRUE when nothing of the job waits any more; any other can be
 * held by `hold`, for the length that was asked about, before the next question. */
void bb_pass_plan_begin(BbPass *pass);
BbTimeUs bb_pass_plan_earliest(BbPass *pass, const BbJob *job, BbTimeUs length_us);
gboolean bb_pass_plan_start(BbPass *pass, const BbJob *job);
void bb_pass_plan_hold(BbPass *pass, const BbJob *job, BbTimeUs start_us, BbTimeUs length_us);
