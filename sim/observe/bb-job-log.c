/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row is formatted when its job is over. It goes to the file if all jobs before are over, else it
 * waits in a ring by sequence number, from the first job that is not over. */
#include "sim/observe/bb-job-log.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"
#include "sim/observe/bb-placements.h"

#include <string.h>

#define SLOT_BYTES 128
#define SLAB_SLOTS 512

/* Most rows are short: those that wait lie in slots of one size, freed in another order than taken. */
typedef union _Slot Slot;
union _Slot {
    Slot *next; /* of a free one */
    char text[SLOT_BYTES];
};

typedef struct {
    char *text; /* NULL: not over; of a slot if it fits */
    gsize length;
} Row;

struct _BbJobLog {
    const BbNames *names;              /* borrowed */
    const char *const *workload_names; /* borrowed */
    BbOutputFile *file;                /* borrowed */
    BbPlacements *placements;
    GString *text, *nodes;
    guint64 next; /* the first job that is not over */
    guint64 room; /* a power of two */
    Row *ring;    /* of job s: ring[s % room], for s in [next, next + room) */
    GPtrArray *slabs;
    Slot *spare;
};

static const char header[] = "job_id,workload,kind,class,tasks,submit_s,start_s,ready_s,finish_s,"
                             "wait_s,startup_s,state,evictions,nodes\n";

BbJobLog *
bb_job_log_new(const BbNames *names, const char *const *workload_names, BbOutputFile *file)
{
    BbJobLog *log = g_new0(BbJobLog, 1);
    log->names = names;
    log->workload_names = workload_names;
    log->file = file;
    log->placements = bb_placements_new();
    log->text = g_string_new(NULL);
    log->nodes = g_string_new(NULL);
    log->room = 64;
    log->ring = g_new0(Row, log->room);
    log->slabs = g_ptr_array_new_with_free_func(g_free);
    bb_output_file_append(file, header, sizeof header - 1);
    return log;
}

void
bb_job_log_free(BbJobLog *log)
{
    if (log == NULL)
        return;
    for (guint64 i = 0; i < log->room; i++)
        if (log->ring[i].length > SLOT_BYTES)
            g_free(log->ring[i].text);
    g_free(log->ring);
    g_ptr_array_unref(log->slabs);
    bb_placements_free(log->placements);
    g_string_free(log->text, TRUE);
    g_string_free(log->nodes, TRUE);
    g_free(log);
}

/* ---- The row ---- */

/* The text of a time that was written just before: most jobs start when they come, and are ready when
 * they start. */
typedef struct {
    BbTimeUs time_us;
    gsize begin, length; /* 0: none yet */
} Written;

static void
append_seconds(GString *out, Written *last, gboolean known, BbTimeUs time_us)
{
    if (known && last->length > 0 && last->time_us == time_us) {
        bb_append_again(out, last->begin, last->length);
    } else if (known) {
        gsize begin = out->len;
        bb_append_seconds(out, time_us);
        *last = (Written){time_us, begin, out->len - begin};
    }
    g_string_append_c(out, ',');
}

static void
append_text(GString *out, const char *text)
{
    bb_csv_append_field(out, text);
    g_string_append_c(out, ',');
}

static void
append_times(GString *out, const BbJobRecord *record)
{
    gboolean started = record->start_us >= 0, ready = record->ready_us >= 0;
    gboolean finished = record->finish_us >= 0 && record->state != BB_JOB_UNFINISHED &&
                        record->state != BB_JOB_REJECTED;

    Written last = {0, 0, 0};
    append_seconds(out, &last, TRUE, record->job.submit_us);
    append_seconds(out, &last, started, record->start_us);
    append_seconds(out, &last, ready, record->ready_us);
    append_seconds(out, &last, finished, record->finish_us);
    append_seconds(out, &last, started, record->start_us - record->job.submit_us);
    append_seconds(out, &last, started && ready, record->ready_us - record->start_us);
}

static void
append_nodes(BbJobLog *log, const BbView *view, guint64 seq)
{
    GString *nodes = log->nodes;
    guint n;
    const BbNodeTasks *at = bb_placements_take(log->placements, seq, &n);

    g_string_truncate(nodes, 0);
    for (guint i = 0; i < n; i++) {
        const BbNode *node = bb_cluster_node(view->cluster, at[i].node);
        const char *name = bb_names_text(log->names, node->name);
        if (i > 0)
            g_string_append_c(nodes, ';');
        bb_append_bytes(nodes, name, strlen(name));
        if (at[i].n_tasks > 1) {
            g_string_append_c(nodes, '*');
            bb_append_uint(nodes, at[i].n_tasks);
        }
    }
    bb_csv_append_field(log->text, nodes->str);
}

static void
append_row(BbJobLog *log, const BbView *view, const BbJobRecord *record)
{
    append_text(log->text, record->id);
    append_text(log->text, log->workload_names[record->job.workload]);
    append_text(log->text, bb_kind_names[record->job.shape->kind]);
    append_text(log->text, bb_names_text(log->names, record->job.class_name));
    bb_append_uint(log->text, record->n_tasks);
    g_string_append_c(log->text, ',');
    append_times(log->text, record);
    append_text(log->text, bb_job_state_names[record->state]);
    bb_append_uint(log->text, record->n_evictions);
    g_string_append_c(log->text, ',');
    append_nodes(log, view, record->job.seq);
    g_string_append_c(log->text, '\n');
}

/* ---- The order ---- */

static Row *
row_of(BbJobLog *log, guint64 seq)
{
    return &log->ring[seq % log->room];
}

static void
make_room(BbJobLog *log, guint64 seq)
{
    guint64 room = log->room;
    while (seq - log->next >= room)
        room *= 2;
    if (room == log->room)
        return;
    Row *ring = g_new0(Row, room);
    for (guint64 s = log->next; s < log->next + log->room; s++)
        ring[s % room] = *row_of(log, s);
    g_free(log->ring);
    log->ring = ring;
    log->room = room;
}

static void
add_slab(BbJobLog *log)
{
    Slot *slots = g_new(Slot, SLAB_SLOTS);
    g_ptr_array_add(log->slabs, slots);
    for (guint i = SLAB_SLOTS; i-- > 0;) {
        slots[i].next = log->spare;
        log->spare = &slots[i];
    }
}

static void
keep_row(BbJobLog *log, Row *row)
{
    row->length = log->text->len;
    if (row->length > SLOT_BYTES) {
        row->text = g_memdup2(log->text->str, row->length);
        return;
    }
    if (log->spare == NULL)
        add_slab(log);
    row->text = log->spare->text;
    log->spare = log->spare->next;
    memcpy(row->text, log->text->str, row->length);
}

static void
forget_row(BbJobLog *log, Row *row)
{
    Slot *slot = (Slot *)(gpointer)row->text;
    if (row->length > SLOT_BYTES) {
        g_free(slot);
    } else {
        slot->next = log->spare;
        log->spare = slot;
    }
    *row = (Row){NULL, 0};
}

/* Writes the rows that waited for the one before. */
static void
go_on(BbJobLog *log)
{
    for (Row *row; (row = row_of(log, ++log->next))->text != NULL;) {
        bb_output_file_append(log->file, row->text, row->length);
        forget_row(log, row);
    }
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    BbJobLog *log = data;
    (void)view;
    (void)how;
    bb_placements_add(log->placements, run);
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbJobLog *log = data;
    guint64 seq = record->job.seq;

    g_string_truncate(log->text, 0);
    append_row(log, view, record);
    if (seq == log->next) {
        bb_output_file_append(log->file, log->text->str, log->text->len);
        go_on(log);
        return;
    }
    make_room(log, seq);
    keep_row(log, row_of(log, seq));
}

BbObserver
bb_job_log_observer(BbJobLog *log)
{
    return (BbObserver){.data = log, .on_end = on_end, .on_job_done = on_job_done};
}
