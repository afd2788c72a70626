/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SwarmKit's filters that look at more than cpu and memory: availability, constraints, host ports,
 * generic resources, replicas per node. Views borrow what they point to.
 *
 * Source: moby/swarmkit manager/scheduler/filter.go, manager/constraint/constraint.go. */
#pragma once

#include <glib.h>

typedef struct {
    const char *key, *value;
} SwarmkitLabel;

typedef struct {
    const char *name;
    gint64 amount;
} SwarmkitGeneric;

/* "KEY == VALUE" or "KEY != VALUE", compared without case. */
typedef struct {
    char *key, *value;
    gboolean negated;
} SwarmkitConstraint;

typedef struct {
    const char *name; /* NULL: the tasks with the same service object are one service */
    const SwarmkitConstraint *constraints;
    guint n_constraints;
    const char *const *ports; /* published in host mode, "80/tcp", ended by NULL; may be NULL */
    const SwarmkitGeneric *generic;
    guint n_generic;
    guint32 max_replicas; /* on one node, 0: any */
} SwarmkitService;

typedef struct {
    const char *id, *hostname, *role; /* "worker" or "manager" */
    gboolean active;                  /* neither paused nor drained */
    const SwarmkitLabel *labels, *engine_labels;
    guint n_labels, n_engine_labels;
    const SwarmkitGeneric *generic;
    guint n_generic;
} SwarmkitHost;

/* Some tasks of a service on a node. */
typedef struct {
    const SwarmkitService *service;
    guint32 n;
} SwarmkitTasks;

gboolean swarmkit_constraint_parse(SwarmkitConstraint *constraint, const char *text,
                                   GError **error);
void swarmkit_constraint_clear(SwarmkitConstraint *constraint);
/* node.id, node.hostname, node.role, node.labels.X, engine.labels.X; any other key fails. */
gboolean swarmkit_constraint_holds(const SwarmkitConstraint *constraint, const SwarmkitHost *host);

gboolean swarmkit_same_service(const SwarmkitService *a, const SwarmkitService *b);
/* What never changes: availability and constraints. */
gboolean swarmkit_admits(const SwarmkitHost *host, const SwarmkitService *service);
/* Ports, generic resources and replicas, `tasks` being there and n_new more of the service. */
gboolean swarmkit_fits(const SwarmkitHost *host, const SwarmkitTasks *tasks, guint n_tasks,
                       const SwarmkitService *service, guint32 n_new);
/* The node's value for a spread preference: "node.labels.X" or "engine.labels.X"; "" for none. NULL:
 * not a preference that SwarmKit knows, to be left out. */
const char *swarmkit_branch(const SwarmkitHost *host, const char *preference);
