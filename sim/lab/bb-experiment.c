/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An experiment in memory: its groups, how a key is assigned, and what must hold between keys. */
#include "bb-experiment-inputs.h"
#include "bb-experiment-keys.h"

#include <string.h>

BbExperiment *
bb_experiment_new(const BbTables *tables)
{
    BbExperiment *experiment = g_new0(BbExperiment, 1);
    experiment->tables = tables;
    bb_keys_init(bb_group_keys(BB_GROUP_EXPERIMENT), tables, experiment);
    bb_keys_init(bb_group_keys(BB_GROUP_SCHEDULER), tables, experiment);
    bb_keys_init(bb_group_keys(BB_GROUP_FAILURES), tables, experiment);
    bb_experiment_clear_pools(experiment);
    bb_experiment_clear_workloads(experiment);
    return experiment;
}

static void
pool_free(gpointer data)
{
    BbPool *pool = data;
    bb_keys_clear(bb_group_keys(BB_GROUP_POOL), pool);
    g_free(pool->name);
    g_free(pool);
}

static void
workload_free(gpointer data)
{
    BbWorkloadSpec *workload = data;
    bb_keys_clear(bb_group_keys(BB_GROUP_WORKLOAD), workload);
    g_free(workload->name);
    g_free(workload);
}

void
bb_experiment_clear_pools(BbExperiment *experiment)
{
    g_clear_pointer(&experiment->pools, g_ptr_array_unref);
    experiment->pools = g_ptr_array_new_with_free_func(pool_free);
}

void
bb_experiment_clear_workloads(BbExperiment *experiment)
{
    g_clear_pointer(&experiment->workloads, g_ptr_array_unref);
    experiment->workloads = g_ptr_array_new_with_free_func(workload_free);
}

void
bb_experiment_free(BbExperiment *experiment)
{
    if (!experiment)
        return;
    bb_keys_clear(bb_group_keys(BB_GROUP_EXPERIMENT), experiment);
    bb_keys_clear(bb_group_keys(BB_GROUP_SCHEDULER), experiment);
    bb_keys_clear(bb_group_keys(BB_GROUP_FAILURES), experiment);
    g_ptr_array_unref(experiment->pools);
    g_ptr_array_unref(experiment->workloads);
    g_free(experiment->path);
    g_free(experiment->text);
    g_free(experiment);
}

static BbPool *
pool_copy(const BbPool *pool)
{
    BbPool *copy = g_memdup2(pool, sizeof *pool);
    bb_keys_own(bb_group_keys(BB_GROUP_POOL), copy);
    copy->name = g_strdup(pool->name);
    return copy;
}

static BbWorkloadSpec *
workload_copy(const BbWorkloadSpec *workload)
{
    BbWorkloadSpec *copy = g_memdup2(workload, sizeof *workload);
    bb_keys_own(bb_group_keys(BB_GROUP_WORKLOAD), copy);
    copy->name = g_strdup(workload->name);
    return copy;
}

BbExperiment *
bb_experiment_copy(const BbExperiment *experiment)
{
    BbExperiment *copy = g_memdup2(experiment, sizeof *experiment);
    bb_keys_own(bb_group_keys(BB_GROUP_EXPERIMENT), copy);
    bb_keys_own(bb_group_keys(BB_GROUP_SCHEDULER), copy);
    bb_keys_own(bb_group_keys(BB_GROUP_FAILURES), copy);
    copy->path = g_strdup(experiment->path);
    copy->text = g_strdup(experiment->text);
    copy->pools = g_ptr_array_new_with_free_func(pool_free);
    copy->workloads = g_ptr_array_new_with_free_func(workload_free);
    for (guint i = 0; i < experiment->pools->len; i++)
        g_ptr_array_add(copy->pools, pool_copy(experiment->pools->pdata[i]));
    for (guint i = 0; i < experiment->workloads->len; i++)
        g_ptr_array_add(copy->workloads, workload_copy(experiment->workloads->pdata[i]));
    return copy;
}

static BbPool *
find_pool(const BbExperiment *experiment, const char *name)
{
    for (guint i = 0; i < experiment->pools->len; i++) {
        BbPool *pool = experiment->pools->pdata[i];
        if (strcmp(pool->name, name) == 0)
            return pool;
    }
    return NULL;
}

static BbWorkloadSpec *
find_workload(const BbExperiment *experiment, const char *name)
{
    for (guint i = 0; i < experiment->workloads->len; i++) {
        BbWorkloadSpec *workload = experiment->workloads->pdata[i];
        if (strcmp(workload->name, name) == 0)
            return workload;
    }
    return NULL;
}

static BbPool *
ensure_pool(BbExperiment *experiment, const char *name)
{
    BbPool *pool = find_pool(experiment, name);
    if (pool)
        return pool;
    pool = g_new0(BbPool, 1);
    pool->name = g_strdup(name);
    bb_keys_init(bb_group_keys(BB_GROUP_POOL), experiment->tables, pool);
    g_ptr_array_add(experiment->pools, pool);
    return pool;
}

static BbWorkloadSpec *
ensure_workload(BbExperiment *experiment, const char *name)
{
    BbWorkloadSpec *workload = find_workload(experiment, name);
    if (workload)
        return workload;
    workload = g_new0(BbWorkloadSpec, 1);
    workload->name = g_strdup(name);
    bb_keys_init(bb_group_keys(BB_GROUP_WORKLOAD), experiment->tables, workload);
    g_ptr_array_add(experiment->workloads, workload);
    return workload;
}

static gpointer
group_object(BbExperiment *experiment, BbGroup group, const char *name)
{
    if (group == BB_GROUP_POOL)
        return ensure_pool(experiment, name);
    if (group == BB_GROUP_WORKLOAD)
        return ensure_workload(experiment, name);
    return experiment;
}

static char *
unknown(const char *what, const char *found, const char *const *names)
{
    g_autofree char *quoted = bb_quote(found);
    const char *near = bb_suggest(found, names);
    if (!near)
        return g_strdup_printf("expected %s, found %s", what, quoted);
    return g_strdup_printf("expected %s, found %s; did you mean \"%s\"?", what, quoted, near);
}

static char *
unknown_key(BbGroup group, const char *name, const char *key)
{
    const char *names[32] = {NULL};
    guint n = 0;
    for (const BbKey *k = bb_group_keys(group); k->name; k++) {
        g_assert(n < G_N_ELEMENTS(names) - 1);
        names[n++] = k->name;
    }
    g_autofree char *what = g_strdup_printf("a known key in [%s%s%s]", bb_group_names[group],
                                            name ? " " : "", name ? name : "");
    return unknown(what, key, names);
}

/* Names become node names and column values: no blanks, nothing that a range or a list means. */
static gboolean
is_good_name(const char *name)
{
    return name && name[0] && !strpbrk(name, " \t\r\n[];*|,=\"");
}

static gboolean
check_group(const char *kind, const char *name, BbGroup *out, char **out_problem)
{
    for (BbGroup group = 0; group < BB_N_GROUPS; group++) {
        if (strcmp(kind, bb_group_names[group]) != 0)
            continue;
        *out = group;
        if (bb_group_is_named(group) && !is_good_name(name))
            *out_problem = g_strdup_printf("expected a name in [%s NAME], without blanks and "
                                           "without any of []|;,*=, found \"%s\"",
                                           kind, name ? name : "");
        else if (!bb_group_is_named(group) && name)
            *out_problem =
                g_strdup_printf("expected [%s] without a name, found \"%s %s\"", kind, kind, name);
        return !*out_problem;
    }
    *out_problem = unknown("one of the groups experiment, pool, workload, scheduler, failures",
                           kind, bb_group_names);
    return FALSE;
}

gboolean
bb_experiment_open_group(BbExperiment *experiment, const char *kind, const char *name,
                         char **out_problem)
{
    BbGroup group;
    *out_problem = NULL;
    if (!check_group(kind, name, &group, out_problem))
        return FALSE;
    group_object(experiment, group, name);
    return TRUE;
}

static gboolean
has_control_bytes(const char *text)
{
    for (const char *p = text; *p; p++) {
        if (g_ascii_iscntrl(*p))
            return TRUE;
    }
    return FALSE;
}

BbSetResult
bb_experiment_assign(BbExperiment *experiment, const char *kind, const char *name, const char *key,
                     const char *value, char **out_problem)
{
    BbGroup group;
    *out_problem = NULL;
    if (!check_group(kind, name, &group, out_problem))
        return BB_SET_BAD_GROUP;
    const BbKey *found = bb_group_find(group, key);
    if (!found) {
        *out_problem = unknown_key(group, name, key);
        return BB_SET_BAD_KEY;
    }
    g_autofree char *text = g_strstrip(g_strdup(value));
    if (has_control_bytes(text)) {
        g_autofree char *quoted = bb_quote(text);
        *out_problem = g_strdup_printf("expected one line of text, found %s", quoted);
        return BB_SET_BAD_VALUE;
    }
    gpointer object = group_object(experiment, group, name);
    if (!bb_key_parse(found, experiment->tables, text, object, out_problem))
        return BB_SET_BAD_VALUE;
    return BB_SET_DONE;
}

gboolean
bb_experiment_set(BbExperiment *experiment, const char *option, const char *target,
                  const char *value, GError **error)
{
    if (strcmp(target, "seed") == 0)
        target = "experiment.seed";
    const char *first = strchr(target, '.');
    const char *last = strrchr(target, '.');
    if (!first)
        return bb_error_set(error, BB_ERROR_USAGE, "%s: expected GROUP.KEY=VALUE, found \"%s\"",
                            option, target);
    g_autofree char *kind = g_strndup(target, (gsize)(first - target));
    g_autofree char *name = first == last ? NULL : g_strndup(first + 1, (gsize)(last - first - 1));
    g_autofree char *problem = NULL;
    if (bb_experiment_assign(experiment, kind, name, last + 1, value, &problem) != BB_SET_DONE)
        return bb_error_set(error, BB_ERROR_USAGE, "%s: %s", option, problem);
    return TRUE;
}

void
bb_experiment_add_trace(BbExperiment *experiment, const char *trace)
{
    g_autofree char *path = NULL;
    g_autofree char *format = NULL;
    bb_reader_split(experiment->tables->traces.readers, trace, &path, &format);
    g_autofree char *base = strcmp(path, "-") == 0 ? g_strdup("stdin") : g_path_get_basename(path);
    g_strdelimit(base, " \t\r\n[];*|,=\"", '_');
    g_autofree char *name = g_strdup(base);
    for (guint n = 2; find_workload(experiment, name); n++) {
        g_free(name);
        name = g_strdup_printf("%s-%u", base, n);
    }
    ensure_workload(experiment, name)->trace = g_strdup(trace);
}

void
bb_experiment_add_cluster(BbExperiment *experiment, const char *cluster)
{
    BbPool *pool = ensure_pool(experiment, "cluster");
    g_free(pool->nodes);
    pool->nodes = g_strdup(cluster);
}

static gboolean
check_workload(const BbExperiment *experiment, const BbWorkloadSpec *workload, GError **error)
{
    g_autofree char *place = bb_experiment_place(experiment, "workload", workload->name);
    if (!workload->trace == !workload->generator)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "%s[workload %s]: expected either trace=FILE or generator=NAME, found "
                            "%s",
                            place, workload->name, workload->trace ? "both" : "neither");
    if (workload->columns && !workload->trace)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "%s[workload %s]: columns: expected a trace=FILE, found a generator",
                            place, workload->name);
    if (workload->scale_by != BB_SCALE_GAPS && workload->scale_ppm > 1000000)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "%s[workload %s]: scale: expected at most 1 where jobs or users are "
                            "left out; scale_by=gaps can go beyond",
                            place, workload->name);
    return TRUE;
}

/* The first key that describes a counted pool and is given, or NULL. */
static const char *
counted_key(const BbPool *pool)
{
    g_autoptr(GString) ignored = g_string_new(NULL);
    for (const BbKey *key = bb_group_keys(BB_GROUP_POOL); key->name; key++) {
        if (strcmp(key->name, "nodes") != 0 && key->type != BB_KEY_COLUMNS &&
            bb_key_format(key, pool, ignored))
            return key->name;
    }
    return NULL;
}

/* What is wrong with it as "expected .., found ..", owned by the caller; NULL: nothing. */
static char *
pool_problem(const BbPool *pool)
{
    const char *counted = counted_key(pool);
    if (pool->nodes && counted)
        return g_strdup_printf("expected no other key beside nodes=%s, found \"%s\"", pool->nodes,
                               counted);
    if (pool->columns && (!pool->nodes || !bb_pool_is_file(pool)))
        return g_strdup("columns: expected nodes=FILE, found none");
    if (pool->nodes)
        return NULL;
    if (pool->count < 0)
        return g_strdup("expected count=N or nodes=FILE, found neither");
    if (pool->count == 0)
        return g_strdup("expected a pool that somebody may use, found count=0");
    if (pool->runtimes == 0)
        return g_strdup("expected a pool that somebody may use, found no runtimes");
    if (pool->cpu_milli < 0 && pool->memory_mib < 0 && pool->disk_mib < 0 && pool->n_gpus < 0)
        return g_strdup("expected cpu, memory, gpu or disk of a node, found none");
    return NULL;
}

static gboolean
check_pool(const BbExperiment *experiment, const BbPool *pool, GError **error)
{
    g_autofree char *problem = pool_problem(pool);
    g_autofree char *place = bb_experiment_place(experiment, "pool", pool->name);
    if (problem)
        return bb_error_set(error, BB_ERROR_USAGE, "%s[pool %s]: %s", place, pool->name, problem);
    return TRUE;
}

gboolean
bb_experiment_check(const BbExperiment *experiment, GError **error)
{
    if (experiment->workloads->len == 0)
        return bb_error_set(error, BB_ERROR_USAGE,
                            "expected --trace FILE or a [workload NAME], found neither");
    for (guint i = 0; i < experiment->workloads->len; i++) {
        if (!check_workload(experiment, experiment->workloads->pdata[i], error))
            return FALSE;
    }
    for (guint i = 0; i < experiment->pools->len; i++) {
        if (!check_pool(experiment, experiment->pools->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}
