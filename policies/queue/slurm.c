/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slurm: sched/main and sched/backfill in the order of priority/multifactor. At every pass the first
 * `depth` jobs are tried; one that is blocked blocks the rest of its partition. Every bf_interval a
 * cycle of backfill plans the first bf_max_job_test jobs, none beyond bf_window, and starts what can
 * start without delaying a plan. The plans of a cycle are forgotten at the next.
 *
 * Priority = the job's own + weights times factors - nice; jobs of equal priority wait in order of
 * submission. A job's spec says its partition, qos and nice (profiles/slurm/slurm-json.h). Modelled:
 * the factors age, size, partition and qos, and what a qos or an account may run together. Not modelled:
 * fair share, other limits, partition tiers, licences, preemption, reservations.
 *
 * Source: SchedMD/slurm src/slurmctld/job_scheduler.c, src/plugins/sched/backfill/backfill.c,
 * src/plugins/priority/multifactor/priority_multifactor.c. */
#include "sim/base/bb-error.h"
#include "sim/contract/bb-queue.h"
#include "sim/contract/bb-spec.h"

#include "policies/profiles/slurm/slurm-backfill.h"
#include "policies/profiles/slurm/slurm-limits.h"
#include "policies/profiles/slurm/slurm-priority.h"

#include <string.h>

/* What a shape asks of Slurm. */
typedef struct {
    JsonNode *spec; /* NULL: none, or one that cannot be read */
    SlurmRequest request;
} Shape;

typedef struct {
    const BbJob *job;
    const SlurmRequest *request;
    guint32 priority;
} Ranked;

typedef struct {
    SlurmWeights weights;
    gint64 max_age_us;
    SlurmBackfillLimits limits;
    GHashTable *partitions, *qos; /* name -> gint64 */
    gint64 highest_partition, highest_qos;
    SlurmLimits *grp;  /* what all jobs of a qos or an account may have together */
    GPtrArray *shapes; /* of Shape by shape index, NULL: not read yet */
    GArray *ranked;    /* of Ranked: the waiting jobs of one pass, in order */
    guint at;          /* the next of them for the backfill cycle */
    BbPass *pass;
    gboolean has_run; /* a cycle has run, at: */
    BbTimeUs last_us;
} State;

static void
free_shape(gpointer data)
{
    Shape *shape = data;

    if (shape && shape->spec)
        json_node_unref(shape->spec);
    g_free(shape);
}

/* ---- parameters ---- */

static gint64
highest_of(GHashTable *levels)
{
    GHashTableIter iter;
    gpointer value;
    gint64 highest = 0;

    g_hash_table_iter_init(&iter, levels);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        highest = MAX(highest, *(const gint64 *)value);
    return highest;
}

static GHashTable *
read_levels(const BbQueue *self, const char *param, GError **error)
{
    return slurm_read_levels(param, bb_params_text(self->params, param), error);
}

static gboolean
read_limits(BbQueue *self, GError **error)
{
    State *state = self->state;
    g_autoptr(GHashTable) qos = read_levels(self, "qos_cpus", error);
    g_autoptr(GHashTable) accounts = qos ? read_levels(self, "account_cpus", error) : NULL;

    if (!qos || !accounts)
        return FALSE;
    state->grp = slurm_limits_new(g_steal_pointer(&qos), g_steal_pointer(&accounts));
    self->residents = slurm_limits_any(state->grp);
    return TRUE;
}

static gboolean
read_factors(BbQueue *self, GError **error)
{
    State *state = self->state;

    state->partitions = read_levels(self, "partition_factors", error);
    state->qos = state->partitions ? read_levels(self, "qos_factors", error) : NULL;
    if (!state->qos)
        return FALSE;
    state->highest_partition = highest_of(state->partitions);
    state->highest_qos = highest_of(state->qos);
    return TRUE;
}

static gboolean
init(BbQueue *self, GError **error)
{
    State *state = self->state;
    const BbParams *params = self->params;

    state->weights = (SlurmWeights){.age = (double)bb_params_int(params, "age"),
                                    .size = (double)bb_params_int(params, "size"),
                                    .partition = (double)bb_params_int(params, "partition"),
                                    .qos = (double)bb_params_int(params, "qos")};
    state->max_age_us = bb_params_int(params, "max_age");
    state->limits = (SlurmBackfillLimits){(guint32)bb_params_int(params, "bf_max_job_test"),
                                          bb_params_int(params, "bf_window"),
                                          bb_params_int(params, "bf_resolution")};
    state->shapes = g_ptr_array_new_with_free_func(free_shape);
    state->ranked = g_array_new(FALSE, FALSE, sizeof(Ranked));
    return read_factors(self, error) && read_limits(self, error);
}

static void
clear(BbQueue *self)
{
    State *state = self->state;

    g_clear_pointer(&state->shapes, g_ptr_array_unref);
    g_clear_pointer(&state->ranked, g_array_unref);
    g_clear_pointer(&state->partitions, g_hash_table_unref);
    g_clear_pointer(&state->qos, g_hash_table_unref);
    g_clear_pointer(&state->grp, slurm_limits_free);
}

/* ---- order ---- */

/* A spec that is wrong is the placement's to complain of; here it asks for nothing. */
static const SlurmRequest *
request_of(State *state, const BbPass *pass, const BbShape *shape)
{
    g_autoptr(GError) wrong = NULL;
    JsonObject *object = NULL;
    Shape *known;

    if (shape->index >= state->shapes->len)
        g_ptr_array_set_size(state->shapes, (gint)shape->index + 1);
    known = state->shapes->pdata[shape->index];
    if (known)
        return &known->request;
    known = state->shapes->pdata[shape->index] = g_new0(Shape, 1);
    if (shape->spec)
        known->spec = bb_spec_parse(
            bb_names_text(bb_cluster_names(bb_pass_cluster(pass)), shape->spec), &wrong);
    if (known->spec)
        object = bb_spec_system(known->spec, "slurm", &wrong);
    slurm_read_request(object, &known->request, &wrong);
    return &known->request;
}

static double
level_factor(GHashTable *levels, const char *name, gint64 highest)
{
    const gint64 *value = name ? g_hash_table_lookup(levels, name) : NULL;

    return value ? slurm_level_factor(*value, highest, FALSE) : 0.0;
}

static double
size_factor(const BbQueue *self, const BbPass *pass, const BbJob *job, const SlurmRequest *request)
{
    const BbCluster *cluster = bb_pass_cluster(pass);
    gint64 cpus = job->shape->need.v[BB_CPU] * job->n_tasks;

    return slurm_size_factor(request->min_nodes, (guint64)cpus, bb_cluster_n(cluster),
                             (guint64)bb_cluster_capacity(cluster)->v[BB_CPU],
                             bb_params_int(self->params, "favor_small") != 0);
}

static Ranked
rank(BbQueue *self, const BbPass *pass, const BbJob *job)
{
    State *state = self->state;
    const SlurmRequest *request = request_of(state, pass, job->shape);
    SlurmFactors factors = {
        .age = slurm_age_factor(bb_pass_now(pass) - job->submit_us, state->max_age_us),
        .size = state->weights.size != 0.0 ? size_factor(self, pass, job, request) : 0.0,
        .partition = level_factor(state->partitions, request->partition, state->highest_partition),
        .qos = level_factor(state->qos, request->qos, state->highest_qos),
    };

    return (Ranked){job, request,
                    slurm_priority(&state->weights, &factors, 0.0, job->priority, request->nice)};
}

static gint
compare_ranked(gconstpointer a, gconstpointer b)
{
    const Ranked *x = a, *y = b;

    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    if (x->job->submit_us != y->job->submit_us)
        return x->job->submit_us < y->job->submit_us ? -1 : 1;
    return (x->job->seq > y->job->seq) - (x->job->seq < y->job->seq);
}

static void
rank_all(BbQueue *self, BbPass *pass)
{
    State *state = self->state;
    BbWalk walk = BB_WALK_INIT;
    const BbJob *job;

    g_array_set_size(state->ranked, 0);
    while ((job = bb_pass_next(pass, &walk))) {
        Ranked one = rank(self, pass, job);

        g_array_append_val(state->ranked, one);
    }
    g_array_sort(state->ranked, compare_ranked);
}

/* ---- limits ---- */

/* Only what runs counts. O(nodes), where there are limits. */
static void
count_used(State *state, const BbPass *pass)
{
    const BbCluster *cluster = bb_pass_cluster(pass);

    slurm_limits_reset(state->grp);
    for (guint i = 0; slurm_limits_any(state->grp) && i < bb_cluster_n(cluster); i++) {
        const BbNode *node = bb_cluster_node(cluster, i);

        for (guint k = 0; k < node->n_residents; k++)
            slurm_limits_add(state->grp, request_of(state, pass, node->residents[k].shape),
                             node->residents[k].shape->need.v[BB_CPU] * node->residents[k].n_tasks);
    }
}

static gboolean
is_allowed(const State *state, const Ranked *one)
{
    return slurm_limits_allow(state->grp, one->request,
                              one->job->shape->need.v[BB_CPU] * one->job->n_tasks);
}

/* ---- sched/main ---- */

static gboolean
is_blocked(const GPtrArray *blocked, const char *partition)
{
    for (guint i = 0; i < blocked->len; i++)
        if (g_strcmp0(blocked->pdata[i], partition) == 0)
            return TRUE;
    return FALSE;
}

/* Jobs that start are taken out of the list. */
static void
run_main(BbQueue *self, BbPass *pass)
{
    State *state = self->state;
    gint64 depth = bb_params_int(self->params, "depth");
    g_autoptr(GPtrArray) blocked = g_ptr_array_new(); /* names, borrowed */
    guint n_left = 0;

    count_used(state, pass);
    for (guint i = 0; i < state->ranked->len; i++) {
        const Ranked *one = &g_array_index(state->ranked, Ranked, i);

        if (i < depth && !is_blocked(blocked, one->request->partition) && is_allowed(state, one)) {
            BbTry answer = bb_pass_try(pass, one->job);

            if (answer == BB_STARTED || answer == BB_PARTLY)
                count_used(state, pass);
            if (answer == BB_STARTED)
                continue;
            g_ptr_array_add(blocked, (gpointer)(gsize)one->request->partition);
        }
        g_array_index(state->ranked, Ranked, n_left++) = *one;
    }
    g_array_set_size(state->ranked, n_left);
}

/* ---- sched/backfill ---- */

/* A job beyond a limit is in nobody's way. */
static gconstpointer
next(gpointer data)
{
    State *state = data;

    while (state->at < state->ranked->len) {
        const Ranked *one = &g_array_index(state->ranked, Ranked, state->at++);

        if (is_allowed(state, one))
            return one->job;
    }
    return NULL;
}

static BbTimeUs
limit(gpointer data, gconstpointer job)
{
    (void)data;
    return ((const BbJob *)job)->estimate_us;
}

static BbTimeUs
earliest(gpointer data, gconstpointer job, BbTimeUs length_us)
{
    return bb_pass_plan_earliest(((State *)data)->pass, job, length_us);
}

static gboolean
start(gpointer data, gconstpointer job)
{
    State *state = data;
    gboolean done = bb_pass_plan_start(state->pass, job);

    count_used(state, state->pass);
    return done;
}

static void
plan(gpointer data, gconstpointer job, BbTimeUs start_us, BbTimeUs length_us)
{
    bb_pass_plan_hold(((State *)data)->pass, job, start_us, length_us);
}

static void
run_backfill(State *state, BbPass *pass)
{
    static const SlurmBackfillOps ops = {next, limit, earliest, start, plan};

    state->at = 0;
    state->pass = pass;
    bb_pass_plan_begin(pass);
    slurm_backfill(&state->limits, &ops, state, bb_pass_now(pass));
    state->pass = NULL;
}

static void
schedule(BbQueue *self, BbPass *pass)
{
    State *state = self->state;
    BbTimeUs now = bb_pass_now(pass);
    BbTimeUs due = state->has_run
                       ? bb_time_add(state->last_us, bb_params_int(self->params, "bf_interval"))
                       : now;

    rank_all(self, pass);
    run_main(self, pass);
    if (!bb_params_int(self->params, "backfill") || state->ranked->len == 0)
        return;
    /* Only what happened between two cycles asks for the next: the plan of the last one stands. */
    if (now < due) {
        bb_pass_wake(pass, due);
        return;
    }
    run_backfill(state, pass);
    state->has_run = TRUE;
    state->last_us = now;
}

#define COUNT(option, value, what)                                                                 \
    {                                                                                              \
        .name = option, .type = BB_PARAM_INT, .fallback = value, .summary = what, .min = 0,        \
        .max = G_MAXUINT32                                                                         \
    }
#define TIME(option, value, what)                                                                  \
    {                                                                                              \
        .name = option, .type = BB_PARAM_DURATION, .fallback = value, .summary = what              \
    }

static const BbParam params[] = {
    COUNT("age", "0", "PriorityWeightAge"),
    COUNT("size", "0", "PriorityWeightJobSize"),
    COUNT("partition", "0", "PriorityWeightPartition"),
    COUNT("qos", "0", "PriorityWeightQOS"),
    TIME("max_age", "7d", "PriorityMaxAge: waiting that makes the age factor 1"),
    {.name = "favor_small",
     .type = BB_PARAM_BOOL,
     .fallback = "no",
     .summary = "PriorityFavorSmall: small jobs have the greater size factor"},
    {.name = "partition_factors",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "NAME=NUMBER|..: PriorityJobFactor of partitions"},
    {.name = "qos_factors",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "NAME=NUMBER|..: priorities of qos"},
    {.name = "qos_cpus",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "NAME=CPUS|..: what all jobs of a qos may have together (GrpTRES)"},
    {.name = "account_cpus",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "NAME=CPUS|..: what all jobs of an account may have together"},
    COUNT("depth", "100", "default_queue_depth: jobs that the main scheduler looks at"),
    {.name = "backfill",
     .type = BB_PARAM_BOOL,
     .fallback = "yes",
     .summary = "sched/backfill, or sched/builtin alone"},
    COUNT("bf_max_job_test", "500", "jobs that a cycle of backfill looks at, 0: any number"),
    TIME("bf_window", "1d", "how far ahead starts are planned"),
    TIME("bf_resolution", "60", "runs are planned in multiples of it, 0: exactly"),
    TIME("bf_interval", "30", "between two cycles of backfill"),
    {.name = NULL},
};

const BbQueueClass bb_queue_slurm = {
    .name = "slurm",
    .summary = "Slurm: multifactor priority, main scheduler and backfill with window and depth",
    .source = "SchedMD/slurm src/slurmctld/job_scheduler.c, src/plugins/sched/backfill",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .schedule = schedule,
    .projects = TRUE,
};
