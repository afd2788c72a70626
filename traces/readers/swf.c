/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Standard Workload Format and its dialects: one job a line, 18 numbers (fields), lines that begin
 * with ';' are header or comment, -1 is "unknown" in any field.
 *
 * A job is one gang of processes: tasks = field 8, else field 5; a core and field 10 KB of memory per
 * task; estimate = field 9 where above 0; class = user. Nothing is allocated per job. */
#include "traces/readers/swf-oddities.h"

#include <string.h>

#define MAX_LINE (1024 * 1024)

typedef struct {
    char *line; /* read ahead by open, to be taken apart next; NULL: none */
    gsize n_line;
    BbFields fields;
    SwfOddities oddities;
    char id[32];
    char *computer;
} State;

/* ---- Header ---- */

static void
read_header_number(BbReader *reader, const char *key, const char *text, gint64 *out)
{
    char *end = NULL;
    gint64 value = g_ascii_strtoll(text, &end, 10);
    if (end == text || value == G_MAXINT64 || value == G_MININT64)
        bb_reader_find(reader, BB_WARNING, "unreadable-header", bb_input_line_number(reader->input),
                       "%s: expected a number", key);
    else if (value > 0)
        *out = value;
}

static void
read_header_key(BbReader *reader, const char *key, const char *value)
{
    State *state = reader->state;
    BbReaderMeta *meta = &reader->meta;
    const struct {
        const char *key;
        gint64 *out;
    } numbers[] = {{"MaxProcs", &meta->max_procs},
                   {"MaxNodes", &meta->max_nodes},
                   {"MaxJobs", &meta->max_jobs},
                   {"MaxRecords", &meta->max_records},
                   {"UnixStartTime", &meta->unix_start_s}};
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (g_ascii_strcasecmp(key, numbers[i].key) == 0)
            read_header_number(reader, numbers[i].key, value, numbers[i].out);
    if (g_ascii_strcasecmp(key, "MaxJobs") == 0)
        state->oddities.max_jobs_line = bb_input_line_number(reader->input);
    if (g_ascii_strcasecmp(key, "Computer") == 0 && state->computer == NULL)
        meta->computer = state->computer = g_utf8_make_valid(value, -1);
    if (g_ascii_strcasecmp(key, "Queue") == 0 &&
        (strstr(value, "besteffort") != NULL || strstr(value, "best-effort") != NULL))
        bb_reader_find(reader, BB_NOTE, "best-effort-queue", bb_input_line_number(reader->input),
                       "a queue whose jobs others could evict: replayed as the rest");
}

static void
see_cleaned(BbReader *reader)
{
    State *state = reader->state;
    if (!state->oddities.cleaned)
        bb_reader_find(reader, BB_NOTE, "cleaned-log", bb_input_line_number(reader->input),
                       "jobs were filtered out: MaxJobs and job numbers are those before");
    state->oddities.cleaned = TRUE;
}

/* `text` begins with ';'. */
static void
read_header(BbReader *reader, char *text, gboolean indented)
{
    char *key = text + strspn(text, ";");
    indented |= bb_is_blank(key[0]) && bb_is_blank(key[1]);
    key = bb_skip_blanks(key);
    if (strstr(key, "CLEANED VERSION") != NULL)
        see_cleaned(reader);
    char *colon = strchr(key, ':');
    if (colon == NULL)
        return;
    *colon = '\0';
    if (indented && g_str_has_prefix(key, "Max"))
        bb_reader_find(reader, BB_NOTE, "indented-header", bb_input_line_number(reader->input),
                       "header lines with blanks before the key");
    read_header_key(reader, g_strchomp(key), g_strchomp(bb_skip_blanks(colon + 1)));
}

/* ---- Lines ---- */

/* The next line that is not blank, header or comment. */
static BbReadResult
next_line(BbReader *reader, char **out_line, gsize *out_n, GError **error)
{
    for (;;) {
        char *line;
        BbReadResult result = bb_input_line(reader->input, MAX_LINE, &line, out_n, error);
        if (result != BB_READ_ROW)
            return result;
        char *start = bb_skip_blanks(line);
        if (*start == ';') {
            read_header(reader, start, start != line);
        } else if (*start != '\0' || start != line + *out_n) {
            *out_line = line;
            return BB_READ_ROW;
        }
    }
}

static gboolean
open_swf(BbReader *reader, GError **error)
{
    State *state = reader->state;
    bb_swf_oddities_init(&state->oddities);
    BbReadResult result = next_line(reader, &state->line, &state->n_line, error);
    if (result == BB_READ_END && bb_input_line_number(reader->input) == 0)
        return bb_error_input(error, bb_input_path(reader->input), 0, 0,
                              "expected an SWF log, found an empty file");
    return result != BB_READ_ERROR;
}

/* A log that was cut ends within a line. What is there of it is no job. */
static BbReadResult
cut_off(BbReader *reader)
{
    State *state = reader->state;
    bb_reader_skip(reader, "truncated last line");
    bb_reader_find(reader, BB_LINT_ERROR, "truncated-last-line",
                   bb_input_line_number(reader->input),
                   "the file ends within a line, after %u of 18 fields: the log is not whole",
                   state->fields.n);
    return BB_READ_END;
}

/* Is what stopped the reading the end of a cut file? The first line is never taken for one: it would
 * be a file of another format. */
static gboolean
is_cut(const BbReader *reader, const BbFields *fields)
{
    return reader->n_records > 1 && !bb_input_line_ended(reader->input) &&
           fields->n < SWF_N_FIELDS && fields->stop[strcspn(fields->stop, " \t")] == '\0';
}

/* The numbers of the next line in state->fields. */
static BbReadResult
next_record(BbReader *reader, GError **error)
{
    State *state = reader->state;
    BbFields *fields = &state->fields;
    BbReadResult result = BB_READ_ROW;
    char *line = g_steal_pointer(&state->line);
    gsize n = state->n_line;
    if (line == NULL)
        result = next_line(reader, &line, &n, error);
    if (result != BB_READ_ROW)
        return result;

    const char *path = bb_input_path(reader->input);
    guint64 number = bb_input_line_number(reader->input);
    gboolean fine = bb_fields_split(fields, line, SWF_N_FIELDS);
    reader->n_records++;
    if (fields->stop + strlen(fields->stop) != line + n)
        bb_error_input(error, path, number, strlen(line) + 1, "expected text, found a NUL byte");
    else if (is_cut(reader, fields))
        return cut_off(reader);
    else if (!fine)
        bb_fields_error(fields, reader->input, fields->n, "a number", error);
    else if (fields->n < SWF_N_FIELDS)
        bb_error_input(error, path, number, strlen(line) + 1, "expected 18 fields, found %u",
                       fields->n);
    else
        return BB_READ_ROW;
    return BB_READ_ERROR;
}

/* ---- Rows ---- */

/* The job's number as a text without leading zeros; what is written so is not copied. */
static gboolean
read_id(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    BbFields *fields = &state->fields;
    const char *text = fields->text[SWF_JOB];
    if (text[0] != '0' && strspn(text, "0123456789") == (gsize)(fields->end[SWF_JOB] - text)) {
        out->id = bb_fields_terminate(fields, SWF_JOB);
    } else if (fields->micro[SWF_JOB] < 0 || fields->micro[SWF_JOB] % BB_MICRO != 0) {
        return bb_fields_error(fields, reader->input, SWF_JOB, "a job number", error);
    } else {
        g_snprintf(state->id, sizeof state->id, "%" G_GINT64_FORMAT,
                   fields->micro[SWF_JOB] / BB_MICRO);
        out->id = state->id;
    }
    return TRUE;
}

/* A count of processors; at most 0: unknown. */
static gboolean
read_processors(BbReader *reader, guint field, gint64 *out, GError **error)
{
    const BbFields *fields = &((State *)reader->state)->fields;
    gint64 micro = fields->micro[field];
    *out = micro / BB_MICRO;
    if (micro % BB_MICRO != 0 || *out > BB_TASKS_MAX)
        return bb_fields_error(fields, reader->input, field,
                               "a number of processors, at most 100000000", error);
    return TRUE;
}

static gboolean
check_time(BbReader *reader, guint field, GError **error)
{
    const BbFields *fields = &((State *)reader->state)->fields;
    if (fields->micro[field] == BB_TIME_MAX)
        return bb_fields_error(fields, reader->input, field, "seconds, below 4.6e12", error);
    return TRUE;
}

static gboolean
fill_row(BbReader *reader, BbJobRow *out, GError **error)
{
    BbFields *fields = &((State *)reader->state)->fields;
    const gint64 *micro = fields->micro;
    gint64 requested = -1, allocated = -1;
    if (!check_time(reader, SWF_SUBMIT, error) || !check_time(reader, SWF_RUN, error) ||
        !read_processors(reader, SWF_REQUESTED, &requested, error) ||
        !read_processors(reader, SWF_ALLOCATED, &allocated, error) || !read_id(reader, out, error))
        return FALSE;
    out->submit_us = micro[SWF_SUBMIT];
    out->runtime_us = out->logged_run_us = micro[SWF_RUN];
    out->estimate_us = micro[SWF_ESTIMATE] > 0 ? micro[SWF_ESTIMATE] : BB_TIME_NEVER;
    out->kind = BB_PROCESS;
    out->gang = TRUE;
    out->n_tasks = requested > 0 ? requested : allocated;
    out->need.v[BB_CPU] = 1000;
    out->need.v[BB_MEMORY] = (MAX(micro[SWF_MEMORY], 0) / BB_MICRO + 1023) / 1024;
    out->logged_wait_us = micro[SWF_WAIT] >= 0 ? micro[SWF_WAIT] : -1;
    out->logged_tasks = allocated > 0 ? allocated : -1;
    if (micro[SWF_USER] >= 0)
        out->class_name = bb_fields_terminate(fields, SWF_USER);
    return TRUE;
}

static SwfVerdict
judge(const State *state)
{
    const gint64 *micro = state->fields.micro;
    gint64 status = micro[SWF_STATUS] / BB_MICRO;
    if (status >= 2 && status <= 4 && micro[SWF_JOB] / BB_MICRO == state->oddities.last_id)
        return SWF_PART_OF_JOB;
    if (micro[SWF_SUBMIT] < 0)
        return SWF_NO_SUBMIT;
    if (micro[SWF_RUN] < 0)
        return SWF_NO_RUNTIME;
    if (micro[SWF_REQUESTED] <= 0 && micro[SWF_ALLOCATED] <= 0)
        return SWF_NO_PROCESSORS;
    return SWF_IS_JOB;
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    static const char *const reasons[] = {
        [SWF_NO_SUBMIT] = "submit time unknown",
        [SWF_NO_RUNTIME] = "run time unknown",
        [SWF_NO_PROCESSORS] = "no processors",
        [SWF_PART_OF_JOB] = "part of a job already told",
    };
    State *state = reader->state;
    const BbReaderMeta *meta = &reader->meta;
    for (;;) {
        BbReadResult result = next_record(reader, error);
        if (result != BB_READ_ROW)
            return result;
        SwfVerdict verdict = judge(state);
        out->line = bb_input_line_number(reader->input);
        bb_swf_see_line(&state->oddities, &state->fields, verdict, out->line);
        if (verdict != SWF_IS_JOB) {
            bb_reader_skip(reader, reasons[verdict]);
            continue;
        }
        if (!fill_row(reader, out, error))
            return BB_READ_ERROR;
        bb_swf_see_job(&state->oddities, &state->fields, out,
                       meta->max_procs > 0 ? meta->max_procs : meta->max_nodes);
        return BB_READ_ROW;
    }
}

/* By the submit times alone; lines that are no jobs are asked too. */
static gboolean
in_order(BbReader *reader)
{
    State *state = reader->state;
    const BbFields *fields = &state->fields;
    BbTimeUs latest_us = 0;
    char *line = g_steal_pointer(&state->line);
    BbReadResult result = BB_READ_ROW;
    for (;;) {
        gsize n;
        if (line == NULL)
            result = next_line(reader, &line, &n, NULL);
        if (result != BB_READ_ROW)
            return result == BB_READ_END;
        if (!bb_fields_split(&state->fields, line, SWF_SUBMIT + 1) || fields->n <= SWF_SUBMIT)
            return FALSE;
        BbTimeUs submit_us = fields->micro[SWF_SUBMIT];
        if (submit_us >= 0 && submit_us < latest_us)
            return FALSE;
        latest_us = MAX(latest_us, submit_us);
        line = NULL;
    }
}

static guint64
locate(BbReader *reader, const char *column)
{
    static const struct {
        const char *column;
        guint field;
    } known[] = {{"job_id", SWF_JOB},          {"submit_s", SWF_SUBMIT}, {"runtime_s", SWF_RUN},
                 {"estimate_s", SWF_ESTIMATE}, {"tasks", SWF_REQUESTED}, {"class", SWF_USER},
                 {"memory_mib", SWF_MEMORY}};
    const BbFields *fields = &((State *)reader->state)->fields;
    for (guint i = 0; i < G_N_ELEMENTS(known); i++)
        if (g_str_equal(known[i].column, column) && fields->n >= SWF_N_FIELDS)
            return bb_fields_column(fields, known[i].field);
    return 0;
}

static void
finish(BbReader *reader)
{
    bb_swf_tell(&((State *)reader->state)->oddities, reader);
}

static void
close_swf(BbReader *reader)
{
    g_free(((State *)reader->state)->computer);
}

/* A header, or a line of at least five numbers between blanks. */
static gboolean
sniff(const char *start, gsize n)
{
    const char *end = start + n;
    guint n_fields = 0;
    while (start < end && g_ascii_isspace(*start))
        start++;
    if (start < end && *start == ';')
        return TRUE;
    for (; start < end && *start != '\n' && n_fields < 5; n_fields++) {
        if (*start != '-' && !g_ascii_isdigit(*start))
            return FALSE;
        while (start < end && (g_ascii_isdigit(*start) || *start == '-' || *start == '.'))
            start++;
        if (start < end && !g_ascii_isspace(*start))
            return FALSE;
        while (start < end && (bb_is_blank(*start) || *start == '\r'))
            start++;
    }
    return n_fields == 5;
}

const BbReaderClass bb_reader_swf = {
    .name = "swf",
    .summary = "Standard Workload Format 2.2 and its dialects: logs of parallel machines",
    .source = "https://www.cs.huji.ac.il/labs/parallel/workload/swf.html",
    .reads = BB_READS_JOBS,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_swf,
    .next_job = next_job,
    .in_order = in_order,
    .locate = locate,
    .finish = finish,
    .close = close_swf,
};
