/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.csv says what holds from one row to the next. A bin is the integral of that over its
 * stretch; a first pass finds how long the whole is. */
#include "sim/base/bb-units.h"
#include "sim/contract/bb-columns.h"
#include "sim/report/bb-plot-data.h"

#include <math.h>
#include <string.h>

/* Shorter timelines are drawn row by row. */
#define EXACT_ROWS (2 * BB_PLOT_BINS)

enum {
    TIME,
    QUEUED,
    CAPACITY,
    ALLOCATED = CAPACITY + BB_N_RESOURCES,
    USED = ALLOCATED + BB_N_RESOURCES,
    N_COLUMNS = USED + BB_N_RESOURCES
};

static const BbCsvColumn columns[] = {
    [TIME] = {"time_s", TRUE},
    [QUEUED] = {"queued_jobs", TRUE},
    [CAPACITY + BB_CPU] = {"cpu_capacity_milli", FALSE},
    [CAPACITY + BB_MEMORY] = {"memory_capacity_mib", FALSE},
    [CAPACITY + BB_DISK] = {"disk_capacity_mib", FALSE},
    [CAPACITY + BB_GPU] = {"gpu_capacity_milli", FALSE},
    [ALLOCATED + BB_CPU] = {"cpu_allocated_milli", FALSE},
    [ALLOCATED + BB_MEMORY] = {"memory_allocated_mib", FALSE},
    [ALLOCATED + BB_DISK] = {"disk_allocated_mib", FALSE},
    [ALLOCATED + BB_GPU] = {"gpu_allocated_milli", FALSE},
    [USED + BB_CPU] = {"cpu_used_milli", FALSE},
    [USED + BB_MEMORY] = {"memory_used_mib", FALSE},
    [USED + BB_DISK] = {"disk_used_mib", FALSE},
    [USED + BB_GPU] = {"gpu_used_milli", FALSE},
    {NULL, FALSE},
};

/* What holds from a row on: fractions, but for the queue. */
typedef struct {
    double time_s;
    double allocated[BB_N_RESOURCES], used[BB_N_RESOURCES];
    gint64 queued;
} Row;

typedef struct {
    double allocated[BB_N_RESOURCES], used[BB_N_RESOURCES], queued;
    gint64 queued_most;
} Bin;

typedef struct {
    BbTimelineData *out;
    guint64 n_rows;
    double first_s, last_s;
    Bin *bins; /* NULL: row by row */
    GString *csv;
} Drawing;

static double
ratio(gint64 part, gint64 whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static BbReadResult
next_row(BbColumns *file, BbTimelineData *out, Row *row, GError **error)
{
    gint64 values[N_COLUMNS] = {0};
    BbReadResult result = bb_columns_next(file, error);
    if (result != BB_READ_ROW)
        return result;
    if (!bb_columns_seconds(file, TIME, &values[TIME], error))
        return BB_READ_ERROR;
    for (guint c = QUEUED; c < N_COLUMNS; c++) {
        if (!bb_columns_int(file, c, 0, G_MAXINT64, &values[c], error))
            return BB_READ_ERROR;
    }
    *row = (Row){.time_s = (double)values[TIME] / (double)BB_US_PER_S, .queued = values[QUEUED]};
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        row->allocated[r] = ratio(values[ALLOCATED + r], values[CAPACITY + r]);
        row->used[r] = ratio(values[USED + r], values[CAPACITY + r]);
        out->modelled |= bb_columns_has(file, CAPACITY + r) ? 1u << r : 0;
        out->shows_used = out->shows_used || values[USED + r] != values[ALLOCATED + r];
    }
    out->queued_most = MAX(out->queued_most, row->queued);
    return BB_READ_ROW;
}

/* ---- one pass ---- */

static gboolean
walk(const char *path, Drawing *drawing, void (*span)(Drawing *, const Row *, double until_s),
     GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    BbColumns file = {0};
    BbReadResult result = BB_READ_ERROR;
    Row row, last;
    gboolean any = FALSE;
    if (!input)
        return FALSE;
    if (bb_columns_open(&file, input, columns, "", error)) {
        while ((result = next_row(&file, drawing->out, &row, error)) == BB_READ_ROW) {
            if (any)
                span(drawing, &last, row.time_s);
            last = row;
            any = TRUE;
        }
        if (any)
            span(drawing, &last, last.time_s);
    }
    bb_columns_clear(&file);
    return result == BB_READ_END;
}

static void
measure(Drawing *drawing, const Row *row, double until_s)
{
    if (drawing->n_rows++ == 0)
        drawing->first_s = row->time_s;
    drawing->last_s = MAX(row->time_s, until_s);
}

/* ---- bins ---- */

static void
add_to_bin(Bin *bin, const Row *row, double share)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        bin->allocated[r] += row->allocated[r] * share;
        bin->used[r] += row->used[r] * share;
    }
    bin->queued += (double)row->queued * share;
    bin->queued_most = MAX(bin->queued_most, row->queued);
}

static void
add_span(Drawing *drawing, const Row *row, double until_s)
{
    double width_s = (drawing->last_s - drawing->first_s) / BB_PLOT_BINS;
    double from = MAX(row->time_s - drawing->first_s, 0) / width_s;
    double to = (until_s - drawing->first_s) / width_s;
    for (guint b = (guint)MIN(from, BB_PLOT_BINS - 1); b < BB_PLOT_BINS && b < to; b++)
        add_to_bin(&drawing->bins[b], row, MAX(MIN(to, b + 1) - MAX(from, b), 0));
}

/* ---- text ---- */

static void
append_number(GString *csv, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_c(csv, ',');
    g_string_append(csv, g_ascii_formatd(text, sizeof text, "%.6g", value));
}

static void
append_bin(Drawing *drawing, const Bin *bin, double time_s)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double time = (time_s - drawing->first_s) / drawing->out->unit_s;
    g_string_append(drawing->csv, g_ascii_formatd(text, sizeof text, "%.9g", time));
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if ((drawing->out->modelled >> r & 1) == 0)
            continue;
        append_number(drawing->csv, bin->allocated[r]);
        append_number(drawing->csv, bin->used[r]);
    }
    append_number(drawing->csv, bin->queued);
    append_number(drawing->csv, (double)bin->queued_most);
    g_string_append_c(drawing->csv, '\n');
}

static void
append_exact(Drawing *drawing, const Row *row, double until_s)
{
    Bin bin = {.queued_most = 0};
    (void)until_s;
    add_to_bin(&bin, row, 1);
    append_bin(drawing, &bin, row->time_s);
}

static void
append_header(Drawing *drawing)
{
    g_string_append(drawing->csv, "time");
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        if ((drawing->out->modelled >> r & 1) != 0)
            g_string_append_printf(drawing->csv, ",%s_allocated,%s_used", bb_resource_names[r],
                                   bb_resource_names[r]);
    }
    g_string_append(drawing->csv, ",queued_mean,queued_max\n");
}

static void
choose_unit(BbTimelineData *out, double length_s)
{
    static const struct {
        const char *name;
        double unit_s;
    } units[] = {{"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}};
    guint u = 0;
    while (u < G_N_ELEMENTS(units) - 1 && length_s < 2.5 * units[u].unit_s)
        u++;
    out->unit = units[u].name;
    out->unit_s = units[u].unit_s;
    out->end = length_s / units[u].unit_s;
}

static gboolean
draw(const char *path, Drawing *drawing, GError **error)
{
    double width_s = (drawing->last_s - drawing->first_s) / BB_PLOT_BINS;
    append_header(drawing);
    if (!drawing->bins)
        return walk(path, drawing, append_exact, error);
    if (!walk(path, drawing, add_span, error))
        return FALSE;
    for (guint b = 0; b <= BB_PLOT_BINS; b++)
        append_bin(drawing, &drawing->bins[MIN(b, BB_PLOT_BINS - 1)],
                   drawing->first_s + b * width_s);
    return TRUE;
}

gboolean
bb_timeline_data_read(const char *path, BbTimelineData *out, GError **error)
{
    Drawing drawing = {.out = out};
    *out = (BbTimelineData){0};
    if (!walk(path, &drawing, measure, error))
        return FALSE;
    if (drawing.n_rows < 2 || !(drawing.last_s > drawing.first_s))
        return TRUE;
    choose_unit(out, drawing.last_s - drawing.first_s);
    out->origin_s = drawing.first_s;
    out->binned = drawing.n_rows > EXACT_ROWS;
    g_autofree Bin *bins = out->binned ? g_new0(Bin, BB_PLOT_BINS) : NULL;
    drawing.bins = bins;
    drawing.csv = g_string_new(NULL);
    gboolean ok = draw(path, &drawing, error);
    out->csv = g_string_free(drawing.csv, !ok);
    return ok;
}

void
bb_timeline_data_clear(BbTimelineData *data)
{
    g_clear_pointer(&data->csv, g_free);
}
