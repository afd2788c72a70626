/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GrpTRES=cpu= of qos and accounts: how many cpus all running jobs of one may have together.
 *
 * Source: SchedMD/slurm src/slurmctld/acct_policy.c, doc/html/resource_limits.shtml. */
#pragma once

#include "slurm-json.h"

typedef struct _SlurmLimits SlurmLimits;

/* "NAME=NUMBER|NAME=NUMBER" -> name -> gint64 *. NULL with an error that names `what`. */
GHashTable *slurm_read_levels(const char *what, const char *text, GError **error);

/* `qos` and `accounts` as slurm_read_levels makes them, in whole cpus; both are taken over. */
SlurmLimits *slurm_limits_new(GHashTable *qos, GHashTable *accounts);
void slurm_limits_free(SlurmLimits *limits);
gboolean slurm_limits_any(const SlurmLimits *limits);
/* Nothing runs; then job by job. */
void slurm_limits_reset(SlurmLimits *limits);
void slurm_limits_add(SlurmLimits *limits, const SlurmRequest *request, gint64 cpu_milli);
/* May so much more of the qos and of the account run? */
gboolean slurm_limits_allow(const SlurmLimits *limits, const SlurmRequest *request,
                            gint64 cpu_milli);
