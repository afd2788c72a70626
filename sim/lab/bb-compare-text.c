/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For people: a table for each variant, then in words what the table cannot say. */
#include "sim/base/bb-units.h"
#include "sim/lab/bb-compare.h"
#include "sim/report/bb-prose.h"

#include <math.h>
#include <string.h>

#define WIDTH 80
#define LABEL_WIDTH 21
#define N_CELLS 6
#define PAIRS_SAID 4 /* variants; of more, the pairs with the reference */

static const int widths[N_CELLS] = {11, 11, 8, 15, 8, 6};

static char *
letter(guint variant)
{
    return variant < 26 ? g_strdup_printf("%c", (char)('A' + variant))
                        : g_strdup_printf("#%u", variant + 1);
}

static char *
format_mean(const char *unit, double value)
{
    if (strcmp(unit, "s") == 0)
        return bb_format_duration(value);
    return strcmp(unit, "frac") == 0 ? bb_format_percent(value) : bb_format_ratio(value);
}

/* Changes are percent of the reference, of fractions points. */
static double
scaled(const BbComparison *comparison, double change)
{
    gboolean percent =
        comparison->effect.scale == BB_SCALE_RATIO || strcmp(comparison->unit, "frac") == 0;
    return percent ? change * 100 : change;
}

static const char *
suffix(const BbComparison *comparison)
{
    if (comparison->effect.scale == BB_SCALE_RATIO)
        return " %";
    return strcmp(comparison->unit, "frac") == 0 ? " pt" : "";
}

static char *
signed_number(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    double size = fabs(value);
    if (!isfinite(value))
        return g_strdup("-");
    const char *format = size >= 9999.5  ? "%+.2g"
                         : size >= 99.95 ? "%+.0f"
                         : size >= 0.095 ? "%+.1f"
                                         : "%+.2f";
    return g_strdup(g_ascii_formatd(text, sizeof text, size == 0 ? "%.0f" : format, value));
}

static char *
format_change(const BbComparison *comparison)
{
    g_autofree char *number = signed_number(scaled(comparison, comparison->change));
    return g_strconcat(number, isfinite(comparison->change) ? suffix(comparison) : "", NULL);
}

static char *
format_interval(const BbComparison *comparison)
{
    if (!isfinite(comparison->lower) || !isfinite(comparison->upper))
        return g_strdup("");
    g_autofree char *lower = signed_number(scaled(comparison, comparison->lower));
    g_autofree char *upper = signed_number(scaled(comparison, comparison->upper));
    return g_strdup_printf("[%s, %s]", lower, upper);
}

static void
fill_cells(const BbComparison *comparison, guint n_worlds, char *cells[N_CELLS + 1])
{
    gboolean ranked = comparison->direction != BB_NEITHER_IS_BETTER;
    cells[0] = format_mean(comparison->unit, comparison->effect.base_mean);
    cells[1] = format_mean(comparison->unit, comparison->effect.candidate_mean);
    cells[2] = format_change(comparison);
    cells[3] = format_interval(comparison);
    cells[4] = g_strdup(bb_verdict_name(comparison->verdict));
    cells[5] = ranked ? g_strdup_printf("%u/%u", comparison->n_better, n_worlds) : g_strdup("");
    cells[N_CELLS] = NULL;
}

/* A label may use what the first cell leaves of its column; what is longer has a line of its own. */
static void
append_label(GString *out, const char *label, const char *first)
{
    glong room = LABEL_WIDTH + widths[0] - g_utf8_strlen(label, -1);
    g_string_append(out, label);
    if (room <= g_utf8_strlen(first, -1)) {
        g_string_append_c(out, '\n');
        room = LABEL_WIDTH + widths[0];
    }
    g_string_append_printf(out, "%*s", (int)room, first);
}

static void
append_row(GString *out, const char *label, char *const *cells)
{
    gsize from = out->len;
    append_label(out, label, cells[0]);
    for (guint c = 1; c < N_CELLS; c++)
        g_string_append_printf(out, strlen(cells[c]) >= (gsize)widths[c] ? " %*s" : "%*s",
                               widths[c], cells[c]);
    while (out->len > from && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    g_string_append_c(out, '\n');
}

static void
clear_cells(char **cells)
{
    for (guint c = 0; c < N_CELLS; c++)
        g_free(cells[c]);
}

static void
append_heading(GString *out, guint variant)
{
    g_autofree char *name = letter(variant), *label = g_strconcat(name, " against A", NULL);
    static char change[] = "change", interval[] = "95 % interval", verdict[] = "verdict",
                wins[] = "wins", reference[] = "A";
    char *cells[N_CELLS] = {reference, name, change, interval, verdict, wins};
    append_row(out, label, cells);
}

static void say(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(GString *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    bb_append_wrapped(out, "", text, WIDTH);
}

static void
append_variants(GString *out, const BbCompare *compare)
{
    g_autofree char *jobs = bb_format_count(compare->n_jobs);
    say(out, "%s: %u variants in %u world%s of %s jobs", compare->name, compare->n_variants,
        compare->n_worlds, compare->n_worlds == 1 ? "" : "s", jobs);
    for (guint v = 0; v < compare->n_variants; v++) {
        g_autofree char *name = letter(v), *first = g_strdup_printf("%-4s", name);
        g_autofree char *text =
            g_strconcat(compare->labels[v], v == 0 ? " (the reference)" : "", NULL);
        bb_append_wrapped(out, first, text, WIDTH);
    }
    g_string_append_c(out, '\n');
}

/* What an interval says, and what it does not. */
static char *
describe_covers(const BbCompare *compare)
{
    static const struct {
        const char *name, *text;
    } words[] = {
        {"world", "the random draws of the generators"},
        {"ties", "the order of ties between equal nodes"},
        {"measurement noise", "submissions moved by up to 30 s and run times by up to 1 %"},
        {"user population", "users drawn anew with all their jobs"},
    };
    g_autoptr(GString) text = g_string_new(NULL);
    if (compare->has_batches)
        return g_strdup("One world, a long run: wait_mean is judged by batches of its jobs, after "
                        "the warm-up, and its interval covers the random draws of the generators. "
                        "The other numbers are those of these runs.");
    if (compare->covers->len == 0)
        return g_strdup("One world: the numbers are those of these runs, and nothing says how much "
                        "chance is in them. --seeds, --shake or --resample make more worlds.");
    for (guint i = 0; i < compare->covers->len; i++)
        for (guint w = 0; w < G_N_ELEMENTS(words); w++)
            if (strcmp(compare->covers->pdata[i], words[w].name) == 0)
                g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", words[w].text);
    return g_strdup_printf("The worlds differ in: %s. The intervals cover that and nothing else.",
                           text->str);
}

static void
append_tables(GString *out, const BbCompare *compare)
{
    guint variant = 0;
    for (guint i = 0; i < compare->comparisons->len; i++) {
        const BbComparison *comparison = compare->comparisons->pdata[i];
        char *cells[N_CELLS + 1];
        if (comparison->variant != variant)
            append_heading(out, comparison->variant);
        variant = comparison->variant;
        fill_cells(comparison, compare->n_worlds, cells);
        append_row(out, comparison->metric, cells);
        clear_cells(cells);
        if (i + 1 == compare->comparisons->len ||
            ((const BbComparison *)compare->comparisons->pdata[i + 1])->variant != variant)
            g_string_append_c(out, '\n');
    }
}

/* Where some world tells the two apart. */
static void
append_pair(GString *out, const BbCompare *compare, const char *metric, const BbPairWins *pair)
{
    g_autofree char *a = letter(pair->a), *b = letter(pair->b);
    if (pair->n_a == 0)
        return;
    say(out, "%s beats %s on %s in %u of %u worlds: %s (%.0f to %.0f %% of such worlds).", a, b,
        metric, pair->n_a, compare->n_worlds,
        pair->ranking == BB_RANKING_HOLDS ? "that holds" : "that may be chance",
        100 * pair->share.lower, 100 * pair->share.upper);
}

static void
append_order(GString *out, const BbCompare *compare, const BbOrderStability *order)
{
    for (guint i = 0; i < order->pairs->len; i++) {
        const BbPairWins *pair = &g_array_index(order->pairs, BbPairWins, i);
        if (compare->n_variants <= PAIRS_SAID || MIN(pair->a, pair->b) == 0)
            append_pair(out, compare, order->metric, pair);
    }
    if (compare->n_variants > 2)
        say(out,
            "All %u variants stand in the same order of %s in %u of %u worlds (Kendall's W %.2f).",
            compare->n_variants, order->metric, order->n_same_order, compare->n_worlds,
            order->concordance.w);
}

static void
append_pairing(GString *out, const BbComparison *comparison)
{
    double ratio = comparison->effect.variance_ratio;
    g_autofree char *name = letter(comparison->variant), *text = bb_format_ratio(ratio);
    if (strcmp(comparison->metric, "wait_mean") != 0 || !comparison->judged || !isfinite(ratio))
        return;
    if (ratio < 1)
        say(out, "Warning: pairing %s with A gains nothing (variance ratio %s on wait_mean).", name,
            text);
    else
        say(out, "Pairing %s with A cut the variance of wait_mean %s times.", name, text);
}

/* Why it was not judged, or where it may be. Classes have their intervals in the table alone. */
static void
append_unclear(GString *out, const BbCompare *compare, const BbComparison *comparison)
{
    g_autofree char *name = letter(comparison->variant);
    gboolean said = compare->n_worlds < BB_EFFECT_MIN_N &&
                    (strcmp(comparison->metric, "wait_mean") != 0 || !compare->has_batches);
    if (comparison->verdict != BB_VERDICT_UNCLEAR || said ||
        g_str_has_prefix(comparison->metric, "class."))
        return;
    if (comparison->reason != NULL) {
        say(out, "%s, %s: not judged: %s.", name, comparison->metric, comparison->reason);
        return;
    }
    g_autofree char *lower = signed_number(scaled(comparison, comparison->lower));
    g_autofree char *upper = signed_number(scaled(comparison, comparison->upper));
    g_autofree char *needed = bb_format_count(comparison->n_needed);
    g_autofree char *where =
        isfinite(comparison->lower)
            ? g_strdup_printf("somewhere between %s and %s%s", lower, upper, suffix(comparison))
            : g_strdup("unclear");
    say(out, "%s, %s: %s%s%s%s.", name, comparison->metric, where,
        comparison->n_needed > 0 ? "; about " : "", comparison->n_needed > 0 ? needed : "",
        comparison->n_needed > 0 ? " worlds would tell" : "");
}

/* "61.2 % to 75.3 %". */
static char *
format_range(double least, double most)
{
    g_autofree char *low = bb_format_percent(least), *high = bb_format_percent(most);
    if (!isfinite(least))
        return g_strdup("-");
    return strcmp(low, high) == 0 ? g_steal_pointer(&low) : g_strdup_printf("%s to %s", low, high);
}

static void
append_beside(GString *out, const char *name, const char *const cells[4])
{
    g_string_append_printf(out, "%-11s %18s %19s %14s %15s\n", name, cells[0], cells[1], cells[2],
                           cells[3]);
}

/* What stands beside the variants. */
static void
append_references(GString *out, const BbCompare *compare)
{
    append_beside(out, "Beside them",
                  (const char *[]){"offered load", "makespan above", "wait_mean", "bounded slow-"});
    append_beside(out, "", (const char *[]){"", "its bound", "(*)", "down mean (*)"});
    for (guint v = 0; v < compare->n_variants; v++) {
        const BbReference *reference = &g_array_index(compare->references, BbReference, v);
        g_autofree char *name = letter(v), *wait = bb_format_duration(reference->wait_mean);
        g_autofree char *offered = format_range(reference->offered_min, reference->offered_max);
        g_autofree char *slowdown = bb_format_ratio(reference->bounded_slowdown_mean);
        g_autofree char *above = isfinite(reference->makespan_above)
                                     ? bb_format_percent(reference->makespan_above)
                                     : g_strdup("-");
        append_beside(out, name, (const char *[]){offered, above, wait, slowdown});
    }
    say(out, "(*) the same policy, were every estimate perfect: a reference, and no bound.");
    g_string_append_c(out, '\n');
}

static void
append_words(GString *out, const BbCompare *compare)
{
    for (guint i = 0; i < compare->orders->len; i++) {
        const BbOrderStability *order = &g_array_index(compare->orders, BbOrderStability, i);
        if (order->named || strcmp(order->metric, "wait_mean") == 0)
            append_order(out, compare, order);
    }
    for (guint i = 0; i < compare->comparisons->len; i++)
        append_pairing(out, compare->comparisons->pdata[i]);
    for (guint i = 0; i < compare->comparisons->len; i++)
        append_unclear(out, compare, compare->comparisons->pdata[i]);
    say(out,
        "Same: within the margin (5 %% and 1 s, or .001 of a share). Verdicts hold together at "
        "5 %% (Holm). Wins: worlds in which the variant was better.");
}

char *
bb_compare_text(const BbCompare *compare)
{
    GString *out = g_string_new(NULL);
    g_autofree char *covers = describe_covers(compare);
    append_variants(out, compare);
    say(out, "%s", covers);
    if (compare->warmup != NULL)
        say(out, "%s.", compare->warmup);
    g_string_append_c(out, '\n');
    append_tables(out, compare);
    append_references(out, compare);
    append_words(out, compare);
    return g_string_free(out, FALSE);
}

/* ---- Markdown ---- */

static void
append_markdown_table(GString *out, const BbCompare *compare, guint variant)
{
    g_autofree char *name = letter(variant);
    g_string_append_printf(out,
                           "\n| %s against A | A | %s | change | 95 %% interval | verdict | wins "
                           "|\n|---|---:|---:|---:|---:|---|---:|\n",
                           name, name);
    for (guint i = 0; i < compare->comparisons->len; i++) {
        const BbComparison *comparison = compare->comparisons->pdata[i];
        char *cells[N_CELLS + 1];
        if (comparison->variant != variant)
            continue;
        fill_cells(comparison, compare->n_worlds, cells);
        g_autofree char *joined = g_strjoinv(" | ", cells);
        g_string_append_printf(out, "| %s | %s |\n", comparison->metric, joined);
        clear_cells(cells);
    }
}

char *
bb_compare_markdown(const BbCompare *compare)
{
    GString *out = g_string_new(NULL);
    g_autofree char *covers = describe_covers(compare);
    g_string_append_printf(out, "## %s: %u variants in %u worlds\n\n", compare->name,
                           compare->n_variants, compare->n_worlds);
    for (guint v = 0; v < compare->n_variants; v++) {
        g_autofree char *name = letter(v);
        g_string_append_printf(out, "- %s: `%s`%s\n", name, compare->labels[v],
                               v == 0 ? " (the reference)" : "");
    }
    g_string_append_printf(out, "\n%s\n", covers);
    if (compare->warmup != NULL)
        g_string_append_printf(out, "\n%s.\n", compare->warmup);
    for (guint v = 1; v < compare->n_variants; v++)
        append_markdown_table(out, compare, v);
    g_string_append_c(out, '\n');
    append_words(out, compare);
    return g_string_free(out, FALSE);
}
