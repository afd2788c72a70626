/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells are matched by label, seeds by number. */
#include "bb-gate-private.h"

#include <math.h>
#include <string.h>

void
bb_gate_pair_free(gpointer data)
{
    BbGatePair *pair = data;
    g_array_unref(pair->seeds[0]);
    g_array_unref(pair->seeds[1]);
    g_free(pair);
}

static const BbGateCell *
find_cell(const BbGateSide *side, const char *label)
{
    for (guint i = 0; i < side->cells->len; i++) {
        const BbGateCell *cell = side->cells->pdata[i];
        if (strcmp(cell->label, label) == 0)
            return cell;
    }
    return NULL;
}

/* A baseline and a candidate of one cell each are a pair, whatever they are called. */
gboolean
bb_gate_pairs_match(const BbGateSide *baseline, const BbGateSide *candidate, GPtrArray *pairs,
                    GError **error)
{
    gboolean single = baseline->cells->len == 1 && candidate->cells->len == 1;
    for (guint i = 0; i < baseline->cells->len; i++) {
        const BbGateCell *base = baseline->cells->pdata[i];
        const BbGateCell *cell =
            single ? candidate->cells->pdata[0] : find_cell(candidate, base->label);
        if (cell == NULL)
            return bb_error_input(error, candidate->path, 0, 0,
                                  "expected the runs of %s that the baseline %s has, found none",
                                  base->label, baseline->path);
        if (!bb_gate_check_inputs(baseline, candidate, base, cell, error))
            return FALSE;
        BbGatePair *pair = g_new0(BbGatePair, 1);
        *pair = (BbGatePair){.sides = {baseline, candidate}, .cells = {base, cell}};
        for (guint side = 0; side < 2; side++)
            pair->seeds[side] = g_array_new(FALSE, FALSE, sizeof(gint64));
        g_ptr_array_add(pairs, pair);
    }
    return TRUE;
}

static gboolean
is_shared(const GPtrArray *pairs, gint64 seed)
{
    for (guint i = 0; i < pairs->len; i++) {
        const BbGatePair *pair = pairs->pdata[i];
        if (bb_gate_cell_run(pair->cells[0], seed) == NULL ||
            bb_gate_cell_run(pair->cells[1], seed) == NULL)
            return FALSE;
    }
    return TRUE;
}

static void
add_all_seeds(const BbGateCell *cell, GArray *out, guint most)
{
    for (guint i = 0; i < cell->runs->len && i < most; i++)
        g_array_append_val(out, ((const BbGateRun *)cell->runs->pdata[i])->seed);
}

static guint
least_runs(const GPtrArray *pairs, guint side)
{
    guint least = G_MAXUINT;
    for (guint i = 0; i < pairs->len; i++)
        least = MIN(least, ((const BbGatePair *)pairs->pdata[i])->cells[side]->runs->len);
    return least;
}

/* The seeds that all cells of both sides have; without any, all that there are. */
guint
bb_gate_pairs_choose(GPtrArray *pairs)
{
    const BbGateCell *first = ((const BbGatePair *)pairs->pdata[0])->cells[0];
    g_autoptr(GArray) shared = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; i < first->runs->len; i++) {
        gint64 seed = ((const BbGateRun *)first->runs->pdata[i])->seed;
        if (is_shared(pairs, seed))
            g_array_append_val(shared, seed);
    }
    for (guint i = 0; i < pairs->len; i++) {
        BbGatePair *pair = pairs->pdata[i];
        for (guint side = 0; side < 2; side++) {
            if (shared->len > 0)
                g_array_append_vals(pair->seeds[side], shared->data, shared->len);
            else
                add_all_seeds(pair->cells[side], pair->seeds[side], least_runs(pairs, side));
        }
    }
    return shared->len;
}

/* By seed; owned by the caller. NULL: the side has no such metric. */
double *
bb_gate_pair_values(const BbGatePair *pair, guint side, const char *metric)
{
    gint index = bb_gate_side_find(pair->sides[side], metric);
    const GArray *seeds = pair->seeds[side];
    if (index < 0)
        return NULL;
    double *values = g_new(double, seeds->len + 1);
    for (guint i = 0; i < seeds->len; i++)
        values[i] =
            bb_gate_cell_run(pair->cells[side], g_array_index(seeds, gint64, i))->values[index];
    return values;
}

guint
bb_gate_count_finite(const double *values, guint n)
{
    guint count = 0;
    for (guint i = 0; values != NULL && i < n; i++)
        count += isfinite(values[i]) ? 1 : 0;
    return count;
}

double
bb_gate_mean(const double *values, guint n)
{
    double sum = 0;
    for (guint i = 0; i < n; i++)
        sum += values[i] / n;
    return sum;
}

/* 0: neither side has a number; 1: all are 0; 2: there is something to judge. */
guint
bb_gate_pair_presence(const BbGatePair *pair, const char *metric)
{
    guint presence = 0;
    for (guint side = 0; side < 2; side++) {
        g_autofree double *values = bb_gate_pair_values(pair, side, metric);
        for (guint i = 0; values != NULL && i < pair->seeds[side]->len; i++)
            if (isfinite(values[i]))
                presence = MAX(presence, values[i] != 0 ? 2 : 1);
    }
    return presence;
}
