/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each workload's next row stands at its head; the earliest head is given, and only that workload read
 * on, at the next call: so its texts live until then. Workloads are few, the earliest is searched. */
#include "sim/lab/bb-workload.h"

typedef struct {
    BbJobRow row;
    gboolean ended;
} Head;

struct _BbMerge {
    GPtrArray *workloads; /* borrowed */
    Head *heads;
    guint current; /* whose row was given last; n: none yet */
};

BbMerge *
bb_merge_new(GPtrArray *workloads)
{
    BbMerge *merge = g_new0(BbMerge, 1);
    merge->workloads = workloads;
    merge->heads = g_new0(Head, workloads->len);
    merge->current = workloads->len;
    return merge;
}

void
bb_merge_free(BbMerge *merge)
{
    if (merge == NULL)
        return;
    g_free(merge->heads);
    g_free(merge);
}

static gboolean
advance(BbMerge *merge, guint w, GError **error)
{
    Head *head = &merge->heads[w];
    BbReadResult result = bb_workload_next(merge->workloads->pdata[w], &head->row, error);
    head->ended = result == BB_READ_END;
    return result != BB_READ_ERROR;
}

static gboolean
advance_needed(BbMerge *merge, GError **error)
{
    if (merge->current < merge->workloads->len)
        return merge->heads[merge->current].ended || advance(merge, merge->current, error);
    for (guint w = 0; w < merge->workloads->len; w++)
        if (!advance(merge, w, error))
            return FALSE;
    return TRUE;
}

static BbReadResult
next(gpointer data, BbJobRow *out, guint32 *out_workload, GError **error)
{
    BbMerge *merge = data;
    const Head *earliest = NULL;
    if (!advance_needed(merge, error))
        return BB_READ_ERROR;
    for (guint w = 0; w < merge->workloads->len; w++) {
        const Head *head = &merge->heads[w];
        if (head->ended || (earliest != NULL && head->row.submit_us >= earliest->row.submit_us))
            continue;
        earliest = head;
        merge->current = w;
    }
    if (earliest == NULL)
        return BB_READ_END;
    *out = earliest->row;
    *out_workload = merge->current;
    return BB_READ_ROW;
}

static gboolean place_error(gpointer data, const char *column, GError **error, const char *format,
                            ...) G_GNUC_PRINTF(4, 5);

static gboolean
place_error(gpointer data, const char *column, GError **error, const char *format, ...)
{
    BbMerge *merge = data;
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_return_val_if_fail(merge->current < merge->workloads->len, FALSE);
    return bb_workload_error(merge->workloads->pdata[merge->current], column, error, message);
}

BbJobSource
bb_merge_source(BbMerge *merge)
{
    return (BbJobSource){.data = merge, .next = next, .place_error = place_error};
}
