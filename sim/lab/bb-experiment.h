/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. An experiment: one cluster, its workloads, one scheduler, and how to measure. It comes from a
 * key file, from options, or from both (options win), and is written back as canonical text.
 *
 *     [experiment]     name, seed, warmup, until, window, unplaced, kill_at_estimate, estimate,
 *                      search, record, fragmentation_target, node_order, plugin (before the group that names its
 *                      policies)
 *     [pool NAME]      count, cpu, memory, gpu, gpu_model, disk, labels, taints, runtimes, speed, price
 *                      or nodes = FILE[:FORMAT][, columns] | flat:N | elastic[:cpu=..,memory=..,gpu=..,disk=..]
 *     [workload NAME]  trace = FILE[:FORMAT] or generator = NAME,k=v..; kind, class, scale, scale_by,
 *                      shift, censored, columns
 *     [scheduler]      queue, placement, pass, ties
 *     [failures]       trace = FILE[:FORMAT], what happens to nodes
 *
 * `until` is a time of the trace, `warmup` counts from the first submission. Any number of experiments
 * may exist and run side by side in threads. */
#pragma once

#include "bb-workload.h"

/* Every policy and format there is, each list ended by NULL. Must outlive what is made from it. */
typedef struct _BbTables BbTables;
struct _BbTables {
    BbTraceTables traces;
    const BbQueueClass *const *queues;
    const BbPlacementClass *const *placements;
    /* Adds the policies of a file to the tables; NULL: this program takes none. */
    gboolean (*load_plugin)(const BbTables *self, const char *paths, GError **error);
};

/* What `record` names, as bits. */
typedef enum {
    BB_RECORD_JOBS = 1 << 0,
    BB_RECORD_TIMELINE = 1 << 1,
    BB_RECORD_NODES = 1 << 2,
    BB_RECORD_ALLOCATIONS = 1 << 3,
    BB_RECORD_ARRIVALS = 1 << 4,
} BbRecord;

/* Numbers are gint64 throughout, also choices (index) and sets (bits), so that one table of keys reads
 * and writes them all. -1: not given. Texts are owned, NULL: not given. */
typedef struct {
    char *name;
    char *nodes;
    char *columns; /* of that file (bb-mapping.h) */
    gint64 count, cpu_milli, memory_mib, disk_mib, n_gpus;
    char *gpu_model, *labels, *taints;
    gint64 runtimes; /* bits of BbKind */
    gint64 speed_milli, price_micro_per_h;
} BbPool;

typedef struct {
    char *name;
    char *trace, *generator;
    char *columns; /* of the trace (bb-mapping.h) */
    gint64 kind;   /* BbKind */
    char *class_name;
    gint64 scale_ppm, scale_by, shift_us;
    gint64 censored; /* BbCensored */
} BbWorkloadSpec;

typedef struct {
    const BbTables *tables;
    const BbInputCache *cache; /* its files are read from there; NULL: from disk. Borrowed */
    char *path;                /* of its file, NULL: none */
    char *text;                /* of its file, for places in errors */
    char *name;
    gint64 seed, warmup_us, until_us /* -1: to the end */;
    gint64 window_all, reject_unplaced, kill_at_estimate;
    gint64 estimate /* BbEstimate */, search /* BbSearchMode */;
    gint64 record;              /* bits of BbRecord */
    char *fragmentation_target; /* a trace */
    gint64 node_order; /* 1: drawn, one random order of the seed, for ties; else as given */
    char *plugin;      /* files, separated by commas */
    char *queue, *placement;
    char *failures; /* file of what happens to nodes */
    gint64 pass_event, ties_random;
    GPtrArray *pools;     /* of BbPool, in order of the file */
    GPtrArray *workloads; /* of BbWorkloadSpec, in order of the file */
} BbExperiment;

/* Empty, with every default. */
BbExperiment *bb_experiment_new(const BbTables *tables);
/* All of it; some microseconds. */
BbExperiment *bb_experiment_copy(const BbExperiment *experiment);
void bb_experiment_free(BbExperiment *experiment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbExperiment, bb_experiment_free)

/* Adds what a key file says. Relative paths in it are taken from `base`, NULL: from the folder of the
 * file. BB_ERROR_INPUT with file:line:column for bad text, unknown groups and keys (with a suggestion)
 * and bad values. */
gboolean bb_experiment_load(BbExperiment *experiment, const char *path, const char *base,
                            GError **error);
/* "pool.web.count" = "3", "seed" (for experiment.seed): creates the group or key where the file lacks
 * it. `option` stands before the message of the BB_ERROR_USAGE. */
gboolean bb_experiment_set(BbExperiment *experiment, const char *option, const char *target,
                           const char *value, GError **error);
/* Command-line traces and clusters take the place of every [workload] and [pool]: clear, then add. */
void bb_experiment_clear_workloads(BbExperiment *experiment);
void bb_experiment_clear_pools(BbExperiment *experiment);
/* A workload named after the base name of the trace. Its keys may then be set. */
void bb_experiment_add_trace(BbExperiment *experiment, const char *trace);
/* A pool named "cluster" with nodes = `cluster`. */
void bb_experiment_add_cluster(BbExperiment *experiment, const char *cluster);
/* What single keys cannot tell: a workload is there and has a source, every pool has nodes of one
 * kind or the other and somebody may use it. To be called before a run. */
gboolean bb_experiment_check(const BbExperiment *experiment, GError **error);

/* Does its seed change anything: in its jobs, in where they are placed, in either? */
gboolean bb_experiment_draws_jobs(const BbExperiment *experiment);
gboolean bb_experiment_draws_places(const BbExperiment *experiment);
gboolean bb_experiment_draws(const BbExperiment *experiment);

/* The experiment as canonical text: every key with its value, defaults included, groups and keys in a
 * fixed order. Reads back as the same experiment. Owned by the caller. */
char *bb_experiment_to_text(const BbExperiment *experiment);
/* SHA-256 (hex) over the program's version, every key that can change a result, and the contents of
 * traces and node files (their sha256, in the order of `workloads` and `pools`; NULL for pools and
 * workloads without a file; behind those of pools that of [failures] trace, where there is one). Never
 * over names of files, `name`, `search` or `record`. `targets`: of bb_experiment_hash_targets; NULL: no
 * file is a target. */
char *bb_experiment_sha256(const BbExperiment *experiment, const char *const *workload_sha256,
                           const char *const *pool_sha256, const char *const *targets);

/* The nodes of the experiment's pools with what happens to them, and the sha256 of each node file
 * (GPtrArray of char *, NULL where there is none), in order of pools, then of [failures] trace. What the
 * user should know is appended to `notes` (of char *, may be NULL). `names` is borrowed and must outlive
 * the cluster. */
BbCluster *bb_experiment_build_noted(const BbExperiment *experiment, BbNames *names,
                                     GPtrArray *notes, GPtrArray **out_sha256, GError **error);
BbCluster *bb_experiment_build_cluster(const BbExperiment *experiment, BbNames *names,
                                       GPtrArray **out_sha256, GError **error);
/* The same for people: "nodes.csv", "flat:100", "3 nodes of web, 4 nodes of vm". Owned by the caller. */
char *bb_experiment_describe_cluster(const BbExperiment *experiment);
