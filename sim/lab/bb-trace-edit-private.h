/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by bb-trace-edit.c, bb-trace-split.c and bb-trace-inflate.c. */
#pragma once

#include "bb-trace-edit.h"
#include "sim/model/bb-row-store.h"

BbWorkload *bb_trace_edit_open(BbTraceEdit *edit, const char *file, GError **error);
/* Its hash and its warning; once it has been read to the end. */
void bb_trace_edit_close(BbTraceEdit *edit, const BbWorkload *workload);
/* All rows of a trace, in submit order. `out_carried` (may be NULL): its columns x_*, or NULL. */
BbRowStore *bb_trace_edit_read(BbTraceEdit *edit, const char *file, char **out_carried,
                               GError **error);

/* Rows on their way into a table, those that `after` may name remembered. */
typedef struct {
    BbTraceTable *table; /* owned; steal it */
    BbIdSet *there;
    GString *after;
} BbTraceWriter;

void bb_trace_writer_init(BbTraceWriter *writer, const char *carried);
void bb_trace_writer_clear(BbTraceWriter *writer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BbTraceWriter, bb_trace_writer_clear)
void bb_trace_writer_add(BbTraceWriter *writer, const BbJobRow *row);
