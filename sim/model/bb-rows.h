/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L1. One job and one node as a trace says it: what readers and generators produce. Texts are
 * borrowed from the reader until its next row; NULL and "" mean blank. */
#pragma once

#include "bb-resources.h"

/* How a task is held to its node; which of them a node allows is the node's `runtimes`. */
typedef enum {
    BB_CONTAINER,
    BB_VM,
    BB_PROCESS,
    BB_BARE_METAL, /* holds whole nodes, one per task */
    BB_N_KINDS,
} BbKind;

/* "container", "vm", "process", "bare-metal". */
extern const char *const bb_kind_names[BB_N_KINDS];
#define BB_ALL_KINDS ((1u << BB_N_KINDS) - 1)

typedef struct {
    const char *id; /* unique within its workload */
    guint64 line;   /* where it stands in its file, from 1 */
    BbTimeUs submit_us;
    BbTimeUs runtime_us;  /* the truth, on a node of speed 1; BB_TIME_NEVER: a service */
    BbTimeUs estimate_us; /* what the user said; BB_TIME_NEVER: nothing */
    BbKind kind;
    gint64 n_tasks;        /* >= 1 */
    gboolean gang;         /* all tasks start at once or none */
    BbResources need;      /* per task; gpu: a share below 1000, or whole devices x 1000 */
    gint64 priority;       /* gint32; higher first */
    gint64 ordinal;        /* identity within its group, -1: none */
    const char *gpu_model; /* "A|B" */
    const char *class_name, *group, *after, *image, *volumes;
    const char *require, *prefer, *tolerate, *spread, *avoid; /* syntax: bb-constraint.h */
    const char
        *spec; /* a JSON object: what the policy of a real system reads in its own language */
    const char *node;       /* already there at the start: "n1*2;n7", as jobs.csv writes it */
    gboolean node_optional; /* .. where it is there and has room; else it waits as others do */
    gint32 cpu_used_ppm, memory_used_ppm; /* of the request; -1: blank, all of it counts as used */
    const char *extra; /* columns carried along, as CSV text; header: BbReaderMeta.extra_columns */
    /* What the log recorded, for info, lint and backtest; -1: unknown. A run without a runtime_us:
     * the log ended, the job was still there (bb-censor.h). */
    BbTimeUs logged_wait_us, logged_run_us;
    gint64 logged_tasks;
    gboolean alive_at_start; /* before the log began: how long it had run is not known */
} BbJobRow;

/* kind container, one task, no estimate, blanks everywhere. */
#define BB_JOB_ROW_INIT                                                                            \
    {                                                                                              \
        .runtime_us = BB_TIME_NEVER, .estimate_us = BB_TIME_NEVER, .n_tasks = 1, .ordinal = -1,    \
        .cpu_used_ppm = -1, .memory_used_ppm = -1, .logged_wait_us = -1, .logged_run_us = -1,      \
        .logged_tasks = -1,                                                                        \
    }

typedef struct {
    const char *id; /* a name or a range "n[001-120]" (bb_cluster_add expands it) */
    guint64 line;
    const char *pool;
    BbResources capacity; /* gpu: devices x 1000 */
    guint32 named;        /* bit r: this row says something about resource r (0 counts) */
    const char *gpu_model;
    const char *labels, *taints; /* "key=value; key=value" */
    const char *spec;            /* as a job's */
    guint32 runtimes;            /* bits of BbKind */
    guint32 speed_milli;         /* 1000 = as fast as the trace's machine */
    gint64 price_micro_per_h;    /* millionths of the currency; 0: no price */
    gboolean later;              /* not there at the start: a change adds it */
} BbNodeRow;

#define BB_NODE_ROW_INIT                                                                           \
    {                                                                                              \
        .runtimes = BB_ALL_KINDS, .speed_milli = 1000                                              \
    }

/* What happens to a node. Of one that is updated, or comes back as another, `named` says what it has. */
typedef enum {
    BB_NODE_EVENT_DOWN,   /* up before */
    BB_NODE_EVENT_UP,     /* down before */
    BB_NODE_EVENT_ADD,    /* not there before, be it from the start or after it was removed */
    BB_NODE_EVENT_REMOVE, /* up or down before */
    BB_NODE_EVENT_UPDATE, /* up or down, and so it stays */
    BB_N_NODE_EVENTS,
} BbNodeEvent;

/* "down", "up", "add", "remove", "update". */
extern const char *const bb_node_event_names[BB_N_NODE_EVENTS];

typedef struct {
    const char *id; /* a name or a range, as a node's */
    guint64 line;
    BbTimeUs time_us;
    BbNodeEvent event;
    BbResources capacity; /* no gpu */
    guint32 named;        /* bit r: the capacity of resource r is told; else it stays */
} BbNodeEventRow;

#define BB_NODE_EVENT_ROW_INIT                                                                     \
    {                                                                                              \
        .id = NULL                                                                                 \
    }
