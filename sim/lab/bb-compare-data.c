/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For programs: the same as JSON, "breakbulk-compare/1", and CSV. */
#include "bb-compare-private.h"
#include "sim/base/bb-csv.h"
#include "sim/base/bb-json.h"
#include "sim/base/bb-units.h"

#include <math.h>

static const char *
method_of(const BbComparison *comparison)
{
    if (comparison->n_batches > 0)
        return "batch means of one run, paired t on log ratios";
    return comparison->effect.scale == BB_SCALE_RATIO ? "paired t on log ratios"
                                                      : "paired t on differences";
}

static const char *const ranking_names[] = {"holds", "reversed", "unstable"};

static void
write_texts(BbJson *json, const char *key, const GPtrArray *texts)
{
    bb_json_begin_array(json, key);
    for (guint i = 0; i < texts->len; i++)
        bb_json_text(json, NULL, texts->pdata[i]);
    bb_json_end(json);
}

static void
write_pair(BbJson *json, const char *key, double lower, double upper)
{
    bb_json_begin_array(json, key);
    bb_json_double(json, NULL, lower);
    bb_json_double(json, NULL, upper);
    bb_json_end(json);
}

static void
write_ranking(BbJson *json, const BbComparison *comparison)
{
    gboolean decided = comparison->n_better + comparison->n_worse > 0;
    bb_json_begin_object(json, "ranking");
    bb_json_int(json, "better_in", comparison->n_better);
    bb_json_int(json, "worse_in", comparison->n_worse);
    write_pair(json, "share", decided ? comparison->share.lower : NAN,
               decided ? comparison->share.upper : NAN);
    bb_json_text(json, "verdict", ranking_names[comparison->ranking]);
    bb_json_end(json);
}

static void
write_comparison(BbJson *json, const BbCompare *compare, const BbComparison *comparison)
{
    const BbEffect *effect = &comparison->effect;
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "metric", comparison->metric);
    bb_json_text(json, "unit", comparison->unit);
    bb_json_text(json, "reference", compare->labels[0]);
    bb_json_text(json, "variant", compare->labels[comparison->variant]);
    bb_json_double(json, "reference_mean", effect->base_mean);
    bb_json_double(json, "variant_mean", effect->candidate_mean);
    bb_json_double(json, "difference", effect->candidate_mean - effect->base_mean);
    bb_json_double(json, "change", comparison->change);
    bb_json_text(json, "change_is", effect->scale == BB_SCALE_RATIO ? "relative" : "difference");
    write_pair(json, "interval", comparison->lower, comparison->upper);
    bb_json_double(json, "level", BB_COMPARE_LEVEL);
    bb_json_text(json, "method", method_of(comparison));
    bb_json_int(json, "n", comparison->n_batches > 0 ? comparison->n_batches : compare->n_worlds);
    write_texts(json, "covers", compare->covers);
    bb_json_double(json, "p", comparison->judged ? effect->p : NAN);
    bb_json_double(json, "p_holm", comparison->holm);
    write_pair(json, "margin", effect->margin.rel, effect->margin.abs);
    bb_json_text(json, "verdict", bb_verdict_name(comparison->verdict));
    bb_json_text(json, "reason", comparison->reason);
    if (comparison->n_needed > 0)
        bb_json_int(json, "worlds_needed", (gint64)comparison->n_needed);
    bb_json_double(json, "variance_ratio", effect->variance_ratio);
    if (comparison->direction != BB_NEITHER_IS_BETTER)
        write_ranking(json, comparison);
    bb_json_end(json);
}

static void
write_pairs(BbJson *json, const BbCompare *compare, const GArray *pairs)
{
    bb_json_begin_array(json, "pairs");
    for (guint i = 0; i < pairs->len; i++) {
        const BbPairWins *pair = &g_array_index(pairs, BbPairWins, i);
        gboolean decided = pair->n_a > 0;
        bb_json_begin_object(json, NULL);
        bb_json_text(json, "winner", compare->labels[pair->a]);
        bb_json_text(json, "loser", compare->labels[pair->b]);
        bb_json_int(json, "won_in", pair->n_a);
        bb_json_int(json, "lost_in", pair->n_b);
        write_pair(json, "share", decided ? pair->share.lower : NAN,
                   decided ? pair->share.upper : NAN);
        bb_json_text(json, "verdict", ranking_names[pair->ranking]);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_references(BbJson *json, const BbCompare *compare)
{
    bb_json_begin_array(json, "references");
    for (guint v = 0; v < compare->n_variants; v++) {
        const BbReference *reference = &g_array_index(compare->references, BbReference, v);
        bb_json_begin_object(json, NULL);
        bb_json_text(json, "variant", compare->labels[v]);
        write_pair(json, "offered_load_frac", reference->offered_min, reference->offered_max);
        bb_json_double(json, "makespan_above_bound_frac", reference->makespan_above);
        if (reference->nodes_bound > 0)
            bb_json_int(json, "nodes_bound", reference->nodes_bound);
        bb_json_begin_object(json, "clairvoyant");
        bb_json_double(json, "wait_mean", reference->wait_mean);
        bb_json_double(json, "bounded_slowdown_mean", reference->bounded_slowdown_mean);
        bb_json_end(json);
        bb_json_end(json);
    }
    bb_json_end(json);
}

static void
write_orders(BbJson *json, const BbCompare *compare)
{
    bb_json_begin_array(json, "orders");
    for (guint i = 0; i < compare->orders->len; i++) {
        const BbOrderStability *order = &g_array_index(compare->orders, BbOrderStability, i);
        bb_json_begin_object(json, NULL);
        bb_json_text(json, "metric", order->metric);
        bb_json_double(json, "kendall_w", order->concordance.w);
        bb_json_double(json, "p", order->concordance.p);
        bb_json_int(json, "same_order_in", order->n_same_order);
        write_pairs(json, compare, order->pairs);
        bb_json_end(json);
    }
    bb_json_end(json);
}

char *
bb_compare_json(const BbCompare *compare)
{
    g_autoptr(BbJson) json = bb_json_new();
    bb_json_begin_object(json, NULL);
    bb_json_text(json, "schema", "breakbulk-compare/1");
    bb_json_text(json, "name", compare->name);
    bb_json_begin_array(json, "variants");
    for (guint v = 0; v < compare->n_variants; v++)
        bb_json_text(json, NULL, compare->labels[v]);
    bb_json_end(json);
    bb_json_int(json, "worlds", compare->n_worlds);
    bb_json_int128(json, "jobs", (BbInt128)compare->n_jobs);
    write_texts(json, "covers", compare->covers);
    bb_json_text(json, "warmup", compare->warmup);
    bb_json_begin_array(json, "comparisons");
    for (guint i = 0; i < compare->comparisons->len; i++)
        write_comparison(json, compare, compare->comparisons->pdata[i]);
    bb_json_end(json);
    write_orders(json, compare);
    write_references(json, compare);
    write_texts(json, "notes", compare->notes);
    bb_json_end(json);
    return g_strdup(bb_json_str(json));
}

static void
append_number(GString *out, double value)
{
    g_string_append_c(out, ',');
    if (isfinite(value))
        bb_append_double(out, value);
}

static void
append_line(GString *out, const BbCompare *compare, const BbComparison *comparison)
{
    const BbEffect *effect = &comparison->effect;
    bb_csv_append_field(out, comparison->metric);
    g_string_append_printf(out, ",%s,", comparison->unit);
    bb_csv_append_field(out, compare->labels[0]);
    g_string_append_c(out, ',');
    bb_csv_append_field(out, compare->labels[comparison->variant]);
    append_number(out, effect->base_mean);
    append_number(out, effect->candidate_mean);
    append_number(out, effect->candidate_mean - effect->base_mean);
    append_number(out, comparison->change);
    append_number(out, comparison->lower);
    append_number(out, comparison->upper);
    g_string_append_printf(out, ",%u", compare->n_worlds);
    append_number(out, comparison->holm);
    g_string_append_printf(out, ",%s,%u,%u,", bb_verdict_name(comparison->verdict),
                           comparison->n_better, comparison->n_worse);
    bb_csv_append_field(out, comparison->reason != NULL ? comparison->reason : "");
    g_string_append_c(out, '\n');
}

char *
bb_compare_csv(const BbCompare *compare)
{
    GString *out =
        g_string_new("metric,unit,reference,variant,reference_mean,variant_mean,difference,change,"
                     "lower,upper,n,p_holm,verdict,better_in,worse_in,reason\n");
    for (guint i = 0; i < compare->comparisons->len; i++)
        append_line(out, compare, compare->comparisons->pdata[i]);
    return g_string_free(out, FALSE);
}

/* ---- the folder ---- */

static void
append_world(GString *out, const BbCompareSpec *spec, const BbCompareRuns *runs, guint variant,
             guint world)
{
    const BbExperiment *experiment = spec->variants->pdata[variant];
    gint64 seed = experiment->seed + (spec->n_seeds > 0 ? world : 0);
    bb_csv_append_field(out, spec->labels->pdata[variant]);
    g_string_append_printf(out, ",%u,%" G_GINT64_FORMAT, world + 1, seed);
    append_number(out, runs->references[(gsize)variant * runs->n_worlds + world].offered);
    for (guint m = 0; m < runs->metrics->len; m++)
        append_number(out, bb_compare_cell(runs, m, variant, world)->value);
    g_string_append_c(out, '\n');
}

char *
bb_compare_worlds_csv(const BbCompareSpec *spec, const BbCompareRuns *runs)
{
    GString *out = g_string_new("variant,world,seed,offered_load_frac");
    for (guint m = 0; m < runs->metrics->len; m++) {
        g_string_append_c(out, ',');
        bb_csv_append_field(out, runs->metrics->pdata[m]);
    }
    g_string_append_c(out, '\n');
    for (guint v = 0; v < runs->n_variants; v++)
        for (guint w = 0; w < runs->n_worlds; w++)
            append_world(out, spec, runs, v, w);
    return g_string_free(out, FALSE);
}

gboolean
bb_compare_write(const BbCompare *compare, BbOutputDir *dir, GError **error)
{
    g_autofree char *json = bb_compare_json(compare), *csv = bb_compare_csv(compare);
    return bb_output_write(dir, "compare.json", json, error) &&
           bb_output_write(dir, "compare.csv", csv, error) &&
           bb_output_write(dir, "worlds.csv", compare->worlds_csv, error) &&
           bb_output_write(dir, "experiment.ini", compare->experiment, error);
}
