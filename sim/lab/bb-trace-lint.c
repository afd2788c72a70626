/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows are read as for a run, but nothing is refused: what a run would refuse becomes a finding of
 * the reader, beside its own. */
#include "sim/lab/bb-trace-lint.h"

#include "sim/lab/bb-id-set.h"
#include "sim/model/bb-cluster.h"

static const char *const severity_names[] = {
    [BB_NOTE] = "note", [BB_WARNING] = "warning", [BB_LINT_ERROR] = "error"};

/* A handful of jobs may well be more than a machine can do at once. */
#define LEAST_JOBS_OF_A_LOAD 1000

typedef struct {
    BbIdSet *ids;
    guint64 n_jobs;
    BbTimeUs first_us, previous_us, last_end_us;
    BbInt128 work; /* task-microseconds */
} Seen;

void
bb_trace_lint_free(BbTraceLint *lint)
{
    if (lint == NULL)
        return;
    g_free(lint->path);
    g_ptr_array_unref(lint->findings);
    bb_reader_free(lint->reader);
    g_free(lint);
}

static void
look_at_after(BbReader *reader, const Seen *seen, const BbJobRow *row)
{
    if (row->after == NULL || *row->after == '\0')
        return;
    g_auto(GStrv) ids = g_strsplit(row->after, ";", -1);
    for (guint i = 0; ids[i] != NULL; i++) {
        g_autofree char *quoted = bb_quote(g_strstrip(ids[i]));
        if (!bb_id_set_has(seen->ids, ids[i]))
            bb_reader_find(reader, BB_LINT_ERROR, "unknown-after", row->line,
                           "job %s, to come after, does not stand before this one", quoted);
    }
}

static void
look_at_job(BbReader *reader, Seen *seen, const BbJobRow *row)
{
    gboolean native = bb_reader_must_be_sorted(reader);
    seen->n_jobs++;
    look_at_after(reader, seen, row);
    if (!bb_id_set_add(seen->ids, row->id)) {
        g_autofree char *quoted = bb_quote(row->id);
        bb_reader_find(reader, BB_LINT_ERROR, "duplicate-id", row->line, "job %s was there before",
                       quoted);
    }
    if (row->submit_us < seen->previous_us)
        bb_reader_find(reader, native ? BB_LINT_ERROR : BB_WARNING, "unsorted", row->line,
                       native ? "jobs submitted before the one above them: run refuses the "
                                "trace, trace convert --sort puts it in order"
                              : "jobs submitted before the one above them: run sorts them");
    seen->first_us = MIN(seen->first_us, row->submit_us);
    seen->previous_us = row->submit_us;
    if (row->runtime_us == BB_TIME_NEVER)
        return;
    seen->work += (BbInt128)row->runtime_us * row->n_tasks;
    seen->last_end_us = MAX(seen->last_end_us, row->submit_us + row->runtime_us);
}

static void
look_at_load(BbReader *reader, const Seen *seen)
{
    const BbReaderMeta *meta = &reader->meta;
    gint64 processors = meta->max_procs > 0 ? meta->max_procs : meta->max_nodes;
    if (processors <= 0 || seen->n_jobs < LEAST_JOBS_OF_A_LOAD ||
        seen->last_end_us <= seen->first_us)
        return;
    double capacity = (double)processors * (double)(seen->last_end_us - seen->first_us);
    double load = (double)seen->work / capacity;
    if (load > 1)
        bb_reader_find(reader, BB_WARNING, "overload", 1,
                       "the jobs are %.3f times the work that %" G_GINT64_FORMAT
                       " processors can do in their span: the queue grows to the end",
                       load, processors);
}

static gboolean
look_at_jobs(BbReader *reader, GError **error)
{
    BbJobRow row;
    BbReadResult result;
    g_autoptr(BbIdSet) ids = bb_id_set_new();
    Seen seen = {.ids = ids, .first_us = BB_TIME_NEVER, .previous_us = G_MININT64};
    while ((result = bb_reader_next_job(reader, &row, error)) == BB_READ_ROW)
        look_at_job(reader, &seen, &row);
    if (result == BB_READ_END)
        look_at_load(reader, &seen);
    return result == BB_READ_END;
}

static BbReadResult
look_at_events(BbReader *reader, GError **error)
{
    BbNodeEventRow row;
    BbReadResult result;
    while ((result = bb_reader_next_node_event(reader, &row, error)) == BB_READ_ROW)
        ;
    return result;
}

/* Every node is put in a cluster, which knows what it can take. */
static gboolean
look_at_nodes(BbReader *reader, GError **error)
{
    BbNodeRow row;
    BbReadResult result;
    const char *expected = NULL;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(BbCluster) cluster = bb_cluster_new(names);
    while ((result = bb_reader_next_node(reader, &row, error)) == BB_READ_ROW) {
        if (bb_cluster_add(cluster, &row, &expected))
            continue;
        g_autofree char *quoted = bb_quote(row.id);
        if (bb_cluster_find(cluster, row.id) >= 0)
            bb_reader_find(reader, BB_LINT_ERROR, "duplicate-id", row.line,
                           "node %s was there before", quoted);
        else
            bb_reader_find(reader, BB_LINT_ERROR, "bad-node", row.line, "expected %s, found %s",
                           expected, quoted);
    }
    if (result == BB_READ_END)
        result = look_at_events(reader, error);
    if (result == BB_READ_END && reader->n_records == 0)
        bb_reader_find(reader, BB_LINT_ERROR, "no-nodes", 1, "the file holds no node");
    return result == BB_READ_END;
}

static gint
worst_first(gconstpointer a, gconstpointer b)
{
    const BbFinding *x = *(const BbFinding *const *)a, *y = *(const BbFinding *const *)b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->first_line != y->first_line)
        return x->first_line < y->first_line ? -1 : 1;
    return g_strcmp0(x->rule, y->rule);
}

BbTraceLint *
bb_trace_lint_new(const BbTraceTables *tables, const char *path, const char *format, GError **error)
{
    g_autoptr(BbTraceLint) lint = g_new0(BbTraceLint, 1);
    lint->findings = g_ptr_array_new();
    lint->reader = bb_reader_open(tables->readers, path, format, error);
    if (lint->reader == NULL)
        return NULL;
    lint->path = g_strdup(bb_input_path(lint->reader->input));
    if (!(lint->reader->klass->reads == BB_READS_JOBS ? look_at_jobs(lint->reader, error)
                                                      : look_at_nodes(lint->reader, error)))
        return NULL;
    g_ptr_array_extend(lint->findings, lint->reader->findings, NULL, NULL);
    g_ptr_array_sort(lint->findings, worst_first);
    for (guint i = 0; i < lint->findings->len; i++)
        lint->n_errors += ((BbFinding *)lint->findings->pdata[i])->severity == BB_LINT_ERROR;
    return g_steal_pointer(&lint);
}

void
bb_trace_lint_json(const BbTraceLint *lint, BbJson *json)
{
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "path", lint->path);
    bb_json_begin_array(json, "findings");
    for (guint i = 0; i < lint->findings->len; i++) {
        const BbFinding *finding = lint->findings->pdata[i];
        bb_json_begin_object(json, NULL);
        bb_json_text(json, "severity", severity_names[finding->severity]);
        bb_json_text(json, "rule", finding->rule);
        bb_json_int(json, "count", (gint64)finding->count);
        bb_json_int(json, "first_line", (gint64)finding->first_line);
        bb_json_text(json, "message", finding->message);
        bb_json_end(json);
    }
    bb_json_end(json);
    bb_json_end(json);
}

void
bb_trace_lint_table(const BbTraceLint *lint, GString *out)
{
    for (guint i = 0; i < lint->findings->len; i++) {
        const BbFinding *finding = lint->findings->pdata[i];
        g_string_append_printf(out,
                               "%s:%" G_GUINT64_FORMAT ": %s: %s (%" G_GUINT64_FORMAT "): %s\n",
                               lint->path, finding->first_line, severity_names[finding->severity],
                               finding->rule, finding->count, finding->message);
    }
    if (lint->findings->len == 0)
        g_string_append_printf(out, "%s: no findings\n", lint->path);
}
