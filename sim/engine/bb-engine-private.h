/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L3. What the files of the engine share: the engine's state, and the jobs that are alive. Nobody
 * else includes this. */
#pragma once

#include "sim/base/bb-event-queue.h"
#include "sim/engine/bb-engine.h"
#include "sim/engine/bb-search.h"
#include "sim/engine/bb-wait-queue.h"

/* A job from its arrival to its end. */
typedef struct _BbLive BbLive;
struct _BbLive {
    BbJobRecord record;    /* first: a BbJob, a BbJobRecord and a BbLive have one address */
    BbLive *prev, *next;   /* in order of arrival */
    GPtrArray *dependents; /* of BbLive that wait for its end; NULL: none */
    guint32 n_blockers;    /* ends it waits for */
    GArray *again; /* of guint32: tasks that were evicted, in order; of no gang. NULL: none yet */
    gboolean queued;
    BbTimeUs planned_us; /* the plan's start; -1: none yet */
    char id[];
};

typedef struct _BbShadow BbShadow;
typedef struct _BbPlan BbPlan;
typedef struct _BbChanges BbChanges;
typedef struct _BbPacked BbPacked;

struct _BbPass {
    BbEngine *engine;
    BbReserve hold_how;
    gboolean hold; /* a reservation is in force */
};

/* Classes of events at one instant, in their order. */
enum { EVENT_END, EVENT_WAKE };

struct _BbEngine {
    BbCluster *cluster;
    BbJobSource source;
    BbQueue *queue;
    BbPlacement *placement;
    BbEngineOptions options;
    BbShapes *shapes;
    BbSearch *search;
    BbEventQueue *events; /* data: the BbRun that ends, maybe packed; NULL: wake up */
    BbPacked *packed;   /* runs that nobody but their end will ask for; NULL: all are kept whole */
    BbChanges *changes; /* of nodes; NULL: there are none */
    gboolean judge;     /* there may be jobs in the queue that can never run any more */
    guint64 n_timed;    /* runs that end some time */
    guint64 n_gone;     /* evicted runs whose ends are still among the events */
    BbEvent ahead;      /* the next event, taken out to look at it */
    gboolean has_ahead;
    BbWaitQueue *waiting;
    BbWork work;
    BbView view;
    GArray *observers;   /* of BbObserver */
    GPtrArray *runs;     /* of BbRun, each at its `slot`; those that are packed are not here */
    GPtrArray *releases; /* of BbRun on the books, by (release, order of start); NULL: not needed */
    GPtrArray *fresh;    /* of BbLive that arrived and await their first pass (reject_unplaced) */
    GHashTable *by_id;   /* BbLive by (workload, id); NULL until a trace has `after` */
    BbLive *first, *last;
    BbLive *spare_live; /* one that was let go, and one run of one place: there is always a next */
    BbRun *spare_run;
    GArray *placed; /* scratch, of BbPlaced */
    BbJobRow row;   /* the next to arrive */
    guint32 row_workload;
    gboolean has_row;
    guint64 n_submitted, n_runs_started;
    guint64 n_gives; /* how often room may have grown: a memo of "no room" lasts as long */
    BbStrays strays;
    gboolean flat;
    BbShadow *shadow;
    BbPlan *plan;
    BbPass pass;
};

/* Somebody wants the simulation to end. Loops that may be long stop short then: the run fails, whatever
 * else the pass would have brought about. */
static inline gboolean
bb_engine_is_interrupted(const BbEngine *engine)
{
    return engine->options.interrupted && g_atomic_int_get(engine->options.interrupted) != 0;
}
/* As bb_wait_queue_next, until interrupted. */
static inline const BbWaiting *
bb_engine_next_waiting(const BbEngine *engine, BbWalk *walk)
{
    return bb_engine_is_interrupted(engine) ? NULL : bb_wait_queue_next(engine->waiting, walk);
}

/* ---- bb-arrival.c ---- */
/* The row that is next becomes a live job: told to observers, then rejected, placed where it is
 * already, held back by `after`, or queued. FALSE with an error when the row cannot be. */
gboolean bb_arrival_take(BbEngine *engine, GError **error);
void bb_arrival_queue(BbEngine *engine, BbLive *live);
/* The last end that it waited for has come: it is queued, or given up. */
void bb_arrival_release(BbEngine *engine, BbLive *live);
/* NULL, or why the cluster could not take it, were it empty, now or ever. Owned by the facts or static. */
const char *bb_arrival_never_runnable(BbEngine *engine, const BbLive *live);

/* Run time alone on a node of that speed, cut at the limit; NEVER when there is no such node. */
BbTimeUs bb_arrival_ideal(const BbJobRecord *record, guint32 fastest_milli);

/* ---- bb-packed.c: running jobs in 64 or 128 bytes ---- */
BbPacked *bb_packed_new(void);
void bb_packed_free(BbEngine *engine);
guint64 bb_packed_n(const BbPacked *packed);
/* The run, whose end is to come after this instant, awaits being packed, and so does its end. */
void bb_packed_add(BbPacked *packed, BbRun *run);
/* At the end of an instant: packs what was added and can be restored to the last byte, and puts the ends
 * among the events. Pointers to such runs and their jobs are no longer valid. */
void bb_packed_settle(BbEngine *engine);
/* The run of an event, restored if it was packed. */
BbRun *bb_packed_run_of(BbEngine *engine, gpointer data);
/* Restores all, for whoever must look at every run or job; nothing is packed from then on. */
void bb_packed_restore_all(BbEngine *engine);

/* ---- bb-changes.c ---- */
/* NULL when no node ever changes; the functions on one take that too. */
BbChanges *bb_changes_new(const BbCluster *cluster);
void bb_changes_free(BbChanges *changes);
/* When the next change is, NEVER: there is none. */
BbTimeUs bb_changes_next(const BbChanges *changes);
/* Makes the next change. */
void bb_changes_apply(BbEngine *engine);
/* What runs where, to know what to evict. */
void bb_changes_note_start(BbChanges *changes, BbRun *run);
void bb_changes_note_end(BbChanges *changes, BbRun *run);
/* Gives up those in the queue that can never run any more. */
void bb_changes_judge(BbEngine *engine);

/* ---- bb-live.c ---- */
/* A blank job with that id, the last of those that are alive. */
BbLive *bb_live_new(BbEngine *engine, const char *id);
/* Lets a job go without telling anybody. */
void bb_live_free(BbEngine *engine, BbLive *live);
/* Jobs that were packed came to the end of the list: all in order of arrival again. */
void bb_live_sort(BbEngine *engine);
/* A run of so many places, zeroed up to them. */
BbRun *bb_run_new(BbEngine *engine, guint n_placed);
void bb_run_free(BbEngine *engine, BbRun *run);
/* To and from the engine's runs. */
void bb_run_append(BbEngine *engine, BbRun *run);
void bb_run_remove(BbEngine *engine, const BbRun *run);

/* ---- bb-ledger.c ---- */
/* The end of a run whose record, start and places are set, and whether it is cut there. */
void bb_ledger_set_end(const BbEngine *engine, BbRun *run);
/* Starts tasks at the places given, already taken on the books. */
void bb_ledger_start(BbEngine *engine, BbLive *live, const BbPlaced *placed, guint n_placed);
/* The same at all of engine->placed. */
static inline void
bb_ledger_start_placed(BbEngine *engine, BbLive *live)
{
    bb_ledger_start(engine, live, (const BbPlaced *)(gconstpointer)engine->placed->data,
                    engine->placed->len);
}
/* Also at all of engine->placed: of a job that is no gang, as runs of their own where they may end
 * apart. */
void bb_ledger_start_apart(BbEngine *engine, BbLive *live);
void bb_ledger_end(BbEngine *engine, BbRun *run, BbRunEnd how);
/* The run loses its places and its work; its tasks wait again. */
void bb_ledger_evict(BbEngine *engine, BbRun *run);
/* Gives back what, by its estimate, ends now (pass_event with kill_at_estimate). */
void bb_ledger_release_due(BbEngine *engine);
void bb_ledger_reject(BbEngine *engine, BbLive *live, const char *reason);
/* The same when it may have run before: then it has failed. */
void bb_ledger_give_up(BbEngine *engine, BbLive *live, const char *reason);
/* Tells of everything still running or waiting, and lets it go. */
void bb_ledger_close(BbEngine *engine);
/* When policies expect the run to give back: its release, the next microsecond if that is over. */
static inline BbTimeUs
bb_run_release(const BbRun *run, BbTimeUs now_us)
{
    return MAX(run->release_us, now_us + 1);
}
/* Milli cores of a run on a flat pool. */
static inline gint64
bb_run_cpu(const BbRun *run)
{
    return run->record->job.shape->need.v[BB_CPU] * (gint64)run->n_tasks;
}
/* The number of the i-th of the tasks that wait: first those that were evicted. */
static inline guint32
bb_live_task(const BbLive *live, guint32 i)
{
    if (live->again && i < live->again->len)
        return g_array_index(live->again, guint32, i);
    return live->record.n_tasks - live->record.job.n_tasks + i;
}
/* How many tasks must have room for the job to start. */
static inline guint32
bb_job_least_tasks(const BbJob *job)
{
    return job->gang ? job->n_tasks : 1;
}

/* Tells every observer that has the slot; what follows the slot are its arguments, the view first. */
#define BB_TELL(engine, slot, ...)                                                                 \
    for (guint o_ = 0; o_ < (engine)->observers->len; o_++) {                                      \
        const BbObserver *observer_ = &g_array_index((engine)->observers, BbObserver, o_);         \
        if (observer_->slot)                                                                       \
            observer_->slot(observer_->data, __VA_ARGS__);                                         \
    }

/* ---- bb-shadow.c: one reservation (EASY) ---- */
BbShadow *bb_shadow_new(BbEngine *engine);
void bb_shadow_free(BbShadow *shadow);
/* As bb_pass_reserve. */
BbTimeUs bb_shadow_set(BbShadow *shadow, const BbJob *job, BbReserve how);
/* May the job, at these places, run on beyond the shadow time? If so it is held there too. */
gboolean bb_shadow_take(BbShadow *shadow, const BbJob *job, const BbPlaced *placed, guint n);
BbTimeUs bb_shadow_time(const BbShadow *shadow);
gint64 bb_shadow_extra(const BbShadow *shadow); /* flat: milli cores to spare at that time */
/* The books at that time, less what is held: what starts now and ends later must have room there. */
BbCluster *bb_shadow_books(BbShadow *shadow);

/* ---- bb-plan.c: many reservations (conservative) ---- */
BbPlan *bb_plan_new(BbEngine *engine);
void bb_plan_free(BbPlan *plan);
void bb_plan_rebuild(BbPlan *plan, BbPass *pass);
void bb_plan_compress(BbPlan *plan, BbPass *pass);
/* What the plan must hear of to stay true. */
void bb_plan_note_start(BbPlan *plan, const BbRun *run);
void bb_plan_note_end(BbPlan *plan, const BbRun *run);
void bb_plan_note_queued(BbPlan *plan, BbLive *live);
void bb_plan_note_gone(BbPlan *plan, BbLive *live); /* was waiting, will never start */
void bb_plan_note_wake(BbPlan *plan);               /* the event of a reserved start */
void bb_plan_note_nodes(BbPlan *plan);              /* nodes are not what they were */
