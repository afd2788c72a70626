/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows go from the reader into a table; the workload's checks are left out, as what is odd about a trace
 * is no reason not to look at it. */
#include "sim/lab/bb-trace-convert.h"

#include "sim/lab/bb-trace-table.h"

static gboolean
read_jobs(BbTraceTable *table, BbReader *reader, GError **error)
{
    BbJobRow row;
    BbReadResult result;
    while ((result = bb_reader_next_job(reader, &row, error)) == BB_READ_ROW)
        bb_trace_table_add_job(table, &row);
    return result == BB_READ_END;
}

static gboolean
read_nodes(BbTraceTable *table, BbReader *reader, GError **error)
{
    BbNodeRow row;
    BbReadResult result;
    while ((result = bb_reader_next_node(reader, &row, error)) == BB_READ_ROW)
        if (!row.later) /* a list of nodes is the cluster at the start */
            bb_trace_table_add_node(table, &row);
    return result == BB_READ_END;
}

gboolean
bb_trace_convert(const BbTraceTables *tables, const char *path, const char *format, gboolean sort,
                 GString *out, GError **error)
{
    g_autoptr(BbReader) reader = bb_reader_open(tables->readers, path, format, error);
    if (reader == NULL)
        return FALSE;
    gboolean jobs = reader->klass->reads == BB_READS_JOBS;
    g_autoptr(BbTraceTable) table =
        jobs ? bb_trace_table_new_jobs(reader->meta.extra_columns) : bb_trace_table_new_nodes();
    if (!(jobs ? read_jobs(table, reader, error) : read_nodes(table, reader, error)))
        return FALSE;
    if (sort && jobs)
        bb_trace_table_sort(table);
    bb_trace_table_write(table, out);
    return TRUE;
}
