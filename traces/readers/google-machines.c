/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_events of Google's cluster data of 2011: time,machine ID,event,platform,CPUs,memory, without a
 * header. The nodes are the machines added at time 0, which is the state at the trace's start. What
 * happens to them later is counted: a cluster does not change in a run. Amounts: google.h. */
#include "traces/readers/google.h"

enum {
    TIME,
    MACHINE,
    EVENT,
    PLATFORM,
    CPU,
    MEMORY,
};
enum { ADD, REMOVE, UPDATE };

static const BbCsvColumn table[] = {
    [TIME] = {"time", TRUE}, [MACHINE] = {"machine ID", TRUE},   [EVENT] = {"event type", TRUE},
    [CPU] = {"CPUs", TRUE},  [PLATFORM] = {"platform ID", TRUE}, [MEMORY] = {"Memory", TRUE},
    {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
    GHashTable *seen; /* ids of machines that were added */
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff_plain(start, n, "nnntoo");
}

static gboolean
open_events(BbReader *reader, GError **error)
{
    State *state = reader->state;
    (void)error;
    bb_columns_open_plain(&state->columns, reader->input, table);
    state->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return TRUE;
}

static gboolean
read_number(const BbColumns *columns, guint column, gint64 max, gint64 *out, GError **error)
{
    if (*bb_columns_raw(columns, column) == '\0')
        return bb_columns_error(columns, column, "a whole number, at least 0", error);
    return bb_columns_int(columns, column, 0, max, out, error);
}

static gboolean
read_capacity(BbReader *reader, BbNodeRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 *v = out->capacity.v;
    if (!bb_columns_scaled(columns, CPU, GOOGLE_CPU_MILLI, BB_AMOUNT_MAX, &v[BB_CPU], error) ||
        !bb_columns_scaled(columns, MEMORY, GOOGLE_MEMORY_MIB, BB_AMOUNT_MAX, &v[BB_MEMORY], error))
        return FALSE;
    if (*bb_columns_raw(columns, CPU) == '\0' || *bb_columns_raw(columns, MEMORY) == '\0')
        bb_reader_find(reader, BB_WARNING, "blank-capacity", out->line,
                       "machines of a capacity that is not told: it counts as 0");
    if (v[BB_CPU] > GOOGLE_CPU_MILLI || v[BB_MEMORY] > GOOGLE_MEMORY_MIB)
        bb_reader_find(reader, BB_WARNING, "beyond-largest-machine", out->line,
                       "machines above 1, which is the largest there is");
    out->named = 1u << BB_CPU | 1u << BB_MEMORY;
    return TRUE;
}

/* Whether the event makes a node of the cluster; later ones are only counted. */
static gboolean
is_node(BbReader *reader, const char *id, gint64 time_us, gint64 event, guint64 line)
{
    State *state = reader->state;
    gboolean known = g_hash_table_contains(state->seen, id);
    if (event != ADD && !known) {
        g_autofree char *quoted = bb_quote(id);
        bb_reader_find(reader, BB_WARNING, "unknown-machine", line,
                       "events of machines that were never added, such as %s", quoted);
        return FALSE;
    }
    if (!known)
        g_hash_table_add(state->seen, g_strdup(id));
    if (event == ADD && time_us == 0)
        return TRUE;
    if (event == ADD)
        bb_reader_find(reader, BB_WARNING, "machine-added-later", line,
                       "machines added after time 0: not modelled yet, they are left out");
    else if (event == REMOVE)
        bb_reader_find(reader, BB_WARNING, "machine-removed", line,
                       "machines removed: not modelled yet, they stay");
    else
        bb_reader_find(reader, BB_WARNING, "machine-updated", line,
                       "machines of changed capacity: not modelled yet, they keep their first");
    return FALSE;
}

static BbReadResult
next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    BbColumns *columns = &((State *)reader->state)->columns;
    for (;;) {
        gint64 time_us = 0, id = 0, event = 0;
        BbReadResult result = bb_columns_next(columns, error);
        if (result != BB_READ_ROW)
            return result;
        *out = (BbNodeRow)BB_NODE_ROW_INIT;
        reader->n_records++;
        out->line = bb_csv_line(columns->csv);
        if (!read_number(columns, TIME, G_MAXINT64, &time_us, error) ||
            !read_number(columns, MACHINE, G_MAXINT64, &id, error) ||
            !read_number(columns, EVENT, UPDATE, &event, error) ||
            !read_capacity(reader, out, error))
            return BB_READ_ERROR;
        out->id = bb_columns_raw(columns, MACHINE);
        if (is_node(reader, out->id, time_us, event, out->line))
            return BB_READ_ROW;
        bb_reader_skip(reader, "event after the start");
    }
}

static guint64
locate(BbReader *reader, const char *column)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    return bb_columns_locate(columns, g_str_equal(column, "node_id") ? "machine ID" : column);
}

static void
close_events(BbReader *reader)
{
    State *state = reader->state;
    bb_columns_clear(&state->columns);
    g_clear_pointer(&state->seen, g_hash_table_unref);
}

const BbReaderClass bb_reader_google_machines = {
    .name = "google-machines",
    .summary = "Google cluster data 2011, machine_events: the machines at the trace's start",
    .source = GOOGLE_SOURCE,
    .reads = BB_READS_NODES,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_events,
    .next_node = next_node,
    .locate = locate,
    .close = close_events,
};
