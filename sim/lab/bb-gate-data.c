/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For programs: JSON, and JUnit XML, in which a check is a test case. */
#include "bb-gate.h"

#include "sim/base/bb-json.h"

#include <math.h>
#include <string.h>

static void
write_texts(BbJson *json, const char *key, const GPtrArray *texts)
{
    bb_json_begin_array(json, key);
    for (guint i = 0; i < texts->len; i++)
        bb_json_text(json, NULL, texts->pdata[i]);
    bb_json_end(json);
}

static void
write_row(BbJson *json, const BbGateRow *row)
{
    const BbMargin *margin = &row->check.effect.margin;
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "metric", row->metric);
    bb_json_text(json, "cell", row->label);
    bb_json_text(json, "unit", row->unit);
    bb_json_double(json, "baseline", row->baseline);
    bb_json_double(json, "candidate", row->candidate);
    bb_json_double(json, "difference", row->candidate - row->baseline);
    bb_json_double(json, "change", row->change);
    bb_json_text(json, "change_is",
                 row->check.effect.scale == BB_SCALE_RATIO ? "relative" : "difference");
    bb_json_begin_array(json, "interval");
    bb_json_double(json, NULL, row->lower);
    bb_json_double(json, NULL, row->upper);
    bb_json_end(json);
    bb_json_double(json, "tolerance", row->judged ? margin->rel : NAN);
    bb_json_double(json, "tolerance_abs", row->judged ? margin->abs : NAN);
    bb_json_bool(json, "paired", row->check.effect.paired);
    bb_json_double(json, "p_holm", row->judged ? row->check.holm : NAN);
    bb_json_double(json, "smallest_change", row->smallest);
    bb_json_int(json, "seeds_beyond", (gint64)row->check.n_beyond);
    bb_json_text(json, "verdict", bb_check_verdict_name(row->verdict));
    bb_json_text(json, "reason", row->reason);
    bb_json_end(json);
}

char *
bb_gate_json(const BbGate *gate)
{
    g_autoptr(BbJson) json = bb_json_new();
    g_autofree char *headline = bb_gate_headline(gate);
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "breakbulk-gate/1");
    bb_json_text(json, "verdict", bb_gate_verdict_name(gate->verdict));
    bb_json_text(json, "headline", headline);
    bb_json_bool(json, "identical", gate->identical);
    bb_json_text(json, "design", bb_gate_design_name(gate->design));
    bb_json_int(json, "seeds", gate->n_seeds);
    write_texts(json, "changed", gate->changed);
    bb_json_begin_array(json, "checks");
    for (guint i = 0; i < gate->rows->len; i++)
        write_row(json, gate->rows->pdata[i]);
    bb_json_end(json);
    write_texts(json, "notes", gate->notes);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}

static guint
count_rows(const BbGate *gate, BbCheckVerdict verdict)
{
    guint n = 0;
    for (guint i = 0; i < gate->rows->len; i++)
        n += ((const BbGateRow *)gate->rows->pdata[i])->verdict == verdict ? 1 : 0;
    return n;
}

static void
append_case(GString *out, const BbGate *gate, const BbGateRow *row)
{
    g_autofree char *name =
        g_markup_printf_escaped("%s%s%s", row->metric, *row->label ? " " : "", row->label);
    g_autofree char *sentence = bb_gate_sentence(gate, row);
    g_autofree char *message = g_markup_printf_escaped("%s", sentence);
    g_string_append_printf(out, "  <testcase classname=\"breakbulk.gate\" name=\"%s\"", name);
    if (row->verdict == BB_CHECK_OK)
        g_string_append(out, "/>\n");
    else
        g_string_append_printf(out, ">\n    <%s message=\"%s\"/>\n  </testcase>\n",
                               row->verdict == BB_CHECK_WORSE ? "failure" : "error", message);
}

char *
bb_gate_junit(const BbGate *gate)
{
    GString *out = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    g_string_append_printf(
        out, "<testsuite name=\"breakbulk gate\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n",
        gate->rows->len, count_rows(gate, BB_CHECK_WORSE), count_rows(gate, BB_CHECK_UNCLEAR));
    for (guint i = 0; i < gate->rows->len; i++)
        append_case(out, gate, gate->rows->pdata[i]);
    g_string_append(out, "</testsuite>\n");
    return g_string_free(out, FALSE);
}
