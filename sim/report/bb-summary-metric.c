/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each family of names has its place in the file. */
#include "bb-summary-metric.h"

#include "sim/observe/bb-metric-name.h"

#include <math.h>
#include <string.h>

/* "wait_mean" -> wait_s.mean. */
static double
series(JsonObject *part, const char *name)
{
    for (guint m = 0; m < BB_N_MEASURES; m++) {
        gsize n = strlen(bb_measure_names[m]);
        if (strncmp(name, bb_measure_names[m], n) != 0 || name[n] != '_' ||
            strchr(name + n + 1, '_') != NULL)
            continue;
        g_autofree char *path = g_strconcat(bb_measure_keys[m], ".", name + n + 1, NULL);
        return bb_summary_number(part, path);
    }
    return NAN;
}

/* "cpu_used_frac" -> resources.cpu.used_frac. */
static double
resource(JsonObject *part, const char *name)
{
    for (guint r = 0; r < BB_N_RESOURCES; r++) {
        gsize n = strlen(bb_resource_names[r]);
        if (strncmp(name, bb_resource_names[r], n) != 0 || name[n] != '_')
            continue;
        g_autofree char *path =
            g_strconcat("resources.", bb_resource_names[r], ".", name + n + 1, NULL);
        return bb_summary_number(part, path);
    }
    return NAN;
}

static double
count(JsonObject *part, const char *name)
{
    if (strcmp(name, "submitted") == 0)
        return bb_summary_number(part, "jobs.submitted");
    if (!g_str_has_suffix(name, "_frac"))
        return NAN;
    g_autofree char *path = g_strdup_printf("jobs.%.*s", (int)(strlen(name) - 5), name);
    const char *of = strcmp(name, "waited_frac") == 0 ? "jobs.started" : "jobs.submitted";
    double all = bb_summary_number(part, of);
    return all > 0 ? bb_summary_number(part, path) / all : NAN;
}

static double
scalar(JsonObject *root, const char *name)
{
    if (strcmp(name, "makespan") == 0)
        return bb_summary_number(root, "time.makespan_s");
    if (strcmp(name, "jain_wait") == 0)
        return bb_summary_number(root, "fairness.jain_wait");
    if (g_str_has_prefix(name, "load100_")) {
        g_autofree char *load = g_strconcat("fragmentation.", name, NULL);
        return bb_summary_number(root, load);
    }
    if (!g_str_has_prefix(name, "nodes_"))
        return NAN;
    g_autofree char *path = g_strconcat("nodes.", name + strlen("nodes_"), NULL);
    return bb_summary_number(root, path);
}

/* The object of "kind.vm.X" or "class.a.b.X"; NULL: the run has none. Names may have dots. */
static JsonObject *
part_of(JsonObject *root, const char *name, const char **out_base)
{
    const char *first = strchr(name, '.'), *last = strrchr(name, '.');
    *out_base = name;
    if (first == NULL || first == last)
        return root;
    *out_base = last + 1;
    JsonObject *parts =
        bb_summary_object(root, g_str_has_prefix(name, "kind.") ? "kinds" : "classes");
    g_autofree char *part = g_strndup(first + 1, (gsize)(last - first - 1));
    JsonNode *node = parts != NULL ? json_object_get_member(parts, part) : NULL;
    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

double
bb_summary_metric(JsonObject *root, const char *name)
{
    const char *base;
    if (g_str_has_prefix(name, "work."))
        return bb_summary_number(root, name);
    JsonObject *part = part_of(root, name, &base);
    if (part == NULL)
        return NAN;
    double (*const readers[])(JsonObject *, const char *) = {series, resource, scalar, count};
    for (guint i = 0; i < G_N_ELEMENTS(readers); i++) {
        double value = readers[i](part, base);
        if (!isnan(value))
            return value;
    }
    return NAN;
}
