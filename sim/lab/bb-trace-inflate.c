/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of demands are exact. The k-th copy is a draw keyed by k among the trace's jobs, so a higher
 * target goes on where a lower one stopped. */
#include "bb-trace-edit-private.h"

#include "sim/base/bb-rng.h"

#include <string.h>

typedef struct {
    const BbInflate *inflate;
    const BbRowStore *rows;
    guint n;
    guint *order;    /* rows as they arrive */
    guint *n_copies; /* of each row, itself included */
    BbInt128 sum;
    guint32 stream;
    BbTraceWriter writer;
} Inflating;

static void
inflating_clear(Inflating *self)
{
    g_free(self->order);
    g_free(self->n_copies);
    bb_trace_writer_clear(&self->writer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inflating, inflating_clear)

static BbInt128
demand(const Inflating *self, guint i)
{
    const BbJobRow *row = bb_row_store_get(self->rows, i);
    return (BbInt128)row->n_tasks * row->need.v[self->inflate->resource];
}

/* Fisher and Yates. */
static void
shuffle(Inflating *self, const char *stream_name)
{
    guint32 stream = bb_rng_stream(stream_name);
    for (guint i = self->n; i > 1; i--) {
        guint j = (guint)bb_rng_below(self->inflate->seed, stream, i, 0, i);
        guint other = self->order[i - 1];
        self->order[i - 1] = self->order[j];
        self->order[j] = other;
    }
}

/* Jobs leave in random order until the rest fits. */
static void
leave_out(Inflating *self, gboolean *left_out)
{
    g_autofree guint *given = g_memdup2(self->order, self->n * sizeof *self->order);
    shuffle(self, "inflate/leave");
    for (guint i = 0; i < self->n && self->sum > self->inflate->target; i++) {
        left_out[self->order[i]] = TRUE;
        self->sum -= demand(self, self->order[i]);
    }
    memcpy(self->order, given, self->n * sizeof *self->order);
}

/* In their order, at the submit times that the trace has. */
static void
write_originals(Inflating *self)
{
    g_autofree gboolean *left_out = g_new0(gboolean, self->n);
    if (self->inflate->shuffle)
        shuffle(self, "inflate/order");
    if (self->sum > self->inflate->target)
        leave_out(self, left_out);
    for (guint i = 0; i < self->n; i++) {
        BbJobRow row = *bb_row_store_get(self->rows, self->order[i]);
        row.submit_us = bb_row_store_get(self->rows, i)->submit_us;
        if (!left_out[self->order[i]])
            bb_trace_writer_add(&self->writer, &row);
    }
}

static BbTimeUs
mean_gap(const Inflating *self)
{
    BbTimeUs first = bb_row_store_get(self->rows, 0)->submit_us;
    BbTimeUs last = bb_row_store_get(self->rows, self->n - 1)->submit_us;
    return self->n > 1 ? (last - first) / (self->n - 1) : BB_US_PER_S;
}

static void
write_copy(Inflating *self, guint i, BbTimeUs submit_us)
{
    BbJobRow row = *bb_row_store_get(self->rows, i);
    g_autofree char *id = NULL;
    do {
        g_free(id);
        id = g_strdup_printf("%s~%u", row.id, ++self->n_copies[i]);
    } while (bb_id_set_has(self->writer.there, id));
    row.id = id;
    row.submit_us = submit_us;
    row.after = row.node = NULL;
    bb_trace_writer_add(&self->writer, &row);
}

static gboolean
write_copies(Inflating *self, const char *file, GError **error)
{
    BbTimeUs submit_us = bb_row_store_get(self->rows, self->n - 1)->submit_us;
    BbTimeUs gap_us = mean_gap(self);
    for (guint64 k = 0;; k++) {
        guint i = (guint)bb_rng_below(self->inflate->seed, self->stream, k, 0, self->n);
        BbInt128 more = demand(self, i);
        if (self->sum + more > self->inflate->target)
            return TRUE;
        if (self->n + k >= BB_INFLATE_MAX || submit_us > BB_TIME_MAX - gap_us)
            return bb_error_input(error, file, 0, 0,
                                  "expected a target within reach of %d jobs, found one beyond",
                                  BB_INFLATE_MAX);
        submit_us += gap_us;
        self->sum += more;
        write_copy(self, i, submit_us);
    }
}

static void
begin(Inflating *self)
{
    self->n = bb_row_store_n(self->rows);
    self->order = g_new(guint, self->n);
    self->n_copies = g_new(guint, self->n);
    self->stream = bb_rng_stream("inflate/copy");
    for (guint i = 0; i < self->n; i++) {
        self->order[i] = i;
        self->n_copies[i] = 1;
        self->sum += demand(self, i);
    }
}

static void
note_reached(BbTraceEdit *edit, const Inflating *self)
{
    BbResource r = self->inflate->resource;
    g_autofree char *reached = bb_amount_text((double)self->sum, r);
    g_autofree char *goal = bb_amount_text((double)self->inflate->target, r);
    g_ptr_array_add(edit->notes,
                    g_strdup_printf("all at once ask for %s, the goal was %s", reached, goal));
}

BbTraceTable *
bb_trace_inflate(BbTraceEdit *edit, const char *file, const BbInflate *inflate, GError **error)
{
    g_autofree char *carried = NULL;
    g_autoptr(BbRowStore) rows = bb_trace_edit_read(edit, file, &carried, error);
    if (rows == NULL)
        return NULL;
    g_auto(Inflating) self = {.inflate = inflate, .rows = rows};
    begin(&self);
    if (self.sum == 0) {
        bb_error_input(error, file, 0, 0, "expected jobs that ask for %s, found none",
                       bb_resource_names[inflate->resource]);
        return NULL;
    }
    gboolean too_little = self.sum < inflate->target;
    bb_trace_writer_init(&self.writer, carried);
    write_originals(&self);
    if (too_little && !write_copies(&self, file, error))
        return NULL;
    note_reached(edit, &self);
    return g_steal_pointer(&self.writer.table);
}
