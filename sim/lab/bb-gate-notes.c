/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verdict cannot say: too few seeds, none shared, or inputs that are no longer the same. */
#include "bb-gate-private.h"

#include <math.h>

#define PAIRED_CORRELATION 0.5 /* below that, pairing is lost */

/* Are the jobs of each seed the same on both sides, as far as their last submission and the end of the
 * longest tell? */
typedef struct {
    gboolean other_submits, same_ends;
} Inputs;

static Inputs
compare_inputs(const GPtrArray *pairs)
{
    Inputs inputs = {FALSE, TRUE};
    for (guint p = 0; p < pairs->len; p++) {
        const BbGatePair *pair = pairs->pdata[p];
        for (guint i = 0; i < pair->seeds[0]->len; i++) {
            gint64 seed = g_array_index(pair->seeds[0], gint64, i);
            const BbGateRun *a = bb_gate_cell_run(pair->cells[0], seed);
            const BbGateRun *b = bb_gate_cell_run(pair->cells[1], seed);
            if (b == NULL)
                continue;
            inputs.other_submits = inputs.other_submits || (isfinite(a->last_submit_s) &&
                                                            a->last_submit_s != b->last_submit_s);
            inputs.same_ends = inputs.same_ends && a->longest_s == b->longest_s;
        }
    }
    return inputs;
}

static void
note_pairing(BbGate *gate, const GPtrArray *pairs, guint n_shared)
{
    Inputs inputs = compare_inputs(pairs);
    gboolean weak = FALSE;
    if (n_shared == 0) {
        g_ptr_array_add(gate->notes,
                        g_strdup("No seed is on both sides: the runs cannot be paired, and only "
                                 "large changes can be seen."));
        return;
    }
    for (guint i = 0; i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        weak = weak || (row->judged && row->verdict == BB_CHECK_UNCLEAR &&
                        row->check.effect.correlation < PAIRED_CORRELATION);
    }
    if (inputs.other_submits)
        g_ptr_array_add(gate->notes,
                        g_strdup("The candidate no longer uses the same random inputs: pairing is "
                                 "lost; refresh the baseline."));
    else if (weak && !inputs.same_ends)
        g_ptr_array_add(gate->notes,
                        g_strdup("The candidate may no longer use the same random inputs (its "
                                 "numbers do not follow the baseline's seed by seed): if so, "
                                 "pairing is lost; refresh the baseline."));
}

static void
note_seeds(BbGate *gate, guint n_shared)
{
    if (gate->design == BB_GATE_TOO_FEW && !gate->identical)
        g_ptr_array_add(gate->notes, g_strdup_printf("%u seed%s on both sides: at least %d are "
                                                     "needed to judge results that differ.",
                                                     n_shared, n_shared == 1 ? " is" : "s are",
                                                     BB_GATE_MIN_SEEDS));
}

void
bb_gate_add_notes(BbGate *gate, const GPtrArray *pairs, guint n_shared)
{
    note_seeds(gate, n_shared);
    note_pairing(gate, pairs, n_shared);
}
