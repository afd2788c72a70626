/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Philly GPU jobs of Microsoft as one table: timestamp,duration,num_gpus,gpu_time,cluster. A job is
 * a gang of containers that hold whole devices: up to eight in one task, since that is the most a
 * machine has; more in equal tasks of the greatest number that divides them. Times are local, without
 * a zone: they are read as UTC. There is no id, so the number of the row is it. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"

#define GPUS_PER_TASK 8
#define GPUS_MAX 1000000

enum {
    TIMESTAMP,
    DURATION,
    N_GPUS,
    GPU_TIME,
    CLUSTER,
};

static const BbCsvColumn table[] = {
    [TIMESTAMP] = {"timestamp", TRUE}, [DURATION] = {"duration", TRUE},
    [N_GPUS] = {"num_gpus", TRUE},     [GPU_TIME] = {"gpu_time", FALSE},
    [CLUSTER] = {"cluster", FALSE},    {NULL, FALSE},
};

typedef struct {
    BbColumns columns;
    char id[32];
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n, "timestamp,duration,num_gpus");
}

static gboolean
open_jobs(BbReader *reader, GError **error)
{
    State *state = reader->state;
    if (!bb_columns_open(&state->columns, reader->input, table, NULL, error))
        return FALSE;
    reader->meta.unix_start_s = 0;
    bb_reader_find(reader, BB_NOTE, "local-times", bb_csv_line(state->columns.csv),
                   "times are local, without a zone, and read as UTC: an hour is off where summer "
                   "time ends");
    return TRUE;
}

/* The number that `n` digits at *p are; FALSE: they are not that many digits followed by `end`. */
static gboolean
take_digits(const char **p, guint n, char end, gint *out)
{
    gint value = 0;
    for (guint i = 0; i < n; i++, (*p)++) {
        if (!g_ascii_isdigit(**p))
            return FALSE;
        value = value * 10 + (**p - '0');
    }
    if (**p != end)
        return FALSE;
    *p += end != '\0';
    *out = value;
    return TRUE;
}

/* "2017-10-09 07:01:55" */
static gboolean
read_submit(const BbColumns *columns, BbJobRow *out, GError **error)
{
    const char *p = bb_columns_raw(columns, TIMESTAMP);
    gint year, month, day, hour, minute, second;
    g_autoptr(GDateTime) time = NULL;
    if (take_digits(&p, 4, '-', &year) && take_digits(&p, 2, '-', &month) &&
        take_digits(&p, 2, ' ', &day) && take_digits(&p, 2, ':', &hour) &&
        take_digits(&p, 2, ':', &minute) && take_digits(&p, 2, '\0', &second) && year >= 1970)
        time = g_date_time_new_utc(year, month, day, hour, minute, second);
    if (time == NULL)
        return bb_columns_error(columns, TIMESTAMP, "a time like 2017-10-09 07:01:55", error);
    out->submit_us = g_date_time_to_unix(time) * BB_US_PER_S;
    return TRUE;
}

static gint64
gpus_per_task(gint64 n)
{
    gint64 a = n, b = GPUS_PER_TASK;
    if (n <= GPUS_PER_TASK)
        return n;
    while (b != 0) {
        gint64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static gboolean
read_gpus(BbReader *reader, BbJobRow *out, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    gint64 n = 0;
    if (*bb_columns_raw(columns, N_GPUS) == '\0')
        return bb_columns_error(columns, N_GPUS, "a number of devices", error);
    if (!bb_columns_int(columns, N_GPUS, 0, GPUS_MAX, &n, error))
        return FALSE;
    if (n == 0)
        bb_reader_find(reader, BB_WARNING, "no-gpus", out->line,
                       "jobs of no device: they fit beside anything");
    if (n > GPUS_PER_TASK && gpus_per_task(n) < GPUS_PER_TASK)
        bb_reader_find(
            reader, BB_NOTE, "uneven-gpus", out->line,
            "jobs of more than 8 devices that are no multiple of 8: equal tasks of fewer");
    out->need.v[BB_GPU] = gpus_per_task(n) * 1000;
    out->n_tasks = out->logged_tasks = n > 0 ? n / gpus_per_task(n) : 1;
    out->gang = TRUE;
    return TRUE;
}

static gboolean
read_run(BbReader *reader, BbJobRow *out, gint64 n_gpus, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    BbTimeUs gpu_time = -1;
    if (*bb_columns_raw(columns, DURATION) == '\0')
        return bb_columns_error(columns, DURATION, "a number of seconds, at least 0", error);
    if (!bb_columns_seconds(columns, DURATION, &out->runtime_us, error) ||
        !bb_columns_seconds(columns, GPU_TIME, &gpu_time, error))
        return FALSE;
    out->logged_run_us = out->runtime_us;
    if (out->runtime_us == 0)
        bb_reader_find(reader, BB_NOTE, "zero-runtime", out->line,
                       "jobs of no duration: they end the instant they start");
    BbInt128 away = (BbInt128)out->runtime_us * n_gpus - gpu_time;
    if (gpu_time >= 0 && (away > BB_US_PER_S || away < -BB_US_PER_S))
        bb_reader_find(reader, BB_WARNING, "gpu-time-differs", out->line,
                       "gpu_time is not duration times num_gpus: duration is taken");
    return TRUE;
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    const BbColumns *columns = &state->columns;
    BbReadResult result = bb_columns_next(&state->columns, error);
    if (result != BB_READ_ROW)
        return result;
    reader->n_records++;
    g_snprintf(state->id, sizeof state->id, "%" G_GUINT64_FORMAT, reader->n_records);
    out->id = state->id;
    out->line = bb_csv_line(columns->csv);
    if (!read_submit(columns, out, error) || !read_gpus(reader, out, error) ||
        !read_run(reader, out, out->n_tasks * (out->need.v[BB_GPU] / 1000), error) ||
        !bb_columns_text(columns, CLUSTER, &out->class_name, error))
        return BB_READ_ERROR;
    return BB_READ_ROW;
}

static guint64
locate(BbReader *reader, const char *column)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    return bb_columns_locate(columns, g_str_equal(column, "submit_s") ? "timestamp" : column);
}

static void
close_jobs(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_philly = {
    .name = "philly",
    .summary = "Microsoft Philly GPU jobs as a table: timestamp, duration, num_gpus, cluster",
    .source = "https://github.com/msr-fiddle/philly-traces, as a table: siasosp23/artifacts",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_jobs,
    .next_job = next_job,
    .locate = locate,
    .close = close_jobs,
};
