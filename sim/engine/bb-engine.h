/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. The simulation of one cluster: events in, decisions out, books kept.
 *
 * One instant, one pass: all events of an instant are applied first (ends of runs in the order of
 * their start, changes of nodes, then submissions in order of arrival), then the queue policy runs once;
 * what that brings about at the same instant is a new round of the same. With `pass_event` a pass follows
 * every event, submissions come before ends, and, with kill_at_estimate, an allocation whose estimated end
 * is now leaves the books before the first pass of the instant.
 *
 * Nodes change as bb_cluster_changes of the cluster tells. Nobody but the engine knows of it before. What
 * is on a node that goes down or away is evicted: it loses its work and waits again, at its place in the
 * queue; a gang as a whole, another job the tasks that were there. Of a node that becomes smaller the
 * latest starts are evicted until the rest has room. A job is rejected once it is certain that it can
 * never run: no node that is, or by the changes to come will be, there could take it, or not as many
 * tasks of it as must start at once. One that ran before has failed then. */
#pragma once

#include "sim/contract/bb-observer.h"
#include "sim/contract/bb-placement.h"
#include "sim/contract/bb-queue.h"

typedef struct _BbEngine BbEngine;

/* Where jobs come from, in submit order. `next` fills a row whose texts are borrowed until its next
 * call. `place_error` prefixes a problem with the current row by file:line (column of the named native
 * column where known), sets the error and returns FALSE. */
typedef struct {
    gpointer data;
    BbReadResult (*next)(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error);
    gboolean (*place_error)(gpointer data, const char *column, GError **error, const char *format,
                            ...) G_GNUC_PRINTF(4, 5);
} BbJobSource;

typedef enum {
    BB_ESTIMATE_TRACE,
    BB_ESTIMATE_PERFECT, /* min(runtime, the trace's estimate) */
} BbEstimate;

typedef enum {
    BB_SEARCH_AUTO,
    BB_SEARCH_INDEX,
    BB_SEARCH_SCAN,
} BbSearchMode;

typedef struct {
    guint64 seed;
    gboolean pass_event;
    gboolean kill_at_estimate;
    gboolean reject_unplaced; /* a job that does not start in the pass of its arrival is rejected */
    gboolean ties_random;
    BbEstimate estimate;
    BbSearchMode search; /* every mode gives the same answer */
    BbTimeUs until_us;   /* BB_TIME_NEVER: to the last submit or finish, services aside, or, where
                          * somebody still waits for nodes, their last change */
    gint *interrupted;   /* polled often; nonzero: stop. May be NULL */
} BbEngineOptions;

#define BB_ENGINE_OPTIONS_INIT                                                                     \
    {                                                                                              \
        .seed = 1, .kill_at_estimate = TRUE, .until_us = BB_TIME_NEVER                             \
    }

/* Borrows all; they must outlive the engine. Sets placement->seed and ->modelled. */
BbEngine *bb_engine_new(BbCluster *cluster, BbJobSource source, BbQueue *queue,
                        BbPlacement *placement, const BbEngineOptions *options);
void bb_engine_free(BbEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbEngine, bb_engine_free)

/* Copies the struct; its data is borrowed. */
void bb_engine_add_observer(BbEngine *engine, const BbObserver *observer);

/* To the end. FALSE: bad input (from the source), a policy that broke its contract
 * (BB_ERROR_POLICY), or BB_ERROR_INTERRUPTED with how far it came. Observers have been told of
 * nothing but what happened; the cluster's books are as they stood. */
gboolean bb_engine_run(BbEngine *engine, GError **error);

/* Jobs of rows with node_optional that were not there after all. */
typedef struct {
    guint64 n_unknown; /* no such node */
    guint64 n_no_room;
    char *unknown, *no_room; /* the first such node; NULL: none */
} BbStrays;

/* At any time. */
const BbStrays *bb_engine_strays(const BbEngine *engine);
BbTimeUs bb_engine_now(const BbEngine *engine);
guint64 bb_engine_n_submitted(const BbEngine *engine);
const BbWork *bb_engine_work(const BbEngine *engine);
