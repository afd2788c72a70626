/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to nodes during a run, by hand or from another program: a CSV file with a header, one event
 * of a node, or of a range of nodes, a row. The columns: traces/README.md. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-range.h"

#include <string.h>

#define RANGE_MAX (1u << 20)

enum { TIME, NODE_ID, EVENT, CPU, MEMORY, DISK };

static const BbCsvColumn table[] = {
    [TIME] = {"time_s", TRUE},
    [NODE_ID] = {"node_id", TRUE},
    [EVENT] = {"event", TRUE},
    [CPU] = {"cpu_milli", FALSE},
    [MEMORY] = {"memory_mib", FALSE},
    [DISK] = {"disk_mib", FALSE},
    {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
    BbTimeUs latest_us;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n, "time_s,node_id,event");
}

static gboolean
open_events(BbReader *reader, GError **error)
{
    State *state = reader->state;
    return bb_columns_open(&state->columns, reader->input, table, "x_", error);
}

static gboolean
read_time(State *state, BbNodeEventRow *out, GError **error)
{
    const BbColumns *columns = &state->columns;
    out->time_us = -1;
    if (!bb_columns_seconds(columns, TIME, &out->time_us, error))
        return FALSE;
    if (out->time_us < 0)
        return bb_columns_error(columns, TIME, "seconds, at least 0", error);
    if (out->time_us < state->latest_us)
        return bb_columns_error(columns, TIME, "at least the time of the row before", error);
    state->latest_us = out->time_us;
    return TRUE;
}

static gboolean
read_node(const BbColumns *columns, BbNodeEventRow *out, GError **error)
{
    BbRange range;
    if (!bb_columns_text(columns, NODE_ID, &out->id, error))
        return FALSE;
    if (!bb_range_parse(out->id, &range))
        return bb_columns_error(columns, NODE_ID, "a node name or a range like n[001-120]", error);
    return bb_range_n(&range) <= RANGE_MAX ||
           bb_columns_error(columns, NODE_ID, "a range of at most 1048576 nodes", error);
}

static gboolean
read_event(const BbColumns *columns, BbNodeEventRow *out, GError **error)
{
    const char *text = bb_columns_raw(columns, EVENT);
    for (guint event = 0; event < BB_N_NODE_EVENTS; event++) {
        out->event = (BbNodeEvent)event;
        if (strcmp(text, bb_node_event_names[event]) == 0)
            return TRUE;
    }
    return bb_columns_error(columns, EVENT, "down, up, add, remove or update", error);
}

static gboolean
read_amount(const BbColumns *columns, guint column, BbResource resource, BbNodeEventRow *out,
            GError **error)
{
    if (*bb_columns_raw(columns, column) == '\0')
        return TRUE;
    if (out->event == BB_NODE_EVENT_DOWN || out->event == BB_NODE_EVENT_REMOVE)
        return bb_columns_error(columns, column, "nothing, for the node is not there", error);
    out->named |= 1u << resource;
    return bb_columns_int(columns, column, 0, BB_AMOUNT_MAX, &out->capacity.v[resource], error);
}

/* There are none: nodes stand in a file of their own. */
static BbReadResult
next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    (void)reader;
    (void)out;
    (void)error;
    return BB_READ_END;
}

static BbReadResult
next_event(BbReader *reader, BbNodeEventRow *out, GError **error)
{
    State *state = reader->state;
    const BbColumns *columns = &state->columns;
    BbReadResult result = bb_columns_next(&state->columns, error);
    if (result != BB_READ_ROW)
        return result;
    reader->n_records++;
    out->line = bb_csv_line(columns->csv);
    if (!read_time(state, out, error) || !read_node(columns, out, error) ||
        !read_event(columns, out, error) || !read_amount(columns, CPU, BB_CPU, out, error) ||
        !read_amount(columns, MEMORY, BB_MEMORY, out, error) ||
        !read_amount(columns, DISK, BB_DISK, out, error))
        return BB_READ_ERROR;
    return BB_READ_ROW;
}

static guint64
locate(BbReader *reader, const char *column)
{
    return bb_columns_locate(&((State *)reader->state)->columns, column);
}

static void
close_events(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_node_events = {
    .name = "node-events",
    .summary = "native list of what happens to nodes: CSV with time_s, node_id, event",
    .source = "traces/README.md",
    .reads = BB_READS_NODES,
    .must_be_sorted = TRUE,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_events,
    .next_node = next_node,
    .next_node_event = next_event,
    .locate = locate,
    .close = close_events,
};
