/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row is a handful of integers, compared as a whole with the one before. Capacity is that of nodes that
 * are up; allocated is capacity less what the cluster's books call free; used is added up from the runs. */
#include "sim/observe/bb-timeline.h"

#include "sim/base/bb-units.h"
#include "sim/observe/bb-usage.h"

typedef struct {
    gint64 queued, running;
    BbResources capacity, allocated, used;
} State;

/* The text of an amount that hardly ever changes. */
typedef struct {
    gint64 value;
    guint length; /* 0: none yet */
    char text[24];
} Kept;

struct _BbTimeline {
    guint32 modelled;
    BbOutputFile *file; /* borrowed */
    State now, written;
    gboolean changed, any_written;
    Kept capacity[BB_N_RESOURCES];
};

static void
write_header(BbTimeline *timeline)
{
    static const char *const columns[] = {"capacity", "allocated", "used"};
    GString *row = bb_output_file_buffer(timeline->file);

    g_string_append(row, "time_s,queued_jobs,running_jobs");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if (!(timeline->modelled & (1u << r)))
            continue;
        for (guint c = 0; c < G_N_ELEMENTS(columns); c++)
            g_string_append_printf(row, ",%s_%s_%s", bb_resource_names[r], columns[c],
                                   bb_resource_units[r]);
    }
    g_string_append_c(row, '\n');
}

BbTimeline *
bb_timeline_new(guint32 modelled, BbOutputFile *file)
{
    BbTimeline *timeline = g_new0(BbTimeline, 1);
    timeline->modelled = modelled;
    timeline->file = file;
    write_header(timeline);
    return timeline;
}

void
bb_timeline_free(BbTimeline *timeline)
{
    g_free(timeline);
}

static void
on_submit(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbTimeline *timeline = data;
    (void)view;
    (void)record;
    timeline->now.queued++;
    timeline->changed = TRUE;
}

static void
on_start(gpointer data, const BbView *view, const BbRun *run)
{
    BbTimeline *timeline = data;
    BbUsage usage = bb_usage_of_run(run, view->cluster);
    bb_resources_add(&timeline->now.used, &usage.used, 1);
    if (run->ends_wait) {
        timeline->now.queued--;
        timeline->now.running++;
    }
    timeline->changed = TRUE;
}

static void
leave(BbTimeline *timeline, const BbView *view, const BbRun *run)
{
    BbUsage usage = bb_usage_of_run(run, view->cluster);
    bb_resources_add(&timeline->now.used, &usage.used, -1);
    timeline->changed = TRUE;
}

static void
on_end(gpointer data, const BbView *view, const BbRun *run, BbRunEnd how)
{
    (void)how;
    leave(data, view, run);
}

static void
on_evict(gpointer data, const BbView *view, const BbRun *run)
{
    BbTimeline *timeline = data;
    leave(timeline, view, run);
    if (run->record->waiting_since_us < 0)
        return;
    timeline->now.queued++;
    timeline->now.running--;
}

static void
on_node(gpointer data, const BbView *view, guint32 node, BbNodeState was, const BbResources *had)
{
    BbTimeline *timeline = data;
    (void)view;
    (void)node;
    (void)was;
    (void)had;
    timeline->changed = TRUE;
}

static void
on_job_done(gpointer data, const BbView *view, const BbJobRecord *record)
{
    BbTimeline *timeline = data;
    (void)view;
    if (record->waiting_since_us < 0)
        timeline->now.running--;
    else
        timeline->now.queued--;
    timeline->changed = TRUE;
}

static void
append_int(GString *row, gint64 value)
{
    g_string_append_c(row, ',');
    bb_append_int(row, value);
}

static void
append_kept(GString *row, Kept *kept, gint64 value)
{
    if (kept->length == 0 || kept->value != value) {
        kept->value = value;
        kept->length =
            (guint)g_snprintf(kept->text, sizeof kept->text, ",%" G_GINT64_FORMAT, value);
    }
    bb_append_bytes(row, kept->text, kept->length);
}

static void
append_amounts(BbTimeline *timeline, GString *row, BbResource r)
{
    const State *state = &timeline->now;

    append_kept(row, &timeline->capacity[r], state->capacity.v[r]);
    gsize begin = row->len;
    append_int(row, state->allocated.v[r]);
    if (state->used.v[r] == state->allocated.v[r])
        bb_append_again(row, begin, row->len - begin);
    else
        append_int(row, state->used.v[r]);
}

static void
write_row(BbTimeline *timeline, BbTimeUs now_us)
{
    GString *row = bb_output_file_buffer(timeline->file);

    bb_append_seconds(row, now_us);
    append_int(row, timeline->now.queued);
    append_int(row, timeline->now.running);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (timeline->modelled & (1u << r))
            append_amounts(timeline, row, r);
    g_string_append_c(row, '\n');
}

static gboolean
differs(const State *a, const State *b)
{
    gboolean same = a->queued == b->queued && a->running == b->running;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        same = same && a->capacity.v[r] == b->capacity.v[r] &&
               a->allocated.v[r] == b->allocated.v[r] && a->used.v[r] == b->used.v[r];
    return !same;
}

static void
on_instant(gpointer data, const BbView *view)
{
    BbTimeline *timeline = data;
    if (!timeline->changed)
        return;
    timeline->now.capacity = *bb_cluster_up_sum(view->cluster);
    timeline->now.allocated = timeline->now.capacity;
    bb_resources_add(&timeline->now.allocated, bb_cluster_free_sum(view->cluster), -1);
    timeline->changed = FALSE;
    if (timeline->any_written && !differs(&timeline->now, &timeline->written))
        return;
    write_row(timeline, view->now_us);
    timeline->written = timeline->now;
    timeline->any_written = TRUE;
}

BbObserver
bb_timeline_observer(BbTimeline *timeline)
{
    return (BbObserver){
        .data = timeline,
        .on_submit = on_submit,
        .on_start = on_start,
        .on_end = on_end,
        .on_evict = on_evict,
        .on_node = on_node,
        .on_job_done = on_job_done,
        .on_instant = on_instant,
    };
}
