/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The native job trace: a CSV file with a header, one job a row, sorted by submit_s. A field is blank
 * for its default; columns named x_* are carried along. The columns: traces/README.md. */
#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"
#include "sim/model/bb-constraint.h"

#include <string.h>

enum {
    JOB_ID,
    SUBMIT,
    RUNTIME,
    ESTIMATE,
    KIND,
    TASKS,
    GANG,
    CPU,
    MEMORY,
    DISK,
    GPU,
    GPU_MODEL,
    PRIORITY,
    CLASS,
    GROUP,
    ORDINAL,
    AFTER,
    IMAGE,
    VOLUMES,
    REQUIRE,
    PREFER,
    TOLERATE,
    SPREAD,
    AVOID,
    NODE,
    CPU_USED,
    MEMORY_USED,
    SPEC,
    START, /* the last two: under other names only */
    END,
};

#define NATIVE_COLUMNS                                                                             \
    [JOB_ID] = {"job_id", TRUE}, [SUBMIT] = {"submit_s", TRUE}, [RUNTIME] = {"runtime_s", FALSE},  \
    [ESTIMATE] = {"estimate_s", FALSE}, [KIND] = {"kind", FALSE}, [TASKS] = {"tasks", FALSE},      \
    [GANG] = {"gang", FALSE}, [CPU] = {"cpu_milli", FALSE}, [MEMORY] = {"memory_mib", FALSE},      \
    [DISK] = {"disk_mib", FALSE}, [GPU] = {"gpu_milli", FALSE},                                    \
    [GPU_MODEL] = {"gpu_model", FALSE}, [PRIORITY] = {"priority", FALSE},                          \
    [CLASS] = {"class", FALSE}, [GROUP] = {"group", FALSE}, [ORDINAL] = {"ordinal", FALSE},        \
    [AFTER] = {"after", FALSE}, [IMAGE] = {"image", FALSE}, [VOLUMES] = {"volumes", FALSE},        \
    [REQUIRE] = {"require", FALSE}, [PREFER] = {"prefer", FALSE},                                  \
    [TOLERATE] = {"tolerate", FALSE}, [SPREAD] = {"spread", FALSE}, [AVOID] = {"avoid", FALSE},    \
    [NODE] = {"node", FALSE}, [CPU_USED] = {"cpu_used_frac", FALSE},                               \
    [MEMORY_USED] = {"memory_used_frac", FALSE}, [SPEC] = {"spec", FALSE}

static const BbCsvColumn table[] = {NATIVE_COLUMNS, {NULL, FALSE}};
static const BbCsvColumn mapped[] = {
    NATIVE_COLUMNS, [START] = {"start_s", FALSE}, [END] = {"end_s", FALSE}, {NULL, FALSE}};

typedef struct {
    BbColumns columns;
} State;

static gboolean
sniff(const char *start, gsize n)
{
    return bb_columns_sniff(start, n, "job_id") || bb_columns_sniff(start, n, "submit_s");
}

static gboolean
open_jobs(BbReader *reader, GError **error)
{
    State *state = reader->state;
    const BbColumns *columns = &state->columns;
    if (!bb_columns_open_mapped(&state->columns, reader->input,
                                reader->mapping != NULL ? mapped : table, "x_", reader->mapping,
                                error))
        return FALSE;
    if (bb_columns_has(columns, END) && bb_columns_has(columns, RUNTIME))
        return bb_error_set(error, BB_ERROR_USAGE,
                            "columns: expected either runtime_s or end_s, found both");
    if (state->columns.carried_header != NULL)
        reader->meta.extra_columns = state->columns.carried_header->str;
    return TRUE;
}

static gboolean
read_kind(const BbColumns *columns, BbKind *out, GError **error)
{
    const char *text = bb_columns_raw(columns, KIND);
    if (*text == '\0')
        return TRUE;
    for (guint k = 0; k < BB_N_KINDS; k++)
        if (g_str_equal(text, bb_kind_names[k])) {
            *out = (BbKind)k;
            return TRUE;
        }
    return bb_columns_error(columns, KIND, "container, vm, process or bare-metal", error);
}

static gboolean
read_times(const BbColumns *columns, BbJobRow *out, GError **error)
{
    if (*bb_columns_raw(columns, SUBMIT) == '\0')
        return bb_columns_error(columns, SUBMIT, "seconds", error);
    return bb_columns_seconds(columns, SUBMIT, &out->submit_us, error) &&
           bb_columns_seconds(columns, RUNTIME, &out->runtime_us, error) &&
           bb_columns_seconds(columns, ESTIMATE, &out->estimate_us, error);
}

/* When it began and ended, where that is what the file has. Sets *out_reason when these make no job. */
static gboolean
read_span(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    const BbColumns *columns = &((State *)reader->state)->columns;
    BbTimeUs start = out->submit_us, end = BB_TIME_NEVER;
    if (!bb_columns_seconds(columns, START, &start, error) ||
        !bb_columns_seconds(columns, END, &end, error))
        return FALSE;
    if (start < out->submit_us || end < start) {
        bb_reader_find(reader, BB_WARNING, "times-go-back", out->line,
                       "jobs that start before they are submitted or end before they start: "
                       "skipped");
        *out_reason = "times go back";
        return TRUE;
    }
    if (bb_columns_has(columns, START))
        out->logged_wait_us = start - out->submit_us;
    if (end != BB_TIME_NEVER)
        out->logged_run_us = out->runtime_us = end - start;
    return TRUE;
}

/* A job as a whole must not ask for more than sums can hold. */
static gboolean
check_totals(const BbColumns *columns, const BbJobRow *row, GError **error)
{
    static const guint column_of[BB_N_RESOURCES] = {
        [BB_CPU] = CPU, [BB_MEMORY] = MEMORY, [BB_DISK] = DISK, [BB_GPU] = GPU};
    gint64 max = row->n_tasks == 1 ? BB_AMOUNT_MAX : G_MAXINT64 / 4 / row->n_tasks;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if (row->need.v[r] > max)
            return bb_columns_error(columns, column_of[r], "less, for so many tasks", error);
    return TRUE;
}

static gboolean
read_demand(const BbColumns *columns, BbJobRow *out, GError **error)
{
    gint64 *need = out->need.v;
    if (!read_kind(columns, &out->kind, error) ||
        !bb_columns_int(columns, TASKS, 1, BB_TASKS_MAX, &out->n_tasks, error) ||
        !bb_columns_bool(columns, GANG, &out->gang, error) ||
        !bb_columns_int(columns, CPU, 0, BB_AMOUNT_MAX, &need[BB_CPU], error) ||
        !bb_columns_int(columns, MEMORY, 0, BB_AMOUNT_MAX, &need[BB_MEMORY], error) ||
        !bb_columns_int(columns, DISK, 0, BB_AMOUNT_MAX, &need[BB_DISK], error) ||
        !bb_columns_int(columns, GPU, 0, BB_AMOUNT_MAX, &need[BB_GPU], error))
        return FALSE;
    if (need[BB_GPU] > 1000 && need[BB_GPU] % 1000 != 0)
        return bb_columns_error(columns, GPU,
                                "a share below 1000 or whole devices, a multiple of 1000", error);
    return check_totals(columns, out, error);
}

static gboolean
read_numbers(const BbColumns *columns, BbJobRow *out, GError **error)
{
    gint64 cpu_used = -1, memory_used = -1;
    if (!bb_columns_int(columns, PRIORITY, G_MININT32, G_MAXINT32, &out->priority, error) ||
        !bb_columns_int(columns, ORDINAL, 0, G_MAXINT32, &out->ordinal, error) ||
        !bb_columns_ppm(columns, CPU_USED, 0, 1, &cpu_used, error) ||
        !bb_columns_ppm(columns, MEMORY_USED, 0, 1, &memory_used, error))
        return FALSE;
    out->cpu_used_ppm = (gint32)cpu_used;
    out->memory_used_ppm = (gint32)memory_used;
    return TRUE;
}

static gboolean
read_names(const BbColumns *columns, BbJobRow *out, GError **error)
{
    if (!bb_columns_text(columns, JOB_ID, &out->id, error))
        return FALSE;
    if (*out->id == '\0')
        return bb_columns_error(columns, JOB_ID, "an id", error);
    return bb_columns_text(columns, CLASS, &out->class_name, error) &&
           bb_columns_text(columns, GROUP, &out->group, error) &&
           bb_columns_text(columns, IMAGE, &out->image, error);
}

static gboolean
is_list(const char *text, const char **out_expected)
{
    return bb_parse_list(NULL, text, ';', NULL, out_expected);
}

static gboolean
is_models(const char *text, const char **out_expected)
{
    return bb_parse_list(NULL, text, '|', NULL, out_expected);
}

static gboolean
is_labels(const char *text, const char **out_expected)
{
    return bb_parse_labels(NULL, text, NULL, out_expected);
}

static gboolean
is_require(const char *text, const char **out_expected)
{
    return bb_parse_require(NULL, text, NULL, out_expected);
}

static gboolean
is_spread(const char *text, const char **out_expected)
{
    return bb_parse_spread(NULL, text, NULL, out_expected);
}

static gboolean
is_volumes(const char *text, const char **out_expected)
{
    if (bb_parse_spread(NULL, text, NULL, NULL))
        return TRUE;
    *out_expected = "name:mib; name:mib";
    return FALSE;
}

/* "*3" or nothing, at the end of a name. */
static gboolean
is_count(const char *star, gsize n)
{
    gsize digits = 1;
    while (digits < n && g_ascii_isdigit(star[digits]))
        digits++;
    return n == 0 || (star[0] == '*' && n > 1 && n <= 9 && digits == n && star[1] != '0');
}

static gboolean
is_nodes(const char *text, const char **out_expected)
{
    gboolean fine = is_list(text, NULL);
    while (fine && *text != '\0') {
        gsize n = strcspn(text, ";"), n_name = strcspn(text, ";*"), n_trimmed = n;
        while (n_trimmed > n_name && g_ascii_isspace(text[n_trimmed - 1]))
            n_trimmed--;
        fine = is_count(text + n_name, n_trimmed - n_name);
        text += n + (text[n] == ';');
    }
    if (!fine)
        *out_expected = "node; node*tasks";
    return fine;
}

/* Texts with a syntax, and where they go in the row. */
static const struct {
    guint column;
    gsize offset;
    gboolean (*check)(const char *text, const char **out_expected);
} texts[] = {
    {GPU_MODEL, G_STRUCT_OFFSET(BbJobRow, gpu_model), is_models},
    {AFTER, G_STRUCT_OFFSET(BbJobRow, after), is_list},
    {VOLUMES, G_STRUCT_OFFSET(BbJobRow, volumes), is_volumes},
    {REQUIRE, G_STRUCT_OFFSET(BbJobRow, require), is_require},
    {PREFER, G_STRUCT_OFFSET(BbJobRow, prefer), is_require},
    {TOLERATE, G_STRUCT_OFFSET(BbJobRow, tolerate), is_labels},
    {SPREAD, G_STRUCT_OFFSET(BbJobRow, spread), is_spread},
    {AVOID, G_STRUCT_OFFSET(BbJobRow, avoid), is_list},
    {NODE, G_STRUCT_OFFSET(BbJobRow, node), is_nodes},
    {SPEC, G_STRUCT_OFFSET(BbJobRow, spec), bb_is_spec},
};

static gboolean
read_texts(const BbColumns *columns, BbJobRow *out, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *expected = NULL, **text = G_STRUCT_MEMBER_P(out, texts[i].offset);
        if (*bb_columns_raw(columns, texts[i].column) == '\0')
            continue;
        if (!bb_columns_text(columns, texts[i].column, text, error))
            return FALSE;
        if (!texts[i].check(*text, &expected))
            return bb_columns_error(columns, texts[i].column, expected, error);
    }
    return TRUE;
}

static void
note_oddities(BbReader *reader, const BbJobRow *row)
{
    if (row->runtime_us != BB_TIME_NEVER && row->runtime_us > row->estimate_us)
        bb_reader_find(reader, BB_WARNING, "run-beyond-estimate", row->line,
                       "jobs run longer than their estimate_s: they are killed at it");
    if (row->runtime_us == 0)
        bb_reader_find(reader, BB_NOTE, "zero-runtime", row->line,
                       "jobs with runtime_s 0 end the instant they start");
}

/* Sets *out_reason when the row is no job. */
static gboolean
read_job(BbReader *reader, BbJobRow *out, const char **out_reason, GError **error)
{
    BbColumns *columns = &((State *)reader->state)->columns;
    out->line = bb_csv_line(columns->csv);
    if (!read_names(columns, out, error) || !read_times(columns, out, error) ||
        !read_demand(columns, out, error) || !read_numbers(columns, out, error) ||
        !read_texts(columns, out, error) ||
        (reader->mapping != NULL && !read_span(reader, out, out_reason, error)))
        return FALSE;
    out->extra = bb_columns_carried(columns);
    return TRUE;
}

static BbReadResult
next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    State *state = reader->state;
    const char *reason = NULL;
    do {
        BbReadResult result = bb_columns_next(&state->columns, error);
        if (result != BB_READ_ROW)
            return result;
        if (reason != NULL)
            *out = (BbJobRow)BB_JOB_ROW_INIT;
        reader->n_records++;
        reason = NULL;
        if (!read_job(reader, out, &reason, error))
            return BB_READ_ERROR;
        if (reason != NULL)
            bb_reader_skip(reader, reason);
    } while (reason != NULL);
    note_oddities(reader, out);
    return BB_READ_ROW;
}

static guint64
locate(BbReader *reader, const char *column)
{
    return bb_columns_locate(&((State *)reader->state)->columns, column);
}

static void
close_jobs(BbReader *reader)
{
    bb_columns_clear(&((State *)reader->state)->columns);
}

const BbReaderClass bb_reader_jobs = {
    .name = "jobs",
    .summary = "native job trace: CSV with job_id, submit_s and what else is known",
    .source = "traces/README.md",
    .reads = BB_READS_JOBS,
    .must_be_sorted = TRUE,
    .takes_mapping = TRUE,
    .state_size = sizeof(State),
    .sniff = sniff,
    .open = open_jobs,
    .next_job = next_job,
    .locate = locate,
    .close = close_jobs,
};
