/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native node list: a CSV file with a header, one node, or range of equal nodes, a row. The order
 * is the order of ties. The columns: traces/README.md. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-constraint.h"
#include "sim/model/bb-range.h"

#include <string.h>

#define RANGE_MAX (1u << 20)

enum {
    NODE_ID,
    POOL,
    CPU,
    MEMORY,
    GPU,
    GPU_MODEL,
    DISK,
    LABELS,
    TAINTS,
    RUNTIMES,
    SPEED,
    PRICE,
    SPEC,
};

static const BbCsvColumn table[] = {
    [NODE_ID] = {"node_id", TRUE}, [POOL] = {"pool", FALSE},
    [CPU] = {"cpu_milli", FALSE},  [MEMORY] = {"memory_mib", FALSE},
    [GPU] = {"gpu", FALSE},        [GPU_MODEL] = {"gpu_model", FALSE},
    [DISK] = {"disk_mib", FALSE},  [LABELS] = {"labels", FALSE},
    [TAINTS] = {"taints", FALSE},  [RUNTIMES] = {"runtimes", FALSE},
    [SPEED] = {"speed", FALSE},    [PRICE] = {"price_per_h", FALSE},
    [SPEC] = {"spec", FALSE},      {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n, "node_id");
}

static gboolean
open_nodes(BbReader *reader, GError **error)
{
    State *state = reader->state;
    return bb_columns_open_mapped(&state->columns, reader->input, table, "x_", reader->mapping,
                                  error);
}

static gboolean
read_names(const BbColumns *columns, BbNodeRow *out, GError **error)
{
    BbRange range;
    if (!bb_columns_text(columns, NODE_ID, &out->id, error))
        return FALSE;
    if (!bb_range_parse(out->id, &range))
        return bb_columns_error(columns, NODE_ID, "a node name or a range like n[001-120]", error);
    if (bb_range_n(&range) > RANGE_MAX)
        return bb_columns_error(columns, NODE_ID, "a range of at most 1048576 nodes", error);
    return bb_columns_text(columns, POOL, &out->pool, error) &&
           bb_columns_text(columns, GPU_MODEL, &out->gpu_model, error);
}

static gboolean
read_amount(const BbColumns *columns, guint column, BbResource resource, BbNodeRow *out,
            GError **error)
{
    if (*bb_columns_raw(columns, column) == '\0')
        return TRUE;
    out->named |= 1u << resource;
    return bb_columns_int(columns, column, 0, BB_AMOUNT_MAX, &out->capacity.v[resource], error);
}

static gboolean
read_gpus(const BbColumns *columns, BbNodeRow *out, GError **error)
{
    gint64 n = 0;
    if (!bb_columns_int(columns, GPU, 0, BB_DEVICES_MAX, &n, error))
        return FALSE;
    if (*bb_columns_raw(columns, GPU) != '\0')
        out->named |= 1u << BB_GPU;
    out->capacity.v[BB_GPU] = n * 1000;
    return TRUE;
}

static gboolean
read_labels(const BbColumns *columns, guint column, const char **out, GError **error)
{
    const char *expected = NULL;
    if (!bb_columns_text(columns, column, out, error))
        return FALSE;
    if (!bb_parse_labels(NULL, *out, NULL, &expected))
        return bb_columns_error(columns, column, expected, error);
    return TRUE;
}

/* The bit of the kind that the text begins with, and its length; 0: none. */
static guint32
kind_at(const char *text, gsize n)
{
    for (guint k = 0; k < BB_N_KINDS; k++)
        if (strlen(bb_kind_names[k]) == n && memcmp(text, bb_kind_names[k], n) == 0)
            return 1u << k;
    return 0;
}

/* "container|vm"; ';' and blanks separate as well. */
static gboolean
read_runtimes(const BbColumns *columns, BbNodeRow *out, GError **error)
{
    const char *text = bb_columns_raw(columns, RUNTIMES);
    guint32 bits = 0;
    for (text += strspn(text, "|; "); *text != '\0'; text += strspn(text, "|; ")) {
        gsize n = strcspn(text, "|; ");
        guint32 bit = kind_at(text, n);
        if (bit == 0)
            return bb_columns_error(columns, RUNTIMES,
                                    "container, vm, process, bare-metal, separated by |", error);
        bits |= bit;
        text += n;
    }
    if (bits != 0)
        out->runtimes = bits;
    return TRUE;
}

static gboolean
read_speed_and_price(const BbColumns *columns, BbNodeRow *out, GError **error)
{
    gint64 speed_ppm = 1000000;
    if (!bb_columns_ppm(columns, SPEED, 0.001, 1000, &speed_ppm, error) ||
        !bb_columns_ppm(columns, PRICE, 0, 1e6, &out->price_micro_per_h, error))
        return FALSE;
    out->speed_milli = (guint32)((speed_ppm + 500) / 1000);
    return TRUE;
}

static gboolean
read_spec(const BbColumns *columns, BbNodeRow *out, GError **error)
{
    const char *expected = NULL;

    if (*bb_columns_raw(columns, SPEC) == '\0')
        return TRUE;
    if (!bb_columns_text(columns, SPEC, &out->spec, error))
        return FALSE;
    return bb_is_spec(out->spec, &expected) || bb_columns_error(columns, SPEC, expected, error);
}

static BbReadResult
next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    BbReadResult result = bb_columns_next(&((State *)reader->state)->columns, error);
    if (result != BB_READ_ROW)
        return result;
    reader->n_records++;
    out->line = bb_csv_line(columns->csv);
    if (!read_names(columns, out, error) || !read_amount(columns, CPU, BB_CPU, out, error) ||
        !read_amount(columns, MEMORY, BB_MEMORY, out, error) ||
        !read_amount(columns, DISK, BB_DISK, out, error) || !read_gpus(columns, out, error) ||
        !read_labels(columns, LABELS, &out->labels, error) ||
        !read_labels(columns, TAINTS, &out->taints, error) || !read_runtimes(columns, out, error) ||
        !read_speed_and_price(columns, out, error) || !read_spec(columns, out, error))
        return BB_READ_ERROR;
    if (out->named == 0)
        bb_reader_find(reader, BB_WARNING, "node-without-resources", out->line,
                       "nodes name no resource at all: whatever asks for one will not fit");
    return BB_READ_ROW;
}

static guint64
locate(BbReader *reader, const char *column)
{
    return bb_columns_locate(&((State *)reader->state)->columns, column);
}

static void
close_nodes(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_nodes = {
    .name = "nodes",
    .summary = "native node list: CSV with node_id and what a node has",
    .source = "traces/README.md",
    .reads = BB_READS_NODES,
    .takes_mapping = TRUE,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_nodes,
    .next_node = next_node,
    .locate = locate,
    .close = close_nodes,
};
