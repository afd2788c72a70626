/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trace drawn anew: the block bootstrap whose unit is one user over one week. The users of the new trace
 * are drawn among those of the old one, with replacement; each new week of a user is a week of the old
 * user, drawn likewise, every job at its own weekday and hour. So bursts, sessions and cycles stay, and
 * what one user does is as dependent as it was; users are independent of each other.
 *
 * Only whole weeks of the trace count. Ids are USER.WEEK.ID, users and weeks counted from 0; a user drawn
 * a second time is class NAME#2. Jobs come `after` those of the same user and week only, and none is
 * there at the start. */
#include "sim/contract/bb-estimates.h"
#include "sim/contract/bb-generator.h"
#include "sim/model/bb-row-store.h"

static const BbParam params[] = {
    {.name = "from", .type = BB_PARAM_FILE, .summary = "the trace, FILE[:FORMAT]"},
    {.name = "by",
     .type = BB_PARAM_ENUM,
     .fallback = "class",
     .summary = "what is drawn as one: class (users, in logs), group, or every job by itself",
     .choices = "class|group|job"},
    {.name = "block",
     .type = BB_PARAM_DURATION,
     .fallback = "7d",
     .summary = "length of a block; whole weeks keep the weekly cycle, whole days the daily one"},
    {.name = "blocks",
     .type = BB_PARAM_INT,
     .fallback = "0",
     .summary = "length, in blocks; 0: as many as the trace has",
     .max = 1000000},
    {.name = "scale",
     .type = BB_PARAM_DOUBLE,
     .fallback = "1",
     .summary = "times as many users as the trace has"},
    {.name = "estimate",
     .type = BB_PARAM_TEXT,
     .fallback = "trace",
     .summary = "trace, a distribution of estimates, or tsafrir(max=36h)"},
    {.name = NULL},
};

/* Where a row of the trace belongs. */
typedef struct {
    guint unit, block, row;
} Place;

/* A user of the new trace. */
typedef struct {
    guint unit;
    guint copy; /* from 1: the how many-th that draws this unit */
} Slot;

/* A job of the new block. */
typedef struct {
    BbTimeUs submit_us;
    guint slot, row;
} Job;

typedef struct {
    BbRowStore *rows;  /* NULL until the first row is asked for */
    GHashTable *by_id; /* id -> row + 1 */
    GArray *places;    /* of Place, in order of rows */
    GArray *cells;     /* the same by unit, block, row; whole blocks only */
    guint n_units, n_blocks;
    GArray *slots; /* of Slot */
    BbEstimates *estimates;
    guint32 unit_stream, block_stream, estimate_stream;
    BbTimeUs block_us;
    guint block, end; /* the next one, and the one after the last */
    GArray *jobs;     /* of Job, of the block before `block` */
    guint at;         /* in them */
    GString *id, *class_name, *after;
} State;

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    const char *estimate = bb_params_text(self->params, "estimate");
    double scale = bb_params_double(self->params, "scale");
    state->block_us = bb_params_int(self->params, "block");
    state->unit_stream = bb_generator_stream(self, "unit");
    state->block_stream = bb_generator_stream(self, "block");
    state->estimate_stream = bb_generator_stream(self, "estimate");
    if (state->block_us <= 0)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator empirical: block: expected a duration above 0");
    if (scale <= 0 || scale > 1e6)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator empirical: scale: expected a number above 0, at most 1e6");
    if (g_str_equal(estimate, "trace"))
        return TRUE;
    state->estimates = bb_estimates_parse(estimate, self->seed, error);
    if (state->estimates == NULL)
        g_prefix_error(error, "generator empirical: estimate: ");
    return state->estimates != NULL;
}

static void
clear(BbGenerator *self)
{
    State *state = self->state;
    bb_estimates_free(state->estimates);
    if (state->rows == NULL)
        return;
    bb_row_store_free(state->rows);
    g_hash_table_unref(state->by_id);
    g_array_unref(state->places);
    g_array_unref(state->cells);
    g_array_unref(state->slots);
    g_array_unref(state->jobs);
    g_string_free(state->id, TRUE);
    g_string_free(state->class_name, TRUE);
    g_string_free(state->after, TRUE);
}

/* ---- The trace ---- */

static gboolean
read_rows(State *state, BbReader *reader, GError **error)
{
    BbReadResult result;
    BbJobRow row;
    while ((result = bb_reader_next_job(reader, &row, error)) == BB_READ_ROW)
        bb_row_store_add(state->rows, &row);
    bb_row_store_sort(state->rows);
    return result == BB_READ_END;
}

static gboolean
index_ids(State *state, const char *path, GError **error)
{
    for (guint i = 0; i < bb_row_store_n(state->rows); i++) {
        const BbJobRow *row = bb_row_store_get(state->rows, i);
        if (g_hash_table_insert(state->by_id, (gpointer)(guintptr)row->id, GUINT_TO_POINTER(i + 1)))
            continue;
        g_autofree char *found = bb_quote(row->id);
        return bb_error_input(error, path, row->line, 0,
                              "expected an id that was not there before, found %s", found);
    }
    return TRUE;
}

static gboolean
read_trace(BbGenerator *self, State *state, GError **error)
{
    const char *from = bb_params_text(self->params, "from");
    g_autofree char *path = NULL, *format = NULL;
    if (self->readers == NULL)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator empirical: no trace can be read here");
    bb_reader_split(self->readers, from, &path, &format);
    g_autoptr(BbReader) reader = bb_reader_open(self->readers, path, format, error);
    if (reader == NULL)
        return FALSE;
    if (reader->klass->reads != BB_READS_JOBS)
        return bb_error_input(error, path, 0, 0, "expected a job trace, found a node list (%s)",
                              reader->klass->name);
    return read_rows(state, reader, error) && index_ids(state, path, error);
}

static guint
unit_of(State *state, GHashTable *names, gint64 by, const BbJobRow *row)
{
    const char *name = by == 0 ? row->class_name : by == 1 ? row->group : row->id;
    gpointer unit;
    if (name == NULL)
        name = "";
    if (!g_hash_table_lookup_extended(names, name, NULL, &unit)) {
        unit = GUINT_TO_POINTER(state->n_units++);
        g_hash_table_insert(names, (gpointer)(guintptr)name, unit);
    }
    return GPOINTER_TO_UINT(unit);
}

static gint
by_cell(gconstpointer a, gconstpointer b)
{
    const Place *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->block != y->block)
        return x->block < y->block ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Users are those who submit in the whole blocks. */
static gboolean
place_rows(const BbGenerator *self, State *state, GError **error)
{
    guint n = bb_row_store_n(state->rows);
    gint64 by = bb_params_int(self->params, "by");
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    BbTimeUs first_us = n > 0 ? bb_row_store_get(state->rows, 0)->submit_us : 0;
    BbTimeUs span_us = n > 0 ? bb_row_store_get(state->rows, n - 1)->submit_us - first_us : 0;
    gint64 n_blocks = span_us / state->block_us;
    if (n_blocks < 1 || n_blocks > G_MAXINT32)
        return bb_error_set(error, BB_ERROR_INPUT,
                            "generator empirical: %s: expected submissions over one whole block at "
                            "least (block=%s), and at most 2^31 of them",
                            bb_params_text(self->params, "from"),
                            bb_params_text(self->params, "block"));
    state->n_blocks = (guint)n_blocks;
    for (guint i = 0; i < n; i++) {
        const BbJobRow *row = bb_row_store_get(state->rows, i);
        Place place = {.block = (guint)((row->submit_us - first_us) / state->block_us), .row = i};
        if (place.block == state->n_blocks)
            break;
        place.unit = unit_of(state, names, by, row);
        g_array_append_val(state->places, place);
    }
    g_array_append_vals(state->cells, state->places->data, state->places->len);
    g_array_sort(state->cells, by_cell);
    return TRUE;
}

static void
draw_slots(const BbGenerator *self, State *state)
{
    double scaled = state->n_units * bb_params_double(self->params, "scale");
    guint n = (guint)CLAMP(scaled + 0.5, 1, (double)G_MAXINT32);
    g_autofree guint *copies = g_new0(guint, state->n_units);
    for (guint i = 0; i < n; i++) {
        Slot slot = {0};
        slot.unit =
            (guint)bb_rng_below(self->seed, state->unit_stream, i, 0, (guint64)state->n_units);
        slot.copy = ++copies[slot.unit];
        g_array_append_val(state->slots, slot);
    }
}

static gboolean
load(BbGenerator *self, State *state, GError **error)
{
    gint64 n_blocks = bb_params_int(self->params, "blocks");
    state->rows = bb_row_store_new();
    state->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    state->places = g_array_new(FALSE, FALSE, sizeof(Place));
    state->cells = g_array_new(FALSE, FALSE, sizeof(Place));
    state->slots = g_array_new(FALSE, FALSE, sizeof(Slot));
    state->jobs = g_array_new(FALSE, FALSE, sizeof(Job));
    state->id = g_string_new(NULL);
    state->class_name = g_string_new(NULL);
    state->after = g_string_new(NULL);
    if (!read_trace(self, state, error) || !place_rows(self, state, error))
        return FALSE;
    draw_slots(self, state);
    state->end = n_blocks > 0 ? (guint)n_blocks : state->n_blocks;
    return TRUE;
}

/* ---- The new trace ---- */

/* The first place of the cell, or where it would be. */
static guint
find_cell(const State *state, guint unit, guint block)
{
    Place first = {.unit = unit, .block = block, .row = 0};
    guint low = 0, high = state->cells->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (by_cell(&g_array_index(state->cells, Place, middle), &first) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
add_cell(State *state, guint slot, guint unit, guint block)
{
    BbTimeUs first_us = bb_row_store_get(state->rows, 0)->submit_us;
    for (guint i = find_cell(state, unit, block); i < state->cells->len; i++) {
        const Place *place = &g_array_index(state->cells, Place, i);
        if (place->unit != unit || place->block != block)
            return;
        BbTimeUs in_block_us = bb_row_store_get(state->rows, place->row)->submit_us - first_us -
                               block * state->block_us;
        Job job = {state->block * state->block_us + in_block_us, slot, place->row};
        g_array_append_val(state->jobs, job);
    }
}

static gint
by_submit(gconstpointer a, gconstpointer b)
{
    const Job *x = a, *y = b;
    if (x->submit_us != y->submit_us)
        return x->submit_us < y->submit_us ? -1 : 1;
    if (x->slot != y->slot)
        return x->slot < y->slot ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* The k-th block of a user is drawn by (user, k). */
static void
draw_block(const BbGenerator *self, State *state)
{
    g_array_set_size(state->jobs, 0);
    state->at = 0;
    for (guint i = 0; i < state->slots->len; i++) {
        guint unit = g_array_index(state->slots, Slot, i).unit;
        guint block =
            (guint)bb_rng_below(self->seed, state->block_stream, i, state->block, state->n_blocks);
        add_cell(state, i, unit, block);
    }
    g_array_sort(state->jobs, by_submit);
    state->block++;
}

/* Leaves those out that are not drawn with the job. */
static const char *
rename_after(State *state, const Job *job, const char *after)
{
    const Place *own = &g_array_index(state->places, Place, job->row);
    g_auto(GStrv) ids = g_strsplit(after != NULL ? after : "", ";", -1);
    g_string_truncate(state->after, 0);
    for (guint i = 0; ids[i] != NULL; i++) {
        guint row = GPOINTER_TO_UINT(g_hash_table_lookup(state->by_id, g_strstrip(ids[i])));
        if (row == 0 || row > job->row)
            continue;
        const Place *other = &g_array_index(state->places, Place, row - 1);
        if (other->unit == own->unit && other->block == own->block)
            g_string_append_printf(state->after, "%s%u.%u.%s", state->after->len > 0 ? ";" : "",
                                   job->slot, state->block - 1, ids[i]);
    }
    return state->after->str;
}

static void
fill(const BbGenerator *self, State *state, const Job *job, BbJobRow *out)
{
    const BbJobRow *row = bb_row_store_get(state->rows, job->row);
    guint copy = g_array_index(state->slots, Slot, job->slot).copy;
    *out = *row;
    g_string_printf(state->id, "%u.%u.%s", job->slot, state->block - 1, row->id);
    out->id = state->id->str;
    out->line = 0;
    out->submit_us = job->submit_us;
    out->after = rename_after(state, job, row->after);
    out->node = out->extra = NULL;
    out->logged_wait_us = out->logged_run_us = out->logged_tasks = -1;
    if (copy > 1 && row->class_name != NULL) {
        g_string_printf(state->class_name, "%s#%u", row->class_name, copy);
        out->class_name = state->class_name->str;
    }
    if (state->estimates != NULL)
        out->estimate_us = bb_estimates_draw(state->estimates, self->seed, state->estimate_stream,
                                             self->n_given, row->runtime_us);
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    if (state->rows == NULL && !load(self, state, error))
        return BB_READ_ERROR;
    while (state->at == state->jobs->len) {
        if (state->block == state->end)
            return BB_READ_END;
        if (state->block_us > BB_TIME_MAX / (state->block + 1))
            return bb_generator_too_late(self, error);
        draw_block(self, state);
    }
    fill(self, state, &g_array_index(state->jobs, Job, state->at++), out);
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_empirical = {
    .name = "empirical",
    .summary = "the jobs of a trace, users and their weeks drawn anew",
    .source = "Zakay and Feitelson, Workload resampling for performance evaluation of parallel job "
              "schedulers, ICPE 2013",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .next = next,
};
