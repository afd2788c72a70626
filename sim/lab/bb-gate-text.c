/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict first, then what was changed, then every check, then why. */
#include "bb-gate.h"

#include "sim/base/bb-units.h"
#include "sim/report/bb-prose.h"

#include <math.h>
#include <string.h>

#define WIDTH 80
#define LABEL_WIDTH 22
#define N_CELLS 6

static const int widths[N_CELLS] = {11, 11, 8, 15, 8, 5};

static gboolean
is_fraction(const BbGateRow *row)
{
    return strcmp(row->unit, "frac") == 0;
}

static char *
format_mean(const BbGateRow *row, double value)
{
    if (strcmp(row->unit, "s") == 0)
        return bb_format_duration(value);
    return is_fraction(row) ? bb_format_percent(value) : bb_format_ratio(value);
}

static gboolean
in_percent(const BbGateRow *row)
{
    return row->judged && row->check.effect.scale == BB_SCALE_RATIO;
}

static char *
signed_number(const BbGateRow *row, double change)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double value = in_percent(row) || is_fraction(row) ? 100 * change : change;
    double size = fabs(value);
    if (!isfinite(value))
        return g_strdup("-");
    if (size == 0)
        return g_strdup("0");
    return g_strdup(g_ascii_formatd(text, sizeof text,
                                    size >= 99.95   ? "%+.0f"
                                    : size >= 0.095 ? "%+.1f"
                                                    : "%+.2f",
                                    value));
}

static const char *
suffix(const BbGateRow *row)
{
    return in_percent(row) ? " %" : is_fraction(row) ? " pt" : "";
}

static char *
format_change(const BbGateRow *row)
{
    g_autofree char *number = signed_number(row, row->change);
    return g_strconcat(number, isfinite(row->change) ? suffix(row) : "", NULL);
}

static char *
format_interval(const BbGateRow *row)
{
    if (!isfinite(row->lower) || !isfinite(row->upper) || row->check.effect.identical)
        return g_strdup("");
    g_autofree char *lower = signed_number(row, row->lower);
    g_autofree char *upper = signed_number(row, row->upper);
    return g_strdup_printf("[%s, %s]", lower, upper);
}

/* "5 % + 1 s". */
static char *
format_tolerance(const BbGateRow *row)
{
    const BbMargin *margin = &row->check.effect.margin;
    g_autofree char *rel = bb_format_ratio(100 * margin->rel);
    if (!row->judged)
        return g_strdup("");
    if (margin->abs == 0)
        return g_strconcat(rel, " %", NULL);
    g_autofree char *abs =
        is_fraction(row) ? bb_format_ratio(100 * margin->abs) : bb_format_ratio(margin->abs);
    return g_strdup_printf("%s %% + %s%s%s", rel, abs, is_fraction(row) ? " pt" : " ",
                           is_fraction(row) ? "" : row->unit);
}

static char *
name_of(const BbGateRow *row)
{
    return *row->label != '\0' ? g_strdup_printf("%s [%s]", row->metric, row->label)
                               : g_strdup(row->metric);
}

/* ---- sentences ---- */

/* "wait_mean +72 % [+61, +84], tolerance 5 % + 1 s". */
static char *
describe_change(const BbGateRow *row)
{
    g_autofree char *name = name_of(row), *change = format_change(row);
    g_autofree char *interval = format_interval(row), *tolerance = format_tolerance(row);
    return g_strdup_printf("%s %s%s%s, tolerance %s", name, change, *interval != '\0' ? " " : "",
                           interval, tolerance);
}

char *
bb_gate_sentence(const BbGate *gate, const BbGateRow *row)
{
    g_autofree char *name = name_of(row), *change = describe_change(row);
    if (!row->judged)
        return g_strdup_printf("%s: %s", name, row->reason);
    if (row->verdict == BB_CHECK_WORSE && row->check.effect.paired)
        return g_strdup_printf("%s; beyond it in %" G_GSIZE_FORMAT " of %u seeds%s", change,
                               row->check.n_beyond, gate->n_seeds,
                               gate->design == BB_GATE_RCN ? ", confirmed in the second half" : "");
    if (row->verdict == BB_CHECK_UNCLEAR && row->check.n_settle > 0)
        return g_strdup_printf("%s; about %" G_GUINT64_FORMAT " seeds would settle it", change,
                               row->check.n_settle);
    return g_steal_pointer(&change);
}

char *
bb_gate_sensitivity(const BbGate *gate)
{
    g_autoptr(GString) out = g_string_new(NULL);
    for (guint i = 0; !gate->identical && i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        g_autofree char *name = name_of(row), *number = signed_number(row, row->smallest);
        if (row->judged && isfinite(row->smallest))
            g_string_append_printf(out, "%s%s %s%s", out->len > 0 ? ", " : "", name, number,
                                   suffix(row));
    }
    return out->len > 0 ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static guint
count_rows(const BbGate *gate, BbCheckVerdict verdict)
{
    guint n = 0;
    for (guint i = 0; i < gate->rows->len; i++)
        n += ((const BbGateRow *)gate->rows->pdata[i])->verdict == verdict ? 1 : 0;
    return n;
}

static const BbGateRow *
first_row(const BbGate *gate, BbCheckVerdict verdict)
{
    for (guint i = 0; i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        if (row->verdict == verdict)
            return row;
    }
    return NULL;
}

char *
bb_gate_headline(const BbGate *gate)
{
    if (gate->identical)
        return g_strdup_printf("pass: identical in %u seed%s", gate->n_seeds,
                               gate->n_seeds == 1 ? "" : "s");
    if (gate->verdict == BB_GATE_PASS)
        return g_strdup_printf("pass: not worse than the baseline, each of %u metrics within its "
                               "tolerance (%u seeds)",
                               gate->rows->len, gate->n_seeds);
    const BbGateRow *row =
        first_row(gate, gate->verdict == BB_GATE_REGRESSION ? BB_CHECK_WORSE : BB_CHECK_UNCLEAR);
    g_autofree char *sentence = row != NULL ? bb_gate_sentence(gate, row) : g_strdup("no metric");
    return g_strdup_printf(
        "%s: %s", gate->verdict == BB_GATE_REGRESSION ? "regression" : "cannot judge", sentence);
}

static void
fill_cells(const BbGateRow *row, char *cells[N_CELLS + 1])
{
    cells[0] = format_mean(row, row->baseline);
    cells[1] = format_mean(row, row->candidate);
    cells[2] = format_change(row);
    cells[3] = format_interval(row);
    cells[4] = g_strdup(bb_check_verdict_name(row->verdict));
    cells[5] = row->judged && row->check.effect.paired
                   ? g_strdup_printf("%" G_GSIZE_FORMAT, row->check.n_beyond)
                   : g_strdup("");
    cells[N_CELLS] = NULL;
}

static void
clear_cells(char **cells)
{
    for (guint c = 0; c < N_CELLS; c++)
        g_free(cells[c]);
}

static void
append_row(GString *out, const char *label, char *const *cells)
{
    gsize from = out->len;
    if (g_utf8_strlen(label, -1) > LABEL_WIDTH)
        g_string_append_printf(out, "%s\n%*s", label, LABEL_WIDTH, "");
    else
        g_string_append_printf(out, "%-*s", LABEL_WIDTH, label);
    for (guint c = 0; c < N_CELLS; c++)
        g_string_append_printf(out, strlen(cells[c]) >= (gsize)widths[c] ? " %*s" : "%*s",
                               widths[c], cells[c]);
    while (out->len > from && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void
append_table(GString *out, const BbGate *gate)
{
    static char baseline[] = "baseline", candidate[] = "candidate", change[] = "change",
                interval[] = "90 % interval", verdict[] = "verdict", beyond[] = "over";
    char *heading[N_CELLS] = {baseline, candidate, change, interval, verdict, beyond};
    append_row(out, "", heading);
    for (guint i = 0; i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        g_autofree char *name = name_of(row);
        char *cells[N_CELLS + 1];
        fill_cells(row, cells);
        append_row(out, name, cells);
        clear_cells(cells);
    }
}

/* Every check that is not ok, but for the one that the headline told of. */
static void
append_sentences(GString *out, const BbGate *gate, const char *first)
{
    for (guint i = 0; i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        if (row->verdict == BB_CHECK_OK)
            continue;
        g_autofree char *sentence = bb_gate_sentence(gate, row);
        bb_append_wrapped(out, first, sentence, WIDTH);
    }
    for (guint i = 0; i < gate->notes->len; i++)
        bb_append_wrapped(out, first, gate->notes->pdata[i], WIDTH);
}

char *
bb_gate_text(const BbGate *gate, const char *diff)
{
    GString *out = g_string_new(NULL);
    g_autofree char *headline = bb_gate_headline(gate);
    bb_append_wrapped(out, "", headline, WIDTH);
    g_string_append_printf(out, "Design %s, %u seed%s; %u ok, %u worse, %u unclear\n",
                           bb_gate_design_name(gate->design), gate->n_seeds,
                           gate->n_seeds == 1 ? "" : "s", count_rows(gate, BB_CHECK_OK),
                           count_rows(gate, BB_CHECK_WORSE), count_rows(gate, BB_CHECK_UNCLEAR));
    for (guint i = 0; i < gate->changed->len; i++)
        bb_append_wrapped(out, "Changed  ", gate->changed->pdata[i], WIDTH);
    g_string_append_c(out, '\n');
    append_table(out, gate);
    g_string_append(out, "(over: seeds in which the change was beyond the tolerance)\n\n");
    append_sentences(out, gate, "- ");
    if (diff != NULL)
        g_string_append_printf(out, "\nWhere the two begin to differ:\n\n%s", diff);
    return g_string_free(out, FALSE);
}

char *
bb_gate_markdown(const BbGate *gate, const char *diff)
{
    GString *out = g_string_new(NULL);
    g_autofree char *headline = bb_gate_headline(gate);
    g_string_append_printf(out, "### breakbulk gate: %s\n\n", headline);
    for (guint i = 0; i < gate->changed->len; i++)
        g_string_append_printf(out, "- changed: `%s`\n", (const char *)gate->changed->pdata[i]);
    g_string_append(out, "\n| metric | baseline | candidate | change | 90 % interval | verdict | "
                         "seeds over | tolerance |\n|---|---:|---:|---:|---:|---|---:|---:|\n");
    for (guint i = 0; i < gate->rows->len; i++) {
        const BbGateRow *row = gate->rows->pdata[i];
        g_autofree char *name = name_of(row), *tolerance = format_tolerance(row);
        char *cells[N_CELLS + 1];
        fill_cells(row, cells);
        g_autofree char *joined = g_strjoinv(" | ", cells);
        g_string_append_printf(out, "| %s | %s | %s |\n", name, joined, tolerance);
        clear_cells(cells);
    }
    g_string_append_c(out, '\n');
    append_sentences(out, gate, "- ");
    if (diff != NULL)
        g_string_append_printf(out,
                               "\n<details><summary>Where the two begin to differ</summary>\n\n"
                               "```\n%s```\n\n</details>\n",
                               diff);
    return g_string_free(out, FALSE);
}
