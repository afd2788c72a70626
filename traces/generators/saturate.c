/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cluster filled up: the jobs of a trace in random order, one at a time, never to leave, then copies of
 * jobs drawn at random with replacement, until the next one would bring what was asked for beyond the
 * total. Where the trace alone asks for more, jobs drawn at random are left out. What the trace says of
 * times does not count. The k-th copy is a draw keyed by k, so a higher total goes on where a lower one
 * stopped; copies of job ID are ID~2, ID~3, ...
 *
 * Source: Weng et al.: Beware of Fragmentation, USENIX ATC 2023, section 6.1 (inflated arrivals), by
 * other draws: there copies are counted by one device each when the end is near. */
#include "sim/contract/bb-generator.h"
#include "sim/model/bb-row-store.h"

#include <math.h>

typedef struct {
    BbRowStore *rows; /* NULL until the first row is asked for */
    guint *order;     /* rows as they arrive; those that do not are gone */
    guint *n_copies;  /* of each row, itself included */
    guint n;          /* in order */
    BbResource resource;
    BbInt128 sum, total;
    guint32 copy_stream;
    GString *id;
} State;

static const BbParam params[] = {
    {.name = "from", .type = BB_PARAM_FILE, .summary = "the trace, FILE[:FORMAT]"},
    {.name = "total",
     .type = BB_PARAM_DOUBLE,
     .summary = "what all jobs together ask for: devices, cores or MiB"},
    {.name = "resource",
     .type = BB_PARAM_ENUM,
     .fallback = "gpu",
     .summary = "of which resource",
     .choices = "cpu|memory|disk|gpu"},
    {.name = "gap", .type = BB_PARAM_DURATION, .fallback = "1s", .summary = "between two arrivals"},
    {.name = NULL},
};

static gboolean
init(BbGenerator *self, GError **error)
{
    State *state = self->state;
    double total = bb_params_double(self->params, "total");
    state->resource = (BbResource)bb_params_int(self->params, "resource");
    if (state->resource == BB_CPU || state->resource == BB_GPU)
        total *= 1000;
    if (total <= 0 || total > 1e15)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "generator saturate: total: expected a number above 0, found %s",
                            bb_params_text(self->params, "total"));
    state->total = (BbInt128)llround(total);
    state->copy_stream = bb_generator_stream(self, "copy");
    return TRUE;
}

static void
clear(BbGenerator *self)
{
    State *state = self->state;
    if (state->rows == NULL)
        return;
    bb_row_store_free(state->rows);
    g_free(state->order);
    g_free(state->n_copies);
    g_string_free(state->id, TRUE);
}

static BbInt128
demand(const State *state, guint i)
{
    const BbJobRow *row = bb_row_store_get(state->rows, i);
    return (BbInt128)row->n_tasks * row->need.v[state->resource];
}

static gboolean
read_trace(BbGenerator *self, State *state, GError **error)
{
    const char *from = bb_params_text(self->params, "from");
    g_autofree char *path = NULL, *format = NULL;
    BbReadResult result;
    BbJobRow row;
    if (self->readers == NULL)
        return bb_error_set(error, BB_ERROR_USAGE, "generator saturate: no trace can be read here");
    bb_reader_split(self->readers, from, &path, &format);
    g_autoptr(BbReader) reader = bb_reader_open(self->readers, path, format, error);
    if (reader == NULL)
        return FALSE;
    if (reader->klass->reads != BB_READS_JOBS)
        return bb_error_input(error, path, 0, 0, "expected a job trace, found a node list (%s)",
                              reader->klass->name);
    while ((result = bb_reader_next_job(reader, &row, error)) == BB_READ_ROW)
        bb_row_store_add(state->rows, &row);
    return result == BB_READ_END;
}

/* Fisher and Yates. */
static void
shuffle(const BbGenerator *self, State *state, const char *stream_name)
{
    guint32 stream = bb_generator_stream(self, stream_name);
    for (guint i = state->n; i > 1; i--) {
        guint j = (guint)bb_rng_below(self->seed, stream, i, 0, i);
        guint other = state->order[i - 1];
        state->order[i - 1] = state->order[j];
        state->order[j] = other;
    }
}

/* In random order, so the last ones are as good as any. */
static void
leave_out(State *state)
{
    while (state->sum > state->total)
        state->sum -= demand(state, state->order[--state->n]);
}

static gboolean
load(BbGenerator *self, State *state, GError **error)
{
    state->rows = bb_row_store_new();
    state->id = g_string_new(NULL);
    if (!read_trace(self, state, error))
        return FALSE;
    state->n = bb_row_store_n(state->rows);
    state->order = g_new(guint, state->n);
    state->n_copies = g_new(guint, state->n);
    for (guint i = 0; i < state->n; i++) {
        state->order[i] = i;
        state->n_copies[i] = 1;
        state->sum += demand(state, i);
    }
    if (state->sum == 0)
        return bb_error_set(error, BB_ERROR_INPUT,
                            "generator saturate: %s: expected jobs that ask for %s, found none",
                            bb_params_text(self->params, "from"),
                            bb_resource_names[state->resource]);
    shuffle(self, state, "order");
    leave_out(state);
    return TRUE;
}

static void
fill(const State *state, guint i, BbTimeUs submit_us, BbJobRow *out)
{
    *out = *bb_row_store_get(state->rows, i);
    out->line = 0;
    out->submit_us = submit_us;
    out->runtime_us = out->estimate_us = BB_TIME_NEVER;
    out->after = out->node = out->extra = NULL;
    out->logged_wait_us = out->logged_run_us = out->logged_tasks = -1;
    out->alive_at_start = FALSE;
}

/* FALSE: the next copy would be too much. */
static gboolean
copy(const BbGenerator *self, State *state, BbTimeUs submit_us, BbJobRow *out)
{
    guint all = bb_row_store_n(state->rows);
    guint i = (guint)bb_rng_below(self->seed, state->copy_stream, self->n_given, 0, all);
    if (state->sum + demand(state, i) > state->total)
        return FALSE;
    state->sum += demand(state, i);
    fill(state, i, submit_us, out);
    g_string_printf(state->id, "%s~%u", out->id, ++state->n_copies[i]);
    out->id = state->id->str;
    return TRUE;
}

static BbReadResult
next(BbGenerator *self, BbJobRow *out, GError **error)
{
    State *state = self->state;
    BbTimeUs gap_us = bb_params_int(self->params, "gap");
    if (state->rows == NULL && !load(self, state, error))
        return BB_READ_ERROR;
    if (gap_us > 0 && self->n_given > (guint64)(BB_TIME_MAX / gap_us))
        return bb_generator_too_late(self, error);
    BbTimeUs submit_us = (BbTimeUs)self->n_given * gap_us;
    if (self->n_given >= state->n && state->n < bb_row_store_n(state->rows))
        return BB_READ_END;
    if (self->n_given >= state->n)
        return copy(self, state, submit_us, out) ? BB_READ_ROW : BB_READ_END;
    fill(state, state->order[self->n_given], submit_us, out);
    return BB_READ_ROW;
}

const BbGeneratorClass bb_generator_saturate = {
    .name = "saturate",
    .summary = "the jobs of a trace in random order, and copies, never to leave, up to a total",
    .source = "Weng et al., Beware of fragmentation, USENIX ATC 2023, section 6.1",
    .params = params,
    .state_size = sizeof(State),
    .init = init,
    .clear = clear,
    .next = next,
};
