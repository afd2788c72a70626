/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrivals wait in a queue until they and all before them are decided. Fragments are kept per node,
 * worked out anew where something starts or ends, and summed in millionths as integers, so that the sum
 * does not depend on how it came about. */
#include "sim/observe/bb-load.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"
#include "sim/model/bb-fragmentation.h"

#include <math.h>

#define MICRO 1000000

typedef struct {
    char *id, *nodes; /* owned; NULL where nothing is written */
    gboolean decided, placed;
    gint64 arrived[BB_N_RESOURCES], allocated[BB_N_RESOURCES];
    gint64 fragmented_micro;
} Arrival;

/* Sums of the arrivals of one percent. */
typedef struct {
    guint n;
    double allocated, fragmented, of_idle;
} Bin;

struct _BbLoad {
    const BbCluster *cluster;
    BbFragmentation *fragmentation; /* NULL: without */
    gint64 *fragment_micro;         /* by node */
    gint64 fragmented_micro;
    BbResources arrived;
    GArray *arrivals; /* of Arrival */
    guint first;      /* of them that is not done with */
    guint64 first_seq;
    guint64 n_done;
    Bin bins[BB_LOAD_MAX_PCT + 1];
    BbOutputFile *file; /* NULL: none */
    GString *row;
};

static const char header[] =
    "seq,job_id,placed,node,arrived_gpu_milli,allocated_gpu_milli,fragmented_gpu_milli,"
    "arrived_cpu_milli,allocated_cpu_milli\n";
static const char curve_header[] =
    "arrived_pct,gpu_allocated_pct,frag_pct_of_capacity,frag_pct_of_idle\n";

static void
measure_node(BbLoad *load, guint node)
{
    gint64 now;
    bb_fragmentation_load(load->fragmentation, bb_cluster_node(load->cluster, node));
    now = llrint(bb_fragmentation_now(load->fragmentation) * MICRO);
    load->fragmented_micro += now - load->fragment_micro[node];
    load->fragment_micro[node] = now;
}

BbLoad *
bb_load_new(const BbCluster *cluster, const BbMix *mix)
{
    BbLoad *load = g_new0(BbLoad, 1);
    load->cluster = cluster;
    load->arrivals = g_array_new(FALSE, TRUE, sizeof(Arrival));
    load->row = g_string_new(NULL);
    if (!mix)
        return load;
    load->fragmentation = bb_fragmentation_new(mix, cluster);
    load->fragment_micro = g_new0(gint64, bb_cluster_n(cluster));
    for (guint i = 0; i < bb_cluster_n(cluster); i++)
        measure_node(load, i);
    return load;
}

static void
arrival_clear(Arrival *arrival)
{
    g_free(arrival->id);
    g_free(arrival->nodes);
}

void
bb_load_free(BbLoad *load)
{
    if (!load)
        return;
    for (guint i = load->first; i < load->arrivals->len; i++)
        arrival_clear(&g_array_index(load->arrivals, Arrival, i));
    g_array_unref(load->arrivals);
    g_string_free(load->row, TRUE);
    bb_fragmentation_free(load->fragmentation);
    g_free(load->fragment_micro);
    g_free(load);
}

void
bb_load_write_to(BbLoad *load, BbOutputFile *file)
{
    load->file = file;
    bb_output_file_append(file, header, sizeof header - 1);
}

/* ---- What is done with an arrival ---- */

static void
write_row(BbLoad *load, const Arrival *arrival)
{
    GString *row = load->row;
    g_string_printf(row, "%" G_GUINT64_FORMAT ",", load->n_done + 1);
    bb_csv_append_field(row, arrival->id);
    g_string_append_printf(row, ",%d,", arrival->placed);
    bb_csv_append_field(row, arrival->nodes ? arrival->nodes : "");
    g_string_append_printf(row, ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",",
                           arrival->arrived[BB_GPU], arrival->allocated[BB_GPU]);
    if (load->fragmentation)
        g_string_append_printf(row, "%" G_GINT64_FORMAT,
                               (arrival->fragmented_micro + MICRO / 2) / MICRO);
    g_string_append_printf(row, ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "\n",
                           arrival->arrived[BB_CPU], arrival->allocated[BB_CPU]);
    bb_output_file_append(load->file, row->str, row->len);
}

static double
two_decimals(double value)
{
    return rint(value * 100) / 100;
}

static void
count_in_bin(BbLoad *load, const Arrival *arrival)
{
    double all = (double)bb_cluster_capacity(load->cluster)->v[BB_GPU];
    double allocated = (double)arrival->allocated[BB_GPU];
    double fragmented = (double)arrival->fragmented_micro / MICRO;
    double at = rint(100 * (double)arrival->arrived[BB_GPU] / all);
    if (!(at <= BB_LOAD_MAX_PCT))
        return;
    Bin *bin = &load->bins[(guint)at];
    bin->n++;
    bin->allocated += two_decimals(100 * allocated / all);
    bin->fragmented += 100 * fragmented / all;
    bin->of_idle += allocated < all ? 100 * fragmented / (all - allocated) : 0;
}

static void
finish_decided(BbLoad *load)
{
    while (load->first < load->arrivals->len) {
        Arrival *arrival = &g_array_index(load->arrivals, Arrival, load->first);
        if (!arrival->decided)
            break;
        if (load->file)
            write_row(load, arrival);
        if (bb_cluster_capacity(load->cluster)->v[BB_GPU] > 0)
            count_in_bin(load, arrival);
        arrival_clear(arrival);
        load->first++;
        load->n_done++;
    }
    if (load->first * 2 < load->arrivals->len)
        return;
    g_array_remove_range(load->arrivals, 0, load->first);
    load->first_seq += load->first;
    load->first = 0;
}

/* "n1*2;n7" */
static char *
nodes_text(const BbLoad *load, const BbRun *run)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < run->n_placed; i++) {
        const BbNode *node = bb_cluster_node(load->cluster, run->placed[i].node);
        g_string_append_printf(text, "%s%s", i > 0 ? ";" : "",
                               bb_names_text(bb_cluster_names(load->cluster), node->name));
        if (run->placed[i].n_tasks > 1)
            g_string_append_printf(text, "*%" G_GUINT32_FORMAT, run->placed[i].n_tasks);
    }
    return g_string_free(text, FALSE);
}

/* Later starts and the end of a job decide nothing. */
static void
decide(BbLoad *load, const BbJobRecord *record, const BbRun *run)
{
    if (record->job.seq < load->first_seq + load->first)
        return;
    Arrival *arrival =
        &g_array_index(load->arrivals, Arrival, (guint)(record->job.seq - load->first_seq));
    if (arrival->decided)
        return;
    arrival->decided = TRUE;
    arrival->placed = run != NULL;
    arrival->nodes = run && load->file ? nodes_text(load, run) : NULL;
    arrival->fragmented_micro = load->fragmented_micro;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        arrival->allocated[r] =
            bb_cluster_capacity(load->cluster)->v[r] - bb_cluster_free_sum(load->cluster)->v[r];
    finish_decided(load);
}

/* ---- The observer ---- */

static void
on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbLoad *load = data;
    Arrival arrival = {.id = load->file ? g_strdup(record->id) : NULL};
    (void)view;
    bb_resources_add(&load->arrived, &record->job.shape->need, record->n_tasks);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        arrival.arrived[r] = load->arrived.v[r];
    g_assert(record->job.seq == load->first_seq + load->arrivals->len);
    g_array_append_val(load->arrivals, arrival);
}

static void
on_reject(gpointer data, const BbView *view, const BbJobRecord *record)
{
    (void)view;
    decide(data, record, NULL);
}

static void
measure_run(BbLoad *load, const BbRun *run)
{
    for (guint i = 0; load->fragmentation && i < run->n_placed; i++)
        measure_node(load, run->placed[i].node);
}

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    (void)view;
    measure_run(data, run);
    decide(data, run->record, run);
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    (void)view;
    (void)how;
    measure_run(data, run);
}

BbObserver
bb_load_observer(BbLoad *load)
{
    return (BbObserver){.data = load,
                        .on_submit = on_submit,
                        .on_reject = on_reject,
                        .on_start = on_start,
                        .on_end = on_end,
                        .on_job_done = on_reject};
}

/* ---- The curve ---- */

static void
add_bin(Bin *sum, const BbLoad *load, gint at)
{
    if (at < 0 || at > BB_LOAD_MAX_PCT)
        return;
    sum->n += load->bins[at].n;
    sum->allocated += load->bins[at].allocated;
    sum->fragmented += load->bins[at].fragmented;
    sum->of_idle += load->bins[at].of_idle;
}

static const BbLoadPoint unknown = {FALSE, NAN, NAN, NAN};

static BbLoadPoint
point_at(const BbLoad *load, gint at)
{
    Bin sum = load->bins[at];
    if (sum.n == 0) {
        add_bin(&sum, load, at - 1);
        add_bin(&sum, load, at + 1);
    }
    if (sum.n == 0)
        return unknown;
    return (BbLoadPoint){
        .known = TRUE,
        .allocated_pct = two_decimals(sum.allocated / sum.n),
        .fragmented_pct = load->fragmentation ? sum.fragmented / sum.n : NAN,
        .of_idle_pct = load->fragmentation ? sum.of_idle / sum.n : NAN,
    };
}

GArray *
bb_load_curve(const BbLoad *load)
{
    GArray *points = g_array_new(FALSE, FALSE, sizeof(BbLoadPoint));
    gint last = BB_LOAD_MAX_PCT;
    while (last >= 0 && load->bins[last].n == 0)
        last--;
    for (gint at = 0; at <= last; at++) {
        BbLoadPoint point = point_at(load, at);
        g_array_append_val(points, point);
    }
    return points;
}

static void
append_number(GString *row, double value)
{
    g_string_append_c(row, ',');
    if (!isnan(value))
        bb_append_double(row, value);
}

void
bb_load_write_curve(const BbLoad *load, BbOutputFile *file)
{
    g_autoptr(GArray) points = bb_load_curve(load);
    bb_output_file_append(file, curve_header, sizeof curve_header - 1);
    for (guint at = 0; at < points->len; at++) {
        const BbLoadPoint *point = &g_array_index(points, BbLoadPoint, at);
        g_string_printf(load->row, "%u", at);
        append_number(load->row, point->allocated_pct);
        append_number(load->row, point->fragmented_pct);
        append_number(load->row, point->of_idle_pct);
        g_string_append_c(load->row, '\n');
        bb_output_file_append(file, load->row->str, load->row->len);
    }
}

BbLoadPoint
bb_load_at_full(const GArray *curve)
{
    return curve && curve->len > 100 ? g_array_index(curve, BbLoadPoint, 100) : unknown;
}
