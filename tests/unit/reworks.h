/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job source over an array, for tests of what changes jobs on their way. */
#pragma once

#include "sim/lab/bb-rework.h"

typedef struct {
    const BbJobRow *rows;
    guint n, position;
} RowSource;

static inline BbReadResult
row_source_next(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    RowSource *source = data;
    (void)error;
    if (source->position == source->n)
        return BB_READ_END;
    *out = source->rows[source->position++];
    *out_workload = 0;
    return BB_READ_ROW;
}

/* The rows as they come out; texts live as long as *out_reworked, which the caller frees. */
static inline GArray *
rework_rows(const BbJobRow *rows, guint n, const BbRework *rework, BbReworked **out_reworked,
            GError **error)
{
    RowSource from = {rows, n, 0};
    BbJobSource source = {.data = &from, .next = row_source_next};
    GArray *out = g_array_new(FALSE, FALSE, sizeof(BbJobRow));
    BbJobRow row = BB_JOB_ROW_INIT;
    guint32 workload;
    *out_reworked = bb_reworked_new(source, rework, rework ? 1 : 0);
    source = bb_reworked_source(*out_reworked);
    BbReadResult result;
    while ((result = source.next(source.data, &row, &workload, error)) == BB_READ_ROW)
        g_array_append_val(out, row);
    if (result == BB_READ_ERROR)
        g_clear_pointer(&out, g_array_unref);
    return out;
}
