/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pod lists of the Alibaba GPU cluster trace of 2023. A pod is a container of one task; num_gpu 1 with
 * gpu_milli below 1000 is a share of one device, more devices are whole. It arrives at its creation
 * and runs from scheduling to deletion; one that never was scheduled, from creation to deletion. Lists
 * without time columns are an order of arrival: the i-th pod comes at second i - 1 and stays. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-constraint.h"

enum {
    NAME,
    CPU,
    MEMORY,
    N_GPU,
    GPU_MILLI,
    SPEC,
    QOS,
    PHASE,
    CREATION,
    DELETION,
    SCHEDULED,
};

static const BbCsvColumn table[] = {
    [NAME] = {"name", TRUE},
    [CPU] = {"cpu_milli", TRUE},
    [MEMORY] = {"memory_mib", TRUE},
    [N_GPU] = {"num_gpu", TRUE},
    [GPU_MILLI] = {"gpu_milli", TRUE},
    [SPEC] = {"gpu_spec", FALSE},
    [QOS] = {"qos", FALSE},
    [PHASE] = {"pod_phase", FALSE},
    [CREATION] = {"creation_time", FALSE},
    [DELETION] = {"deletion_time", FALSE},
    [SCHEDULED] = {"scheduled_time", FALSE},
    {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
    gboolean timed;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n, "name,cpu_milli,num_gpu");
}

static gboolean
open_pods(BbReader *reader, GError **error)
{
    State *state = reader->state;
    BbColumns *columns = &state->columns;
    if (!bb_columns_open(columns, reader->input, table, NULL, error))
        return FALSE;
    gint n_times = bb_columns_has(columns, CREATION) + bb_columns_has(columns, DELETION) +
                   bb_columns_has(columns, SCHEDULED);
    if (n_times != 0 && n_times != 3)
        return bb_error_input(error, bb_input_path(reader->input), bb_csv_line(columns->csv), 0,
                              "expected creation_time, deletion_time and scheduled_time, or none "
                              "of them, found %d",
                              n_times);
    state->timed = n_times == 3;
    if (!state->timed)
        bb_reader_find(reader, BB_NOTE, "no-times", bb_csv_line(columns->csv),
                       "no time columns: pod i arrives at second i - 1 and never leaves");
    return TRUE;
}

/* Devices as the row has them: a share of one, or whole ones. */
static gboolean
read_gpu(BbReader *reader, BbJobRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 n = 0, milli = 0;
    if (!bb_columns_int(columns, N_GPU, 0, BB_DEVICES_MAX, &n, error) ||
        !bb_columns_int(columns, GPU_MILLI, 0, 1000, &milli, error))
        return FALSE;
    out->need.v[BB_GPU] = n == 1 ? milli : n * 1000;
    if (n > 1 && milli != 1000)
        bb_reader_find(reader, BB_WARNING, "share-of-many-gpus", out->line,
                       "gpu_milli is not 1000 where num_gpu is above 1: whole devices are taken");
    if (n == 0 && milli > 0)
        bb_reader_find(reader, BB_WARNING, "share-of-no-gpu", out->line,
                       "gpu_milli is set where num_gpu is 0: no device is taken");
    if (n == 1 && milli == 0)
        bb_reader_find(reader, BB_WARNING, "empty-share", out->line,
                       "num_gpu is 1 and gpu_milli 0: no device is taken");
    return TRUE;
}

static gboolean
read_demand(BbReader *reader, BbJobRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    const char *expected = NULL;
    if (!bb_columns_text(columns, NAME, &out->id, error) ||
        !bb_columns_int(columns, CPU, 0, BB_AMOUNT_MAX, &out->need.v[BB_CPU], error) ||
        !bb_columns_int(columns, MEMORY, 0, BB_AMOUNT_MAX, &out->need.v[BB_MEMORY], error) ||
        !read_gpu(reader, out, error) || !bb_columns_text(columns, SPEC, &out->gpu_model, error) ||
        !bb_columns_text(columns, QOS, &out->class_name, error))
        return FALSE;
    if (*out->id == '\0')
        return bb_columns_error(columns, NAME, "a name", error);
    if (!bb_parse_list(NULL, out->gpu_model, '|', NULL, &expected))
        return bb_columns_error(columns, SPEC, expected, error);
    if (out->need.v[BB_MEMORY] == 0)
        bb_reader_find(reader, BB_WARNING, "zero-memory-pod", out->line,
                       "pods that ask for no memory: they fit beside anything");
    return TRUE;
}

/* Sets *out_reason when the times make no job. */
static gboolean
read_times(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    BbTimeUs scheduled = -1, deletion = BB_TIME_NEVER;
    if (!bb_columns_seconds(columns, CREATION, &out->submit_us, error) ||
        !bb_columns_seconds(columns, SCHEDULED, &scheduled, error) ||
        !bb_columns_seconds(columns, DELETION, &deletion, error))
        return FALSE;
    if (*bb_columns_raw(columns, CREATION) == '\0')
        bb_reader_find(reader, BB_WARNING, "no-creation-time", out->line,
                       "pods without creation_time: they arrive at 0");
    if (scheduled < 0)
        bb_reader_find(reader, BB_WARNING, "pending-pod", out->line,
                       "pods that were never scheduled (blank scheduled_time): their run time is "
                       "taken as creation to deletion");
    BbTimeUs begin = scheduled >= 0 ? scheduled : out->submit_us;
    if (deletion < begin || (scheduled >= 0 && scheduled < out->submit_us)) {
        bb_reader_find(reader, BB_WARNING, "times-go-back", out->line,
                       "pods scheduled before creation or deleted before scheduling: skipped");
        *out_reason = "times go back";
        return TRUE;
    }
    if (deletion == begin)
        bb_reader_find(reader, BB_NOTE, "zero-runtime", out->line,
                       "pods deleted as soon as they ran: they end the instant they start");
    if (deletion == BB_TIME_NEVER)
        return TRUE;
    out->runtime_us = deletion - begin;
    out->logged_wait_us = scheduled >= 0 ? scheduled - out->submit_us : -1;
    out->logged_run_us = scheduled >= 0 ? out->runtime_us : -1;
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
        out->logged_tasks = 1;
        if (!state->timed)
            out->submit_us = (BbTimeUs)reader->n_records * BB_US_PER_S;
        reader->n_records++;
        if (!read_demand(reader, out, error) ||
            (state->timed && !read_times(reader, out, &reason, error)))
            return BB_READ_ERROR;
        if (reason == NULL)
            return BB_READ_ROW;
        bb_reader_skip(reader, reason);
    }
}

static guint64
locate(BbReader *reader, const char *column)
{
    static const struct {
        const char *native, *here;
    } names[] = {{"job_id", "name"}, {"submit_s", "creation_time"}, {"gpu_model", "gpu_spec"}};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(column, names[i].native))
            column = names[i].here;
    return bb_columns_locate(&((State *)reader->state)->columns, column);
}

static void
close_pods(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_openb_pods = {
    .name = "openb-pods",
    .summary = "Alibaba GPU cluster 2023, pod list: demands, GPU shares and models, times",
    .source = "https://github.com/alibaba/clusterdata, cluster-trace-gpu-v2023",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_pods,
    .next_job = next_job,
    .locate = locate,
    .close = close_pods,
};
