/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slurm's priority/multifactor, and what a job is billed for.
 *
 * Source: SchedMD/slurm src/plugins/priority/multifactor/priority_multifactor.c,
 * doc/html/{priority_multifactor,tres}.shtml. */
#pragma once

#include <glib.h>

#define SLURM_PRIORITY_MAX G_MAXUINT32

/* Weights as in slurm.conf, factors of one job in 0..1. */
typedef struct {
    double age, assoc, fair_share, size, partition, qos;
} SlurmWeights;

typedef SlurmWeights SlurmFactors;

/* site + the weighted factors + tres - nice, without what is behind the point, in 1..2^32-1. A held
 * job has priority 0, which is not for this to say. */
guint32 slurm_priority(const SlurmWeights *weights, const SlurmFactors *factors, double tres,
                       gint64 site, gint64 nice);
/* min(1, waited / max_age) */
double slurm_age_factor(gint64 waited_us, gint64 max_age_us);
/* Share of the cluster's nodes and cpus; the other way round with `favor_small`. */
double slurm_size_factor(guint64 nodes, guint64 cpus, guint64 all_nodes, guint64 all_cpus,
                         gboolean favor_small);
/* value / highest; the value itself with NO_NORMAL_PART or NO_NORMAL_QOS. */
double slurm_level_factor(gint64 value, gint64 highest, gboolean no_normal);

typedef enum {
    SLURM_BILL_SUM,
    SLURM_BILL_MAX,     /* the greatest on a node, gres included, and all that is global */
    SLURM_BILL_MAX_GRES /* the greatest of cpu and memory, all gres, and all that is global */
} SlurmBilling;

/* An amount of a trackable resource: "cpu", "mem..", "license..", "bb..".., any other is a gres. */
typedef struct {
    const char *name;
    double amount, weight;
} SlurmTres;

double slurm_billing(SlurmBilling mode, const SlurmTres *tres, guint n);
