/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of an experiment as tables, and the one reader and the one writer that serve them all.
 * Members lie at offsets in BbExperiment, BbPool and BbWorkloadSpec; texts are char *, everything else
 * is gint64. */
#include "bb-experiment-keys.h"

#include <string.h>

#define KEY(type_name, member, key_name, ...)                                                      \
    {                                                                                              \
        .name = key_name, .offset = G_STRUCT_OFFSET(type_name, member), __VA_ARGS__                \
    }
#define KINDS "container|vm|process|bare-metal"

static const BbKey experiment_keys[] = {
    KEY(BbExperiment, name, "name", .type = BB_KEY_TEXT, .unhashed = TRUE),
    KEY(BbExperiment, seed, "seed", .type = BB_KEY_INT, .fallback = "1", .max = G_MAXINT64),
    KEY(BbExperiment, warmup_us, "warmup", .type = BB_KEY_DURATION, .fallback = "0"),
    KEY(BbExperiment, until_us, "until", .type = BB_KEY_DURATION),
    KEY(BbExperiment, window_all, "window", .type = BB_KEY_CHOICE, .fallback = "submits",
        .choices = "submits|all"),
    KEY(BbExperiment, reject_unplaced, "unplaced", .type = BB_KEY_CHOICE, .fallback = "queue",
        .choices = "queue|reject"),
    KEY(BbExperiment, kill_at_estimate, "kill_at_estimate", .type = BB_KEY_BOOL, .fallback = "yes"),
    KEY(BbExperiment, estimate, "estimate", .type = BB_KEY_CHOICE, .fallback = "trace",
        .choices = "trace|perfect"),
    KEY(BbExperiment, search, "search", .type = BB_KEY_CHOICE, .fallback = "auto",
        .choices = "auto|index|scan", .unhashed = TRUE),
    KEY(BbExperiment, record, "record", .type = BB_KEY_SET, .fallback = "jobs,timeline,nodes",
        .choices = "jobs|timeline|nodes|allocations|arrivals",
        .min = BB_RECORD_JOBS | BB_RECORD_TIMELINE | BB_RECORD_NODES, .unhashed = TRUE),
    KEY(BbExperiment, node_order, "node_order", .type = BB_KEY_CHOICE, .choices = "given|drawn"),
    KEY(BbExperiment, fragmentation_target, "fragmentation_target", .type = BB_KEY_FILE),
    KEY(BbExperiment, plugin, "plugin", .type = BB_KEY_PLUGIN),
    {.name = NULL},
};

static const BbKey pool_keys[] = {
    KEY(BbPool, count, "count", .type = BB_KEY_INT, .max = 10000000),
    KEY(BbPool, nodes, "nodes", .type = BB_KEY_FILE),
    KEY(BbPool, columns, "columns", .type = BB_KEY_COLUMNS, .max = 1),
    KEY(BbPool, cpu_milli, "cpu", .type = BB_KEY_CPU),
    KEY(BbPool, memory_mib, "memory", .type = BB_KEY_MIB),
    KEY(BbPool, disk_mib, "disk", .type = BB_KEY_MIB),
    KEY(BbPool, n_gpus, "gpu", .type = BB_KEY_INT, .max = BB_DEVICES_MAX),
    KEY(BbPool, gpu_model, "gpu_model", .type = BB_KEY_TEXT),
    KEY(BbPool, labels, "labels", .type = BB_KEY_LABELS),
    KEY(BbPool, taints, "taints", .type = BB_KEY_LABELS),
    KEY(BbPool, runtimes, "runtimes", .type = BB_KEY_SET, .choices = KINDS),
    KEY(BbPool, speed_milli, "speed", .type = BB_KEY_FIXED, .min = 1, .max = 1000000,
        .factor = 1000),
    KEY(BbPool, price_micro_per_h, "price", .type = BB_KEY_FIXED, .max = G_GINT64_CONSTANT(1) << 50,
        .factor = 1000000),
    {.name = NULL},
};

static const BbKey workload_keys[] = {
    KEY(BbWorkloadSpec, trace, "trace", .type = BB_KEY_FILE),
    KEY(BbWorkloadSpec, columns, "columns", .type = BB_KEY_COLUMNS),
    KEY(BbWorkloadSpec, generator, "generator", .type = BB_KEY_GENERATOR),
    KEY(BbWorkloadSpec, kind, "kind", .type = BB_KEY_CHOICE, .choices = KINDS),
    KEY(BbWorkloadSpec, class_name, "class", .type = BB_KEY_TEXT),
    KEY(BbWorkloadSpec, scale_ppm, "scale", .type = BB_KEY_FIXED, .fallback = "1", .min = 1,
        .max = G_GINT64_CONSTANT(1000000000000), .factor = 1000000),
    KEY(BbWorkloadSpec, scale_by, "scale_by", .type = BB_KEY_CHOICE, .fallback = "gaps",
        .choices = "gaps|thin|users"),
    KEY(BbWorkloadSpec, shift_us, "shift", .type = BB_KEY_DURATION, .fallback = "0"),
    KEY(BbWorkloadSpec, censored, "censored", .type = BB_KEY_CHOICE,
        .choices = "stay|end|residual"),
    {.name = NULL},
};

static const BbKey scheduler_keys[] = {
    KEY(BbExperiment, queue, "queue", .type = BB_KEY_QUEUE, .fallback = "fcfs"),
    KEY(BbExperiment, placement, "placement", .type = BB_KEY_PLACEMENT, .fallback = "first-fit"),
    KEY(BbExperiment, pass_event, "pass", .type = BB_KEY_CHOICE, .fallback = "instant",
        .choices = "instant|event"),
    KEY(BbExperiment, ties_random, "ties", .type = BB_KEY_CHOICE, .fallback = "lowest",
        .choices = "lowest|random"),
    {.name = NULL},
};

static const BbKey failures_keys[] = {
    KEY(BbExperiment, failures, "trace", .type = BB_KEY_FILE),
    {.name = NULL},
};

const char *const bb_group_names[BB_N_GROUPS + 1] = {"experiment", "pool",     "workload",
                                                     "scheduler",  "failures", NULL};

gboolean
bb_group_is_named(BbGroup group)
{
    return group == BB_GROUP_POOL || group == BB_GROUP_WORKLOAD;
}

const BbKey *
bb_group_keys(BbGroup group)
{
    static const BbKey *const keys[BB_N_GROUPS] = {experiment_keys, pool_keys, workload_keys,
                                                   scheduler_keys, failures_keys};
    return keys[group];
}

const BbKey *
bb_group_find(BbGroup group, const char *name)
{
    for (const BbKey *key = bb_group_keys(group); key->name; key++) {
        if (strcmp(key->name, name) == 0)
            return key;
    }
    return NULL;
}

static gboolean
is_text(const BbKey *key)
{
    return key->type < BB_KEY_INT;
}

static char **
text_member(const BbKey *key, gpointer object)
{
    return G_STRUCT_MEMBER_P(object, key->offset);
}

static gint64 *
number_member(const BbKey *key, gpointer object)
{
    return G_STRUCT_MEMBER_P(object, key->offset);
}

void
bb_keys_init(const BbKey *keys, const BbTables *tables, gpointer object)
{
    for (const BbKey *key = keys; key->name; key++) {
        g_autofree char *problem = NULL;
        if (is_text(key))
            *text_member(key, object) = g_strdup(key->fallback);
        else if (!key->fallback)
            *number_member(key, object) = -1;
        else if (!bb_key_parse(key, tables, key->fallback, object, &problem))
            g_assert_not_reached();
    }
}

void
bb_keys_own(const BbKey *keys, gpointer object)
{
    for (const BbKey *key = keys; key->name; key++) {
        if (is_text(key))
            *text_member(key, object) = g_strdup(*text_member(key, object));
    }
}

void
bb_keys_clear(const BbKey *keys, gpointer object)
{
    for (const BbKey *key = keys; key->name; key++) {
        if (is_text(key))
            g_clear_pointer(text_member(key, object), g_free);
    }
}

/* Index of the text among "a|b|c", -1 when it is none of them. */
static gint
choice_index(const char *choices, const char *text)
{
    g_auto(GStrv) names = g_strsplit(choices, "|", -1);
    for (gint i = 0; names[i]; i++) {
        if (strcmp(names[i], text) == 0)
            return i;
    }
    return -1;
}

/* "expected one of a, b, c, found "x"; did you mean "a"?" */
static char *
choice_problem(const char *choices, const char *text)
{
    g_auto(GStrv) names = g_strsplit(choices, "|", -1);
    g_autofree char *list = g_strjoinv(", ", names);
    g_autofree char *found = bb_quote(text);
    const char *near = bb_suggest(text, (const char *const *)names);
    if (near)
        return g_strdup_printf("expected one of %s, found %s; did you mean \"%s\"?", list, found,
                               near);
    return g_strdup_printf("expected one of %s, found %s", list, found);
}

static gboolean
parse_choice(const BbKey *key, const char *text, gint64 *out, char **out_problem)
{
    gint index = choice_index(key->choices, text);
    if (index < 0) {
        *out_problem = choice_problem(key->choices, text);
        return FALSE;
    }
    *out = index;
    return TRUE;
}

/* Names add to the bits that the set begins with; "none" leaves those out. */
static gboolean
parse_set(const BbKey *key, const char *text, gint64 *out, char **out_problem)
{
    g_auto(GStrv) names = g_strsplit_set(text, ",;| ", -1);
    gint64 bits = key->min;
    for (guint i = 0; names[i]; i++) {
        if (strcmp(names[i], "none") == 0)
            bits &= ~key->min;
    }
    for (guint i = 0; names[i]; i++) {
        if (!names[i][0] || strcmp(names[i], "none") == 0)
            continue;
        gint64 index;
        if (!parse_choice(key, names[i], &index, out_problem))
            return FALSE;
        bits |= G_GINT64_CONSTANT(1) << index;
    }
    *out = bits;
    return TRUE;
}

static gboolean
parse_fixed(const BbKey *key, const char *text, gint64 *out, const char **out_expected)
{
    double value;
    double factor = (double)key->factor;
    if (!bb_parse_double(text, (double)key->min / factor, (double)key->max / factor, &value,
                         out_expected))
        return FALSE;
    *out = (gint64)(value * factor + 0.5);
    return TRUE;
}

static gboolean
parse_bool(const char *text, gint64 *out, const char **out_expected)
{
    gboolean value;
    if (!bb_parse_bool(text, &value, out_expected))
        return FALSE;
    *out = value;
    return TRUE;
}

static char *
problem_text(const char *expected, const char *text)
{
    g_autofree char *found = bb_quote(text);
    return g_strdup_printf("expected %s, found %s", expected, found);
}

static gboolean
parse_number(const BbKey *key, const char *text, gint64 *out, char **out_problem)
{
    const char *expected = NULL;
    gboolean ok = FALSE;
    if (key->type == BB_KEY_CHOICE)
        return parse_choice(key, text, out, out_problem);
    if (key->type == BB_KEY_SET)
        return parse_set(key, text, out, out_problem);
    if (key->type == BB_KEY_INT)
        ok = bb_parse_int(text, key->min, key->max, out, &expected);
    else if (key->type == BB_KEY_FIXED)
        ok = parse_fixed(key, text, out, &expected);
    else if (key->type == BB_KEY_CPU)
        ok = bb_parse_cpu(text, out, &expected);
    else if (key->type == BB_KEY_MIB)
        ok = bb_parse_mib(text, out, &expected);
    else if (key->type == BB_KEY_DURATION)
        ok = bb_parse_duration(text, out, &expected);
    else
        ok = parse_bool(text, out, &expected);
    if (!ok)
        *out_problem = problem_text(expected, text);
    return ok;
}

static gboolean
check_policy(const BbKey *key, const BbTables *tables, const char *text, GError **error)
{
    if (key->type == BB_KEY_QUEUE) {
        g_autoptr(BbQueue) queue = bb_queue_new(tables->queues, text, error);
        return queue != NULL;
    }
    if (key->type == BB_KEY_GENERATOR) {
        g_autoptr(BbGenerator) generator =
            bb_generator_new(tables->traces.generators, text, 1, 0, error);
        return generator != NULL;
    }
    g_autoptr(BbPlacement) placement = bb_placement_new(tables->placements, text, error);
    return placement != NULL;
}

static gboolean
check_columns(const BbKey *key, const char *text, char **out_problem)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BbMapping) mapping = bb_mapping_parse(text, &error);
    if (!mapping)
        /* The key's name stands before it already. */
        *out_problem = g_strdup(error->message + strlen("columns: "));
    else if (mapping->nodes != (key->max == 1))
        *out_problem = g_strdup(key->max == 1 ? "expected what stands for node_id"
                                              : "expected no node_id for jobs");
    return !*out_problem;
}

static gboolean
check_text(const BbKey *key, const BbTables *tables, const char *text, char **out_problem)
{
    const char *expected = NULL;
    g_autoptr(GError) error = NULL;
    if (key->type == BB_KEY_COLUMNS)
        return !text[0] || check_columns(key, text, out_problem);
    if (key->type == BB_KEY_PLUGIN && text[0] &&
        !(tables->load_plugin ? tables->load_plugin(tables, text, &error)
                              : bb_error_set(&error, BB_ERROR_USAGE, "this program takes none")))
        *out_problem = g_strdup(error->message);
    if (key->type == BB_KEY_LABELS && !bb_parse_labels(NULL, text, NULL, &expected))
        *out_problem = problem_text(expected, text);
    if ((key->type == BB_KEY_QUEUE || key->type == BB_KEY_PLACEMENT ||
         key->type == BB_KEY_GENERATOR) &&
        !check_policy(key, tables, text, &error))
        *out_problem = g_strdup(error->message);
    return !*out_problem;
}

gboolean
bb_key_parse(const BbKey *key, const BbTables *tables, const char *text, gpointer object,
             char **out_problem)
{
    *out_problem = NULL;
    if (!is_text(key))
        return parse_number(key, text, number_member(key, object), out_problem);
    if (!check_text(key, tables, text, out_problem))
        return FALSE;
    g_free(*text_member(key, object));
    *text_member(key, object) = text[0] ? g_strdup(text) : NULL;
    return TRUE;
}

static void
append_choice(GString *out, const char *choices, gint64 index)
{
    g_auto(GStrv) names = g_strsplit(choices, "|", -1);
    g_string_append(out, names[index]);
}

static void
append_set(GString *out, const BbKey *key, gint64 bits)
{
    g_auto(GStrv) names = g_strsplit(key->choices, "|", -1);
    const char *comma = "";
    if ((bits & key->min) != key->min || bits == 0) {
        g_string_append(out, "none");
        comma = ",";
    }
    for (guint i = 0; names[i]; i++) {
        if (bits >> i & 1) {
            g_string_append_printf(out, "%s%s", comma, names[i]);
            comma = ",";
        }
    }
}

static void
append_number(GString *out, const BbKey *key, gint64 value)
{
    if (key->type == BB_KEY_CHOICE)
        append_choice(out, key->choices, value);
    else if (key->type == BB_KEY_SET)
        append_set(out, key, value);
    else if (key->type == BB_KEY_FIXED)
        bb_append_double(out, (double)value / (double)key->factor);
    else if (key->type == BB_KEY_DURATION)
        bb_append_seconds(out, value);
    else if (key->type == BB_KEY_BOOL)
        g_string_append(out, value ? "yes" : "no");
    else
        g_string_append_printf(out, "%" G_GINT64_FORMAT "%s", value,
                               key->type == BB_KEY_CPU   ? "m"
                               : key->type == BB_KEY_MIB ? "Mi"
                                                         : "");
}

gboolean
bb_key_format(const BbKey *key, gconstpointer object, GString *out)
{
    const char *member = (const char *)object + key->offset;
    if (is_text(key)) {
        const char *text;
        memcpy(&text, member, sizeof text);
        if (text)
            g_string_append(out, text);
        return text != NULL;
    }
    gint64 value;
    memcpy(&value, member, sizeof value);
    if (value == -1)
        return FALSE;
    append_number(out, key, value);
    return TRUE;
}
