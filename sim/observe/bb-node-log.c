/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per node one integral of being busy and one per modelled resource, touched when a run starts or
 * ends there. What a run holds on a node is its tasks there times the shape. */
#include "sim/observe/bb-node-log.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"
#include "sim/observe/bb-placements.h"
#include "sim/observe/bb-window.h"

/* Of a node that changes. */
typedef struct {
    BbIntegral up;
    BbIntegral capacity[BB_N_RESOURCES]; /* while it is up */
} Available;

typedef struct {
    guint64 n_jobs;
    guint32 n_tasks;
    BbIntegral busy;
    BbIntegral allocated[BB_N_RESOURCES];
    Available *available; /* NULL: always up, and as it is now */
} NodeBooks;

struct _BbNodeLog {
    const BbCluster *cluster; /* borrowed */
    gboolean window_all;
    BbWindow window;
    BbTimeUs end_us;
    BbPlacements *placements;
    NodeBooks *books; /* by node */
    guint n_nodes;
};

BbNodeLog *
bb_node_log_new(const BbCluster *cluster, const BbMetricsOptions *options)
{
    BbNodeLog *log = g_new0(BbNodeLog, 1);
    log->cluster = cluster;
    log->window_all = options->window_all;
    bb_window_init(&log->window, options->warmup_us);
    log->placements = bb_placements_new();
    log->n_nodes = bb_cluster_n(cluster);
    log->books = g_new0(NodeBooks, log->n_nodes);
    return log;
}

void
bb_node_log_free(BbNodeLog *log)
{
    if (log == NULL)
        return;
    bb_placements_free(log->placements);
    for (guint i = 0; i < log->n_nodes; i++)
        g_free(log->books[i].available);
    g_free(log->books);
    g_free(log);
}

static void
on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbNodeLog *log = data;
    (void)record;
    bb_window_submit(&log->window, view->now_us);
}

static void
change(BbNodeLog *log, BbTimeUs now_us, const BbShape *shape, const BbPlaced *placed, gint sign)
{
    NodeBooks *books = &log->books[placed->node];
    const BbNode *node = bb_cluster_node(log->cluster, placed->node);
    const BbResources *amount = shape->whole_node ? &node->capacity : &shape->need;
    gint64 n_times = shape->whole_node ? sign : sign * (gint64)placed->n_tasks;

    books->n_tasks += (guint32)sign * placed->n_tasks;
    bb_integral_add(&books->busy, &log->window, now_us,
                    (books->n_tasks > 0 ? 1 : 0) - books->busy.level);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_integral_add(&books->allocated[r], &log->window, now_us, amount->v[r] * n_times);
}

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    BbNodeLog *log = data;
    for (guint i = 0; i < run->n_placed; i++)
        change(log, view->now_us, run->record->job.shape, &run->placed[i], 1);
}

static void
on_evict(gpointer data, const BbView *view, const BbRun *run)
{
    BbNodeLog *log = data;
    bb_placements_add(log->placements, run);
    for (guint i = 0; i < run->n_placed; i++)
        change(log, view->now_us, run->record->job.shape, &run->placed[i], -1);
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    BbNodeLog *log = data;
    if (how == BB_END_UNFINISHED)
        bb_placements_add(log->placements, run);
    else
        on_evict(data, view, run);
}

static void
set_available(const BbNodeLog *log, Available *available, BbTimeUs time_us, BbNodeState state,
              const BbResources *capacity)
{
    gboolean up = state == BB_NODE_UP;
    bb_integral_set(&available->up, &log->window, time_us, up);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        bb_integral_set(&available->capacity[r], &log->window, time_us, up ? capacity->v[r] : 0);
}

static void
on_node(gpointer data, const BbView *view, guint32 node, BbNodeState was, const BbResources *had)
{
    BbNodeLog *log = data;
    NodeBooks *books = &log->books[node];
    const BbNode *now = bb_cluster_node(view->cluster, node);
    if (books->available == NULL) {
        books->available = g_new0(Available, 1);
        set_available(log, books->available, MAX(log->window.first_submit_us, 0), was, had);
    }
    set_available(log, books->available, view->now_us, now->state, &now->capacity);
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbNodeLog *log = data;
    guint n;
    const BbNodeTasks *at = bb_placements_take(log->placements, record->job.seq, &n);
    (void)view;
    for (guint i = 0; i < n; i++)
        log->books[at[i].node].n_jobs++;
}

static void
on_finish(gpointer data, const BbView *view)
{
    BbNodeLog *log = data;
    log->end_us = view->now_us;
}

BbObserver
bb_node_log_observer(BbNodeLog *log)
{
    return (BbObserver){
        .data = log,
        .on_submit = on_submit,
        .on_start = on_start,
        .on_end = on_end,
        .on_evict = on_evict,
        .on_node = on_node,
        .on_job_done = on_job_done,
        .on_finish = on_finish,
    };
}

static void
append_header(GString *out, guint32 modelled)
{
    g_string_append(out, "node_id,pool");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (modelled & (1u << r))
            g_string_append_printf(out, ",%s_%s", bb_resource_names[r], bb_resource_units[r]);
    }
    g_string_append(out, ",up_s,busy_s,jobs");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (modelled & (1u << r))
            g_string_append_printf(out, ",%s_allocated_frac", bb_resource_names[r]);
    }
    g_string_append_c(out, '\n');
}

static BbTimeUs
window_length(const BbNodeLog *log)
{
    BbTimeUs end_us = bb_window_end(&log->window, log->window_all, log->end_us);
    return log->window.start_us == BB_TIME_NEVER ? 0 : end_us - log->window.start_us;
}

static BbInt128
integral_of(const BbNodeLog *log, const BbIntegral *x)
{
    return bb_integral_over(x, &log->window, log->window_all, log->end_us);
}

/* A node that is down from the start and stays so makes no change that one could hear of. */
static BbTimeUs
up_time(const BbNodeLog *log, const NodeBooks *books, const BbNode *node)
{
    if (books->available != NULL)
        return (BbTimeUs)integral_of(log, &books->available->up);
    return node->state == BB_NODE_UP ? window_length(log) : 0;
}

/* Blank where there is nothing to divide by. */
static void
append_frac(GString *out, const BbNodeLog *log, const NodeBooks *books, const BbNode *node,
            BbResource r)
{
    BbInt128 capacity = books->available != NULL
                            ? integral_of(log, &books->available->capacity[r])
                            : (BbInt128)node->capacity.v[r] * up_time(log, books, node);
    double frac = bb_result_ratio(integral_of(log, &books->allocated[r]), capacity);
    g_string_append_c(out, ',');
    if (frac >= 0)
        bb_append_double(out, frac);
}

static void
append_row(GString *out, const BbNodeLog *log, const BbNode *node)
{
    const BbNames *names = bb_cluster_names(log->cluster);
    guint32 modelled = bb_cluster_modelled(log->cluster);
    const NodeBooks *books = &log->books[node->index];
    BbInt128 busy = integral_of(log, &books->busy);

    bb_csv_append_field(out, bb_names_text(names, node->name));
    g_string_append_c(out, ',');
    bb_csv_append_field(out, bb_names_text(names, node->pool));
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (modelled & (1u << r))
            g_string_append_printf(out, ",%" G_GINT64_FORMAT, node->capacity.v[r]);
    }
    g_string_append_c(out, ',');
    bb_append_seconds(out, up_time(log, books, node));
    g_string_append_c(out, ',');
    bb_append_seconds(out, (BbTimeUs)busy);
    g_string_append_printf(out, ",%" G_GUINT64_FORMAT, books->n_jobs);
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (modelled & (1u << r))
            append_frac(out, log, books, node, r);
    }
    g_string_append_c(out, '\n');
}

void
bb_node_log_write(BbNodeLog *log, BbOutputFile *file)
{
    g_autoptr(GString) text = g_string_new(NULL);
    append_header(text, bb_cluster_modelled(log->cluster));
    for (guint i = 0; i < bb_cluster_n(log->cluster); i++) {
        append_row(text, log, bb_cluster_node(log->cluster, i));
        bb_output_file_append(file, text->str, text->len);
        g_string_truncate(text, 0);
    }
}
