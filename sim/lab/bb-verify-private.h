/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to the referee: what is true by the trace, what the files claim, and the steps of the
 * check, each in a file of its own. */
#pragma once

#include "sim/lab/bb-verify.h"
#include "sim/model/bb-cluster.h"

/* Tasks of one job on one node, as claimed. */
typedef struct {
    guint32 job, node;
    guint32 first_task, n_tasks;
    guint64 devices;
    BbTimeUs from_us, to_us; /* NEVER: to the end */
    gint end;                /* BbJobState or BB_TASK_EVICTED, -1: not told */
} BbHeld;

typedef struct {
    const char *id;
    guint32 workload;
    /* By the trace. */
    const BbShape *shape;
    guint32 n_tasks;
    gboolean gang;
    BbTimeUs submit_us, runtime_us, limit_us; /* limit: killed after running so long */
    const char *after, *there;                /* "": none */
    /* As claimed; times -1: never. */
    guint32 n_listed;
    BbTimeUs claimed_submit_us, start_us, finish_us;
    gint state;
    const char *nodes; /* "" */
    guint32 first_held, n_held;
    gint64 n_evictions;       /* as jobs.csv has it */
    gint64 n_evicted;         /* tasks, as allocations.csv has it */
    BbTimeUs evicted_from_us; /* the first start of those; NEVER: none */
    gboolean untimed;         /* its tasks did not all start at once, and nobody tells when */
} BbClaim;

typedef struct {
    const BbExperiment *experiment;
    BbNames *names;
    BbShapes *shapes;
    BbCluster *cluster; /* nodes at their most; its books stay empty */
    BbCluster *start;   /* .. as they are at the start */
    gboolean *comes;    /* by node: it is not there at one time or another */
    GPtrArray *workload_names;
    GStringChunk *texts;
    GArray *jobs;       /* of BbClaim, in order of workloads and traces */
    GHashTable *by_key; /* BbClaim by (workload, id), once all are there */
    GArray *held;       /* of BbHeld, by job and task; then those that were evicted */
    GArray *evicted;    /* of BbHeld, until they stand there */
    gboolean from_allocations;
    BbVerdict *verdict;
} BbReferee;

static inline BbClaim *
bb_referee_job(const BbReferee *referee, guint i)
{
    return &g_array_index(referee->jobs, BbClaim, i);
}
static inline BbHeld *
bb_referee_held(const BbReferee *referee, guint i)
{
    return &g_array_index(referee->held, BbHeld, i);
}
/* Tasks of the entry that were there together for certain: of those that came and went at one
 * instant, and are no gang, one. */
static inline guint32
bb_referee_together(const BbReferee *referee, const BbHeld *held)
{
    gboolean apart = held->to_us == held->from_us && !bb_referee_job(referee, held->job)->gang;
    return apart ? 1 : held->n_tasks;
}
const char *bb_referee_node_name(const BbReferee *referee, guint32 node);

/* Notes a violation. */
void bb_referee_say(BbReferee *referee, BbTimeUs time_us, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* "job 15", "job 15 of openb.csv". Owned by the caller. */
char *bb_referee_label(const BbReferee *referee, const BbClaim *job);
/* Notes "LABEL: ..". */
void bb_referee_say_job(BbReferee *referee, const BbClaim *job, BbTimeUs time_us,
                        const char *format, ...) G_GNUC_PRINTF(4, 5);
/* NULL when no trace has it. */
BbClaim *bb_referee_find(const BbReferee *referee, const char *workload, const char *id);

/* bb-verify-trace.c: jobs, by_key. */
gboolean bb_referee_read_trace(BbReferee *referee, const GPtrArray *workloads, GError **error);
/* bb-verify-claims.c: what the files say of the jobs, and held. */
gboolean bb_referee_read_claims(BbReferee *referee, const BbVerifyFiles *files, GError **error);
/* Appends "n1*2;n7" as held places of one job; unknown nodes and bad counts are violations. */
void bb_referee_add_places(BbReferee *referee, guint32 job, const char *nodes, GArray *held);

/* bb-verify-job.c: each job by itself. */
void bb_referee_check_jobs(BbReferee *referee);
/* bb-verify-run.c: where tasks were, for how long, and how that ended. Sets `untimed`. */
void bb_referee_check_runs(BbReferee *referee, BbClaim *job);
/* May a task of the shape ever be on the node? NULL, or why not; owned by the caller. */
char *bb_referee_why_not(const BbReferee *referee, const BbNode *node, const BbShape *shape);
gboolean bb_referee_admits(const BbNode *node, const BbShape *shape);
/* Value id of a label, 0 when the node has none. */
guint32 bb_referee_label_of(const BbNode *node, guint32 key);

/* bb-verify-evicted.c: were tasks evicted where and when a node changed? Then they join the held. */
void bb_referee_check_evicted(BbReferee *referee);

/* bb-verify-sweep.c: all jobs together, over time. */
void bb_referee_sweep(BbReferee *referee);

/* bb-verify-against.c */
gboolean bb_referee_compare(BbReferee *referee, const char *path, GError **error);

/* bb-verify-groups.c: where tasks of groups are, for avoid and spread. */
typedef struct _BbGroups BbGroups;
BbGroups *bb_groups_new(BbReferee *referee);
void bb_groups_free(BbGroups *groups);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbGroups, bb_groups_free)
/* `sign` 1: start, -1: end. `moment`: over within the instant. */
void bb_groups_move(BbGroups *groups, const BbHeld *held, BbTimeUs now_us, gint sign,
                    gboolean moment);
/* Tasks that may be there between the first start and the last end of their job: for spread they
 * only help. */
void bb_groups_maybe(BbGroups *groups, const BbHeld *held, BbTimeUs now_us, gint sign);
/* Notes whom the task that just came offends. */
void bb_groups_check_avoid(BbGroups *groups, const BbHeld *held, BbTimeUs now_us);
/* All starts of the instant have been moved. */
void bb_groups_check_spread(BbGroups *groups, BbTimeUs now_us);
