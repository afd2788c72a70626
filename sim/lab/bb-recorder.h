/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. The result folder of one run: the observers that `record` names, and the files they fill. */
#pragma once

#include "bb-experiment.h"
#include "sim/observe/bb-load.h"
#include "sim/observe/bb-metrics.h"

typedef struct _BbRecorder BbRecorder;

/* Opens the folder (under its temporary name). Borrows everything, for as long as it lives. `load`, which
 * somebody else attaches, is asked for the arrivals; NULL where they are not recorded. */
BbRecorder *bb_recorder_new(const char *path, const BbExperiment *experiment,
                            const BbCluster *cluster, const char *const *workload_names,
                            BbLoad *load, GError **error);
/* Removes what was not committed. */
void bb_recorder_free(BbRecorder *recorder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbRecorder, bb_recorder_free)

void bb_recorder_attach(BbRecorder *recorder, BbEngine *engine);
typedef struct {
    const char *name;
    gint64 bit; /* of BbRecord, 0: in any case */
} BbRecorderFile;

/* The files of a folder but timing.json, ended by name NULL; what sums up the others comes last. */
extern const BbRecorderFile bb_recorder_files[];
/* Does the folder have every file that a recorder of these names (bits of BbRecord) commits? */
gboolean bb_recorder_is_complete(const char *path, gint64 record);
/* After the simulation: the rest of the files, and these texts (timing NULL: none). Then the folder
 * takes its place. */
gboolean bb_recorder_commit(BbRecorder *recorder, const char *summary, const char *experiment,
                            const char *timing, GError **error);
