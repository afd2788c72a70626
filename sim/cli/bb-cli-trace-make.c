/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subcommands that make traces: options into an edit. */
#include "bb-cli-trace-making.h"
#include "sim/base/bb-output.h"
#include "sim/lab/bb-experiment-inputs.h"

#include <math.h>
#include <string.h>

#define PPM 1000000

/* ---- Options ---- */

static gboolean
fail(const char *option, const char *expected, const char *found, GError **error)
{
    g_autofree char *quoted = found != NULL ? bb_quote(found) : g_strdup("none");
    return bb_error_set(error, BB_ERROR_USAGE, "%s: expected %s, found %s", option, expected,
                        quoted);
}

/* "130%" as 1.3. */
static gboolean
parse_percent(const char *text, double max, double *out)
{
    gsize n = strlen(text);
    g_autofree char *number = n > 0 && text[n - 1] == '%' ? g_strndup(text, n - 1) : NULL;
    if (number == NULL || !bb_parse_double(number, 0, 100 * max, out, NULL))
        return FALSE;
    *out /= 100;
    return TRUE;
}

/* ---- generate ---- */

gboolean
bb_cli_trace_generate(BbTraceCall *call, GError **error)
{
    g_auto(BbMaking) making = {0};
    if (call->options->recipe != NULL)
        return bb_making_follow_recipe(call, error);
    if (!bb_cli_trace_expect(call, 1, 1, "a generator NAME,k=v..", error) ||
        !bb_making_init(&making, call, error))
        return FALSE;
    BbTraceTable *table = bb_trace_generate(&making.edit, call->files[0], making.seed, error);
    g_autofree char *named =
        table != NULL ? bb_generator_map_files(call->cli->tables.traces.generators, call->files[0],
                                               bb_making_name_file, making.folder, error)
                      : NULL;
    if (named != NULL)
        bb_recipe_add_input(making.recipe, "", named, making.edit.sha256->pdata[0]);
    return bb_making_finish(&making, table, error);
}

/* ---- scale, shift, merge, sample ---- */

gboolean
bb_cli_trace_scale(BbTraceCall *call, GError **error)
{
    static const char *const names[] = {"gaps", "thin", "users", NULL};
    const char *text = call->options->factor;
    g_auto(BbMaking) making = {0};
    double factor = 0;
    guint by;
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error) ||
        !bb_cli_trace_choice("--by", call->options->by, names, &by, error))
        return FALSE;
    if (text == NULL || !bb_parse_double(text, 1e-6, by == 0 ? 1e6 : 1, &factor, NULL))
        return fail("--factor",
                    by == 0 ? "a number above 0, at most 1e6"
                            : "a number above 0, at most 1 (--by gaps can go beyond)",
                    text, error);
    if (!bb_making_init(&making, call, error))
        return FALSE;
    BbWorkloadChange change = {.kind = -1,
                               .scale_ppm = (guint64)(factor * PPM + 0.5),
                               .scale_by = (BbScaleBy)by,
                               .seed = making.seed};
    return bb_making_finish_edit(
        &making, bb_trace_change(&making.edit, call->files[0], &change, error), error);
}

gboolean
bb_cli_trace_shift(BbTraceCall *call, GError **error)
{
    const char *text = call->options->by;
    g_auto(BbMaking) making = {0};
    BbWorkloadChange change = {.kind = -1, .scale_ppm = PPM};
    gboolean back = text != NULL && *text == '-';
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error))
        return FALSE;
    if (text == NULL || !bb_parse_duration(text + back, &change.shift_us, NULL))
        return fail("--by", "a time such as 90s, 2h30m or -7d", text, error);
    if (back)
        change.shift_us = -change.shift_us;
    if (!bb_making_init(&making, call, error))
        return FALSE;
    return bb_making_finish_edit(
        &making, bb_trace_change(&making.edit, call->files[0], &change, error), error);
}

gboolean
bb_cli_trace_merge(BbTraceCall *call, GError **error)
{
    g_auto(BbMaking) making = {0};
    if (!bb_cli_trace_expect(call, 2, G_MAXINT, "several files", error) ||
        !bb_making_init(&making, call, error))
        return FALSE;
    return bb_making_finish_edit(
        &making, bb_trace_merge(&making.edit, (guint)call->n_files, call->files, error), error);
}

/* "10%", "0.1": a part; "500": a number. */
static gboolean
parse_keep(const char *text, double *out_part, gint64 *out_n)
{
    *out_part = -1;
    if (strpbrk(text, ".%") == NULL)
        return bb_parse_int(text, 1, G_MAXINT64, out_n, NULL);
    return parse_percent(text, 1, out_part) || bb_parse_double(text, 0, 1, out_part, NULL);
}

gboolean
bb_cli_trace_sample(BbTraceCall *call, GError **error)
{
    static const char *const names[] = {"jobs", "users", NULL};
    const char *text = call->options->keep;
    g_auto(BbMaking) making = {0};
    double part = 0;
    gint64 n = 0;
    guint by;
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error) ||
        !bb_cli_trace_choice("--by", call->options->by, names, &by, error))
        return FALSE;
    if (text == NULL || !parse_keep(text, &part, &n) || part * PPM >= PPM + 1)
        return fail("--keep", "a part such as 10% or 0.1, or how many", text, error);
    if (!bb_making_init(&making, call, error))
        return FALSE;
    BbWorkloadChange change = {.kind = -1,
                               .scale_ppm = MAX(1, (guint64)(MAX(part, 0) * PPM + 0.5)),
                               .scale_by = by == 0 ? BB_SCALE_THIN : BB_SCALE_USERS,
                               .seed = making.seed};
    BbTraceTable *table = part >= 0 ? bb_trace_change(&making.edit, call->files[0], &change, error)
                                    : bb_trace_sample(&making.edit, call->files[0],
                                                      by == 0 ? BB_THIN_JOBS : BB_THIN_USERS,
                                                      (guint64)n, making.seed, error);
    return bb_making_finish_edit(&making, table, error);
}

/* ---- split ---- */

static gboolean
parse_times(const char *text, GArray *out, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        BbTimeUs time_us;
        if (!bb_parse_duration(parts[i], &time_us, NULL) ||
            (i > 0 && time_us <= g_array_index(out, BbTimeUs, i - 1)))
            return fail("--at", "rising times such as 1d,2d", text, error);
        g_array_append_val(out, time_us);
    }
    return TRUE;
}

static gboolean
parse_split(const BbTraceOptions *options, GArray *times, BbSplit *out, GError **error)
{
    static const char *const names[] = {"kind", "class", NULL};
    guint by, n = 0;
    n += options->every != NULL;
    n += options->at != NULL;
    n += options->by != NULL;
    if (n != 1)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "trace split: expected one of --every, --at and --by, found %u", n);
    if (options->every != NULL &&
        (!bb_parse_duration(options->every, &out->every_us, NULL) || out->every_us <= 0))
        return fail("--every", "a time above 0", options->every, error);
    if ((options->at != NULL && !parse_times(options->at, times, error)) ||
        !bb_cli_trace_choice("--by", options->by, names, &by, error))
        return FALSE;
    if (options->by != NULL)
        out->by = by == 0 ? BB_SPLIT_KINDS : BB_SPLIT_CLASSES;
    out->at_us = (const BbTimeUs *)(gconstpointer)times->data;
    out->n_at = times->len;
    return TRUE;
}

static gboolean
write_parts(BbMaking *making, const GPtrArray *parts, GError **error)
{
    const BbTraceCall *call = making->call;
    g_autoptr(BbOutputDir) dir = bb_output_dir_new(call->options->output, error);
    for (guint i = 0; dir != NULL && i < parts->len; i++) {
        const BbTracePart *part = parts->pdata[i];
        g_autofree char *name = g_strconcat(part->name, ".csv", NULL);
        g_autoptr(GString) csv = g_string_new(NULL);
        bb_trace_table_write(part->table, csv);
        bb_recipe_add_output(making->recipe, name, csv->str);
        if (!bb_output_write(dir, name, csv->str, error))
            return FALSE;
    }
    if (dir == NULL ||
        (call->recipe != NULL && !bb_recipe_check(call->recipe, making->recipe, error)))
        return FALSE;
    g_autofree char *text = bb_recipe_text(making->recipe);
    return bb_output_write(dir, "recipe.ini", text, error) && bb_output_dir_commit(dir, error);
}

gboolean
bb_cli_trace_split(BbTraceCall *call, GError **error)
{
    g_auto(BbMaking) making = {0};
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(BbTimeUs));
    BbSplit split = {.by = BB_SPLIT_TIMES};
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error) ||
        !parse_split(call->options, times, &split, error))
        return FALSE;
    if (call->options->output == NULL)
        return fail("--output", "a folder for the parts", NULL, error);
    if (!bb_making_init(&making, call, error))
        return FALSE;
    g_free(making.folder);
    making.folder = g_strdup(call->options->output);
    g_autoptr(GPtrArray) parts = bb_trace_split(&making.edit, call->files[0], &split, error);
    if (parts == NULL)
        return FALSE;
    bb_making_note_files(&making);
    bb_making_print_notes(&making);
    return write_parts(&making, parts, error);
}

/* ---- inflate ---- */

/* What the cluster can hold, and the cluster as an input of the recipe. */
static gboolean
measure_cluster(BbMaking *making, BbResources *out, GError **error)
{
    const char *text = making->call->options->cluster;
    g_autoptr(BbNames) names = bb_names_new();
    g_autoptr(GPtrArray) sha256 = NULL;
    g_autoptr(BbExperiment) experiment = bb_experiment_new(&making->call->cli->tables);
    if (text == NULL)
        return fail("--cluster", "FILE, flat:N or elastic:..", NULL, error);
    bb_experiment_add_cluster(experiment, text);
    g_autoptr(BbCluster) cluster = bb_experiment_build_cluster(experiment, names, &sha256, error);
    if (cluster == NULL)
        return FALSE;
    *out = *bb_cluster_capacity(cluster);
    const char *hash = sha256->len > 0 ? sha256->pdata[0] : NULL;
    g_autofree char *name = hash != NULL ? bb_making_name(making->folder, text) : g_strdup(text);
    bb_recipe_add_input(making->recipe, "cluster", name, hash != NULL ? hash : "");
    return TRUE;
}

static gboolean
choose_resource(const char *text, const BbResources *capacity, BbResource *out, GError **error)
{
    const char *names[BB_N_RESOURCES + 1] = {NULL};
    guint index;
    for (guint r = 0; r < BB_N_RESOURCES; r++)
        names[r] = bb_resource_names[r];
    if (!bb_cli_trace_choice("--resource", text, names, &index, error))
        return FALSE;
    *out = text != NULL ? (BbResource)index : capacity->v[BB_GPU] > 0 ? BB_GPU : BB_CPU;
    if (capacity->v[*out] <= 0)
        return fail("--resource", "one that the cluster has", bb_resource_names[*out], error);
    return TRUE;
}

gboolean
bb_cli_trace_inflate(BbTraceCall *call, GError **error)
{
    const BbTraceOptions *options = call->options;
    g_auto(BbMaking) making = {0};
    BbResources capacity;
    double part = 0;
    if (!bb_cli_trace_expect(call, 1, 1, "a file", error))
        return FALSE;
    if (options->to == NULL || !parse_percent(options->to, 1e6, &part) || part <= 0)
        return fail("--to", "a percentage above 0, such as 130%", options->to, error);
    if (!bb_making_init(&making, call, error) || !measure_cluster(&making, &capacity, error))
        return FALSE;
    BbInflate inflate = {.shuffle = options->shuffle, .seed = making.seed};
    if (!choose_resource(options->resource, &capacity, &inflate.resource, error))
        return FALSE;
    double target = (double)capacity.v[inflate.resource] * part;
    inflate.target = (gint64)floor(MIN(target, 4e18) + 0.5);
    return bb_making_finish_edit(
        &making, bb_trace_inflate(&making.edit, call->files[0], &inflate, error), error);
}
