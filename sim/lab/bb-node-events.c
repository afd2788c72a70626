/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events are kept node by node as they were read, then walked in order of time beside the state that each
 * node has by then. */
#include "bb-node-events.h"

#include "sim/model/bb-range.h"

/* Of a file: where it is, and what was left out of it. */
typedef struct {
    char *path;
    gboolean strict;
    guint64 n_unknown, n_misfits;
    char *unknown, *misfit; /* the first; NULL: none */
} Source;

typedef struct {
    BbTimeUs time_us;
    guint32 node;
    guint source;
    guint64 line;
    BbNodeEvent event;
    BbResources capacity;
    guint32 named;
} Event;

typedef struct {
    BbNodeState state;
    BbResources capacity;
    gboolean met; /* an event of it */
} Now;

struct _BbNodeEvents {
    BbCluster *cluster;
    GArray *list;    /* of Event */
    GArray *sources; /* of Source */
    Now *now;        /* by node, while they are walked */
};

static void
clear_source(gpointer data)
{
    Source *source = data;
    g_free(source->path);
    g_free(source->unknown);
    g_free(source->misfit);
}

BbNodeEvents *
bb_node_events_new(BbCluster *cluster)
{
    BbNodeEvents *events = g_new0(BbNodeEvents, 1);
    events->cluster = cluster;
    events->list = g_array_new(FALSE, FALSE, sizeof(Event));
    events->sources = g_array_new(FALSE, FALSE, sizeof(Source));
    g_array_set_clear_func(events->sources, clear_source);
    return events;
}

void
bb_node_events_free(BbNodeEvents *events)
{
    if (events == NULL)
        return;
    g_array_unref(events->list);
    g_array_unref(events->sources);
    g_free(events->now);
    g_free(events);
}

void
bb_node_events_reorder(BbNodeEvents *events, const guint *order)
{
    guint n = bb_cluster_n(events->cluster);
    g_autofree guint *now_at = g_new(guint, n);
    bb_cluster_reorder(events->cluster, order);
    for (guint i = 0; i < n; i++)
        now_at[order[i]] = i;
    for (guint i = 0; i < events->list->len; i++) {
        Event *event = &g_array_index(events->list, Event, i);
        event->node = now_at[event->node];
    }
}

static Source *
source_at(const BbNodeEvents *events, guint i)
{
    return &g_array_index(events->sources, Source, i);
}

/* ---- reading ---- */

static gboolean
find_unknown(Source *source, BbReader *reader, const BbNodeEventRow *row, const char *name,
             GError **error)
{
    if (source->strict) {
        guint64 column = reader->klass->locate ? reader->klass->locate(reader, "node_id") : 0;
        g_autofree char *found = bb_quote(name);
        return bb_error_input(error, source->path, row->line, column,
                              "column \"node_id\": expected a node of the cluster, found %s",
                              found);
    }
    if (source->n_unknown++ == 0)
        source->unknown = g_strdup(name);
    return TRUE;
}

static gboolean
take_row(BbNodeEvents *events, BbReader *reader, const BbNodeEventRow *row, GError **error)
{
    Event event = {row->time_us,  0,         events->sources->len - 1, row->line, row->event,
                   row->capacity, row->named};
    g_autoptr(GString) name = g_string_new(NULL);
    BbRange range;
    if (!bb_range_parse(row->id, &range))
        return bb_error_input(error, source_at(events, event.source)->path, row->line, 0,
                              "expected a name, or a range like n[001-120], found \"%s\"", row->id);
    for (guint i = range.first; i <= range.last; i++) {
        const char *id = bb_range_name(&range, i, name);
        gint node = bb_cluster_find(events->cluster, id);
        event.node = (guint32)node;
        if (node >= 0)
            g_array_append_val(events->list, event);
        else if (!find_unknown(source_at(events, event.source), reader, row, id, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bb_node_events_read(BbNodeEvents *events, BbReader *reader, GError **error)
{
    Source source = {.path = g_strdup(bb_input_path(reader->input)),
                     .strict = reader->klass->must_be_sorted};
    g_array_append_val(events->sources, source);
    for (;;) {
        BbNodeEventRow row;
        BbReadResult result = bb_reader_next_node_event(reader, &row, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (!take_row(events, reader, &row, error))
            return FALSE;
    }
}

/* ---- states ---- */

static gboolean
fits(BbNodeState state, BbNodeEvent event)
{
    switch (event) {
    case BB_NODE_EVENT_DOWN:
        return state == BB_NODE_UP;
    case BB_NODE_EVENT_UP:
        return state == BB_NODE_DOWN;
    case BB_NODE_EVENT_ADD:
        return state == BB_NODE_ABSENT;
    case BB_NODE_EVENT_REMOVE:
    case BB_NODE_EVENT_UPDATE:
    case BB_N_NODE_EVENTS:
        break;
    }
    return state != BB_NODE_ABSENT;
}

static BbNodeState
state_after(BbNodeState state, BbNodeEvent event)
{
    switch (event) {
    case BB_NODE_EVENT_DOWN:
        return BB_NODE_DOWN;
    case BB_NODE_EVENT_UP:
    case BB_NODE_EVENT_ADD:
        return BB_NODE_UP;
    case BB_NODE_EVENT_REMOVE:
        return BB_NODE_ABSENT;
    case BB_NODE_EVENT_UPDATE:
    case BB_N_NODE_EVENTS:
        break;
    }
    return state;
}

static const char *
node_name(const BbNodeEvents *events, guint32 node)
{
    return bb_names_text(bb_cluster_names(events->cluster),
                         bb_cluster_node(events->cluster, node)->name);
}

static gboolean
find_misfit(BbNodeEvents *events, const Event *event, BbNodeState state, GError **error)
{
    static const char *const states[] = {"up", "down", "not there"};
    Source *source = source_at(events, event->source);
    g_autofree char *what =
        g_strdup_printf("%s of node %s, which is %s then", bb_node_event_names[event->event],
                        node_name(events, event->node), states[state]);
    if (source->strict)
        return bb_error_input(error, source->path, event->line, 0,
                              "expected an event that the node's state allows, found %s", what);
    if (source->n_misfits++ == 0)
        source->misfit = g_steal_pointer(&what);
    return TRUE;
}

/* ---- the cluster's changes ---- */

static gboolean
is_same(const Now *now, BbNodeState state, const BbResources *capacity)
{
    return now->state == state && bb_resources_fit(&now->capacity, capacity) &&
           bb_resources_fit(capacity, &now->capacity);
}

static gboolean
change(BbNodeEvents *events, const Event *event, GError **error)
{
    Now *now = &events->now[event->node];
    BbNodeChange change = {event->time_us, event->node, state_after(now->state, event->event),
                           now->capacity};
    const char *expected;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (event->named >> r & 1)
            change.capacity.v[r] = event->capacity.v[r];
    if (is_same(now, change.state, &change.capacity))
        return TRUE;
    now->state = change.state;
    now->capacity = change.capacity;
    if (event->time_us <= 0)
        bb_cluster_change(events->cluster, event->node, change.state, &change.capacity);
    else if (!bb_cluster_add_change(events->cluster, &change, &expected))
        return bb_error_input(error, source_at(events, event->source)->path, event->line, 0,
                              "expected %s, found %s of node %s", expected,
                              bb_node_event_names[event->event], node_name(events, event->node));
    return TRUE;
}

/* Nodes whose first event adds them are not there until then. */
static void
begin(BbNodeEvents *events)
{
    guint n = bb_cluster_n(events->cluster);
    events->now = g_new0(Now, n);
    for (guint i = 0; i < n; i++) {
        const BbNode *node = bb_cluster_node(events->cluster, i);
        events->now[i] = (Now){node->state, node->capacity, FALSE};
    }
    for (guint i = 0; i < events->list->len; i++) {
        const Event *event = &g_array_index(events->list, Event, i);
        Now *now = &events->now[event->node];
        if (!now->met && event->event == BB_NODE_EVENT_ADD) {
            now->state = BB_NODE_ABSENT;
            bb_cluster_change(events->cluster, event->node, BB_NODE_ABSENT, &now->capacity);
        }
        now->met = TRUE;
    }
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
    const Event *x = a, *y = b;
    return (x->time_us > y->time_us) - (x->time_us < y->time_us);
}

static void
append_notes(const BbNodeEvents *events, GPtrArray *notes)
{
    for (guint i = 0; notes && i < events->sources->len; i++) {
        const Source *source = source_at(events, i);
        if (source->n_unknown > 0)
            g_ptr_array_add(notes,
                            g_strdup_printf("%s: %" G_GUINT64_FORMAT
                                            " events of nodes that the cluster does not "
                                            "have, such as %s: left out",
                                            source->path, source->n_unknown, source->unknown));
        if (source->n_misfits > 0)
            g_ptr_array_add(notes,
                            g_strdup_printf("%s: %" G_GUINT64_FORMAT
                                            " events that do not fit the state of their "
                                            "node, such as %s: left out",
                                            source->path, source->n_misfits, source->misfit));
    }
}

gboolean
bb_node_events_settle(BbNodeEvents *events, GPtrArray *notes, GError **error)
{
    g_array_sort(events->list, by_time);
    begin(events);
    for (guint i = 0; i < events->list->len; i++) {
        const Event *event = &g_array_index(events->list, Event, i);
        BbNodeState state = events->now[event->node].state;
        if (!(fits(state, event->event) ? change(events, event, error)
                                        : find_misfit(events, event, state, error)))
            return FALSE;
    }
    append_notes(events, notes);
    return TRUE;
}
