/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs are matched by (workload, id), whatever their order in the files. */
#include "sim/lab/bb-diff-private.h"

#include "sim/base/bb-units.h"
#include "sim/lab/bb-schedule.h"
#include "sim/report/bb-summary-read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
free_job(gpointer data)
{
    BbDiffJob *job = data;

    g_free(job->workload);
    g_free(job->id);
    g_free(job->class_name);
    g_free(job->sides[0].nodes);
    g_free(job->sides[1].nodes);
    g_free(job);
}

static void
free_group(gpointer data)
{
    BbDiffGroup *group = data;

    g_free(group->name);
    g_free(group);
}

void
bb_diff_free(BbDiff *diff)
{
    if (!diff)
        return;
    g_free(diff->paths[0]);
    g_free(diff->paths[1]);
    g_ptr_array_unref(diff->ranked);
    g_ptr_array_unref(diff->jobs);
    g_ptr_array_unref(diff->classes);
    g_ptr_array_unref(diff->nodes);
    g_free(diff);
}

/* ---- reading ---- */

static guint
hash_job(gconstpointer data)
{
    const BbDiffJob *job = data;

    return g_str_hash(job->id) * 31 + g_str_hash(job->workload);
}

static gboolean
equal_jobs(gconstpointer a, gconstpointer b)
{
    const BbDiffJob *x = a, *y = b;

    return strcmp(x->id, y->id) == 0 && strcmp(x->workload, y->workload) == 0;
}

static BbDiffJob *
find_or_add(BbDiff *diff, GHashTable *by_key, const BbScheduleRow *row)
{
    BbDiffJob key = {.workload = (char *)(gsize)row->workload, .id = (char *)(gsize)row->id};
    BbDiffJob *job = g_hash_table_lookup(by_key, &key);

    if (job)
        return job;
    job = g_new0(BbDiffJob, 1);
    job->workload = g_strdup(row->workload);
    job->id = g_strdup(row->id);
    job->class_name = g_strdup(row->class_name);
    job->submit_us = row->submit_us;
    for (guint side = 0; side < 2; side++)
        job->sides[side] = (BbDiffSide){.start_us = -1, .finish_us = -1, .state = -1};
    g_ptr_array_add(diff->jobs, job);
    g_hash_table_add(by_key, job);
    return job;
}

/* Of a folder whose run has come to its end, and of a schema that is known. */
static char *
jobs_file(const char *path, GError **error)
{
    g_autoptr(JsonParser) summary = NULL;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR))
        return g_strdup(path);
    summary = bb_summary_open_folder(path, error);
    return summary ? g_build_filename(path, "jobs.csv", NULL) : NULL;
}

static gboolean
read_side(BbDiff *diff, GHashTable *by_key, guint side, GError **error)
{
    g_autofree char *file = jobs_file(diff->paths[side], error);
    g_autoptr(BbSchedule) schedule = file ? bb_schedule_open(file, error) : NULL;
    BbScheduleRow row;
    BbReadResult result;

    if (!schedule)
        return FALSE;
    while ((result = bb_schedule_next(schedule, &row, error)) == BB_READ_ROW) {
        BbDiffJob *job = find_or_add(diff, by_key, &row);

        g_free(job->sides[side].nodes);
        job->sides[side] =
            (BbDiffSide){TRUE, row.start_us, row.finish_us, row.state, g_strdup(row.nodes)};
    }
    return result == BB_READ_END;
}

/* ---- comparing ---- */

static gboolean
differs(const BbDiffJob *job)
{
    const BbDiffSide *a = &job->sides[0], *b = &job->sides[1];

    return a->there != b->there || a->start_us != b->start_us || a->state != b->state ||
           g_strcmp0(a->nodes, b->nodes) != 0;
}

/* When the job was decided upon: its start, or its rejection. */
static BbTimeUs
decided_at(const BbDiffJob *job, guint side)
{
    const BbDiffSide *says = &job->sides[side];

    if (says->start_us >= 0)
        return says->start_us;
    return says->there && says->state == BB_JOB_REJECTED ? job->submit_us : BB_TIME_NEVER;
}

BbTimeUs
bb_diff_change(const BbDiffJob *job)
{
    gboolean a = job->sides[0].start_us >= 0, b = job->sides[1].start_us >= 0;

    if (a && b)
        return job->sides[1].start_us - job->sides[0].start_us;
    return a ? BB_TIME_NEVER : b ? -BB_TIME_NEVER : 0;
}

static gint
by_change(gconstpointer a, gconstpointer b)
{
    BbTimeUs x = ABS(bb_diff_change(*(BbDiffJob *const *)a));
    BbTimeUs y = ABS(bb_diff_change(*(BbDiffJob *const *)b));

    return x > y ? -1 : x < y;
}

static void
rank_jobs(BbDiff *diff)
{
    diff->first_us = BB_TIME_NEVER;
    for (guint i = 0; i < diff->jobs->len; i++) {
        const BbDiffJob *job = diff->jobs->pdata[i];
        BbTimeUs at = MIN(decided_at(job, 0), decided_at(job, 1));

        if (!differs(job))
            continue;
        diff->n_decided++;
        g_ptr_array_add(diff->ranked, diff->jobs->pdata[i]);
        if (diff->first && at >= diff->first_us)
            continue;
        diff->first = job;
        diff->first_us = at;
    }
    g_ptr_array_sort(diff->ranked, by_change); /* stable: equals stay in the order of the trace */
}

/* ---- classes and nodes ---- */

static BbDiffGroup *
group_of(GPtrArray *groups, GHashTable *by_name, const char *name)
{
    BbDiffGroup *group = g_hash_table_lookup(by_name, name);

    if (group)
        return group;
    group = g_new0(BbDiffGroup, 1);
    group->name = g_strdup(name);
    g_ptr_array_add(groups, group);
    g_hash_table_insert(by_name, group->name, group);
    return group;
}

double
bb_diff_mean_wait(const BbDiffGroup *group, guint side)
{
    return group->n[side] == 0 ? NAN : (double)group->wait[side] / 1e6 / (double)group->n[side];
}

static gint
by_mean_wait(gconstpointer a, gconstpointer b)
{
    const BbDiffGroup *x = *(BbDiffGroup *const *)a, *y = *(BbDiffGroup *const *)b;
    double p = fabs(bb_diff_mean_wait(x, 1) - bb_diff_mean_wait(x, 0));
    double q = fabs(bb_diff_mean_wait(y, 1) - bb_diff_mean_wait(y, 0));

    /* A class that never started on one side comes first. */
    if (isnan(p) || isnan(q))
        return isnan(q) - isnan(p);
    return p > q ? -1 : p < q;
}

static guint64
change_of_tasks(const BbDiffGroup *group)
{
    return group->n[0] > group->n[1] ? group->n[0] - group->n[1] : group->n[1] - group->n[0];
}

static gint
by_tasks(gconstpointer a, gconstpointer b)
{
    guint64 x = change_of_tasks(*(BbDiffGroup *const *)a);
    guint64 y = change_of_tasks(*(BbDiffGroup *const *)b);

    return x > y ? -1 : x < y;
}

static void
group_classes(BbDiff *diff)
{
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < diff->jobs->len; i++) {
        const BbDiffJob *job = diff->jobs->pdata[i];
        BbDiffGroup *group = group_of(diff->classes, by_name, job->class_name);

        for (guint side = 0; side < 2; side++) {
            if (job->sides[side].start_us < 0)
                continue;
            group->n[side]++;
            group->wait[side] += job->sides[side].start_us - job->submit_us;
        }
    }
    g_ptr_array_sort(diff->classes, by_mean_wait);
}

/* "n1*2;n7": two tasks and one. */
static void
count_places(BbDiff *diff, GHashTable *by_name, const char *nodes, guint side)
{
    g_auto(GStrv) items = g_strsplit(nodes, ";", -1);

    for (guint i = 0; items[i]; i++) {
        char *star = strrchr(items[i], '*');
        gint64 n = 1;

        if (*items[i] == '\0')
            continue;
        if (star && bb_parse_int(star + 1, 1, BB_TASKS_MAX, &n, NULL))
            *star = '\0';
        group_of(diff->nodes, by_name, items[i])->n[side] += (guint64)n;
    }
}

static void
group_nodes(BbDiff *diff)
{
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < diff->jobs->len; i++) {
        const BbDiffJob *job = diff->jobs->pdata[i];

        for (guint side = 0; side < 2; side++)
            if (job->sides[side].nodes)
                count_places(diff, by_name, job->sides[side].nodes, side);
    }
    g_ptr_array_sort(diff->nodes, by_tasks);
}

BbDiff *
bb_diff_new(const char *path_a, const char *path_b, GError **error)
{
    g_autoptr(BbDiff) diff = g_new0(BbDiff, 1);
    g_autoptr(GHashTable) by_key = g_hash_table_new(hash_job, equal_jobs);

    diff->paths[0] = g_strdup(path_a);
    diff->paths[1] = g_strdup(path_b);
    diff->jobs = g_ptr_array_new_with_free_func(free_job);
    diff->ranked = g_ptr_array_new();
    diff->classes = g_ptr_array_new_with_free_func(free_group);
    diff->nodes = g_ptr_array_new_with_free_func(free_group);
    if (!read_side(diff, by_key, 0, error) || !read_side(diff, by_key, 1, error))
        return NULL;
    bb_diff_align_nodes(diff);
    rank_jobs(diff);
    group_classes(diff);
    group_nodes(diff);
    return g_steal_pointer(&diff);
}

guint64
bb_diff_n_waiting(const BbDiff *diff, guint side, BbTimeUs time_us)
{
    guint64 n = 0;

    for (guint i = 0; i < diff->jobs->len; i++) {
        const BbDiffJob *job = diff->jobs->pdata[i];
        const BbDiffSide *says = &job->sides[side];

        n += says->there && job->submit_us <= time_us && says->state != BB_JOB_REJECTED &&
             (says->start_us < 0 || says->start_us > time_us);
    }
    return n;
}

guint64
bb_diff_n_running(const BbDiff *diff, guint side, BbTimeUs time_us)
{
    guint64 n = 0;

    for (guint i = 0; i < diff->jobs->len; i++) {
        const BbDiffSide *says = &((const BbDiffJob *)diff->jobs->pdata[i])->sides[side];

        n += says->start_us >= 0 && says->start_us <= time_us &&
             (says->finish_us < 0 || says->finish_us > time_us);
    }
    return n;
}
