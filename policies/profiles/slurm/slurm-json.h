/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs and nodes as a `spec` describes them:
 *   job   {"slurm": {"nodes", "max_nodes", "partition", "qos", "account", "nice"}}
 *   node  {"slurm": {"weight", "partitions": []}}
 * All optional. */
#pragma once

#include "sim/contract/bb-spec.h"

typedef struct {
    guint32 min_nodes, max_nodes;          /* max 0: any */
    const char *partition, *qos, *account; /* NULL: the default, none */
    gint64 nice;
} SlurmRequest;

/* `object` may be NULL; errors as in bb-spec.h. Texts are borrowed from the JSON. */
void slurm_read_request(JsonObject *object, SlurmRequest *out, GError **error);
/* *out_partitions: names ended by NULL, NULL when none are given; free with g_free. */
void slurm_read_node(JsonObject *object, guint32 *out_weight, const char ***out_partitions,
                     GError **error);
