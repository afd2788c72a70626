/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One look of the gate. */
#include "sim/lab/stat/bb-gate-test.h"
#include "tests/unit/known/known.h"

/* Row i of a list of lists; NULL where its length is not n (n = 0: any, told). */
static double *
row(Known *known, const char *name, guint i, gsize *n)
{
    JsonArray *rows = json_object_get_array_member(known->input, name);
    gsize length = 0;
    double *values = known_numbers(json_array_get_array_element(rows, i), &length);

    if (*n == 0)
        *n = length;
    if (length != *n)
        known_fail(known, "rows of unequal length");
    return values;
}

void
judge_gate(Known *known)
{
    gsize m, n = 0;
    g_autofree double *tolerance = known_array(known, "tolerance", &m);
    g_autofree double *absolute = known_array(known, "absolute", &m);
    g_autofree BbGateMetric *metrics = g_new0(BbGateMetric, m);
    g_autofree BbGateCheck *checks = g_new0(BbGateCheck, m);
    g_autofree double *values = g_new(double, 4 * m);
    g_autofree const char **verdicts = g_new(const char *, m);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    BbGateVerdict verdict;

    for (guint i = 0; i < m; i++) {
        double *baseline = row(known, "baseline", i, &n);
        double *candidate = row(known, "candidate", i, &n);

        g_ptr_array_add(rows, baseline);
        g_ptr_array_add(rows, candidate);
        metrics[i].baseline = baseline;
        metrics[i].candidate = candidate;
        metrics[i].margin = (BbMargin){tolerance[i], absolute[i], FALSE, BB_SCALE_RATIO};
    }
    verdict =
        bb_gate_look(metrics, m, n, known_in(known, "alpha"), known_in(known, "beta"), checks);
    for (gsize i = 0; i < m; i++) {
        values[i] = checks[i].change;
        values[m + i] = checks[i].p;
        values[2 * m + i] = checks[i].holm;
        values[3 * m + i] = checks[i].upper;
        verdicts[i] = bb_check_verdict_name(checks[i].verdict);
    }
    known_list(known, "change", values, m);
    known_list(known, "p", values + m, m);
    known_list(known, "holm", values + 2 * m, m);
    known_list(known, "upper", values + 3 * m, m);
    known_texts(known, "checks", verdicts, m);
    known_text(known, "verdict", bb_gate_verdict_name(verdict));
}
