/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers and nodes as a `spec` describes them:
 *   job   {"swarm": {"name", "id", "labels": {}, "network_mode", "ports": [{"host_ip", "host_port"}],
 *                    "exposed": [], "volumes_from": [], "links": [], "constraints": [],
 *                    "affinities": [], "whitelist": []}}
 *   node  {"swarm": {"health": 100, "images": [{"id", "tags": []}]}}
 * All optional; lists are of texts where nothing is said. */
#pragma once

#include "swarm.h"

#include "sim/contract/bb-spec.h"

/* What views point to and the JSON does not hold. */
typedef struct {
    GPtrArray *blocks; /* g_malloc */
    GPtrArray *exprs;  /* GArray */
} SwarmArena;

void swarm_arena_init(SwarmArena *arena);
void swarm_arena_clear(SwarmArena *arena);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SwarmArena, swarm_arena_clear)

/* An array of n zeroed elements that lives as long as the arena. */
gpointer swarm_arena_alloc(SwarmArena *arena, gsize size, gsize n);
/* The object's members as labels. */
const SwarmLabel *swarm_read_labels(SwarmArena *arena, JsonObject *labels, guint *out_n,
                                    GError **error);
/* Fill in all that the object tells; `object` may be NULL. Errors as in bb-spec.h. */
void swarm_read_container(SwarmArena *arena, JsonObject *object, SwarmContainer *out,
                          GError **error);
void swarm_read_node(SwarmArena *arena, JsonObject *object, SwarmNode *out, GError **error);
