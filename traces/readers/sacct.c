/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slurm's accounting as `sacct -P` prints it: a header, then a job or a step of one a line, fields between
 * bars, nothing quoted. Any fields in any order; those that are not looked at are passed over. A job is a
 * gang of one process a node where its cores part evenly, else of one a core; it ran from Start to End.
 * Source: https://slurm.schedmd.com/sacct.html. */
#include "sim/contract/bb-reader.h"

#include <string.h>

#define LINE_MAX_BYTES (1 << 20)
#define FIELDS_MAX 256

enum {
    JOB,
    SUBMIT,
    START,
    END,
    LIMIT,
    LIMIT_RAW,
    CPUS,
    ALLOC_CPUS,
    REQ_CPUS,
    NODES,
    MEMORY,
    TRES,
    ALLOC_TRES,
    USER,
    ACCOUNT,
    PARTITION,
    STATE,
    N_FIELDS,
};

static const char *const names[N_FIELDS] = {
    [JOB] = "JobID",
    [SUBMIT] = "Submit",
    [START] = "Start",
    [END] = "End",
    [LIMIT] = "Timelimit",
    [LIMIT_RAW] = "TimelimitRaw",
    [CPUS] = "NCPUS",
    [ALLOC_CPUS] = "AllocCPUS",
    [REQ_CPUS] = "ReqCPUS",
    [NODES] = "NNodes",
    [MEMORY] = "ReqMem",
    [TRES] = "ReqTRES",
    [ALLOC_TRES] = "AllocTRES",
    [USER] = "User",
    [ACCOUNT] = "Account",
    [PARTITION] = "Partition",
    [STATE] = "State",
};

typedef struct {
    gint field[N_FIELDS]; /* -1: not in this file */
    guint n_fields;
    char *cells[FIELDS_MAX];
    char *line;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    const char *end = memchr(start, '\n', n);
    g_autofree char *line = g_strndup(start, end ? (gsize)(end - start) : n);

    return strstr(line, "JobID") && strstr(line, "|") && strstr(line, "Submit");
}

/* Takes the line apart, in place; the number of fields, more than FIELDS_MAX: too many. */
static guint
split(State *state, char *line)
{
    guint n = 0;

    for (char *cell = line; cell && n < FIELDS_MAX; n++) {
        char *bar = strchr(cell, '|');

        state->cells[n] = cell;
        if (bar)
            *bar++ = '\0';
        cell = bar;
        if (n + 1 == FIELDS_MAX && bar)
            return FIELDS_MAX + 1;
    }
    return n;
}

static gboolean
fail(const BbReader *reader, guint field, const char *expected, GError **error)
{
    const State *state = reader->state;
    gint i = state->field[field];
    g_autofree char *found = i < 0 ? g_strdup("no such field") : bb_quote(state->cells[i]);

    return bb_error_input(error, bb_input_path(reader->input), bb_input_line_number(reader->input),
                          i < 0 ? 0 : (guint64)(state->cells[i] - state->line) + 1,
                          "field \"%s\": expected %s, found %s", names[field], expected, found);
}

static gboolean
open_file(BbReader *reader, GError **error)
{
    State *state = reader->state;
    char *line;
    gsize n;
    BbReadResult result = bb_input_line(reader->input, LINE_MAX_BYTES, &line, &n, error);

    if (result == BB_READ_ERROR)
        return FALSE;
    state->line = result == BB_READ_ROW ? line : (char *)(guintptr) "";
    state->n_fields = result == BB_READ_ROW ? split(state, line) : 0;
    if (state->n_fields > FIELDS_MAX)
        return bb_error_input(error, bb_input_path(reader->input), 1, 0,
                              "expected at most %d fields, found more", FIELDS_MAX);
    for (guint f = 0; f < N_FIELDS; f++) {
        state->field[f] = -1;
        for (guint i = 0; i < state->n_fields; i++)
            if (g_str_equal(state->cells[i], names[f]))
                state->field[f] = (gint)i;
    }
    reader->meta.unix_start_s = 0;
    if (state->field[JOB] < 0 || state->field[SUBMIT] < 0)
        return fail(reader, state->field[JOB] < 0 ? JOB : SUBMIT, "a header that has it", error);
    return TRUE;
}

static const char *
cell_of(const BbReader *reader, guint field)
{
    const State *state = reader->state;

    return state->field[field] < 0 ? "" : state->cells[state->field[field]];
}

/* ---- values ---- */

static gboolean
is_none(const char *text)
{
    static const char *const nones[] = {"",          "Unknown", "None", "N/A", "Partition_Limit",
                                        "UNLIMITED", "INVALID", NULL};

    return g_strv_contains(nones, text);
}

/* "2024-01-31T12:00:00", taken as UTC, or seconds since 1970; -1: none. */
static gboolean
read_time(const BbReader *reader, guint field, BbTimeUs *out, GError **error)
{
    const char *text = cell_of(reader, field);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = NULL;
    gint64 seconds;

    *out = -1;
    if (is_none(text))
        return TRUE;
    if (bb_parse_int(text, 0, BB_TIME_MAX / BB_US_PER_S, &seconds, NULL)) {
        *out = seconds * BB_US_PER_S;
        return TRUE;
    }
    time = g_date_time_new_from_iso8601(text, utc);
    if (!time || g_date_time_to_unix(time) < 0)
        return fail(reader, field, "a time like 2024-01-31T12:00:00", error);
    *out = g_date_time_to_unix(time) * BB_US_PER_S;
    return TRUE;
}

/* "[DAYS-]HH:MM:SS"; FALSE: it is none. */
static gboolean
parse_span(const char *text, BbTimeUs *out)
{
    const char *dash = strchr(text, '-');
    g_autofree char *days = dash ? g_strndup(text, (gsize)(dash - text)) : g_strdup("0");
    g_auto(GStrv) parts = g_strsplit(dash ? dash + 1 : text, ":", 4);
    gint64 day, hour, minute, second;

    if (g_strv_length(parts) != 3 || !bb_parse_int(days, 0, 100000, &day, NULL) ||
        !bb_parse_int(parts[0], 0, 100000, &hour, NULL) ||
        !bb_parse_int(parts[1], 0, 59, &minute, NULL) ||
        !bb_parse_int(parts[2], 0, 59, &second, NULL))
        return FALSE;
    *out = (((day * 24 + hour) * 60 + minute) * 60 + second) * BB_US_PER_S;
    return TRUE;
}

static gboolean
read_limit(const BbReader *reader, BbTimeUs *out, GError **error)
{
    const char *raw = cell_of(reader, LIMIT_RAW), *text = cell_of(reader, LIMIT);
    gint64 minutes;

    if (!is_none(raw)) {
        if (!bb_parse_int(raw, 0, G_MAXINT32, &minutes, NULL))
            return fail(reader, LIMIT_RAW, "minutes", error);
        *out = minutes * 60 * BB_US_PER_S;
    } else if (!is_none(text) && !parse_span(text, out)) {
        return fail(reader, LIMIT, "a time like 1-12:00:00", error);
    }
    return TRUE;
}

/* The first of the fields that says something; *out stays where none does. */
static gboolean
read_count(const BbReader *reader, const guint *fields, guint n, gint64 *out, GError **error)
{
    for (guint i = 0; i < n; i++) {
        const char *text = cell_of(reader, fields[i]);

        if (is_none(text) || g_str_equal(text, "0"))
            continue;
        return bb_parse_int(text, 0, BB_TASKS_MAX, out, NULL) ||
               fail(reader, fields[i], "a number of them", error);
    }
    return TRUE;
}

/* The value of NAME=VALUE in "cpu=4,mem=16G,gres/gpu=2"; NULL: not there. Owned by the caller. */
static char *
tres_of(const char *text, const char *name)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    gsize n = strlen(name);

    for (char **part = parts; *part; part++)
        if (strncmp(*part, name, n) == 0 && (*part)[n] == '=')
            return g_strdup(*part + n + 1);
    return NULL;
}

static guint
tres_field(const BbReader *reader)
{
    return *cell_of(reader, TRES) ? TRES : ALLOC_TRES;
}

static gint64
divide_up(gint64 amount, gint64 by)
{
    return amount / by + (amount % by != 0);
}

/* Of the whole job, or of each node ("4Gn") or core ("4Gc"), as older releases print it. */
static gboolean
read_memory(const BbReader *reader, gint64 cores, gint64 nodes, BbJobRow *out, GError **error)
{
    guint field = *cell_of(reader, MEMORY) ? MEMORY : tres_field(reader);
    g_autofree char *text = field == MEMORY ? g_strdup(cell_of(reader, MEMORY))
                                            : tres_of(cell_of(reader, field), "mem");
    gsize n = text ? strlen(text) : 0;
    gint64 mib, times = 1;

    if (n == 0 || is_none(text))
        return TRUE;
    if (text[n - 1] == 'n' || text[n - 1] == 'c') {
        times = text[n - 1] == 'n' ? nodes : cores;
        text[--n] = '\0';
    }
    /* Slurm's K, M, G, T are powers of two; a bare number is MiB. */
    g_autofree char *unit =
        n > 0 && strchr("KMGT", text[n - 1]) ? g_strconcat(text, "i", NULL) : g_strdup(text);
    if (!bb_parse_mib(unit, &mib, NULL) || mib > BB_AMOUNT_MAX / times)
        return fail(reader, field, "memory like 4000M or 16G", error);
    out->need.v[BB_MEMORY] = divide_up(mib * times, out->n_tasks);
    return TRUE;
}

static gboolean
read_gpus(const BbReader *reader, BbJobRow *out, GError **error)
{
    g_autofree char *text = tres_of(cell_of(reader, tres_field(reader)), "gres/gpu");
    gint64 devices;

    if (!text)
        return TRUE;
    if (!bb_parse_int(text, 0, BB_TASKS_MAX, &devices, NULL))
        return fail(reader, tres_field(reader), "gres/gpu=NUMBER", error);
    out->need.v[BB_GPU] = divide_up(devices, out->n_tasks) * 1000;
    return TRUE;
}

static gboolean
read_size(BbReader *reader, BbJobRow *out, GError **error)
{
    static const guint cores_of[] = {REQ_CPUS, CPUS, ALLOC_CPUS}, nodes_of[] = {NODES};
    gint64 cores = 1, nodes = 1;
    gboolean even;

    if (!read_count(reader, cores_of, G_N_ELEMENTS(cores_of), &cores, error) ||
        !read_count(reader, nodes_of, 1, &nodes, error))
        return FALSE;
    even = nodes > 0 && cores % nodes == 0;
    out->n_tasks = out->logged_tasks = even ? nodes : cores;
    out->need.v[BB_CPU] = cores / out->n_tasks * 1000;
    if (!even)
        bb_reader_find(reader, BB_NOTE, "uneven-cores", out->line,
                       "jobs whose cores do not part evenly on their nodes: a task is a core");
    return read_memory(reader, cores, MAX(nodes, 1), out, error) && read_gpus(reader, out, error);
}

static gboolean
read_times(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    BbTimeUs start, end;

    if (!read_time(reader, SUBMIT, &out->submit_us, error) ||
        !read_time(reader, START, &start, error) || !read_time(reader, END, &end, error) ||
        !read_limit(reader, &out->estimate_us, error))
        return FALSE;
    if (out->submit_us < 0)
        *out_reason = "job without a time of submission";
    else if (start < 0)
        *out_reason = "job that has not started";
    else if (start < out->submit_us || (end >= 0 && end < start))
        *out_reason = "times go back";
    else if (end >= 0) {
        out->runtime_us = out->logged_run_us = end - start;
        out->logged_wait_us = start - out->submit_us;
    } else {
        out->logged_wait_us = start - out->submit_us;
    }
    return TRUE;
}

static gboolean
read_row(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    out->id = cell_of(reader, JOB);
    out->kind = BB_PROCESS;
    out->gang = TRUE;
    if (*out->id == '\0')
        return fail(reader, JOB, "a job", error);
    if (strchr(out->id, '.')) {
        *out_reason = "step of a job";
        return TRUE;
    }
    if (!read_times(reader, out, out_reason, error) || *out_reason)
        return *out_reason != NULL;
    out->class_name = cell_of(reader, USER);
    out->group = cell_of(reader, ACCOUNT);
    return read_size(reader, out, error);
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    char *line;
    gsize n;

    for (;;) {
        BbReadResult result = bb_input_line(reader->input, LINE_MAX_BYTES, &line, &n, error);
        const char *reason = NULL;

        if (result != BB_READ_ROW)
            return result;
        *out = (BbJobRow)BB_JOB_ROW_INIT;
        out->line = bb_input_line_number(reader->input);
        if (n == 0)
            continue;
        if (strlen(line) != n || !g_utf8_validate(line, -1, NULL)) {
            bb_error_input(error, bb_input_path(reader->input), out->line, 0,
                           "expected UTF-8 without NUL");
            return BB_READ_ERROR;
        }
        reader->n_records++;
        state->line = line;
        guint n_fields = split(state, line);
        if (n_fields != state->n_fields) {
            bb_error_input(error, bb_input_path(reader->input), out->line, 0,
                           "expected %u fields, found %u", state->n_fields, n_fields);
            return BB_READ_ERROR;
        }
        if (!read_row(reader, out, &reason, error))
            return BB_READ_ERROR;
        if (!reason)
            return BB_READ_ROW;
        bb_reader_skip(reader, reason);
    }
}

const BbReaderClass bb_reader_sacct = {
    .name = "sacct",
    .summary = "Slurm's accounting as sacct -P prints it",
    .source = "https://slurm.schedmd.com/sacct.html",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_file,
    .next_job = next_job,
};
