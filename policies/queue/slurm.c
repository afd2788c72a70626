/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slurm: sched/main and sched/backfill in the order of priority/multifactor. At every pass the first
 * `depth` jobs are tried; one that is blocked blocks the rest of its partition. Every bf_interval a
 * cycle of backfill plans the first bf_max_job_test jobs, none beyond bf_window, and starts what can
 * start without delaying a plan. The plans of a cycle are forgotten at the next.
 *
 * Priority = the job's own + weights times factors - nice; jobs of equal priority wait in order of
 * submission. A job's spec says its partition, qos and nice (profiles/slurm/slurm-json.h). Modelled:
 * the factors age, size, partition and qos. Not modelled: fair share and associations, limits on what
 * an account or a qos may run, partition tiers, licences, preemption, reservations.
 *
 * Source: SchedMD/slurm src/slurmctld/job_scheduler.c, src/plugins/sched/backfill/backfill.c,
 * src/plugins/priority/multifactor/priority_multifactor.c. */
#include "sim/base/bb-error.h"
#include "sim/contract/bb-queue.h"
#include "sim/contract/bb-spec.h"

#include "policies/profiles/slurm/slurm-backfill.h"
#include "policies/profiles/slurm/slurm-json.h"
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

/* "NAME=VALUE|NAME=VALUE" */
static GHashTable *
read_levels(const char *what, const char *text, gint64 *out_highest, GError **error)
{
    g_autoptr(GHashTable) levels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) items = g_strsplit(text, "|", -1);

    for (guint i = 0; items[i] && *text; i++) {
        char *equal = strrchr(items[i], '='), *end = NULL;
        gint64 value = equal ? g_ascii_strtoll(equal + 1, &end, 10) : 0;

        if (!equal || equal == items[i] || end == equal + 1 || *end || value < 0) {
            bb_error_set(error, BB_ERROR_USAGE,
                         "queue slurm: %s: expected NAME=PRIORITY|.., found \"%s\"", what,
                         items[i]);
            return NULL;
        }
        *out_highest = MAX(*out_highest, value);
        g_hash_table_replace(levels, g_strndup(items[i], (gsize)(equal - items[i])),
                             g_memdup2(&value, sizeof value));
    }
    return g_steal_pointer(&levels);
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
    state->partitions =
        read_levels("partition_factors", bb_params_text(params, "partition_factors"),
                    &state->highest_partition, error);
    if (!state->partitions)
        return FALSE;
    state->qos = read_levels("qos_factors", bb_params_text(params, "qos_factors"),
                             &state->highest_qos, error);
    return state->qos != NULL;
}

static void
clear(BbQueue *self)
{
    State *state = self->state;

    g_clear_pointer(&state->shapes, g_ptr_array_unref);
    g_clear_pointer(&state->ranked, g_array_unref);
    g_clear_pointer(&state->partitions, g_hash_table_unref);
    g_clear_pointer(&state->qos, g_hash_table_unref);
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

    for (guint i = 0; i < state->ranked->len; i++) {
        const Ranked *one = &g_array_index(state->ranked, Ranked, i);

        if (i < depth && !is_blocked(blocked, one->request->partition)) {
            if (bb_pass_try(pass, one->job) == BB_STARTED)
                continue;
            g_ptr_array_add(blocked, (gpointer)(gsize)one->request->partition);
        }
        g_array_index(state->ranked, Ranked, n_left++) = *one;
    }
    g_array_set_size(state->ranked, n_left);
}

/* ---- sched/backfill ---- */

static gconstpointer
next(gpointer data)
{
    State *state = data;

    return state->at < state->ranked->len ? g_array_index(state->ranked, Ranked, state->at++).job
                                          : NULL;
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
    return bb_pass_plan_start(((State *)data)->pass, job);
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
     .summary = "NAME=PRIORITY|..: PriorityJobFactor of partitions"},
    {.name = "qos_factors",
     .type = BB_PARAM_TEXT,
     .fallback = "",
     .summary = "NAME=PRIORITY|..: priorities of qos"},
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
