/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Observers that stream (jobs, timeline, allocations) get their file at once; the one that sums up
 * (nodes) is asked at the end. */
#include "bb-recorder.h"

#include "sim/base/bb-output.h"
#include "sim/observe/bb-allocation-log.h"
#include "sim/observe/bb-job-log.h"
#include "sim/observe/bb-node-log.h"
#include "sim/observe/bb-timeline.h"

struct _BbRecorder {
    BbOutputDir *dir;
    BbOutputFile *jobs_file, *timeline_file, *allocations_file;
    BbJobLog *jobs;
    BbTimeline *timeline;
    BbNodeLog *nodes;
    BbAllocationLog *allocations;
    BbLoad *load; /* borrowed */
    BbOutputFile *arrivals_file;
};

static gboolean
add_jobs(BbRecorder *self, const BbNames *names, const char *const *workload_names, GError **error)
{
    self->jobs_file = bb_output_file_new(self->dir, "jobs.csv", error);
    if (!self->jobs_file)
        return FALSE;
    self->jobs = bb_job_log_new(names, workload_names, self->jobs_file);
    return TRUE;
}

static gboolean
add_timeline(BbRecorder *self, const BbCluster *cluster, GError **error)
{
    self->timeline_file = bb_output_file_new(self->dir, "timeline.csv", error);
    if (!self->timeline_file)
        return FALSE;
    self->timeline = bb_timeline_new(bb_cluster_modelled(cluster), self->timeline_file);
    return TRUE;
}

static gboolean
add_nodes(BbRecorder *self, const BbExperiment *experiment, const BbCluster *cluster)
{
    BbMetricsOptions options = {.warmup_us = experiment->warmup_us,
                                .window_all = experiment->window_all != 0};
    self->nodes = bb_node_log_new(cluster, &options);
    return TRUE;
}

static gboolean
add_allocations(BbRecorder *self, const BbNames *names, const char *const *workload_names,
                GError **error)
{
    self->allocations_file = bb_output_file_new(self->dir, "allocations.csv", error);
    if (!self->allocations_file)
        return FALSE;
    self->allocations = bb_allocation_log_new(names, workload_names, self->allocations_file);
    return TRUE;
}

static gboolean
add_arrivals(BbRecorder *self, BbLoad *load, GError **error)
{
    self->arrivals_file = bb_output_file_new(self->dir, "arrivals.csv", error);
    if (!self->arrivals_file)
        return FALSE;
    self->load = load;
    bb_load_write_to(load, self->arrivals_file);
    return TRUE;
}

BbRecorder *
bb_recorder_new(const char *path, const BbExperiment *experiment, const BbCluster *cluster,
                const char *const *workload_names, BbLoad *load, GError **error)
{
    g_autoptr(BbRecorder) self = g_new0(BbRecorder, 1);
    const BbNames *names = bb_cluster_names(cluster);
    gint64 record = experiment->record;
    self->dir = bb_output_dir_new(path, error);
    if (!self->dir ||
        ((record & BB_RECORD_JOBS) && !add_jobs(self, names, workload_names, error)) ||
        ((record & BB_RECORD_TIMELINE) && !add_timeline(self, cluster, error)) ||
        ((record & BB_RECORD_NODES) && !add_nodes(self, experiment, cluster)) ||
        ((record & BB_RECORD_ALLOCATIONS) &&
         !add_allocations(self, names, workload_names, error)) ||
        ((record & BB_RECORD_ARRIVALS) && !add_arrivals(self, load, error)))
        return NULL;
    return g_steal_pointer(&self);
}

void
bb_recorder_free(BbRecorder *self)
{
    if (!self)
        return;
    g_clear_pointer(&self->jobs, bb_job_log_free);
    g_clear_pointer(&self->timeline, bb_timeline_free);
    g_clear_pointer(&self->nodes, bb_node_log_free);
    g_clear_pointer(&self->allocations, bb_allocation_log_free);
    g_clear_pointer(&self->jobs_file, bb_output_file_free);
    g_clear_pointer(&self->timeline_file, bb_output_file_free);
    g_clear_pointer(&self->allocations_file, bb_output_file_free);
    g_clear_pointer(&self->arrivals_file, bb_output_file_free);
    g_clear_pointer(&self->dir, bb_output_dir_free);
    g_free(self);
}

static void
attach(BbEngine *engine, BbObserver observer)
{
    bb_engine_add_observer(engine, &observer);
}

void
bb_recorder_attach(BbRecorder *self, BbEngine *engine)
{
    if (self->jobs)
        attach(engine, bb_job_log_observer(self->jobs));
    if (self->timeline)
        attach(engine, bb_timeline_observer(self->timeline));
    if (self->nodes)
        attach(engine, bb_node_log_observer(self->nodes));
    if (self->allocations)
        attach(engine, bb_allocation_log_observer(self->allocations));
}

static gboolean
write_nodes(BbRecorder *self, GError **error)
{
    BbOutputFile *file = self->nodes ? bb_output_file_new(self->dir, "nodes.csv", error) : NULL;
    if (!file)
        return !self->nodes;
    bb_node_log_write(self->nodes, file);
    return bb_output_file_close(file, error);
}

static gboolean
write_load(BbRecorder *self, GError **error)
{
    BbOutputFile *file = self->load ? bb_output_file_new(self->dir, "load.csv", error) : NULL;
    if (!file)
        return !self->load;
    bb_load_write_curve(self->load, file);
    return bb_output_file_close(file, error);
}

static gboolean
close_file(BbOutputFile **file, GError **error)
{
    return !*file || bb_output_file_close(g_steal_pointer(file), error);
}

gboolean
bb_recorder_commit(BbRecorder *self, const char *summary, const char *experiment,
                   const char *timing, GError **error)
{
    return close_file(&self->jobs_file, error) && write_nodes(self, error) &&
           close_file(&self->timeline_file, error) && close_file(&self->allocations_file, error) &&
           close_file(&self->arrivals_file, error) && write_load(self, error) &&
           bb_output_write(self->dir, "summary.json", summary, error) &&
           bb_output_write(self->dir, "experiment.ini", experiment, error) &&
           (!timing || bb_output_write(self->dir, "timing.json", timing, error)) &&
           bb_output_dir_commit(self->dir, error);
}

const BbRecorderFile bb_recorder_files[] = {
    {"experiment.ini", 0},
    {"jobs.csv", BB_RECORD_JOBS},
    {"allocations.csv", BB_RECORD_ALLOCATIONS},
    {"arrivals.csv", BB_RECORD_ARRIVALS},
    {"load.csv", BB_RECORD_ARRIVALS},
    {"timeline.csv", BB_RECORD_TIMELINE},
    {"nodes.csv", BB_RECORD_NODES},
    {"summary.json", 0},
    {NULL, 0},
};

gboolean
bb_recorder_is_complete(const char *path, gint64 record)
{
    for (const BbRecorderFile *file = bb_recorder_files; file->name; file++) {
        g_autofree char *name = g_build_filename(path, file->name, NULL);
        if ((!file->bit || (record & file->bit)) && !g_file_test(name, G_FILE_TEST_IS_REGULAR))
            return FALSE;
    }
    return TRUE;
}
