/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row store keeps what was read; the rows that are changed borrow its texts. */
#include "bb-rework.h"

#include "sim/model/bb-row-store.h"

struct _BbReworked {
    BbJobSource source;
    const BbRework *reworks;
    guint n_reworks;
    BbRowStore *store; /* NULL: not read yet */
    BbReworkJobs jobs;
    GArray *order; /* of guint, rows by submission */
    guint position;
};

BbReworked *
bb_reworked_new(BbJobSource source, const BbRework *reworks, guint n_reworks)
{
    BbReworked *reworked = g_new0(BbReworked, 1);
    reworked->source = source;
    reworked->reworks = reworks;
    reworked->n_reworks = n_reworks;
    reworked->jobs.rows = g_array_new(FALSE, FALSE, sizeof(BbReworkRow));
    reworked->jobs.texts = g_string_chunk_new(4096);
    reworked->order = g_array_new(FALSE, FALSE, sizeof(guint));
    return reworked;
}

void
bb_reworked_free(BbReworked *reworked)
{
    if (reworked == NULL)
        return;
    bb_row_store_free(reworked->store);
    g_array_unref(reworked->jobs.rows);
    g_string_chunk_free(reworked->jobs.texts);
    g_array_unref(reworked->order);
    g_free(reworked);
}

static gboolean
read_all(BbReworked *reworked, GError **error)
{
    BbReworkRow read = {.row = BB_JOB_ROW_INIT};
    BbReadResult result;
    reworked->store = bb_row_store_new();
    while ((result = reworked->source.next(reworked->source.data, &read.row, &read.workload,
                                           error)) == BB_READ_ROW) {
        bb_row_store_add(reworked->store, &read.row);
        g_array_append_val(reworked->jobs.rows, read);
        read.row = (BbJobRow)BB_JOB_ROW_INIT;
    }
    for (guint i = 0; i < reworked->jobs.rows->len; i++)
        g_array_index(reworked->jobs.rows, BbReworkRow, i).row =
            *bb_row_store_get(reworked->store, i);
    return result == BB_READ_END;
}

static gint
by_submit(gconstpointer a, gconstpointer b, gpointer data)
{
    const GArray *rows = data;
    guint i = *(const guint *)a, j = *(const guint *)b;
    BbTimeUs s = g_array_index(rows, BbReworkRow, i).row.submit_us;
    BbTimeUs t = g_array_index(rows, BbReworkRow, j).row.submit_us;
    if (s != t)
        return s < t ? -1 : 1;
    return i < j ? -1 : i > j;
}

static gboolean
prepare(BbReworked *reworked, GError **error)
{
    if (!read_all(reworked, error))
        return FALSE;
    for (guint i = 0; i < reworked->n_reworks; i++) {
        const BbRework *rework = &reworked->reworks[i];
        if (!rework->change(rework->data, &reworked->jobs, error))
            return FALSE;
    }
    for (guint i = 0; i < reworked->jobs.rows->len; i++)
        g_array_append_val(reworked->order, i);
    g_array_sort_with_data(reworked->order, by_submit, reworked->jobs.rows);
    return TRUE;
}

static const BbReworkRow *
row_at(const BbReworked *reworked, guint position)
{
    return &g_array_index(reworked->jobs.rows, BbReworkRow,
                          g_array_index(reworked->order, guint, position));
}

static BbReadResult
next(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    BbReworked *reworked = data;
    if (reworked->store == NULL && !prepare(reworked, error))
        return BB_READ_ERROR;
    if (reworked->position == reworked->order->len)
        return BB_READ_END;
    const BbReworkRow *row = row_at(reworked, reworked->position++);
    *out = row->row;
    *out_workload = row->workload;
    return BB_READ_ROW;
}

/* The source stands at its end by now: the row's own line has to do. */
static gboolean G_GNUC_PRINTF(4, 5)
    place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    const BbReworked *reworked = data;
    va_list args;
    (void)column;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_return_val_if_fail(reworked->position > 0, FALSE);
    const BbJobRow *row = &row_at(reworked, reworked->position - 1)->row;
    g_autofree char *id = bb_quote(row->id);
    return bb_error_set(error, BB_ERROR_INPUT, "job %s (line %" G_GUINT64_FORMAT "): %s", id,
                        row->line, message);
}

BbJobSource
bb_reworked_source(BbReworked *reworked)
{
    return (BbJobSource){.data = reworked, .next = next, .place_error = place_error};
}
