/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of sbatch and of slurm.conf's NodeName and PartitionName that the policies read. */
#include "slurm-json.h"

static guint32
read_count(JsonObject *object, const char *member, guint32 fallback, GError **error)
{
    return (guint32)CLAMP(bb_spec_int(object, member, fallback, error), 0, G_MAXUINT32);
}

void
slurm_read_request(JsonObject *object, SlurmRequest *out, GError **error)
{
    static const char *const names[] = {"nodes",   "max_nodes", "partition", "qos",
                                        "account", "nice",      NULL};

    bb_spec_expect(object, names, error);
    *out = (SlurmRequest){
        .min_nodes = read_count(object, "nodes", 1, error),
        .max_nodes = read_count(object, "max_nodes", read_count(object, "nodes", 0, error), error),
        .partition = bb_spec_text(object, "partition", NULL, error),
        .qos = bb_spec_text(object, "qos", NULL, error),
        .account = bb_spec_text(object, "account", NULL, error),
        .nice = CLAMP(bb_spec_int(object, "nice", 0, error), -G_MAXINT32, G_MAXINT32),
    };
}

void
slurm_read_node(JsonObject *object, guint32 *out_weight, const char ***out_partitions,
                GError **error)
{
    static const char *const names[] = {"weight", "partitions", NULL};

    bb_spec_expect(object, names, error);
    *out_weight = read_count(object, "weight", 1, error);
    *out_partitions = bb_spec_texts(object, "partitions", error);
}
