/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a row of a trace to a job in the queue. What can be known at once is decided at once: a job
 * that no node, or not even the empty cluster, could ever take is rejected with the reason. */
#include "sim/engine/bb-engine-private.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-units.h"

#include <string.h>

/* ---- live jobs by (workload, id), for `after` ---- */

static guint
hash_live(gconstpointer data)
{
    const BbLive *live = data;

    return g_str_hash(live->record.id) ^ (live->record.job.workload * 0x9e3779b9u);
}

static gboolean
equal_live(gconstpointer a, gconstpointer b)
{
    const BbLive *x = a, *y = b;

    return x->record.job.workload == y->record.job.workload &&
           strcmp(x->record.id, y->record.id) == 0;
}

/* Rows of a trace with the column have a text there, blank or not. */
static void
index_ids(BbEngine *engine)
{
    bb_packed_restore_all(engine);
    engine->by_id = g_hash_table_new(hash_live, equal_live);
    for (BbLive *live = engine->first; live; live = live->next)
        g_hash_table_add(engine->by_id, live);
}

/* Makes the job wait for each job named that is still alive; one that has ended, however, does not
 * hold it up. The workload has checked that all were there before. */
static void
wait_for(BbEngine *engine, BbLive *live, const char *after)
{
    g_auto(GStrv) ids = g_strsplit(after, ";", -1);

    for (guint i = 0; ids[i]; i++) {
        BbLive key = {.record = {.id = g_strstrip(ids[i])}};
        BbLive *found;

        key.record.job.workload = live->record.job.workload;
        found = g_hash_table_lookup(engine->by_id, &key);
        if (!found || found == live)
            continue;
        if (!found->dependents)
            found->dependents = g_ptr_array_new();
        g_ptr_array_add(found->dependents, live);
        live->n_blockers++;
    }
}

/* ---- the record ---- */

BbTimeUs
bb_arrival_ideal(const BbJobRecord *record, guint32 fastest_milli)
{
    BbInt128 alone;

    if (record->runtime_us == BB_TIME_NEVER || fastest_milli == 0)
        return BB_TIME_NEVER;
    if (fastest_milli == 1000)
        return MIN(record->runtime_us, record->limit_us);
    alone = ((BbInt128)record->runtime_us * 1000 + fastest_milli - 1) / fastest_milli;
    return MIN(alone > BB_TIME_MAX ? BB_TIME_MAX : (BbTimeUs)alone, record->limit_us);
}

static void
set_times(const BbEngine *engine, BbJobRecord *record, const BbJobRow *row)
{
    record->runtime_us = row->runtime_us;
    record->limit_us = engine->options.kill_at_estimate ? row->estimate_us : BB_TIME_NEVER;
    record->job.submit_us = row->submit_us;
    record->job.estimate_us = engine->options.estimate == BB_ESTIMATE_PERFECT
                                  ? MIN(row->runtime_us, row->estimate_us)
                                  : row->estimate_us;
    record->start_us = record->ready_us = record->finish_us = -1;
    record->waiting_since_us = row->submit_us;
}

/* A job that spreads without a group is a group of its own. */
static const BbShape *
shape_of(BbEngine *engine, const BbJobRow *row)
{
    BbJobRow own = *row;
    g_autofree char *group = NULL;

    if (row->spread && *row->spread && !(row->group && *row->group)) {
        group = g_strdup_printf("%u/%s", engine->row_workload, row->id);
        own.group = group;
    }
    return bb_shapes_intern(engine->shapes, &own, bb_cluster_modelled(engine->cluster));
}

static BbLive *
new_live(BbEngine *engine, const BbJobRow *row)
{
    BbLive *live = bb_live_new(engine, row->id);
    BbJobRecord *record = &live->record;

    record->job.seq = engine->n_submitted++;
    record->job.shape = shape_of(engine, row);
    record->job.n_tasks = record->n_tasks = (guint32)row->n_tasks;
    record->job.gang = row->gang;
    record->job.priority = (gint32)row->priority;
    record->job.ordinal = (gint32)row->ordinal;
    record->job.class_name = bb_names_intern(bb_cluster_names(engine->cluster), row->class_name);
    record->job.workload = engine->row_workload;
    record->cpu_used_ppm = row->cpu_used_ppm < 0 ? 1000000 : row->cpu_used_ppm;
    record->memory_used_ppm = row->memory_used_ppm < 0 ? 1000000 : row->memory_used_ppm;
    set_times(engine, record, row);
    record->ideal_us =
        bb_arrival_ideal(record, bb_search_facts(engine->search, record->job.shape)->fastest_milli);
    return live;
}

/* ---- never runnable ---- */

const char *
bb_arrival_never_runnable(BbEngine *engine, const BbLive *live)
{
    const BbJob *job = &live->record.job;
    const BbShapeFacts *facts = bb_search_facts(engine->search, job->shape);

    if (facts->n_admits == 0)
        return facts->why_none;
    if (facts->empty_slots < bb_job_least_tasks(job))
        return engine->flat ? "more processors than the pool has"
                            : "more tasks at once than the empty cluster has room for";
    /* Where nodes come and go, so do the values to spread over. */
    if (job->shape->n_spread > 0 && job->gang && !engine->changes &&
        !bb_search_could_ever(engine->search, job))
        return "its spread cannot hold even on the empty cluster";
    return NULL;
}

/* ---- already there ---- */

/* One item "n1" or "n1*2" of the `node` column. */
static gboolean
parse_place(const BbEngine *engine, char *item, BbPlaced *out, GError **error)
{
    char *star = strrchr(item, '*');
    gint64 n = 1;
    gint node;

    if (star) {
        *star = '\0';
        if (!bb_parse_int(star + 1, 1, BB_TASKS_MAX, &n, NULL))
            return engine->source.place_error(engine->source.data, "node", error,
                                              "expected NODE*TASKS, found \"%s*%s\"", item,
                                              star + 1);
    }
    node = bb_cluster_find(engine->cluster, item);
    if (node < 0)
        return engine->source.place_error(engine->source.data, "node", error,
                                          "expected a node of the cluster, found \"%s\"", item);
    *out = (BbPlaced){(guint32)node, (guint32)n, 0};
    return TRUE;
}

static gboolean
no_room(const BbEngine *engine, const BbPlaced *place, GError **error)
{
    const BbNode *node = bb_cluster_node(engine->cluster, place->node);

    return engine->source.place_error(engine->source.data, "node", error,
                                      "expected room for the job on node %s, found too little",
                                      bb_names_text(bb_cluster_names(engine->cluster), node->name));
}

static gboolean
take_there(BbEngine *engine, const BbLive *live, BbPlaced place, GError **error)
{
    const BbShape *shape = live->record.job.shape;
    const BbShapeFacts *facts = bb_search_facts(engine->search, shape);
    const BbNode *node = bb_cluster_node(engine->cluster, place.node);
    guint32 step = shape->need.v[BB_GPU] > 0 || shape->whole_node ? 1 : place.n_tasks;

    if (!bb_facts_admit(facts, place.node) || bb_node_slots(node, shape) < place.n_tasks)
        return no_room(engine, &place, error);
    for (guint32 done = 0; done < place.n_tasks; done += step) {
        BbPlaced one = {place.node, step, bb_node_default_devices(node, shape)};

        bb_search_take(engine->search, engine->cluster, shape, &one, 1);
        g_array_append_val(engine->placed, one);
    }
    return TRUE;
}

/* Takes the places where the trace says it is, which go to engine->placed. */
static gboolean
take_places(BbEngine *engine, const BbLive *live, const char *where, GError **error)
{
    g_auto(GStrv) items = g_strsplit(where, ";", -1);
    guint64 n_tasks = 0;

    for (guint i = 0; items[i]; i++) {
        BbPlaced place;

        if (!parse_place(engine, g_strstrip(items[i]), &place, error) ||
            !take_there(engine, live, place, error))
            return FALSE;
        n_tasks += place.n_tasks;
    }
    if (n_tasks != live->record.n_tasks)
        return engine->source.place_error(
            engine->source.data, "node", error,
            "expected places for all %u tasks, found %" G_GUINT64_FORMAT, live->record.n_tasks,
            n_tasks);
    return TRUE;
}

static gboolean
start_there(BbEngine *engine, BbLive *live, const char *where, GError **error)
{
    g_array_set_size(engine->placed, 0);
    if (!take_places(engine, live, where, error)) {
        bb_search_give(engine->search, engine->cluster, live->record.job.shape,
                       (BbPlaced *)(gpointer)engine->placed->data, engine->placed->len);
        return FALSE;
    }
    if (engine->changes && !live->record.job.gang)
        bb_ledger_start_apart(engine, live);
    else
        bb_ledger_start_placed(engine, live);
    return TRUE;
}

static void
count_stray(BbEngine *engine, const char *where)
{
    BbStrays *strays = &engine->strays;
    gboolean known = bb_cluster_find(engine->cluster, where) >= 0;
    char **first = known ? &strays->no_room : &strays->unknown;

    *(known ? &strays->n_no_room : &strays->n_unknown) += 1;
    if (!*first)
        *first = g_strdup(where);
}

/* ---- arrival ---- */

void
bb_arrival_queue(BbEngine *engine, BbLive *live)
{
    const BbJob *job = &live->record.job;
    gint64 need = engine->flat ? job->shape->need.v[BB_CPU] * bb_job_least_tasks(job) : 0;

    bb_wait_queue_insert(engine->waiting, &live->record, need);
    live->queued = TRUE;
    bb_plan_note_queued(engine->plan, live);
    if (engine->options.reject_unplaced && live->record.start_us < 0)
        g_ptr_array_add(engine->fresh, live);
}

void
bb_arrival_release(BbEngine *engine, BbLive *live)
{
    const char *reason = engine->changes ? bb_arrival_never_runnable(engine, live) : NULL;

    if (reason)
        bb_ledger_reject(engine, live, reason);
    else
        bb_arrival_queue(engine, live);
}

/* It was there already: TRUE when it runs now. FALSE without an error: it waits after all. */
static gboolean
arrive_there(BbEngine *engine, BbLive *live, GError **error)
{
    const BbJobRow *row = &engine->row;

    if (start_there(engine, live, row->node, row->node_optional ? NULL : error))
        return TRUE;
    if (row->node_optional)
        count_stray(engine, row->node);
    return FALSE;
}

gboolean
bb_arrival_take(BbEngine *engine, GError **error)
{
    const BbJobRow *row = &engine->row;
    BbLive *live = new_live(engine, row);
    const char *reason = bb_arrival_never_runnable(engine, live);

    if (row->after && !engine->by_id)
        index_ids(engine);
    else if (engine->by_id)
        g_hash_table_add(engine->by_id, live);
    engine->view.n_waiting++;
    BB_TELL(engine, on_submit, &engine->view, &live->record);
    if (row->node && *row->node) {
        gboolean there = arrive_there(engine, live, error);

        if (there || !row->node_optional)
            return there;
    }
    if (reason) {
        bb_ledger_reject(engine, live, reason);
        return TRUE;
    }
    if (row->after && *row->after)
        wait_for(engine, live, row->after);
    if (live->n_blockers == 0)
        bb_arrival_queue(engine, live);
    return TRUE;
}
