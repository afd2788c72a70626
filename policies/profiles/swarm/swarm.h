/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Docker Swarm (standalone): filters and strategies over small views of containers and nodes. A view
 * borrows everything that it points to.
 *
 * Source: docker-archive/classicswarm scheduler/{scheduler.go,filter,strategy,node}. */
#pragma once

#include "swarm-expr.h"

typedef struct {
    const char *key, *value;
} SwarmLabel;

typedef struct {
    const char *host_ip;   /* "" or "0.0.0.0": all of the node's */
    const char *host_port; /* "": any that is free */
} SwarmPort;

typedef struct {
    const char *id;
    const char *const *tags; /* "redis:3.2", ended by NULL */
} SwarmImage;

/* A container, as it is asked for and as it is on a node. Lists may be NULL when empty. */
typedef struct {
    const char *id, *name; /* NULL: none */
    const char *network;   /* "bridge", "host", "container:NAME"; NULL: bridge */
    gint64 memory, cpus;   /* reserved; cpus in the unit of the nodes' */
    const SwarmLabel *labels;
    guint n_labels;
    const SwarmPort *ports; /* bound on the node, unless network is "host" */
    guint n_ports;
    const char *const *exposed;      /* "80/tcp", taken from the node when network is "host" */
    const char *const *volumes_from; /* "NAME" or "NAME:rw" */
    const char *const *links;        /* "NAME" or "NAME:ALIAS" */
    const GArray *constraints, *affinities, *whitelist; /* of SwarmExpr; NULL: none */
} SwarmContainer;

/* Several containers that are all the same. */
typedef struct {
    const SwarmContainer *container;
    guint n;
} SwarmHeld;

typedef struct {
    const char *id, *name;
    const SwarmLabel *labels;
    guint n_labels;
    const SwarmHeld *held;
    guint n_held;
    guint n_containers; /* all, held ones included */
    const SwarmImage *images;
    guint n_images;
    gint64 health; /* 0 (unhealthy) to 100 */
    gint64 total_memory, total_cpus, used_memory, used_cpus;
} SwarmNode;

typedef enum {
    SWARM_BINPACK,
    SWARM_SPREAD,
    SWARM_RANDOM,
} SwarmStrategy;

/* What an engine counts as its own: the amount and so many per cent more, in integers. */
gint64 swarm_overcommit(gint64 amount, gint64 percent);

/* Filters: does the node pass? `soft`: soft expressions count too (the first of two passes). */
gboolean swarm_healthy(const SwarmNode *node);
gboolean swarm_ports_free(const SwarmContainer *asked, const SwarmNode *node);
gboolean swarm_slot_free(const SwarmNode *node);
gboolean swarm_dependencies_there(const SwarmContainer *asked, const SwarmNode *node);
gboolean swarm_affinities_hold(const SwarmContainer *asked, const SwarmNode *node, gboolean soft);
gboolean swarm_constraints_hold(const SwarmContainer *asked, const SwarmNode *node, gboolean soft);
gboolean swarm_whitelisted(const SwarmContainer *asked, const SwarmNode *node, gboolean soft);
/* All of them, in Swarm's default order. */
gboolean swarm_passes(const SwarmContainer *asked, const SwarmNode *node, gboolean soft);

/* The weight of binpack and spread: per cent of cpu and memory that would be reserved, and the
 * health. FALSE: the node has not the room. */
gboolean swarm_weigh(const SwarmContainer *asked, const SwarmNode *node, SwarmStrategy strategy,
                     gint64 *out_weight);

/* May the container go there for all that the caller knows besides? */
typedef gboolean (*SwarmAllows)(gpointer data, guint node);

/* Index of the node that the container goes to, or -1: in two passes, with soft expressions and
 * without. `draw` in [0, 2^64) decides random. Ties: the first. O(nodes). */
gint swarm_place(const SwarmContainer *asked, const SwarmNode *nodes, guint n_nodes,
                 SwarmStrategy strategy, guint64 draw, SwarmAllows allows, gpointer data);
