/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of VMs of the Azure public data sets of 2017 (V1) and 2019 (V2): CSV without a header. A VM
 * is one task that arrives when it was created and runs until it was deleted. Lifetimes are cut by the
 * window: created 0 is a VM that was there before, which arrives at 0; deleted at the window's end is
 * one that was still there, which runs to the end. V2 gives sizes as classes: "the largest" is taken
 * for what the publishers' own analysis takes it for. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"

#define WINDOW_END_US (2591700 * BB_US_PER_S)
#define MIB_PER_GB 1024
#define BEYOND_CORES 30
#define BEYOND_GB 70
/* Deletions at one time that are no chance: the end of a window. */
#define MANY_ENDS 20

enum {
    VM,
    SUBSCRIPTION,
    DEPLOYMENT,
    CREATED,
    DELETED,
    MAX_CPU,
    MEAN_CPU,
    P95_CPU,
    CATEGORY,
    CORES,
    MEMORY,
};

static const BbCsvColumn table[] = {
    [VM] = {"vmid", TRUE},
    [SUBSCRIPTION] = {"subscriptionid", TRUE},
    [DEPLOYMENT] = {"deploymentid", TRUE},
    [CREATED] = {"vmcreated", TRUE},
    [DELETED] = {"vmdeleted", TRUE},
    [MAX_CPU] = {"maxcpu", TRUE},
    [MEAN_CPU] = {"avgcpu", TRUE},
    [P95_CPU] = {"p95maxcpu", TRUE},
    [CATEGORY] = {"vmcategory", TRUE},
    [CORES] = {"vmcorecount", TRUE},
    [MEMORY] = {"vmmemory", TRUE},
    {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
    GString *extra;
    BbTimeUs last_us;  /* the latest deletion, */
    guint64 n_last;    /* that many of them, */
    guint64 last_line; /* the first of those here */
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff_plain(start, n, "tttnnnnntbb");
}

static gboolean
open_table(BbReader *reader, GError **error)
{
    State *state = reader->state;
    (void)error;
    bb_columns_open_plain(&state->columns, reader->input, table);
    state->extra = g_string_new(NULL);
    reader->meta.extra_columns = "x_category,x_deployment";
    return TRUE;
}

static gboolean
read_names(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    const BbColumns *columns = &state->columns;
    const char *category, *deployment;
    if (!bb_columns_text(columns, VM, &out->id, error) ||
        !bb_columns_text(columns, SUBSCRIPTION, &out->class_name, error) ||
        !bb_columns_text(columns, DEPLOYMENT, &deployment, error) ||
        !bb_columns_text(columns, CATEGORY, &category, error))
        return FALSE;
    if (*out->id == '\0')
        return bb_columns_error(columns, VM, "a VM id", error);
    if (g_str_equal(category, "Unkown"))
        bb_reader_find(reader, BB_NOTE, "unknown-category", out->line,
                       "VMs of the category \"Unkown\", as the data set writes it");
    g_string_truncate(state->extra, 0);
    bb_csv_append_field(state->extra, category);
    g_string_append_c(state->extra, ',');
    bb_csv_append_field(state->extra, deployment);
    out->extra = state->extra->str;
    return TRUE;
}

/* A number, or ">N" for what lies beyond the last class. */
static gboolean
read_size(BbReader *reader, guint column, gint64 beyond, gint64 unit, gint64 *amount, guint64 line,
          GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    const char *text = bb_columns_raw(columns, column), *expected = NULL;
    gint64 edge;
    if (*text == '\0')
        return bb_columns_error(columns, column, "a number", error);
    if (*text != '>')
        return bb_columns_scaled(columns, column, unit, BB_AMOUNT_MAX, amount, error);
    if (!bb_parse_int(text + 1, 0, beyond, &edge, &expected))
        return bb_columns_error(columns, column, expected, error);
    bb_reader_find(reader, BB_NOTE, "largest-size-class", line,
                   "VMs of the largest size class: taken for 30 cores (\">24\"), 70 GB (\">64\")");
    *amount = beyond * unit;
    return TRUE;
}

static gboolean
read_demand(BbReader *reader, BbJobRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 percent_ppm = -1, ignored;
    gint64 *v = out->need.v;
    if (!bb_columns_ppm(columns, MAX_CPU, 0, 1e6, &ignored, error) ||
        !bb_columns_ppm(columns, MEAN_CPU, 0, 1e6, &percent_ppm, error) ||
        !bb_columns_ppm(columns, P95_CPU, 0, 1e6, &ignored, error) ||
        !read_size(reader, CORES, BEYOND_CORES, 1000, &v[BB_CPU], out->line, error) ||
        !read_size(reader, MEMORY, BEYOND_GB, MIB_PER_GB, &v[BB_MEMORY], out->line, error))
        return FALSE;
    if (percent_ppm > 100 * G_GINT64_CONSTANT(1000000))
        bb_reader_find(reader, BB_WARNING, "use-beyond-all", out->line,
                       "VMs that use more than all of their cores: taken for all");
    if (percent_ppm >= 0)
        out->cpu_used_ppm = (gint32)MIN((percent_ppm + 50) / 100, 1000000);
    if (v[BB_CPU] == 0 || v[BB_MEMORY] == 0)
        bb_reader_find(reader, BB_WARNING, "empty-vm", out->line,
                       "VMs of no core or no memory: they fit beside anything");
    return TRUE;
}

static void
note_end(State *state, BbTimeUs deleted_us, guint64 line)
{
    if (deleted_us > state->last_us) {
        state->last_us = deleted_us;
        state->n_last = 0;
        state->last_line = line;
    }
    state->n_last += deleted_us == state->last_us;
}

/* Sets *out_reason when the times make no job. */
static gboolean
read_times(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    State *state = reader->state;
    BbTimeUs deleted = -1;
    if (!bb_columns_seconds(&state->columns, CREATED, &out->submit_us, error) ||
        !bb_columns_seconds(&state->columns, DELETED, &deleted, error))
        return FALSE;
    if (deleted < 0)
        return bb_columns_error(&state->columns, DELETED, "a number of seconds, at least 0", error);
    note_end(state, deleted, out->line);
    if (deleted < out->submit_us) {
        bb_reader_find(reader, BB_WARNING, "times-go-back", out->line,
                       "VMs deleted before they were created: skipped");
        *out_reason = "times go back";
        return TRUE;
    }
    out->logged_run_us = deleted - out->submit_us;
    out->alive_at_start = out->submit_us == 0;
    if (out->alive_at_start)
        bb_reader_find(reader, BB_NOTE, "alive-at-start", out->line,
                       "VMs created at 0, which is before the window: they arrive at 0, their age "
                       "is not known");
    if (deleted >= WINDOW_END_US)
        bb_reader_find(reader, BB_NOTE, "censored-lifetime", out->line,
                       "VMs deleted at 2591700 s, which is the window's end: they run to the end");
    else
        out->runtime_us = out->logged_run_us;
    if (out->runtime_us == 0)
        bb_reader_find(reader, BB_NOTE, "zero-runtime", out->line,
                       "VMs deleted as they were created: they end the instant they start");
    return TRUE;
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    for (;;) {
        const char *reason = NULL;
        BbReadResult result = bb_columns_next(&state->columns, error);
        if (result != BB_READ_ROW)
            return result;
        *out = (BbJobRow)BB_JOB_ROW_INIT;
        out->line = bb_csv_line(state->columns.csv);
        out->kind = BB_VM;
        out->logged_tasks = 1;
        reader->n_records++;
        if (!read_names(reader, out, error) || !read_demand(reader, out, error) ||
            !read_times(reader, out, &reason, error))
            return BB_READ_ERROR;
        if (reason == NULL)
            return BB_READ_ROW;
        bb_reader_skip(reader, reason);
    }
}

/* A part of the table, or one of another length, has its window's end elsewhere. */
static void
finish(BbReader *reader)
{
    const State *state = reader->state;
    if (state->n_last >= MANY_ENDS && state->last_us < WINDOW_END_US)
        bb_reader_find_n(reader, BB_WARNING, "other-window-end", state->n_last, state->last_line,
                         "many VMs were deleted at the latest time, %" G_GINT64_FORMAT
                         " s: it looks like the end of another window, yet they end there",
                         state->last_us / BB_US_PER_S);
}

static guint64
locate(BbReader *reader, const char *column)
{
    const char *here = g_str_equal(column, "job_id")     ? "vmid"
                       : g_str_equal(column, "submit_s") ? "vmcreated"
                                                         : column;
    return bb_columns_locate(&((State *)reader->state)->columns, here);
}

static void
close_table(BbReader *reader)
{
    State *state = reader->state;
    bb_columns_clear(&state->columns);
    if (state->extra != NULL)
        g_string_free(state->extra, TRUE);
}

const BbReaderClass bb_reader_azure_vmtable = {
    .name = "azure-vmtable",
    .summary = "Azure public data set V1 and V2, vmtable: VMs, sizes, lifetimes, mean CPU use",
    .source = "https://github.com/Azure/AzurePublicDataset, AzurePublicDatasetV1.md, V2.md",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_table,
    .next_job = next_job,
    .locate = locate,
    .finish = finish,
    .close = close_table,
};
