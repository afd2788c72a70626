/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The truth: what each job of the traces asked for. */
#include "sim/lab/bb-verify-private.h"

#include <string.h>

static guint
hash_job(gconstpointer data)
{
    const BbClaim *job = data;
    return g_str_hash(job->id) ^ (job->workload * 0x9e3779b9u);
}

static gboolean
equal_jobs(gconstpointer a, gconstpointer b)
{
    const BbClaim *x = a, *y = b;
    return x->workload == y->workload && strcmp(x->id, y->id) == 0;
}

static void
index_jobs(BbReferee *referee)
{
    referee->by_key = g_hash_table_new(hash_job, equal_jobs);
    for (guint i = 0; i < referee->jobs->len; i++)
        g_hash_table_add(referee->by_key, bb_referee_job(referee, i));
}

static const char *
keep(BbReferee *referee, const char *text)
{
    return text && *text ? g_string_chunk_insert(referee->texts, text) : "";
}

/* A job that spreads without a group is a group of its own. */
static const BbShape *
shape_of(BbReferee *referee, const BbJobRow *row, guint32 workload)
{
    BbJobRow own = *row;
    g_autofree char *group = NULL;
    if (row->spread && *row->spread && !(row->group && *row->group))
        own.group = group = g_strdup_printf("%u/%s", workload, row->id);
    return bb_shapes_intern(referee->shapes, &own, bb_cluster_modelled(referee->cluster));
}

static void
add_job(BbReferee *referee, const BbJobRow *row, guint32 workload)
{
    BbClaim job = {
        .id = keep(referee, row->id),
        .workload = workload,
        .shape = shape_of(referee, row, workload),
        .n_tasks = (guint32)row->n_tasks,
        .gang = row->gang || row->n_tasks == 1,
        .submit_us = row->submit_us,
        .runtime_us = row->runtime_us,
        .limit_us = referee->experiment->kill_at_estimate ? row->estimate_us : BB_TIME_NEVER,
        .after = keep(referee, row->after),
        .there = row->node_optional ? "" : keep(referee, row->node),
        .evicted_from_us = BB_TIME_NEVER,
        .claimed_submit_us = -1,
        .start_us = -1,
        .finish_us = -1,
        .state = -1,
        .nodes = "",
    };
    g_array_append_val(referee->jobs, job);
}

/* What comes after `until` never came. */
static gboolean
read_workload(BbReferee *referee, BbWorkload *workload, guint32 index, GError **error)
{
    gint64 until_us = referee->experiment->until_us;
    for (;;) {
        BbJobRow row = BB_JOB_ROW_INIT;
        BbReadResult result = bb_workload_next(workload, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (until_us < 0 || row.submit_us <= until_us)
            add_job(referee, &row, index);
    }
}

gboolean
bb_referee_read_trace(BbReferee *referee, const GPtrArray *workloads, GError **error)
{
    for (guint i = 0; i < workloads->len; i++) {
        if (!read_workload(referee, workloads->pdata[i], i, error))
            return FALSE;
    }
    index_jobs(referee);
    return TRUE;
}
