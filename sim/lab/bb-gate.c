/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be judged goes through one test together; what cannot is unclear. */
#include "bb-gate.h"

#include "bb-gate-private.h"

#include <math.h>
#include <string.h>

#define CENSORED_REL 0.05
#define CENSORED_ABS 0.001

static const char *const of_run[] = {"wait_mean", "wait_p95",   "wait_p99", "bounded_slowdown_mean",
                                     "makespan",  "waited_frac"};
#define N_OF_KIND 4 /* the first of them */
static const char *const counts[] = {"rejected_frac", "censored_frac"};

/* What a baseline file holds beyond what is judged by default. */
static const char *const also_read[] = {
    "submitted",
    "killed_frac",
    "unfinished_frac",
    "completed_frac",
    "wait_p50",
    "wait_p90",
    "turnaround_mean",
    "turnaround_p95",
    "turnaround_p99",
    "slowdown_mean",
    "bounded_slowdown_p95",
    "bounded_slowdown_p99",
    "startup_mean",
    "startup_p99",
    "jain_wait",
    "nodes_busy_mean",
    "nodes_busy_peak",
    "cpu_allocated_frac_bought",
    "memory_allocated_frac_bought",
    "gpu_allocated_frac_bought",
    "cpu_used_frac",
    "work.events",
    "work.passes",
    "work.decisions",
    "work.nodes_examined",
    "work.costs_computed",
};

static void
add_name(GPtrArray *names, const char *prefix, const char *name)
{
    g_autofree char *full = g_strconcat(prefix, name, NULL);
    if (!g_ptr_array_find_with_equal_func(names, full, g_str_equal, NULL))
        g_ptr_array_add(names, g_steal_pointer(&full));
}

/* "kind.vm." of "kind.vm.wait_mean", "" of "wait_mean". */
static char *
prefix_of(const char *name)
{
    return g_strndup(name, (gsize)(bb_tolerance_base_name(name) - name));
}

static void
add_counts(GPtrArray *names, const char *prefix)
{
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        add_name(names, prefix, counts[i]);
}

GPtrArray *
bb_gate_metrics_new(const GPtrArray *tolerances)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < G_N_ELEMENTS(of_run); i++)
        add_name(names, "", of_run[i]);
    add_counts(names, "");
    for (guint i = 0; i < G_N_ELEMENTS(also_read); i++)
        add_name(names, "", also_read[i]);
    for (guint k = 0; k < BB_N_KINDS; k++) {
        g_autofree char *prefix = g_strdup_printf("kind.%s.", bb_kind_names[k]);
        for (guint i = 0; i < N_OF_KIND; i++)
            add_name(names, prefix, of_run[i]);
        add_counts(names, prefix);
    }
    for (guint i = 0; i < tolerances->len; i++) {
        const BbTolerance *tolerance = tolerances->pdata[i];
        g_autofree char *prefix = prefix_of(tolerance->metric);
        add_name(names, "", tolerance->metric);
        if (*prefix != '\0')
            add_counts(names, prefix);
    }
    return names;
}

/* ---- rows ---- */

typedef struct {
    BbGateRow *row;
    double *values[2];
    BbMargin margin;
} Work;

static void
clear_work(gpointer data)
{
    Work *work = data;
    g_free(work->values[0]);
    g_free(work->values[1]);
}

static void
free_row(gpointer data)
{
    BbGateRow *row = data;
    g_free(row->metric);
    g_free(row->reason);
    g_free(row);
}

/* The share on both sides; FALSE where either does not say. */
static gboolean
shares_of(const BbGatePair *pair, const char *prefix, const char *name, double out[2])
{
    g_autofree char *full = g_strconcat(prefix, name, NULL);
    for (guint side = 0; side < 2; side++) {
        g_autofree double *values = bb_gate_pair_values(pair, side, full);
        guint n = pair->seeds[side]->len;
        if (bb_gate_count_finite(values, n) < n)
            return FALSE;
        out[side] = bb_gate_mean(values, n);
    }
    return TRUE;
}

/* Times of jobs say nothing where more of them were turned away. */
static char *
doubt(const BbGatePair *pair, const char *metric, const BbMetric *info)
{
    static const char *const words[] = {"rejected", "never started"};
    g_autofree char *prefix = prefix_of(metric);
    gboolean times = strcmp(info->unit, "s") == 0 || strcmp(info->unit, "ratio") == 0;
    if (info->direction == BB_NEITHER_IS_BETTER)
        return g_strdup("neither more nor less of it is better");
    for (guint i = 0; times && i < G_N_ELEMENTS(counts); i++) {
        double share[2];
        if (shares_of(pair, prefix, counts[i], share) &&
            fabs(share[1] - share[0]) > CENSORED_REL * share[0] + CENSORED_ABS)
            return g_strdup_printf("%.3g %% of its jobs were %s, %.3g %% in the baseline",
                                   100 * share[1], words[i], 100 * share[0]);
    }
    return NULL;
}

static void
add_row(BbGate *gate, GArray *works, const BbGatePair *pair, const char *metric,
        const BbMargin *margin)
{
    BbMetric info;
    Work work = {.row = g_new0(BbGateRow, 1)};
    guint n[2] = {pair->seeds[0]->len, pair->seeds[1]->len};
    bb_tolerance_metric(metric, &info, NULL);
    work.margin = margin != NULL ? *margin : bb_tolerance_of_gate(metric, &info);
    for (guint side = 0; side < 2; side++)
        work.values[side] = bb_gate_pair_values(pair, side, metric);
    BbGateRow *row = work.row;
    row->metric = g_strdup(metric);
    row->label = pair->cells[1]->label;
    row->unit = info.unit;
    row->verdict = BB_CHECK_UNCLEAR;
    row->baseline = work.values[0] != NULL ? bb_gate_mean(work.values[0], n[0]) : NAN;
    row->candidate = work.values[1] != NULL ? bb_gate_mean(work.values[1], n[1]) : NAN;
    row->change = row->lower = row->upper = NAN;
    row->reason = doubt(pair, metric, &info);
    if (row->reason == NULL && (bb_gate_count_finite(work.values[0], n[0]) < n[0] ||
                                bb_gate_count_finite(work.values[1], n[1]) < n[1]))
        row->reason = g_strdup("not every run has it");
    row->judged = row->reason == NULL;
    g_ptr_array_add(gate->rows, row);
    g_array_append_val(works, work);
}

static void
add_default_rows(BbGate *gate, GArray *works, const BbGatePair *pair)
{
    guint n_kinds = 0;
    for (guint i = 0; i < G_N_ELEMENTS(of_run); i++)
        if (bb_gate_pair_presence(pair, of_run[i]) > 0)
            add_row(gate, works, pair, of_run[i], NULL);
    for (guint k = 0; k < BB_N_KINDS; k++) {
        g_autofree char *name = g_strdup_printf("kind.%s.wait_mean", bb_kind_names[k]);
        n_kinds += bb_gate_pair_presence(pair, name) > 0 ? 1 : 0;
    }
    for (guint k = 0; n_kinds > 1 && k < BB_N_KINDS; k++) {
        for (guint i = 0; i < N_OF_KIND; i++) {
            g_autofree char *name = g_strdup_printf("kind.%s.%s", bb_kind_names[k], of_run[i]);
            if (bb_gate_pair_presence(pair, name) > 0)
                add_row(gate, works, pair, name, NULL);
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        if (bb_gate_pair_presence(pair, counts[i]) == 2)
            add_row(gate, works, pair, counts[i], NULL);
}

static gboolean
add_named_rows(BbGate *gate, GArray *works, const BbGatePair *pair, const GPtrArray *tolerances,
               GError **error)
{
    for (guint i = 0; i < tolerances->len; i++) {
        const BbTolerance *tolerance = tolerances->pdata[i];
        for (guint side = 0; side < 2; side++) {
            if (bb_gate_side_find(pair->sides[side], tolerance->metric) < 0)
                return bb_error_input(error, pair->sides[side]->path, 0, 0,
                                      "expected numbers of %s, found none: write the file again "
                                      "with --tolerance %s=.. --update-baseline",
                                      tolerance->metric, tolerance->metric);
        }
        if (bb_gate_pair_presence(pair, tolerance->metric) == 0)
            return bb_error_input(error, pair->sides[1]->path, 0, 0,
                                  "expected numbers of %s, found none in either result",
                                  tolerance->metric);
        add_row(gate, works, pair, tolerance->metric, &tolerance->margin);
    }
    return TRUE;
}

/* ---- the test ---- */

static void
finish_row(BbGateRow *row, const BbGateCheck *check)
{
    double lower, upper;
    row->check = *check;
    row->verdict = check->verdict;
    row->change = bb_tolerance_change(&check->effect, check->effect.y);
    if (!check->effect.finite || check->effect.n < 2)
        return;
    bb_effect_interval(&check->effect, 1 - 2 * BB_GATE_BETA, &lower, &upper);
    row->lower = bb_tolerance_change(&check->effect, lower);
    row->upper = bb_tolerance_change(&check->effect, upper);
}

/* Unclear rows leave no pass; a proven regression stays one. */
static void
judge(BbGate *gate, const GArray *works, guint n_baseline, guint n_candidate)
{
    g_autofree BbGateMetric *metrics = g_new0(BbGateMetric, works->len + 1);
    g_autofree BbGateCheck *checks = g_new0(BbGateCheck, works->len + 1);
    guint m = 0;
    for (guint i = 0; i < works->len; i++) {
        const Work *work = &g_array_index(works, Work, i);
        if (work->row->judged)
            metrics[m++] = (BbGateMetric){work->values[0], work->values[1], work->margin};
    }
    gate->verdict = BB_GATE_UNCLEAR;
    if (m > 0)
        gate->verdict = bb_gate_judge(gate->design, metrics, m, n_baseline, n_candidate, checks);
    gate->identical = m > 0 && m == works->len;
    if (m < works->len && gate->verdict == BB_GATE_PASS)
        gate->verdict = BB_GATE_UNCLEAR;
    guint n_judged = m;
    m = 0;
    for (guint i = 0; i < works->len; i++) {
        BbGateRow *row = g_array_index(works, Work, i).row;
        row->smallest = NAN;
        if (row->judged) {
            finish_row(row, &checks[m++]);
            row->smallest =
                bb_tolerance_change(&row->check.effect, bb_gate_sight(&row->check, gate->design,
                                                                      n_candidate, n_judged));
        }
        gate->identical = gate->identical && row->check.effect.identical;
    }
}

/* ---- all of it ---- */

/* Of the first seed that has both, a red one where there is. */
static void
find_folders(BbGate *gate, const GPtrArray *pairs)
{
    for (guint i = 0; i < pairs->len; i++) {
        const BbGatePair *pair = pairs->pdata[i];
        for (guint s = 0; s < pair->seeds[0]->len; s++) {
            gint64 seed = g_array_index(pair->seeds[0], gint64, s);
            const BbGateRun *a = bb_gate_cell_run(pair->cells[0], seed);
            const BbGateRun *b = bb_gate_cell_run(pair->cells[1], seed);
            if (gate->folders[0] != NULL || b == NULL || a->folder == NULL || b->folder == NULL)
                continue;
            gate->folders[0] = g_strdup(a->folder);
            gate->folders[1] = g_strdup(b->folder);
        }
    }
}

static void
list_changes(BbGate *gate, const GPtrArray *pairs)
{
    const BbGatePair *first = pairs->pdata[0];
    const char *old = first->sides[0]->version, *new = first->sides[1]->version;
    if (g_strcmp0(old, new) != 0)
        g_ptr_array_add(gate->changed,
                        g_strdup_printf("version: %s -> %s", old != NULL ? old : "not given",
                                        new != NULL ? new : "not given"));
    for (guint i = 0; i < pairs->len; i++) {
        const BbGatePair *pair = pairs->pdata[i];
        bb_gate_list_changes(pair->cells[0], pair->cells[1], gate->changed);
    }
}

static gboolean
add_rows(BbGate *gate, GArray *works, const GPtrArray *pairs, const GPtrArray *tolerances,
         GError **error)
{
    for (guint i = 0; i < pairs->len; i++) {
        if (tolerances->len == 0)
            add_default_rows(gate, works, pairs->pdata[i]);
        else if (!add_named_rows(gate, works, pairs->pdata[i], tolerances, error))
            return FALSE;
    }
    return TRUE;
}

static BbGate *
gate_alloc(void)
{
    BbGate *gate = g_new0(BbGate, 1);
    gate->changed = g_ptr_array_new_with_free_func(g_free);
    gate->rows = g_ptr_array_new_with_free_func(free_row);
    gate->notes = g_ptr_array_new_with_free_func(g_free);
    return gate;
}

BbGate *
bb_gate_new(const BbGateSide *baseline, const BbGateSide *candidate, const GPtrArray *tolerances,
            GError **error)
{
    g_autoptr(BbGate) gate = gate_alloc();
    g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(bb_gate_pair_free);
    g_autoptr(GArray) works = g_array_new(FALSE, FALSE, sizeof(Work));
    g_array_set_clear_func(works, clear_work);
    if (!bb_gate_pairs_match(baseline, candidate, pairs, error))
        return NULL;
    guint n_shared = bb_gate_pairs_choose(pairs);
    guint n_baseline = ((const BbGatePair *)pairs->pdata[0])->seeds[0]->len;
    guint n_candidate = ((const BbGatePair *)pairs->pdata[0])->seeds[1]->len;
    gate->n_seeds = n_shared > 0 ? n_shared : MIN(n_baseline, n_candidate);
    gate->design = bb_gate_design(n_shared, n_baseline, n_candidate);
    if (!add_rows(gate, works, pairs, tolerances, error))
        return NULL;
    judge(gate, works, n_baseline, n_candidate);
    list_changes(gate, pairs);
    bb_gate_add_notes(gate, pairs, n_shared);
    find_folders(gate, pairs);
    return g_steal_pointer(&gate);
}

void
bb_gate_free(BbGate *gate)
{
    if (gate == NULL)
        return;
    g_ptr_array_unref(gate->changed);
    g_ptr_array_unref(gate->rows);
    g_ptr_array_unref(gate->notes);
    g_free(gate->folders[0]);
    g_free(gate->folders[1]);
    g_free(gate);
}
