/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of the referee, and how it notes what it finds. */
#include "sim/lab/bb-verify-private.h"

#include "sim/lab/bb-experiment-run.h"

#include <string.h>

/* ---- the verdict ---- */

static void
violation_free(gpointer data)
{
    BbViolation *violation = data;
    g_free(violation->text);
    g_free(violation);
}

void
bb_verdict_free(BbVerdict *verdict)
{
    if (!verdict)
        return;
    g_ptr_array_unref(verdict->violations);
    g_free(verdict->first_difference);
    g_free(verdict);
}

gboolean
bb_verdict_is_good(const BbVerdict *verdict)
{
    return verdict->violations->len == 0 && verdict->n_differing == 0;
}

static void
note(BbReferee *referee, BbTimeUs time_us, char *text)
{
    BbViolation *violation = g_new(BbViolation, 1);
    *violation = (BbViolation){time_us, text};
    g_ptr_array_add(referee->verdict->violations, violation);
}

void
bb_referee_say(BbReferee *referee, BbTimeUs time_us, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(referee, time_us, g_strdup_vprintf(format, args));
    va_end(args);
}

void
bb_referee_say_job(BbReferee *referee, const BbClaim *job, BbTimeUs time_us, const char *format,
                   ...)
{
    g_autofree char *label = bb_referee_label(referee, job);
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    note(referee, time_us, g_strconcat(label, " ", what, NULL));
}

/* Stable: g_ptr_array_sort is. */
static gint
by_time(gconstpointer a, gconstpointer b)
{
    const BbViolation *x = *(BbViolation *const *)a, *y = *(BbViolation *const *)b;
    return (x->time_us > y->time_us) - (x->time_us < y->time_us);
}

/* ---- names ---- */

const char *
bb_referee_node_name(const BbReferee *referee, guint32 node)
{
    return bb_names_text(referee->names, bb_cluster_node(referee->cluster, node)->name);
}

char *
bb_referee_label(const BbReferee *referee, const BbClaim *job)
{
    if (referee->workload_names->len == 1)
        return g_strdup_printf("job %s", job->id);
    return g_strdup_printf("job %s of %s", job->id,
                           (const char *)referee->workload_names->pdata[job->workload]);
}

BbClaim *
bb_referee_find(const BbReferee *referee, const char *workload, const char *id)
{
    const GPtrArray *names = referee->workload_names;
    BbClaim key = {.id = id};
    while (names->len > 1 && key.workload < names->len &&
           strcmp(names->pdata[key.workload], workload) != 0)
        key.workload++;
    return g_hash_table_lookup(referee->by_key, &key);
}

/* ---- the steps ---- */

static void
referee_clear(BbReferee *referee)
{
    g_clear_pointer(&referee->verdict, bb_verdict_free);
    g_clear_pointer(&referee->held, g_array_unref);
    g_clear_pointer(&referee->evicted, g_array_unref);
    g_clear_pointer(&referee->comes, g_free);
    g_clear_pointer(&referee->by_key, g_hash_table_unref);
    g_clear_pointer(&referee->jobs, g_array_unref);
    g_clear_pointer(&referee->texts, g_string_chunk_free);
    g_clear_pointer(&referee->workload_names, g_ptr_array_unref);
    g_clear_pointer(&referee->shapes, bb_shapes_free);
    g_clear_pointer(&referee->start, bb_cluster_free);
    g_clear_pointer(&referee->cluster, bb_cluster_free);
    g_clear_pointer(&referee->names, bb_names_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbReferee, referee_clear)

static void
referee_init(BbReferee *referee, const BbExperiment *experiment)
{
    *referee = (BbReferee){.experiment = experiment};
    referee->names = bb_names_new();
    referee->shapes = bb_shapes_new(referee->names);
    referee->workload_names = g_ptr_array_new();
    for (guint i = 0; i < experiment->workloads->len; i++)
        g_ptr_array_add(referee->workload_names,
                        ((BbWorkloadSpec *)experiment->workloads->pdata[i])->name);
    referee->texts = g_string_chunk_new(1 << 16);
    referee->jobs = g_array_new(FALSE, FALSE, sizeof(BbClaim));
    referee->held = g_array_new(FALSE, FALSE, sizeof(BbHeld));
    referee->evicted = g_array_new(FALSE, FALSE, sizeof(BbHeld));
    referee->verdict = g_new0(BbVerdict, 1);
    referee->verdict->violations = g_ptr_array_new_with_free_func(violation_free);
}

/* What a node can be at best, what it is at first, and whether it is there all the time. */
static void
know_nodes(BbReferee *referee)
{
    guint n = bb_cluster_n(referee->cluster), n_changes;
    const BbNodeChange *changes = bb_cluster_changes(referee->cluster, &n_changes);
    g_autofree gboolean *ever_up = g_new(gboolean, n);
    g_autofree BbResources *most = bb_cluster_most(referee->cluster, ever_up);
    referee->start = bb_cluster_copy(referee->cluster);
    referee->comes = g_new0(gboolean, n);
    for (guint i = 0; i < n; i++)
        referee->comes[i] = bb_cluster_node(referee->cluster, i)->state == BB_NODE_ABSENT;
    for (guint i = 0; i < n_changes; i++)
        referee->comes[changes[i].node] |= changes[i].state == BB_NODE_ABSENT;
    for (guint i = 0; i < n; i++)
        if (ever_up[i])
            bb_cluster_change(referee->cluster, i, BB_NODE_UP, &most[i]);
}

static gboolean
read_truth(BbReferee *referee, BbExperiment *experiment, GError **error)
{
    if (!bb_experiment_check(experiment, error))
        return FALSE;
    g_autoptr(GPtrArray) workloads = bb_experiment_open_workloads(experiment, error);
    if (!workloads || !bb_experiment_complete_cluster(experiment, workloads, error))
        return FALSE;
    g_autoptr(GPtrArray) hashes = NULL;
    referee->cluster = bb_experiment_build_cluster(experiment, referee->names, &hashes, error);
    if (!referee->cluster)
        return FALSE;
    know_nodes(referee);
    return bb_referee_read_trace(referee, workloads, error);
}

BbVerdict *
bb_verify(BbExperiment *experiment, const BbVerifyFiles *files, GError **error)
{
    g_auto(BbReferee) referee;
    referee_init(&referee, experiment);
    if (!read_truth(&referee, experiment, error) || !bb_referee_read_claims(&referee, files, error))
        return NULL;
    referee.verdict->n_jobs = referee.jobs->len;
    referee.verdict->n_nodes = bb_cluster_n(referee.cluster);
    bb_referee_check_jobs(&referee);
    bb_referee_check_evicted(&referee);
    bb_referee_sweep(&referee);
    g_ptr_array_sort(referee.verdict->violations, by_time);
    if (files->against && !bb_referee_compare(&referee, files->against, error))
        return NULL;
    return g_steal_pointer(&referee.verdict);
}
