/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_events of Google's cluster data of 2011: time,machine ID,event,platform,CPUs,memory, without a
 * header. Machines added at time 0 are the state at the trace's start; what happens to them later comes
 * as changes. A machine that is removed and added again was down meanwhile; one that is not is gone for
 * good. That is known only further down, so the events are read whole. Amounts: google.h. */
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
    char *id;
    BbResources capacity;
    gboolean up;
    gint64 removal; /* its last removal among the events, -1: it is up again, or still */
} Machine;

/* A row to come; the machine is borrowed. */
typedef struct {
    const Machine *machine;
    guint64 line;
    BbTimeUs time_us;
    BbNodeEvent event;
    BbResources capacity;
} Event;

typedef struct {
    BbColumns columns;
    GHashTable *machines; /* of Machine by id, owned */
    GArray *nodes;        /* of Event: when they came first */
    GArray *events;       /* of Event: what happened to them after time 0, or after they came */
    guint next_node, next_event;
    BbTimeUs latest_us;
    gboolean read;
} State;

static void
free_machine(gpointer data)
{
    Machine *machine = data;
    g_free(machine->id);
    g_free(machine);
}

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
    state->machines = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_machine);
    state->nodes = g_array_new(FALSE, FALSE, sizeof(Event));
    state->events = g_array_new(FALSE, FALSE, sizeof(Event));
    return TRUE;
}

static gboolean
read_number(const BbColumns *columns, guint column, gint64 max, gint64 *out, GError **error)
{
    if (*bb_columns_raw(columns, column) == '\0')
        return bb_columns_error(columns, column, "a whole number, at least 0", error);
    return bb_columns_int(columns, column, 0, max, out, error);
}

/* Of a row that adds or updates. Blank: as it was. */
static gboolean
read_capacity(BbReader *reader, gint64 kind, Event *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 *v = out->capacity.v;
    if (!bb_columns_scaled(columns, CPU, GOOGLE_CPU_MILLI, BB_AMOUNT_MAX, &v[BB_CPU], error) ||
        !bb_columns_scaled(columns, MEMORY, GOOGLE_MEMORY_MIB, BB_AMOUNT_MAX, &v[BB_MEMORY], error))
        return FALSE;
    if (kind == REMOVE)
        return TRUE;
    if (*bb_columns_raw(columns, CPU) == '\0' || *bb_columns_raw(columns, MEMORY) == '\0')
        bb_reader_find(
            reader, BB_WARNING, "blank-capacity", out->line,
            "machines of a capacity that is not told: it counts as before, at first as 0");
    if (v[BB_CPU] > GOOGLE_CPU_MILLI || v[BB_MEMORY] > GOOGLE_MEMORY_MIB)
        bb_reader_find(reader, BB_WARNING, "beyond-largest-machine", out->line,
                       "machines above 1, which is the largest there is");
    return TRUE;
}

/* ---- what the events come to ---- */

static void
find_unknown(BbReader *reader, const char *id, guint64 line)
{
    g_autofree char *quoted = bb_quote(id);
    bb_reader_find(reader, BB_WARNING, "unknown-machine", line,
                   "events of machines that were never added, such as %s: left out", quoted);
    bb_reader_skip(reader, "event of an unknown machine");
}

static void
find_misfit(BbReader *reader, const Machine *machine, guint64 line)
{
    bb_reader_find(reader, BB_WARNING, "machine-not-there", line,
                   "events of machines that had been removed, such as %s: left out", machine->id);
    bb_reader_skip(reader, "event of a machine that had been removed");
}

static void
add_event(State *state, Event *event, BbNodeEvent kind, const Machine *machine)
{
    event->machine = machine;
    event->event = kind;
    event->capacity = machine->capacity;
    g_array_append_val(state->events, *event);
}

/* It comes for the first time. */
static void
add_machine(BbReader *reader, const char *id, Event *event)
{
    State *state = reader->state;
    Machine *machine = g_new0(Machine, 1);
    machine->id = g_strdup(id);
    machine->capacity = event->capacity;
    machine->up = TRUE;
    machine->removal = -1;
    g_hash_table_insert(state->machines, machine->id, machine);
    event->machine = machine;
    g_array_append_val(state->nodes, *event);
    if (event->time_us == 0)
        return;
    bb_reader_find(reader, BB_NOTE, "machine-added-later", event->line,
                   "machines added after time 0");
    add_event(state, event, BB_NODE_EVENT_ADD, machine);
}

static void
remove_machine(BbReader *reader, Machine *machine, Event *event)
{
    State *state = reader->state;
    if (!machine->up) {
        find_misfit(reader, machine, event->line);
        return;
    }
    bb_reader_find(reader, BB_NOTE, "machine-removed", event->line,
                   "machines removed: down until they are added again, or gone for good");
    machine->up = FALSE;
    machine->removal = state->events->len;
    add_event(state, event, BB_NODE_EVENT_REMOVE, machine);
}

static void
keep_told(Machine *machine, const BbColumns *columns, const Event *event)
{
    if (*bb_columns_raw(columns, CPU) != '\0')
        machine->capacity.v[BB_CPU] = event->capacity.v[BB_CPU];
    if (*bb_columns_raw(columns, MEMORY) != '\0')
        machine->capacity.v[BB_MEMORY] = event->capacity.v[BB_MEMORY];
}

/* Added again: what was removed was down. */
static void
restore_machine(BbReader *reader, Machine *machine, Event *event)
{
    State *state = reader->state;
    g_array_index(state->events, Event, machine->removal).event = BB_NODE_EVENT_DOWN;
    machine->removal = -1;
    machine->up = TRUE;
    keep_told(machine, &state->columns, event);
    bb_reader_find(reader, BB_NOTE, "machine-added-again", event->line,
                   "machines added after they had been removed: up again");
    add_event(state, event, BB_NODE_EVENT_UP, machine);
}

static void
update_machine(BbReader *reader, Machine *machine, gint64 kind, Event *event)
{
    State *state = reader->state;
    if (kind == ADD)
        bb_reader_find(reader, BB_WARNING, "machine-added-twice", event->line,
                       "machines added while they are there: updated");
    if (!machine->up) {
        find_misfit(reader, machine, event->line);
        return;
    }
    bb_reader_find(reader, BB_NOTE, "machine-updated", event->line, "machines updated");
    keep_told(machine, &state->columns, event);
    add_event(state, event, BB_NODE_EVENT_UPDATE, machine);
}

static void
apply(BbReader *reader, const char *id, gint64 kind, Event *event)
{
    State *state = reader->state;
    Machine *machine = g_hash_table_lookup(state->machines, id);
    if (machine == NULL && kind == ADD)
        add_machine(reader, id, event);
    else if (machine == NULL)
        find_unknown(reader, id, event->line);
    else if (kind == REMOVE)
        remove_machine(reader, machine, event);
    else if (kind == ADD && !machine->up)
        restore_machine(reader, machine, event);
    else
        update_machine(reader, machine, kind, event);
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
    const Event *x = a, *y = b;
    return (x->time_us > y->time_us) - (x->time_us < y->time_us);
}

static gboolean
read_all(BbReader *reader, GError **error)
{
    State *state = reader->state;
    BbColumns *columns = &state->columns;
    BbReadResult result;
    while ((result = bb_columns_next(columns, error)) == BB_READ_ROW) {
        Event event = {.line = bb_csv_line(columns->csv)};
        gint64 id = 0, kind = 0;
        reader->n_records++;
        if (!read_number(columns, TIME, G_MAXINT64, &event.time_us, error) ||
            !read_number(columns, MACHINE, G_MAXINT64, &id, error) ||
            !read_number(columns, EVENT, UPDATE, &kind, error) ||
            !read_capacity(reader, kind, &event, error))
            return FALSE;
        if (event.time_us < state->latest_us)
            bb_reader_find(reader, BB_WARNING, "events-go-back", event.line,
                           "events before the one above them: sorted by time");
        state->latest_us = MAX(state->latest_us, event.time_us);
        if (event.time_us <= BB_TIME_MAX)
            apply(reader, bb_columns_raw(columns, MACHINE), kind, &event);
        else
            bb_reader_find(reader, BB_NOTE, "after-the-window", event.line,
                           "events after the window: left out");
    }
    g_array_sort(state->events, by_time);
    state->read = TRUE;
    return result == BB_READ_END;
}

/* ---- rows ---- */

static BbReadResult
next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    State *state = reader->state;
    if (!state->read && !read_all(reader, error))
        return BB_READ_ERROR;
    if (state->next_node == state->nodes->len)
        return BB_READ_END;
    const Event *event = &g_array_index(state->nodes, Event, state->next_node++);
    out->id = event->machine->id;
    out->line = event->line;
    out->capacity = event->capacity;
    out->named = 1u << BB_CPU | 1u << BB_MEMORY;
    out->later = event->time_us > 0;
    return BB_READ_ROW;
}

static BbReadResult
next_event(BbReader *reader, BbNodeEventRow *out, GError **error)
{
    State *state = reader->state;
    (void)error;
    if (state->next_event == state->events->len)
        return BB_READ_END;
    const Event *event = &g_array_index(state->events, Event, state->next_event++);
    out->id = event->machine->id;
    out->line = event->line;
    out->time_us = event->time_us;
    out->event = event->event;
    out->capacity = event->capacity;
    out->named = 1u << BB_CPU | 1u << BB_MEMORY;
    return BB_READ_ROW;
}

static void
close_events(BbReader *reader)
{
    State *state = reader->state;
    bb_columns_clear(&state->columns);
    g_clear_pointer(&state->machines, g_hash_table_unref);
    g_clear_pointer(&state->nodes, g_array_unref);
    g_clear_pointer(&state->events, g_array_unref);
}

const BbReaderClass bb_reader_google_machines = {
    .name = "google-machines",
    .summary = "Google cluster data 2011, machine_events: machines, and what happens to them",
    .source = GOOGLE_SOURCE,
    .reads = BB_READS_NODES,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_events,
    .next_node = next_node,
    .next_node_event = next_event,
    .close = close_events,
};
