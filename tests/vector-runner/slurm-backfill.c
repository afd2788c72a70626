/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kind slurm_backfill: one cycle on an idle cluster whose jobs take whole nodes and licences. */
#include "vec.h"

#include "policies/profiles/slurm/slurm-backfill.h"

#include <string.h>

#define SECOND_US ((BbTimeUs)1000 * 1000)

typedef struct {
    gint64 id, priority, nodes;
    BbTimeUs limit_us;
    JsonObject *licenses;
    BbTimeUs start_us; /* BB_TIME_NEVER: none */
    gboolean running;
} Job;

/* What a job holds: nodes, and its licences. */
typedef struct {
    BbTimeUs begin_us, end_us;
    const Job *job;
    gboolean *on; /* by node */
} Hold;

typedef struct {
    guint n_nodes, at; /* at: the next job */
    JsonObject *licenses;
    Job *jobs;
    guint n_jobs;
    GArray *holds; /* of Hold */
} World;

static gboolean
overlaps(const Hold *hold, BbTimeUs begin_us, BbTimeUs end_us)
{
    return hold->begin_us < end_us && begin_us < hold->end_us;
}

/* The nodes that are free all that time. */
static guint
find_free(const World *world, BbTimeUs begin_us, BbTimeUs end_us, gboolean *busy)
{
    guint n = 0;

    memset(busy, 0, world->n_nodes * sizeof *busy);
    for (guint h = 0; h < world->holds->len; h++) {
        const Hold *hold = &g_array_index(world->holds, Hold, h);

        for (guint i = 0; overlaps(hold, begin_us, end_us) && i < world->n_nodes; i++)
            busy[i] = busy[i] || hold->on[i];
    }
    for (guint i = 0; i < world->n_nodes; i++)
        n += busy[i] ? 0 : 1;
    return n;
}

/* The most of a licence that is held at any time between. */
static gint64
most_held(const World *world, const char *name, BbTimeUs begin_us, BbTimeUs end_us)
{
    gint64 most = 0;

    for (guint a = 0; a < world->holds->len; a++) {
        BbTimeUs time = MAX(g_array_index(world->holds, Hold, a).begin_us, begin_us);
        gint64 held = 0;

        for (guint h = 0; time < end_us && h < world->holds->len; h++) {
            const Hold *hold = &g_array_index(world->holds, Hold, h);

            if (overlaps(hold, time, time + 1))
                held += vec_int(hold->job->licenses, name, 0);
        }
        most = MAX(most, held);
    }
    return most;
}

static gboolean
licenses_free(const World *world, const Job *job, BbTimeUs begin_us, BbTimeUs end_us)
{
    JsonObjectIter iter;
    const char *name;

    if (!job->licenses)
        return TRUE;
    json_object_iter_init(&iter, job->licenses);
    while (json_object_iter_next(&iter, &name, NULL))
        if (vec_int(job->licenses, name, 0) + most_held(world, name, begin_us, end_us) >
            vec_int(world->licenses, name, 0))
            return FALSE;
    return TRUE;
}

static gboolean
can_run(const World *world, const Job *job, BbTimeUs begin_us, BbTimeUs length_us)
{
    g_autofree gboolean *busy = g_new0(gboolean, world->n_nodes + 1);

    return find_free(world, begin_us, begin_us + length_us, busy) >= job->nodes &&
           licenses_free(world, job, begin_us, begin_us + length_us);
}

/* Something that is held must end for more to be free. */
static BbTimeUs
earliest(gpointer data, gconstpointer element, BbTimeUs length_us)
{
    const World *world = data;
    const Job *job = element;
    BbTimeUs first = can_run(world, job, 0, length_us) ? 0 : BB_TIME_NEVER;

    for (guint h = 0; first > 0 && h < world->holds->len; h++) {
        BbTimeUs time = g_array_index(world->holds, Hold, h).end_us;

        if (time < first && can_run(world, job, time, length_us))
            first = time;
    }
    return first;
}

static gconstpointer
next(gpointer data)
{
    World *world = data;

    return world->at < world->n_jobs ? &world->jobs[world->at++] : NULL;
}

static BbTimeUs
limit(gpointer data, gconstpointer element)
{
    (void)data;
    return ((const Job *)element)->limit_us;
}

static void
plan(gpointer data, gconstpointer element, BbTimeUs start_us, BbTimeUs length_us)
{
    World *world = data;
    Job *job = &world->jobs[(const Job *)element - world->jobs];
    Hold hold = {start_us, start_us + length_us, job, g_new0(gboolean, world->n_nodes + 1)};
    g_autofree gboolean *busy = g_new0(gboolean, world->n_nodes + 1);
    gint64 left = job->nodes;

    find_free(world, hold.begin_us, hold.end_us, busy);
    for (guint i = 0; left > 0 && i < world->n_nodes; i++) {
        hold.on[i] = !busy[i];
        left -= hold.on[i] ? 1 : 0;
    }
    job->start_us = start_us;
    g_array_append_val(world->holds, hold);
}

static gboolean
start(gpointer data, gconstpointer element)
{
    World *world = data;
    const Job *job = element;

    plan(data, job, 0, job->limit_us);
    world->jobs[job - world->jobs].running = TRUE;
    return TRUE;
}

static void
read_job(JsonObject *object, gint64 id, Job *job)
{
    *job = (Job){vec_int(object, "id", id),
                 vec_int(object, "priority", 0),
                 vec_int(object, "nodes", 1),
                 vec_int(object, "limit_min", 1) * 60 * SECOND_US,
                 vec_object(object, "licenses"),
                 BB_TIME_NEVER,
                 FALSE};
}

static gint
by_priority(gconstpointer a, gconstpointer b)
{
    const Job *x = a, *y = b;

    if (x->priority != y->priority)
        return x->priority > y->priority ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static void
clear_hold(gpointer data)
{
    g_free(((Hold *)data)->on);
}

static void
world_init(World *world, JsonObject *inputs)
{
    JsonObject *uniform = vec_object(inputs, "jobs_uniform");
    JsonArray *jobs = vec_array(inputs, "jobs");

    *world = (World){.n_nodes = (guint)vec_int(vec_object(inputs, "cluster"), "nodes", 0),
                     .licenses = vec_object(inputs, "licenses"),
                     .n_jobs = (guint)vec_int(uniform, "count", vec_length(jobs)),
                     .holds = g_array_new(FALSE, FALSE, sizeof(Hold))};
    g_array_set_clear_func(world->holds, clear_hold);
    world->jobs = g_new0(Job, world->n_jobs + 1);
    for (guint i = 0; i < world->n_jobs; i++)
        read_job(uniform ? uniform : vec_object_at(jobs, i), i + 1, &world->jobs[i]);
    qsort(world->jobs, world->n_jobs, sizeof(Job), by_priority);
}

static const Job *
find(const World *world, gint64 id)
{
    static const Job none = {.id = -1, .start_us = BB_TIME_NEVER};

    for (guint i = 0; i < world->n_jobs; i++)
        if (world->jobs[i].id == id)
            return &world->jobs[i];
    return &none;
}

typedef enum {
    RUNNING,
    PENDING,
    HAS_START,
    NO_START,
} State;

static gboolean
is_in(const Job *job, State state)
{
    switch (state) {
    case RUNNING:
        return job->running;
    case PENDING:
        return !job->running;
    case HAS_START:
        return job->start_us != BB_TIME_NEVER;
    case NO_START:
        return job->start_us == BB_TIME_NEVER;
    }
    return FALSE;
}

static gboolean
check_ids(const World *world, JsonArray *ids, State state, GString *why)
{
    for (guint i = 0; i < vec_length(ids); i++) {
        const Job *job = find(world, json_array_get_int_element(ids, i));

        if (!is_in(job, state))
            return vec_fail(why, "job %" G_GINT64_FORMAT ": running %d, start %" G_GINT64_FORMAT,
                            job->id, job->running, job->start_us);
    }
    return TRUE;
}

/* [a, b], or a list of such. */
static gboolean
check_same(const World *world, JsonArray *ids, GString *why)
{
    gint64 first = -1;

    for (guint i = 0; i < vec_length(ids); i++) {
        JsonNode *node = json_array_get_element(ids, i);
        BbTimeUs time;

        if (JSON_NODE_HOLDS_ARRAY(node)) {
            if (!check_same(world, json_node_get_array(node), why))
                return FALSE;
            continue;
        }
        time = find(world, json_node_get_int(node))->start_us;
        if (i > 0 && time != first)
            return vec_fail(why, "starts differ");
        first = time;
    }
    return TRUE;
}

/* Nobody of lower priority and no fewer nodes comes before a job. */
static gboolean
check_order(const World *world, GString *why)
{
    for (guint i = 0; i < world->n_jobs; i++)
        for (guint k = 0; k < world->n_jobs; k++) {
            const Job *a = &world->jobs[i], *b = &world->jobs[k];

            if (a->priority > b->priority && a->nodes <= b->nodes && b->start_us != BB_TIME_NEVER &&
                a->start_us > b->start_us)
                return vec_fail(why, "job %" G_GINT64_FORMAT " is before %" G_GINT64_FORMAT, b->id,
                                a->id);
        }
    return TRUE;
}

static gboolean
check_all(const World *world, JsonObject *expected, GString *why)
{
    return check_ids(world, vec_array(expected, "running"), RUNNING, why) &&
           check_ids(world, vec_array(expected, "pending"), PENDING, why) &&
           check_ids(world, vec_array(expected, "has_start"), HAS_START, why) &&
           check_ids(world, vec_array(expected, "no_start"), NO_START, why) &&
           check_same(world, vec_array(expected, "same_start"), why) &&
           (!vec_has(expected, "no_inversion") || check_order(world, why));
}

static gboolean
run_backfill(JsonObject *vector, GString *why)
{
    static const SlurmBackfillOps ops = {next, limit, earliest, start, plan};
    JsonObject *args = vec_object(vector, "args");
    SlurmBackfillLimits limits = {(guint32)vec_int(args, "bf_max_job_test", 500),
                                  vec_int(args, "bf_window_min", 1440) * 60 * SECOND_US,
                                  vec_int(args, "bf_resolution_s", 60) * SECOND_US};
    World world;
    gboolean ok;

    world_init(&world, vec_object(vector, "inputs"));
    slurm_backfill(&limits, &ops, &world, 0);
    ok = check_all(&world, vec_object(vector, "expected"), why);
    g_array_unref(world.holds);
    g_free(world.jobs);
    return ok;
}

const VecKind vec_kinds_slurm_backfill[] = {
    {"slurm_backfill", run_backfill},
    {NULL, NULL},
};
