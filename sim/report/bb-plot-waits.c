/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The distribution is read off at a grid of waits, evenly spaced in their logarithm. */
#include "sim/contract/bb-columns.h"
#include "sim/report/bb-plot-data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_POINTS 400

enum { SUBMIT, KIND, WAIT, STATE };

static const BbCsvColumn columns[] = {
    [SUBMIT] = {"submit_s", TRUE}, [KIND] = {"kind", TRUE}, [WAIT] = {"wait_s", TRUE},
    [STATE] = {"state", TRUE},     {NULL, FALSE},
};

typedef struct {
    GArray *waits[BB_N_KINDS]; /* of double, in seconds; infinite: never started */
    double most;
} Waits;

static void
waits_clear(Waits *waits)
{
    for (guint k = 0; k < BB_N_KINDS; k++)
        g_clear_pointer(&waits->waits[k], g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Waits, waits_clear)

static gboolean
take_row(BbColumns *file, BbTimeUs from_us, Waits *waits, GError **error)
{
    BbTimeUs submit_us = 0, wait_us = -1;
    guint k = 0;
    while (k < BB_N_KINDS && strcmp(bb_columns_raw(file, KIND), bb_kind_names[k]) != 0)
        k++;
    if (k == BB_N_KINDS)
        return bb_columns_error(file, KIND, "a kind of job", error);
    if (!bb_columns_seconds(file, SUBMIT, &submit_us, error) ||
        !bb_columns_seconds(file, WAIT, &wait_us, error))
        return FALSE;
    if (submit_us < from_us || strcmp(bb_columns_raw(file, STATE), "rejected") == 0)
        return TRUE;
    double wait_s = wait_us < 0 ? INFINITY : (double)wait_us / (double)BB_US_PER_S;
    g_array_append_val(waits->waits[k], wait_s);
    if (wait_us > 0)
        waits->most = MAX(waits->most, wait_s);
    return TRUE;
}

static gboolean
read_waits(const char *path, BbTimeUs from_us, Waits *waits, GError **error)
{
    g_autoptr(BbInput) input = bb_input_open(path, error);
    BbColumns file = {0};
    BbReadResult result = BB_READ_ERROR;
    if (!input)
        return FALSE;
    if (bb_columns_open(&file, input, columns, "", error)) {
        while ((result = bb_columns_next(&file, error)) == BB_READ_ROW) {
            if (!take_row(&file, from_us, waits, error)) {
                result = BB_READ_ERROR;
                break;
            }
        }
    }
    bb_columns_clear(&file);
    return result == BB_READ_END;
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Share of the values that are at most x; the array is sorted. */
static double
share_up_to(const GArray *values, double x)
{
    guint low = 0, high = values->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(values, double, middle) <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low / values->len;
}

static void
append_point(GString *csv, const Waits *waits, double x)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(csv, g_ascii_formatd(text, sizeof text, "%.9g", x));
    for (guint k = 0; k < BB_N_KINDS; k++) {
        if (waits->waits[k]->len == 0)
            continue;
        g_string_append_c(csv, ',');
        g_string_append(
            csv, g_ascii_formatd(text, sizeof text, "%.6g", share_up_to(waits->waits[k], x)));
    }
    g_string_append_c(csv, '\n');
}

static char *
draw(const Waits *waits, const BbWaitsData *out)
{
    GString *csv = g_string_new("wait_s");
    double step = log(out->most / out->least) / (N_POINTS - 1);
    for (guint k = 0; k < BB_N_KINDS; k++) {
        if ((out->kinds >> k & 1) != 0)
            g_string_append_printf(csv, ",%s", bb_kind_names[k]);
    }
    g_string_append_c(csv, '\n');
    for (guint i = 0; i < N_POINTS; i++)
        append_point(csv, waits,
                     i == N_POINTS - 1 ? out->most : out->least * exp(step * (double)i));
    return g_string_free(csv, FALSE);
}

gboolean
bb_waits_data_read(const char *path, BbTimeUs from_us, BbWaitsData *out, GError **error)
{
    g_auto(Waits) waits = {.most = 0};
    *out = (BbWaitsData){0};
    for (guint k = 0; k < BB_N_KINDS; k++)
        waits.waits[k] = g_array_new(FALSE, FALSE, sizeof(double));
    if (!read_waits(path, from_us, &waits, error))
        return FALSE;
    for (guint k = 0; k < BB_N_KINDS; k++) {
        GArray *values = waits.waits[k];
        if (values->len > 0)
            qsort(values->data, values->len, sizeof(double), by_value);
        out->kinds |= values->len > 0 ? 1u << k : 0;
    }
    if (waits.most <= 0)
        return TRUE;
    out->most = waits.most;
    out->least = MIN(1, waits.most / 100);
    out->csv = draw(&waits, out);
    return TRUE;
}

void
bb_waits_data_clear(BbWaitsData *data)
{
    g_clear_pointer(&data->csv, g_free);
}
