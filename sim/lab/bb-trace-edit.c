/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A workload does the reading, checking and changing that a simulation would have it do; what it gives
 * is written down instead. */
#include "bb-trace-edit-private.h"

#include <math.h>
#include <string.h>

#define PPM 1000000

void
bb_trace_edit_init(BbTraceEdit *edit, const BbTraceTables *tables)
{
    *edit = (BbTraceEdit){.tables = tables,
                          .sha256 = g_ptr_array_new_with_free_func(g_free),
                          .notes = g_ptr_array_new_with_free_func(g_free)};
}

void
bb_trace_edit_clear(BbTraceEdit *edit)
{
    g_clear_pointer(&edit->sha256, g_ptr_array_unref);
    g_clear_pointer(&edit->notes, g_ptr_array_unref);
}

/* ---- What all edits do ---- */

BbWorkload *
bb_trace_edit_open(BbTraceEdit *edit, const char *file, GError **error)
{
    g_autofree char *path = NULL, *format = NULL;
    bb_reader_split(edit->tables->readers, file, &path, &format);
    return bb_workload_new_trace(edit->tables, path, format, error);
}

void
bb_trace_edit_close(BbTraceEdit *edit, const BbWorkload *workload)
{
    const char *warning = bb_workload_warning(workload);
    g_ptr_array_add(edit->sha256, g_strdup(bb_workload_sha256(workload)));
    if (warning != NULL)
        g_ptr_array_add(edit->notes, g_strdup(warning));
}

static const char *
carried_columns(BbWorkload *workload)
{
    BbReader *reader = bb_workload_reader(workload);
    return reader != NULL ? reader->meta.extra_columns : NULL;
}

BbRowStore *
bb_trace_edit_read(BbTraceEdit *edit, const char *file, char **out_carried, GError **error)
{
    g_autoptr(BbWorkload) workload = bb_trace_edit_open(edit, file, error);
    g_autoptr(BbRowStore) rows = bb_row_store_new();
    BbReadResult result = BB_READ_ERROR;
    BbJobRow row;
    while (workload != NULL && (result = bb_workload_next(workload, &row, error)) == BB_READ_ROW)
        bb_row_store_add(rows, &row);
    if (result == BB_READ_ERROR)
        return NULL;
    bb_trace_edit_close(edit, workload);
    if (out_carried != NULL)
        *out_carried = g_strdup(carried_columns(workload));
    return g_steal_pointer(&rows);
}

void
bb_trace_writer_init(BbTraceWriter *writer, const char *carried)
{
    *writer = (BbTraceWriter){.table = bb_trace_table_new_jobs(carried),
                              .there = bb_id_set_new(),
                              .after = g_string_new(NULL)};
}

void
bb_trace_writer_clear(BbTraceWriter *writer)
{
    bb_trace_table_free(writer->table);
    bb_id_set_free(writer->there);
    if (writer->after != NULL)
        g_string_free(writer->after, TRUE);
}

void
bb_trace_writer_add(BbTraceWriter *writer, const BbJobRow *row)
{
    BbJobRow kept = *row;
    if (row->after != NULL && *row->after != '\0') {
        g_auto(GStrv) ids = g_strsplit(row->after, ";", -1);
        g_string_truncate(writer->after, 0);
        for (guint i = 0; ids[i] != NULL; i++)
            if (bb_id_set_has(writer->there, g_strstrip(ids[i])))
                g_string_append_printf(writer->after, "%s%s", writer->after->len > 0 ? ";" : "",
                                       ids[i]);
        kept.after = writer->after->str;
    }
    bb_id_set_add(writer->there, row->id);
    bb_trace_table_add_job(writer->table, &kept);
}

/* ---- Edits that stream ---- */

static BbTraceTable *
write_all(BbTraceEdit *edit, BbWorkload *workload, GError **error)
{
    g_autoptr(BbTraceTable) table = bb_trace_table_new_jobs(carried_columns(workload));
    BbReadResult result;
    BbJobRow row;
    while ((result = bb_workload_next(workload, &row, error)) == BB_READ_ROW)
        bb_trace_table_add_job(table, &row);
    if (result == BB_READ_ERROR)
        return NULL;
    bb_trace_edit_close(edit, workload);
    return g_steal_pointer(&table);
}

BbTraceTable *
bb_trace_generate(BbTraceEdit *edit, const char *generator, guint64 seed, GError **error)
{
    g_autoptr(BbWorkload) workload =
        bb_workload_new_generator(edit->tables, generator, seed, 0, error);
    return workload != NULL ? write_all(edit, workload, error) : NULL;
}

/* Of the trace as it is, by another reading. FALSE: it cannot be read again. */
static gboolean
measure_before(BbTraceEdit *edit, const char *file, BbOffered *out)
{
    g_autoptr(BbWorkload) workload = NULL;
    BbReadResult result;
    BbJobRow row;
    if (strcmp(file, "-") == 0 || g_str_has_prefix(file, "-:"))
        return FALSE;
    workload = bb_trace_edit_open(edit, file, NULL);
    while (workload != NULL && (result = bb_workload_next(workload, &row, NULL)) != BB_READ_END) {
        if (result == BB_READ_ERROR)
            return FALSE;
        bb_offered_add(out, row.submit_us, row.runtime_us, row.n_tasks, &row.need);
    }
    return workload != NULL;
}

static void
note_before(BbTraceEdit *edit, const char *file, const BbTraceTable *table)
{
    BbOffered before = {0};
    char ratio[G_ASCII_DTOSTR_BUF_SIZE];
    if (!measure_before(edit, file, &before))
        return;
    BbResource r = bb_offered_resource(&before);
    double factor = bb_offered_mean(bb_trace_table_offered(table), r) / bb_offered_mean(&before, r);
    g_autofree char *was = bb_amount_text(bb_offered_mean(&before, r), r);
    if (isfinite(factor))
        g_ptr_array_add(edit->notes,
                        g_strdup_printf("%s offered %s on average; times %s now", file, was,
                                        g_ascii_formatd(ratio, sizeof ratio, "%.4g", factor)));
}

BbTraceTable *
bb_trace_change(BbTraceEdit *edit, const char *file, const BbWorkloadChange *change, GError **error)
{
    g_autoptr(BbWorkload) workload = bb_trace_edit_open(edit, file, error);
    if (workload == NULL)
        return NULL;
    bb_workload_change(workload, change);
    BbTraceTable *table = write_all(edit, workload, error);
    if (table != NULL && change->scale_ppm != PPM)
        note_before(edit, file, table);
    return table;
}

/* ---- Merging ---- */

/* The columns that all have; NULL with a note where they differ. */
static const char *
common_columns(BbTraceEdit *edit, const GPtrArray *workloads)
{
    const char *first = carried_columns(workloads->pdata[0]);
    for (guint i = 1; i < workloads->len; i++)
        if (g_strcmp0(first, carried_columns(workloads->pdata[i])) != 0) {
            g_ptr_array_add(edit->notes,
                            g_strdup("columns x_* are left out, as the traces have others"));
            return NULL;
        }
    return first;
}

static const char *
prefix_after(guint file, const char *after, GString *out)
{
    g_auto(GStrv) ids = g_strsplit(after, ";", -1);
    g_string_truncate(out, 0);
    for (guint i = 0; ids[i] != NULL; i++)
        g_string_append_printf(out, "%s%u-%s", i > 0 ? ";" : "", file, g_strstrip(ids[i]));
    return out->str;
}

static BbTraceTable *
write_merged(BbJobSource source, const char *carried, GError **error)
{
    g_autoptr(BbTraceTable) table = bb_trace_table_new_jobs(carried);
    g_autoptr(GString) id = g_string_new(NULL), after = g_string_new(NULL);
    BbReadResult result;
    guint32 file = 0;
    BbJobRow row;
    while ((result = source.next(source.data, &row, &file, error)) == BB_READ_ROW) {
        g_string_printf(id, "%u-%s", file + 1, row.id);
        row.id = id->str;
        if (row.after != NULL && *row.after != '\0')
            row.after = prefix_after(file + 1, row.after, after);
        bb_trace_table_add_job(table, &row);
    }
    return result == BB_READ_END ? g_steal_pointer(&table) : NULL;
}

BbTraceTable *
bb_trace_merge(BbTraceEdit *edit, guint n, char *const *files, GError **error)
{
    g_autoptr(GPtrArray) workloads =
        g_ptr_array_new_with_free_func((GDestroyNotify)bb_workload_free);
    for (guint i = 0; i < n; i++) {
        BbWorkload *workload = bb_trace_edit_open(edit, files[i], error);
        if (workload == NULL)
            return NULL;
        g_ptr_array_add(workloads, workload);
    }
    g_autoptr(BbMerge) merge = bb_merge_new(workloads);
    BbTraceTable *table =
        write_merged(bb_merge_source(merge), common_columns(edit, workloads), error);
    for (guint i = 0; table != NULL && i < n; i++)
        bb_trace_edit_close(edit, workloads->pdata[i]);
    return table;
}

/* ---- A sample of given size ---- */

typedef struct {
    double draw;
    guint row; /* the first one of the unit */
} Draw;

static gint
by_draw(gconstpointer a, gconstpointer b)
{
    const Draw *x = a, *y = b;
    if (x->draw != y->draw)
        return x->draw < y->draw ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* The draw of the n-th unit from below; all users of one draw count as one. */
static double
highest_kept(GArray *draws, guint64 n)
{
    guint64 n_units = 0;
    double last = -1;
    g_array_sort(draws, by_draw);
    for (guint i = 0; i < draws->len; i++) {
        double draw = g_array_index(draws, Draw, i).draw;
        n_units += draw != last;
        if (n_units > n)
            return last;
        last = draw;
    }
    return 1;
}

BbTraceTable *
bb_trace_sample(BbTraceEdit *edit, const char *file, BbThinUnit unit, guint64 n, guint64 seed,
                GError **error)
{
    g_autofree char *carried = NULL;
    g_autoptr(BbRowStore) rows = bb_trace_edit_read(edit, file, &carried, error);
    g_autoptr(BbThin) thin = bb_thin_new(unit, PPM, seed, 0);
    g_autoptr(GArray) draws = g_array_new(FALSE, FALSE, sizeof(Draw));
    g_auto(BbTraceWriter) writer = {0};
    if (rows == NULL)
        return NULL;
    for (guint i = 0; i < bb_row_store_n(rows); i++) {
        Draw draw = {bb_thin_draw(thin, i, bb_row_store_get(rows, i)), i};
        g_array_append_val(draws, draw);
    }
    double highest = highest_kept(draws, n);
    bb_trace_writer_init(&writer, carried);
    for (guint i = 0; i < bb_row_store_n(rows); i++) {
        const BbJobRow *row = bb_row_store_get(rows, i);
        if (bb_thin_draw(thin, i, row) <= highest)
            bb_trace_writer_add(&writer, row);
    }
    return g_steal_pointer(&writer.table);
}
