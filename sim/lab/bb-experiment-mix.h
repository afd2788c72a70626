/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. What an experiment takes to be usually asked for (bb-mix.h): its `fragmentation_target`, a trace, or
 * else its own workloads. A placement's parameter `target` may name another one for its own use. */
#pragma once

#include "bb-experiment-inputs.h"
#include "sim/model/bb-mix.h"

/* All jobs of the trace "FILE[:FORMAT]", but for copies: ID~2 (of `trace inflate`) or ID.2 after ID. */
BbMix *bb_experiment_read_mix(const BbExperiment *experiment, const char *trace, GError **error);
/* The same of the target, or of the workloads, which are opened anew. BB_ERROR_USAGE where one is a pipe, which
 * can be read but once. */
BbMix *bb_experiment_mix(const BbExperiment *experiment, GError **error);
/* As far as somebody wants to know: the experiment's to *out_mix, where the placement has no target of its
 * own, where a target is given, or where it is `wanted` anyhow; the placement's own to *out_target. Gives
 * the placement its mix, which must outlive it. NULL: not needed; owned by the caller, also on failure. */
gboolean bb_experiment_give_mixes(const BbExperiment *experiment, BbPlacement *placement,
                                  gboolean wanted, BbMix **out_mix, BbMix **out_target,
                                  GError **error);
/* For bb_experiment_sha256: the effective text of the placement with the contents of its files, and the
 * content of fragmentation_target; NULL where there is none. Files are loaded into the cache, which may
 * be NULL. GPtrArray of two char *. */
GPtrArray *bb_experiment_hash_targets(const BbExperiment *experiment, BbInputCache *cache,
                                      GError **error);
