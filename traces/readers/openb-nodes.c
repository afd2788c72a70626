/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Node lists of the Alibaba GPU cluster trace of 2023: sn,cpu_milli,memory_mib,gpu,model. Each node
 * has `gpu` devices of one model. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-range.h"

enum {
    SN,
    CPU,
    MEMORY,
    GPU,
    MODEL,
};

static const BbCsvColumn table[] = {
    [SN] = {"sn", TRUE},   [CPU] = {"cpu_milli", TRUE}, [MEMORY] = {"memory_mib", TRUE},
    [GPU] = {"gpu", TRUE}, [MODEL] = {"model", TRUE},   {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n, "sn,cpu_milli");
}

static gboolean
open_nodes(BbReader *reader, GError **error)
{
    State *state = reader->state;
    return bb_columns_open(&state->columns, reader->input, table, NULL, error);
}

static gboolean
read_name(const BbColumns *columns, BbNodeRow *out, GError **error)
{
    BbRange range;
    if (!bb_columns_text(columns, SN, &out->id, error))
        return FALSE;
    if (!bb_range_parse(out->id, &range) || range.width > 0)
        return bb_columns_error(columns, SN, "a node name", error);
    return bb_columns_text(columns, MODEL, &out->gpu_model, error);
}

static BbReadResult
next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    BbColumns *columns = &((State *)reader->state)->columns;
    gint64 n_devices = 0;
    BbReadResult result = bb_columns_next(columns, error);
    if (result != BB_READ_ROW)
        return result;
    reader->n_records++;
    out->line = bb_csv_line(columns->csv);
    if (!read_name(columns, out, error) ||
        !bb_columns_int(columns, CPU, 0, BB_AMOUNT_MAX, &out->capacity.v[BB_CPU], error) ||
        !bb_columns_int(columns, MEMORY, 0, BB_AMOUNT_MAX, &out->capacity.v[BB_MEMORY], error) ||
        !bb_columns_int(columns, GPU, 0, BB_DEVICES_MAX, &n_devices, error))
        return BB_READ_ERROR;
    out->capacity.v[BB_GPU] = n_devices * 1000;
    out->named = 1u << BB_CPU | 1u << BB_MEMORY | 1u << BB_GPU;
    if (n_devices > 0 && *out->gpu_model == '\0')
        bb_reader_find(reader, BB_WARNING, "gpu-without-model", out->line,
                       "nodes with devices but no model: pods that name one do not fit");
    return BB_READ_ROW;
}

static guint64
locate(BbReader *reader, const char *column)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    return bb_columns_locate(columns, g_str_equal(column, "node_id") ? "sn" : column);
}

static void
close_nodes(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_openb_nodes = {
    .name = "openb-nodes",
    .summary = "Alibaba GPU cluster 2023, node list: sn, cpu, memory, devices, model",
    .source = "https://github.com/alibaba/clusterdata, cluster-trace-gpu-v2023",
    .reads = BB_READS_NODES,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_nodes,
    .next_node = next_node,
    .locate = locate,
    .close = close_nodes,
};
