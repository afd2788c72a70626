/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The claims: the schedule's rows are laid beside the jobs of the trace. Where every task was comes
 * from allocations.csv, or from the column nodes, or, on a pool of one node, from nobody. */
#include "sim/lab/bb-verify-private.h"

#include "sim/base/bb-units.h"
#include "sim/lab/bb-schedule.h"

#include <string.h>

static gboolean
parse_place(const BbReferee *referee, char *item, guint32 *out_node, guint32 *out_n)
{
    char *star = strrchr(item, '*');
    gint64 n = 1;
    gint node;
    if (star) {
        *star = '\0';
        if (!bb_parse_int(star + 1, 1, BB_TASKS_MAX, &n, NULL))
            return FALSE;
    }
    node = bb_cluster_find(referee->cluster, item);
    *out_node = (guint32)node;
    *out_n = (guint32)n;
    return node >= 0;
}

void
bb_referee_add_places(BbReferee *referee, guint32 job, const char *nodes, GArray *held)
{
    const BbClaim *claim = bb_referee_job(referee, job);
    BbHeld place = {.job = job,
                    .from_us = claim->start_us,
                    .to_us = claim->finish_us < 0 ? BB_TIME_NEVER : claim->finish_us,
                    .end = claim->state};
    g_auto(GStrv) items = g_strsplit(nodes, ";", -1);
    for (guint i = 0; items[i]; i++) {
        g_autofree char *text = g_strdup(items[i]);
        if (!parse_place(referee, items[i], &place.node, &place.n_tasks)) {
            bb_referee_say_job(referee, claim, claim->start_us,
                               "is on \"%s\", no node of the cluster", text);
            continue;
        }
        g_array_append_val(held, place);
        place.first_task += place.n_tasks;
    }
}

static void
take_row(BbReferee *referee, const BbScheduleRow *row)
{
    BbClaim *job = bb_referee_find(referee, row->workload, row->id);
    BbTimeUs time_us = row->start_us >= 0 ? row->start_us : MAX(row->submit_us, 0);
    if (!job) {
        bb_referee_say(referee, time_us, "job %s%s%s: in no trace", row->id,
                       *row->workload ? " of " : "", row->workload);
        return;
    }
    if (job->n_listed++ > 0) {
        bb_referee_say_job(referee, job, time_us, "listed twice");
        return;
    }
    job->claimed_submit_us = row->submit_us;
    job->start_us = row->start_us;
    job->finish_us = row->finish_us;
    job->state = row->state;
    job->n_evictions = row->n_evictions;
    job->nodes = *row->nodes ? g_string_chunk_insert(referee->texts, row->nodes) : "";
}

static gboolean
check_columns(const BbReferee *referee, const BbSchedule *schedule, const BbVerifyFiles *files,
              GError **error)
{
    if (referee->workload_names->len > 1 && !bb_schedule_has_workloads(schedule))
        return bb_error_input(error, files->jobs, 1, 0,
                              "expected a column workload, for there are several, found none");
    if (!files->allocations && bb_cluster_n(referee->cluster) > 1 &&
        !bb_schedule_has_nodes(schedule))
        return bb_error_input(error, files->jobs, 1, 0,
                              "expected a column nodes, for there are several, found none");
    return TRUE;
}

static gboolean
read_jobs(BbReferee *referee, const BbVerifyFiles *files, GError **error)
{
    g_autoptr(BbSchedule) schedule = bb_schedule_open(files->jobs, error);
    if (!schedule || !check_columns(referee, schedule, files, error))
        return FALSE;
    for (;;) {
        BbScheduleRow row;
        BbReadResult result = bb_schedule_next(schedule, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        take_row(referee, &row);
    }
}

/* ---- where tasks were ---- */

/* Many tasks of a gang on one node are one entry. */
static gboolean
joins_last(const BbReferee *referee, const BbHeld *held)
{
    if (referee->held->len == 0 || held->devices != 0)
        return FALSE;
    BbHeld *last = bb_referee_held(referee, referee->held->len - 1);
    if (last->job != held->job || last->node != held->node || last->devices != 0 ||
        last->from_us != held->from_us || last->to_us != held->to_us || last->end != held->end ||
        last->first_task + last->n_tasks != held->first_task)
        return FALSE;
    last->n_tasks++;
    return TRUE;
}

static void
take_task(BbReferee *referee, const BbTaskRow *row)
{
    BbClaim *job = bb_referee_find(referee, row->workload, row->id);
    gint node = bb_cluster_find(referee->cluster, row->node);
    if (!job) {
        bb_referee_say(referee, row->from_us, "job %s of %s: in no trace, but in allocations.csv",
                       row->id, row->workload);
        return;
    }
    if (node < 0) {
        bb_referee_say_job(referee, job, row->from_us, "is on \"%s\", no node of the cluster",
                           row->node);
        return;
    }
    BbHeld held = {
        .job = (guint32)(job - bb_referee_job(referee, 0)),
        .node = (guint32)node,
        .first_task = row->task,
        .n_tasks = 1,
        .devices = row->devices,
        .from_us = row->from_us,
        .to_us = row->end == BB_JOB_UNFINISHED ? BB_TIME_NEVER : row->to_us,
        .end = row->end,
    };
    if (held.end == BB_TASK_EVICTED) {
        g_array_append_val(referee->evicted, held);
        job->n_evicted++;
        job->evicted_from_us = MIN(job->evicted_from_us, held.from_us);
        return;
    }
    if (!joins_last(referee, &held))
        g_array_append_val(referee->held, held);
}

static gboolean
read_allocations(BbReferee *referee, const char *path, GError **error)
{
    g_autoptr(BbSchedule) schedule = bb_schedule_open_tasks(path, error);
    if (!schedule)
        return FALSE;
    for (;;) {
        BbTaskRow row;
        BbReadResult result = bb_schedule_next_task(schedule, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        take_task(referee, &row);
    }
}

static void
take_nodes(BbReferee *referee)
{
    for (guint32 i = 0; i < referee->jobs->len; i++) {
        const BbClaim *job = bb_referee_job(referee, i);
        BbHeld all = {.job = i,
                      .n_tasks = job->n_tasks,
                      .from_us = job->start_us,
                      .to_us = job->finish_us < 0 ? BB_TIME_NEVER : job->finish_us,
                      .end = job->state};
        if (*job->nodes)
            bb_referee_add_places(referee, i, job->nodes, referee->held);
        else if (job->start_us >= 0 && bb_cluster_n(referee->cluster) == 1)
            g_array_append_val(referee->held, all);
    }
}

static gint
by_job_and_task(gconstpointer a, gconstpointer b)
{
    const BbHeld *x = a, *y = b;
    if (x->job != y->job)
        return x->job < y->job ? -1 : 1;
    return (x->first_task > y->first_task) - (x->first_task < y->first_task);
}

static void
link_held(BbReferee *referee)
{
    g_array_sort(referee->held, by_job_and_task);
    for (guint i = referee->held->len; i-- > 0;) {
        BbClaim *job = bb_referee_job(referee, bb_referee_held(referee, i)->job);
        job->first_held = i;
        job->n_held++;
    }
}

gboolean
bb_referee_read_claims(BbReferee *referee, const BbVerifyFiles *files, GError **error)
{
    if (!read_jobs(referee, files, error))
        return FALSE;
    referee->from_allocations = files->allocations != NULL;
    if (!files->allocations)
        take_nodes(referee);
    else if (!read_allocations(referee, files->allocations, error))
        return FALSE;
    link_held(referee);
    return TRUE;
}
