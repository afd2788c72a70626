/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a trace from a text, all of it said in one string: for the tests of readers. */
#pragma once

#include "traces/bb-traces.h"

#include <glib/gstdio.h>
#include <string.h>

/* What came of a text; cleared by trace_clear. */
typedef struct {
    char *rows;     /* one job or node each, ended by ";" */
    char *findings; /* "rule:count:line " each */
    char *skipped;  /* "reason:count " each */
    char *error;    /* NULL: none */
} Trace;

static inline void
trace_clear(Trace *trace)
{
    g_free(trace->rows);
    g_free(trace->findings);
    g_free(trace->skipped);
    g_free(trace->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trace, trace_clear)

static inline void
trace_time(GString *out, const char *label, BbTimeUs time_us)
{
    g_string_append(out, label);
    if (time_us == BB_TIME_NEVER)
        g_string_append_c(out, '*');
    else
        bb_append_seconds(out, time_us);
}

static inline void
trace_text(GString *out, const char *label, const char *text)
{
    if (text != NULL && *text != '\0')
        g_string_append_printf(out, " %s=%s", label, text);
}

static inline void
trace_number(GString *out, const char *label, gint64 value, gint64 fallback)
{
    if (value != fallback)
        g_string_append_printf(out, " %s=%" G_GINT64_FORMAT, label, value);
}

/* "ID @SUBMIT +RUN /ESTIMATE KIND TASKS[g] x CPU,MEMORY,DISK,GPU" and what else is not the default;
 * "*" where a time is none. */
static inline void
trace_job(GString *out, const BbJobRow *row)
{
    const gint64 *v = row->need.v;
    g_string_append(out, row->id);
    trace_time(out, " @", row->submit_us);
    trace_time(out, " +", row->runtime_us);
    trace_time(out, " /", row->estimate_us);
    g_string_append_printf(out,
                           " %s %" G_GINT64_FORMAT "%s x %" G_GINT64_FORMAT ",%" G_GINT64_FORMAT
                           ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT,
                           bb_kind_names[row->kind], row->n_tasks, row->gang ? "g" : "", v[BB_CPU],
                           v[BB_MEMORY], v[BB_DISK], v[BB_GPU]);
    trace_number(out, "priority", row->priority, 0);
    trace_number(out, "ordinal", row->ordinal, -1);
    trace_number(out, "cpu_used", row->cpu_used_ppm, -1);
    trace_number(out, "memory_used", row->memory_used_ppm, -1);
    trace_text(out, "model", row->gpu_model);
    trace_text(out, "class", row->class_name);
    trace_text(out, "group", row->group);
    trace_text(out, "after", row->after);
    trace_text(out, "image", row->image);
    trace_text(out, "volumes", row->volumes);
    trace_text(out, "require", row->require);
    trace_text(out, "prefer", row->prefer);
    trace_text(out, "tolerate", row->tolerate);
    trace_text(out, "spread", row->spread);
    trace_text(out, "avoid", row->avoid);
    trace_text(out, "node", row->node);
    trace_text(out, "extra", row->extra);
    g_string_append_c(out, ';');
}

/* "ID CPU,MEMORY,DISK,GPU named=BITS" and what else is not the default. */
static inline void
trace_node(GString *out, const BbNodeRow *row)
{
    const gint64 *v = row->capacity.v;
    g_string_append_printf(out,
                           "%s %" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT
                           ",%" G_GINT64_FORMAT " named=%x",
                           row->id, v[BB_CPU], v[BB_MEMORY], v[BB_DISK], v[BB_GPU], row->named);
    trace_text(out, "pool", row->pool);
    trace_text(out, "model", row->gpu_model);
    trace_text(out, "labels", row->labels);
    trace_text(out, "taints", row->taints);
    trace_number(out, "runtimes", row->runtimes, BB_ALL_KINDS);
    trace_number(out, "speed", row->speed_milli, 1000);
    trace_number(out, "price", row->price_micro_per_h, 0);
    trace_number(out, "later", row->later, 0);
    g_string_append_c(out, ';');
}

/* "ID @TIME EVENT" and the capacities that are told. */
static inline void
trace_event(GString *out, const BbNodeEventRow *row)
{
    g_string_append(out, row->id);
    trace_time(out, " @", row->time_us);
    g_string_append_printf(out, " %s", bb_node_event_names[row->event]);
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        if ((row->named >> r & 1) != 0)
            g_string_append_printf(out, " %s=%" G_GINT64_FORMAT, bb_resource_names[r],
                                   row->capacity.v[r]);
    g_string_append_c(out, ';');
}

/* What happens to nodes comes behind them. */
static inline BbReadResult
trace_next_node(BbReader *reader, GString *out, GError **error)
{
    BbNodeRow node;
    BbNodeEventRow event;
    BbReadResult result = bb_reader_next_node(reader, &node, error);
    if (result == BB_READ_ROW)
        trace_node(out, &node);
    if (result != BB_READ_END)
        return result;
    result = bb_reader_next_node_event(reader, &event, error);
    if (result == BB_READ_ROW)
        trace_event(out, &event);
    return result;
}

static inline BbReadResult
trace_next(BbReader *reader, GString *out, GError **error)
{
    BbReadResult result;
    if (reader->klass->reads == BB_READS_JOBS) {
        BbJobRow row;
        result = bb_reader_next_job(reader, &row, error);
        if (result == BB_READ_ROW)
            trace_job(out, &row);
    } else {
        result = trace_next_node(reader, out, error);
    }
    return result;
}

static inline void
trace_books(const BbReader *reader, Trace *out)
{
    GString *findings = g_string_new(NULL), *skipped = g_string_new(NULL);
    for (guint i = 0; i < reader->findings->len; i++) {
        const BbFinding *f = reader->findings->pdata[i];
        g_string_append_printf(findings, "%s:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT " ", f->rule,
                               f->count, f->first_line);
        g_assert_true(strchr(f->message, '\n') == NULL);
    }
    for (guint i = 0; i < reader->skipped->len; i++) {
        const BbSkipped *s = reader->skipped->pdata[i];
        g_string_append_printf(skipped, "%s:%" G_GUINT64_FORMAT " ", s->reason, s->count);
    }
    out->findings = g_string_free(findings, FALSE);
    out->skipped = g_string_free(skipped, FALSE);
}

/* `n` bytes of text as the file "t", or all of it where n is 0. */
static inline Trace
trace_read(const char *format, const char *text, gsize n)
{
    Trace trace = {0};
    g_autoptr(GString) rows = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    BbInput *input = bb_input_new_from_bytes("t", text, n > 0 ? n : strlen(text));
    g_autoptr(BbReader) reader = bb_reader_new(bb_reader_classes, input, format, &error);
    BbReadResult result = BB_READ_ROW;
    while (reader != NULL && result == BB_READ_ROW)
        result = trace_next(reader, rows, &error);
    g_assert_true((reader == NULL || result == BB_READ_ERROR) == (error != NULL));
    if (error != NULL)
        g_assert_true(strchr(error->message, '\n') == NULL);
    trace.error = error != NULL ? g_strdup(error->message) : NULL;
    trace.rows = g_strdup(rows->str);
    if (reader != NULL)
        trace_books(reader, &trace);
    return trace;
}

/* A file of the shared test data, NULL (and the test skipped) when the data is not there. */
static inline char *
trace_shared(const char *name)
{
    const char *shared = g_getenv("BB_SHARED");
    if (shared == NULL) {
        g_test_skip("BB_SHARED is not set");
        return NULL;
    }
    char *path = g_build_filename(shared, "data", name, NULL);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    return path;
}

/* The whole text of a file, decompressed; owned by the caller. */
static inline char *
trace_slurp(const char *path)
{
    gsize n;
    g_autoptr(GError) error = NULL;
    g_autoptr(BbInput) input = bb_input_open(path, &error);
    GString *text = g_string_new(NULL);
    g_assert_no_error(error);
    for (;;) {
        const char *bytes = bb_input_take(input, &n, &error);
        g_assert_no_error(error);
        if (n == 0)
            return g_string_free(text, FALSE);
        g_string_append_len(text, bytes, (gssize)n);
    }
}

/* The next line of the text at *at, ended in place, empty ones skipped; NULL at its end. Line by line,
 * since splitting a whole log at once takes minutes under AddressSanitizer. */
static inline char *
trace_line(char **at)
{
    char *line = *at + strspn(*at, "\r\n"), *feed = strchr(line, '\n');
    if (*line == '\0')
        return NULL;
    *at = feed != NULL ? feed + 1 : line + strlen(line);
    if (feed != NULL)
        *feed = '\0';
    return g_strchomp(line);
}

/* Sums over all jobs of a file, by the reader that recognises it. */
typedef struct {
    guint64 n, n_tasks, n_services;
    BbInt128 submit_us, runtime_us, need[BB_N_RESOURCES] /* of all tasks */;
} TraceSums;

static inline TraceSums
trace_sums(const char *path, const char *expected_format)
{
    TraceSums sums = {0};
    BbJobRow row;
    BbReadResult result;
    g_autoptr(GError) error = NULL;
    g_autoptr(BbReader) reader = bb_reader_open(bb_reader_classes, path, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(reader->klass->name, ==, expected_format);
    while ((result = bb_reader_next_job(reader, &row, &error)) == BB_READ_ROW) {
        sums.n++;
        sums.n_tasks += (guint64)row.n_tasks;
        sums.submit_us += row.submit_us;
        if (row.runtime_us == BB_TIME_NEVER)
            sums.n_services++;
        else
            sums.runtime_us += row.runtime_us;
        for (guint r = 0; r < BB_N_RESOURCES; r++)
            sums.need[r] += (BbInt128)row.need.v[r] * row.n_tasks;
    }
    g_assert_no_error(error);
    return sums;
}

/* Writes the text as FOLDER/NAME and gives the path. */
static inline char *
trace_file(const char *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}
