/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening by content or by name, and the books of findings. Rules and reasons are static texts, so
 * equal pointers are the common case of the search; equal texts are one rule all the same. */
#include "sim/contract/bb-reader.h"

#include <string.h>

#define SNIFF_BYTES 65536

static void
free_finding(gpointer data)
{
    BbFinding *finding = data;
    g_free(finding->message);
    g_free(finding);
}

/* `n` bytes of a name. */
static const BbReaderClass *
find_class_n(const BbReaderClass *const *classes, const char *name, gsize n)
{
    for (; *classes != NULL; classes++)
        if (strlen((*classes)->name) == n && memcmp((*classes)->name, name, n) == 0)
            return *classes;
    return NULL;
}

static const BbReaderClass *
find_class(const BbReaderClass *const *classes, const char *name)
{
    return find_class_n(classes, name, strlen(name));
}

static GPtrArray *
class_names(const BbReaderClass *const *classes)
{
    GPtrArray *names = g_ptr_array_new();
    for (; *classes != NULL; classes++)
        g_ptr_array_add(names, (gpointer)(guintptr)(*classes)->name);
    g_ptr_array_add(names, NULL);
    return names;
}

static const BbReaderClass *
class_by_name(const BbReaderClass *const *classes, const char *format, GError **error)
{
    const BbReaderClass *klass = find_class(classes, format);
    if (klass != NULL)
        return klass;

    g_autoptr(GPtrArray) names = class_names(classes);
    const char *near = bb_suggest(format, (const char *const *)names->pdata);
    g_autofree char *quoted = bb_quote(format);
    if (near != NULL)
        bb_error_set(error, BB_ERROR_USAGE, "unknown trace format %s, did you mean \"%s\"?", quoted,
                     near);
    else
        bb_error_set(error, BB_ERROR_USAGE, "unknown trace format %s, see breakbulk list formats",
                     quoted);
    return NULL;
}

static const BbReaderClass *
class_by_content(const BbReaderClass *const *classes, BbInput *input, GError **error)
{
    gsize n = 0;
    const char *start = bb_input_peek(input, SNIFF_BYTES, &n, error);
    if (start == NULL)
        return NULL;
    for (const BbReaderClass *const *c = classes; n > 0 && *c != NULL; c++)
        if ((*c)->sniff(start, n))
            return *c;

    g_autoptr(GPtrArray) names = class_names(classes);
    g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
    const char *line_end = memchr(start, '\n', n);
    g_autofree char *line = g_strndup(start, line_end != NULL ? (gsize)(line_end - start) : n);
    g_autofree char *found = n > 0 ? bb_quote(line) : g_strdup("an empty file");
    bb_error_input(error, bb_input_path(input), n > 0 ? 1 : 0, n > 0 ? 1 : 0,
                   "expected a trace (%s; --columns reads any other CSV), found %s", list, found);
    return NULL;
}

/* "NAME(COLUMNS)": sets the reader's mapping. */
static const BbReaderClass *
class_by_format(const BbReaderClass *const *classes, BbReader *reader, const char *format,
                GError **error)
{
    const char *bracket = strchr(format, '(');
    if (bracket == NULL || !g_str_has_suffix(format, ")"))
        return class_by_name(classes, format, error);
    g_autofree char *name = g_strndup(format, (gsize)(bracket - format));
    g_autofree char *spec = g_strndup(bracket + 1, strlen(bracket) - 2);
    const BbReaderClass *klass = class_by_name(classes, name, error);
    if (klass == NULL)
        return NULL;
    if (!klass->takes_mapping) {
        bb_error_set(error, BB_ERROR_USAGE,
                     "columns: expected a format whose columns may have "
                     "other names (jobs, nodes), found %s",
                     name);
        return NULL;
    }
    reader->mapping = bb_mapping_parse(spec, error);
    if (reader->mapping == NULL)
        return NULL;
    if (reader->mapping->nodes == (klass->reads == BB_READS_NODES))
        return klass;
    bb_error_set(error, BB_ERROR_USAGE, "columns: expected %s for %s",
                 klass->reads == BB_READS_NODES ? "what stands for node_id" : "no node_id",
                 klass->name);
    return NULL;
}

char *
bb_reader_columns_format(const char *spec, GError **error)
{
    g_autoptr(BbMapping) mapping = bb_mapping_parse(spec, error);
    if (mapping == NULL)
        return NULL;
    return g_strdup_printf("%s(%s)", mapping->nodes ? "nodes" : "jobs", spec);
}

gboolean
bb_reader_must_be_sorted(const BbReader *reader)
{
    return reader->klass->must_be_sorted && reader->mapping == NULL;
}

BbReader *
bb_reader_new(const BbReaderClass *const *classes, BbInput *input, const char *format,
              GError **error)
{
    g_autoptr(BbReader) reader = g_new0(BbReader, 1);
    reader->input = input;
    reader->findings = g_ptr_array_new_with_free_func(free_finding);
    reader->skipped = g_ptr_array_new_with_free_func(g_free);
    reader->meta = (BbReaderMeta){-1, -1, -1, -1, -1, NULL, NULL};

    const BbReaderClass *klass = format != NULL ? class_by_format(classes, reader, format, error)
                                                : class_by_content(classes, input, error);
    if (klass == NULL)
        return NULL;
    reader->klass = klass;
    reader->format = g_strdup(format != NULL ? format : klass->name);
    if (klass->state_size > 0)
        reader->state = g_malloc0(klass->state_size);
    if (klass->open != NULL && !klass->open(reader, error))
        return NULL;
    return g_steal_pointer(&reader);
}

BbReader *
bb_reader_open(const BbReaderClass *const *classes, const char *path, const char *format,
               GError **error)
{
    BbInput *input = bb_input_open(path, error);
    return input == NULL ? NULL : bb_reader_new(classes, input, format, error);
}

void
bb_reader_free(BbReader *reader)
{
    if (reader == NULL)
        return;
    if (reader->klass != NULL && reader->klass->close != NULL)
        reader->klass->close(reader);
    g_free(reader->state);
    g_free(reader->format);
    bb_mapping_free(reader->mapping);
    g_ptr_array_unref(reader->findings);
    g_ptr_array_unref(reader->skipped);
    bb_input_free(reader->input);
    g_free(reader);
}

static BbReadResult
at_end(BbReader *reader, BbReadResult result)
{
    if (result == BB_READ_END && !reader->finished) {
        reader->finished = TRUE;
        if (reader->klass->finish != NULL)
            reader->klass->finish(reader);
    }
    return result;
}

BbReadResult
bb_reader_next_job(BbReader *reader, BbJobRow *out, GError **error)
{
    g_return_val_if_fail(reader->klass->next_job != NULL, BB_READ_END);
    if (reader->finished)
        return BB_READ_END;
    *out = (BbJobRow)BB_JOB_ROW_INIT;
    return at_end(reader, reader->klass->next_job(reader, out, error));
}

BbReadResult
bb_reader_next_node(BbReader *reader, BbNodeRow *out, GError **error)
{
    g_return_val_if_fail(reader->klass->next_node != NULL, BB_READ_END);
    if (reader->finished)
        return BB_READ_END;
    *out = (BbNodeRow)BB_NODE_ROW_INIT;
    return at_end(reader, reader->klass->next_node(reader, out, error));
}

BbReadResult
bb_reader_next_node_event(BbReader *reader, BbNodeEventRow *out, GError **error)
{
    if (reader->klass->next_node_event == NULL)
        return BB_READ_END;
    *out = (BbNodeEventRow)BB_NODE_EVENT_ROW_INIT;
    return reader->klass->next_node_event(reader, out, error);
}

static void G_GNUC_PRINTF(6, 0)
    add_finding(BbReader *reader, BbSeverity severity, const char *rule, guint64 count,
                guint64 line, const char *format, va_list args)
{
    GPtrArray *findings = reader->findings;
    for (guint i = 0; i < findings->len; i++) {
        BbFinding *finding = findings->pdata[i];
        if (finding->rule == rule || g_str_equal(finding->rule, rule)) {
            finding->count += count;
            return;
        }
    }
    BbFinding *finding = g_new(BbFinding, 1);
    *finding = (BbFinding){severity, rule, count, line, g_strdup_vprintf(format, args)};
    g_ptr_array_add(findings, finding);
}

void
bb_reader_find(BbReader *reader, BbSeverity severity, const char *rule, guint64 line,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_finding(reader, severity, rule, 1, line, format, args);
    va_end(args);
}

void
bb_reader_find_n(BbReader *reader, BbSeverity severity, const char *rule, guint64 count,
                 guint64 first_line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_finding(reader, severity, rule, count, first_line, format, args);
    va_end(args);
}

void
bb_reader_skip(BbReader *reader, const char *reason)
{
    for (guint i = 0; i < reader->skipped->len; i++) {
        BbSkipped *skipped = reader->skipped->pdata[i];
        if (skipped->reason == reason || g_str_equal(skipped->reason, reason)) {
            skipped->count++;
            return;
        }
    }
    BbSkipped *skipped = g_new(BbSkipped, 1);
    *skipped = (BbSkipped){reason, 1};
    g_ptr_array_add(reader->skipped, skipped);
}

/* The colon of ":FORMAT" or ":FORMAT(..)" at the end of the text, NULL: there is no format. */
static const char *
format_colon(const BbReaderClass *const *classes, const char *text)
{
    const char *colon = strrchr(text, ':');
    if (colon != NULL && colon > text && find_class(classes, colon + 1) != NULL)
        return colon;
    for (colon = strchr(text, ':'); colon != NULL && g_str_has_suffix(text, ")");
         colon = strchr(colon + 1, ':')) {
        const BbReaderClass *klass = find_class_n(classes, colon + 1, strcspn(colon + 1, "("));
        if (colon > text && klass != NULL && klass->takes_mapping)
            return colon;
    }
    return NULL;
}

void
bb_reader_split(const BbReaderClass *const *classes, const char *text, char **out_path,
                char **out_format)
{
    const char *colon = format_colon(classes, text);
    *out_path = colon != NULL ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
    *out_format = colon != NULL ? g_strdup(colon + 1) : NULL;
}
