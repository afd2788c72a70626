/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All fields of all rows lie one behind the other in one text, each ended by a NUL, so that columns can
 * be left out and rows be sorted once everything is known. */
#include "sim/lab/bb-trace-table.h"

#include "sim/base/bb-csv.h"
#include "sim/base/bb-units.h"

#include <string.h>

static const char *const job_columns[] = {
    "job_id",
    "submit_s",
    "runtime_s",
    "estimate_s",
    "kind",
    "tasks",
    "gang",
    "cpu_milli",
    "memory_mib",
    "disk_mib",
    "gpu_milli",
    "gpu_model",
    "priority",
    "class",
    "group",
    "ordinal",
    "after",
    "image",
    "volumes",
    "require",
    "prefer",
    "tolerate",
    "spread",
    "avoid",
    "node",
    "cpu_used_frac",
    "memory_used_frac",
    "spec",
    NULL,
};

static const char *const node_columns[] = {
    "node_id", "pool",   "cpu_milli", "memory_mib", "gpu",         "gpu_model", "disk_mib",
    "labels",  "taints", "runtimes",  "speed",      "price_per_h", "spec",      NULL,
};

typedef struct {
    BbTimeUs submit_us;
    gsize begin; /* of its fields */
} Row;

struct _BbTraceTable {
    const char *const *columns;
    guint n_columns;
    guint at;     /* column of the next field */
    guint64 used; /* bit c: some row says something in column c */
    GString *fields;
    GArray *rows; /* of Row */
    BbOffered offered;
    char *carried_columns; /* NULL: none; else each row has one more field, CSV as it is */
};

static BbTraceTable *
table_new(const char *const *columns, const char *carried_columns, guint64 used)
{
    BbTraceTable *table = g_new0(BbTraceTable, 1);
    table->columns = columns;
    table->carried_columns = g_strdup(carried_columns);
    table->used = used;
    while (columns[table->n_columns] != NULL)
        table->n_columns++;
    table->fields = g_string_new(NULL);
    table->rows = g_array_new(FALSE, FALSE, sizeof(Row));
    return table;
}

/* job_id and submit_s are there in any case. */
BbTraceTable *
bb_trace_table_new_jobs(const char *carried_columns)
{
    return table_new(job_columns, carried_columns, 3);
}

BbTraceTable *
bb_trace_table_new_nodes(void)
{
    return table_new(node_columns, NULL, 1);
}

void
bb_trace_table_free(BbTraceTable *table)
{
    if (table == NULL)
        return;
    g_string_free(table->fields, TRUE);
    g_array_unref(table->rows);
    g_free(table->carried_columns);
    g_free(table);
}

const BbOffered *
bb_trace_table_offered(const BbTraceTable *table)
{
    return &table->offered;
}

guint
bb_trace_table_n(const BbTraceTable *table)
{
    return table->rows->len;
}

static void
begin_row(BbTraceTable *table, BbTimeUs submit_us)
{
    Row row = {submit_us, table->fields->len};
    g_array_append_val(table->rows, row);
    table->at = 0;
}

/* ---- Fields, in the order of columns ---- */

static void
add_text(BbTraceTable *table, const char *text)
{
    if (text != NULL && *text != '\0') {
        table->used |= G_GUINT64_CONSTANT(1) << table->at;
        g_string_append(table->fields, text);
    }
    g_string_append_c(table->fields, '\0');
    table->at++;
}

static void
add_int(BbTraceTable *table, gint64 value, gint64 fallback)
{
    char text[24] = "";
    if (value != fallback)
        g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, value);
    add_text(table, text);
}

/* A decimal in millionths: seconds too. */
static void
add_micro(BbTraceTable *table, gint64 micro, gint64 fallback)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (micro != fallback)
        bb_append_seconds(text, micro);
    add_text(table, text->str);
}

static void
add_constraints(BbTraceTable *table, const BbJobRow *row)
{
    add_text(table, row->after);
    add_text(table, row->image);
    add_text(table, row->volumes);
    add_text(table, row->require);
    add_text(table, row->prefer);
    add_text(table, row->tolerate);
    add_text(table, row->spread);
    add_text(table, row->avoid);
    add_text(table, row->node_optional ? NULL : row->node); /* which would be a must */
}

void
bb_trace_table_add_job(BbTraceTable *table, const BbJobRow *row)
{
    bb_offered_add(&table->offered, row->submit_us, row->runtime_us, row->n_tasks, &row->need);
    begin_row(table, row->submit_us);
    add_text(table, row->id);
    add_micro(table, row->submit_us, -1);
    add_micro(table, row->runtime_us, BB_TIME_NEVER);
    add_micro(table, row->estimate_us, BB_TIME_NEVER);
    add_text(table, row->kind == BB_CONTAINER ? NULL : bb_kind_names[row->kind]);
    add_int(table, row->n_tasks, 1);
    add_int(table, row->gang, 0);
    add_int(table, row->need.v[BB_CPU], 0);
    add_int(table, row->need.v[BB_MEMORY], 0);
    add_int(table, row->need.v[BB_DISK], 0);
    add_int(table, row->need.v[BB_GPU], 0);
    add_text(table, row->gpu_model);
    add_int(table, row->priority, 0);
    add_text(table, row->class_name);
    add_text(table, row->group);
    add_int(table, row->ordinal, -1);
    add_constraints(table, row);
    add_micro(table, row->cpu_used_ppm, -1);
    add_micro(table, row->memory_used_ppm, -1);
    add_text(table, row->spec);
    g_assert(table->at == table->n_columns);
    if (table->carried_columns != NULL)
        add_text(table, row->extra);
}

static void
add_amount(BbTraceTable *table, const BbNodeRow *row, BbResource resource)
{
    gint64 amount = row->capacity.v[resource];
    gboolean named = (row->named >> resource & 1) != 0;
    add_int(table, named ? (resource == BB_GPU ? amount / 1000 : amount) : -1, -1);
}

static void
add_runtimes(BbTraceTable *table, guint32 runtimes)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint k = 0; runtimes != BB_ALL_KINDS && k < BB_N_KINDS; k++)
        if ((runtimes >> k & 1) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "|" : "", bb_kind_names[k]);
    add_text(table, text->str);
}

void
bb_trace_table_add_node(BbTraceTable *table, const BbNodeRow *row)
{
    begin_row(table, 0);
    add_text(table, row->id);
    add_text(table, row->pool);
    add_amount(table, row, BB_CPU);
    add_amount(table, row, BB_MEMORY);
    add_amount(table, row, BB_GPU);
    add_text(table, row->gpu_model);
    add_amount(table, row, BB_DISK);
    add_text(table, row->labels);
    add_text(table, row->taints);
    add_runtimes(table, row->runtimes);
    add_micro(table, (gint64)row->speed_milli * 1000, 1000000);
    add_micro(table, row->price_micro_per_h, 0);
    add_text(table, row->spec);
    g_assert(table->at == table->n_columns);
}

/* ---- The whole ---- */

static gint
by_submit(gconstpointer a, gconstpointer b)
{
    const Row *x = a, *y = b;
    if (x->submit_us != y->submit_us)
        return x->submit_us < y->submit_us ? -1 : 1;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static gboolean
is_used(const BbTraceTable *table, guint column)
{
    return (table->used >> column & 1) != 0;
}

static void
write_header(const BbTraceTable *table, GString *out)
{
    gsize begin = out->len;
    for (guint c = 0; c < table->n_columns; c++)
        if (is_used(table, c))
            g_string_append_printf(out, "%s%s", out->len > begin ? "," : "", table->columns[c]);
    if (table->carried_columns != NULL)
        g_string_append_printf(out, ",%s", table->carried_columns);
    g_string_append_c(out, '\n');
}

static void
write_row(const BbTraceTable *table, const Row *row, GString *out)
{
    const char *field = table->fields->str + row->begin;
    gboolean first = TRUE;
    for (guint c = 0; c < table->n_columns; c++, field += strlen(field) + 1) {
        if (!is_used(table, c))
            continue;
        if (!first)
            g_string_append_c(out, ',');
        bb_csv_append_field(out, field);
        first = FALSE;
    }
    if (table->carried_columns != NULL)
        g_string_append_printf(out, ",%s", field);
    g_string_append_c(out, '\n');
}

void
bb_trace_table_sort(BbTraceTable *table)
{
    g_array_sort(table->rows, by_submit);
}

void
bb_trace_table_write(const BbTraceTable *table, GString *out)
{
    write_header(table, out);
    for (guint i = 0; i < table->rows->len; i++)
        write_row(table, &g_array_index(table->rows, Row, i), out);
}
