/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values are kept as texts and assigned as --set would; each is tried on a copy of the experiment when
 * its axis is added, so that nothing is wrong with them later. */
#include "bb-axes.h"

#include "bb-experiment-keys.h"

#include <string.h>

static void
free_axis(gpointer data)
{
    BbAxis *axis = data;
    g_free(axis->key);
    g_free(axis->target);
    g_hash_table_unref(axis->known);
    g_ptr_array_unref(axis->values);
    g_free(axis);
}

static BbAxis *
axis_new(const char *key, const char *target)
{
    BbAxis *axis = g_new0(BbAxis, 1);
    axis->key = g_strdup(key);
    axis->target = g_strdup(target);
    axis->values = g_ptr_array_new_with_free_func(g_free);
    axis->known = g_hash_table_new(g_str_hash, g_str_equal);
    return axis;
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbAxis, free_axis)

BbAxes *
bb_axes_new(void)
{
    BbAxes *axes = g_new0(BbAxes, 1);
    axes->axes = g_ptr_array_new_with_free_func(free_axis);
    return axes;
}

void
bb_axes_free(BbAxes *axes)
{
    if (!axes)
        return;
    g_ptr_array_unref(axes->axes);
    g_free(axes);
}

static const BbAxis *
nth(const BbAxes *axes, guint i)
{
    return axes->axes->pdata[i];
}

/* ---- Keys ---- */

/* Traces and clusters take the place of what is there; all else is a key. */
static gboolean
is_input(const char *target)
{
    return strcmp(target, "trace") == 0 || strcmp(target, "cluster") == 0;
}

static const BbKey *
find_bare(const char *name, BbGroup *out_group)
{
    static const BbGroup groups[] = {BB_GROUP_EXPERIMENT, BB_GROUP_SCHEDULER};
    g_autofree char *key = g_strdelimit(g_strdup(name), "-", '_');
    for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
        const BbKey *found = bb_group_find(groups[i], key);
        *out_group = groups[i];
        if (found)
            return found;
    }
    return NULL;
}

static gboolean
no_such_key(const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    static const BbGroup groups[] = {BB_GROUP_EXPERIMENT, BB_GROUP_SCHEDULER};
    for (guint i = 0; i < G_N_ELEMENTS(groups); i++) {
        for (const BbKey *key = bb_group_keys(groups[i]); key->name; key++)
            g_ptr_array_add(names, (gpointer)(guintptr)key->name);
    }
    g_ptr_array_add(names, (gpointer)(guintptr) "trace");
    g_ptr_array_add(names, (gpointer)(guintptr) "cluster");
    g_ptr_array_add(names, NULL);
    const char *near = bb_suggest(name, (const char *const *)names->pdata);
    g_autofree char *found = bb_quote(name);
    return bb_error_set(error, BB_ERROR_USAGE,
                        "--vary: expected a key (queue, seed, pool.NAME.count, ..), found %s%s%s%s",
                        found, near ? "; did you mean \"" : "", near ? near : "",
                        near ? "\"?" : "");
}

/* What the key's name stands for, and its row of the table: NULL for inputs, and for dotted names that
 * are wrong, which the assignment will say better. */
static gboolean
resolve(const char *name, char **out_target, const BbKey **out_key, GError **error)
{
    BbGroup group;
    *out_key = NULL;
    const char *last = strrchr(name, '.');
    if (last) {
        for (group = 0; group < BB_N_GROUPS; group++) {
            if (g_str_has_prefix(name, bb_group_names[group]) &&
                name[strlen(bb_group_names[group])] == '.')
                *out_key = bb_group_find(group, last + 1);
        }
    } else if (!is_input(name)) {
        *out_key = find_bare(name, &group);
        if (!*out_key)
            return no_such_key(name, error);
        *out_target = g_strdup_printf("%s.%s", bb_group_names[group], (*out_key)->name);
        return TRUE;
    }
    *out_target = g_strdup(name);
    return TRUE;
}

/* ---- Values ---- */

static gboolean
assign(const BbAxis *axis, BbExperiment *experiment, const char *value, GError **error)
{
    g_autofree char *label = g_strconcat("--vary ", axis->key, NULL);
    if (!is_input(axis->target))
        return bb_experiment_set(experiment, label, axis->target, value, error);
    if (strcmp(axis->target, "trace") == 0) {
        bb_experiment_clear_workloads(experiment);
        bb_experiment_add_trace(experiment, value);
    } else {
        bb_experiment_clear_pools(experiment);
        bb_experiment_add_cluster(experiment, value);
    }
    return TRUE;
}

static gboolean
add_value(BbAxis *axis, const char *value, GError **error)
{
    char *kept = g_strdup(value);
    g_ptr_array_add(axis->values, kept);
    if (g_hash_table_add(axis->known, kept))
        return TRUE;
    g_autofree char *found = bb_quote(value);
    return bb_error_set(error, BB_ERROR_USAGE,
                        "--vary %s: expected every value once, found %s twice", axis->key, found);
}

/* TRUE when the text is LO:HI or LO:HI:STEP, of integers. */
static gboolean
is_range(const char *text, gint64 *out_low, gint64 *out_high, gint64 *out_step)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", -1);
    guint n = g_strv_length(parts);
    *out_step = 1;
    return (n == 2 || n == 3) && bb_parse_int(parts[0], G_MININT64, G_MAXINT64, out_low, NULL) &&
           bb_parse_int(parts[1], G_MININT64, G_MAXINT64, out_high, NULL) &&
           (n == 2 || bb_parse_int(parts[2], G_MININT64, G_MAXINT64, out_step, NULL));
}

static gboolean
add_range(BbAxis *axis, const char *text, gint64 low, gint64 high, gint64 step, GError **error)
{
    if (low > high || step < 1)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--vary %s: expected a range LO:HI or LO:HI:STEP with LO <= HI and "
                            "STEP >= 1, found \"%s\"",
                            axis->key, text);
    guint64 n = ((guint64)high - (guint64)low) / (guint64)step + 1;
    if (n == 0 || n > BB_CELLS_MAX)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--vary %s: expected at most %d values, found the range \"%s\"",
                            axis->key, BB_CELLS_MAX, text);
    for (guint64 i = 0; i < n; i++) {
        g_autofree char *value =
            g_strdup_printf("%" G_GINT64_FORMAT, low + (gint64)(i * (guint64)step));
        if (!add_value(axis, value, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_item(BbAxis *axis, const BbKey *key, char *item, GError **error)
{
    gint64 low, high, step;
    g_strstrip(item);
    if (!item[0])
        return bb_error_set(error, BB_ERROR_USAGE, "--vary %s: expected a value, found none",
                            axis->key);
    if (key && key->type >= BB_KEY_INT && is_range(item, &low, &high, &step))
        return add_range(axis, item, low, high, step, error);
    return add_value(axis, item, error);
}

/* Length of the value that the text begins with: commas inside parentheses do not end it. -1: there are
 * more parentheses of one kind. */
static gssize
item_length(const char *text)
{
    gint depth = 0;
    for (gssize i = 0;; i++) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth < 0 || (depth > 0 && !text[i]))
            return -1;
        if (depth == 0 && (text[i] == ',' || !text[i]))
            return i;
    }
}

static gboolean
add_items(BbAxis *axis, const BbKey *key, const char *text, GError **error)
{
    for (const char *at = text;; at++) {
        gssize n = item_length(at);
        if (n < 0)
            return bb_error_set(error, BB_ERROR_USAGE,
                                "--vary %s: expected as many \"(\" as \")\", found \"%s\"",
                                axis->key, text);
        g_autofree char *item = g_strndup(at, (gsize)n);
        if (!add_item(axis, key, item, error))
            return FALSE;
        at += n;
        if (!*at)
            return TRUE;
    }
}

/* ---- Axes ---- */

static gboolean
check_free(const BbAxes *axes, const char *option, const char *key, const char *target,
           GError **error)
{
    for (guint i = 0; i < axes->axes->len; i++) {
        if (strcmp(nth(axes, i)->target, target) == 0)
            return bb_error_set(error, BB_ERROR_USAGE, "%s%s: expected one axis over it, found two",
                                option, key);
    }
    return TRUE;
}

static gboolean
check_size(const BbAxes *axes, const BbAxis *axis, GError **error)
{
    if ((guint64)bb_axes_n_cells(axes) * axis->values->len <= BB_CELLS_MAX)
        return TRUE;
    return bb_error_set(error, BB_ERROR_USAGE,
                        "--vary: expected at most %d runs, found %" G_GUINT64_FORMAT, BB_CELLS_MAX,
                        (guint64)bb_axes_n_cells(axes) * axis->values->len);
}

/* All assignments to one copy: a later value replaces an earlier one. */
static gboolean
check_values(const BbAxis *axis, const BbExperiment *experiment, GError **error)
{
    g_autoptr(BbExperiment) copy = bb_experiment_copy(experiment);
    for (guint i = 0; i < axis->values->len; i++) {
        if (!assign(axis, copy, axis->values->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_key(const BbKey *key, const char *name, GError **error)
{
    if (!key || !key->unhashed)
        return TRUE;
    return bb_error_set(error, BB_ERROR_USAGE,
                        "--vary: expected a key that can change a result, found \"%s\"", name);
}

gboolean
bb_axes_add(BbAxes *axes, const BbExperiment *experiment, const char *text, GError **error)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return bb_error_set(error, BB_ERROR_USAGE, "--vary: expected KEY=VALUE,.., found \"%s\"",
                            text);
    g_autofree char *name = g_strstrip(g_strndup(text, (gsize)(equals - text)));
    g_autofree char *target = NULL;
    const BbKey *key;
    if (!resolve(name, &target, &key, error) || !check_key(key, name, error) ||
        !check_free(axes, "--vary ", name, target, error))
        return FALSE;
    g_autoptr(BbAxis) axis = axis_new(name, target);
    if (!add_items(axis, key, equals + 1, error) || !check_values(axis, experiment, error) ||
        !check_size(axes, axis, error))
        return FALSE;
    g_ptr_array_add(axes->axes, g_steal_pointer(&axis));
    return TRUE;
}

static gboolean
any_draws(const BbAxes *axes, const BbExperiment *experiment)
{
    for (guint cell = 0; cell < bb_axes_n_cells(axes); cell++) {
        g_autoptr(BbExperiment) copy = bb_axes_experiment(axes, experiment, cell);
        if (bb_experiment_draws(copy))
            return TRUE;
    }
    return FALSE;
}

gboolean
bb_axes_add_seeds(BbAxes *axes, const BbExperiment *experiment, guint n, GError **error)
{
    g_autoptr(BbAxis) axis = axis_new("seed", "experiment.seed");
    if (!check_free(axes, "--seeds", "", axis->target, error))
        return FALSE;
    if (n < 1 || experiment->seed > G_MAXINT64 - (gint64)n)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--seeds: expected a number of seeds of at least 1, found %u", n);
    if (!any_draws(axes, experiment))
        return bb_error_set(error, BB_ERROR_USAGE,
                            "--seeds: expected something that a seed changes, found fixed traces "
                            "and deterministic policies: use --ties random, or compare with "
                            "--shake or --resample");
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(axis->values, g_strdup_printf("%" G_GINT64_FORMAT, experiment->seed + i));
    if (!check_size(axes, axis, error))
        return FALSE;
    g_ptr_array_add(axes->axes, g_steal_pointer(&axis));
    return TRUE;
}

/* ---- Cells ---- */

guint
bb_axes_n_cells(const BbAxes *axes)
{
    guint n = 1;
    for (guint i = 0; i < axes->axes->len; i++)
        n *= nth(axes, i)->values->len;
    return n;
}

const char *
bb_axes_value(const BbAxes *axes, guint axis, guint cell)
{
    for (guint i = axes->axes->len - 1; i > axis; i--)
        cell /= nth(axes, i)->values->len;
    return nth(axes, axis)->values->pdata[cell % nth(axes, axis)->values->len];
}

/* Inputs go first: keys of a workload that --vary trace replaced would be lost. */
BbExperiment *
bb_axes_experiment(const BbAxes *axes, const BbExperiment *experiment, guint cell)
{
    BbExperiment *copy = bb_experiment_copy(experiment);
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < axes->axes->len; i++) {
            const BbAxis *axis = nth(axes, i);
            if (is_input(axis->target) == (pass == 0))
                assign(axis, copy, bb_axes_value(axes, i, cell), NULL);
        }
    }
    return copy;
}
