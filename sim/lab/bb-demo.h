/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The main job of breakbulk: is it worth mixing? The parts of a workload run in silos, each the
 * smallest that keeps a promise to its part; then all of them in one pool of as many machines; then in
 * the smallest pool that keeps every part as well off as its silo did. One policy and one kind of
 * machine throughout, so that the pool is all that differs. */
#pragma once

#include "bb-experiment-run.h"

/* Jobs of one kind, and of no other. */
typedef struct {
    BbKind kind;
    const char *generator;     /* of this part alone */
    BbTimeUs most_wait_p99_us; /* the promise */
} BbDemoPart;

#define BB_DEMO_PARTS_MAX 4

/* All borrowed. */
typedef struct {
    const BbTables *tables;
    const BbDemoPart *parts;
    guint n_parts;         /* at most BB_DEMO_PARTS_MAX */
    const char *generator; /* of all parts together: the very same jobs */
    const char *queue, *placement;
    const char *cpu, *memory; /* of a machine, as in an experiment file */
    gint *interrupted;        /* may be NULL */
} BbDemoSpec;

typedef struct {
    guint n_machines;
    BbOutcome *outcome; /* owned */
} BbDemoPool;

typedef struct {
    BbDemoPool silos[BB_DEMO_PARTS_MAX];
    guint n_machines; /* of all silos */
    BbDemoPool mixed; /* as many machines */
    BbDemoPool smallest;
    BbDemoPool below; /* one machine less: outcome NULL where that is none */
    guint n_tried;    /* runs there were */
} BbDemo;

/* A pool is good enough when it and the next two larger ones are: waits do not fall with every single
 * machine. The smallest is found by bisection, then smaller neighbours are tried.
 * NULL: BB_ERROR_VERDICT when no pool will do, BB_ERROR_INTERRUPTED, or what the parts' own run says. */
BbDemo *bb_demo_run(const BbDemoSpec *spec, GError **error);
void bb_demo_free(BbDemo *demo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbDemo, bb_demo_free)

/* Is part `p` in that pool at least as well off as in its silo: P99 wait, rejected and never started
 * jobs? */
gboolean bb_demo_is_well_off(const BbDemoSpec *spec, const BbDemo *demo, guint p,
                             const BbDemoPool *pool);
