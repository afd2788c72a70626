/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inference instances of the Alibaba DLRM trace of 2025. An instance is a container of one task. Blank
 * times are cut off by the trace's window: created or scheduled before it, deleted after it. When it
 * ends no row says: the latest time of the file is taken, so the file is read whole. Of the limits on
 * instances of an app on one node only 1 can be said here: it avoids its own app then. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-constraint.h"
#include "sim/model/bb-row-store.h"

#include <string.h>

#define MIB_PER_GIB 1024

enum {
    INSTANCE,
    ROLE,
    APP,
    CPU,
    CPU_LIMIT,
    GPU,
    GPU_LIMIT,
    RDMA,
    RDMA_LIMIT,
    MEMORY,
    MEMORY_LIMIT,
    DISK,
    DISK_LIMIT,
    MAX_PER_NODE,
    CREATION,
    SCHEDULED,
    DELETION,
};

static const BbCsvColumn table[] = {
    [INSTANCE] = {"instance_sn", TRUE},
    [ROLE] = {"role", TRUE},
    [APP] = {"app_name", TRUE},
    [CPU] = {"cpu_request", TRUE},
    [CPU_LIMIT] = {"cpu_limit", FALSE},
    [GPU] = {"gpu_request", TRUE},
    [GPU_LIMIT] = {"gpu_limit", FALSE},
    [RDMA] = {"rdma_request", FALSE},
    [RDMA_LIMIT] = {"rdma_limit", FALSE},
    [MEMORY] = {"memory_request", TRUE},
    [MEMORY_LIMIT] = {"memory_limit", FALSE},
    [DISK] = {"disk_request", TRUE},
    [DISK_LIMIT] = {"disk_limit", FALSE},
    [MAX_PER_NODE] = {"max_instance_per_node", TRUE},
    [CREATION] = {"creation_time", TRUE},
    [SCHEDULED] = {"scheduled_time", TRUE},
    [DELETION] = {"deletion_time", TRUE},
    {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
    GString *extra;
    BbRowStore *rows;
    guint position;
    BbTimeUs last_us; /* the latest time of all rows */
    gboolean read;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n,
                            "instance_sn,role,app_name,cpu_request,max_instance_per_node");
}

static gboolean
open_instances(BbReader *reader, GError **error)
{
    State *state = reader->state;
    state->rows = bb_row_store_new();
    state->extra = g_string_new(NULL);
    reader->meta.extra_columns = "x_role,x_rdma_percent,x_max_per_node";
    return bb_columns_open(&state->columns, reader->input, table, NULL, error);
}

/* ---- A row ---- */

/* Carried along: the role, the share of a network card, the most instances on a node. */
static void
carry(State *state, const char *role, BbJobRow *out)
{
    g_string_truncate(state->extra, 0);
    bb_csv_append_field(state->extra, role);
    g_string_append_c(state->extra, ',');
    bb_csv_append_field(state->extra, bb_columns_raw(&state->columns, RDMA));
    g_string_append_c(state->extra, ',');
    bb_csv_append_field(state->extra, bb_columns_raw(&state->columns, MAX_PER_NODE));
    out->extra = state->extra->str;
}

static gboolean
read_names(State *state, BbJobRow *out, GError **error)
{
    const BbColumns *columns = &state->columns;
    const char *role;
    if (!bb_columns_text(columns, INSTANCE, &out->id, error) ||
        !bb_columns_text(columns, APP, &out->group, error) ||
        !bb_columns_text(columns, ROLE, &role, error))
        return FALSE;
    if (*out->id == '\0')
        return bb_columns_error(columns, INSTANCE, "an id", error);
    if (!g_str_equal(role, "CN") && !g_str_equal(role, "HN"))
        return bb_columns_error(columns, ROLE, "CN or HN", error);
    out->class_name = out->group;
    carry(state, role, out);
    return TRUE;
}

static gboolean
read_density(BbReader *reader, BbJobRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    const char *expected = NULL;
    gint64 most = -1;
    if (!bb_columns_int(columns, MAX_PER_NODE, -1, G_MAXINT32, &most, error))
        return FALSE;
    if (most == 0)
        return bb_columns_error(columns, MAX_PER_NODE, "-1 (no limit), or at least 1", error);
    if (most > 1)
        bb_reader_find(reader, BB_WARNING, "density-limit", out->line,
                       "max_instance_per_node above 1 is not modelled: more of an app may share a "
                       "node");
    if (most != 1)
        return TRUE;
    if (!bb_parse_list(NULL, out->group, ';', NULL, &expected) || strchr(out->group, ';') != NULL)
        return bb_columns_error(columns, APP, "a name without ;", error);
    out->avoid = out->group;
    return TRUE;
}

/* Limits and the network card only have to make sense. */
static gboolean
read_limits(BbReader *reader, const BbJobRow *row, GError **error)
{
    static const guint pairs[][2] = {
        {CPU, CPU_LIMIT}, {GPU, GPU_LIMIT}, {MEMORY, MEMORY_LIMIT}, {DISK, DISK_LIMIT}};
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 rdma = 0, rdma_limit = 0;
    for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
        gint64 need = 0, limit = -1;
        if (!bb_columns_scaled(columns, pairs[i][0], 1000, BB_AMOUNT_MAX, &need, error) ||
            !bb_columns_scaled(columns, pairs[i][1], 1000, BB_AMOUNT_MAX, &limit, error))
            return FALSE;
        if (limit >= 0 && limit < need)
            bb_reader_find(reader, BB_WARNING, "limit-below-request", row->line,
                           "a limit is below its request: the request is taken");
    }
    if (!bb_columns_ppm(columns, RDMA, 0, 100, &rdma, error) ||
        !bb_columns_ppm(columns, RDMA_LIMIT, 0, 100, &rdma_limit, error))
        return FALSE;
    if (rdma > 0)
        bb_reader_find(reader, BB_NOTE, "rdma", row->line,
                       "rdma_request, percent of a network card, is carried along, not modelled");
    return TRUE;
}

static gboolean
read_demand(BbReader *reader, BbJobRow *out, GError **error)
{
    static const guint amounts[] = {CPU, MEMORY, DISK, GPU};
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 *v = out->need.v;
    for (guint i = 0; i < G_N_ELEMENTS(amounts); i++)
        if (*bb_columns_raw(columns, amounts[i]) == '\0')
            return bb_columns_error(columns, amounts[i], "a number, at least 0", error);
    if (!bb_columns_scaled(columns, CPU, 1000, BB_AMOUNT_MAX, &v[BB_CPU], error) ||
        !bb_columns_scaled(columns, MEMORY, MIB_PER_GIB, BB_AMOUNT_MAX, &v[BB_MEMORY], error) ||
        !bb_columns_scaled(columns, DISK, MIB_PER_GIB, BB_AMOUNT_MAX, &v[BB_DISK], error) ||
        !bb_columns_scaled(columns, GPU, 1000, BB_DEVICES_MAX * 1000, &v[BB_GPU], error))
        return FALSE;
    if (v[BB_GPU] > 1000 && v[BB_GPU] % 1000 != 0)
        return bb_columns_error(columns, GPU, "a share below 1, or whole devices", error);
    if (v[BB_CPU] == 0 || v[BB_MEMORY] == 0)
        bb_reader_find(reader, BB_WARNING, "empty-instance", out->line,
                       "instances of no core or no memory: they fit beside anything");
    return TRUE;
}

/* Blank and NaN: outside the window; *out stays as it was then. */
static gboolean
read_time(State *state, guint column, BbTimeUs *out, GError **error)
{
    if (g_ascii_strcasecmp(bb_columns_raw(&state->columns, column), "nan") == 0)
        return TRUE;
    if (!bb_columns_seconds(&state->columns, column, out, error))
        return FALSE;
    if (*out >= 0)
        state->last_us = MAX(state->last_us, *out);
    return TRUE;
}

/* Sets *out_reason when the times make no job. */
static gboolean
read_times(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    State *state = reader->state;
    BbTimeUs created = -1, scheduled = -1, deleted = -1;
    if (!read_time(state, CREATION, &created, error) ||
        !read_time(state, SCHEDULED, &scheduled, error) ||
        !read_time(state, DELETION, &deleted, error))
        return FALSE;
    out->submit_us = MAX(created, 0);
    BbTimeUs begin = MAX(scheduled, out->submit_us);
    if ((scheduled >= 0 && scheduled < out->submit_us) || (deleted >= 0 && deleted < begin)) {
        bb_reader_find(reader, BB_WARNING, "times-go-back", out->line,
                       "instances scheduled before creation or deleted before scheduling: skipped");
        *out_reason = "times go back";
        return TRUE;
    }
    out->alive_at_start = created < 0;
    if (out->alive_at_start)
        bb_reader_find(reader, BB_NOTE, "alive-at-start", out->line,
                       "instances without creation_time were there before the window: they arrive "
                       "at 0, their age is not known");
    else if (scheduled < 0)
        bb_reader_find(reader, BB_WARNING, "pending-instance", out->line,
                       "instances created but never scheduled: their run time is taken from "
                       "creation");
    out->logged_wait_us = created >= 0 && scheduled >= 0 ? scheduled - created : -1;
    out->runtime_us = deleted >= 0 ? deleted - begin : BB_TIME_NEVER;
    if (out->runtime_us == 0)
        bb_reader_find(reader, BB_NOTE, "zero-runtime", out->line,
                       "instances deleted as soon as they ran: they end the instant they start");
    /* Until the end of the window is known: when it began. */
    out->logged_run_us = deleted >= 0 ? out->runtime_us : begin;
    return TRUE;
}

/* ---- The file ---- */

static gboolean
read_row(BbReader *reader, GError **error)
{
    State *state = reader->state;
    BbJobRow row = BB_JOB_ROW_INIT;
    const char *reason = NULL;
    row.line = bb_csv_line(state->columns.csv);
    row.logged_tasks = 1;
    reader->n_records++;
    if (!read_names(state, &row, error) || !read_demand(reader, &row, error) ||
        !read_limits(reader, &row, error) || !read_density(reader, &row, error) ||
        !read_times(reader, &row, &reason, error))
        return FALSE;
    if (reason != NULL)
        bb_reader_skip(reader, reason);
    else
        bb_row_store_add(state->rows, &row);
    return TRUE;
}

static gboolean
read_all(BbReader *reader, GError **error)
{
    State *state = reader->state;
    for (;;) {
        BbReadResult result = bb_columns_next(&state->columns, error);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (!read_row(reader, error))
            return FALSE;
    }
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    if (!state->read && !read_all(reader, error))
        return BB_READ_ERROR;
    state->read = TRUE;
    if (state->position == bb_row_store_n(state->rows))
        return BB_READ_END;
    *out = *bb_row_store_get(state->rows, state->position++);
    if (out->runtime_us != BB_TIME_NEVER)
        return BB_READ_ROW;
    bb_reader_find(reader, BB_NOTE, "censored-lifetime", out->line,
                   "instances without deletion_time were there after the window: they run to the "
                   "end");
    out->logged_run_us = state->last_us - out->logged_run_us;
    return BB_READ_ROW;
}

static void
close_instances(BbReader *reader)
{
    State *state = reader->state;
    bb_columns_clear(&state->columns);
    bb_row_store_free(state->rows);
    if (state->extra != NULL)
        g_string_free(state->extra, TRUE);
}

const BbReaderClass bb_reader_alibaba_dlrm = {
    .name = "alibaba-dlrm",
    .summary = "Alibaba DLRM 2025: instances, demands, GPUs, limits of apps on a node, times",
    .source = "https://github.com/alibaba/clusterdata, cluster-trace-gpu-v2025",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_instances,
    .next_job = next_job,
    .close = close_instances,
};
