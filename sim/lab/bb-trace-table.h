/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4. Jobs or nodes on their way into a native CSV: columns in the order of traces/README.md, those that
 * say nothing in any row left out. In memory, some 60 bytes a row and its texts. */
#pragma once

#include "sim/lab/bb-offered.h"

typedef struct _BbTraceTable BbTraceTable;

/* `carried_columns`: the header of what BbJobRow.extra holds ("x_a,x_b"), NULL: none. Copied. */
BbTraceTable *bb_trace_table_new_jobs(const char *carried_columns);
BbTraceTable *bb_trace_table_new_nodes(void);
void bb_trace_table_free(BbTraceTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbTraceTable, bb_trace_table_free)

/* Copies the row and its texts. Rows of the other kind are programming errors. */
void bb_trace_table_add_job(BbTraceTable *table, const BbJobRow *row);
void bb_trace_table_add_node(BbTraceTable *table, const BbNodeRow *row);
/* Of the jobs so far. */
const BbOffered *bb_trace_table_offered(const BbTraceTable *table);
guint bb_trace_table_n(const BbTraceTable *table);
/* By submit time; equal times keep their order. */
void bb_trace_table_sort(BbTraceTable *table);
/* Appends the CSV. Reading it gives the same rows. */
void bb_trace_table_write(const BbTraceTable *table, GString *out);
