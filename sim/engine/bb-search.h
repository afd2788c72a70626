/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. Where a task goes: the node of least cost among those that admit the shape and have room, ties
 * to the lowest index counted from the placement's start (or drawn). A plain exact scan, or the
 * index (bb-index.h), which gives the scan's answer.
 *
 * Per shape it keeps what hardly changes: the mask of nodes that may ever take a task (one bit a
 * node), how many tasks an empty cluster takes, the fastest speed. */
#pragma once

#include "sim/contract/bb-observer.h"
#include "sim/contract/bb-placement.h"
#include "sim/engine/bb-engine.h"

typedef struct _BbSearch BbSearch;

/* Borrows all. `cluster` must be as it is before anything runs. */
BbSearch *bb_search_new(const BbCluster *cluster, BbPlacement *placement, BbSearchMode mode,
                        guint64 seed, gboolean ties_random, BbWork *work);
void bb_search_free(BbSearch *search);

/* What is known of a shape. Borrowed; valid until the search is freed. */
typedef struct {
    const BbShape *shape;
    const guint64 *admits; /* bit per node that may take a task at one time or another */
    guint n_admits;        /* of them, those that are there or will be */
    gint64 empty_slots;    /* tasks that these, empty, take at once (spread apart) */
    guint32 fastest_milli; /* speed of the fastest node that admits it; 0: none does */
    const char *why_none;  /* when n_admits == 0: "no node has ..", in words */
    guint64 blocked_epoch; /* memo of bb_pass_try: since then, so many tasks had no room */
    guint32 blocked_tasks;
} BbShapeFacts;
BbShapeFacts *bb_search_facts(BbSearch *search, const BbShape *shape);

static inline gboolean
bb_facts_admit(const BbShapeFacts *facts, guint node)
{
    return (facts->admits[node / 64] >> (node % 64)) & 1;
}

/* Finds places for n_tasks tasks of the job on `books` (the cluster or a copy of it), takes them
 * there, and appends them to `placed` (of BbPlaced; equal neighbours joined). All or, when `partly`,
 * as many as have room; returns how many were taken. When fewer than wanted and not `partly`, books
 * and policy state are as before and 0 is returned. `also` (may be NULL): a second set of books on
 * which every task must have room too; taken there as well. */
guint32 bb_search_place(BbSearch *search, BbCluster *books, BbCluster *also, const BbJob *job,
                        guint32 first_task, guint32 n_tasks, gboolean partly, BbTimeUs now_us,
                        GArray *placed);
/* Takes places found earlier, which must be free; the policy hears of them. */
void bb_search_take_found(BbSearch *search, BbCluster *books, const BbJob *job, guint32 first_task,
                          BbTimeUs now_us, const GArray *placed);
/* All taking and giving on the real cluster goes through these, so that the search knows what changed;
 * copies of it may be passed too. */
void bb_search_take(BbSearch *search, BbCluster *books, const BbShape *shape,
                    const BbPlaced *placed, guint n);
void bb_search_give(BbSearch *search, BbCluster *books, const BbShape *shape,
                    const BbPlaced *placed, guint n);

/* Would n_tasks tasks of the job have places on the books? Nothing is taken. */
gboolean bb_search_has_room(BbSearch *search, BbCluster *books, const BbJob *job, guint32 n_tasks,
                            BbTimeUs now_us);
/* The node of the real cluster has changed (bb_cluster_change). `most`: what it has at most from now
 * on; NULL: it is gone for good. TRUE: that is less than was known, so that jobs may be hopeless. */
gboolean bb_search_change(BbSearch *search, guint node, const BbResources *most);
/* Books on which nothing is taken, nodes as they are now. */
const BbCluster *bb_search_empty(const BbSearch *search);
/* Would the job have places on the empty cluster? */
gboolean bb_search_could_ever(BbSearch *search, const BbJob *job);
/* The policy's memory, for trials that must not leave a trace. */
void bb_search_save(BbSearch *search);
void bb_search_restore(BbSearch *search);
