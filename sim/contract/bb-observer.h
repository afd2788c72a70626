/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2. What the author of an observer reads: everything that happens, told as it happens, nothing of it
 * changeable. The engine calls in the order of the events; several observers in the order they were
 * added. An observer that is not there costs nothing. */
#pragma once

#include "sim/base/bb-error.h"
#include "sim/model/bb-cluster.h"
#include "sim/model/bb-job.h"

typedef enum {
    BB_JOB_WAITING, /* not started, or (no gang) not all of it */
    BB_JOB_RUNNING,
    BB_JOB_COMPLETED,
    BB_JOB_KILLED, /* at its estimate */
    BB_JOB_FAILED, /* had started, and what the rest of it needs is gone for good */
    BB_JOB_REJECTED,
    BB_JOB_UNFINISHED, /* still waiting or running when the simulation ended */
    BB_N_JOB_STATES,
} BbJobState;

/* "waiting", "running", "completed", "killed", "failed", "rejected", "unfinished". */
extern const char *const bb_job_state_names[BB_N_JOB_STATES];

/* A job with the truth about it. Policies get only the first member. */
typedef struct {
    BbJob job;
    const char *id;
    BbTimeUs runtime_us; /* on a node of speed 1; BB_TIME_NEVER: a service */
    BbTimeUs limit_us;   /* killed after running so long; BB_TIME_NEVER: never */
    BbTimeUs ideal_us;   /* run time alone on the fastest node that admits it, cut at the limit */
    BbTimeUs start_us;   /* first start; -1: not yet. As are the next two */
    BbTimeUs ready_us;   /* first doing work */
    BbTimeUs finish_us;  /* last end */
    BbTimeUs waiting_since_us; /* no task has started, or all that had were evicted; -1: not so */
    BbTimeUs waited_us;        /* such times that are over */
    BbJobState state;
    const char *reason; /* of a rejection or failure; static or the engine's */
    guint32 n_tasks;    /* in all */
    guint32 n_ended;
    guint32 n_evictions;                  /* of a gang, else of tasks */
    gint32 cpu_used_ppm, memory_used_ppm; /* of the request; 1000000 where the trace is blank */
} BbJobRecord;

/* Tasks of one job that started together. A gang is one run; another job is one or more. Runs are told
 * apart by `seq`, jobs by `seq` too: the engine may move both between two calls. */
typedef struct {
    BbJobRecord *record;
    BbTimeUs start_us;
    BbTimeUs ready_us;
    BbTimeUs end_us;     /* known to nobody but the engine and observers; NEVER: a service */
    BbTimeUs release_us; /* what policies may count on: start + estimate, or NEVER */
    guint64 seq;         /* order of starting */
    guint32 first_task;  /* index of its first task within the job */
    guint32 n_tasks;
    guint32 n_placed;
    guint32 slot;       /* the engine's place for it */
    gboolean cut;       /* killed at end_us, for it would go on beyond its limit */
    gboolean off_books; /* given back before its end: pass_event, estimated end reached */
    gboolean ends_wait; /* until it started, its job was waiting (waiting_since_us) */
    gboolean gone;      /* evicted; the engine's */
    BbPlaced placed[];
} BbRun;

typedef enum {
    BB_END_COMPLETED,
    BB_END_KILLED,
    BB_END_FAILED,
    BB_END_UNFINISHED, /* the simulation ended first */
} BbRunEnd;

typedef struct {
    guint64 events, passes, decisions, nodes_examined, costs_computed;
    guint64 no_shadow; /* passes in which EASY found no shadow time */
} BbWork;

/* The state of the world an observer may look at. */
typedef struct {
    const BbCluster *cluster;
    BbTimeUs now_us;
    guint64 n_waiting; /* jobs in the queue */
    guint64 n_running; /* runs */
    const BbWork *work;
} BbView;

typedef struct _BbObserver BbObserver;

/* Every slot is optional. `data` is the observer's own. */
struct _BbObserver {
    gpointer data;
    /* A job arrived (it may be rejected at once). */
    void (*on_submit)(gpointer data, const BbView *view, const BbJobRecord *record);
    void (*on_reject)(gpointer data, const BbView *view, const BbJobRecord *record);
    /* The books already show it. */
    void (*on_start)(gpointer data, const BbView *view, const BbRun *run);
    void (*on_end)(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how);
    /* The run lost its places, and its work is lost; its tasks wait again. The books already show it. */
    void (*on_evict)(gpointer data, const BbView *view, const BbRun *run);
    /* The node is what the books now show, and was that before. What it could not keep was evicted. */
    void (*on_node)(gpointer data, const BbView *view, guint32 node, BbNodeState was,
                    const BbResources *had);
    /* The job is over: its last task ended, it was rejected (after on_reject), or the simulation ended
     * (state BB_JOB_UNFINISHED). The record goes away after the call. */
    void (*on_job_done)(gpointer data, const BbView *view, const BbJobRecord *record);
    /* Time is about to move on from view->now_us; everything of this instant has happened. */
    void (*on_instant)(gpointer data, const BbView *view);
    /* The simulation is over (before the on_end and on_job_done of what is left). */
    void (*on_finish)(gpointer data, const BbView *view);
};
