/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The steps by which an experiment's inputs are opened, for all that read them. */
#pragma once

#include "bb-experiment.h"

/* Are its nodes in a file, or flat, elastic or counted? */
gboolean bb_pool_is_file(const BbPool *pool);
/* What `file`, "PATH[:FORMAT]", is opened as: FORMAT, or what `columns` (may be NULL) stand for. FALSE
 * with BB_ERROR_USAGE where it has both. Both outputs are owned by the caller, *out_format may be
 * NULL. */
gboolean bb_experiment_split(const BbExperiment *experiment, const char *file, const char *columns,
                             char **out_path, char **out_format, GError **error);
/* The experiment's workloads, opened and changed as it says (GPtrArray of BbWorkload, in its order). */
GPtrArray *bb_experiment_open_workloads(const BbExperiment *experiment, GError **error);
/* Reads its traces and node files into the cache, for runs to come. */
gboolean bb_experiment_load_inputs(const BbExperiment *experiment, BbInputCache *cache,
                                   GError **error);
/* What bb_experiment_sha256 will say of a run, before it: traces and node files are loaded into the
 * cache. The cluster must be complete. NULL: a file cannot be read. */
char *bb_experiment_hash_inputs(const BbExperiment *experiment, BbInputCache *cache,
                                GError **error);
/* Without any pool: the machine that the logs' headers name becomes one flat pool. BB_ERROR_USAGE
 * where they name none. */
gboolean bb_experiment_complete_cluster(BbExperiment *experiment, const GPtrArray *workloads,
                                        GError **error);
