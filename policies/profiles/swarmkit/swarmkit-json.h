/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Services and nodes as a `spec` describes them:
 *   job   {"swarmkit": {"service", "constraints": [], "spread": ["node.labels.X"], "ports": [],
 *                       "generic": {"NAME": n}, "max_replicas"}}
 *   node  {"swarmkit": {"role", "availability": "active|pause|drain", "engine_labels": {},
 *                       "generic": {"NAME": n}}}
 * All optional. */
#pragma once

#include "swarmkit-filter.h"

#include "sim/contract/bb-spec.h"

/* A service and what its view points to, but for the JSON. */
typedef struct {
    SwarmkitService view;
    const char **spread; /* preferences that SwarmKit knows, ended by NULL; NULL: none */
    GArray *constraints; /* of SwarmkitConstraint */
    GArray *generic;     /* of SwarmkitGeneric */
    const char **ports;
} SwarmkitJob;

typedef struct {
    SwarmkitHost view;
    GArray *labels; /* of SwarmkitLabel: the engine's */
    GArray *generic;
} SwarmkitMachine;

/* `object` may be NULL; errors as in bb-spec.h. Free in any case. */
SwarmkitJob *swarmkit_job_new(JsonObject *object, GError **error);
void swarmkit_job_free(SwarmkitJob *job);
void swarmkit_machine_init(SwarmkitMachine *machine, JsonObject *object, GError **error);
void swarmkit_machine_clear(SwarmkitMachine *machine);
