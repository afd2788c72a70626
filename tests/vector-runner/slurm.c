/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of Slurm: priority, billing, node selection. Backfilling is in slurm-backfill.c. */
#include "vec.h"

#include "policies/profiles/slurm/slurm-priority.h"
#include "policies/profiles/slurm/slurm-select.h"

#include <math.h>

static gboolean
run_partition_factor(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs"), *args = vec_object(vector, "args");
    SlurmWeights weights = {.partition = vec_double(inputs, "weight", 0)};
    SlurmFactors factors = {.partition =
                                slurm_level_factor(vec_int(inputs, "partition_priority", 0),
                                                   vec_int(inputs, "highest_partition_priority", 0),
                                                   vec_bool(args, "no_normal_part", FALSE))};
    guint32 points = slurm_priority(&weights, &factors, 0, 0, 0);

    return points == vec_int(vec_object(vector, "expected"), "points", -1) ||
           vec_fail(why, "found %u points", points);
}

static double
bill(JsonObject *inputs, SlurmBilling mode)
{
    JsonObject *allocated = vec_object(inputs, "allocated"),
               *weights = vec_object(inputs, "weights");
    g_autoptr(GArray) tres = g_array_new(FALSE, FALSE, sizeof(SlurmTres));
    JsonObjectIter iter;
    const char *name;

    json_object_iter_init(&iter, allocated);
    while (json_object_iter_next(&iter, &name, NULL)) {
        SlurmTres one = {name, vec_double(allocated, name, 0), vec_double(weights, name, 0)};

        g_array_append_val(tres, one);
    }
    return slurm_billing(mode, (const SlurmTres *)(gconstpointer)tres->data, tres->len);
}

static gboolean
run_billing(JsonObject *vector, GString *why)
{
    static const char *const modes[] = {"sum", "max", "max_gres", NULL};
    JsonObject *expected = vec_object(vector, "expected");
    const char *mode = vec_text(vec_object(vector, "args"), "mode");
    guint at = 0;
    double got;

    while (modes[at] && g_strcmp0(modes[at], mode) != 0)
        at++;
    if (!modes[at])
        return vec_fail(why, "unknown mode %s", mode ? mode : "(none)");
    got = bill(vec_object(vector, "inputs"), (SlurmBilling)at);
    if (vec_has(expected, "exact") && fabs(got - vec_double(expected, "exact", 0)) > 1e-9)
        return vec_fail(why, "found %g", got);
    return !vec_has(expected, "billed") || (gint64)got == vec_int(expected, "billed", 0) ||
           vec_fail(why, "billed %g", got);
}

/* ---- slurm_alloc_script ---- */

typedef struct {
    JsonObject *object;
    gint64 id;
    gboolean running, over;
    SlurmPick *picks;
    guint n_picks;
} AllocJob;

typedef struct {
    JsonArray *nodes;
    guint n_nodes;
    guint32 *used;  /* cpus, by node */
    gboolean whole; /* select/linear */
    AllocJob *jobs;
    guint n_jobs;
} Alloc;

static guint32
cpus_of(const Alloc *alloc, guint node)
{
    return (guint32)vec_int(vec_object_at(alloc->nodes, node), "cpus", 0);
}

static gboolean
try_job(Alloc *alloc, AllocJob *job)
{
    g_autofree SlurmNode *nodes = g_new0(SlurmNode, alloc->n_nodes + 1);
    guint32 n = (guint32)vec_int(job->object, "nodes", 0);

    for (guint i = 0; i < alloc->n_nodes; i++)
        nodes[i].cpus = alloc->whole && alloc->used[i] ? 0 : cpus_of(alloc, i) - alloc->used[i];
    job->n_picks = slurm_select(nodes, alloc->n_nodes, (guint32)vec_int(job->object, "tasks", 1),
                                MAX(n, 1), n, job->picks);
    for (guint i = 0; i < job->n_picks; i++)
        alloc->used[job->picks[i].node] +=
            alloc->whole ? cpus_of(alloc, job->picks[i].node) : job->picks[i].cpus;
    job->running = job->n_picks > 0;
    return job->running;
}

/* In order; the first that does not fit holds up those behind it. */
static void
schedule_all(Alloc *alloc)
{
    for (guint i = 0; i < alloc->n_jobs; i++)
        if (!alloc->jobs[i].running && !alloc->jobs[i].over && !try_job(alloc, &alloc->jobs[i]))
            return;
}

static AllocJob *
find_job(Alloc *alloc, gint64 id)
{
    for (guint i = 0; i < alloc->n_jobs; i++)
        if (alloc->jobs[i].id == id)
            return &alloc->jobs[i];
    return NULL;
}

static void
end_job(Alloc *alloc, AllocJob *job)
{
    for (guint i = 0; i < job->n_picks; i++)
        alloc->used[job->picks[i].node] -=
            alloc->whole ? cpus_of(alloc, job->picks[i].node) : job->picks[i].cpus;
    job->running = FALSE;
    job->over = TRUE;
}

static gboolean
check_job(Alloc *alloc, gint64 id, JsonArray *names, GString *why)
{
    const AllocJob *job = find_job(alloc, id);

    if (!job || !job->running)
        return vec_fail(why, "job %" G_GINT64_FORMAT " does not run", id);
    if (names && vec_length(names) != job->n_picks)
        return vec_fail(why, "job %" G_GINT64_FORMAT " has %u nodes", id, job->n_picks);
    for (guint i = 0; i < vec_length(names); i++) {
        const char *name = vec_text(vec_object_at(alloc->nodes, job->picks[i].node), "name");

        if (g_strcmp0(name, vec_text_at(names, i)) != 0)
            return vec_fail(why, "job %" G_GINT64_FORMAT " runs on %s", id, name);
    }
    return TRUE;
}

/* `expect` names the jobs that the step started, and their nodes; `expect_running` all that run. */
static gboolean
check_alloc(Alloc *alloc, JsonObject *step, GString *why)
{
    JsonObject *expect = vec_object(step, "expect");
    JsonArray *running = vec_array(step, "expect_running");
    JsonObjectIter iter;
    const char *id;
    guint n_running = 0;

    if (expect)
        json_object_iter_init(&iter, expect);
    while (expect && json_object_iter_next(&iter, &id, NULL))
        if (!check_job(alloc, g_ascii_strtoll(id, NULL, 10), vec_array(expect, id), why))
            return FALSE;
    for (guint i = 0; i < vec_length(running); i++)
        if (!check_job(alloc, json_array_get_int_element(running, i), NULL, why))
            return FALSE;
    for (guint i = 0; i < alloc->n_jobs; i++)
        n_running += alloc->jobs[i].running ? 1 : 0;
    return !running || n_running == vec_length(running) || vec_fail(why, "%u jobs run", n_running);
}

static gboolean
run_alloc_step(Alloc *alloc, JsonObject *step, GString *why)
{
    const char *op = vec_text(step, "op");

    if (g_strcmp0(op, "schedule") == 0) {
        schedule_all(alloc);
    } else if (g_strcmp0(op, "end") == 0) {
        AllocJob *job = find_job(alloc, vec_int(step, "job", 0));

        if (!job || !job->running)
            return vec_fail(why, "the job to end does not run");
        end_job(alloc, job);
    } else {
        return vec_fail(why, "unknown step");
    }
    return check_alloc(alloc, step, why);
}

static gboolean
run_alloc(JsonObject *vector, GString *why)
{
    JsonObject *inputs = vec_object(vector, "inputs");
    JsonArray *steps = vec_array(vector, "script"), *jobs = vec_array(inputs, "jobs");
    Alloc alloc = {.nodes = vec_array(inputs, "nodes"),
                   .n_nodes = vec_length(vec_array(inputs, "nodes")),
                   .whole =
                       g_strcmp0(vec_text(vec_object(vector, "args"), "select"), "linear") == 0,
                   .n_jobs = vec_length(jobs)};
    gboolean ok = TRUE;

    alloc.used = g_new0(guint32, alloc.n_nodes + 1);
    alloc.jobs = g_new0(AllocJob, alloc.n_jobs + 1);
    for (guint i = 0; i < alloc.n_jobs; i++)
        alloc.jobs[i] = (AllocJob){.object = vec_object_at(jobs, i),
                                   .id = vec_int(vec_object_at(jobs, i), "id", 0),
                                   .picks = g_new0(SlurmPick, alloc.n_nodes + 1)};
    for (guint i = 0; ok && i < vec_length(steps); i++)
        if (!(ok = run_alloc_step(&alloc, vec_object_at(steps, i), why)))
            g_string_append_printf(why, " (step %u)", i + 1);
    for (guint i = 0; i < alloc.n_jobs; i++)
        g_free(alloc.jobs[i].picks);
    g_free(alloc.jobs);
    g_free(alloc.used);
    return ok;
}

const VecKind vec_kinds_slurm[] = {
    {"slurm_partition_factor", run_partition_factor},
    {"slurm_billing", run_billing},
    {"slurm_alloc_script", run_alloc},
    {NULL, NULL},
};
